"""What is done with the report of a run: `waivers`, `compare`, `replay` and `sweep`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from mixpeek_conformance.argument_kinds import (
    REQUIREMENT,
)
from mixpeek_conformance.command_options.shared_options import AS_JSON, FILE, FORMAT
from mixpeek_conformance.parsing import (
    by_name,
    command,
)
from mixpeek_conformance.streams import say
from mixpeek_conformance.wrong_use import WRONG_USE


@command(short_help="write a waiver for each violation of a report")
@click.option(
    "--from", "report", type=FILE, default="reports/latest", metavar="REPORT", help="report (default newest)"
)
@click.option("--until", required=True, metavar="YYYY-MM-DD", help="first day on which they no longer hold")
@click.option("--reason", metavar="TEXT", help="reason of all of them (default one to be filled in)")
@click.option("--ticket", metavar="TEXT", help="ticket of all of them")
@click.option(
    "--to", "file", default="waivers.toml", metavar="FILE", help="file (default waivers.toml), or - to print"
)
def waivers(report: Path, until: str, reason: str | None, ticket: str | None, file: str) -> int:
    """Accept for a while what a report found violated: each violation that has no waiver yet gets one."""
    from mixpeek_conformance.commands.waivers import write

    return write(report, until, reason, ticket, file)


@command(short_help="say what got worse from one run to another, for a gate")
@click.argument("baseline", type=FILE, help="report folder or conformance.json of before")
@click.argument("current", type=FILE, help="report folder or conformance.json of now")
@click.option("--strict", is_flag=True, help="close the gate for a changed observation too")
@FORMAT
@AS_JSON
def compare(baseline: Path, current: Path, form: str, *, strict: bool, as_json: bool) -> int:
    """Say what changed between two runs, and end with 1 if the gate closes."""
    from mixpeek_conformance.commands.compare import compare

    return compare(baseline, current, "json" if as_json else form, strict=strict)


@command(short_help="send the exchanges of a report's violations again", takes_target=True)
@click.argument("report", type=FILE, default="reports/latest", help="report folder or file (default the newest)")
@click.argument(
    "requirements", type=REQUIREMENT, nargs=-1, metavar="[REQUIREMENT]...", help="which ones (default all violated)"
)
@click.option("--script", is_flag=True, help="print a script for a shell that does it, and send nothing")
@AS_JSON
def replay(report: Path, requirements: Sequence[str], *, script: bool, as_json: bool, **given: Any) -> int:
    """Send again what shows the violations of a report, to the target that your own settings name."""
    from mixpeek_conformance.commands.replay import newest_for, replay, show_scripts

    report, requirements = newest_for(report, requirements)
    if script and as_json:
        say("mixpeek-conformance replay: --script prints a script, and --json a document: leave out one", error=True)
        return WRONG_USE
    if script:
        return show_scripts(report, requirements, by_name(given))
    return replay(report, requirements, by_name(given), as_json=as_json)


@command(
    short_help="remove what a run that was killed has left on its target",
    table=("bucket", "object"),
    takes_target=True,
)
@click.argument("report", type=FILE, default="reports/latest", help="report folder (default the newest)")
@click.option("--yes", is_flag=True, help="remove what is listed, without a question")
@AS_JSON
def sweep(report: Path, *, yes: bool, as_json: bool, **given: Any) -> int:
    """Remove what a run that was killed has left on its target, and put back an object that was handed over."""
    from mixpeek_conformance.commands.sweep import sweep

    return sweep(report, by_name(given), yes=yes, as_json=as_json)
