"""Whether answers show a violation again: what differs from answer to answer by nature does not hide it."""

import json
from typing import Any

import pytest

from contracts.vocabulary.exchange import Exchange, Request, Response
from mixpeek_conformance.replays.told_again import told_again
from reports.result.verdicts import Shown

NUMBERS = iter(range(1_000_000))


def answer(status: int, identifier: str, **members: Any) -> Exchange:
    """Return an answer with members that are others in each: a signature, a time, an id of the request."""
    number = next(NUMBERS)
    url = f"https://m.example/v1/buckets/bkt_1/objects/{identifier}"
    body = {
        "object_id": identifier,
        "updated_at": f"2026-01-01T00:00:{number:06}Z",
        "blobs": [{"presigned_url": f"https://s3.example/?signature={number}"}],
        "meta": {"request_id": f"req-{number}"},
        **members,
    }
    response = Response(status, body=json.dumps(body).encode())
    return Exchange(number, Request("PATCH", url, body=b'{"kept": 2}'), response, 0.0, 0.0)


def shown(expected: str, actual: str, *exchanges: Exchange) -> Shown:
    return Shown("suites/test_merge.py::test_it", expected, actual, exchanges)


@pytest.mark.parametrize(
    ("expected", "actual", "sign"),
    [
        ("kept = 1", "kept = 2", "expected kept = 1, got kept = 2, as before"),
        ("422", '200 "{}"', 'expected 422, got 200 "{}", as before'),
        (
            "the fields as they were",
            "others",
            "every answer is as it was, but for what differs from answer to answer",
        ),
    ],
)
def test_what_differs_by_nature_hides_no_violation(expected: str, actual: str, sign: str) -> None:
    """A finding about a member, about a status, and about a whole answer."""
    recorded, again = [answer(200, "obj_1", kept=2)], [answer(200, "obj_2", kept=2)]
    told = told_again(shown(expected, actual, *recorded), recorded, again, lambda: [answer(200, "obj_3", kept=2)])
    assert told == sign


@pytest.mark.parametrize(
    ("expected", "actual", "again"),
    [
        ("kept = 1", "kept = 2", answer(200, "obj_2", kept=1)),
        ("kept = 1", "kept = 2", answer(200, "obj_2")),
        ("kept = 1", "kept = 2", answer(404, "obj_2", kept=2)),
        ("422", '200 "{}"', answer(422, "obj_2", kept=2)),
        ("the fields as they were", "others", answer(200, "obj_2", kept=1)),
        ("the same request_id", "another request_id", answer(200, "obj_2", kept=2)),
    ],
)
def test_another_answer_shows_nothing(expected: str, actual: str, again: Exchange) -> None:
    """Another value, none, another status; a member that differs, if the finding is about it, or it was sent."""
    recorded, later = [answer(200, "obj_1", kept=2)], [answer(200, "obj_3", kept=2)]
    assert not told_again(shown(expected, actual, *recorded), recorded, [again], lambda: later)
