"""The options of `run` and `doctor`: those of the suite, and what of pytest's is of use with it."""

import argparse
import importlib
from collections.abc import Iterable
from typing import Any, cast

import pytest

_OF_PYTEST = {
    "-k EXPRESSION": "ask the checks whose names match, such as -k 'timestamps or merge'",
    "-m EXPRESSION": "ask the checks with these marks, such as -m 'not observation'",
    "-n N": "ask with N worker processes at the same time",
    "-x": "end at the first check that fails",
    "-q, -v": "say less, say more",
    "--strict": "let a violated SHOULD count",
    "--collect-only": "list the checks, and send nothing",
    "--alluredir FOLDER": "write one Allure result a check",
    "-- ...": "what stands behind -- goes to pytest as it is; -p NAME loads a plugin there",
}

_ALSO_KNOWN = ("--strict", "--collect-only", "--alluredir", "--numprocesses", "--maxfail", "--exitfirst", "--help")


class _Group:
    """Takes the options of a plugin as pytest does, and adds them to a group of argparse."""

    def __init__(self, group: Any) -> None:
        self._group = group
        self.names: list[str] = []

    def getgroup(self, *_: str) -> "_Group":
        return self

    def addoption(self, *names: str, **attributes: Any) -> None:
        self.names += names
        self._group.add_argument(*names, **attributes)

    def addini(self, *_: Any, **__: Any) -> None:
        """Settings of pyproject.toml are nothing to be given."""


def known() -> Iterable[str]:
    """Return the options that can be misspelt."""
    return [*_collected(argparse.ArgumentParser(add_help=False)).names, *_ALSO_KNOWN]


def help_of(command: str, description: str) -> str:
    """Return the help of `run` or `doctor`."""
    parser = argparse.ArgumentParser(
        prog=f"mixpeek-conformance {command}",
        usage="%(prog)s [OPTIONS] [-- OPTIONS OF PYTEST]",
        description=description,
        add_help=False,
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=28),
    )
    _collected(parser.add_argument_group("options"))
    of_pytest = "\n".join(f"  {name:<26}{meaning}" for name, meaning in _OF_PYTEST.items())
    return (
        f"{parser.format_help()}\noptions of pytest, among others (all of them: {command} -- --help):\n{of_pytest}\n"
    )


def _collected(group: Any) -> _Group:
    from mixpeek_conformance.pytest_run.plugins import (
        pytest_plugins,  # late: pytest is to import it first, and rewrite it
    )

    taken = _Group(group)
    for name in pytest_plugins:
        plugin = importlib.import_module(name)
        if name.partition(".")[0] in ("fixtures", "reports") and hasattr(plugin, "pytest_addoption"):
            plugin.pytest_addoption(cast("pytest.Parser", taken))
    return taken
