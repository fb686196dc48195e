"""MERGE: extra fields come back exactly as they were sent, one class of values or names a check."""

from hypothesis import assume, given

from fixtures.asking import each, requirement
from fixtures.assertions import assert_comes_back, assert_field, assert_nulls_kept
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
    texts,
)
from fixtures.subject import Subject


@requirement("MERGE-TEXT")
@awkward(value=TEXTS)
@given(value=texts())
def test_text_comes_back_code_point_for_code_point(subject: Subject, value: str) -> None:
    assert_comes_back(subject, value)


@requirement("MERGE-TEXT-LITERAL")
@awkward(value=LITERALS)
@given(value=literals())
def test_text_is_not_taken_for_something_else(subject: Subject, value: str) -> None:
    assert_comes_back(subject, value)


@requirement("MERGE-TEXT-LONG")
@awkward(value=LONG_TEXTS)
@given(value=long_texts())
def test_long_text_comes_back_whole(subject: Subject, value: str) -> None:
    assert_comes_back(subject, value)


@requirement("MERGE-INTEGER")
@awkward(value=INTEGERS)
@given(value=integers())
def test_integers_come_back_with_the_same_value(subject: Subject, value: int) -> None:
    assert_comes_back(subject, value)


@requirement("MERGE-FLOAT")
@awkward(value=FLOATS)
@given(value=floats())
def test_fractions_come_back_in_full_precision(subject: Subject, value: float) -> None:
    assert_comes_back(subject, value)


@requirement("MERGE-FALSY")
@awkward(value=FALSY)
@given(value=falsy())
def test_falsy_values_come_back_as_they_were(subject: Subject, value: object) -> None:
    assert_comes_back(subject, value)


@requirement("MERGE-OBJECT")
@awkward(value=OBJECTS)
@given(value=objects())
def test_nested_objects_come_back_with_the_same_members(subject: Subject, value: object) -> None:
    assert_comes_back(subject, value)


@requirement("MERGE-LIST")
@awkward(value=LISTS)
@given(value=lists())
def test_lists_come_back_with_the_same_items(subject: Subject, value: object) -> None:
    assert_comes_back(subject, value)


@requirement("MERGE-NESTED-NULL")
@awkward(value=NESTED_NULLS)
@given(value=nested_nulls())
def test_a_nested_null_comes_back_as_null(subject: Subject, value: object) -> None:
    name = subject.fresh_name()
    assert_nulls_kept(subject.patch({name: value}), name, value)


@requirement("MERGE-NAME")
@awkward(name=NAMES)
@given(name=names())
def test_a_field_comes_back_under_exactly_its_name(subject: Subject, name: str) -> None:
    assume(name not in subject.sent)
    assert_field(subject.patch({name: 7}), name, 7)


@requirement("MERGE-NAME-COMMON")
@each(name=COMMON_NAMES)
def test_common_names_are_names_like_any_other(subject: Subject, name: str) -> None:
    assert_field(subject.patch({name: 7}), name, 7)
