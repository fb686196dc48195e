"""The awkward examples: asked for first, in order, and each on its own."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures import strategies as s
from fixtures.strategies.awkward import TOGETHER


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


def test_values_go_together_into_as_few_patches_as_they_fit() -> None:
    groups = s.together(tuple(range(TOGETHER * 2 + 1)))
    assert [len(group) for group in groups] == [TOGETHER, TOGETHER, 1]
    assert [one for group in groups for one in group] == list(range(TOGETHER * 2 + 1))
    assert s.together(()) == ()


@given(drawn=s.some(st.integers()))
def test_some_values_fit_into_one_patch(drawn: list[int]) -> None:
    assert 1 <= len(drawn) <= TOGETHER
