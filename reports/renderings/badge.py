"""The verdict as an endpoint badge of shields.io (https://shields.io/badges/endpoint-badge)."""

import json

from reports.result import verdict_words
from reports.result.facts import sign_of
from reports.result.result import Result
from reports.result.verdicts import RunVerdict

_GREY = "lightgrey"
_COLOURS = {"good": "brightgreen", "bad": "red", "open": _GREY, "off": _GREY, "waived": "yellowgreen"}


def render(result: Result) -> bytes:
    """Return the badge as JSON."""
    badge = {
        "schemaVersion": 1,
        "label": f"Mixpeek partial update {result.began.edition}",
        "message": verdict_words.brief(result),
        "color": _COLOURS[sign_of(result).kind],
        "isError": not result.demonstration and result.gate is RunVerdict.NON_CONFORMANT,
    }
    return json.dumps(badge, indent=2).encode()
