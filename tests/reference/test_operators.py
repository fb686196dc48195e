"""The operators: each changes what it says, where it says, and nothing else."""

import json
from collections import Counter
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from contracts.catalogue import CATALOGUE
from fixtures.reference.deviations import ALL_FAULTS, FAULTS, OPERATOR_FAULTS, selection
from fixtures.reference.entities import Context, Patch, Problem
from fixtures.reference.operators.positions import (
    DROPPED,
    EVERYWHERE,
    IN_ITEMS,
    IN_MEMBERS,
    ITEMS_OF_MEMBERS,
    MEMBERS_OF_ITEMS,
    POSITIONS,
    ROOT,
    TEN_DOWN,
    THREE_DOWN,
    Position,
    changed_at,
)
from fixtures.reference.registry import Fault, made_by_operator
from fixtures.reference.rules import Rules

PLAIN: Patch = {
    "note": "amber birch",
    "count": 7,
    "upper": "Birch And CEDAR",
    "deep": {"amber": {"birch": {"cedar": "dune"}, "fern": 2}},
    "listed": [{"amber": "birch"}, {"cedar": 3}],
    "nothing": None,
    "key_prefix": "notes/april",
    "skip_duplicates": True,
    "status": "é ",
}
"""What no operator on values has anything to do with, but for those on objects."""

BUT_FOR: dict[str, Patch] = {
    "MERGE-OBJECT": {"deep": None, "listed": None},
    "MERGE-KEY-PREFIX": {"key_prefix": "NOTES"},
}
"""What plain fields are in place of those that the operators of a requirement have to do with."""

DEEP = 12


def context(patch: Patch) -> Context:
    ctx = Context("PATCH", "/", {}, b"", {})
    ctx.patch, ctx.object_id, ctx.patches = patch, "obj", 1
    return ctx


def patched(fault: Fault, document: Patch, patch: Patch) -> Patch:
    """Return what is stored when `patch` is sent to an object that holds `document`."""
    rules, ctx = fault.apply(Rules()), context(patch)
    return rules.stored(rules.merge(document, rules.incoming(patch, ctx), ctx), ctx)


def faithful(document: Patch, patch: Patch) -> Patch:
    rules, ctx = Rules(), context(patch)
    return rules.merge(document, patch, ctx)


BY_OPERATOR: dict[str, list[Fault]] = {}
for _fault in OPERATOR_FAULTS.values():
    BY_OPERATOR.setdefault(_fault.operator, []).append(_fault)


def fault_called(name: str) -> Fault:
    return OPERATOR_FAULTS[name]


def test_there_are_at_least_six_hundred() -> None:
    """The faults are many, their names are apart from those written by hand, and short enough to read."""
    assert len(OPERATOR_FAULTS) >= 600
    assert not OPERATOR_FAULTS.keys() & FAULTS.keys()
    assert max(map(len, OPERATOR_FAULTS)) <= 80
    assert ALL_FAULTS.keys() == OPERATOR_FAULTS.keys() | FAULTS.keys()


@pytest.mark.parametrize("operator", BY_OPERATOR)
def test_a_fault_of_an_operator_says_what_it_does(operator: str) -> None:
    """A fault of an operator has a summary, known requirements, an operator and a position, and bends the rules."""
    assert operator
    for fault in BY_OPERATOR[operator]:
        assert fault.summary.endswith("."), fault.name
        assert ".," not in fault.summary, fault.name
        assert fault.position, fault.name
        assert fault.breaks, fault.name
        assert fault.breaks <= CATALOGUE.keys(), fault.name
        assert fault.apply(Rules()) != Rules(), fault.name


@pytest.mark.parametrize("operator", BY_OPERATOR)
def test_a_plain_patch_is_left_alone(operator: str) -> None:
    """Plain values and names, sent for the first time or again, are stored as they are."""
    for fault in BY_OPERATOR[operator]:
        plain = {**PLAIN, **BUT_FOR.get(min(fault.breaks), {})}
        stored = faithful({}, plain)
        assert written(patched(fault, {}, plain)) == written(stored), fault.name
        assert written(patched(fault, stored, plain)) == written(stored), fault.name


def written(document: Patch) -> str:
    """Return `document` so that 1, 1.0 and true differ, and a null member is one that is not there."""
    return json.dumps({name: value for name, value in document.items() if value is not None}, sort_keys=True)


