"""What every rendering of a result says alike: the facts of its run, the signs of verdicts, requirements by area.

A fact that is added here is in every report.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.catalogue.requirement import Area, declared
from contracts.vocabulary.efforts import EFFORTS
from reports.result import verdict_words
from reports.result.load import Load
from reports.result.result import Result
from reports.result.verdicts import Judgement, RunVerdict, Verdict


@dataclass(frozen=True)
class Sign:
    """How a verdict is shown: a `mark` in text, an `emoji` in Markdown, a `kind` of colour, a `word` in a count."""

    mark: str
    emoji: str
    kind: str
    word: str


SIGNS: dict[Verdict | RunVerdict, Sign] = {
    Verdict.HOLDS: Sign("✓", "✅", "good", "hold"),
    Verdict.VIOLATED: Sign("✗", "❌", "bad", "violated"),
    Verdict.INCONCLUSIVE: Sign("?", "❔", "open", "inconclusive"),
    Verdict.NOT_APPLICABLE: Sign("–", "➖", "off", "not applicable"),
    Verdict.WAIVED: Sign("~", "➰", "waived", "waived"),
    RunVerdict.CONFORMANT: Sign("✓", "✅", "good", "conformant"),
    RunVerdict.NON_CONFORMANT: Sign("✗", "❌", "bad", "non-conformant"),
    RunVerdict.INCONCLUSIVE: Sign("?", "❔", "open", "inconclusive"),
}

PARTIAL = Sign("◐", "◐", "open", "partial")
"""How the verdict is shown if a part was asked and no more, and that part would pass: never in green."""

WAIVED = Sign("~", "➰", "waived", "conformant")
"""How the verdict is shown if violations are waived: never in plain green."""

_METHOD = re.compile(r"[A-Z]{1,20}", re.ASCII)

NO_WORSE = Sign("≈", "🟡", "open", "no worse")
"""How the verdict is shown of a run that passes by its baseline: never in green."""

DEMONSTRATION = Sign("○", "⚪", "off", "demonstration")
"""How the verdict of a demonstration is shown, whatever it is: in grey."""


@dataclass(frozen=True)
class Fact:
    """One fact of a run: its `name` and `value` for programs, a `label` and `words` for people.

    Without `words` people are not told: the fact is as usual, or said elsewhere. `literal` words are shown as code.
    """

    name: str
    value: str | int | float | bool
    label: str = ""
    words: str = ""
    literal: bool = False

    @property
    def text(self) -> str:
        """The value as text for programs: true and false in lower case."""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)


def facts(result: Result) -> tuple[Fact, ...]:
    """Return the facts of the run behind `result`, in the order in which reports show them."""
    began = result.began
    where = f"{began.target}: {began.base_url}" if began.target else began.base_url
    started = datetime.fromtimestamp(began.started, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    left_out = EFFORTS[began.effort].leaves_out if began.effort in EFFORTS else ""
    duration = round(result.finished - began.started, 1)
    return (
        Fact("verdict", result.headline),
        Fact("in-words", verdict_words.sentences(result)),
        Fact("demonstration", result.demonstration),
        Fact("edition", began.edition),
        Fact("target", began.base_url, "Target", where, literal=True),
        Fact("namespace", began.namespace, "Namespace", began.namespace, literal=True),
        Fact("started", started, "Started", started),
        Fact("duration", duration, "Duration", f"{duration:,} s"),
        Fact("requests", result.requests, "Sent", result.requests_told),
        Fact("effort", began.effort, "Effort", f"{began.effort}, strict" if began.strict else began.effort),
        Fact("left-out", left_out, "Left out", left_out),
        Fact("strict", began.strict),
        Fact("seed", began.seed, "Seed", str(began.seed), literal=True),
        Fact("suite", began.suite, "Suite", began.suite),
        Fact("without", ",".join(began.without), "Declared", declared(began.without), literal=True),
        Fact("insecure", began.insecure),
        Fact("read-only", began.read_only),
        *_of_load(result.load),
        *(Fact(name, text, _label(name), text, literal=True) for name, text in began.options.items()),
        *_latency(result),
        Fact("left-behind", len(result.left), "Cleaned up", verdict_words.cleaned(result)),
        Fact("exit-code", int(result.exit_code), "Exit code", str(int(result.exit_code))),
    )


def _of_load(load: Load | None) -> Iterator[Fact]:
    """Yield the facts of a load run."""
    if load is None:
        return
    kinds = ", ".join(f"{name} {weight}" for name, weight in load.weights.items() if weight)
    yield Fact("users", load.users, "Users", f"{load.users:,} ({kinds})")
    rate = load.requests_per_second
    yield Fact("requests-per-second", rate, "Throughput", f"{rate:,.1f} requests/s")
    for latency in (load.named("PATCH"), load.named("GET")):
        if latency is not None:
            words = f"{latency.p50:,.0f} / {latency.p95:,.0f} / {latency.p99:,.0f} / {latency.longest:,.0f} ms"
            yield Fact(f"p95-{latency.name.lower()}", latency.p95, f"{latency.name} p50 / p95 / p99 / longest", words)
    yield Fact("capacity", load.capacity, "No room", f"{load.capacity:,} answers 429 or 503 with Retry-After")
    yield Fact("unanswered", load.unanswered, "Unanswered", f"{load.unanswered:,}")
    if load.max_p95 is not None:
        yield Fact("max-p95", load.max_p95, "Limit", f"p95 of {load.max_p95:g} ms")
    if load.workers > 1 or load.lost_workers:
        lost = f", {load.lost_workers} lost" if load.lost_workers else ""
        yield Fact("workers", load.workers, "Workers", f"{load.workers}{lost}")


def _latency(result: Result) -> Iterator[Fact]:
    """Yield the percentiles of each method in milliseconds, those of one method in one line for people."""
    for latency in result.latency:
        if not _METHOD.fullmatch(latency.method):  # of whoever wrote the file
            continue
        times = {"p50": latency.p50, "p95": latency.p95, "p99": latency.p99}
        percentiles = ", ".join(f"{name} {milliseconds(seconds)}" for name, seconds in times.items())
        yield Fact(f"latency-{latency.method}", percentiles, f"Answers to {latency.method}", percentiles)
        for name, seconds in times.items():
            yield Fact(f"latency-{latency.method}-{name}-ms", round(seconds * 1000, 1))


def milliseconds(seconds: float) -> str:
    """Return a time as people read it: in milliseconds, with a fraction below ten."""
    return f"{seconds * 1000:,.1f} ms" if seconds < 0.01 else f"{seconds * 1000:,.0f} ms"


def _label(option: str) -> str:
    return option.replace("-", " ").capitalize()


def sign_of(result: Result) -> Sign:
    """Return how the verdict on the target is shown."""
    if result.demonstration:
        return DEMONSTRATION
    if result.no_worse:
        return NO_WORSE
    if result.gate is not RunVerdict.CONFORMANT:
        return SIGNS[result.verdict]
    if result.partial:
        return PARTIAL
    return WAIVED if result.count(Verdict.WAIVED) else SIGNS[result.verdict]


def by_area(result: Result) -> Iterator[tuple[Area, tuple[Judgement, ...]]]:
    """Yield each area that has requirements in this run, with the judgements on them."""
    for area in Area:
        ours = tuple(judgement for judgement in result.judgements if judgement.requirement.area is area)
        if ours:
            yield area, ours
