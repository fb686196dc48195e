"""Invariants: requirements that any exchange can be judged by, whatever it was sent for.

They are judged on every exchange of a run, at no further request. Only `AUTH-KEY-SECRET` looks beyond the operation
itself; the rest judge PATCHes of an object or, in a run that only reads, GETs of it.
"""

from collections.abc import Iterator
from functools import cache

from contracts.catalogue import CATALOGUE
from contracts.editions.edition import Edition
from contracts.invariants import answers, client, refusals, writing
from contracts.invariants.invariant import Invariant
from contracts.invariants.operation import Operation
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import UNREADABLE, Finding

OF_ANSWERS = tuple(one.requirement for one in (*answers.INVARIANTS, *writing.INVARIANTS))
"""The requirements that an accepted answer alone can be judged by: GET of the object shows them as well."""

_ALL = (*answers.INVARIANTS, *writing.INVARIANTS, *refusals.INVARIANTS)

INVARIANTS: dict[str, Invariant] = {one.requirement: one for one in _ALL}
"""The invariants of all editions, by their requirements."""


@cache
def in_edition(edition: str) -> dict[str, Invariant]:
    """Return the invariants whose requirements hold in `edition`."""
    requirements = CATALOGUE.in_edition(edition)
    return {name: one for name, one in INVARIANTS.items() if name in requirements}


def judge(
    exchange: Exchange, edition: Edition, operation: Operation = Operation.UPDATE
) -> Iterator[tuple[str, Finding | None]]:
    """Hold `exchange` against every invariant of `edition` that applies to it, in a run that judges `operation`.

    Yields the requirement with what is wrong, or with None where it holds. An exchange that is more than Python
    reads is not judged.
    """
    for invariant in in_edition(edition.name).values():
        try:
            if not invariant.judges(exchange, edition, operation):
                continue
            finding = invariant.find_violation(exchange, edition)
        except UNREADABLE:
            continue
        yield invariant.requirement, finding


__all__ = ["INVARIANTS", "OF_ANSWERS", "Invariant", "Operation", "client", "in_edition", "judge"]
