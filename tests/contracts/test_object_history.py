"""Trails: what two patches of one object in a row show together, and all that makes them say nothing."""

import json
from typing import Any

import pytest

from contracts.invariants.object_history import HEAVIEST, REMEMBERED, Trails
from contracts.vocabulary.exchange import Exchange, Request, Response

NOON, ONE, TWO = (f"2026-04-01T{hour}:00:00.000Z" for hour in (12, 13, 14))
OWN = (("Authorization", "Bearer $MIXPEEK_API_KEY"), ("X-Namespace", "acceptance"))
OTHER = (("Authorization", "Bearer $MIXPEEK_FOREIGN_API_KEY"), ("X-Namespace", "theirs"))


def step(
    started: float,
    *,
    of: str = "obj_1",
    sent: bytes = b'{"note": 1}',
    status: int = 200,
    elapsed: float = 0.5,
    headers: tuple[tuple[str, str], ...] = OWN,
    method: str = "PATCH",
    complete: bool = True,
    **members: Any,
) -> Exchange:
    document = {"bucket_id": "bkt_1", "object_id": of, "created_at": NOON, "updated_at": ONE, **members}
    request = Request(method, f"https://mixpeek.example/v1/buckets/bkt_1/objects/{of}", headers, sent)
    answer = Response(status, (), json.dumps(document).encode(), complete)
    return Exchange(1, request, answer, started, elapsed)


BACKWARDS = step(2.0, updated_at=NOON)
"""What breaks TIME-NOT-BACKWARDS behind `step(1.0)`."""


def broken(*exchanges: Exchange) -> list[str]:
    trails = Trails()
    return [one.requirement for exchange in exchanges for one in trails.follow(exchange)]


def test_updated_at_that_goes_back_is_found() -> None:
    """The two patches show it, the earlier one first."""
    trails, first = Trails(), step(1.0)
    assert list(trails.follow(first)) == []
    [found] = trails.follow(BACKWARDS)
    assert (found.requirement, found.exchanges) == ("TIME-NOT-BACKWARDS", (first, BACKWARDS))
    assert (found.finding.expected, found.finding.actual) == (f"updated_at at or after {ONE}", f"updated_at {NOON}")


def test_created_at_that_moves_is_found() -> None:
    """It may move either way."""
    assert broken(step(1.0, created_at=NOON), step(2.0, created_at=ONE)) == ["TIME-CREATED-FIXED"]
    assert broken(step(1.0, created_at=ONE), step(2.0, created_at=NOON)) == ["TIME-CREATED-FIXED"]


def test_blobs_and_sources_that_change_are_found() -> None:
    """What a patch fills in, and what it leaves out, says nothing."""
    one, other = {"blob_id": "blob_1", "details": {"hash": None}}, {"blob_id": "blob_2"}
    assert broken(step(1.0, blobs=[one]), step(2.0, blobs=[other])) == ["MERGE-BLOBS"]
    assert broken(step(1.0, blobs=[one, other]), step(2.0, blobs=[one])) == ["MERGE-BLOBS"]
    assert broken(step(1.0, blobs=[one]), step(2.0, blobs=[{"blob_id": "blob_1", "details": {"hash": "a"}}])) == []
    assert broken(step(1.0, blobs=[one]), step(2.0)) == []
    sources = [{"type": "bucket", "source_id": "bkt_1"}]
    assert broken(step(1.0, source_details=sources), step(2.0, source_details=[])) == ["MERGE-ONLY-SENT"]
    assert broken(step(1.0, source_details=sources), step(2.0, source_details=None)) == []


@pytest.mark.parametrize("name", [b"blobs", b"sourceDetails"])
def test_an_object_that_was_sent_blobs_is_not_followed(name: bytes) -> None:
    """What becomes of blobs in a body, IMMUTABLE-BLOBS says."""
    sets = step(2.0, sent=b'{"%s": []}' % name, blobs=[{"blob_id": "blob_2"}])
    assert broken(step(1.0, blobs=[{"blob_id": "blob_1"}]), sets, step(3.0, blobs=[])) == []


