"""The command `mixpeek-conformance`: what it can be asked, and what it does whatever becomes of that."""

import contextlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from mixpeek_conformance.argument_kinds import (
    AREA,
    DEVIATION,
    EDITION,
    FAULT,
    LEVEL,
    REQUIREMENT,
    TARGET,
    VARIANT,
    Named,
    Number,
    OneOf,
)
from mixpeek_conformance.layout import claim_names
from mixpeek_conformance.parsing import (
    COMPLETING,
    PROGRAM,
    WRONG_USE,
    CommandOfPytest,
    CommandOfRuns,
    Commands,
    CommandThatRepeats,
    by_name,
    outcome,
)
from mixpeek_conformance.pytest_run.engine import run
from mixpeek_conformance.pytest_run.environment import own_environment
from mixpeek_conformance.pytest_run.options import STRICT
from mixpeek_conformance.streams import open_closed, say, undisturbed

_INTERRUPTED = 2
_SUITE_FAILED = 3
_KEYS = ("MIXPEEK_API_KEY", "MIXPEEK_FOREIGN_API_KEY")

_JSON = click.option("--json", "as_json", is_flag=True, help="print JSON")
"""Of every command that prints what it found."""

_FILE = click.Path(path_type=Path, readable=False)
"""Any name: what is wrong with the file that has it, the command says when it opens it."""


_EXAMINED = (
    *("target", "base-url", "demo", "namespace", "bucket", "object", "read-only", "without", "edition"),
    *("timeout", "wait", "rate", "ca-bundle", "insecure", "headers-file", "json"),
)
"""The options of a run that change what the doctor finds."""

