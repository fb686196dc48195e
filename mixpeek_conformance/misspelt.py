"""What somebody may have meant who wrote a command or an option that is not taken."""

from collections.abc import Iterable, Sequence

_KEYS = ("api-key", "apikey", "key", "token", "api-token", "secret", "password", "bearer", "auth", "authorization")
"""Options that somebody looks for who has a key."""


def unknown_option(option: str, known: Iterable[str], otherwise: str) -> str:
    """Say that an `option` is not known, and what to do. Its value is not repeated: it may be a key."""
    from contracts.vocabulary.did_you_mean import advice

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


def no_command(first: str, known: Sequence[str]) -> str:
    """Say that the `first` argument is none of the `known` commands, and what to do."""
    from contracts.vocabulary.did_you_mean import advice
    from contracts.vocabulary.program import started_as

    if first.startswith("-"):
        name = first.partition("=")[0]  # and not its value, which may be a key
        if elsewhere := in_place_of(name):
            return f"there is no option {name}: {elsewhere}"
        return f"{name!r} stands where a command belongs, such as {started_as()} run {name}"
    meant = advice(first, known, f"give one of {', '.join(known)}")
    return f"there is no command {first!r}: {meant}"
