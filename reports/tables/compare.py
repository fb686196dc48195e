"""The gate between two runs: what got worse, what got better, and what the target does otherwise than before."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.vocabulary import escaping
from reports.result.load import Load
from reports.result.result import Result
from reports.result.verdicts import Judgement, Verdict
from reports.tables.baseline import is_otherwise
from reports.tables.gate import objections

_BAD = (Verdict.VIOLATED,)
_UNASKED = (Verdict.INCONCLUSIVE,)
_SHARE = 0.2
"""The part by which a latency or a throughput has to differ to be told of."""

_LEAST = 5.0
"""Milliseconds by which a latency has to differ to be told of."""


class RunChange(StrEnum):
    """What became of a requirement or an observation from one run to the next."""

    NEWLY_VIOLATED = "newly violated"
    OTHERWISE = "violated otherwise"
    NEWLY_INCONCLUSIVE = "newly inconclusive"
    REPAIRED = "repaired"
    NEW = "new in the suite"
    GONE = "gone from the suite"
    OTHER = "changed"
    OBSERVED = "observed otherwise"
    SLOWER = "slower"
    QUICKER = "quicker"

    @property
    def worse(self) -> bool:
        """Whether a gate closes on it."""
        return self in (RunChange.NEWLY_VIOLATED, RunChange.OTHERWISE, RunChange.NEWLY_INCONCLUSIVE)


@dataclass(frozen=True)
class Entry:
    """One change, with what was and what is in a few words each."""

    change: RunChange
    id: str
    before: str
    now: str
    detail: str = ""


@dataclass(frozen=True)
class RunComparison:
    """What changed from one result to another.

    `notes` say in what else the two runs differ, `objections` why the gate closes whatever the current run found.
    """

    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    objections: tuple[str, ...] = ()

    def of(self, change: RunChange) -> tuple[Entry, ...]:
        """Return the entries with `change`."""
        return tuple(entry for entry in self.entries if entry.change is change)

    def closes(self, *, strict: bool) -> bool:
        """Whether the gate closes: the current run cannot pass or, with `strict`, an observation changed."""
        return self.worse or bool(self.objections) or (strict and bool(self.of(RunChange.OBSERVED)))

    @property
    def worse(self) -> bool:
        """Whether a requirement got worse."""
        return any(entry.change.worse for entry in self.entries)

    @property
    def _told(self) -> str:
        if self.worse:
            return "worse than before"
        return "cannot be told whether it is worse than before" if self.objections else "no worse than before"

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as plain JSON."""
        return {
            "worse": self.closes(strict=False),
            "objections": list(self.objections),
            "changes": [
                {
                    "change": entry.change,
                    "id": entry.id,
                    "before": entry.before,
                    "now": entry.now,
                    "detail": entry.detail,
                }
                for entry in self.entries
            ],
            "notes": list(self.notes),
        }

    def lines(self) -> Iterator[str]:
        """Return the comparison as lines of a terminal."""
        return map(escaping.line, self._lines())

    def _lines(self) -> Iterator[str]:
        yield from (f"  note: {note}" for note in self.notes)
        yield from (f"  ✗ {objection}" for objection in self.objections)
        for change in RunChange:
            for entry in self.of(change):
                sign = "✗" if change.worse else "·"
                tail = f": {entry.detail}" if entry.detail else ""
                yield f"  {sign} {change:<20} {entry.id:<26} {entry.before} -> {entry.now}{tail}"
        yield f"  {self._told}"

    def markdown(self) -> Iterator[str]:
        """Yield the comparison as lines of Markdown."""
        headline = self._told
        yield f"## {'❌' if self.closes(strict=False) else '✅'} {headline[0].upper()}{headline[1:]}\n"
        yield from (f"- **{escaping.markdown(objection)}**" for objection in self.objections)
        yield from (f"- {escaping.markdown(note)}" for note in self.notes)
        if not self.entries:
            yield "\nNothing changed."
            return
        yield "\n| change | requirement or observation | before | now | |\n| --- | --- | --- | --- | --- |"
        for change in RunChange:
            for entry in self.of(change):
                sign = f"**{change}**" if change.worse else str(change)
                cells = map(escaping.markdown, (entry.id, entry.before, entry.now, entry.detail))
                yield " | ".join((f"| {sign}", *cells)) + " |"


