"""The strategies: each keeps its rules, shrinks to something small, and meets what breaks deployments."""

import itertools
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from fixtures import strategies as s

Predicate = Callable[[Any], bool]
QUIET = settings(
    database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], max_examples=100
)
SYSTEM = {re.sub("[^a-z]", "", name) for name in s.SYSTEM_NAMES} - {"id"}


def draws(strategy: SearchStrategy[Any], run: int | None) -> list[Any]:
    """What one run of a check draws: with the seed `run`, or derandomised."""
    drawn: list[Any] = []

    @settings(QUIET, derandomize=run is None)
    @given(strategy)
    def collect(value: Any) -> None:
        drawn.append(value)

    seeded: Callable[[], None] = collect if run is None else seed(run)(collect)
    seeded()
    return drawn


def inside(value: Any) -> list[Any]:
    """Everything in `value`, itself first."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *itertools.chain.from_iterable(map(inside, children))]


def depth(value: Any) -> int:
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


def is_word(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch("[a-z]{2,12}", value) is not None


def is_plain(value: Any) -> bool:
    return is_word(value) or (type(value) is int and value > 0)


def is_text(value: Any) -> bool:
    trimmed = value.strip().strip("\u200b\u200d\ufeff\u00ad\u200f")
    allowed = not any(unicodedata.category(char) in {"Cc", "Cs", "Cn"} for char in value)
    spaced = re.search(r"\s\s", value) is not None
    marked_up = re.search(r"[<>&{}%$\\\"'/]", value) is not None
    return (
        not value.isascii()
        and len(value) <= 60
        and trimmed == value
        and allowed
        and not (spaced or marked_up or is_number(unicodedata.normalize("NFKC", value)))
    )


def is_number(text: str) -> bool:
    return re.fullmatch(r"[\d\s:./+-]*\d[\d\s:./+-]*|[+-]?(?i:nan|inf|infinity)", text) is not None


def is_literal(value: Any) -> bool:
    constant = value in {"true", "null", "undefined", "yes", "no", "on", "off"}
    return bool(value) and value.isascii() and len(value) <= 100 and (constant or not is_word(value))


def is_object(value: Any) -> bool:
    parts = inside(value)
    names = [name for part in parts if isinstance(part, dict) for name in part]
    leaves = [part for part in parts if not isinstance(part, dict | list)]
    in_lists = [item for part in parts if isinstance(part, list) for item in part]
    return (
        isinstance(value, dict)
        and all(parts)
        and all(map(is_word, names))
        and all(leaf is True or is_plain(leaf) for leaf in leaves)
        and all(isinstance(item, dict) for item in in_lists)
        and all(a != b for part in parts if isinstance(part, list) for a, b in itertools.combinations(part, 2))
    )


def is_list(value: Any) -> bool:
    return isinstance(value, list) and all(
        part and (isinstance(part, list) or is_plain(part)) for part in inside(value)
    )


def has_nested_null(value: Any) -> bool:
    others = [part for part in inside(value) if part is not None]
    return (
        isinstance(value, dict | list)
        and len(others) < len(inside(value))
        and all(part and (isinstance(part, dict | list) or is_plain(part)) for part in others)
    )


def is_custom(name: str) -> bool:
    """Whether no trimming, normalisation or change of case makes a system name or a common one of `name`."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(filter(str.isalnum, folded))
    reserved = plain in SYSTEM or plain.startswith(("namespace", "internal", "organization")) or folded == "_id"
    return not reserved and folded.strip() not in s.COMMON_NAMES


def is_name(value: str) -> bool:
    bad = any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\t\n" for char in value)
    return bool(value.strip()) and len(value) <= 200 and not bad and is_custom(value)


def is_common(value: str) -> bool:
    letters = value.replace("_", "")
    return (
        letters.isalpha()
        and letters.isascii()
        and value == value.lower()
        and not (letters in SYSTEM or value.startswith(("_", "namespace", "internal", "organization")))
    )


def is_patch(value: Any) -> bool:
    custom = {name: field for name, field in value.items() if name not in {"key_prefix", "skip_duplicates"}}
    numbers = [part for part in inside(value) if isinstance(part, int)]
    return (
        len(custom) <= 8
        and all(is_custom(name) and len(name) <= 64 for name in custom)
        and all(re.fullmatch(r"[^\W\d_](?:[\w -]*\w)?", name) for name in custom)
        and depth(value) <= 5
        and all(len(part) <= 200 for part in inside(value) if isinstance(part, str))
        and all(abs(number) <= s.MAX_INTEGER for number in numbers)
        and re.fullmatch("[a-z/]*", value.get("key_prefix") or "") is not None
        and value.get("skip_duplicates") in {True, False, None}
    )


def is_broken(value: bytes) -> bool:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        try:
            json.loads(value.decode(encoding), strict=False)
        except ValueError:
            continue
        return False
    return True


def has_wrong_type(value: Any) -> bool:
    [field] = value.items() if len(value) == 1 else [("", None)]
    return field[0] in {"key_prefix", "skip_duplicates"} and isinstance(field[1], dict | list) and bool(field[1])


def has_wrong_type_and_field(value: Any) -> bool:
    wrong = {name: part for name, part in value.items() if name in s.SYSTEM_NAMES}
    return has_wrong_type(wrong) and len(value) == 2 and all(map(is_word, value.keys() - wrong.keys()))


@dataclass(frozen=True)
class Rule:
    """What every draw of a strategy and every awkward example keeps to, and values that break it."""

    strategy: SearchStrategy[Any]
    holds: Predicate
    broken_by: Sequence[Any]
    examples: Sequence[Any] = ()


