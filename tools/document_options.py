"""What is written down of the options: cog writes their table, and this program the JSON Schema.

python -m tools.document_options
"""

import json

from fixtures.target.option import Option
from fixtures.target.option_kinds import VARIABLE
from fixtures.target.options import OPTIONS, VARIABLES
from fixtures.target.targets_file import schema
from mixpeek_conformance.layout import ROOT
from mixpeek_conformance.pytest_run.options import OF_PYTEST, RARE

SCHEMA = ROOT / "fixtures" / "target" / "conformance.toml.schema.json"


def table() -> str:
    """Return the table of the documentation: the options, what else the environment says, and those of pytest."""
    rows = ["| option | environment | in `conformance.toml` | meaning |", "| --- | --- | --- | --- |"]
    rows += [_row(option) for option in OPTIONS]
    rows += [f"| | `{name}` | | {meaning} |" for name, meaning in VARIABLES.items()]
    rows += [
        f"| `{name}` | | | {meaning} |" for name, meaning in (OF_PYTEST | RARE).items() if not name.startswith("-- ")
    ]
    return "\n".join(rows) + "\n"


def schema_text() -> str:
    """Return the JSON Schema of `conformance.toml`, as it is published."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _row(option: Option) -> str:
    variable = (option.default or "") if option.kind is VARIABLE else option.variable
    key = option.name if option.in_file else ""
    meaning = f"{option.told}; {option.more}" if option.more else option.told
    cells = [f"`{name}`" if name else "" for name in (option.flag, variable, key)]
    return " ".join(f"| {cell}" if cell else "|" for cell in (*cells, meaning)) + " |"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), "utf-8")
