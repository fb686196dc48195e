"""Folds the events of all processes of a run into its result."""

import math
import traceback
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.catalogue import CATALOGUE
from contracts.catalogue import observations as freedoms
from contracts.catalogue.requirement import Capability, Requirement, declared
from contracts.vocabulary.causes import Cause, cause_of, distinct
from contracts.vocabulary.efforts import AUDIT
from contracts.vocabulary.events import (
    SLOWEST,
    Began,
    CheckInconclusive,
    CheckPassed,
    Cut,
    Event,
    Exemplified,
    Failed,
    Judged,
    Late,
    Left,
    Made,
    Observed,
    Resent,
    Slow,
    TargetUnreachable,
    Violated,
)
from contracts.vocabulary.outcomes import OnFresh
from reports.result.result import Latency, Result, Seen
from reports.result.verdicts import NOT_RUN, SHOWN, Example, Judgement, Shown, Verdict

AUDITED = "an audit reads no responses as a client does"
UNREAD = "nothing reads the responses as a client does: --reader names a program that does"

_AT_A_GLANCE = 2
"""A violation with more exchanges than this is shown after the others."""

LOST = "it was found broken, and the exchange that shows it is missing from the ledger"


@dataclass
class _Evidence:
    """What the ledger says of one requirement.

    `reasons` are why its own check could not ask, `left_to` for each of them the requirements whose violation alone
    it is, `hints` why a check of several requirements could not. `seen`
    counts the exchanges that it was judged by as an invariant, whatever they were sent for; `cut_short` says that
    what a check was to ask stays open. `unanswered` counts examples that got no usable answer.
    """

    judged: int = 0
    unjudged: int = 0
    broken: int = 0
    reasons: list[str] = field(default_factory=list)
    left_to: list[list[str]] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    seen: int = 0
    cut_short: bool = False
    unanswered: int = 0
    violations: list[tuple[Shown, Cause]] = field(default_factory=list)
    examples: list[Exemplified] = field(default_factory=list)

    @property
    def example(self) -> Example | None:
        """The plainest exchange by which it was asked, of its own check if possible."""
        ordered = sorted(self.examples, key=lambda one: (one.invariant, _size(one), one.test))
        return next((Example(one.test, one.exchange) for one in ordered), None)

    def asked(self, event: CheckPassed) -> None:
        """Take in what a check has judged; one of several requirements counts for none of them."""
        self.unanswered += event.unanswered
        if len(event.requirements) == 1:
            self.judged += event.judged
            self.unjudged += event.unjudged

    def violated(self, event: Violated) -> None:
        """Take in what shows a violation; those of an invariant are counted where it is judged."""
        fresh = OnFresh(event.on_fresh_object)
        shown = Shown(event.test, event.expected, event.actual, event.exchanges, fresh)
        self.violations.append((shown, cause_of(event.expected, event.actual, event.traits)))
        self.broken += 0 if event.invariant else 1

    def unasked(self, event: CheckInconclusive) -> None:
        """Take in that a check did not ask all that it was to ask."""
        alone = len(event.requirements) == 1
        self.cut_short |= event.cut_short
        if alone or event.cut_short:
            self.reasons.append(event.reason)
            self.left_to.append([] if event.cut_short else event.left_to)
        else:
            self.hints.append(event.reason)
        if alone:
            self.judged += event.judged
            self.unjudged += event.unjudged


@dataclass
class _Times:
    """How long answers took, in seconds: all of them by method, and those that took longest."""

    elapsed: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    slow: list[Slow] = field(default_factory=list)

    def add(self, took: Mapping[str, Sequence[float]]) -> None:
        """Take in what answers took in one test."""
        for method, seconds in took.items():
            self.elapsed[method] += seconds

    @property
    def latency(self) -> tuple[Latency, ...]:
        """The percentiles by method: the least time within which so many percent of the answers came."""
        found = []
        for method, seconds in sorted(self.elapsed.items()):
            ordered = sorted(seconds)
            if ordered:
                p50, p95, p99 = (ordered[math.ceil(len(ordered) * share / 100) - 1] for share in (50, 95, 99))
                found.append(Latency(method, len(ordered), p50, p95, p99, ordered[-1]))
        return tuple(found)

    @property
    def slowest(self) -> tuple[Slow, ...]:
        """The answers that took longest, the longest first."""
        return tuple(sorted(self.slow, key=lambda one: (-one.elapsed, one.started))[:SLOWEST])