_FORMAT = click.option(
    "--format",
    "form",
    type=OneOf(("text", "markdown", "json")),
    default="text",
    metavar="FORMAT",
    help="text, markdown or json (default text)",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments`, by default those of the process, and return its exit code."""
    claim_names()
    if COMPLETING in os.environ:
        from click.shell_completion import shell_complete

        return shell_complete(commands, {}, PROGRAM, COMPLETING, os.environ[COMPLETING])
    open_closed()
    sys.stdout, sys.stderr = undisturbed(sys.stdout), undisturbed(sys.stderr)
    from fixtures.redaction import output_gate

    output_gate.stand()
    _know_keys()
    from mixpeek_conformance import json_output

    given = sys.argv[1:] if arguments is None else arguments
    codes = [_SUITE_FAILED]
    with json_output.whole(given, codes):
        codes.append(_ended(given))
    return codes[-1]


def _know_keys() -> None:
    """Blank the keys of the environment in all that is printed: somebody may have written one in a wrong place.

    Those of the reference service are everybody's, and `serve` prints them.
    """
    if not any(os.environ.get(variable) for variable in _KEYS):
        return
    from fixtures.redaction.secret import know
    from fixtures.reference.demo_keys import DEMONSTRATION

    of_everybody = (DEMONSTRATION.api_key, DEMONSTRATION.foreign_api_key)
    know({name: os.environ.get(name, "") for name in _KEYS if os.environ.get(name) not in of_everybody})


def _ended(arguments: Sequence[str]) -> int:
    """Run the command, and return its exit code, whatever becomes of it."""
    try:
        Path.cwd()
    except OSError:
        say("mixpeek-conformance: the folder in which it was started is gone: start it in another one", error=True)
        return WRONG_USE
    try:
        with own_environment():
            return outcome(commands, arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception:  # noqa: BLE001 - a bug of ours is never exit code 1, which blames the target
        say("mixpeek-conformance: the suite itself failed: please report it, with this text", error=True)
        traceback.print_exc()
        return _SUITE_FAILED
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                with contextlib.suppress(KeyboardInterrupt):  # of whoever presses Ctrl-C twice
                    stream.flush()


@click.group(
    cls=Commands,
    help="Conformance tests for Mixpeek's Partially Update Object.",
    epilog="exit codes: 0 conformant, 1 non-conformant, 2 interrupted, 3 the suite failed, 4 wrong use,"
    " 5 nothing was asked, 6 inconclusive, 7 target unreachable",
)
def commands() -> None:
    """Read the command that comes first."""


@commands.command("run", cls=CommandOfPytest, short_help="ask a target, or the reference service, and give a verdict")
def run_suites(arguments: list[str]) -> int:
    """Ask a target, or the reference service, and give a verdict."""
    return run(arguments, announced=True)


@commands.command(cls=CommandOfPytest, short_help="say what a run can find out, without one", brief=_EXAMINED)
def doctor(arguments: list[str]) -> int:
    """Say step by step whether a run can begin, and what its verdict can be. Takes the options of run."""
    return run(["--doctor", "--result-only", *arguments], speaker="doctor")


@commands.command(
    short_help="write conformance.toml, waivers.toml and a job of CI, to begin with",
    table=("base-url", "namespace", "edition"),
)
@click.option(
    "--name", "--target", "name", default="staging", metavar="NAME", help="name of the target (default staging)"
)
@click.option(
    "--ci",
    "services",
    multiple=True,
    type=OneOf(("github", "gitlab")),
    metavar="SERVICE",
    help="write a job for github or gitlab too (may be repeated)",
)
@click.option(
    "--pull-requests", is_flag=True, help="let the job ask pull requests too, and fail for what is newly broken alone"
)
@click.option(
    "--install", metavar="WHAT", help="what pip installs the suite from in the job (default where it came from here)"
)
@click.option("--index-url", metavar="URL", help="package index of the job (default that of pip)")
def init(
    name: str,
    services: tuple[str, ...],
    install: str | None,
    index_url: str | None,
    *,
    pull_requests: bool,
    **given: Any,
) -> int:
    """Write the files that a project needs to ask a target, with comments. What is there is kept."""
    from mixpeek_conformance.commands.init import init
    from mixpeek_conformance.project_files import Jobs

    return init(Path.cwd(), name, Jobs(services, pull_requests, install, index_url), by_name(given))


@commands.command(short_help="write a waiver for each violation of a report")
@click.option(
    "--from", "report", type=_FILE, default="reports/latest", metavar="REPORT", help="report (default newest)"
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


@commands.command(short_help="print the JSON Schema of a file, for editors and checks")
@click.argument(
    "file",
    type=OneOf(("conformance.toml", "waivers.toml", "conformance.json")),
    metavar="FILE",
    help="one of the three",
)
def schema(file: str) -> int:
    """Print the JSON Schema of conformance.toml, waivers.toml or conformance.json."""
    from mixpeek_conformance.commands.schema import schema

    return schema(file)


@commands.command(short_help="print what lets a shell complete the command")
@click.argument("shell", type=OneOf(("bash", "zsh", "fish")), metavar="SHELL")
def completion(shell: str) -> int:
    """Print the completion for bash, zsh or fish. In bash: eval "$(mixpeek-conformance completion bash)"."""
    from click.shell_completion import get_completion_class

    from mixpeek_conformance.streams import put

    if made := get_completion_class(shell):
        put(made(commands, {}, PROGRAM, COMPLETING).source())
    return 0


@commands.command(short_help="serve the reference service, for trying things out")
@click.option("--port", type=Number(0, 65535), default=8765, metavar="PORT", help="loopback port (default 8765)")
@click.option("--database", metavar="FILE", help="SQLite file, or postgresql:// URL, that outlives the server")
@click.option("--workers", type=Number(1, 64), default=1, metavar="N", help="processes (default 1)")
@click.option(
    "--fault", "faults", type=FAULT, multiple=True, metavar="NAME", help="break the contract in this way (repeatable)"
)
@click.option(
    "--variant",
    "variants",
    type=VARIANT,
    multiple=True,
    metavar="NAME",
    help="take this freedom of the contract (repeatable)",
)
@click.option(
    "--edition",
    type=EDITION,
    metavar="YYYY-MM",
    default="2026-04",
    help="keep this edition (default 2026-04)",
)
@click.option("--list", "listed", is_flag=True, help="list faults and variants, and end")
def serve(
    port: int,
    database: str | None,
    workers: int,
    faults: tuple[str, ...],
    variants: tuple[str, ...],
    edition: str,
    *,
    listed: bool,
) -> int:
    """Serve the reference service until Ctrl-C, and say how to reach it."""
    from mixpeek_conformance.commands import serve as serving

    if listed:
        return serving.show_deviations()
    return serving.serve(port, database, faults, variants, edition, workers)


@commands.command(short_help="run the suites against planted faults and conforming variants")
@click.argument(
    "names", type=DEVIATION, nargs=-1, metavar="[NAME]...", help="faults and variants (default all written by hand)"
)
@click.option("--all", "everything", is_flag=True, help="all faults, with those that operators make")
@click.option(
    "--edition", type=EDITION, metavar="YYYY-MM", default="2026-04", help="of one edition (default 2026-04)"
)
@click.option("--differences", is_flag=True, help="what another edition than the default has beside its neighbour")
@click.option("--report-dir", type=_FILE, default="reports/proof", metavar="FOLDER", help="where the matrix goes")
@click.option(
    "--effort",
    type=OneOf(("smoke", "quick", "least")),
    default="quick",
    metavar="LEVEL",
    help="quick, which finds all; smoke, to measure how many that finds; least: several faults at once first",
)
@_JSON
def prove(
    names: tuple[str, ...],
    report_dir: Path,
    edition: str,
    effort: str,
    *,
    everything: bool,
    differences: bool,
    as_json: bool,
) -> int:
    """Ask faults and variants, and end with 1 if one of them does not come out as declared."""
    from mixpeek_conformance.commands import prove as proof

    if names and (everything or differences):
        flag = "--all" if everything else "--differences"
        asks = "everything" if everything else "what differs"
        say(f"mixpeek-conformance prove: {flag} asks {asks}: leave out {names[0]}, or {flag}", error=True)
        return WRONG_USE
    return proof.command(
        proof.Scope(names, everything, edition, differences), report_dir, run, effort, as_json=as_json
    )


@commands.command(short_help="say what got worse from one run to another, for a gate")
@click.argument("baseline", type=_FILE, help="report folder or conformance.json of before")
@click.argument("current", type=_FILE, help="report folder or conformance.json of now")
@click.option("--strict", is_flag=True, help="close the gate for a changed observation too")
@_FORMAT
@_JSON
def compare(baseline: Path, current: Path, form: str, *, strict: bool, as_json: bool) -> int:
    """Say what changed between two runs, and end with 1 if the gate closes."""
    from mixpeek_conformance.commands.compare import compare

    return compare(baseline, current, "json" if as_json else form, strict=strict)


@commands.command(short_help="judge recorded traffic by every invariant, sending nothing", table=("edition",))
@click.argument("traffic", type=_FILE, metavar="TRAFFIC.har", help="HTTP archive (HAR 1.2)")
@click.option("--strict", is_flag=True, help="let a violated SHOULD count")
@click.option("--report-dir", metavar="FOLDER", help="where the reports go (default below reports)")
@_JSON
def audit(traffic: Path, report_dir: str | None, edition: str | None, *, strict: bool, as_json: bool) -> int:
    """Judge recorded traffic by every invariant, sending nothing, and end with the exit code of the verdict."""
    from mixpeek_conformance.commands import audit as auditing

    return auditing.command(traffic, edition, report_dir, strict=strict, as_json=as_json)


@commands.command(
    short_help="hold the OpenAPI document that a deployment publishes against the edition",
    table=("edition", "waivers"),
    takes_target=True,
)
@click.option(
    "--document", metavar="FILE|URL", help="the document (default /openapi.json below the base URL; - reads it)"
)
@click.option("--strict", is_flag=True, help="let drift count that breaks no client of the edition")
@click.option("--report-dir", type=_FILE, metavar="FOLDER", help="where a page, JSON, SARIF and Markdown are written")
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


@commands.command(
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
@_JSON
def load(arguments: list[str], **given: Any) -> int:
    """Let many users patch and read at once, judge every answer, and end with the exit code of the verdict."""
    from mixpeek_conformance.commands import load as loading

    return loading.command(given, arguments)


@commands.command(short_help="send the exchanges of a report's violations again", takes_target=True)
@click.argument("report", type=_FILE, default="reports/latest", help="report folder or file (default the newest)")
@click.argument(
    "requirements", type=REQUIREMENT, nargs=-1, metavar="[REQUIREMENT]...", help="which ones (default all violated)"
)
@click.option("--script", is_flag=True, help="print a script for a shell that does it, and send nothing")
@_JSON
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


@commands.command(
    short_help="remove what a run that was killed has left on its target",
    table=("bucket", "object"),
    takes_target=True,
)
@click.argument("report", type=_FILE, default="reports/latest", help="report folder (default the newest)")
@click.option("--yes", is_flag=True, help="remove what is listed, without a question")
@_JSON
def sweep(report: Path, *, yes: bool, as_json: bool, **given: Any) -> int:
    """Remove what a run that was killed has left on its target, and put back an object that was handed over."""
    from mixpeek_conformance.commands.sweep import sweep

    return sweep(report, by_name(given), yes=yes, as_json=as_json)


@commands.command(
    cls=CommandOfRuns,
    short_help="run several targets of conformance.toml, and show them side by side",
    table=("targets-file",),
    epilog="what stands behind -- are options of run, for every target",
)
@click.argument("names", type=TARGET, nargs=-1, metavar="[NAME]...", help="targets (default all)")
@click.option("--report-dir", type=_FILE, default="reports/targets", metavar="FOLDER", help="where reports go")
@_JSON
def matrix(
    names: tuple[str, ...], report_dir: Path, targets_file: str | None, behind: list[str], *, as_json: bool
) -> int:
    """Run several targets, and end with the worst of their exit codes."""
    from mixpeek_conformance.commands import matrix as several

    return several.command(names, targets_file, report_dir, behind, as_json=as_json)


@commands.command(short_help="list the catalogue of requirements")
@click.option("--edition", type=EDITION, metavar="YYYY-MM", help="list those of one edition (default all)")
@click.option("--area", "areas", type=AREA, multiple=True, metavar="AREA", help="list one area (may be repeated)")
@click.option("--level", "levels", type=LEVEL, multiple=True, metavar="LEVEL", help="list MUST or SHOULD alone")
@_JSON
def requirements(edition: str | None, areas: tuple[str, ...], levels: tuple[str, ...], *, as_json: bool) -> int:
    """Print the catalogue, a requirement a line: that of one edition, or of all, with the editions that have it."""
    from mixpeek_conformance.commands.requirements import requirements

    return requirements(edition, areas, levels, as_json=as_json)


@commands.command(short_help="say what a requirement means, and how it is tested")
@click.argument(
    "ids", type=REQUIREMENT, nargs=-1, required=True, metavar="REQUIREMENT...", help="ids, as in MERGE-NULL"
)
@click.option("--edition", type=EDITION, metavar="YYYY-MM", help="of one edition (default all)")
@_JSON
def explain(ids: tuple[str, ...], edition: str | None, *, as_json: bool) -> int:
    """Print a requirement: its source, what it tolerates, its checks and faults, the usual causes and their fixes."""
    from mixpeek_conformance.commands.explain import explain

    return explain(ids, edition, as_json=as_json)


@commands.command(short_help="say which editions there are, what one asks for, and what differs between two")
@click.argument("what", type=Named(lambda: ("list", "show", "diff")), metavar="list|show|diff")
@click.argument("names", type=EDITION, nargs=-1, metavar="[EDITION]...", help="one for show, two for diff")
@_FORMAT
@_JSON
def edition(what: str, names: tuple[str, ...], form: str, *, as_json: bool) -> int:
    """Print the editions (list), what one asks for (show), or what a deployment has to change (diff)."""
    from contracts.vocabulary.did_you_mean import advice
    from mixpeek_conformance.commands import edition as editions

    form = "json" if as_json else form
    match what, names:
        case "list", ():
            return editions.show_all(form)
        case "show", (name,):
            return editions.show(name, form)
        case "diff", (before, after):
            return editions.diff(before, after, form)
    usage = "give list, show NAME, or diff NAME NAME, as in edition diff 2026-04 2026-10"
    known = ("list", "show", "diff")
    told = usage if what in known else f"{what!r} is nothing that it shows: {advice(what, known, usage)}"
    say(f"mixpeek-conformance edition: {told}", error=True)
    return WRONG_USE
