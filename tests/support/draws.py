"""What a strategy draws in one run of a check."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy


def draws(strategy: SearchStrategy[Any], run: int | None, examples: int) -> list[Any]:
    """Return so many `examples`: with the seed `run`, or derandomised."""
    drawn: list[Any] = []

    @settings(
        max_examples=examples,
        derandomize=run is None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        drawn.append(value)

    seeded: Callable[[], None] = collect if run is None else seed(run)(collect)
    seeded()
    return drawn
