"""Evidence of MERGE: a patch that was lost, or appeared elsewhere, stands beside the object that shows it."""

import json
import re
from typing import Any

from tests.support.commands import Conform


def exchanges(conform: Conform, fault: str, check: str, requirement: str) -> list[dict[str, Any]]:
    run = conform("--effort", "quick", "--seed", "1", "-k", check, at=f"/faults/{fault}")
    [one] = [one for one in run.result["requirements"] if one["id"] == requirement]
    shown: list[dict[str, Any]] = one["violations"][0]["exchanges"]
    return shown


def test_a_lost_patch_is_shown_with_the_object_without_it(conform: Conform) -> None:
    """Its own answer has the field, and the object that was read later has not."""
    lost, state = exchanges(conform, "lost-updates", "of_concurrent_patches", "MERGE-CONCURRENT")
    [field] = json.loads(lost["request"]["body"])
    assert field in lost["response"]["body"]
    assert field not in json.loads(state["response"]["body"])


def test_a_patch_that_appears_elsewhere_stands_between_readings(conform: Conform) -> None:
    """The evidence is the other object before the patch, the patch, and the other object behind it."""
    before, patch, after = exchanges(
        conform, "whole-bucket-patched", "leaves_other_objects_as_they_were", "MERGE-OTHER-OBJECTS"
    )
    assert [one["request"]["method"] for one in (before, patch, after)] == ["GET", "PATCH", "GET"]
    shown = json.loads(after["response"]["body"])
    assert {field: shown[field] for field in json.loads(patch["request"]["body"])} == json.loads(
        patch["request"]["body"]
    )
    assert re.sub("^.*/", "", patch["request"]["url"]) != re.sub("^.*/", "", after["request"]["url"])
