"""The strategies shrink to counterexamples that a person can read."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find, settings
from hypothesis.strategies import SearchStrategy

from fixtures import strategies as s

DECLARED = {"key_prefix", "skip_duplicates"}


def anything(_: object) -> bool:
    return True


def depth(value: Any) -> int:
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


@pytest.mark.parametrize(
    ("strategy", "wanted", "size"),
    [
        (s.texts(), anything, 4),
        (s.texts(), lambda value: max(value) > "\U0001f000", 3),
        (s.literals(), lambda value: value.startswith(" "), 8),
        (s.names(), anything, 1),
        (s.names(), lambda value: value != value.lower(), 5),
        (s.integers(), lambda value: value > 1000, 4),
        (s.floats(), lambda value: value < 0, 4),
        (s.objects(), lambda value: depth(value) > 1, 40),
        (s.lists(), lambda value: len(set(map(str, value))) < len(value), 20),
        (s.nested_nulls(), anything, 6),
        (s.patches(), lambda value: bool(value.keys() - DECLARED), 11),
        (s.patches(), lambda value: None in value.values(), 25),
        (s.patches(), lambda value: len(value) > 2, 60),
        (s.patches(), lambda value: depth(value) > 2, 40),
        (s.malformed_bodies(), lambda value: len(value) > 3, 20),
        (s.not_objects(), anything, 7),
        (s.wrong_types(), anything, 25),
        (s.wrong_types_beside_valid(), anything, 50),
    ],
)
def test_a_counterexample_shrinks_to_a_few_characters(
    strategy: SearchStrategy[Any], wanted: Callable[[Any], bool], size: int
) -> None:
    smallest = find(strategy, wanted, settings=settings(database=None, derandomize=True, max_examples=2_000))

    text = smallest if isinstance(smallest, str | bytes) else json.dumps(smallest, ensure_ascii=False)
    assert len(text) <= size, text
