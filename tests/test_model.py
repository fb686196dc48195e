"""The plain model beside the state machine: what it expects, what it learns, and whom it charges."""

from typing import Any

import pytest

from contracts.judgement import Violation
from fixtures.model import Model, charged_to

KNOWN = Model({"amber": 1, "birch": "two"}, "2026-01-01T00:00:00Z", "2026-01-01T00:00:05Z")


@pytest.mark.parametrize(
    ("body", "came"),
    [
        ({"amber": 5}, {"amber": 5, "birch": "two"}),
        ({"cedar": 3}, {"amber": 1, "birch": "two", "cedar": 3}),
        ({"cedar": 3}, {"amber": 1, "birch": "two", "cedar": "learnt, whatever it is"}),
        ({"amber": None}, {"birch": "two"}),
        ({"dune": None}, {"amber": 1, "birch": "two"}),
        ({}, {"amber": 1.0, "birch": "two"}),
    ],
)
def test_what_was_sent_changes_and_the_rest_stays(body: dict[str, Any], came: dict[str, Any]) -> None:
    assert KNOWN.after(body, came).fields == came


@pytest.mark.parametrize(
    ("body", "came", "requirement"),
    [
        ({"amber": 5}, {"amber": 5}, "MERGE-ONLY-SENT"),
        ({"amber": 5}, {"amber": 5, "birch": "two", "cedar": 1}, "MERGE-ONLY-SENT"),
        ({"amber": 5}, {"amber": 1, "birch": "two"}, "MERGE-REPLACED"),
        ({"amber": None}, {"amber": 1, "birch": "two"}, "MERGE-NULL"),
    ],
)
def test_a_clause_that_broke_is_charged(body: dict[str, Any], came: dict[str, Any], requirement: str) -> None:
    with pytest.raises(Violation) as caught:
        KNOWN.after(body, came)
    assert caught.value.requirement == requirement


@pytest.mark.parametrize(
    ("created", "updated", "requirement"),
    [
        ("2026-01-01T00:00:01Z", "2026-01-01T00:00:05Z", "TIME-CREATED-FIXED"),
        ("2025-12-31T23:59:59Z", "2026-01-01T00:00:05Z", "TIME-CREATED-FIXED"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:04Z", "TIME-NOT-BACKWARDS"),
    ],
)
def test_timestamps_that_went_where_they_may_not_are_charged(created: str, updated: str, requirement: str) -> None:
    with pytest.raises(Violation) as caught:
        KNOWN.seen(created, updated)
    assert caught.value.requirement == requirement


@pytest.mark.parametrize(
    ("created", "updated"),
    [
        ("2026-01-01T02:00:00+02:00", "2026-01-01T00:00:05Z"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:05.000001Z"),
        (None, None),
        ("no time", 5),
    ],
)
def test_timestamps_that_stay_move_on_or_cannot_be_read_are_no_violation(created: object, updated: object) -> None:
    seen = KNOWN.seen(created, updated)
    assert (seen.created, seen.updated) == (created or KNOWN.created, updated or KNOWN.updated)


def test_a_look_charges_what_it_is_told_to() -> None:
    KNOWN.holds({"amber": 1, "birch": "two"}, "ERROR-ATOMIC")
    with pytest.raises(Violation) as caught:
        KNOWN.holds({"amber": 2, "birch": "two"}, "ERROR-ATOMIC")
    assert caught.value.requirement == "ERROR-ATOMIC"


def test_a_violation_that_names_its_requirement_keeps_it() -> None:
    with pytest.raises(Violation) as caught, charged_to("ERROR-ATOMIC"):
        raise Violation("1", "2", requirement="MERGE-NULL")
    assert caught.value.requirement == "MERGE-NULL"
