"""The command `mixpeek-conformance`: what it can be asked, and what it does whatever becomes of that."""

import contextlib
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from mixpeek_conformance.layout import claim_names
from mixpeek_conformance.parsing import WRONG_USE, CommandOfPytest, CommandOfRuns, Commands, by_name, outcome
from mixpeek_conformance.pytest_run.engine import run
from mixpeek_conformance.pytest_run.environment import own_environment
from mixpeek_conformance.streams import open_closed, say, undisturbed

_INTERRUPTED = 2
_SUITE_FAILED = 3

_DOCTORS = "reports/doctor"
"""Where the ledger of a doctor goes, so that the report of a run stays as it is."""

_FILE = click.Path(path_type=Path, readable=False)
"""Any name: what is wrong with the file that has it, the command says when it opens it."""


_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    metavar="FORMAT",
    help="text, markdown or json (default text)",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments`, by default those of the process, and return its exit code."""
    claim_names()
    open_closed()
    sys.stdout, sys.stderr = undisturbed(sys.stdout), undisturbed(sys.stderr)
    from fixtures.redaction import output_gate

    output_gate.stand()
    try:
        with own_environment():
            return outcome(commands, sys.argv[1:] if arguments is None else arguments)
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
    return run(arguments)


@commands.command(cls=CommandOfPytest, short_help="say what a run can find out, without one")
def doctor(arguments: list[str]) -> int:
    """Say step by step whether a run can begin, and what its verdict can be. Takes the options of run."""
    return run(["--doctor", "--result-only", f"--report-dir={_DOCTORS}", *arguments])


@commands.command(short_help="serve the reference service, for trying things out")
@click.option("--port", type=int, default=8765, metavar="PORT", help="loopback port (default 8765)")
@click.option("--database", type=_FILE, metavar="FILE", help="SQLite file that outlives the server")
@click.option("--fault", metavar="NAME", help="announce the base URL of a planted fault")
@click.option("--variant", metavar="NAME", help="announce the base URL of a conforming variant")
@click.option("--edition", metavar="YYYY-MM", default="2026-04", help="announce that of an edition (default 2026-04)")
@click.option("--list", "listed", is_flag=True, help="list faults and variants, and end")
def serve(
    port: int, database: Path | None, fault: str | None, variant: str | None, edition: str, *, listed: bool
) -> int:
    """Serve the reference service until Ctrl-C, and say how to reach it."""
    from mixpeek_conformance.commands import serve as serving

    if listed:
        return serving.show_deviations()
    return serving.serve(port, database, fault, variant, edition)


@commands.command(short_help="run the suites against planted faults and conforming variants")
@click.argument("names", nargs=-1, metavar="[NAME]...", help="faults and variants (default all written by hand)")
@click.option("--all", "everything", is_flag=True, help="all faults, with those that operators make")
@click.option("--edition", metavar="YYYY-MM", default="2026-04", help="of one edition (default 2026-04)")
@click.option("--differences", is_flag=True, help="what another edition than the default has beside its neighbour")
@click.option("--report-dir", type=_FILE, default="reports/proof", metavar="FOLDER", help="where the matrix goes")
def prove(names: tuple[str, ...], report_dir: Path, edition: str, *, everything: bool, differences: bool) -> int:
    """Ask faults and variants, and end with 1 if one of them does not come out as declared."""
    from mixpeek_conformance.commands import prove as proof
    from reports.recording.report_folder import Unusable

    if names and (everything or differences):
        flag = "--all" if everything else "--differences"
        asks = "everything" if everything else "what differs"
        say(f"mixpeek-conformance prove: {flag} asks {asks}: leave out {names[0]}, or {flag}", error=True)
        return WRONG_USE
    line = ""
    try:
        for line in proof.prove(proof.Scope(names, everything, edition, differences), report_dir, run):
            say(line)
    except (LookupError, Unusable, OSError) as error:
        say(f"mixpeek-conformance prove: {error}", error=True)
        return WRONG_USE
    return 0 if line.endswith(" 0 complaints") else 1


@commands.command(short_help="say what got worse from one run to another, for a gate")
@click.argument("baseline", type=_FILE, help="report folder or conformance.json of before")
@click.argument("current", type=_FILE, help="report folder or conformance.json of now")
@click.option("--strict", is_flag=True, help="close the gate for a changed observation too")
@_FORMAT
def compare(baseline: Path, current: Path, form: str, *, strict: bool) -> int:
    """Say what changed between two runs, and end with 1 if the gate closes."""
    from mixpeek_conformance.commands.compare import compare

    return compare(baseline, current, form, strict=strict)


@commands.command(short_help="judge recorded traffic by every invariant, sending nothing", table=("edition",))
@click.argument("traffic", type=_FILE, metavar="TRAFFIC.har", help="HTTP archive (HAR 1.2)")
@click.option("--strict", is_flag=True, help="let a violated SHOULD count")
@click.option("--report-dir", metavar="FOLDER", help="where the reports go (default below reports)")
def audit(traffic: Path, report_dir: str | None, edition: str | None, *, strict: bool) -> int:
    """Judge recorded traffic by every invariant, sending nothing, and end with the exit code of the verdict."""
    from mixpeek_conformance.commands import audit as auditing

    return auditing.command(traffic, edition, report_dir, strict=strict)


@commands.command(short_help="send the exchanges of a report's violations again", takes_target=True)
@click.argument("report", type=_FILE, help="report folder or conformance.json")
@click.argument("requirements", nargs=-1, metavar="[REQUIREMENT]...", help="which ones (default all violated)")
def replay(report: Path, requirements: tuple[str, ...], **given: Any) -> int:
    """Send again what shows the violations of a report, to the target that your own settings name."""
    from mixpeek_conformance.commands.replay import replay

    return replay(report, requirements, by_name(given))


@commands.command(
    short_help="remove what a run that was killed has left on its target",
    table=("bucket", "object"),
    takes_target=True,
)
@click.argument("report", type=_FILE, default="reports/latest", help="report folder (default the newest)")
@click.option("--yes", is_flag=True, help="remove what is listed, without a question")
def sweep(report: Path, *, yes: bool, **given: Any) -> int:
    """Remove what a run that was killed has left on its target, and put back an object that was handed over."""
    from mixpeek_conformance.commands.sweep import sweep

    return sweep(report, by_name(given), yes=yes)


@commands.command(
    cls=CommandOfRuns,
    short_help="run several targets of conformance.toml, and show them side by side",
    table=("targets-file",),
    epilog="what stands behind -- are options of run, for every target",
)
@click.argument("names", nargs=-1, metavar="[NAME]...", help="targets (default all)")
@click.option("--report-dir", type=_FILE, default="reports/targets", metavar="FOLDER", help="where reports go")
def matrix(names: tuple[str, ...], report_dir: Path, targets_file: str | None, behind: list[str]) -> int:
    """Run several targets, and end with the worst of their exit codes."""
    from mixpeek_conformance.commands import matrix as several

    return several.command(names, targets_file, report_dir, behind)


@commands.command(short_help="list the catalogue of requirements")
@click.option("--edition", metavar="YYYY-MM", help="list those of one edition (default all)")
@click.option("--area", "areas", multiple=True, metavar="AREA", help="list one area (may be repeated)")
@click.option("--level", "levels", multiple=True, metavar="LEVEL", help="list MUST or SHOULD alone")
def requirements(edition: str | None, areas: tuple[str, ...], levels: tuple[str, ...]) -> int:
    """Print the catalogue, a requirement a line: that of one edition, or of all, with the editions that have it."""
    from mixpeek_conformance.commands.requirements import requirements

    return requirements(edition, areas, levels)


@commands.command(short_help="say what a requirement means, and how it is tested")
@click.argument("ids", nargs=-1, required=True, metavar="REQUIREMENT...")
@click.option("--edition", metavar="YYYY-MM", help="of one edition (default all)")
def explain(ids: tuple[str, ...], edition: str | None) -> int:
    """Print a requirement with its source, what it tolerates, its checks, and the faults that break it."""
    from mixpeek_conformance.commands.explain import explain

    return explain(ids, edition)


@commands.command(short_help="say which editions there are, what one asks for, and what differs between two")
@click.argument("what", metavar="list|show|diff")
@click.argument("names", nargs=-1, metavar="[EDITION]...", help="one for show, two for diff")
@_FORMAT
def edition(what: str, names: tuple[str, ...], form: str) -> int:
    """Print the editions (list), what one asks for (show), or what a deployment has to change (diff)."""
    from mixpeek_conformance.commands import edition as editions

    match what, names:
        case "list", ():
            return editions.show_all()
        case "show", (name,):
            return editions.show(name)
        case "diff", (before, after):
            return editions.diff(before, after, form)
    say(
        "mixpeek-conformance edition: give list, show NAME, or diff NAME NAME, as in edition diff 2026-04 2026-10",
        error=True,
    )
    return WRONG_USE