def test_an_answer_about_another_object_is_found() -> None:
    """One patch alone shows it, and its times are another object's."""
    assert broken(step(1.0), step(2.0, object_id="obj_2", updated_at=NOON)) == ["RESPONSE-ADDRESSED"]


def test_objects_are_followed_one_by_one() -> None:
    """What another object went through says nothing."""
    assert broken(step(1.0), step(2.0, of="obj_2", updated_at=NOON)) == []
    assert broken(step(1.0), step(1.6, of="obj_2"), BACKWARDS) == ["TIME-NOT-BACKWARDS"]


@pytest.mark.parametrize(
    "between",
    [
        pytest.param(step(1.6, status=0, sent=b'{"a": 1}'), id="not answered"),
        pytest.param(step(1.6, status=500), id="server error"),
        pytest.param(step(1.6, status=503), id="busy"),
        pytest.param(step(1.6, complete=False), id="cut"),
        pytest.param(step(1.6, status=422), id="refused"),
        pytest.param(step(1.6, headers=OTHER), id="another sender"),
        pytest.param(step(1.6, method="DELETE"), id="deleted"),
        pytest.param(step(1.6, sent=b'{"createdAt": 1}'), id="a name of the system"),
        pytest.param(step(1.6, sent=b'{"Object ID": 1}'), id="another spelling"),
        pytest.param(step(1.6, sent=b"["), id="no JSON"),
        pytest.param(step(1.6, sent=b"[1]"), id="no object"),
    ],
)
def test_a_trail_is_lost_if_nobody_knows(between: Exchange) -> None:
    """A patch that may have done anything makes the next one the first of a new trail."""
    assert broken(step(1.0), between, BACKWARDS) == []


def test_an_object_given_system_names_stays_alone() -> None:
    """The requirements of IMMUTABLE judge it, however many patches follow."""
    assert broken(step(1.0, sent=b'{"updated_at": 1}'), step(2.0, object_id="obj_9"), step(3.0, created_at=TWO)) == []


def test_patches_at_the_same_time_have_no_order() -> None:
    """Neither they nor the next patch can be held against one of them."""
    assert broken(step(1.0, elapsed=2.0), BACKWARDS, step(4.0, updated_at=NOON)) == []


def test_what_is_read_does_not_end_a_trail() -> None:
    """A GET may come from a replica that is behind, and is not judged."""
    assert broken(step(1.0), step(1.6, method="GET", updated_at=NOON), step(2.0)) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (None, NOON),
        (ONE, None),
        ("soon", NOON),
        (5, NOON),
        ("2026-04-01T13:00:00.900Z", "2026-04-01T13:00:00Z"),
        ("2026-04-01T13:00:00Z", "2026-04-01T15:00:00+02:00"),
    ],
)
def test_times_are_compared_as_far_as_they_say(first: object, second: object) -> None:
    """Null, what is not a time, another precision and another offset break nothing here."""
    assert broken(step(1.0, updated_at=first), step(2.0, updated_at=second)) == []


def test_only_the_last_objects_are_remembered() -> None:
    """Long runs do not fill the memory."""
    others = [step(1.6, of=f"obj_{number}") for number in range(2, REMEMBERED + 2)]
    assert broken(step(1.0), *others, BACKWARDS) == []


def test_an_object_whose_patch_was_lost_is_forgotten() -> None:
    """What was not answered may take effect behind what is."""
    trails = Trails()
    assert list(trails.follow(step(1.0))) == []
    trails.forget(step(1.6, status=0))
    assert list(trails.follow(BACKWARDS)) == []


def test_large_answers_are_forgotten_sooner() -> None:
    """However large the answers of a target are, they fill no memory."""
    padding = "x" * (HEAVIEST // 4)
    large = [step(1.6, of=f"obj_{number}", padding=padding) for number in range(2, 7)]
    assert broken(step(1.0), large[0], BACKWARDS) == ["TIME-NOT-BACKWARDS"]
    assert broken(step(1.0), *large, BACKWARDS) == []
