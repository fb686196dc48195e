"""The one result of a run: the verdict on each requirement, what it rests on, and what follows for the target."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from contracts.catalogue.levels import is_within, level_of
from contracts.catalogue.observations import Observation
from contracts.catalogue.requirement import Capability, Level, Requirement, promised
from contracts.editions import edition as editions
from contracts.invariants.edition_fit import Better, better_than
from contracts.vocabulary.causes import weight
from contracts.vocabulary.events import Began, Failed, Slow
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.outcomes import OnFresh
from reports.result.baseline import Baseline
from reports.result.load import Load

NOT_RUN = "no check of it was run"
SLOWEST = 10
"""Answers that are shown as the slowest, at most."""
SUITE_LEVEL = "suite-level"
"""The option that says which requirements count."""

AUDIT = "audit"
"""The effort of an audit, which sends nothing."""

LOAD = "load"
"""The effort of a load run, which asks with many users at once what can be judged that way."""

SHOWN = 5
"""Violations that are shown of one requirement, at most: one for each cause, those with the smallest exchanges."""

CHOICES = frozenset(("requirement", "area", "only", "checks", "marks"))
"""The options by which a part of the requirements is chosen."""


class Verdict(StrEnum):
    """The verdict on one requirement."""

    HOLDS = "holds"
    VIOLATED = "violated"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not applicable"
    WAIVED = "waived"


class Kind(StrEnum):
    """Where a result comes from: a run of checks, an audit of recorded traffic, or many users at once."""

    RUN = "run"
    AUDIT = "audit"
    LOAD = "load"


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
        return sum(len(one.request.text or "") + len(one.response.text) for one in self.exchanges)

    @property
    def weight(self) -> tuple[bool, int]:
        """How hard it is to read: of violations of one cause, the least is shown."""
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
        return "\n".join(one.told for one in self.causes)


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


@dataclass(frozen=True)
class Result:
    """What a run has found.

    `finished` is Unix time; `interrupted` and `gone` say why it is not whole. `waiver_errors` are waivers that do
    not fit what was found, and `report_errors` what the folder of the reports did not take, a sentence each.
    `sent_again` counts requests that were sent once more, since the target
    was busy or the way to it broke off. `cut` counts the bodies that the archive holds in part, and the exchanges
    that it does not hold. `found_late` counts fresh things that were not found at once, and `latest` is how many
    seconds after its creation the last of them was found. `load` is what a load run measured. `slowest` are the
    answers that took longest, the longest first. `made` says whether the run made anything on the target.
    `baseline` is the earlier run that this one is held against.
    """

    began: Began
    judgements: tuple[Judgement, ...]
    observations: tuple[Seen, ...]
    requests: int
    finished: float
    interrupted: bool = False
    gone: str | None = None
    failures: tuple[Failed, ...] = ()
    left: tuple[str, ...] = ()
    waiver_errors: tuple[str, ...] = ()
    report_errors: tuple[str, ...] = ()
    sent_again: int = 0
    found_late: int = 0
    latest: float = 0.0
    cut: tuple[int, int] = (0, 0)
    load: Load | None = None
    latency: tuple[Latency, ...] = ()
    slowest: tuple[Slow, ...] = ()
    made: bool = False
    baseline: Baseline | None = None

    @property
    def demonstration(self) -> bool:
        """Whether the suite asked its own reference service: the verdict says nothing about any deployment."""
        return self.began.embedded

    @property
    def partial(self) -> bool:
        """Whether a choice of requirements or checks was asked, and others were not, or are not to be asked."""
        unasked = self._chosen and any(one.reason == NOT_RUN for one in self.judgements)
        return unasked or bool(self.promised)

    def left_out(self, judgement: Judgement) -> bool:
        """Whether `judgement` is of a requirement that was not chosen, and that nothing was found out about."""
        return self._chosen and judgement.verdict is Verdict.INCONCLUSIVE and judgement.reason == NOT_RUN

    @property
    def _chosen(self) -> bool:
        return bool(CHOICES & self.began.options.keys())

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
        headline = f"{headline} under load" if self.kind is Kind.LOAD else headline
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
        for one in self.judgements:
            for shown in one.violations:
                yield from shown.exchanges
            if one.example is not None:
                yield one.example.exchange
        yield from (one.exchange for one in self.observations if one.exchange is not None)

    @property
    def archive_told(self) -> str | None:
        """Say what `exchanges.har` lacks; None if it holds every exchange as it was."""
        bodies, exchanges = self.cut
        parts = [f"{bodies:,} long bodies cut (--keep-bodies keeps more)"] if bodies else []
        parts += [f"{exchanges:,} exchanges left out (--keep-archive keeps more)"] if exchanges else []
        return f"exchanges.har is not whole: {', and '.join(parts)}" if parts else None

    @property
    def kind(self) -> "Kind":
        """What was done to find this out."""
        return {AUDIT: Kind.AUDIT, LOAD: Kind.LOAD}.get(self.began.effort, Kind.RUN)

    @property
    def over_limit(self) -> str | None:
        """Say which limit of the user's own was passed under load; None if none was. It counts like a violation."""
        return None if self.load is None else self.load.over_limit

    @cached_property
    def better(self) -> Better | None:
        """The edition that fits better what was found broken; None if none does, by one violation."""
        shown = [one for each in self.judgements for shown in each.violations for one in shown.exchanges]
        if self.began.best_fit or not shown or self.began.edition not in editions.known():
            return None
        return better_than(self.began.edition, dict.fromkeys(shown))

    def of_edition(self, judgement: Judgement) -> str:
        """Say that a requirement is violated by the edition of the run alone; empty if it is not, or not known."""
        violations = ((one.actual, one.exchanges) for one in judgement.violations)
        if judgement.verdict is not Verdict.VIOLATED or self.better is None:
            return ""
        if not self.better.explains(judgement.requirement.id, violations):
            return ""
        name = self.better.best.edition
        told = f"is violated by edition {self.began.edition} alone"
        return f"{told}: {name}, which fits better, allows it (--edition {name})"

    def note(self, judgement: Judgement) -> str:
        """Say what has to be known of a violation before it is mended; empty if there is nothing."""
        return "; ".join(filter(None, (self.of_edition(judgement), self.aside(judgement))))

    @property
    def archive_warning(self) -> str | None:
        """Say what the archive lacks if whole exchanges are left out of it; None if none is."""
        return self.archive_told if self.cut[1] else None

    @property
    def broken(self) -> list[Judgement]:
        """The requirements that are violated; those by which the run ends come first."""
        violated = [one for one in self.judgements if one.verdict is Verdict.VIOLATED]
        return sorted(violated, key=lambda one: not self.binds(one))

    @property
    def unasked(self) -> list[Judgement]:
        """The requirements that could not be asked, without those that were not chosen."""
        return [one for one in self.judgements if one.verdict is Verdict.INCONCLUSIVE and not self.left_out(one)]

    def count(self, verdict: Verdict) -> int:
        """Return how many requirements have `verdict`."""
        return sum(1 for one in self.judgements if one.verdict is verdict)

    @property
    def whole(self) -> bool:
        """Whether the run came to its end, and nothing that it found was lost."""
        lost = self.load is not None and self.load.lost_workers > 0
        return not (self.interrupted or self.gone or self.failures or self.report_errors or lost)

    @property
    def asked(self) -> bool:
        """Whether any requirement was asked."""
        return any(one.asked for one in self.judgements)

    def aside(self, judgement: Judgement) -> str:
        """Say that a violation, or what could not be asked, does not count; empty if it does."""
        if self.is_known(judgement):
            what = "violated in the same way" if judgement.verdict is Verdict.VIOLATED else "not asked"
            return f"does not count: {what} in the baseline too (--baseline)"
        if judgement.verdict is not Verdict.VIOLATED or self.binds(judgement):
            return ""
        if self.is_new(judgement):
            level = level_of(judgement.requirement.id)
            return f"does not count: new in level {level} of the suite (--suite-level {level} lets it count)"
        return f"does not count: a {judgement.requirement.level} (--strict lets it count)"

    def is_new(self, judgement: Judgement) -> bool:
        """Whether a newer suite has brought the requirement than the one of `--suite-level`."""
        level = self.began.options.get(SUITE_LEVEL)
        return level is not None and not is_within(judgement.requirement.id, level)

    @cached_property
    def _waived(self) -> frozenset[str]:
        return frozenset(one.requirement.id for one in self.judgements if one.verdict is Verdict.WAIVED)

    def follows(self, judgement: Judgement) -> bool:
        """Whether nothing but violations that are waived is why `judgement` is inconclusive."""
        inconclusive = judgement.verdict is Verdict.INCONCLUSIVE
        return inconclusive and bool(judgement.left_to) and self._waived.issuperset(judgement.left_to)

    def is_known(self, judgement: Judgement) -> bool:
        """Whether what is wrong was so in the baseline, in the same way."""
        wrong = judgement.verdict in (Verdict.VIOLATED, Verdict.INCONCLUSIVE)
        return wrong and self.baseline is not None and judgement.requirement.id in self.baseline.known

    def counts(self, judgement: Judgement) -> bool:
        """Whether the verdict on the target hangs on `judgement`: on a MUST, and with --strict on a SHOULD.

        One that is new to the user's `--suite-level` does not count, nor does one that only a waiver leaves open.
        """
        if self.is_new(judgement) or self.follows(judgement):
            return False
        return self.began.strict or judgement.requirement.level is Level.MUST

    def binds(self, judgement: Judgement) -> bool:
        """Whether the exit code hangs on `judgement`: it counts, and is not forgiven by a baseline."""
        return self.counts(judgement) and not self.is_known(judgement)

    @property
    def verdict(self) -> RunVerdict:
        """The verdict on the target: only requirements that bind it count, and a baseline forgives nothing."""
        return self._verdict([one for one in self.judgements if self.counts(one)])

    @property
    def gate(self) -> RunVerdict:
        """The verdict by which the run ends: that on the target, without what the baseline forgives."""
        return self._verdict([one for one in self.judgements if self.binds(one)])

    @property
    def no_worse(self) -> bool:
        """Whether the run passes, and would not do so without its baseline."""
        return self.gate is RunVerdict.CONFORMANT and self.verdict is not RunVerdict.CONFORMANT

    def _verdict(self, binding: list[Judgement]) -> RunVerdict:
        if self.over_limit or any(one.verdict is Verdict.VIOLATED for one in binding):
            return RunVerdict.NON_CONFORMANT
        if not (self.asked and self.whole) or any(one.verdict is Verdict.INCONCLUSIVE for one in binding):
            return RunVerdict.INCONCLUSIVE
        return RunVerdict.CONFORMANT

    @property
    def exit_code(self) -> Exit:
        """The exit code: what ended the run before its time counts before the verdict.

        What was proven before the target was gone stays proven, and so does what a full disk did not keep, and what
        recorded traffic shows that ends too early.
        """
        proven = self.gate is RunVerdict.NON_CONFORMANT
        if self.interrupted and not (proven and self.began.effort == AUDIT):
            return Exit.INTERRUPTED
        if proven and (self.gone or self.interrupted):
            return Exit.NON_CONFORMANT
        if self.gone:
            return Exit.UNREACHABLE
        if self.failures:
            return Exit.SUITE_FAILED
        if proven:
            return Exit.NON_CONFORMANT
        if self.report_errors or (self.waiver_errors and self.began.strict):
            return Exit.WRONG_USE
        if not self.asked and all(
            one.reason == NOT_RUN or one.verdict is Verdict.NOT_APPLICABLE for one in self.judgements
        ):
            return Exit.NOTHING_ASKED
        return Exit.CONFORMANT if self.gate is RunVerdict.CONFORMANT else Exit.INCONCLUSIVE
