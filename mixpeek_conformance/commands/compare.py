"""The command `compare`: what changed between two runs, for a gate."""

import os
from pathlib import Path

from contracts.vocabulary import escaping
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.line_width import fitted
from fixtures.redaction.output_gate import shown
from fixtures.redaction.secret import know
from mixpeek_conformance.streams import put, say
from reports.result import document
from reports.tables import gate
from reports.tables.compare import compare as comparison


def compare(baseline: Path, current: Path, form: str, *, strict: bool) -> int:
    """Say what changed between two runs, as text, Markdown or JSON, and return 1 if the gate closes."""
    know(os.environ)
    try:
        before, now = document.load(baseline), document.load(current)
        if reason := gate.unusable(before):
            raise document.Unreadable(f"{baseline} is no baseline: {reason}")
    except document.Unreadable as error:
        say(f"mixpeek-conformance compare: {error}", error=True)
        return Exit.WRONG_USE
    found = comparison(shown(before), shown(now))
    match form:
        case "json":
            put(escaping.document(found.as_json()))
        case "markdown":
            put("\n".join(found.markdown()))
        case _:
            put("\n".join(fitted(line, 25) for line in found.lines()))
    return 1 if found.closes(strict=strict) else 0