NO_NAMES = [
    "", " ", "a\x00", "\ud800", "STATUS", " status ", "object-id", "objectId", "ｓｔａｔｕｓ", "_id", "metadata",
    "type", "x" * 201,
]  # fmt: skip
NO_PATCHES = [
    {"status": "x"}, {"metadata": {}}, {"_a": 1}, {"a ": 1}, {"a" * 65: 1}, {"a": "x" * 201}, {"a": 2**53},
    {"a": [[[[[]]]]]}, {"key_prefix": "A b"}, {"skip_duplicates": 2}, {f"amber{i}": 1 for i in range(9)},
]  # fmt: skip
RULES = {
    "texts": Rule(s.texts(), is_text, ["abc", "é ", "\ufeffé", "é\x00", "１２", "<é>", "é  é", "é" * 61], s.TEXTS),
    "literals": Rule(s.literals(), is_literal, ["", "amber", "é", "x" * 101], s.LITERALS),
    "long_texts": Rule(
        s.long_texts(),
        lambda value: value.isascii() and value.isalpha() and 255 <= len(value) <= 20_000 and value[:9] != value[-9:],
        ["x" * 253 + "y", "é" * 300, "x" * 300, "x" * 20_000 + "y"],
        s.LONG_TEXTS,
    ),
    "integers": Rule(
        s.integers(), lambda value: type(value) is int and 0 < abs(value) < 2**53, [0, True, 2**53], s.INTEGERS
    ),
    "floats": Rule(
        s.floats(),
        lambda value: type(value) is float and not value.is_integer() and abs(value) >= 1e-300,
        [2.0, 0.0, 5e-324, 1, 1.7976931348623157e308],
        s.FLOATS,
    ),
    "falsy": Rule(
        s.falsy(), lambda value: value is True or (not value and value is not None), [None, 1, "x"], s.FALSY
    ),
    "objects": Rule(
        s.objects(),
        is_object,
        [{}, {"amber": None}, {"amber": ["birch"]}, {"amberBirch": 2}, {"a b": 2}, {"amber": 0}, {"amber": [{}]}],
        s.OBJECTS,
    ),
    "lists": Rule(s.lists(), is_list, [[], [None], [0], [{"amber": 2}], [[]], ["Amber"], "amber"], s.LISTS),
    "nested_nulls": Rule(
        s.nested_nulls(),
        has_nested_null,
        [None, {"amber": 2}, [None, 0], {"amber": [None, ""]}, [[], None]],
        s.NESTED_NULLS,
    ),
    "plain_values": Rule(s.plain_values(), is_plain, [0, -1, True, "", "Amber", 2.5, None]),
    "plain_names": Rule(
        s.plain_names(), lambda name: is_word(name) and is_custom(name), ["a_b", "status", "type", "aB"]
    ),
    "names": Rule(
        s.names(),
        is_name,
        NO_NAMES,
        s.NAMES,
    ),
    "common_names": Rule(
        s.common_names(), is_common, ["metadata", "_id", "namespace", "edges", "status", "Type", "é"], s.COMMON_NAMES
    ),
    "patches": Rule(
        s.patches(),
        is_patch,
        NO_PATCHES,
        s.PATCHES,
    ),
    "malformed_bodies": Rule(
        s.malformed_bodies(),
        is_broken,
        [b"{}", b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b'{"a": NaN}', b'"\t"'],
        s.MALFORMED,
    ),
    "not_objects": Rule(
        s.not_objects(), lambda body: not isinstance(json.loads(body), dict | None), [b"{}", b"null"], s.NOT_OBJECTS
    ),
    "wrong_types": Rule(
        s.wrong_types(),
        has_wrong_type,
        [{}, {"key_prefix": 2}, {"key_prefix": []}, {"amber": [2]}, {"skip_duplicates": "true"}],
        s.WRONG_TYPES,
    ),
    "wrong_types_beside_valid": Rule(
        s.wrong_types_beside_valid(),
        has_wrong_type_and_field,
        [{"key_prefix": [2]}, {"amber": 2}, {"key_prefix": [], "amber": 2}, {"skip_duplicates": [2], "Amber": 2}],
    ),
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("run", [None, 1, 2, 3])
def test_every_draw_keeps_the_rule_of_its_class(name: str, run: int | None) -> None:
    rule = RULES[name]

    broken = [value for value in draws(rule.strategy, run) if not rule.holds(value)]

    assert broken == []


@pytest.mark.parametrize("name", RULES)
def test_every_awkward_example_keeps_the_rule_of_its_class(name: str) -> None:
    rule = RULES[name]

    assert [value for value in rule.examples if not rule.holds(value)] == []
    assert len({repr(value) for value in rule.examples}) == len(rule.examples)


@pytest.mark.parametrize("name", RULES)
def test_each_rule_can_be_broken(name: str) -> None:
    rule = RULES[name]

    assert [value for value in rule.broken_by if rule.holds(value)] == []


def test_no_rule_is_missing() -> None:
    strategies = {
        name for name in s.__all__ if isinstance(vars(s)[name], type(s.texts)) and not name.startswith("is_")
    }

    # Credentials have their own tests, in test_credentials.py; the rest puts examples in front, or together.
    beside = {"awkward", "near_keys", "some", "system_fields", "system_values", "together"}
    assert strategies - beside == set(RULES)


def test_one_patch_of_each_kind_is_a_patch() -> None:
    assert all(map(is_patch, s.KINDS))
