"""What a reader sees: values in one line, the place where two values part, and what checks assert."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.editions import edition
from contracts.vocabulary.body_text import shorten
from contracts.vocabulary.display import ABSENT, LIMIT, shown
from contracts.vocabulary.exchange import Exchange, Request, Response
from contracts.vocabulary.json_equality import same_json
from contracts.vocabulary.outcomes import Inconclusive, Violation
from fixtures.checks.assertions import (
    assert_field,
    assert_keeps,
    assert_refused,
    assert_stored,
    assert_unchanged,
    difference,
    shown_name,
)
from fixtures.checks.blobs import assert_same_blobs
from fixtures.http.answer import Answer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)

SAME: list[tuple[object, object]] = [
    (None, None), (True, True), (1, 1), (1, 1.0), (0, -0.0), (0.0, -0.0), (2**60, 2.0**60), ("a", "a"), ("", ""),
    ([], []), ({}, {}), ([1, [2]], [1.0, [2]]), ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({"a": [{"b": None}]}, {"a": [{"b": None}]}), (ABSENT, ABSENT),
]  # fmt: skip

OTHER: list[tuple[object, object]] = [
    (True, 1), (False, 0), (True, 1.0), (True, "true"), (False, None), (0, None), ("", None), ("1", 1), ([], {}),
    ([], None), ({}, None), ([], ""), ({"a": None}, {}), ([None], []), ([1, 2], [2, 1]), ([1], [True]),
    ({"a": 1}, {"a": True}), ({"a": {"b": 0}}, {"a": {"b": False}}), ("caf\u00e9", "cafe\u0301"), ("a", "a "),
    (2**53, 2**53 + 1), (0.1, 0.1 + 1e-16), ([1, 1], [1]), (None, ABSENT), ({"a": 1}, {"A": 1}),
]  # fmt: skip


def answer(document: object = None, status: int = 200) -> Answer:
    response = Response(status, (("content-type", "application/json"),), json.dumps(document).encode())
    return Answer(Exchange(1, Request("PATCH", "http://m.example/v1/buckets/b/objects/o"), response, 0.0, 0.0))


def told(violation: Violation) -> tuple[str, str]:
    return violation.finding.expected, violation.finding.actual


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (1, "1"),
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (float("nan"), "NaN"),
        ("", '""'),
        ("null", '"null"'),
        ('a"b', '"a\\"b"'),
        ("a\nb", '"a\\nb"'),
        ({"a": [1, None]}, '{"a": [1, null]}'),
        (ABSENT, "absent"),
        ("caf\u00e9", '"caf\u00e9" (U+00E9)'),
        ("cafe\u0301", '"cafe\u0301" (U+0301)'),
        ("a\u202eb", '"a b" (U+202E)'),
        ("\ud800", '" " (U+D800)'),
        ("a\u2028b", '"a b" (U+2028)'),
    ],
)
def test_a_value_is_shown_as_json_with_what_the_eye_misses(value: object, text: str) -> None:
    """Code points beyond ASCII are named, and those that could deceive are blanked."""
    assert shown(value) == text


def test_absent_is_shown_inside_of_a_value() -> None:
    """What is not there can be told from null at any depth."""
    assert shown({"a": ABSENT}) == '{"a": "absent"}'


def test_a_long_value_is_cut() -> None:
    """The beginning is shown, with the length of the whole."""
    text = shown("x" * 1000)
    assert text == '"' + "x" * (LIMIT - 1) + "… (1002 characters)"


def test_only_the_first_code_points_are_spelled_out() -> None:
    """Twelve are named; a text of any length leaves the line readable."""
    assert shown("é" * 13).count("U+00E9") == 12
    assert shown("é" * 13).endswith(" …)")


@given(st.text(st.characters()) | JSON)
def test_any_value_is_shown_in_one_short_line(value: object) -> None:
    """No value breaks a line of a report, or cannot be encoded."""
    text = shown(value)
    assert len(text.splitlines()) == 1
    assert len(text) < 2 * LIMIT + 100
    assert text.encode()


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_json_is_the_same(one: object, other: object) -> None:
    """Numbers of one value and members in another order are equal in JSON."""
    assert same_json(one, other)
    assert same_json(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_json_is_not_the_same(one: object, other: object) -> None:
    """Values that Python takes for equal, such as true and 1, are told apart."""
    assert not same_json(one, other)
    assert not same_json(other, one)


@given(JSON)
def test_what_was_written_and_read_is_the_same(value: object) -> None:
    """A faithful target is never accused for writing a value in its own way."""
    assert same_json(json.loads(json.dumps(value)), value)


@given(JSON, JSON)
def test_values_are_the_same_or_their_difference_shows(one: object, other: object) -> None:
    """No violation reads "expected 1, got 1"."""
    if not same_json(one, other):
        expected, actual = told(difference("note", one, other))
        assert expected != actual


@pytest.mark.parametrize(
    ("sent", "received", "expected", "actual"),
    [
        (1, 2, "note = 1", "note = 2"),
        (1, True, "note = 1", "note = true"),
        (None, ABSENT, "note = null", "no note"),
        ({"a": 1}, {"a": 2}, 'note["a"] = 1', 'note["a"] = 2'),
        ({"a": 1}, {}, 'note["a"] = 1', 'no note["a"]'),
        ({}, {"a": 1}, 'note["a"] = absent', 'note["a"] = 1'),
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": ""}]}, 'note["a"][1]["b"] = null', 'note["a"][1]["b"] = ""'),
        ({"a": 1, "b": 2, "c": 3}, {"c": 0, "b": 0, "a": 1}, 'note["b"] = 2', 'note["b"] = 0'),
        ([1, 2, 3], [1, 2], "note = [1, 2, 3]", "note = [1, 2]"),
        ([1, 2], [2, 1], "note[0] = 1", "note[0] = 2"),
        ([1], {"a": 1}, "note = [1]", 'note = {"a": 1}'),
        ("caf\u00e9", "cafe\u0301", 'note = "caf\u00e9" (U+00E9)', 'note = "cafe\u0301" (U+0301)'),
    ],
)
def test_a_difference_points_to_the_first_place_that_differs(
    sent: object, received: object, expected: str, actual: str
) -> None:
    """The path to it is shown, and not the whole values."""
    assert told(difference("note", sent, received)) == (expected, actual)


@pytest.mark.parametrize(
    ("sent", "received", "place", "left", "right"),
    [
        ("a" * 150 + "b" + "c" * 99, "a" * 150 + "d" + "c" * 99, "250 characters were sent, 250 came", "bcc", "dcc"),
        ("a" * 150, "a" * 100, "150 characters were sent, 100 came; from character 100 on", "a" * 40, ""),
        ("a" * 100, "a" * 100 + "bb", "100 characters were sent, 102 came; from character 100 on", "", "bb"),
    ],
    ids=["another character", "cut short", "more behind"],
)
def test_a_difference_of_long_texts_starts_where_they_part(
    sent: str, received: str, place: str, left: str, right: str
) -> None:
    """What is cut away is what both have in common; both lengths are said."""
    expected, actual = told(difference("note", sent, received))
    assert place in expected
    assert place in actual
    assert f'= "{left}' in expected
    assert f'= "{right}' in actual


@pytest.mark.parametrize(
    ("name", "text"), [("note_1", "note_1"), ("a b", '"a b"'), ("größe", '"größe" (U+00F6 U+00DF)'), ("", '""')]
)
def test_a_name_is_quoted_where_it_is_not_plain(name: str, text: str) -> None:
    """The end of a name is seen, even if it is empty or holds spaces."""
    assert shown_name(name) == text


@pytest.mark.parametrize("received", [{}, {"note": None}, {"note": 1.5}, {"note": True}])
def test_a_field_that_came_back_otherwise_is_a_violation(received: dict[str, Any]) -> None:
    """Missing, null, changed and of another type all count; 1.0 for 1 does not."""
    assert_field(answer({"note": 1.0, "other": 2}), "note", 1)
    with pytest.raises(Violation, match="expected note = 1; got "):
        assert_field(answer(received), "note", 1)


def test_every_field_that_was_stored_must_come_back() -> None:
    """A null that was stored and is not shown at all is a violation here."""
    assert_stored(answer({"a": 1, "b": None, "c": 3}), {"a": 1, "b": None})
    with pytest.raises(Violation, match="expected b = null; got no b"):
        assert_stored(answer({"a": 1}), {"a": 1, "b": None})


def test_an_answer_without_an_object_shows_nothing() -> None:
    """Another requirement says that it has to be an object."""
    with pytest.raises(Inconclusive, match="the answer is no JSON object: 200"):
        assert_field(answer([]), "note", 1)


@pytest.mark.parametrize(
    ("before", "after", "expected", "actual"),
    [
        ({"a": 1}, {"a": 2}, "a = 1", "a = 2"),
        ({"a": 1}, {}, "a = 1", "no a"),
        ({}, {"a": 1}, "a = absent", "a = 1"),
        ({"a": 0}, {"a": False}, "a = 0", "a = false"),
        ({"a": {"b": [1]}}, {"a": {"b": [2]}}, 'a["b"][0] = 1', 'a["b"][0] = 2'),
    ],
)
def test_a_field_that_changed_is_a_violation(
    before: dict[str, Any], after: dict[str, Any], expected: str, actual: str
) -> None:
    """A change of type, of presence or deep inside counts, except in fields that were sent."""
    with pytest.raises(Violation) as violation:
        assert_unchanged(after, before)
    assert told(violation.value) == (expected, actual)
    assert_unchanged(after, before, apart_from=("a",))


def test_what_did_not_change_is_no_violation() -> None:
    """Another order and another notation of a number are not changes."""
    assert_unchanged({"a": 1.0, "b": [{}], "c": 3}, {"b": [{}], "a": 1, "c": 2}, apart_from={"c": 0})


@pytest.mark.parametrize("status", [400, 401, 404, 422, 429, 499])
def test_any_refusal_is_one(status: int) -> None:
    """Every 4xx code counts unless a check asks for certain ones."""
    assert_refused(answer(status=status))


@pytest.mark.parametrize(
    ("status", "codes", "sent"),
    [
        (200, range(400, 500), "4xx"),
        (302, range(400, 500), "4xx"),
        (404, (401, 403), "401 or 403"),
        (200, (404,), "404"),
    ],
)
def test_another_answer_than_the_refusal_is_a_violation(status: int, codes: Any, sent: str) -> None:
    """It is charged to the given requirement, and says what was sent and what came."""
    with pytest.raises(Violation) as violation:
        assert_refused(answer(status=status), codes, what="a body", requirement="ERROR-MALFORMED")
    assert told(violation.value) == (f"{sent} for a body", str(status))
    assert violation.value.requirement == "ERROR-MALFORMED"


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_is_no_refusal_and_no_violation_of_one(status: int) -> None:
    """A 5xx is judged by ERROR-NO-5XX alone."""
    with pytest.raises(Inconclusive, match=f"answered {status}"):
        assert_refused(answer(status=status), (404,))


BLOBS = [{"blob_id": "1", "property": "p", "type": "text"}, {"blob_id": "2", "property": "p", "type": "text"}]


@pytest.mark.parametrize(
    "received",
    [{}, {"blobs": BLOBS}, {"blobs": BLOBS[::-1]}, {"blobs": [{**one, "presigned_url": "new"} for one in BLOBS]}],
)
def test_blobs_in_any_order_and_none_at_all_are_the_same(received: dict[str, Any]) -> None:
    """The contract does not order blobs, and an answer may leave them out or sign new URLs."""
    assert_same_blobs(answer(received), {"blobs": BLOBS})


@pytest.mark.parametrize("received", [[], BLOBS[:1], [*BLOBS, BLOBS[0]], [BLOBS[0], {**BLOBS[1], "type": "image"}]])
def test_other_blobs_are_a_violation(received: list[object]) -> None:
    """One that is lost, doubled or of another type is seen."""
    with pytest.raises(Violation, match=r"expected .*blob"):
        assert_same_blobs(answer({"blobs": received}), {"blobs": BLOBS})


def test_a_clause_is_kept_broken_or_not_to_be_judged() -> None:
    """An answer to which the invariant does not apply is inconclusive, and not a pass."""
    published = edition.load()
    assert_keeps("STATUS-MEMBER", answer({"bucket_id": "b", "status": "DRAFT"}), published)
    with pytest.raises(Violation, match=r"status: one of PENDING, .*; got \"READY\"") as violation:
        assert_keeps("STATUS-MEMBER", answer({"status": "READY"}), published)
    assert [one.response.status for one in violation.value.exchanges] == [200]
    with pytest.raises(Inconclusive, match="nothing to judge STATUS-MEMBER by"):
        assert_keeps("STATUS-MEMBER", answer({}, status=404), published)


def deep(levels: int) -> object:
    value: object = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        "\0" * 10_000_000,
        {"a": ["\0" * 10_000_000]},
        [0] * 3_000_000,
        {str(number): number for number in range(300_000)},
        {"x" * 10_000_000: 1},
        deep(50_000),
        10**10_000,
        [10**10_000],
    ],
    ids=["NULs", "inside", "items", "members", "a name", "deep", "a number", "a number inside"],
)
def test_only_the_beginning_of_a_large_value_is_read(value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made of a value before it is cut has a limit that does not hang on its size."""
    encoded = list[int]()

    def encode(document: object, **options: Any) -> str:
        text = json.dumps(document, **options)
        encoded.append(len(text))
        return text

    monkeypatch.setattr("contracts.vocabulary.display.json", SimpleNamespace(dumps=encode))
    told = shown(value)
    assert len(told) < 400
    assert max(encoded) < 60_000


def test_a_large_body_is_cut_before_it_is_decoded() -> None:
    """Of a body of ten megabytes some bytes are read, and its size is said."""
    assert shorten(b"\xff" * 10_000_000, 4) == "\\xff… (10000000 bytes)"
    assert shorten("\u00e9".encode() * 4, 4) == "\u00e9" * 4
    assert shorten("\u00e9".encode() * 5, 4) == "\u00e9" * 4 + "… (5 characters)"
