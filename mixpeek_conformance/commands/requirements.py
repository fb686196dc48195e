"""The command `requirements`: the catalogue, a requirement a line."""

from collections.abc import Sequence

from contracts.catalogue import CATALOGUE
from contracts.catalogue.requirement import Catalogue
from contracts.editions import edition
from contracts.vocabulary.exit_codes import Exit
from mixpeek_conformance.streams import say


def requirements(name: str | None, areas: Sequence[str], levels: Sequence[str]) -> int:
    """Print the requirements of the edition `name`, or all, with the editions that have them.

    With `areas` or `levels`, those of them alone.
    """
    try:
        asked = of_edition(name)
    except LookupError as error:
        say(f"mixpeek-conformance requirements: {error}", error=True)
        return Exit.WRONG_USE
    for one in asked.values():
        if (not areas or one.area in areas) and (not levels or one.level in levels):
            say(f"{one.id:<24} {one.level:<6} {one.sentence}{f' ({one.told})' if one.told else ''}")
    return 0


def of_edition(name: str | None) -> Catalogue:
    """Return the requirements of the edition `name`, or all. Raises LookupError if there is no such edition."""
    if name is None:
        return CATALOGUE
    edition.expect_known(name)
    return CATALOGUE.in_edition(name)
