"""Nulls inside values: which of them are kept, removed as a merge patch removes them, or lost."""

import pytest

from contracts.show import ABSENT
from fixtures.nulls import KEPT, LOST, REMOVED, nulls_of
from fixtures.reference.deviations import FAULTS
from tests.support import Conform

ONLY = ("--effort", "quick", "--seed", "5", "-k", "nested_null")


@pytest.mark.parametrize(
    ("sent", "came", "fates"),
    [
        (None, None, {"note": KEPT}),
        ({"a": None}, {"a": None, "b": 1}, {"a in note": KEPT}),
        ({"a": None}, {}, {"a in note": REMOVED}),
        ({"a": None}, {"a": ""}, {"a in note": LOST}),
        ({"a": None}, None, {"a in note": LOST}),
        ({"a": None}, ABSENT, {"a in note": LOST}),
        ({"a": {"b": None}}, {"a": {}}, {"b in a in note": REMOVED}),
        ({"a": {"b": None}}, {}, {"b in a in note": LOST}),
        ([None, 1], [1, None], {}),
        ([None, 1], [1], {"an item in note": LOST}),
        ([None, None], [None], {"an item in note": LOST}),
        ([{"a": None}], [], {"a in an item in note": LOST}),
        ([{"a": None}], [{}], {"a in an item in note": REMOVED}),
        ({"a": [{"b": None}, 2]}, {"a": ["other", {"b": None}]}, {"b in an item in a in note": KEPT}),
        ({"a": 1}, {}, {}),
    ],
)
def test_what_became_of_each_null_is_told(sent: object, came: object, fates: dict[str, str]) -> None:
    """A null is kept, removed with its member, or lost with what it was in."""
    assert {null.place: null.fate for null in nulls_of("note", sent, came)} == fates


@pytest.mark.parametrize("name", ["json-merge-patch", "json-merge-patch-deep", "nulls-of-objects-left-out"])
def test_a_merge_patch_may_remove_nulls_inside_objects(conform: Conform, name: str) -> None:
    """A target that removes null fields at the root may remove null members of objects too."""
    run = conform(*ONLY, at=f"/variants/{name}")
    assert not run.ids("violated")
    assert "MERGE-NESTED-NULL" in run.ids("holds")


@pytest.mark.parametrize(
    "name", ["nested-nulls-dropped", "nested-nulls-removed-in-turns", "merge-patch-that-empties-lists"]
)
def test_a_null_that_is_lost_otherwise_is_a_violation(conform: Conform, name: str) -> None:
    """A null must stay in a list, or where null stays at the root, and must not come and go."""
    assert conform(*ONLY, at=f"/faults/{name}").ids("violated") == FAULTS[name].breaks == {"MERGE-NESTED-NULL"}
