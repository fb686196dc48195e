"""MERGE: extra fields come back exactly as they were sent, one class of values or names a check."""

from collections.abc import Sequence

from hypothesis import given

from fixtures.checks.assertions import assert_come_back, assert_fields_come_back
from fixtures.checks.null_members import NullHabits, assert_nulls_kept
from fixtures.examples.check_run import each, requirement
from fixtures.objects.subject import Subject
from fixtures.strategies import (
    COMMON_NAMES,
    FALSY,
    FLOATS,
    INTEGERS,
    LISTS,
    LITERALS,
    LONG_TEXTS,
    NAMES,
    NESTED_NULLS,
    OBJECTS,
    TEXTS,
    awkward,
    falsy,
    floats,
    integers,
    lists,
    literals,
    long_texts,
    names,
    nested_nulls,
    objects,
    some,
    texts,
    together,
)
from fixtures.strategies.awkward import long_text


@requirement("MERGE-TEXT")
@awkward(values=together(TEXTS))
@given(values=some(texts()))
def test_text_comes_back_code_point_for_code_point(subject: Subject, values: Sequence[object]) -> None:
    assert_come_back(subject, values)


@requirement("MERGE-TEXT-LITERAL")
@awkward(values=together(LITERALS))
@given(values=some(literals()))
def test_text_is_not_taken_for_something_else(subject: Subject, values: Sequence[object]) -> None:
    assert_come_back(subject, values)


@requirement("MERGE-TEXT-LONG")
@awkward(value=(long_text(200, "amber", "zephyr"), *LONG_TEXTS))
@given(value=long_texts())
def test_long_text_comes_back_whole(subject: Subject, value: str) -> None:
    assert_come_back(subject, [value])


@requirement("MERGE-INTEGER")
@awkward(values=together(INTEGERS))
@given(values=some(integers()))
def test_integers_come_back_with_the_same_value(subject: Subject, values: Sequence[object]) -> None:
    assert_come_back(subject, values)


@requirement("MERGE-FLOAT")
@awkward(values=together(FLOATS))
@given(values=some(floats()))
def test_fractions_come_back_in_full_precision(subject: Subject, values: Sequence[object]) -> None:
    assert_come_back(subject, values)


@requirement("MERGE-FALSY")
@awkward(values=together(FALSY))
@given(values=some(falsy()))
def test_falsy_values_come_back_as_they_were(subject: Subject, values: Sequence[object]) -> None:
    assert_come_back(subject, values)


@requirement("MERGE-OBJECT")
@awkward(values=together(OBJECTS))
@given(values=some(objects()))
def test_nested_objects_come_back_with_the_same_members(subject: Subject, values: Sequence[object]) -> None:
    assert_come_back(subject, values)


@requirement("MERGE-LIST")
@awkward(values=together(LISTS))
@given(values=some(lists()))
def test_lists_come_back_with_the_same_items(subject: Subject, values: Sequence[object]) -> None:
    assert_come_back(subject, values)


@requirement("MERGE-NESTED-NULL")
@awkward(value=NESTED_NULLS)
@given(value=nested_nulls())
def test_a_nested_null_comes_back_as_null(subject: Subject, habits: NullHabits, value: object) -> None:
    assert_nulls_kept(subject, value, habits)


@requirement("MERGE-NAME")
@awkward(chosen=together(NAMES))
@given(chosen=some(names()))
def test_a_field_comes_back_under_exactly_its_name(subject: Subject, chosen: Sequence[str]) -> None:
    subject.expect_room(chosen)
    assert_fields_come_back(subject, {name: subject.fresh_number() for name in chosen})


@requirement("MERGE-NAME-COMMON")
@each(chosen=together(COMMON_NAMES))
def test_common_names_are_names_like_any_other(subject: Subject, chosen: Sequence[str]) -> None:
    assert_fields_come_back(subject, {name: subject.fresh_number() for name in chosen})
