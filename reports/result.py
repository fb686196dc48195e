"""The one result of a run: the verdict on each requirement, folded from the ledger."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from contracts.catalogue import CATALOGUE
from contracts.events import Asked, Began, Event, Failed, Gone, Judged, Left, Observed, Unasked, Violated
from contracts.observations import OBSERVATIONS, Observation
from contracts.requirement import Capability, Level, Requirement

SCHEMA_VERSION = 1
NOT_RUN = "no check of it was run"
LOST = "it was found broken, and the exchange that shows it is missing from the ledger"
SHOWN = 5
"""Violations that are shown of one requirement, at most: those with the smallest exchanges."""


class Verdict(StrEnum):
    """The verdict on one requirement."""

    HOLDS = "holds"
    VIOLATED = "violated"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not applicable"


class RunVerdict(StrEnum):
    """The verdict on the target."""

    CONFORMANT = "conformant"
    NON_CONFORMANT = "non-conformant"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Shown:
    """A violation with the exchanges that show it, as plain JSON."""

    test: str
    expected: str
    actual: str
    exchanges: list[dict[str, Any]]

    @property
    def size(self) -> int:
        """How much there is to read."""
        return sum(len(one["request"]["body"] or "") + len(one["response"]["body"]) for one in self.exchanges)


@dataclass(frozen=True)
class Judgement:
    """The verdict on one requirement, and what it rests on.

    `asked` counts the examples and exchanges that were judged, `unjudged` those that showed nothing.
    """

    requirement: Requirement
    verdict: Verdict
    asked: int = 0
    unjudged: int = 0
    reason: str | None = None
    violations: tuple[Shown, ...] = ()
    occurrences: int = 0


@dataclass(frozen=True)
class Seen:
    """What the target does where the contract leaves it open; without an `outcome` there is a `reason`."""

    observation: Observation
    outcome: str | None = None
    reason: str | None = None
    exchange: dict[str, Any] | None = None


@dataclass(frozen=True)
class Result:
    """What a run has found. `finished` is Unix time; `interrupted` and `gone` say why it is not whole."""

    began: Began
    judgements: tuple[Judgement, ...]
    observations: tuple[Seen, ...]
    requests: int
    finished: float
    interrupted: bool = False
    gone: str | None = None
    failures: tuple[Failed, ...] = ()
    left: tuple[str, ...] = ()

    def count(self, verdict: Verdict) -> int:
        """Give how many requirements have `verdict`."""
        return sum(1 for one in self.judgements if one.verdict is verdict)

    @property
    def asked(self) -> bool:
        """Whether any requirement was asked."""
        return any(one.asked for one in self.judgements)

    @property
    def verdict(self) -> RunVerdict:
        """The verdict on the target: only requirements that bind it count."""
        binding = [one for one in self.judgements if self.began.strict or one.requirement.level is Level.MUST]
        if any(one.verdict is Verdict.VIOLATED for one in binding):
            return RunVerdict.NON_CONFORMANT
        whole = self.asked and not (self.interrupted or self.gone or self.failures)
        if not whole or any(one.verdict is Verdict.INCONCLUSIVE for one in binding):
            return RunVerdict.INCONCLUSIVE
        return RunVerdict.CONFORMANT

    @property
    def exit_code(self) -> int:
        """The exit code: pytest's meanings, and 6 inconclusive, 7 target unreachable."""
        if self.interrupted:
            return 2
        if self.gone:
            return 7
        if self.failures:
            return 3
        if self.verdict is RunVerdict.NON_CONFORMANT:
            return 1
        if not self.asked and all(
            one.reason == NOT_RUN or one.verdict is Verdict.NOT_APPLICABLE for one in self.judgements
        ):
            return 5
        return 0 if self.verdict is RunVerdict.CONFORMANT else 6

    def as_json(self) -> dict[str, Any]:
        """Give the result as `conformance.json`, described by `conformance.schema.json`."""
        began = self.began
        return {
            "schema_version": SCHEMA_VERSION,
            "verdict": self.verdict,
            "exit_code": self.exit_code,
            "edition": began.edition,
            "target": {
                "name": began.target,
                "base_url": began.base_url,
                "namespace": began.namespace,
                "reference_service": began.embedded,
                "without": began.without,
            },
            "run": {
                "id": began.run,
                "suite_version": began.suite,
                "effort": began.effort,
                "seed": began.seed,
                "strict": began.strict,
                "workers": began.workers,
                "started": began.started,
                "duration_seconds": round(self.finished - began.started, 3),
                "requests": self.requests,
                "interrupted": self.interrupted,
                "target_gone": self.gone,
            },
            "summary": {verdict.value: self.count(verdict) for verdict in Verdict},
            "requirements": [_as_json(one) for one in self.judgements],
            "observations": [
                {**asdict(one.observation), "outcome": one.outcome, "reason": one.reason, "exchange": one.exchange}
                for one in self.observations
            ],
            "suite_errors": [asdict(one) for one in self.failures],
            "left_behind": list(self.left),
        }