SAMPLES: dict[str, tuple[Any, ...]] = {
    "MERGE-TEXT": (
        "cafe\u0301 É\u00c9 ß", "caf\u00e9", "ﬁx Ⅳ 😀 👨\u200d👩", "❤\ufe0f", "a\u00a0b\u2028c", "𝒜 字 x",
    ),
    "MERGE-TEXT-LITERAL": (
        " amber ", "amber ", " amber", "amber  birch", "a\r\nb", "  ", "007", "1e5", "true", "yes", "None", "True",
        "NaN", "[1]", '{"a": 1}', "0x1F", "2024-01-15T10:30:00+02:00", "2024-01-15T10:30:00Z",
        "2024-01-15T10:30:00.500Z", "2024-01-15", "6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "YW1iZXIgYmlyY2g=", "https://amber.example",
        "HTTPS://Amber.Example/A", "https://amber.example/?a=b", "=1+2", "@amber", "a\\u0041", "a\\b", "%41%20",
        "<b>a</b>", "&amp;", "it's", '"amber"', "../a/b", "{{7}}", "a\x01b", "a\tb", ":smile:", "$HOME", "2024/01/15",
        "http://amber.example", "https://Amber.example", "amber\\", "12:30:45", "${amber}",
    ),
    "MERGE-TEXT-LONG": ("amber" * 4000,),
    "MERGE-INTEGER": (-5, 2**31, 2**40 + 1, 2**53 - 1, -(2**40), 16_777_217, 123_456_789, 70_000),
    "MERGE-FLOAT": (0.1 + 0.2, 1e-9, 1.0000000000000002, 1234.56789, -2.5),
    "MERGE-FALSY": (True, False, 0, "", [], {}),
    "MERGE-LIST": (
        ["willow", "amber", "maple", "willow"], [9, 10, 2, 2], ["amber"], ["amber", 10, 9, 9], [3, 3, 3, 3],
        ["willow", "amber"], [["willow"], ["amber"]], [7] * 150, [5, 6, 7],
    ),
    "MERGE-OBJECT": (
        {"amber": {"birch": 2, "cedar": "dune"}, "maple": 3}, {"amber": 5},
        {"amber": {"birch": {"cedar": {"dune": "ember"}}}},
        {"a" + chr(ord("a") + n): 2 for n in range(25)},
    ),
    "MERGE-NESTED-NULL": (None,),
    "MERGE-NAME-INSIDE": (
        {"$date": "2024-01-15T10:30:00Z"}, {"$oid": "507f1f77bcf86cd799439011"}, {"$numberLong": "42"},
    ),
}  # fmt: skip
"""Values of each kind: every operator on a kind changes one of them at least."""

PLACES: dict[Position, Callable[[Any], Any]] = {
    ROOT: lambda value: value,
    IN_MEMBERS: lambda value: {"amber": value, "birch": 2},
    IN_ITEMS: lambda value: [value],
    MEMBERS_OF_ITEMS: lambda value: [{"amber": value}],
    ITEMS_OF_MEMBERS: lambda value: {"amber": [value]},
}
BY_NAME: dict[str, Position] = {one.name: one for one in POSITIONS}


def at(position: Position, value: Any) -> Any:
    """Return a field that holds `value` at `position`."""
    if position in PLACES:
        return PLACES[position](value)
    levels = {"in-members-of-members": 2, "three-levels-down": 3, "ten-levels-down": DEEP, "everywhere": 0}[
        position.name
    ]
    for _ in range(levels):
        value = {"amber": value}
    return value


VALUE_FAULTS = {
    name: fault
    for name, fault in OPERATOR_FAULTS.items()
    if (fault.position in BY_NAME and fault.breaks <= SAMPLES.keys() and "MERGE-NAME-INSIDE" not in fault.breaks)
    or fault.operator == "extended-json"
}


@pytest.mark.parametrize("fault", VALUE_FAULTS.values(), ids=list(VALUE_FAULTS))
def test_an_operator_changes_its_kind_at_its_position_alone(fault: Fault) -> None:
    """What an operator changes is of its kind and at its position; every other kind and position is left alone."""
    [own] = fault.breaks
    position = BY_NAME[fault.position]
    assert any(changes(fault, at(position, value)) for value in SAMPLES[own])
    for kind, values in SAMPLES.items():
        if kind not in (own, "MERGE-OBJECT", "MERGE-LIST", "MERGE-NAME-INSIDE"):  # which hold values of other kinds
            spoilt = [value for value in values if changes(fault, at(position, value))]
            assert spoilt == [] or own == "MERGE-OBJECT", f"{kind} at {position.name}"
    if position is not EVERYWHERE and own not in ("MERGE-OBJECT", "MERGE-LIST"):
        elsewhere = [one for one in PLACES if one is not position]
        assert [one.name for one in elsewhere for value in SAMPLES[own] if changes(fault, at(one, value))] == []


