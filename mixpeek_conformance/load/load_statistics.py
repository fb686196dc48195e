"""The numbers of a load run: what Locust has counted, in all and second by second."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from locust.runners import Runner
from locust.stats import RequestStats, StatsEntry

from mixpeek_conformance.load.plan import LoadPlan
from mixpeek_conformance.load.users.load_user import MAKING, OBJECT, REFUSED
from reports.result.load import Load, LoadLatency, Sample

MOST_SAMPLES = 240
"""The most samples of a result. In a longer run, two neighbours are merged into one."""

_NAMES: Mapping[tuple[str, str], str] = {
    (OBJECT, "PATCH"): "PATCH",
    (OBJECT, "GET"): "GET",
    (REFUSED, "PATCH"): "PATCH of strangers",
    (REFUSED, "GET"): "GET of strangers",
    (MAKING, "POST"): "POST of objects",
}


@dataclass
class LoadNumbers:
    """Takes a sample of `runner` each time that it is asked to; `violations` says how many there were so far."""

    runner: Runner
    plan: LoadPlan
    violations: Callable[[], int]
    samples: list[Sample] = field(default_factory=list)
    most_users: int = 0
    _before: tuple[float, int, int, int] = (0.0, 0, 0, 0)

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return int(self.runner.stats.total.num_requests)

    def sample(self, second: float) -> None:
        """Take a sample, `second` seconds after the run began."""
        total, broken = self.runner.stats.total, self.violations()
        then, requests, failures, violations = self._before
        passed = max(second - then, 0.001)
        users = self.runner.user_count
        self.most_users = max(self.most_users, users)
        self._before = second, total.num_requests, total.num_failures, broken
        self.samples.append(
            Sample(
                round(second, 1),
                users,
                round((total.num_requests - requests) / passed, 1),
                round((total.num_failures - failures) / passed, 1),
                float(total.get_current_response_time_percentile(0.95) or 0),
                broken - violations,
            )
        )
        if len(self.samples) > MOST_SAMPLES:
            self.samples = thinned(self.samples)

    def settle(self) -> None:
        """Count the violations that were told after the last sample as part of it."""
        if self.samples:
            then, requests, failures, violations = self._before
            more = self.violations() - violations
            self.samples[-1] = replace(self.samples[-1], violations=self.samples[-1].violations + more)
            self._before = then, requests, failures, violations + more

    def load(self, seconds: float, workers: int, lost: int) -> Load:
        """Return the numbers of a run of so many `seconds`."""
        stats = self.runner.stats
        failures = failures_of(stats)
        return Load(
            users=self.most_users,
            spawn_rate=self.plan.spawn_rate,
            seconds=round(seconds, 1),
            weights=dict(self.plan.weights),
            requests_per_second=round(stats.total.num_requests / max(seconds, 0.001), 1),
            capacity=sum(count for name, count in failures.items() if name.endswith(" capacity")),
            unanswered=sum(count for name, count in failures.items() if name.startswith("no answer")),
            failures=failures,
            latency=tuple(_latency(name, stats.entries[key]) for key, name in _NAMES.items() if key in stats.entries),
            samples=tuple(self.samples),
            max_p95=self.plan.max_p95,
            workers=workers,
            lost_workers=lost,
        )


def thinned(samples: list[Sample]) -> list[Sample]:
    """Return half as many samples: each stands for two in a row, and no violation is lost."""
    return [
        Sample(
            later.second,
            later.users,
            round((one.requests_per_second + later.requests_per_second) / 2, 1),
            round((one.failures_per_second + later.failures_per_second) / 2, 1),
            max(one.p95, later.p95),
            one.violations + later.violations,
        )
        for one, later in zip(samples[::2], samples[1::2], strict=False)
    ] + samples[len(samples) - len(samples) % 2 :]


def failures_of(stats: RequestStats) -> dict[str, int]:
    """Return how often requests failed, by what they failed with, the most frequent first."""
    counts: Counter[str] = Counter()
    for error in stats.errors.values():
        counts[f"{error.error}"] += error.occurrences
    return dict(counts.most_common())


def _latency(name: str, entry: StatsEntry) -> LoadLatency:
    longest = round(float(entry.max_response_time), 1)
    # Locust rounds percentiles, and not the longest time.
    p50, p95, p99 = (min(float(entry.get_response_time_percentile(one)), longest) for one in (0.5, 0.95, 0.99))
    return LoadLatency(name, entry.num_requests, entry.num_failures, p50, p95, p99, longest)
