"""The awkward examples: asked for first, in order, and each on its own."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from fixtures import strategies as s


def test_awkward_examples_come_first_and_in_order() -> None:
    met: list[Any] = []

    @settings(max_examples=5, database=None)
    @s.awkward(value=s.FALSY)
    @given(value=s.plain_values())
    def check(value: Any) -> None:
        met.append(value)

    check()

    assert [repr(value) for value in met[: len(s.FALSY)]] == [repr(value) for value in s.FALSY]
    assert len(met) > len(s.FALSY)


def test_a_check_that_changes_an_awkward_example_spoils_no_other() -> None:
    @settings(max_examples=1, database=None)
    @given(value=s.lists())
    @s.awkward(value=s.LISTS)
    def check(value: list[Any]) -> None:
        value.clear()

    check()

    assert [] not in s.LISTS


@pytest.mark.parametrize("arguments", [{}, {"value": (1,), "name": ("a",)}])
def test_awkward_takes_one_argument(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=f"not of {len(arguments)}"):
        s.awkward(**arguments)


def test_null_and_the_empty_name_stand_apart() -> None:
    assert json.loads(s.NULL_BODY) is None
    assert s.NULL_BODY not in s.NOT_OBJECTS
    assert s.NAME_EMPTY == ("",)
    assert "" not in s.NAMES
