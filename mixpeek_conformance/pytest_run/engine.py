"""Runs the suites with a pytest that the command owns: its plugins, its options, and nothing from outside.

Options behind `--` go to that pytest as they are, and may load further plugins with `-p`.
"""

from collections.abc import Sequence

from mixpeek_conformance.layout import ROOT, claim_names
from mixpeek_conformance.pytest_run.environment import own_environment

_PLUGINS = ("--noconftest", "-p", "mixpeek_conformance.pytest_run.plugins")
_QUIET = ("-q", "--progress", "--no-header", "--tb=no", "-rN", "-p", "no:cacheprovider")
_PLAIN = ("--assert=plain",) if __debug__ else ()
"""No judgement of the suite is an assert: rewriting those of all modules would take time of every run.

Where Python leaves out asserts, they are rewritten all the same: schemathesis finds its own tests by one.
"""

_OPTIMISED = ("-W", "ignore:assertions not in test modules")
"""pytest warns where Python leaves out asserts; no judgement of the suite is an assert."""

_ALLURE = ("--allure", "--clean-alluredir")


def run(arguments: Sequence[str], *, announced: bool = False) -> int:
    """Run the suites with the options of `run`, and return the exit code of the verdict.

    If it is to be `announced`, the service that runs this build is told what was found.
    """
    given, behind = split(arguments)
    claim_names()
    with own_environment():
        import pytest

        from mixpeek_conformance.pytest_run.announcer import Announcer
        from mixpeek_conformance.pytest_run.usage import Gatekeeper

        place = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), str(ROOT / "suites"))
        allure = ("-p", "allure_pytest.plugin") if any(one.startswith(_ALLURE) for one in arguments) else ()
        command = [*_PLUGINS, *allure, *place, *_QUIET, *_PLAIN, *_OPTIMISED, *given]
        foreign = any(one.startswith("-p") for one in (*given, *behind))
        announcer = Announcer()
        code = int(pytest.main([*command, *behind], plugins=[Gatekeeper(command, foreign=foreign), announcer]))
        if announced:
            announcer.announce()
        return code


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the options in front of the first `--`, and those behind it."""
    given = list(arguments)
    if "--" not in given:
        return given, []
    cut = given.index("--")
    return given[:cut], given[cut + 1 :]