@dataclass
class _Folding:
    """What the events of a run have said so far, of the run as a whole and of each requirement."""

    began: Began | None = None
    evidence: defaultdict[str, _Evidence] = field(default_factory=lambda: defaultdict(_Evidence))
    seen: dict[str, Seen] = field(default_factory=dict)
    times: _Times = field(default_factory=_Times)
    requests: int = 0
    sent_again: int = 0
    late: list[float] = field(default_factory=list)
    gone: str | None = None
    failures: list[Failed] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    cut: tuple[int, int] = (0, 0)
    made: bool = False

    def take(self, event: Event) -> None:
        """Take in an event, as far as it matters to the result."""
        match event:
            case Began():
                self.began = event
            case Resent():
                self.sent_again += 1
            case Late(_, _, seconds):
                self.late.append(seconds)
            case TargetUnreachable(reason):
                self.gone = reason
            case Failed():
                self.failures.append(event)
            case Cut(bodies, exchanges):
                self.cut = self.cut[0] + bodies, self.cut[1] + exchanges
            case Made():
                self.made = True
            case Left(what):
                self.left.append(what)
            case Observed(_, name, outcome, reason, exchange):
                self.seen[name] = Seen(freedoms.OBSERVATIONS[name], outcome, reason, exchange)
            case Slow():
                self.times.slow.append(event)
            case CheckPassed() | CheckInconclusive() | Violated() | Exemplified() | Judged():
                self._take_evidence(event)

    def _take_evidence(self, event: CheckPassed | CheckInconclusive | Violated | Exemplified | Judged) -> None:
        """Take in what an event says of requirements."""
        match event:
            case CheckPassed():
                for requirement in event.requirements:
                    self.evidence[requirement].asked(event)
            case CheckInconclusive():
                for requirement in event.requirements:
                    self.evidence[requirement].unasked(event)
            case Violated():
                self.evidence[event.requirement].violated(event)
            case Exemplified():
                self.evidence[event.requirement].examples.append(event)
            case Judged(_, counts, broken, sent, took):
                self.requests += sent
                self.times.add(took)
                for name, count in counts.items():
                    self.evidence[name].judged += count
                    self.evidence[name].seen += count
                for name, count in broken.items():
                    self.evidence[name].broken += count


def fold(events: Iterable[Event], finished: float, *, interrupted: bool = False) -> Result:
    """Fold the events of all processes of a run into its result. Raises ValueError if none says that it began."""
    found = _Folding()
    for event in events:
        found.take(event)
    began = found.began
    if began is None:
        raise ValueError("the ledger does not say how the run began")
    return Result(
        began=began,
        judgements=_judgements(found, began),
        observations=_observations(found, began),
        requests=found.requests,
        finished=max(finished, began.started),  # a clock that is set back does not make the duration negative
        interrupted=interrupted,
        gone=found.gone,
        failures=tuple(found.failures),
        left=tuple(dict.fromkeys(found.left)),
        sent_again=found.sent_again,
        cut=found.cut,
        found_late=len(found.late),
        latest=max(found.late, default=0.0),
        latency=found.times.latency,
        slowest=found.times.slowest,
        made=found.made,
    )


def _judgements(found: _Folding, began: Began) -> tuple[Judgement, ...]:
    """Return the verdict on every requirement of the run's edition."""
    without = frozenset(Capability(name) for name in began.without)
    return tuple(
        _unread(requirement, began)
        if requirement.by_reader and "reader" not in began.options
        else _judge(requirement, found.evidence[requirement.id], without, found.gone)
        for requirement in CATALOGUE.in_edition(began.edition).values()
    )


def _observations(found: _Folding, began: Began) -> tuple[Seen, ...]:
    """Return what was seen of everything that the run's edition leaves open."""
    open_here = freedoms.in_edition(began.edition, read="reader" in began.options)
    return tuple(found.seen.get(name, Seen(one, reason=found.gone or NOT_RUN)) for name, one in open_here.items())


def _size(one: Exemplified) -> int:
    return len(one.exchange.request.text or "") + len(one.exchange.response.text)


def _unread(requirement: Requirement, began: Began) -> Judgement:
    return Judgement(requirement, Verdict.NOT_APPLICABLE, reason=AUDITED if began.effort == AUDIT else UNREAD)


def fold_or_fail(events: Iterable[Event], finished: float, *, interrupted: bool = False) -> Result:
    """Fold `events`; if that goes wrong, return a result that says so and judges nothing."""
    known = list(events)
    try:
        return fold(known, finished, interrupted=interrupted)
    except Exception as error:  # noqa: BLE001 - whatever it is, there is a report
        began = [event for event in known if isinstance(event, Began)]
        lines = "".join(traceback.format_exception(error))
        return fold([*began, Failed("the fold of the ledger", lines)], finished, interrupted=interrupted)


def _judge(requirement: Requirement, found: _Evidence, without: frozenset[Capability], gone: str | None) -> Judgement:
    asked = found.judged + (len(found.violations) if not found.judged else 0)
    if found.violations:
        ordered = sorted(found.violations, key=lambda one: (one[0].weight, one[0].test))
        plainest = distinct(ordered, lambda one: one[1], lambda one: one[0].weight)[:SHOWN]
        smallest = tuple(sorted((one for one, _ in plainest), key=lambda one: len(one.exchanges) > _AT_A_GLANCE))
        occurrences = max(found.broken, len(found.violations))
        return Judgement(
            requirement, Verdict.VIOLATED, asked, found.unjudged, violations=smallest, occurrences=occurrences
        )
    if found.broken:
        return Judgement(requirement, Verdict.INCONCLUSIVE, asked, found.unjudged, reason=LOST)
    if missing := sorted(requirement.needs & without):
        reason = f"declared with {declared(missing)}"
        return Judgement(requirement, Verdict.NOT_APPLICABLE, reason=reason)
    if found.reasons and (found.cut_short or not found.seen):
        left_to = dict.fromkeys(one for each in found.left_to for one in each) if all(found.left_to) else ()
        return Judgement(
            requirement, Verdict.INCONCLUSIVE, asked, found.unjudged, reason=found.reasons[0], left_to=tuple(left_to)
        )
    if gone and found.unanswered:  # it may have been gone by then
        return Judgement(requirement, Verdict.INCONCLUSIVE, asked, found.unjudged, reason=gone)
    if not asked:
        reason = next(iter(found.hints), gone or NOT_RUN)
        return Judgement(requirement, Verdict.INCONCLUSIVE, asked, found.unjudged, reason=reason)
    return Judgement(requirement, Verdict.HOLDS, asked, found.unjudged, example=found.example)
