"""Keys on the command line of plain `pytest`: refused, and not repeated as pytest repeats what it does not know."""

import argparse
from typing import NoReturn

import pytest

from mixpeek_conformance import misspelt

_FLAGS = ("--api-key", "--foreign-api-key", "--mixpeek-api-key", "--api-token", "--token", "--secret", "--password")
"""What somebody may write in front of a key."""


class _Refused(argparse.Action):
    """An option that takes a value, and is refused whatever that is."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - as argparse calls it
        namespace: argparse.Namespace,  # noqa: ARG002
        values: object,  # noqa: ARG002
        option_string: str | None = None,
    ) -> NoReturn:
        """Raise pytest.UsageError with what to do instead."""
        name = str(option_string)
        raise pytest.UsageError(f"there is no option {name}: {misspelt.in_place_of(name)}")


def add_to(parser: pytest.Parser) -> None:
    """Let the options be known to `parser`, apart from those that another plugin has."""
    for flag in _FLAGS:
        try:
            parser.addoption(flag, action=_Refused, nargs="?", help=argparse.SUPPRESS)
        except ValueError:
            continue
