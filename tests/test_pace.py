"""The pace of a run: the rate, the number, what workers share, and what is said before a run."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from contracts.judgement import OutOfTime, Unanswered
from fixtures.client import Client
from fixtures.pace import Pace
from fixtures.reference.server import ReferenceServer
from fixtures.session import embedded
from fixtures.settings import resolve
from fixtures.target import Misconfigured
from fixtures.workspace import Workspace
from tests.hostile.sockets import accepts_and_stays_silent, serving
from tests.relay import Asked, Relay, Reply
from tests.support import Conform

QUICK = ("--effort", "quick", "--seed", "1")


@dataclass
class Time:
    """A clock that goes on only where somebody sleeps."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def pace(time: Time, rate: float | None = None, most: int | None = None) -> Pace:
    return Pace(rate, most, clock=lambda: time.now, sleep=time.sleep)


def test_requests_are_a_steady_distance_apart() -> None:
    time = Time()
    steady = pace(time, rate=4)
    for _ in range(9):
        steady.wait()
    assert time.slept == [0.25] * 8


def test_a_pause_of_the_suite_is_no_debt_that_is_made_up_for() -> None:
    time = Time()
    steady = pace(time, rate=2)
    steady.wait()
    time.now += 60
    steady.wait()
    steady.wait()
    assert time.slept == [0.5]


def test_without_a_rate_nobody_waits() -> None:
    time = Time()
    free = pace(time)
    for _ in range(100):
        free.wait()
    assert time.slept == []


def test_what_is_sent_for_tidying_is_not_limited() -> None:
    limited = pace(Time(), most=2)
    limited.wait()
    limited.wait()
    with pytest.raises(Unanswered, match="--max-requests 2 is reached"):
        limited.wait()
    limited.wait(tidying=True)


def test_a_busy_target_is_waited_for_once_in_a_clean_up(reference: ReferenceServer) -> None:
    """However often a target asks to come back later, removing things waits no longer in all than one request may."""
    time = Time()

    def busy(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        if asked.method == "DELETE":
            return Reply(503, {"error": {"details": {"retry_after_seconds": 80}}})
        return onward()

    with Relay(reference.base_url, busy) as relay:
        target = embedded(relay.base_url, resolve({}, {}, Path()))
        client = Client(replace(target, wire=replace(target.wire, pace=pace(time))))
        workspace = Workspace(client, "0123abcd-main")
        made = [workspace.bucket() for _ in range(3)]
        left = workspace.clean()
        client.close()
    assert len(left) == len(made)
    assert time.slept == [80]


def test_workers_keep_the_pace_together() -> None:
    part = Pace(10.0, 100).share(4)
    assert (part.rate, part.most) == (2.5, 25)
    assert Pace(None, 3).share(4).most == 1
    assert Pace().share(4).rate is None


def test_a_paced_run_says_how_long_it_takes_and_keeps_its_verdict(conform: Conform) -> None:
    outcome = conform(*QUICK, "-k", "test_status.py", "--rate", "100")
    assert "about 990 requests with effort quick, of all checks; at 100 a second that takes 10 s or more" in (
        outcome.output
    )
    run = outcome.result["run"]
    assert run["duration_seconds"] >= (run["requests"] - 1) / 100
    assert outcome.ids("violated") == set()


def test_a_limit_leaves_the_rest_inconclusive_by_name_and_cleans_up(conform: Conform) -> None:
    outcome = conform(*QUICK, "--max-requests", "60")
    assert outcome.code == 6
    assert outcome.result["left_behind"] == []
    reasons = {one["reason"] for one in outcome.result["requirements"] if one["verdict"] == "inconclusive"}
    assert {one.partition(";")[0] for one in reasons} == {"not sent: --max-requests 60 is reached in this process"}
    assert outcome.ids("violated") == set()


def test_nothing_is_asked_when_the_time_is_over() -> None:
    """The time of a run ends its requests and its waits, and nothing that is for tidying."""
    time = Time()
    timed = Pace(longest=10, clock=lambda: time.now, sleep=time.sleep)
    timed.wait()
    with pytest.raises(OutOfTime, match="--max-time 10 seconds is over"):
        timed.pause(60)
    assert time.slept == [10]
    assert timed.left() == 0
    with pytest.raises(OutOfTime):
        timed.wait()
    timed.wait(tidying=True)
    timed.pause(1, tidying=True)
    with pytest.raises(OutOfTime):
        timed.share(2).see()


@pytest.mark.parametrize(("given", "seconds"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2h", 7200), (30, 30)])
def test_a_time_is_read_with_its_unit(given: object, seconds: float) -> None:
    """Seconds stand alone, or with a letter for the unit."""
    assert resolve({"max-time": given}, {}, Path()).wire.pace.longest == seconds


@pytest.mark.parametrize("given", ["0", "-1", "soon", "10 m", "1d", "nan", "١٠", "9999999", "0.1", "1e3"])
def test_what_is_not_a_time_of_a_run_is_refused(given: str) -> None:
    """One sentence says what a time looks like."""
    with pytest.raises(Misconfigured, match="is not a time of a run: give seconds, or 90s, 10m or 2h"):
        resolve({"max-time": given}, {}, Path())


def test_what_is_under_way_ends_with_the_run() -> None:
    """A target that is silent, and one that asks for patience, hold a run no longer than --max-time."""
    patience = b"HTTP/1.1 429 Later\r\nRetry-After: 60\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    for does in (accepts_and_stays_silent, lambda connection, _: connection.sendall(patience)):
        with serving(does) as where:
            client = Client(embedded(f"http://{where}", resolve({"max-time": "1"}, {}, Path())))
            with pytest.raises(OutOfTime, match="--max-time 1 seconds is over"):
                client.send("GET", "/v1/health")
            assert client.gone is None


def test_a_run_ends_with_its_time_and_cleans_up(conform: Conform) -> None:
    """What is left unasked is inconclusive by name, nothing is left behind, and the reports are there."""
    outcome = conform(*QUICK, "--max-time", "6s", "--rate", "8", renderings=True)
    assert outcome.code == 6, outcome.output
    assert outcome.result["left_behind"] == []
    assert outcome.ids("violated") == set()
    reasons = {one["reason"] for one in outcome.result["requirements"] if one["verdict"] == "inconclusive"}
    assert {one.partition(";")[0] for one in reasons} == {"not asked: --max-time 6 seconds is over"}
    assert (outcome.folder / "index.html").exists()


def test_a_dry_run_says_what_it_would_ask_and_sends_nothing(conform: Conform) -> None:
    outcome = conform(*QUICK, "--dry-run", "--rate", "5", "-k", "test_auth.py", base_url="http://127.0.0.1:9")
    assert outcome.code == 5
    assert "would ask http://127.0.0.1:9, namespace reference, by edition 2026-04:" in outcome.output
    assert "AUTH        7 requirements: AUTH-MISSING" in outcome.output
    assert "MERGE" not in outcome.output
    assert "at 5 a second that takes 3 min 18 s or more" in outcome.output
    assert "nothing was sent" in outcome.output
    assert not (outcome.folder / "conformance.json").exists()


def test_a_dry_run_has_no_workers(conform: Conform) -> None:
    outcome = conform("--dry-run", "-n", "2")
    assert (outcome.code, outcome.sentence) == (4, "ERROR: --dry-run needs no workers: leave out -n")
