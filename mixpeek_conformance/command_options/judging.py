"""What is judged, asked again or cleaned up beside a run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from mixpeek_conformance.argument_kinds import REQUIREMENT, TARGET, Number, OneOf
from mixpeek_conformance.command_options.shared_options import AS_JSON, FILE, FORMAT
from mixpeek_conformance.parsing import CommandOfRuns, CommandThatRepeats, by_name, command
from mixpeek_conformance.pytest_run.options import STRICT
from mixpeek_conformance.streams import say
from mixpeek_conformance.wrong_use import WRONG_USE


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


@command(short_help="judge recorded traffic by every invariant, sending nothing", table=("edition",))
@click.argument("traffic", type=FILE, metavar="TRAFFIC.har", help="HTTP archive (HAR 1.2)")
@click.option("--strict", is_flag=True, help="let a violated SHOULD count")
@click.option("--report-dir", metavar="FOLDER", help="where the reports go (default below reports)")
@AS_JSON
def audit(traffic: Path, report_dir: str | None, edition: str | None, *, strict: bool, as_json: bool) -> int:
    """Judge recorded traffic by every invariant, sending nothing, and end with the exit code of the verdict."""
    from mixpeek_conformance.commands import audit as auditing

    return auditing.command(traffic, edition, report_dir, strict=strict, as_json=as_json)


@command(
    short_help="hold the OpenAPI document that a deployment publishes against the edition",
    table=("edition", "waivers"),
    takes_target=True,
)
@click.option(
    "--document", metavar="FILE|URL", help="the document (default /openapi.json below the base URL; - reads it)"
)
@click.option("--strict", is_flag=True, help="let drift count that breaks no client of the edition")
@click.option("--report-dir", type=FILE, metavar="FOLDER", help="where a page, JSON, SARIF and Markdown are written")
@click.option("--json", "as_json", is_flag=True, help="show JSON, as --format json does")
@click.option(
    "--format",
    "form",
    type=OneOf(("text", "markdown", "json", "sarif")),
    default="text",
    metavar="FORMAT",
    help="text, markdown, json or sarif (default text)",
)
def drift(
    document: str | None, report_dir: Path | None, form: str, *, strict: bool, as_json: bool, **given: Any
) -> int:
    """Hold the OpenAPI document that a deployment publishes against the edition, and end with 1 if it has drifted."""
    from mixpeek_conformance.commands.drift import drift

    return drift(document, by_name(given), "json" if as_json else form, report_dir, strict=strict)


@command(
    cls=CommandThatRepeats,
    short_help="judge a target while many users ask it at once",
    table=("edition", "without", "suite-level", "wait", "baseline", "history", "open", "no-annotations"),
    takes_target=True,
)
@click.option("--users", type=Number(1, 100_000), default=10, metavar="N", help="users at once (default 10)")
@click.option(
    "--spawn-rate", type=Number(0.01, whole=False), default=10.0, metavar="R", help="users a second (default 10)"
)
@click.option("--run-time", default="1m", metavar="TIME", help="such as 90s, 10m or 2h (default 1m)")
@click.option(
    "--pause", type=Number(0, whole=False), default=0.1, metavar="S", help="seconds between tasks (default 0.1)"
)
@click.option("--editors", type=Number(0), default=4, metavar="N", help="weight of editors (default 4)")
@click.option("--crowds", type=Number(0), default=3, metavar="N", help="weight of crowds (default 3)")
@click.option("--readers", type=Number(0), default=2, metavar="N", help="weight of readers (default 2)")
@click.option("--strangers", type=Number(0), default=1, metavar="N", help="weight of strangers (default 1)")
@click.option("--max-p95", metavar="TIME", help="a limit of your own for 95 % of PATCH and GET, such as 250ms")
@click.option("--seed", type=Number(0), metavar="N", help="repeat the choices of the run that printed it")
@click.option("--strict", is_flag=True, help=STRICT)
@click.option("--report-dir", metavar="FOLDER", help="where the reports go (default below reports)")
@click.option("--waivers", metavar="FILE", help="violations accepted for a while (default waivers.toml, if there)")
@click.option("--processes", type=Number(1, 256), default=1, metavar="N", help="processes that send (default 1)")
@click.option("--master", is_flag=True, help="let workers on other machines send, and write the result")
@click.option("--expect-workers", type=Number(1), metavar="N", help="workers that the master waits for")
@click.option("--worker", is_flag=True, help="send what the master says")
@click.option("--master-host", default="127.0.0.1", metavar="HOST", help="where the master is (default this machine)")
@click.option("--master-port", type=Number(1, 65535), default=5557, metavar="PORT", help="its port (default 5557)")
@click.option("--web", is_flag=True, help="show Locust's own page, to look at the run and to stop it")
@click.option("--web-host", default="127.0.0.1", metavar="HOST", help="where it listens (default 127.0.0.1)")
@click.option("--web-port", type=Number(1, 65535), default=8089, metavar="PORT", help="its port (default 8089)")
@AS_JSON
def load(arguments: list[str], **given: Any) -> int:
    """Let many users patch and read at once, judge every answer, and end with the exit code of the verdict."""
    from mixpeek_conformance.commands import load as loading

    return loading.command(given, arguments)


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


COMMANDS = (compare, audit, drift, load, replay, sweep, matrix)