def changes(fault: Fault, value: Any) -> bool:
    return written(patched(fault, {}, {"note": value})) != written(faithful({}, {"note": value}))


ODD: tuple[Any, ...] = (
    10**400, -(10**400), 1e308, 5e-324, "9" * 5000, "1e999", "2024-13-45T99:99:99+99:99", "0001-01-01T00:00:00+14:00",
    "https://a:b@c:d?#", "=", "@", '"', "\\u00", "%", "{", "[[", {"$date": True}, {"$oid": 1},
    {"$numberLong": "9" * 5000},
    at(Position("three-levels-down", "", THREE_DOWN.paths), at(TEN_DOWN, at(TEN_DOWN, {"": {".": ["$"]}}))),
    {"0": 1, "1": 2}, {"": None, "$": 1, ".": 2, "_": 3, "/": 4, "__": 5, ":": 6}, [[], {}, None, "", False, 0],
    [{"id": [1]}, {"id": None}, {}], [1, "1", True, 1.0], None,
)  # fmt: skip
"""What an operator may not break down at, if it does not say so."""


@pytest.mark.parametrize("operator", BY_OPERATOR)
def test_no_operator_breaks_down_by_itself(operator: str) -> None:
    """An operator has an answer to any value, whatever it is sent over; a breakdown is one that it declares."""
    for fault, (number, value) in product(BY_OPERATOR[operator], enumerate(ODD)):
        odd = at(BY_NAME.get(fault.position, ROOT), value)
        for old in (ODD[number - 1], ODD[number - 7], "1", [1], {"a": 1}):
            document = {"note": old, "other": odd, "key_prefix": None}
            try:
                patched(fault, document, {"note": odd, "key_prefix": "/.. %ff+"})
            except Problem as problem:
                assert problem.status == 422 or fault.breaks == {"ERROR-NO-5XX"}, fault.name  # noqa: PT017


def test_a_position_holds_at_its_depth() -> None:
    """Three and ten levels down mean these and deeper; the others mean one path."""
    assert [len(path) for path in ("", "m", "mm", "mmm", "mimi") if THREE_DOWN.holds(path)] == [3, 4]
    assert not TEN_DOWN.holds("m" * 9)
    assert TEN_DOWN.holds("mi" * 5)
    assert [one.name for one in POSITIONS if one.holds("im")] == ["in-members-of-items", "everywhere"]


def test_what_is_dropped_is_gone_with_its_name_or_place() -> None:
    """A dropped member takes its name with it, a dropped item its place; what is changed is not gone into."""

    def lose_seven(value: Any) -> Any:
        return DROPPED if value == 7 else value

    assert changed_at(IN_MEMBERS, lose_seven, {"a": 7, "b": [7]}) == {"b": [7]}
    assert changed_at(IN_ITEMS, lose_seven, [7, 8, 7]) == [8]
    assert changed_at(EVERYWHERE, lose_seven, {"a": 7, "b": [7, {"c": 7}]}) == {"b": [{}]}


ROWS: tuple[tuple[str, Any, Any, Any], ...] = (
    ("longer-list-keeps-its-tail", [1, 2, 3], [9], [9, 2, 3]),
    ("keep-list-if-empty-list-is-sent", [1], [], [1]),
    ("keep-text-if-false-is-sent", "a", False, "a"),
    ("keep-null-if-anything-is-sent", None, "a", None),
    ("keep-text-if-null-is-sent", "a", None, "a"),
    ("no-change-if-true-is-sent-for-one", 1, True, 1),
    ("no-change-if-text-is-written-like-the-number", 1, "1", 1),
    ("no-change-if-only-case-differs", "Amber", "amber", "Amber"),
    ("no-change-if-only-the-order-differs", [1, 2], [2, 1], [1, 2]),
    ("no-change-if-only-the-normal-form-differs", "caf\u00e9", "cafe\u0301", "caf\u00e9"),
    ("cast-to-the-text-before", "a", 5, "5"),
    ("objects-in-lists-merged", [{"a": 1}], [{"b": 2}], [{"a": 1, "b": 2}]),
)


@pytest.mark.parametrize(("name", "old", "new", "stored"), ROWS, ids=[row[0] for row in ROWS])
def test_a_transition_is_of_one_value_over_another(name: str, old: Any, new: Any, stored: Any) -> None:
    """A transition changes what is sent over another value; a fresh field and the same value are left alone."""
    fault = fault_called(name)
    assert patched(fault, {"note": old, "other": 1}, {"note": new}) == {"note": stored, "other": 1}
    assert patched(fault, {}, {"note": new}) == {"note": new}
    assert patched(fault, {"note": new}, {"note": new}) == {"note": new}


