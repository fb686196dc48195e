"""The system names: known in any dress, and given values that no fresh object has."""

import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

from fixtures import strategies as s


def values_of(strategy: SearchStrategy[Any]) -> list[Any]:
    drawn: list[Any] = []

    @settings(max_examples=200, derandomize=True, database=None, deadline=None)
    @given(strategy)
    def collect(value: Any) -> None:
        drawn.append(value)

    collect()
    return drawn


@pytest.mark.parametrize("field", s.IMMUTABLE_NAMES)
def test_a_system_field_gets_values_of_its_type(field: str) -> None:
    types = {"document_count": int, "source_details": list, "blobs": list}

    values = values_of(s.system_values(field))

    assert len({repr(value) for value in values}) > 4
    assert {type(value) for value in values} == {types.get(field, str)}


def test_a_system_field_keeps_the_form_of_a_real_one() -> None:
    assert all(re.fullmatch("obj_[0-9a-f]{12}", value) for value in values_of(s.system_values("object_id")))
    assert all(re.fullmatch("bkt_[0-9a-f]{8}", value) for value in values_of(s.system_values("bucket_id")))
    assert all(datetime.fromisoformat(value).year < 2016 for value in values_of(s.system_values("created_at")))
    assert not {"DRAFT", "PENDING"} & set(values_of(s.system_values("status")))


def test_every_system_field_is_tried_within_one_run() -> None:
    bodies = values_of(s.system_fields())

    assert {name for body in bodies for name in body} == set(s.IMMUTABLE_NAMES)
    assert {len(body) for body in bodies} == {1}


def test_a_name_that_a_client_may_use_has_no_system_values() -> None:
    with pytest.raises(ValueError, match="'colour' is none of the fields that cannot be set: object_id"):
        s.system_values("colour")


@pytest.mark.parametrize(
    "name", ["status", " Status", "OBJECT_ID", "objectId", "_id", "namespace_x", "meta data", "ＥＲＲＯＲ"]
)
def test_a_system_name_is_known_in_any_dress(name: str) -> None:
    assert s.is_system_name(name)


@pytest.mark.parametrize("name", ["id", "amber", "statuses", "名前", ""])
def test_other_names_are_no_system_names(name: str) -> None:
    assert not s.is_system_name(name)
