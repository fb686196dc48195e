"""What was seen stands: a violation, a cause, a reason, whatever Hypothesis or Python raises behind it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.hostile.proxy import Asked, standing_before
from tests.hostile.sockets import Behaviour, resets_the_connection
from tests.relay import Asked as Request
from tests.relay import Relay, Reply
from tests.support import Conform

CHECKS = """
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from contracts.judgement import Inconclusive, Violation
from fixtures.asking import requirement
from fixtures.strategies import awkward

sent = set()
tried = []


@requirement("MERGE-INTEGER")
@given(number=st.integers())
def test_custom_whose_examples_hang_on_what_was_sent(subject, number):
    assume(number not in sent)
    sent.add(number)
    subject.touch()
    if abs(number) > 1:
        raise Violation("a small number", str(number))


@requirement("MERGE-FLOAT")
@awkward(sent=["NaN", "\\\\u0000", "plain"])
@given(sent=st.just("plain"))
def test_custom_of_two_causes(subject, sent):
    subject.attempt(content=b'{"note": NaN}' if sent == "NaN" else b'{"note": "\\\\u0000"}')
    if sent != "plain":
        raise Violation("accepted", "refused")


@requirement("MERGE-TEXT")
def test_custom_that_cannot_read_the_answer(subject):
    subject.touch()
    int("1" + "0" * 10_000)


@requirement("MERGE-LIST")
def test_custom_that_goes_too_deep(subject):
    subject.touch()
    deeper()


def deeper():
    deeper()


@requirement("MERGE-OBJECT")
@given(number=st.integers())
def test_custom_without_an_example(subject, number):
    subject.touch()
    tried.append(number)
    if len(tried) == 1:
        raise Inconclusive("answered 503")
    reject()


@requirement("MERGE-FALSY")
def test_custom_with_a_mistake(subject):
    subject.touch()
    {}["a mistake"]
"""


@pytest.fixture
def checks(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("checks") / "test_custom.py"
    path.write_text(CHECKS, "utf-8")
    return str(path)


def of(result: dict[str, Any], identifier: str) -> dict[str, Any]:
    [found] = [one for one in result["requirements"] if one["id"] == identifier]
    return dict(found)


def test_each_check_ends_in_what_it_has_seen(conform: Conform, checks: str) -> None:
    """A flaky violation, two causes, an unreadable answer and a mistake are reported as what they are."""
    run = conform("--effort", "standard", "--seed", "1", "-k", "custom", "--", checks)
    result = run.result
    assert of(result, "MERGE-INTEGER")["verdict"] == "violated", run.output
    two = of(result, "MERGE-FLOAT")
    assert [one["exchanges"][-1]["request"]["body"] for one in two["violations"]] == [
        '{"note": NaN}',
        '{"note": "\\u0000"}',
    ]
    for identifier in ("MERGE-TEXT", "MERGE-LIST"):
        assert of(result, identifier)["verdict"] == "inconclusive"
        assert "more than this suite reads" in of(result, identifier)["reason"]
    assert of(result, "MERGE-OBJECT")["verdict"] == "inconclusive"
    assert [one["test"].rpartition("::")[2] for one in result["suite_errors"]] == ["test_custom_with_a_mistake"]
    assert run.code == 3


def dying(target: str, *, after: int) -> Any:
    """A target that takes every patch through a wrong key, and dies a few patches later."""
    seen = [0]

    def instead(asked: Asked) -> Behaviour | None:
        seen[0] += asked.method == "PATCH"
        return resets_the_connection if seen[0] > after else None

    return standing_before(target, instead)


@pytest.mark.parametrize("after", [6, 19])
def test_a_target_that_dies_among_stories_is_gone(conform: Conform, reference: Any, after: int) -> None:
    """A target that dies in the state machine is unreachable or violated, and never a mistake of the suite."""
    host = reference.base_url.removeprefix("http://")
    with dying(host, after=after) as where:
        run = conform(
            *("--effort", "quick", "--seed", "1", "-k", "hold_in_any_order"),
            base_url=f"http://{where}/faults/any-key-accepted",
        )
    assert not run.result["suite_errors"], run.output
    assert run.code in (1, 6, 7)


BREAKS = {"not-a-number": b"NaN", "nul": b"\\u0000", "lone-surrogates": b"\\ud800"}


def test_every_cause_of_a_5xx_is_shown(conform: Conform, reference: Any) -> None:
    """NaN, U+0000 and a lone surrogate that each end in a 500 are three causes, with an exchange each."""
    host = reference.base_url.removeprefix("http://")
    body = json.dumps({"success": False, "status": 500, "error": {"message": "no", "type": "t"}}).encode()

    def fails(connection: Any, _: bytes) -> None:
        connection.sendall(
            b"HTTP/1.1 500 No\r\nContent-Type: application/json\r\nConnection: close\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )

    def instead(asked: Asked) -> Behaviour | None:
        return fails if any(sign in asked.body for sign in BREAKS.values()) else None

    with standing_before(host, instead) as where:
        run = conform(
            *("--effort", "quick", "--seed", "1", "-k", "becomes_of_nan or of_nul or lone_surrogates"),
            base_url=f"http://{where}",
        )
    found = of(run.result, "ERROR-NO-5XX")
    shown = " ".join(one["exchanges"][0]["request"]["body"] for one in found["violations"])
    assert len(found["violations"]) == len(BREAKS)
    assert all(sign.decode() in shown for sign in BREAKS.values())
    assert {one["outcome"] for one in run.result["observations"] if one["id"] in BREAKS} == {"answered 500"}


def test_a_requirement_that_was_judged_elsewhere_is_judged(conform: Conform) -> None:
    """A target that takes a patch of an unknown object is judged by its other refusals."""
    run = conform("--effort", "quick", "--seed", "1", "-k", "refusals_keep or wrong_type", at="/faults/upsert")
    clauses = {"ERROR-FORM", "ERROR-CONTENT-TYPE", "ERROR-ENVELOPE", "ERROR-STATUS", "ERROR-NO-INTERNALS"}
    assert clauses <= run.ids("holds")


def test_a_status_beyond_those_of_http_counts_as_5xx(conform: Conform, reference: Any) -> None:
    """A refusal with status 600 violates ERROR-NO-5XX and nothing else, and the sentence says why."""

    def bend(asked: Request, onward: Callable[[], Reply]) -> Reply:
        reply = onward()
        return replace(reply, status=600) if asked.method == "PATCH" and reply.status == 422 else reply

    with Relay(reference.base_url, bend) as relay:
        run = conform("--effort", "quick", "--seed", "1", "-k", "wrong_type", base_url=relay.base_url)
    assert run.ids("violated") == {"ERROR-NO-5XX"}
    assert "expected  no 5xx" in run.output
    assert "actual    600, which is no status of HTTP and counts as 5xx, " in run.output
