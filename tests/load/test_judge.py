"""The judge of a load run: what is capacity, what is a violation, and that each is counted."""

import pytest

from contracts.editions import edition
from contracts.vocabulary.events import Event, Judged, Violated
from contracts.vocabulary.exchange import Exchange, Request, Response
from contracts.vocabulary.outcomes import Finding
from mixpeek_conformance.load.judge import MOST, Judge, is_capacity


def exchange(status: int, *headers: tuple[str, str], body: bytes = b"{}") -> Exchange:
    request = Request("PATCH", "https://m.example/v1/buckets/b/objects/o", (), b"{}")
    return Exchange(1, request, Response(status, headers, body), 0.0, 0.1)


@pytest.mark.parametrize(
    ("answer", "capacity", "violated"),
    [
        (exchange(429), True, False),
        (exchange(503, ("Retry-After", "1")), True, False),
        (exchange(503), False, True),
        (exchange(502), False, True),
        (exchange(504), False, True),
        (exchange(500), False, True),
        (exchange(404), False, False),
    ],
)
def test_only_what_says_when_to_come_back_is_capacity(answer: Exchange, capacity: bool, violated: bool) -> None:
    """A 429, or a 503 with Retry-After, is a limit of the target; any other 5xx is a violation."""
    told: list[Event] = []
    judge = Judge(edition.load(), told.append)
    judge.see(answer, "editors")
    requirements = {one.requirement for one in told if isinstance(one, Violated)}
    assert (is_capacity(answer), "ERROR-NO-5XX" in requirements) == (capacity, violated)


def test_violations_are_all_counted_and_few_are_told() -> None:
    """Thousands of users do not fill the ledger with the same finding."""
    told: list[Event] = []
    judge = Judge(edition.load(), told.append)
    for number in range(10):
        finding = Finding(f"word{'x' * number} = {'y' * number}", "something else")
        judge.judged([("MERGE-CONCURRENT", finding), ("MERGE-TEXT", None)], (exchange(200),), "crowds")
    judged = judge.take()
    assert isinstance(judged, Judged)
    assert (judged.broken, judged.counts["MERGE-TEXT"], judge.violations) == ({"MERGE-CONCURRENT": 10}, 10, 10)
    assert 1 <= len(told) <= MOST