def compare(before: Result, now: Result) -> RunComparison:
    """Compare two results, of whatever suite, edition, seed or target."""
    entries = (*_requirements(before, now), *_observations(before, now), *_latency(before.load, now.load))
    return RunComparison(entries, tuple(_notes(before, now)), tuple(objections(before, now)))


def _requirements(before: Result, now: Result) -> Iterator[Entry]:
    old = {judgement.requirement.id: judgement for judgement in before.judgements}
    new = {judgement.requirement.id: judgement for judgement in now.judgements}
    for name in dict.fromkeys((*old, *new)):
        was, is_now = old.get(name), new.get(name)
        if is_now is None:
            yield Entry(RunChange.GONE, name, str(was.verdict) if was else "", "not asked")
        elif was is None:
            yield Entry(RunChange.NEW, name, "not asked", str(is_now.verdict), _detail(is_now))
        elif is_otherwise(was, is_now):
            yield Entry(RunChange.OTHERWISE, name, str(was.verdict), str(is_now.verdict), _detail(is_now))
        elif was.verdict is not is_now.verdict:
            yield Entry(_change(was, is_now), name, str(was.verdict), str(is_now.verdict), _detail(is_now))


def _change(was: Judgement, is_now: Judgement) -> RunChange:
    if is_now.verdict in _BAD:
        return RunChange.NEWLY_VIOLATED
    if is_now.verdict in _UNASKED:
        # What was broken and can no longer be asked is not repaired, and no better known than before.
        return RunChange.NEWLY_INCONCLUSIVE
    if was.verdict in (*_BAD, *_UNASKED, Verdict.WAIVED) and is_now.verdict is Verdict.HOLDS:
        return RunChange.REPAIRED
    return RunChange.OTHER


def _observations(before: Result, now: Result) -> Iterator[Entry]:
    old = {observation.observation.id: observation.outcome for observation in before.observations}
    for observation in now.observations:
        was = old.get(observation.observation.id)
        if was is not None and observation.outcome is not None and was != observation.outcome:
            yield Entry(
                RunChange.OBSERVED,
                observation.observation.id,
                was,
                observation.outcome,
                observation.observation.question,
            )


def _latency(before: Load | None, now: Load | None) -> Iterator[Entry]:
    """Yield what became slower or quicker under load, by more than machines vary from one minute to the next."""
    if before is None or now is None:
        return
    pairs = [
        (f"{name} of {one.name}", was, is_now)
        for one in now.latency
        if (old := before.named(one.name)) is not None
        for name, was, is_now in (("p50", old.p50, one.p50), ("p95", old.p95, one.p95), ("p99", old.p99, one.p99))
    ]
    for name, was, is_now in pairs:
        if abs(is_now - was) > max(_SHARE * was, _LEAST):
            change = RunChange.SLOWER if is_now > was else RunChange.QUICKER
            yield Entry(change, name, f"{was:,.0f} ms", f"{is_now:,.0f} ms")
    was, is_now = before.requests_per_second, now.requests_per_second
    if abs(is_now - was) > _SHARE * was:
        change = RunChange.SLOWER if is_now < was else RunChange.QUICKER
        yield Entry(change, "throughput", f"{was:,.1f} requests/s", f"{is_now:,.1f} requests/s")


def _notes(before: Result, now: Result) -> Iterator[str]:
    pairs = (
        ("the target", before.began.base_url, now.began.base_url),
        ("the edition", before.began.edition, now.began.edition),
        ("the suite", before.began.suite, now.began.suite),
        ("the effort", before.began.effort, now.began.effort),
        ("the seed", str(before.began.seed), str(now.began.seed)),
    )
    yield from (f"{what} was {was}, and is {is_now}" for what, was, is_now in pairs if was != is_now)
    if before.load is not None and now.load is not None and before.load.users != now.load.users:
        yield f"there were {before.load.users:,} users, and are {now.load.users:,}: times are hard to compare"
    if before.began.embedded:
        yield "the baseline is a demonstration: it asked the suite's own reference service"
    if not before.whole:
        yield "the baseline is not whole: it was interrupted, lost its target, or failed"


def _detail(judgement: Judgement) -> str:
    if judgement.violations:
        return f"expected {judgement.violations[0].expected}, got {judgement.violations[0].actual}"
    return judgement.reason or ""
