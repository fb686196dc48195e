"""What somebody may have meant who wrote a name or an option that is not taken."""

import difflib
from collections.abc import Iterable

_NEAR = 0.65
"""How much of two names has to be the same: less is a guess."""

_KEYS = ("api-key", "apikey", "key", "token", "api-token", "secret", "password", "bearer", "auth", "authorization")
"""Options that somebody looks for who has a key."""


def advice(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the question whether a known name was meant, or else what to do `otherwise`."""
    close = difflib.get_close_matches(name, list(known), 1, _NEAR)
    return f"did you mean {close[0]}?" if close else otherwise


def unknown_option(option: str, known: Iterable[str], otherwise: str) -> str:
    """Say that an `option` is not known, and what to do. Its value is not repeated: it may be a key."""
    name = option.partition("=")[0] if option.startswith("--") else option[:2]
    return f"there is no option {name}: {in_place_of(name) or advice(name, known, otherwise)}"


def in_place_of(name: str) -> str:
    """Return what to do in place of an option that is given elsewhere; empty if it is given nowhere."""
    from fixtures.target.options import BY_NAME

    plain = name.lstrip("-").lower().replace("_", "-").removeprefix("mixpeek-")
    if plain.removeprefix("foreign-") in _KEYS:
        variable = BY_NAME["foreign-api-key-env" if plain.startswith("foreign-") else "api-key-env"].default
        return f"a key is never taken from the command line: set {variable}"
    row = BY_NAME.get(plain)
    if row is None or row.given:
        return ""
    return f"it stands in conformance.toml alone{f', or in {row.variable}' if row.variable else ''}"
