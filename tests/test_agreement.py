"""Agreement of GET with the answer to a patch, and blobs: what is compared, and what may differ."""

from typing import Any

import pytest

from fixtures.reference.deviations import FAULTS
from tests.support import Conform

SOME = ("read-back-with-blobs-null", "read-back-with-another-status", "blob-hash-forgotten")
"""Of the faults of their kind; the proof asks them all."""

ONLY = ("--effort", "quick", "--seed", "4", "-k", "get_gives or blobs_as_they_are or sets_off_no_processing")


@pytest.mark.parametrize("fault", SOME)
def test_a_member_that_differs_is_charged_to_one_clause(conform: Conform, fault: str) -> None:
    """Every declared member counts, and only the clause that it breaks is charged."""
    assert conform(*ONLY, at=f"/faults/{fault}").ids("violated") == FAULTS[fault].breaks


@pytest.mark.parametrize(
    "variant",
    [
        "lean-answers-to-patches",
        "blobs-are-looked-into-later",
        "objects-are-processed",
    ],
)
def test_what_may_differ_is_no_violation(conform: Conform, variant: str) -> None:
    """What a patch leaves out, what is filled in later and what moves by itself break nothing."""
    run = conform(*ONLY, at=f"/variants/{variant}")
    assert not run.ids("violated")
    assert {"MERGE-READ-BACK", "MERGE-BLOBS", "STATUS-UNCHANGED"} <= run.ids("holds")


def test_the_difference_is_shown_by_its_member(conform: Conform) -> None:
    """A reader sees which member of which blob differs."""
    run = conform(*ONLY, at="/faults/read-back-of-blobs-without-their-size")
    [found] = [one for one in run.result["requirements"] if one["id"] == "MERGE-READ-BACK"]
    shown: dict[str, Any] = found["violations"][0]
    assert shown["expected"].startswith("size_bytes in details of blob ")
    assert shown["actual"].endswith("= null")
