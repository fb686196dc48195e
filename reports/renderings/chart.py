"""The lines of a load run over time, as shapes of an SVG: throughput, latency, failures, violations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.result.load import Load, Sample

WIDTH, HEIGHT, EDGE = 1000, 100, 4


@dataclass(frozen=True)
class Bar:
    """A bar: its corner, width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class ChartLine:
    """One quantity over time: its `label`, what is `told` in words, and its `points` or, if it is counted, `marks`.

    `width` and `height` are those of the box that it is drawn in.
    """

    label: str
    told: str
    points: str = ""
    marks: tuple[Bar, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT


def of(load: Load) -> tuple[ChartLine, ...]:
    """Return the lines of a load run; none if it was over before its first sample."""
    if not load.samples:
        return ()
    return (
        _line(load.samples, "Requests a second", lambda one: one.requests_per_second, "{:,.0f} requests/s"),
        _line(load.samples, "95 % of requests took at most, in milliseconds", lambda one: one.p95, "{:,.0f} ms"),
        _line(load.samples, "Users", lambda one: one.users, "{:,.0f} users"),
        _bars(load.samples, "Failures a second", lambda one: one.failures_per_second, "{:,.1f} failures/s"),
        _bars(load.samples, "Violations", lambda one: one.violations, "{:,.0f} violations"),
    )


def _line(samples: Sequence[Sample], label: str, value: Callable[[Sample], float], form: str) -> ChartLine:
    most = max(map(value, samples))
    points = " ".join(f"{_x(sample, samples):.1f},{_y(value(sample), most):.1f}" for sample in samples)
    return ChartLine(label, _told(samples, most, form), points)


def _bars(samples: Sequence[Sample], label: str, value: Callable[[Sample], float], form: str) -> ChartLine:
    most, width = max(map(value, samples)), max(2.0, WIDTH / len(samples) - 2)
    marks = tuple(
        Bar(
            round(min(_x(sample, samples), WIDTH - width), 1),
            round(_y(value(sample), most), 1),
            round(width, 1),
            round(HEIGHT - _y(value(sample), most), 1),
        )
        for sample in samples
        if value(sample)
    )
    return ChartLine(label, _told(samples, most, form), marks=marks)


def _told(samples: Sequence[Sample], most: float, form: str) -> str:
    return f"at most {form.format(most)}, in {samples[-1].second:,.0f} s"


def _x(one: Sample, samples: Sequence[Sample]) -> float:
    return one.second / max(samples[-1].second, 0.001) * WIDTH


def _y(value: float, most: float) -> float:
    return HEIGHT - EDGE - (value / most if most else 0.0) * (HEIGHT - 2 * EDGE)
