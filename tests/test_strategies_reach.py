"""The strategies meet what breaks deployments within one run, with the examples in front of them."""

import json
import re
import string
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from fixtures import strategies as s

Predicate = Callable[[Any], bool]
EXAMPLES_OF_ONE_RUN = 50


def draws(strategy: SearchStrategy[Any], run: int | None) -> list[Any]:
    """What one run of a check draws: with the seed `run`, or derandomised."""
    drawn: list[Any] = []

    @settings(
        max_examples=EXAMPLES_OF_ONE_RUN,
        derandomize=run is None,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        drawn.append(value)

    seeded: Callable[[], None] = collect if run is None else seed(run)(collect)
    seeded()
    return drawn


def depth(value: Any) -> int:
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


def has(pattern: str) -> Predicate:
    return lambda value: re.search(pattern, value) is not None


def is_any(*values: object) -> Predicate:
    """Equal, and of the same type: 0 is neither False nor 0.0."""
    return lambda value: any(type(value) is type(one) and value == one for one in values)


def has_root(field: Predicate) -> Predicate:
    return lambda body: any(map(field, body.values()))


def changes_in(form: Any) -> Predicate:
    return lambda text: unicodedata.normalize(form, text) != text


def has_class(*bidirectional: str) -> Predicate:
    return lambda text: any(unicodedata.bidirectional(char) in bidirectional for char in text)


def of_length(length: int) -> Predicate:
    return lambda value: len(value) == length


def parses_to(kind: type) -> Predicate:
    return lambda body: type(json.loads(body)) is kind


def holds_at(name: str, kind: type) -> Predicate:
    return lambda body: isinstance(body.get(name), kind)


EMOJI = "[\U0001f300-\U0001faff\u2600-\u27bf]"

# Per strategy: the awkward examples, a dull value in none of the classes, the classes.
CLASSES: dict[str, tuple[SearchStrategy[Any], Sequence[Any], Any, dict[str, Predicate]]] = {
    "texts": (s.texts(), s.TEXTS, "é", {
        "decomposed": changes_in("NFC"), "compatibility": changes_in("NFKC"), "emoji": has(EMOJI),
        "joined": has("\u200d"), "astral": has("[\U00010000-\U0001f000\U00020000-\U0002ffff]"),
        "right to left": has_class("R", "AL"), "bidirectional control": has_class("RLO", "RLI", "RLE", "LRO"),
        "flag": has("[\U0001f1e6-\U0001f1ff]{2}"), "skin": has("[\U0001f3fb-\U0001f3ff]"),
        "variation": has("[\ufe0e\ufe0f]"), "Turkish": has("[ıİ]"), "sharp s": has("ß"),
        "marks": has("[\u0300-\u036f]{3}"), "jamo": has("[\u1100-\u11ff]"), "line separator": has("\u2028"),
    }),
    "literals": (s.literals(), s.LITERALS, "amber", {
        "outer space": lambda text: text != text.strip(), "inner double space": has(r"\S  \S"),
        "CRLF": has("\r\n"), "date": has(r"^\d{4}-\d\d-\d\d$"), "time": has(r"^\d\d:\d\d"),
        "leading zero": has(r"^0\d+$"), "exponent": has(r"^\d+e\d+$"), "plus": has(r"^\+\d"),
        "HTML": has("<b>"), "entity": has("&amp;"), "quote": has("'"), "backslash": has(r"\\"),
        "template": has("{{"), "path": has(r"\.\./"), "URL": has("^https?://"), "JSON": has(r'^\{".*\}$'),
        "percent": has("%20"), "constant": is_any("true", "null", "None", "undefined", "NaN"),
    }),
    "long_texts": (
        s.long_texts(), s.LONG_TEXTS, "amber",
        {f"{length} letters": of_length(length) for length in (255, 256, 257, 4096, 20_000)},
    ),
    "integers": (s.integers(), s.INTEGERS, 7, {
        "greatest": is_any(2**53 - 1), "least": is_any(1 - 2**53), "32 bits": is_any(2**31 - 1, 2**31),
        "8 bits": is_any(255, 256), "not in a float32": lambda number: abs(number) > 2**24 and number % 2 == 1,
        "negative": lambda number: number < 0,
    }),
    "floats": (s.floats(), s.FLOATS, 1.5, {
        "sum": is_any(0.1 + 0.2), "third": is_any(1 / 3), "small": lambda number: abs(number) < 1e-6,
        "negative": lambda number: number < 0,
        "16 digits": lambda number: len(re.sub(r"\D", "", repr(number))) > 15,
    }),
    "falsy": (s.falsy(), s.FALSY, None, {repr(value): is_any(value) for value in s.FALSY}),
    "objects": (s.objects(), s.OBJECTS, {"amber": 2}, {
        "depth 4": lambda value: depth(value) >= 4, "depth 64": lambda value: depth(value) == 64,
        "true": has_root(is_any(True)), "list of objects": has_root(lambda value: isinstance(value, list)),
        "many": lambda value: len(value) > 20,
    }),
    "lists": (s.lists(), s.LISTS, ["amber"], {
        "repeated": lambda value: len(set(map(str, value))) < len(value),
        "nested": lambda value: depth(value) > 1,
        "unsorted": lambda value: sorted(map(str, value)) != [str(item) for item in value],
        "long": of_length(200), "mixed": lambda value: {str, int} <= {type(item) for item in value},
    }),
    "nested_nulls": (s.nested_nulls(), s.NESTED_NULLS, ["amber"], {
        "in object": lambda value: isinstance(value, dict) and None in value.values(),
        "deep": lambda value: depth(value) > 3,
        "in list": lambda value: isinstance(value, list) and None in value,
    }),
    "names": (s.names(), s.NAMES, "ab", {
        "emoji": has(EMOJI), "decomposed": changes_in("NFC"), "right to left": has_class("R", "AL"),
        "leading space": has("^ "), "trailing space": has(" $"), "inner space": has(r"\S \S"),
        "underscore": has("^_[^_]"), "double underscore": has("^__"), "dots": has(r"\w\.\w"),
        "dollar": has(r"^\$"), "slash": has("/"), "bracket": has(r"\["), "quote": has("['\"]"),
        "camel case": has("^[a-z]+[A-Z][a-z]+$"), "Pascal case": has("^[A-Z][a-z]+[A-Z][a-z]+$"),
        "kebab case": has("^[a-z]+-[a-z]+$"), "upper case": has("^[A-Z]+_[A-Z]+$"), "digits": has("^[0-9]+$"),
        "one": of_length(1), "percent": has("%"), "200": of_length(200), "tab": has("\t"), "newline": has("\n"),
        "prototype": is_any("__proto__"),
    }),
    "common_names": (
        s.common_names(), s.COMMON_NAMES, "amber",
        {name: is_any(name) for name in ("type", "id", "name", "copy")},
    ),
    "patches": (s.patches(), s.PATCHES, {"amber": 2}, {
        "empty": is_any({}), "null": has_root(is_any(None)), "false": has_root(is_any(False)),
        "empty list": has_root(is_any([])), "empty object": has_root(is_any({})),
        "object": has_root(lambda field: isinstance(field, dict) and field != {}),
        "text": has_root(lambda field: isinstance(field, str) and not field.isascii()),
        "prefix": lambda body: "key_prefix" in body, "skip": lambda body: "skip_duplicates" in body,
        "several": lambda body: len(body) > 3,
        "other script": lambda body: any(not name.isascii() for name in body),
    }),
    "malformed_bodies": (s.malformed_bodies(), s.MALFORMED, b"{}", {
        "blank": lambda body: bool(body) and not body.strip(),
        "bad UTF-8": lambda body: max(body, default=0) > 127, "trailing comma": lambda body: b",}" in body,
        "two": lambda body: body.count(b"} {") == 1, "form": lambda body: b"=2&" in body,
        "single quotes": lambda body: body.startswith(b"{'"), "comment": lambda body: b"/*" in body,
        "XML": lambda body: body[:1] == b"<",
    }),
    "not_objects": (
        s.not_objects(), s.NOT_OBJECTS, b"{}",
        {kind.__name__: parses_to(kind) for kind in (list, str, int, float, bool)},
    ),
    "wrong_types": (
        s.wrong_types(), s.WRONG_TYPES, {"key_prefix": "amber"},
        {f"{k.__name__} for {n}": holds_at(n, k) for k in (list, dict) for n in ("key_prefix", "skip_duplicates")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("run", [None, 1, 2, 3])
def test_every_class_of_value_is_met_in_every_run(name: str, run: int | None) -> None:
    strategy, examples, _, classes = CLASSES[name]
    met = [*examples, *draws(strategy, run)]

    assert [label for label, belongs in classes.items() if not any(map(belongs, met))] == []


@pytest.mark.parametrize("name", CLASSES)
def test_a_dull_value_is_in_none_of_the_classes(name: str) -> None:
    _, _, dull, classes = CLASSES[name]

    assert [label for label, belongs in classes.items() if belongs(dull)] == []


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("texts", "emoji"),
        ("texts", "decomposed"),
        ("literals", "outer space"),
        ("literals", "date"),
        ("lists", "repeated"),
        ("lists", "nested"),
        ("objects", "depth 4"),
        ("nested_nulls", "deep"),
        ("names", "one"),
        ("patches", "null"),
        ("patches", "several"),
        ("patches", "other script"),
        ("integers", "negative"),
        ("malformed_bodies", "bad UTF-8"),
    ],
)
@pytest.mark.parametrize("run", [None, 1, 2, 3])
def test_generation_alone_meets_the_classes_that_matter_most(name: str, label: str, run: int | None) -> None:
    strategy, _, _, classes = CLASSES[name]

    assert any(map(classes[label], draws(strategy, run)))


def test_long_texts_repeat_nothing_that_would_hide_a_shift() -> None:
    text = s.LONG_TEXTS[-1]

    assert (len(text), text[:5], text[-6:]) == (20_000, "amber", "zephyr")
    middle = text[5:-6]
    assert len({middle[at : at + 8] for at in range(0, len(middle) - 8, 4)}) == len(range(0, len(middle) - 8, 4))


def test_plain_names_rarely_meet() -> None:
    names = draws(s.plain_names(), 1)

    assert len(set(names)) == len(names)
    assert set("".join(names)) <= set(string.ascii_lowercase)