def _as_json(judgement: Judgement) -> dict[str, Any]:
    requirement = judgement.requirement
    return {
        "id": requirement.id,
        "level": requirement.level,
        "area": requirement.area,
        "sentence": requirement.sentence,
        "source": requirement.source,
        "tolerates": requirement.tolerates,
        "needs": sorted(requirement.needs),
        "verdict": judgement.verdict,
        "asked": judgement.asked,
        "unjudged": judgement.unjudged,
        "reason": judgement.reason,
        "occurrences": judgement.occurrences,
        "violations": [asdict(one) for one in judgement.violations],
    }


@dataclass
class _Evidence:
    """What the ledger says of one requirement.

    `reasons` are why its own check could not ask, `hints` why a check of several requirements could not.
    """

    judged: int = 0
    unjudged: int = 0
    broken: int = 0
    reasons: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    violations: list[Shown] = field(default_factory=list)


def fold(events: Iterable[Event], finished: float, *, interrupted: bool = False) -> Result:
    """Fold the events of all processes of a run into its result. Raises ValueError where none says that it began."""
    began: Began | None = None
    evidence: defaultdict[str, _Evidence] = defaultdict(_Evidence)
    seen: dict[str, Seen] = {}
    requests, gone, failures, left = 0, None, [], []
    for event in events:
        match event:
            case Began():
                began = event
            case Gone(reason):
                gone = reason
            case Failed():
                failures.append(event)
            case Left(what):
                left.append(what)
            case Asked(_, requirements, judged, unjudged):
                if len(requirements) == 1:
                    evidence[requirements[0]].judged += judged
                    evidence[requirements[0]].unjudged += unjudged
            case Unasked(_, requirements, reason):
                for one in requirements:
                    (evidence[one].reasons if len(requirements) == 1 else evidence[one].hints).append(reason)
            case Violated():
                one_of = evidence[event.requirement]
                one_of.violations.append(Shown(event.test, event.expected, event.actual, event.exchanges))
                one_of.broken += 0 if event.invariant else 1
            case Observed(_, name, outcome, reason, exchange):
                seen[name] = Seen(OBSERVATIONS[name], outcome, reason, exchange)
            case Judged(_, counts, broken, sent):
                requests += sent
                for name, count in counts.items():
                    evidence[name].judged += count
                for name, count in broken.items():
                    evidence[name].broken += count
    if began is None:
        raise ValueError("the ledger does not say how the run began")
    without = frozenset(Capability(name) for name in began.without)
    judgements = tuple(
        _judge(requirement, evidence[requirement.id], without, gone)
        for requirement in CATALOGUE.in_edition(began.edition)
    )
    nothing = gone or NOT_RUN
    observations = tuple(seen.get(name, Seen(one, reason=nothing)) for name, one in OBSERVATIONS.items())
    return Result(
        began, judgements, observations, requests, finished, interrupted, gone, tuple(failures), tuple(left)
    )


def _judge(requirement: Requirement, found: _Evidence, without: frozenset[Capability], gone: str | None) -> Judgement:
    asked = found.judged + (len(found.violations) if not found.judged else 0)
    if found.violations:
        smallest = tuple(sorted(found.violations, key=lambda one: (one.size, one.test))[:SHOWN])
        occurrences = max(found.broken, len(found.violations))
        return Judgement(
            requirement, Verdict.VIOLATED, asked, found.unjudged, violations=smallest, occurrences=occurrences
        )
    if found.broken:
        return Judgement(requirement, Verdict.INCONCLUSIVE, asked, found.unjudged, reason=LOST)
    if missing := sorted(requirement.needs & without):
        reason = f"declared with --without {' --without '.join(missing)}"
        return Judgement(requirement, Verdict.NOT_APPLICABLE, reason=reason)
    if found.reasons:
        return Judgement(requirement, Verdict.INCONCLUSIVE, asked, found.unjudged, reason=found.reasons[0])
    if not asked:
        reason = next(iter(found.hints), gone or NOT_RUN)
        return Judgement(requirement, Verdict.INCONCLUSIVE, asked, found.unjudged, reason=reason)
    return Judgement(requirement, Verdict.HOLDS, asked, found.unjudged)
