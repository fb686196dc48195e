"""How far a run is: one line an area while it is asked, and on a terminal a line that moves."""

import time
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

import pytest

from contracts.vocabulary import escaping
from contracts.vocabulary.efforts import EFFORTS
from contracts.vocabulary.events import Began, Event
from contracts.vocabulary.verbosity import QUIET
from reports.result.judgements import CHOICES

REQUESTS = "requests"
"""The property of a report that says how many requests its test has sent."""

VIOLATED = "violated"
"""The property that names a requirement that its test has seen violated; a report may have several."""

NAME = "conformance-progress"
"""The name of the plugin, which is there in runs that the command starts."""

_EVERY = 5.0
"""Seconds after which a log is told how far the run is, if no area came to its end: checks of all areas are mixed."""


def area_of(test: str) -> str:
    """Return the area that a test belongs to, by the name of its module: suites hold one module or two an area."""
    stem = PurePosixPath(test.partition("::")[0]).stem
    return (stem.removeprefix("test_").partition("_")[0] or "other").upper()


_MOST = 2
"""Requirements that the line of an area names."""

_SURE = 0.5
"""The share of a run from which on what is left goes by how long that took, and no more by what was announced."""


class Countdown:
    """How long the rest of a run takes: a time that falls as time goes by, and never rises.

    A check may be one request or a thousand, so what counts is the smaller share of the two: of the checks, and of
    the requests that a run of its effort sends.
    """

    def __init__(self) -> None:
        """Know nothing of the requests yet."""
        self.expected: int | None = None
        self.announced = 0.0
        """Seconds that the checks take, as it was said before the first of them; 0 if nothing was said."""
        self._told: tuple[float, float] | None = None
        """What was said last, in seconds, and how many seconds of the checks had gone by then."""

    def left(self, done: int, total: int, requests: int, elapsed: float) -> str:
        """Say how long the rest takes, after `done` of `total` checks, which sent `requests` in `elapsed` seconds."""
        share = done / total
        if self.expected and requests:
            share = min(share, requests / self.expected)
        left = elapsed * (1 - share) / share
        if self.expected and elapsed < self.announced and share < _SURE:  # the longest checks come first
            left += (1 - share / _SURE) * (self.announced - elapsed - left)
        return _told(self._falling(left, elapsed))

    def _falling(self, left: float, elapsed: float) -> float:
        """Return what is said for an estimate of what is `left`, in seconds: less than what was said before.

        If more is left than was said, a second that goes by counts for so much less that both end together.
        """
        if self._told is not None:
            before, then = self._told
            total = left + elapsed - then
            left = min(left, before * left / total) if total else 0.0
        self._told = left, elapsed
        return left


def _told(time_left: float) -> str:
    seconds = round(time_left)
    if seconds >= 60:
        return f"about {seconds // 60} min {seconds % 60} s left"
    return f"about {seconds} s left" if seconds else "less than 1 s left"


class Progress:
    """Shows how far the run is, in place of pytest's dots."""

    def __init__(self, reporter: Any, *, quiet: bool) -> None:
        """Write to pytest's terminal `reporter`; with `quiet`, write nothing and keep back the dots as well."""
        self._reporter = reporter
        self._quiet = quiet
        self._moves = bool(reporter.isatty)
        self._total: Counter[str] = Counter()
        self._done: Counter[str] = Counter()
        self._violated: dict[str, dict[str, None]] = {}
        self._requests: Counter[str] = Counter()
        self._began = self._told = time.monotonic()
        self._countdown = Countdown()
        reporter.showfspath = False

    @pytest.hookimpl
    def pytest_conformance_event(self, event: Event) -> None:
        """Learn how many requests the run sends, if it asks everything."""
        if isinstance(event, Began) and event.effort in EFFORTS and not CHOICES & event.options.keys():
            self._countdown.expected = EFFORTS[event.effort].requests

    @pytest.hookimpl
    def pytest_conformance_announced(self, seconds: float) -> None:
        """Learn how long the run takes."""
        self._countdown.announced = seconds

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Keep back how xdist brings up its workers; that one of them is down, it still says."""
        workers: Any = session.config.pluginmanager.get_plugin("terminaldistreporter")
        if workers is not None:
            workers.setstatus = workers.ensure_show_status = lambda *_, **__: None

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn what is asked."""
        self._expect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Learn what is asked, from a worker: each of them collects the same."""
        self._expect(ids)

    def _expect(self, tests: Iterable[str]) -> None:
        self._total = Counter(map(area_of, tests)) or self._total
        self._began = time.monotonic()

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str]:
        """Count the report as pytest does, and show no dot for it."""
        counts = report.when == "call" or report.outcome != "passed"
        return (report.outcome if counts else "", "", "")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the check; if it was the last one of its area, say how the area went."""
        area = area_of(report.nodeid)
        names = (str(value) for name, value in report.user_properties if name == VIOLATED)
        self._violated.setdefault(area, {}).update(dict.fromkeys(names))
        if report.when != "teardown":
            return
        self._requests[area] += sum(value for name, value in report.user_properties if name == REQUESTS)  # type: ignore[misc]
        self._done[area] += 1
        if not self._quiet:
            self._show(area)

    def _show(self, area: str) -> None:
        done, total, requests = self._done.total(), self._total.total(), self._requests.total()
        rest = self._countdown.left(done, total, requests, time.monotonic() - self._began)
        if self._done[area] == self._total[area]:
            checks = "check " if self._total[area] == 1 else "checks"
            line = f"  {area:<13}{self._total[area]:>3} {checks} {self._requests[area]:>6} requests   "
            line += f"{rest if done < total else '':<20}{self._named(area)}"
            self._erase()
            self._reporter.write_line(escaping.line(line.rstrip()))
            self._reporter.flush()  # a pipe, such as the log of CI, is told too while the run lasts
            self._told = time.monotonic()
        elif not self._moves and time.monotonic() - self._told >= _EVERY:
            self._reporter.write_line(f"  {done} of {total} checks are over, {requests} requests, {rest}")
            self._reporter.flush()
            self._told = time.monotonic()
        if self._moves and done < total:
            self._reporter.rewrite(f"  {done} of {total} checks, {requests} requests, {rest}", erase=True)
        elif self._moves:
            self._erase()

    def _named(self, area: str) -> str:
        """Return which requirements the checks of an area have seen violated, and how many more than can be read."""
        names = list(self._violated[area])
        more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
        return f"violated: {', '.join(names[:_MOST])}{more}" if names else ""

    def _erase(self) -> None:
        if self._moves:
            self._reporter.rewrite("", erase=True)
            self._reporter.rewrite("")


def register(config: pytest.Config) -> None:
    """Show progress in the run of `config`, where it was asked for and pytest is not told to say more."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    verbosity = config.get_verbosity()
    if config.getoption("--progress") and reporter is not None and verbosity < 1:
        config.pluginmanager.register(Progress(reporter, quiet=verbosity <= QUIET), NAME)
        if verbosity <= QUIET:
            _leave_out_empty_lines(reporter._tw)  # noqa: SLF001 - pytest has no other name for it


def _leave_out_empty_lines(writer: Any) -> None:
    """Let pytest write none before the verdict, which is one line."""
    line = writer.line
    writer.line = lambda text="", **markup: line(text, **markup) if text else None
