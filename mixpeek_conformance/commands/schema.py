"""The command `schema`: the JSON Schemas of the files that people write, and of the result."""

import json
from pathlib import Path

from contracts.vocabulary.exit_codes import Exit
from fixtures.target import targets_file
from mixpeek_conformance.layout import ROOT
from mixpeek_conformance.streams import put
from reports.result import waiver_file
from reports.result.document import RESULT_FILE

FILES = (targets_file.FILE, waiver_file.FILE, RESULT_FILE)
_OF_RESULT = Path("reports", "conformance.schema.json")


def schema(file: str) -> int:
    """Print the JSON Schema of one of FILES."""
    match file:
        case targets_file.FILE:
            document = targets_file.schema()
        case waiver_file.FILE:
            document = waiver_file.schema()
        case _:
            document = json.loads((ROOT / _OF_RESULT).read_text("utf-8"))
    put(json.dumps(document, indent=2, ensure_ascii=False))
    return Exit.CONFORMANT
