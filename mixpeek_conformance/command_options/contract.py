"""What is promised: `requirements`, `explain` and `edition`."""

import click

from mixpeek_conformance.argument_kinds import AREA, EDITION, LEVEL, REQUIREMENT, KnownName
from mixpeek_conformance.command_options.shared_options import AS_JSON, FORMAT
from mixpeek_conformance.parsing import command
from mixpeek_conformance.streams import say
from mixpeek_conformance.wrong_use import WRONG_USE


@command(short_help="list the catalogue of requirements")
@click.option("--edition", type=EDITION, metavar="YYYY-MM", help="list those of one edition (default all)")
@click.option("--area", "areas", type=AREA, multiple=True, metavar="AREA", help="list one area (may be repeated)")
@click.option("--level", "levels", type=LEVEL, multiple=True, metavar="LEVEL", help="list MUST or SHOULD alone")
@AS_JSON
def requirements(edition: str | None, areas: tuple[str, ...], levels: tuple[str, ...], *, as_json: bool) -> int:
    """Print the catalogue, a requirement a line: that of one edition, or of all, with the editions that have it."""
    from mixpeek_conformance.commands.requirements import requirements

    return requirements(edition, areas, levels, as_json=as_json)


@command(short_help="say what a requirement means, and how it is tested")
@click.argument(
    "ids", type=REQUIREMENT, nargs=-1, required=True, metavar="REQUIREMENT...", help="ids, as in MERGE-NULL"
)
@click.option("--edition", type=EDITION, metavar="YYYY-MM", help="of one edition (default all)")
@AS_JSON
def explain(ids: tuple[str, ...], edition: str | None, *, as_json: bool) -> int:
    """Print a requirement: its source, what it tolerates, its checks and faults, the usual causes and their fixes."""
    from mixpeek_conformance.commands.explain import explain

    return explain(ids, edition, as_json=as_json)


@command(short_help="say which editions there are, what one asks for, and what differs between two")
@click.argument("what", type=KnownName(lambda: ("list", "show", "diff")), metavar="list|show|diff")
@click.argument("names", type=EDITION, nargs=-1, metavar="[EDITION]...", help="one for show, two for diff")
@FORMAT
@AS_JSON
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
    message = usage if what in known else f"{what!r} is nothing that it shows: {advice(what, known, usage)}"
    say(f"mixpeek-conformance edition: {message}", error=True)
    return WRONG_USE
