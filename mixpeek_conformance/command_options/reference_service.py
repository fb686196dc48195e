"""The reference service: `serve` offers it, `prove` asks its faults and variants."""

from pathlib import Path

import click

from mixpeek_conformance.argument_kinds import DEVIATION, EDITION, FAULT, VARIANT, Number, OneOf
from mixpeek_conformance.command_options.shared_options import AS_JSON, FILE
from mixpeek_conformance.parsing import command
from mixpeek_conformance.pytest_run.engine import run
from mixpeek_conformance.streams import say
from mixpeek_conformance.wrong_use import WRONG_USE


@command(short_help="serve the reference service, for trying things out")
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


@command(short_help="run the suites against planted faults and conforming variants")
@click.argument(
    "names", type=DEVIATION, nargs=-1, metavar="[NAME]...", help="faults and variants (default all written by hand)"
)
@click.option("--all", "everything", is_flag=True, help="all faults, with those that operators make")
@click.option(
    "--edition", type=EDITION, metavar="YYYY-MM", default="2026-04", help="of one edition (default 2026-04)"
)
@click.option("--differences", is_flag=True, help="what another edition than the default has beside its neighbour")
@click.option("--report-dir", type=FILE, default="reports/proof", metavar="FOLDER", help="where the matrix goes")
@click.option(
    "--effort",
    type=OneOf(("smoke", "quick", "least")),
    default="quick",
    metavar="LEVEL",
    help="quick, which finds all; smoke, to measure how many that finds; least: several faults at once first",
)
@AS_JSON
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
        proof.ProofScope(names, everything, edition, differences), report_dir, run, effort, as_json=as_json
    )
