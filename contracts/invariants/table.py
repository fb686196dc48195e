"""The table of all invariants, and of those of one edition."""

from functools import cache

from contracts.catalogue import CATALOGUE
from contracts.invariants import answers, number_and_charset, refusals
from contracts.invariants.invariant import Invariant

OF_ANSWERS = tuple(one.requirement for one in (*answers.INVARIANTS, *number_and_charset.INVARIANTS))
"""The requirements that an accepted answer alone can be judged by: GET of the object shows them as well."""

_ALL = (*answers.INVARIANTS, *number_and_charset.INVARIANTS, *refusals.INVARIANTS)

INVARIANTS: dict[str, Invariant] = {one.requirement: one for one in _ALL}
"""The invariants of all editions, by their requirements."""


@cache
def in_edition(edition: str) -> dict[str, Invariant]:
    """Return the invariants whose requirements hold in `edition`."""
    requirements = CATALOGUE.in_edition(edition)
    return {name: one for name, one in INVARIANTS.items() if name in requirements}
