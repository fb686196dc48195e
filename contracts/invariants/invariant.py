"""What an invariant is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.editions.edition import Edition
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import Finding


@dataclass(frozen=True)
class Invariant:
    """A requirement with the two functions that judge any exchange by it.

    `applies` says whether the exchange has anything to judge, `find_violation` what is wrong with it, or None.
    """

    requirement: str
    applies: Callable[[Exchange, Edition], bool]
    find_violation: Callable[[Exchange, Edition], Finding | None]
