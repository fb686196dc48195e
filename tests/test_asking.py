"""Asking: what one check has shown, example by example, and that a violation which was seen stands."""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from contracts.exchange import Exchange, Request, Response
from contracts.judgement import Inconclusive, Refused, Violation
from fixtures.asking import EVIDENCE, SHRINKS, Asking, each, one_by_one, requirement

searching = settings(
    max_examples=200, database=None, derandomize=True, deadline=None, phases=[Phase.generate, Phase.shrink]
)


@pytest.fixture(autouse=True, scope="module")
def marks(pytestconfig: pytest.Config) -> None:
    """Make the mark known that the plugin of a run registers."""
    pytestconfig.addinivalue_line("markers", "requirement(*ids): the requirements that a check judges")


def exchange(number: int) -> Exchange:
    return Exchange(number, Request("PATCH", "http://m.example"), Response(200), 0.0, 0.0)


def hold() -> None:
    """An example that shows nothing wrong."""


def violate() -> None:
    raise Violation("1", "2")


def refuse() -> None:
    raise Refused("refused: 422")


def break_down() -> None:
    raise ZeroDivisionError


def fail_to_answer() -> None:
    raise Inconclusive("answered 503")


def test_examples_are_judged_or_counted_with_their_reason(now: Asking) -> None:
    for number, ask in enumerate((hold, refuse, hold, refuse, fail_to_answer)):
        now.example(ask, str(number))
    assert now.judged == 2
    assert now.unjudged == {"refused: 422": 2, "answered 503": 1}
    now.conclude()


def test_a_check_of_which_nothing_was_judged_is_inconclusive_for_its_most_common_reason(now: Asking) -> None:
    for number, ask in enumerate((fail_to_answer, refuse, refuse)):
        now.example(ask, str(number))
    with pytest.raises(Inconclusive, match=r"^refused: 422$"):
        now.conclude()


def test_a_check_without_examples_is_inconclusive(now: Asking) -> None:
    with pytest.raises(Inconclusive, match="nothing was asked"):
        now.conclude()


def test_a_violation_tells_its_requirement_and_its_exchanges(now: Asking) -> None:
    def ask() -> None:
        now.exchanges.extend(exchange(number) for number in range(EVIDENCE + 3))
        violate()

    now.exchanges.append(exchange(99))  # of the example before
    with pytest.raises(Violation, match="expected 1; got 2") as violation:
        now.example(ask)
    assert violation.value.requirement == "MERGE-INTEGER"
    assert [one.number for one in violation.value.exchanges] == list(range(3, EVIDENCE + 3))
    assert now.judged == 1
    now.conclude()


def test_what_a_violation_says_itself_counts(now: Asking) -> None:
    def ask() -> None:
        now.exchanges.append(exchange(1))
        raise Violation("1", "2", requirement="MERGE-FLOAT", exchanges=(exchange(2),))

    with pytest.raises(Violation) as violation:
        now.example(ask)
    assert violation.value.requirement == "MERGE-FLOAT"
    assert [one.number for one in violation.value.exchanges] == [2]


def test_a_violation_stands_and_is_not_asked_again(now: Asking) -> None:
    with pytest.raises(Violation) as first:
        now.example(violate, "a")
    with pytest.raises(Violation) as again:
        now.example(lambda: pytest.fail("it was asked again"), "a")
    assert again.value is first.value
    assert now.judged == 1


def test_after_a_violation_only_so_many_others_are_tried(now: Asking) -> None:
    asked: list[int] = []
    with pytest.raises(Violation):
        now.example(violate, "a")
    for number in range(SHRINKS + 50):
        now.example(lambda number=number: asked.append(number), str(number))  # type: ignore[misc]
    assert asked == list(range(SHRINKS))


def test_another_error_is_the_suites_own(now: Asking) -> None:
    with pytest.raises(ZeroDivisionError):
        now.example(break_down, "a")
    assert (now.judged, now.unjudged.total()) == (0, 0)


