"""JSON as evidence is shown: line by line, as it was written, with a mark on the member that a finding names."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.renderings.html import json_lines
from reports.renderings.pretty_json import excerpt, marked, place_in, pretty

TEXTS = st.text(max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(value=VALUES)
def test_nothing_but_space_is_changed(value: object) -> None:
    """What the lines hold is the document, token for token."""
    lines = pretty(json.dumps(value)) or []
    assert "".join(line.text.strip() for line in lines) == re.sub(
        r'("(?:[^"\\]|\\.)*")|\s', lambda found: found[1] or "", json.dumps(value)
    ).replace(":", ":").replace('":', '":') or [line.text.strip() for line in lines]
    assert repr(json.loads("\n".join(line.text for line in lines))) == repr(json.loads(json.dumps(value)))


def test_what_a_parser_would_change_stays() -> None:
    """A number keeps its form, a repeated name its place, a text its escapes."""
    lines = pretty('{"a":1E2,"a":1.10,"b":"\\u00e9","c":-0}')
    assert [line.text for line in lines or []] == [
        "{", '  "a": 1E2,', '  "a": 1.10,', '  "b": "\\u00e9",', '  "c": -0', "}",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "no", '{"a": ', "[" * 5_000 + "]" * 5_000, "[" * 30 + "]" * 30])
def test_what_is_no_document_or_too_deep_has_no_lines(text: str) -> None:
    """It is shown as it came."""
    assert pretty(text) is None


@pytest.mark.parametrize(
    ("finding", "place"),
    [
        ("a = 1", ("a",)),
        ("no a", ("a",)),
        ('"a b"["x"][0] = 1', ("a b", "x", 0)),
        ("error['details'][2]: string", ("error", "details", 2)),
        ('key_prefix of blob "b" = 1', ("blobs",)),
        ("4xx for the patch", ()),
    ],
)
def test_a_finding_names_a_place(finding: str, place: tuple[object, ...]) -> None:
    """The place is read from the words in which findings name one."""
    assert place_in(finding) == place


def test_the_member_that_a_finding_names_is_marked() -> None:
    """A member, an item, or the nearest that there is; where nothing has the name, nothing is marked."""
    text = '{"a":{"b":[1,{"c":2}]},"d":3}'

    def shown(*place: str | int) -> list[str]:
        return [line.text.strip() for line in marked(pretty(text) or [], place) if line.marked]

    assert shown("a", "b", 1, "c") == ['"c": 2']
    assert shown("a", "b", 0) == ["1,"]
    assert shown("d", "gone", 7) == ['"d": 3']
    assert shown("nowhere") == []
    assert [line.text.strip() for line in json_lines(text, ("Schema", "d")) or [] if line.marked] == ['"d": 3']


def test_of_a_long_document_the_marked_part_is_shown() -> None:
    """The rest is counted, and nothing is counted twice."""
    lines = marked(pretty(json.dumps({f"n{number}": number for number in range(500)})) or [], ("n400",))
    shown = excerpt(lines, 16)
    assert len(shown) < 25
    assert any(line.marked for line in shown)
    gaps = [int(line.text.split()[1].replace(",", "")) for line in shown if line.gap]
    assert sum(gaps) + sum(1 for line in shown if not line.gap) == len(lines)
