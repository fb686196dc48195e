"""What a load run measured: users, requests a second, latency and failures, in all and over time."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class LoadLatency:
    """The answers to the requests of one `name`, such as PATCH, with times in milliseconds.

    `failures` are those that were not answered as usual. Times of more than a second are rounded to two digits.
    """

    name: str
    requests: int
    failures: int
    p50: float
    p95: float
    p99: float
    longest: float


@dataclass(frozen=True)
class Sample:
    """A moment of a load run, `second` seconds after its first user.

    `p95` is of the last ten seconds, in milliseconds; `violations` counts those seen since the moment before.
    """

    second: float
    users: int
    requests_per_second: float
    failures_per_second: float
    p95: float
    violations: int


@dataclass(frozen=True)
class Load:
    """The measurements of a load run.

    `users` is how many there were at most, `weights` how they were divided, `capacity` counts answers 429, and 503
    with Retry-After. `failures` are counted by what they were. `max_p95` is the user's own limit for `LIMITED`, in
    milliseconds. `workers` processes sent requests, and `lost_workers` of them were lost on the way.
    """

    users: int
    spawn_rate: float
    seconds: float
    weights: Mapping[str, int]
    requests_per_second: float
    capacity: int
    unanswered: int
    failures: Mapping[str, int]
    latency: tuple[LoadLatency, ...]
    samples: tuple[Sample, ...]
    max_p95: float | None = None
    workers: int = 1
    lost_workers: int = 0

    LIMITED = ("PATCH", "GET")
    """The requests to which the user's own limit applies: what is refused at once makes no target quick."""

    def named(self, name: str) -> LoadLatency | None:
        """Return the latency of requests of this name; None if there were none."""
        return next((one for one in self.latency if one.name == name), None)

    @property
    def over_limit(self) -> str | None:
        """Say what was slower than the user's own limit; None if nothing was, or there is none."""
        if self.max_p95 is None:
            return None
        slow = [one for one in self.latency if one.name in self.LIMITED and one.p95 > self.max_p95]
        if not slow:
            return None
        slowest = " and ".join(f"{one.p95:,.0f} ms for {one.name}" for one in slow)
        return f"95 % of requests took up to {slowest}, and --max-p95 allows {self.max_p95:g} ms"
