"""The verdicts: on one requirement, with the violations, the waiver or the example it rests on, and on the target."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.catalogue.requirement import Requirement
from contracts.vocabulary.causes import weight
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import OnFresh

NOT_RUN = "no check of it was run"
"""The reason of a requirement that was not asked."""

SHOWN = 5
"""Violations that are shown of one requirement, at most: one for each cause, those with the smallest exchanges."""


class Verdict(StrEnum):
    """The verdict on one requirement."""

    HOLDS = "holds"
    VIOLATED = "violated"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not applicable"
    WAIVED = "waived"


class RunVerdict(StrEnum):
    """The verdict on the target."""

    CONFORMANT = "conformant"
    NON_CONFORMANT = "non-conformant"
    INCONCLUSIVE = "inconclusive"


_ON_FRESH_OBJECT = {
    OnFresh.YES: "seen again on a fresh object",
    OnFresh.NO: "not seen again on a fresh object: it depends on what was sent before",
    OnFresh.NOT_ASKED: "",
}


@dataclass(frozen=True)
class Shown:
    """A violation with the exchanges that show it, as evidence.

    `on_fresh_object` says whether it shows on an object to which nothing had been sent before.
    """

    test: str
    expected: str
    actual: str
    exchanges: tuple[Exchange, ...]
    on_fresh_object: OnFresh = OnFresh.NOT_ASKED

    @property
    def told(self) -> str:
        """Say in one line what was found."""
        found = f"expected {self.expected}; got {self.actual}"
        return f"{found} ({self.repeated})" if self.repeated else found

    @property
    def repeated(self) -> str:
        """Say whether the violation shows on a fresh object; empty if that was not asked."""
        return _ON_FRESH_OBJECT[self.on_fresh_object]

    @property
    def size(self) -> int:
        """How much there is to read."""
        return sum(len(exchange.request.text or "") + len(exchange.response.text) for exchange in self.exchanges)

    @property
    def weight(self) -> tuple[bool, int]:
        """How hard it is to read. Of several violations with one cause, the lightest is shown."""
        return weight(self.expected, self.actual, self.size)


@dataclass(frozen=True)
class Waiver:
    """A violation that is accepted for a while, on the targets whose name or base URL the pattern `target` matches.

    `line` is where the waiver begins in its file; `expires` is the first day on which it no longer holds.
    """

    requirement: str
    target: str
    reason: str
    expires: date
    ticket: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Example:
    """How a requirement was asked: an exchange by which it was judged, and held, and the test that sent it."""

    test: str
    exchange: Exchange


@dataclass(frozen=True)
class Judgement:
    """The verdict on one requirement, and what it rests on.

    `asked` counts the examples and exchanges that were judged, `unjudged` those that showed nothing. One that is
    waived has its violations like any other, and the waiver. `left_to` are the requirements whose violation alone
    is why it is inconclusive.
    """

    requirement: Requirement
    verdict: Verdict
    asked: int = 0
    unjudged: int = 0
    reason: str | None = None
    violations: tuple[Shown, ...] = ()
    occurrences: int = 0
    waiver: Waiver | None = None
    example: Example | None = None
    left_to: tuple[str, ...] = ()

    @property
    def causes(self) -> tuple[Shown, ...]:
        """The violations that every rendering shows: one for each cause, the plainest first, and not too many."""
        return self.violations[:SHOWN]

    @property
    def told(self) -> str:
        """Say in one line for each cause what was found."""
        return "\n".join(cause.told for cause in self.causes)
