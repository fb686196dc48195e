"""The judge of one process: every exchange is held against the invariants, and every pair against its rules."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from contracts.catalogue import CATALOGUE
from contracts.editions.edition import Edition
from contracts.vocabulary.causes import Cause, cause_of, traits_of
from contracts.vocabulary.events import Event, Violated
from contracts.vocabulary.exchange import Exchange, header
from contracts.vocabulary.outcomes import UNREADABLE, Finding
from fixtures.run.tally import Tally

MOST = 3
"""The most violations of one requirement that a process reports. Further ones are only counted."""

NO_5XX = "ERROR-NO-5XX"


class Judge:
    """Counts what one process judges, and reports violations with their exchanges."""

    def __init__(self, edition: Edition, tell: Callable[[Event], None]) -> None:
        """Judge by `edition`, and `tell` of what is broken."""
        self._known = CATALOGUE.in_edition(edition.name)
        self._tally = Tally(edition)
        self._tell = tell
        self._told: Counter[str] = Counter()
        self._causes: set[tuple[str, Cause]] = set()
        self._requests = 0
        self.violations = 0

    def see(self, exchange: Exchange, test: str) -> None:
        """Judge an exchange by every invariant."""
        self._requests += 1
        broken = sum(self._tally.broken.values())
        for requirement, expected, actual in self._tally.judge(exchange):
            self._tell_of(requirement, Finding(expected, actual), (exchange,), test)
        self.violations += sum(self._tally.broken.values()) - broken
        if exchange.request.method == "PATCH" and is_overload(exchange):
            status = exchange.response.status
            advice = ", without Retry-After" if status == 503 else ""
            self.charge(NO_5XX, Finding("429, or 503 with Retry-After", f"{status}{advice}"), (exchange,), test)

    def judged(self, found: Iterable[tuple[str, Finding | None]], exchanges: tuple[Exchange, ...], test: str) -> bool:
        """Count the findings on some exchanges, and return whether there was no violation.

        An answer that Python cannot read is not judged.
        """
        fine = True
        try:
            found = list(found)
        except UNREADABLE:
            return fine
        for requirement, finding in found:
            if finding is not None:
                fine = False
                self.charge(requirement, finding, exchanges, test)
            elif requirement in self._known:
                self._tally.counts[requirement] += 1
        return fine

    def charge(self, requirement: str, finding: Finding, exchanges: tuple[Exchange, ...], test: str) -> None:
        """Count a violation, and tell of it if the edition has the requirement."""
        if requirement in self._known:
            self._tally.charge(requirement)
            self.violations += 1
            self._tell_of(requirement, finding, exchanges, test)

    def _tell_of(self, requirement: str, finding: Finding, exchanges: tuple[Exchange, ...], test: str) -> None:
        traits = traits_of(exchanges[-1:])
        cause = requirement, cause_of(finding.expected, finding.actual, traits)
        if cause in self._causes or self._told[requirement] >= MOST:
            return
        self._causes.add(cause)
        self._told[requirement] += 1
        shown = tuple(exchange.evidence() for exchange in exchanges)
        self._tell(
            Violated(test, requirement, finding.expected, finding.actual, shown, invariant=True, traits=traits)
        )

    def take(self) -> Event:
        """Return what was counted since the last time."""
        counted = replace(self._tally.take("load"), requests=self._requests)
        self._requests = 0
        return counted


def is_capacity(exchange: Exchange) -> bool:
    """Whether the target is busy and says so: 429, or 503 with Retry-After."""
    response = exchange.response
    return response.status == 429 or (response.status == 503 and header(response.headers, "retry-after") is not None)


def is_overload(exchange: Exchange) -> bool:
    """Whether a gateway or a service fails under load: 502, 504, or 503 without Retry-After."""
    return exchange.response.status in (502, 503, 504) and not is_capacity(exchange)
