"""The verdict as an endpoint badge of shields.io (https://shields.io/badges/endpoint-badge)."""

import json

from reports.result.result import Result, RunVerdict

_GREY = "lightgrey"
_COLOURS = {
    RunVerdict.CONFORMANT: "brightgreen",
    RunVerdict.NON_CONFORMANT: "red",
    RunVerdict.INCONCLUSIVE: _GREY,
}


def render(result: Result) -> bytes:
    """Give the badge as JSON."""
    badge = {
        "schemaVersion": 1,
        "label": f"Mixpeek partial update {result.began.edition}",
        "message": result.headline,
        "color": _GREY if result.demonstration else _COLOURS[result.verdict],
        "isError": not result.demonstration and result.verdict is RunVerdict.NON_CONFORMANT,
    }
    return json.dumps(badge, indent=2).encode()