def test_a_field_that_is_not_sent_is_forgotten() -> None:
    """An object is emptied when another field is patched, and stays when it is sent itself."""
    fault = fault_called("empty-filled-objects-at-the-root-with-another-field")
    assert patched(fault, {"note": {"a": 1}}, {"other": 1}) == {"note": {}, "other": 1}
    assert patched(fault, {"note": {"a": 1}}, {"note": {"a": 2}}) == {"note": {"a": 2}}
    assert patched(fault, {"note": {"a": 1}}, {"key_prefix": "a"}) == {"note": {"a": 1}, "key_prefix": "a"}


@pytest.mark.parametrize(
    "name", [name for name, one in OPERATOR_FAULTS.items() if one.operator in ("refuse", "break-down-at")]
)
def test_what_is_refused_is_stored_otherwise(name: str) -> None:
    """A patch that an operator refuses, or breaks down at, is answered with 422 or 500 for what it says alone."""
    fault = fault_called(name)
    known = [value for values in SAMPLES.values() for value in values]
    names = (
        "$amber",
        "_a",
        "__a",
        "__proto__",
        "constructor",
        "toString",
        "a.b",
        "é",
        "😀",
        "7",
        "a b",
        "a" * 70,
        "a/b",
        "@a",
    )
    asked: list[Patch] = [
        {"note": at(BY_NAME[fault.position], value)} for value in known if fault.position in BY_NAME
    ]
    for one in names:
        asked += [
            {one: 1},
            {"note": {one: 1}},
            {"note": [{one: 1}]},
            {"note": {"a": {one: 1}}},
            {"note": at(TEN_DOWN, {one: 1})},
        ]
    codes = Counter(code(fault, patch) for patch in asked)
    assert codes.keys() == {200, 422 if fault.operator == "refuse" else 500}


def code(fault: Fault, patch: Patch) -> int:
    try:
        patched(fault, {}, patch)
    except Problem as problem:
        return problem.status
    return 200


def that_break(requirement: str) -> list[Fault]:
    """Return the faults of operators that break this requirement and no other."""
    found = [fault for fault in OPERATOR_FAULTS.values() if fault.breaks == {requirement}]
    assert found
    return found


def test_names_are_changed_where_the_position_says() -> None:
    """A name operator changes the names of fields, or those of members, and no value."""
    for fault in that_break("MERGE-NAME"):
        assert patched(fault, {}, {"note": {"A b.c-D_e": 1}}) == {"note": {"A b.c-D_e": 1}}
    for fault in that_break("MERGE-NAME-INSIDE"):
        assert patched(fault, {}, {"A b.c-D_e": "É", "$x": 1}) == {"A b.c-D_e": "É", "$x": 1}


def test_no_name_becomes_one_of_the_system() -> None:
    """A field whose name would become a declared one keeps its name: another requirement would be broken."""
    for fault in that_break("MERGE-NAME"):
        stored = patched(fault, {}, {"KEY_PREFIX": 1, "Status": 1, " blobs": 1})
        assert not stored.keys() & {"key_prefix", "status", "blobs"}, fault.name


def test_a_selection_takes_each_operator_at_each_position() -> None:
    """What a short proof asks of the operators is one fault for each pair of operator and position."""
    pairs = {(one.operator, one.position) for one in OPERATOR_FAULTS.values()}
    chosen = list(selection())
    assert {(one.operator, one.position) for one in chosen} == pairs
    assert len(chosen) == len(pairs) < len(OPERATOR_FAULTS)


def test_every_kind_is_spoilt_at_every_position() -> None:
    """For each requirement on values there is a fault at each position that its values can stand at."""
    pairs = {(requirement, one.position) for one in VALUE_FAULTS.values() for requirement in one.breaks}
    everywhere = {(requirement, position.name) for requirement in SAMPLES for position in POSITIONS}
    assert {pair for pair in everywhere - pairs if pair[0] != "MERGE-NESTED-NULL"} == set()


def test_a_name_is_made_once() -> None:
    """An operator that takes a name in use, or breaks nothing, is refused."""
    known = next(iter(OPERATOR_FAULTS.values()))
    with pytest.raises(ValueError, match="twice"):
        made_by_operator(known)
    with pytest.raises(ValueError, match="by hand"):
        made_by_operator(Fault("upsert", "Does it.", known.apply, known.breaks))
    with pytest.raises(ValueError, match="breaks nothing"):
        made_by_operator(Fault("fresh", "Does it.", known.apply, frozenset()))
