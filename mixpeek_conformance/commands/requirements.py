"""The command `requirements`: the catalogue, a requirement a line."""

from contracts.catalogue import CATALOGUE
from contracts.editions import edition
from contracts.vocabulary.exit_codes import Exit
from mixpeek_conformance.streams import say


def requirements(name: str | None) -> int:
    """Print the requirements of the edition `name`, or all, with the editions that have them."""
    asked = CATALOGUE
    if name is not None:
        try:
            edition.expect_known(name)
        except LookupError as error:
            say(f"mixpeek-conformance requirements: {error}", error=True)
            return Exit.WRONG_USE
        asked = CATALOGUE.in_edition(name)
    for one in asked.values():
        say(f"{one.id:<24} {one.level:<6} {one.sentence}{f' ({one.told})' if one.told else ''}")
    return 0
