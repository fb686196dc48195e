"""The one result of a run: its judgements, what it tells of itself, and the verdict on the target."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from contracts.catalogue.observations import Observation
from contracts.catalogue.requirement import Capability, promised
from contracts.editions import edition as editions
from contracts.invariants.edition_fit import Better, better_than, rank
from contracts.vocabulary.efforts import AUDIT, LOAD
from contracts.vocabulary.events import Slow
from contracts.vocabulary.exchange import Exchange
from reports.result.exit_code import Ending
from reports.result.verdicts import NOT_RUN, Judgement, RunVerdict, Verdict


class ResultKind(StrEnum):
    """Where a result comes from: a run of checks, an audit of recorded traffic, or many users at once."""

    RUN = "run"
    AUDIT = "audit"
    LOAD = "load"


@dataclass(frozen=True)
class Seen:
    """What the target does where the contract leaves it open; without an `outcome` there is a `reason`."""

    observation: Observation
    outcome: str | None = None
    reason: str | None = None
    exchange: Exchange | None = None


@dataclass(frozen=True)
class Latency:
    """How long the answers to requests of one method took, in seconds: percentiles, and the longest."""

    method: str
    answers: int
    p50: float
    p95: float
    p99: float
    longest: float


@dataclass(frozen=True, kw_only=True)
class Result(Ending):
    """What a run has found.

    `finished` is Unix time. `sent_again` counts requests that were sent once more, since the target was busy or the
    connection to it broke off. `cut` counts the bodies that the archive holds in part, and the exchanges that it does
    not hold. `found_late` counts fresh things that were not found at once, and `latest` is how many seconds after its
    creation the last of them was found. `slowest` are the answers that took longest, the longest first. `made` says
    whether the run made anything on the target.
    """

    observations: tuple[Seen, ...]
    requests: int
    finished: float
    left: tuple[str, ...] = ()
    sent_again: int = 0
    found_late: int = 0
    latest: float = 0.0
    cut: tuple[int, int] = (0, 0)
    latency: tuple[Latency, ...] = ()
    slowest: tuple[Slow, ...] = ()
    made: bool = False

    def __str__(self) -> str:
        """Return the verdict, and what it is about, in one line."""
        held, total = self.count(Verdict.HOLDS), len(self.judgements)
        violated = f"; violated: {', '.join(self.violated)}" if self.violated else ""
        return f"{self.headline}, edition {self.began.edition} ({held} of {total} requirements hold{violated})"

    @property
    def demonstration(self) -> bool:
        """Whether the suite asked its own reference service: the verdict says nothing about any deployment."""
        return self.began.embedded

    @property
    def partial(self) -> bool:
        """Whether a choice of requirements or checks was asked, and others were not, or are not to be asked."""
        unasked = self._chosen and any(judgement.reason == NOT_RUN for judgement in self.judgements)
        return unasked or bool(self.promised)

    @property
    def promised(self) -> tuple[Capability, ...]:
        """What the edition promises, and the target was declared to lack all the same."""
        return promised(self.began.without, self.began.edition)

    @property
    def headline(self) -> str:
        """The verdict as reports show it: of a demonstration, of a part and of a load run by these names."""
        headline = str(self.verdict)
        if self.verdict is RunVerdict.CONFORMANT and (waived := self.count(Verdict.WAIVED)):
            headline += f" with {waived} waiver{'' if waived == 1 else 's'}"
        headline = f"partial, {headline}" if self.partial else headline
        headline = f"{headline} under load" if self.kind is ResultKind.LOAD else headline
        headline = f"{headline}, and no worse than the baseline" if self.no_worse else headline
        return f"demonstration: {headline}" if self.demonstration else headline

    @property
    def requests_told(self) -> str:
        """Say how many requests were answered, how many were sent again, and how much was found late."""
        notes = [f"{self.sent_again:,} sent again"] if self.sent_again else []
        if self.found_late:
            notes.append(f"{self.found_late:,} for fresh things found late, up to {self.latest:.1f} s after creation")
        noted = f" ({', '.join(notes)})" if notes else ""
        return f"{self.requests:,} requests{noted}"

    @property
    def kept(self) -> str:
        """Which exchanges the archive holds: all, evidence or none."""
        return self.began.options.get("keep", "evidence")

    @property
    def evidence(self) -> Iterator[Exchange]:
        """The exchanges that reports show."""
        for judgement in self.judgements:
            for shown in judgement.violations:
                yield from shown.exchanges
            if judgement.example is not None:
                yield judgement.example.exchange
        yield from (observation.exchange for observation in self.observations if observation.exchange is not None)

    @property
    def archive_told(self) -> str | None:
        """Say what `exchanges.har` lacks; None if it holds every exchange as it was."""
        bodies, exchanges = self.cut
        parts = [f"{bodies:,} long bodies cut (--keep-bodies keeps more)"] if bodies else []
        parts += [f"{exchanges:,} exchanges left out (--keep-archive keeps more)"] if exchanges else []
        return f"exchanges.har is not whole: {', and '.join(parts)}" if parts else None

    @property
    def kind(self) -> "ResultKind":
        """What was done to find this out."""
        return {AUDIT: ResultKind.AUDIT, LOAD: ResultKind.LOAD}.get(self.began.effort, ResultKind.RUN)

    @cached_property
    def better(self) -> Better | None:
        """The edition that fits better what was found broken; None if none does, by one violation."""
        shown = [exchange for each in self.judgements for shown in each.violations for exchange in shown.exchanges]
        if self.began.best_fit or not shown or self.began.edition not in editions.known():
            return None
        return better_than(self.began.edition, rank(dict.fromkeys(shown)))

    def of_edition(self, judgement: Judgement) -> str:
        """Say that a requirement is violated by the edition of the run alone; empty if it is not, or not known."""
        violations = ((violation.actual, violation.exchanges) for violation in judgement.violations)
        if judgement.verdict is not Verdict.VIOLATED or self.better is None:
            return ""
        if not self.better.explains(judgement.requirement.id, violations):
            return ""
        name = self.better.best.edition
        sentence = f"is violated by edition {self.began.edition} alone"
        return f"{sentence}: {name}, which fits better, allows it (--edition {name})"

    def note(self, judgement: Judgement) -> str:
        """Say what has to be known of a violation before it is mended; empty if there is nothing."""
        return "; ".join(filter(None, (self.of_edition(judgement), self.aside(judgement))))

    @property
    def archive_warning(self) -> str | None:
        """Say what the archive lacks if whole exchanges are left out of it; None if none is."""
        return self.archive_told if self.cut[1] else None
