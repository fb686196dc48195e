"""What an invariant is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.editions.edition import Edition
from contracts.invariants.operation import Operation
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import Finding


@dataclass(frozen=True)
class Invariant:
    """A requirement with the two functions that judge any exchange by it.

    `applies` says whether the exchange has anything to judge, `find_violation` what is wrong with it, or None.
    `everywhere` says that exchanges of other operations are judged as well, `schema` and `member` which member of
    which schema is judged, if it is one.
    """

    requirement: str
    applies: Callable[[Exchange, Edition], bool]
    find_violation: Callable[[Exchange, Edition], Finding | None]
    everywhere: bool = False
    schema: str = ""
    member: str = ""

    def judges(self, exchange: Exchange, edition: Edition, operation: Operation) -> bool:
        """Whether the invariant has anything to judge in `exchange`, in a run that judges `operation`."""
        return (self.everywhere or operation.covers(exchange.request)) and self.applies(exchange, edition)
