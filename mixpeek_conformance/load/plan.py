"""The plan of a load run: read from the command line, and sent to the workers as JSON."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from fixtures.target.target import Misconfigured, Target, is_production

PRODUCTION_USERS = 5
"""Users at the vendor's production, at most, whatever was allowed."""

WEIGHTS = {"editors": 4, "crowds": 3, "readers": 2, "strangers": 1}
"""The default weights: how many of ten users are of each kind."""

_LIMIT = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)(ms|s)", re.ASCII)
_MILLISECONDS = {"ms": 1, "s": 1000}


@dataclass(frozen=True)
class LoadPlan:
    """How many users of which kinds, for how long, and what they need of what the controlling process has made.

    `spawn_rate` is in users a second, `seconds` the time of the whole, `pause` the seconds between two tasks of a
    user, and `max_p95` the user's own limit in milliseconds. `bucket` holds the objects, `shared` is the object of
    the crowds, and `other_namespace` one from which nothing may be reached. `workers` processes share the rate.
    """

    run: str = ""
    users: int = 10
    spawn_rate: float = 10.0
    seconds: float = 60.0
    pause: float = 0.1
    weights: Mapping[str, int] = field(default_factory=lambda: dict(WEIGHTS))
    max_p95: float | None = None
    seed: int = 0
    edition: str = ""
    bucket: str = ""
    shared: str = ""
    other_namespace: str | None = None
    workers: int = 1

    def as_json(self) -> dict[str, Any]:
        """Return the plan as a message has it."""
        return asdict(self)

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> "LoadPlan":
        """Read what `as_json` wrote. Raises TypeError for anything else."""
        return replace(cls(), **members)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of users that there are."""
        return tuple(name for name, weight in self.weights.items() if weight)


def limit_of(text: str | None) -> float | None:
    """Read a limit such as 250ms or 1.5s as milliseconds; None if there is none. Raises Misconfigured."""
    if text is None:
        return None
    found = _LIMIT.fullmatch(text.strip())
    if found is None or not float(found[1]):
        raise Misconfigured(f"--max-p95 {text} is no time: give it as 250ms or 1.5s")
    return float(found[1]) * _MILLISECONDS[found[2]]


def expect_allowed(target: Target, users: int) -> None:
    """Raise Misconfigured if so many users may not ask the target: it is the vendor's production."""
    if is_production(target.base_url) and users > PRODUCTION_USERS:
        raise Misconfigured(
            f"{target.base_url} is the vendor's production: {users} users are too many for it, give --users"
            f" {PRODUCTION_USERS} at most, or ask staging"
        )
