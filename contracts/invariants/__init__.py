"""Invariants: requirements that any exchange can be judged by, whatever it was sent for.

They are judged on every exchange of a run, at no further request. Only `AUTH-KEY-SECRET` looks beyond the operation
itself; the rest judge PATCHes of an object or, in a run that only reads, GETs of it.
"""

from collections.abc import Iterator

from contracts.editions.edition import Edition
from contracts.invariants.invariant import Invariant
from contracts.invariants.operation import Operation
from contracts.invariants.table import INVARIANTS, OF_ANSWERS, in_edition
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import UNREADABLE, Finding


def judge(
    exchange: Exchange, edition: Edition, operation: Operation = Operation.UPDATE
) -> Iterator[tuple[str, Finding | None]]:
    """Hold `exchange` against every invariant of `edition` that applies to it, in a run that judges `operation`.

    Yields the requirement with what is wrong, or with None if it holds. An exchange that is more than Python
    reads is not judged.
    """
    covered = operation.covers(exchange.request)
    for invariant in in_edition(edition.name).values():
        try:
            if not ((covered or invariant.everywhere) and invariant.applies(exchange, edition)):
                continue
            finding = invariant.find_violation(exchange, edition)
        except UNREADABLE:
            continue
        yield invariant.requirement, finding


__all__ = ["INVARIANTS", "OF_ANSWERS", "Invariant", "Operation", "client", "in_edition", "judge"]
