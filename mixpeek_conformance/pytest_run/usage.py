"""The plugin that tells wrong use of `run` in one line, in the words of the command and not in those of pytest."""

import re
from collections.abc import Generator, Sequence

import pytest

from mixpeek_conformance import misspelt
from mixpeek_conformance.pytest_run.options import known


class WrongUse(Exception):  # noqa: N818 - read as a sentence: this is wrong use
    """What `run` does not take; the message says why, and what to do."""


class Gatekeeper:
    """Refuses what `run` does not take."""

    def __init__(self, command: Sequence[str], *, foreign: bool) -> None:
        """Judge `command`, the arguments in front of `--`; `foreign` says whether plugins of the user are loaded."""
        self._command = list(command)
        self._foreign = foreign

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_parse(self) -> Generator[None, pytest.Config, pytest.Config]:
        """Let one line be enough for what pytest does not take. Raises WrongUse with it."""
        try:
            return (yield)
        except pytest.UsageError as error:
            raise WrongUse(_one_line(str(error))) from None
        except Exception as error:
            if not self._foreign:
                raise
            raise WrongUse(f"pytest cannot be started with these options: {_one_line(str(error))}") from None

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_main(self) -> Generator[None, object, object]:
        """Raise WrongUse where the suite refuses a setting: pytest would tell it in a way of its own."""
        try:
            return (yield)
        except pytest.UsageError as error:
            raise WrongUse(str(error)) from None

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self, parser: pytest.Parser) -> None:
        """Refuse options and arguments that nothing takes, as soon as all options are known."""
        options, unknown = parser.parse_known_and_unknown_args(self._command)
        if unknown:
            raise pytest.UsageError(misspelt.unknown_option(unknown[0], known(), "run --help lists what there is"))
        for stray in options.file_or_dir[1:]:
            raise pytest.UsageError(f"no argument is taken, and {stray!r} is one: {_advice(stray)}")


def _advice(stray: str) -> str:
    if "://" in stray:
        return "give a target with --base-url"
    return "choose checks with -k or -m, and a target with --base-url or --target"


def _one_line(message: str) -> str:
    """Return the line of a message of pytest that says what is wrong."""
    found = re.search(r"error: (.*)", message)
    lines = message.strip().splitlines() or ["no reason is given"]
    return found[1] if found else lines[0]
