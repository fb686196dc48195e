"""Runs: `run`, `doctor`, which says what a run can find out, and `matrix`, which runs several targets."""

from pathlib import Path

import click

from mixpeek_conformance.argument_kinds import TARGET
from mixpeek_conformance.command_options.shared_options import AS_JSON, FILE
from mixpeek_conformance.parsing import CommandOfPytest, CommandOfRuns, command
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


@command(
    cls=CommandOfRuns,
    short_help="run several targets of conformance.toml, and show them side by side",
    table=("targets-file",),
    epilog="what stands behind -- are options of run, for every target",
)
@click.argument("names", type=TARGET, nargs=-1, metavar="[NAME]...", help="targets (default all)")
@click.option("--report-dir", type=FILE, default="reports/targets", metavar="FOLDER", help="where reports go")
@AS_JSON
def matrix(
    names: tuple[str, ...], report_dir: Path, targets_file: str | None, behind: list[str], *, as_json: bool
) -> int:
    """Run several targets, and end with the worst of their exit codes."""
    from mixpeek_conformance.commands import matrix as several

    return several.command(names, targets_file, report_dir, behind, as_json=as_json)
