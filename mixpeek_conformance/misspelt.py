"""What somebody may have meant who misspelt a name."""

import difflib
from collections.abc import Iterable

_NEAR = 0.65
"""How much of two names has to be the same: less is a guess."""


def advice(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the question whether a known name was meant, or else what to do `otherwise`."""
    close = difflib.get_close_matches(name, list(known), 1, _NEAR)
    return f"did you mean {close[0]}?" if close else otherwise