@pytest.mark.parametrize("mark", [requirement, one_by_one])
def test_an_unknown_requirement_is_refused_where_it_is_marked(mark: object) -> None:
    assert callable(mark)
    with pytest.raises(LookupError, match="MERGE-TELEPATHY is not in the catalogue"):
        mark("MERGE-INTEGER", "MERGE-TELEPATHY")


def test_a_check_carries_its_requirements_as_marks() -> None:
    @requirement("MERGE-INTEGER", "MERGE-FLOAT")
    def several() -> None: ...

    @one_by_one("MERGE-INTEGER", "MERGE-FLOAT")
    def in_turn(clause: str) -> None: ...

    [mark] = several.pytestmark  # type: ignore[attr-defined]
    assert (mark.name, mark.args) == ("requirement", ("MERGE-INTEGER", "MERGE-FLOAT"))
    [turns] = in_turn.pytestmark  # type: ignore[attr-defined]
    assert [(case.values, case.marks[0].args) for case in turns.args[1]] == [
        (("MERGE-INTEGER",), ("MERGE-INTEGER",)),
        (("MERGE-FLOAT",), ("MERGE-FLOAT",)),
    ]


def test_a_check_runs_only_inside_of_the_suite() -> None:
    @requirement("MERGE-INTEGER")
    def check() -> None: ...

    with pytest.raises(RuntimeError, match="check runs outside of the suite: start it with pytest"):
        check()


def test_a_check_without_examples_is_one_example(now: Asking) -> None:
    @requirement("MERGE-INTEGER")
    def check(subject: str) -> None:
        assert subject == "a subject"

    check(subject="a subject")
    assert now.judged == 1


def test_each_value_is_asked_once_and_in_order(now: Asking) -> None:
    asked: list[int] = []

    @requirement("MERGE-INTEGER")
    @each(number=(3, 1, 2))
    def check(number: int) -> None:
        asked.append(number)

    check()  # type: ignore[call-arg]  # Hypothesis gives it
    assert asked == [3, 1, 2]
    assert now.judged == 3


def test_every_generated_example_is_counted(now: Asking) -> None:
    @requirement("MERGE-INTEGER")
    @searching
    @given(number=st.integers(0, 9))
    def check(number: int) -> None:
        if number % 2:
            raise Inconclusive("odd")

    check()
    assert now.judged == 5
    assert now.unjudged == {"odd": 5}


def test_a_violation_shrinks_to_the_smallest_value(now: Asking) -> None:
    @requirement("MERGE-INTEGER")
    @searching
    @given(number=st.integers())
    def check(number: int) -> None:
        now.exchanges.append(exchange(number))
        if number >= 1000:
            raise Violation("less than 1000", str(number))

    with pytest.raises(Violation, match="expected less than 1000; got 1000") as violation:
        check()
    assert violation.value.requirement == "MERGE-INTEGER"
    assert [one.number for one in violation.value.exchanges] == [1000]


@pytest.mark.usefixtures("now")
def test_a_violation_that_is_seen_only_once_stands() -> None:
    seen: list[int] = []

    @requirement("MERGE-INTEGER")
    @searching
    @given(number=st.integers())
    def check(number: int) -> None:
        if number >= 1000 and not seen:
            seen.append(number)
            raise Violation("less than 1000", str(number))

    with pytest.raises(Violation) as violation:
        check()
    assert violation.value.finding.actual == str(seen[0])
    assert violation.value.requirement == "MERGE-INTEGER"


@pytest.mark.usefixtures("now")
def test_a_violation_that_comes_and_goes_ends_as_one_that_was_seen() -> None:
    seen: list[str] = []
    turns = iter(range(10**6))

    @requirement("MERGE-INTEGER")
    @searching
    @given(number=st.integers())
    def check(number: int) -> None:
        if number >= 1000 and next(turns) % 2 == 0:
            seen.append(str(number))
            raise Violation("less than 1000", str(number))

    with pytest.raises(Violation) as violation:
        check()
    assert violation.value.finding.actual in seen
