"""Which known name somebody may have meant who wrote another one."""

import difflib
from collections.abc import Iterable

_NEAR = 0.65
"""How much of two names has to be the same: less is a guess."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like `name`; None if none is near."""
    close = difflib.get_close_matches(name, list(known), 1, _NEAR)
    return close[0] if close else None


def advice(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the question whether a known name was meant, or else what to do `otherwise`."""
    meant = nearest(name, known)
    return f"did you mean {meant}?" if meant else otherwise
