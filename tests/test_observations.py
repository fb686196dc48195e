"""Observations: what the target does, told in words that stay the same, and never a part of the verdict."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.exchange import Exchange, Request, Response
from contracts.observations import OBSERVATIONS
from fixtures.answer import Answer
from fixtures.observing import EVIDENCE_LENGTH, became, furthest, observation, told
from tests.support import ROOT, Conform, Outcome

SCHEMA = Draft202012Validator(json.loads((ROOT / "reports" / "conformance.schema.json").read_text("utf-8")))
ONLY = ("--effort", "quick", "--seed", "1", "-m", "observation")


def outcomes(run: Outcome) -> dict[str, str | None]:
    return {one["id"]: one["outcome"] for one in run.result["observations"]}


def test_an_unknown_observation_is_refused_by_saying_where_to_add_it() -> None:
    with pytest.raises(LookupError, match=r"colour is not in contracts/observations.py"):
        observation("colour")


def test_the_reference_service_is_observed_in_everything_with_one_exchange_each(conform: Conform) -> None:
    run = conform(*ONLY)
    SCHEMA.validate(run.result)
    for one in run.result["observations"]:
        assert one["outcome"], one
        assert one["reason"] is None
        assert len(one["exchange"]["response"]["body"]) < EVIDENCE_LENGTH + 50
    assert outcomes(run) == outcomes(conform(*ONLY[:3], "2", *ONLY[4:]))
    assert f"observed {len(OBSERVATIONS)} of {len(OBSERVATIONS)}" in run.output


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (
            "/variants/forbidden-for-bad-keys",
            {
                "missing-key-code": "refused with 403 ForbiddenError",
                "unknown-key-code": "refused with 403 ForbiddenError",
            },
        ),
        (
            "/variants/validation-in-the-envelope",
            {
                "validation-form": "refused with 422 ValidationError, in the error envelope",
                "malformed-body-code": "refused with 422 ValidationError",
            },
        ),
        ("/variants/null-removes-a-field", {"null-extra-field": "left out"}),
        ("/variants/null-leaves-key-prefix", {"null-key-prefix": "left alone"}),
        ("/variants/objects-merged-deeply", {"object-sent-again": "merged"}),
        ("/variants/empty-patch-refused", {"empty-patch": "refused with 422"}),
        ("/variants/system-names-refused", {"system-names": "all refused with 422"}),
        (
            "/variants/whole-seconds",
            {"timestamp-precision": "whole seconds", "updated-at-after-no-change": "moved"},
        ),
        ("/variants/offset-of-two-hours", {"timestamp-offset": "+02:00"}),
        ("/variants/fresh-objects-are-pending", {"fresh-status": "PENDING"}),
        ("/variants/nulls-absent", {"unset-fields": "all left out"}),
        ("/variants/fields-of-later-editions", {"further-fields": "consistency, edges"}),
        (
            "/variants/plain-names",
            {"name-length": "64 characters accepted, 256 refused with 422", "empty-name": "refused with 422"},
        ),
        ("/variants/depth-of-20", {"depth": "20 levels accepted, 50 refused with 422"}),
        ("/variants/twenty-fields", {"field-count": "10 fields accepted, 100 refused with 422"}),
        (
            "/variants/body-of-100-kilobytes",
            {"body-size": "100,000 bytes accepted, 1,000,000 refused with 413 BadRequestError"},
        ),
        (
            "/variants/text-of-10000-characters",
            {"text-length": "10,000 characters accepted, 100,000 refused with 422"},
        ),
        (
            "/variants/rate-limit-headers",
            {
                "rate-limit-headers": "x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset,"
                " x-ratelimit-window, x-request-id"
            },
        ),
        ("/variants/without-read-back", {"fresh-status": "DRAFT"}),
        ("/faults/naive-timestamps", {"timestamp-offset": "none"}),
        ("/faults/large-integers-as-text", {"integers-beyond-2-53": "made text"}),
    ],
)
def test_what_a_target_does_is_told_in_words(conform: Conform, at: str, expected: dict[str, str]) -> None:
    seen = outcomes(conform(*ONLY, at=at))
    assert {name: seen[name] for name in expected} == expected


def test_what_could_not_be_observed_says_why_and_changes_no_verdict(conform: Conform) -> None:
    run = conform("--effort", "quick", "--seed", "1", "--deselect", "suites/test_observations.py")
    assert run.code == 0
    assert set(outcomes(run).values()) == {None}
    assert {one["reason"] for one in run.result["observations"]} == {"no check of it was run"}


def answer(status: int, document: Any) -> Answer:
    body = json.dumps(document).encode()
    return Answer(Exchange(1, Request("PATCH", "http://m.example"), Response(status, body=body), 0.0, 0.0))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (answer(200, {}), "accepted"),
        (answer(202, {}), "accepted with 202"),
        (answer(404, {"error": {"type": "NotFoundError"}}), "refused with 404 NotFoundError"),
        (answer(404, {"error": {"type": "no type: obj_1"}}), "refused with 404"),
        (answer(404, ["what"]), "refused with 404"),
        (answer(500, {}), "answered 500"),
    ],
)
def test_an_answer_is_told_by_its_code_and_type(given: Answer, words: str) -> None:
    assert told(given) == words


@pytest.mark.parametrize(
    ("came", "words"),
    [
        ({"note": "sent"}, "kept as it was sent"),
        ({"note": None}, "null"),
        ({}, "left out"),
        ({"note": ""}, "emptied"),
        ({"note": 3}, "made 3"),
    ],
)
def test_what_became_of_a_field_is_told_in_words(came: dict[str, Any], words: str) -> None:
    assert became(answer(200, came), "note", "sent", {"emptied": ""}) == words


def test_limits_are_followed_until_something_is_refused() -> None:
    asked: list[int] = []

    def ask(size: int) -> Answer:
        asked.append(size)
        return answer(200 if size < 20 else 413, {})

    assert furthest((1, 10, 100, 1000), "bytes", ask) == "10 bytes accepted, 100 refused with 413"
    assert asked == [1, 10, 100]
    assert furthest((1, 10), "bytes", ask) == "at least 10 bytes"
