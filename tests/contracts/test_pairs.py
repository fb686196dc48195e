"""The rules on two answers in a row: each is broken by one difference, and by no freedom of the contract."""

from typing import Any

import pytest

from contracts.invariants import pairs

BEFORE = {
    "object_id": "o",
    "bucket_id": "b",
    "amber": 1,
    "birch": None,
    "created_at": "2026-04-01T10:00:00Z",
    "updated_at": "2026-04-01T10:00:05.5Z",
}


def broken(found: Any) -> set[str]:
    return {requirement for requirement, finding in found if finding is not None}


@pytest.mark.parametrize(
    ("after", "requirements"),
    [
        ({}, set()),
        ({"created_at": "2026-04-01T12:00:00+02:00", "updated_at": "2026-04-01T10:00:05Z"}, set()),
        ({"created_at": None, "updated_at": "nonsense"}, set()),
        ({"birch": None, "amber": 1.0}, set()),
        ({"created_at": "2026-04-01T10:00:01Z"}, {"TIME-CREATED-FIXED"}),
        ({"updated_at": "2026-04-01T10:00:05.4Z"}, {"TIME-NOT-BACKWARDS"}),
        ({"amber": True}, {"MERGE-ONLY-SENT"}),
        ({"amber": None}, {"MERGE-ONLY-SENT"}),
    ],
)
def test_what_was_not_sent_is_left_as_it_was(after: dict[str, Any], requirements: set[str]) -> None:
    """Another offset, precision or notation changes nothing; a later creation or another type does."""
    now = {**BEFORE, **after}
    kept = {name: value for name, value in BEFORE.items() if name in ("amber", "birch")}
    found = [
        *pairs.created_stays(BEFORE, {}, now),
        *pairs.time_moves_on(BEFORE, {}, now),
        *pairs.others_kept(kept, {}, now),
    ]
    assert broken(found) == requirements


def test_a_field_that_was_sent_may_change() -> None:
    """The rule on other fields says nothing of it; another one holds it against the value sent."""
    assert not broken(pairs.others_kept({"amber": 1}, {"amber": 2}, {"amber": 3}))
    assert broken(pairs.sent_is_set({"amber": 2}, {"amber": 3}, lambda name: f"of {name}")) == {"of amber"}
    assert not broken(pairs.sent_is_set({"amber": None}, {}, lambda name: name))


@pytest.mark.parametrize(("shows", "fine"), [({}, True), ({"object_id": "o"}, True), ({"object_id": "p"}, False)])
def test_an_answer_is_about_the_object_addressed(shows: dict[str, str], fine: bool) -> None:
    """An answer without an id is not held against the target; one with another id is."""
    assert broken(pairs.is_addressed("b", "o", shows)) == (set() if fine else {"RESPONSE-ADDRESSED"})


def test_a_stale_read_names_the_field() -> None:
    """The finding has the value that was sent and the one that was read."""
    [(requirement, finding)] = pairs.read_back({"amber": 2}, {"amber": 1})
    assert (requirement, finding) == ("MERGE-READ-BACK", pairs.difference("amber", 2, 1))
