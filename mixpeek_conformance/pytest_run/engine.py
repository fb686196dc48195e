"""Runs the suites with a pytest that the command owns: its plugins, its options, and nothing from outside.

Options behind `--` go to that pytest as they are, and may load further plugins with `-p`.
"""

import gc
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING

from mixpeek_conformance.layout import ROOT, claim_names
from mixpeek_conformance.pytest_run.environment import own_environment
from mixpeek_conformance.streams import put_json, say

if TYPE_CHECKING:
    from reports.result.result import Result

_PLUGINS = ("--noconftest", "-p", "mixpeek_conformance.pytest_run.plugins")
_QUIET = ("-q", "--progress", "--no-header", "--tb=no", "-rN", "-p", "no:cacheprovider")
_PLAIN = ("--assert=plain",) if __debug__ else ()
"""No judgement of the suite is an assert: rewriting those of all modules would take time of every run.

Where Python leaves out asserts, they are rewritten all the same: schemathesis finds its own tests by one.
"""

_UNSEEN = ("-p", "no:unraisableexception")
"""Garbage is not collected, several times over, at the end of a run: what went wrong in it is no check's."""

_OPTIMISED = ("-W", "ignore:assertions not in test modules", "-W", "ignore:Module already imported")
"""pytest warns where Python leaves out asserts; no judgement of the suite is an assert."""

_ALLURE = ("--allure", "--clean-alluredir")

_WRONG_USE = 4
_JSON = "--json"
_WITHOUT_RESULT = ("--doctor", "--dry-run", "--collect-only", "--co")
"""Options with which nothing comes out that `--json` of `run` could print."""


def run(arguments: Sequence[str], *, announced: bool = False, speaker: str = "run") -> int:
    """Run the suites with the options of `run`, and return the exit code of the verdict.

    The `speaker` is the command that says what is wrong with them. If it is to be `announced`, the service that runs
    this build is told what was found, and `--json` prints the result: standard output then has nothing else.
    """
    given, behind = split(arguments)
    claim_names()
    if not announced or _JSON not in given or any(one in given for one in _WITHOUT_RESULT):
        return _run(given, behind, speaker, announced=announced)[0]
    with redirect_stdout(sys.stderr):
        code, result = _run([one for one in given if one != _JSON], behind, speaker, announced=True)
    if result is not None:
        from reports.result import document

        put_json(document.as_json(result))
    return code


def _run(
    given: Sequence[str], behind: Sequence[str], speaker: str, *, announced: bool
) -> "tuple[int, Result | None]":
    """Return the exit code of pytest, and the result of the run if there is one."""
    with own_environment(), _garbage_left():
        import pytest

        from mixpeek_conformance.pytest_run.announcer import Announcer
        from mixpeek_conformance.pytest_run.usage import Gatekeeper, WrongUse

        place = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), str(ROOT / "suites"))
        every = (*given, *behind)
        allure = ("-p", "allure_pytest.plugin") if any(one.startswith(_ALLURE) for one in every) else ()
        command = [*_PLUGINS, *allure, *place, *_QUIET, *_PLAIN, *_UNSEEN, *_OPTIMISED, *given]
        foreign = any(one.startswith("-p") for one in every)
        announcer = Announcer()
        try:
            _expect_room()
            code = int(pytest.main([*command, *behind], plugins=[Gatekeeper(command, foreign=foreign), announcer]))
        except WrongUse as error:
            say(f"mixpeek-conformance {speaker}: {error}", error=True)
            code = _WRONG_USE
        if announced:
            announcer.announce()
        return code, announcer.result


def _expect_room() -> None:
    """Raise WrongUse if there is no folder for temporary files, which pytest takes before it tells anything."""
    from mixpeek_conformance.pytest_run.usage import WrongUse

    try:
        tempfile.gettempdir()
    except OSError:
        raise WrongUse(
            "there is no folder for temporary files: make room on the disk, or let TMPDIR name one that can be"
            " written to"
        ) from None


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Let garbage be looked for seldom: a run leaves little of it, and the search takes a seventh of its time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the options in front of the first `--`, and those behind it."""
    given = list(arguments)
    if "--" not in given:
        return given, []
    cut = given.index("--")
    return given[:cut], given[cut + 1 :]
