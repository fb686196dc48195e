"""The pace of a run: the rate, the number, what workers share, and what is said before a run."""

from dataclasses import dataclass, field

import pytest

from contracts.judgement import Unanswered
from fixtures.pace import Pace
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
    assert reasons == {"not sent: --max-requests 60 is reached in this process"}
    assert outcome.ids("violated") == set()


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
