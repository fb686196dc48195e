"""Runs: `run`, and `doctor`, which says what a run can find out."""

from mixpeek_conformance.parsing import CommandOfPytest, command
from mixpeek_conformance.pytest_run.engine import run

_EXAMINED = (
    *("target", "base-url", "demo", "namespace", "bucket", "object", "read-only", "without", "edition"),
    *("timeout", "wait", "rate", "ca-bundle", "insecure", "headers-file", "json"),
)
"""The options of a run that change what the doctor finds."""


@command("run", cls=CommandOfPytest, short_help="ask a target, or the reference service, and give a verdict")
def run_suites(arguments: list[str]) -> int:
    """Ask a target, or the reference service, and give a verdict."""
    return run(arguments, announced=True)


@command(cls=CommandOfPytest, short_help="say what a run can find out, without one", brief=_EXAMINED)
def doctor(arguments: list[str]) -> int:
    """Say step by step whether a run can begin, and what its verdict can be. Takes the options of run."""
    return run(["--doctor", "--result-only", *arguments], speaker="doctor")


COMMANDS = (run_suites, doctor)
