"""The command `requirements`: the catalogue, a requirement a line."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from contracts.catalogue import CATALOGUE
from contracts.catalogue.levels import level_of
from contracts.catalogue.requirement import Area, Catalogue, Level, Requirement
from contracts.catalogue.sources import references
from contracts.editions import edition
from contracts.vocabulary.did_you_mean import advice
from contracts.vocabulary.exit_codes import Exit
from mixpeek_conformance.streams import put_json, say


def requirements(name: str | None, areas: Sequence[str], levels: Sequence[str], *, as_json: bool = False) -> int:
    """Print the requirements of the edition `name`, or all, with the editions that have them.

    With `areas` or `levels`, those of them alone; `as_json`, a list of objects.
    """
    try:
        asked = of_edition(name)
        areas = [_known(area, list(Area), "area") for area in areas]
        levels = [_known(level, list(Level), "level") for level in levels]
    except LookupError as error:
        say(f"mixpeek-conformance requirements: {error}", error=True)
        return Exit.WRONG_USE
    chosen = [
        one for one in asked.values() if (not areas or one.area in areas) and (not levels or one.level in levels)
    ]
    if as_json:
        put_json([members_of(one) for one in chosen])
        return 0
    for one in chosen:
        say(f"{one.id:<24} {one.level:<6} {one.sentence}{f' ({one.told})' if one.told else ''}", hang=32)
    return 0


def members_of(one: Requirement) -> dict[str, Any]:
    """Return a requirement as JSON shows it."""
    sources = [asdict(each) for each in references(one.source)]
    return {**asdict(one), "sources": sources, "needs": sorted(one.needs), "suite_level": level_of(one.id)}


def _known(given: str, known: Sequence[str], kind: str) -> str:
    """Return one of `known` that was given in any case. Raises LookupError if it is none of them."""
    if given.upper() not in known:
        raise LookupError(f"{given} is no {kind}: {advice(given.upper(), known, 'give one of ' + ', '.join(known))}")
    return given.upper()


def of_edition(name: str | None) -> Catalogue:
    """Return the requirements of the edition `name`, or all. Raises LookupError if there is no such edition."""
    if name is None:
        return CATALOGUE
    edition.expect_known(name)
    return CATALOGUE.in_edition(name)
