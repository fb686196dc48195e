"""MERGE: extra fields come back exactly as they were sent, one class of values or names a check.

Each value is asked in every position: as the field itself, as a member, as an item, and deeper.
"""

from collections.abc import Sequence

from hypothesis import given

from contracts.vocabulary.outcomes import Inconclusive, Refused
from fixtures.checks.null_members import NullHabits, assert_nulls_kept
from fixtures.checks.still_found import assert_still_found
from fixtures.examples.marks import each, requirement
from fixtures.objects.subject import Subject
from fixtures.plan.batching import Plan
from fixtures.plan.encoding_checks import assert_encoding_makes_no_difference
from fixtures.plan.encodings import OTHERS, Encoding
from fixtures.plan.judging import assert_cells_come_back
from fixtures.plan.kinds import EVERYWHERE_NULL, WRITTEN
from fixtures.plan.names import INSIDE, drawn_inside
from fixtures.plan.planned_values import (
    Cell,
    drawn,
    drawn_names,
    gathered,
    grouped,
    named,
    named_containers,
    named_texts,
    planned,
)
from fixtures.plan.positions import MEMBER, ROOT, WITHIN_REASON
from fixtures.strategies import (
    COMMON_NAMES,
    ENDS,
    FALSY,
    FLOATS,
    INTEGERS,
    LISTS,
    LISTS_OF_OBJECTS,
    LITERALS,
    LONG_TEXTS,
    LOOKALIKES,
    NAMES,
    NEARLY_EQUAL,
    NESTED_NULLS,
    OBJECTS,
    OWNERS,
    RARE,
    SCALARS,
    TEXTS,
    VECTORS,
    WIDE_LISTS,
    WIDE_OBJECT,
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
)
from fixtures.strategies.edge_cases import AS_LONG, EXTREME, LONG_MULTIBYTE, LONGEST_TEXTS, long_text

SOME = long_text(200, "amber", "zephyr")
UNDER = (
    Cell({"amber": 7}, name="elm", twin={"amber": 7}),
    *(Cell(7, name=f"elm{rest}") for rest in (".amber", "[amber]", "/amber", "__amber", ":amber", "->amber")),
)
"""A field that holds an object, and names that some code takes for paths into it."""
Cells = Sequence[Cell]


@requirement("MERGE-TEXT")
@awkward(
    cells=(
        *gathered(planned((*TEXTS, *ENDS, *LOOKALIKES)), planned(RARE, often=4)),
        *planned((LONG_MULTIBYTE,), (ROOT,), twin=AS_LONG),
    )
)
@given(cells=drawn(texts()))
def test_text_comes_back_code_point_for_code_point(subject: Subject, plan: Plan, cells: Cells) -> None:
    assert_cells_come_back(subject, plan, cells)


@requirement("MERGE-TEXT-LITERAL")
@awkward(cells=planned(LITERALS))
@given(cells=drawn(literals()))
def test_text_is_not_taken_for_something_else(subject: Subject, plan: Plan, cells: Cells) -> None:
    assert_cells_come_back(subject, plan, cells)


@requirement("MERGE-TEXT-LONG")
@awkward(cells=(*planned((SOME, *LONG_TEXTS), WITHIN_REASON, often=1), *planned(LONGEST_TEXTS, (ROOT,))))
@given(cells=drawn(long_texts(), (ROOT,)))
def test_long_text_comes_back_whole(subject: Subject, plan: Plan, cells: Cells) -> None:
    assert_cells_come_back(subject, plan, cells)


@requirement("MERGE-INTEGER")
@awkward(cells=planned(INTEGERS))
@given(cells=drawn(integers()))
def test_integers_come_back_with_the_same_value(subject: Subject, plan: Plan, cells: Cells) -> None:
    assert_cells_come_back(subject, plan, cells)


@requirement("MERGE-FLOAT")
@awkward(cells=grouped([*planned(FLOATS, often=8)[0], *(Cell(number, twin=number) for number in EXTREME)]))
@given(cells=drawn(floats()))
def test_fractions_come_back_in_full_precision(subject: Subject, plan: Plan, cells: Cells) -> None:
    assert_cells_come_back(subject, plan, cells)


@requirement("MERGE-FALSY")
@awkward(cells=planned(FALSY))
@given(cells=drawn(falsy()))
def test_falsy_values_come_back_as_they_were(subject: Subject, plan: Plan, cells: Cells) -> None:
    assert_cells_come_back(subject, plan, cells)


@requirement("MERGE-OBJECT")
@awkward(cells=planned((*OBJECTS, WIDE_OBJECT)))
@given(cells=drawn(objects()))
def test_nested_objects_come_back_with_the_same_members(subject: Subject, plan: Plan, cells: Cells) -> None:
    assert_cells_come_back(subject, plan, cells)


@requirement("MERGE-LIST")
@awkward(
    cells=(
        *gathered(
            planned((*LISTS, *SCALARS)),
            planned(NEARLY_EQUAL, (ROOT, MEMBER), twin=[True, 7, 9, "1", 2.5, "1.5"]),
            planned(VECTORS, (ROOT, MEMBER), twin=["amber", 0.1, 1 / 3, 16_777_217]),
        ),
        *planned(WIDE_LISTS, (ROOT,)),
        *planned(LISTS_OF_OBJECTS, twin=[{"amber": 7}, {"birch": 8}]),
    )
)
@given(cells=drawn(lists()))
def test_lists_come_back_with_the_same_items(subject: Subject, plan: Plan, cells: Cells) -> None:
    assert_cells_come_back(subject, plan, cells)


@requirement("MERGE-NESTED-NULL")
@awkward(values=(NESTED_NULLS, EVERYWHERE_NULL))
@given(values=some(nested_nulls()))
def test_a_nested_null_comes_back_as_null(subject: Subject, habits: NullHabits, values: Sequence[object]) -> None:
    assert_nulls_kept(subject, values, habits)


@requirement("MERGE-NAME")
@awkward(cells=((*named(NAMES)[0], *UNDER, Cell(7, name=" ")),))
@given(cells=drawn_names(names()))
def test_a_field_comes_back_under_exactly_its_name(subject: Subject, plan: Plan, cells: Cells) -> None:
    room = set(subject.with_room([cell.name for cell in cells if cell.name is not None]))
    assert_cells_come_back(subject, plan, [cell for cell in cells if cell.name in room])


@requirement("MERGE-NAME-COMMON")
@each(
    cells=(
        *named_containers((*COMMON_NAMES, *OWNERS))[::-1],
        *named((*COMMON_NAMES, *OWNERS)),
        *named_texts(COMMON_NAMES),
    )
)
def test_common_names_are_names_like_any_other(subject: Subject, plan: Plan, cells: Cells) -> None:
    try:
        assert_cells_come_back(subject, plan, cells)
    except (Refused, Inconclusive):
        if subject.is_gone:
            assert_still_found(subject, {cell.name: cell.sent for cell in cells if cell.name is not None})
        raise


@requirement("MERGE-NAME-INSIDE")
@awkward(cells=INSIDE)
@given(cells=drawn_inside(names()))
def test_a_member_comes_back_under_exactly_its_name(subject: Subject, plan: Plan, cells: Cells) -> None:
    assert_cells_come_back(subject, plan, cells)


@requirement("MERGE-ENCODING")
@each(encoding=OTHERS)
def test_json_means_the_same_however_it_is_written(subject: Subject, plan: Plan, encoding: Encoding) -> None:
    assert_encoding_makes_no_difference(subject, plan, WRITTEN, encoding)
