"""TIMESTAMP: created_at and updated_at."""

import time
from collections.abc import Mapping, Sequence

from hypothesis import given

from contracts.editions.edition import Edition
from contracts.vocabulary import rfc3339
from contracts.vocabulary.outcomes import Inconclusive, Violation
from fixtures.checks.assertions import assert_keeps, expect_timestamps, shown_by
from fixtures.checks.patches_twice import RepeatedPatch, walk
from fixtures.checks.plain_answers import plain_answers
from fixtures.examples.marks import one_by_one, requirement
from fixtures.examples.shared_answers import Shared
from fixtures.http.answer import Answer
from fixtures.http.replica_lag import LONGEST
from fixtures.objects.settling import until
from fixtures.objects.subject import Subject
from fixtures.strategies import Body, patches

BEFORE: Body = {
    "key_prefix": "old",
    "amber": ["old"],
    "birch": 7,
    "cedar": {"amber": {"birch": {"dune": "old"}}},
    "dune": True,
}
ONE_KIND: tuple[Body, ...] = (
    {"key_prefix": "new"},
    {"amber": ["new"]},  # a list of the same length
    {"amber": []},
    {"birch": "7"},  # of another type alone
    {"cedar": {"amber": {"birch": {"dune": "new"}}}},
    {"dune": False, "skip_duplicates": True},
)
"""Changes of BEFORE, each of one kind."""

LARGEST = 2
"""Patches that are asked again if updated_at was not seen to move with them, at most: those of the most fields."""


@one_by_one("TIME-FORMAT", "TIME-ORDER")
def test_the_timestamps_keep_the_clause(
    subject: Subject, shared: Shared, edition: Edition, requirement_id: str
) -> None:
    for answer in plain_answers(subject, shared):
        assert_keeps(requirement_id, answer, edition)


@requirement("TIME-CREATED-FIXED")
def test_a_patch_leaves_created_at_alone(subject: Subject, shared: Shared) -> None:
    for step in walk(subject, shared).accepted():
        with shown_by(step.before, step.once):
            assert_created_at_stays(step.before, step.once)


@requirement("TIME-CREATED-FIXED")
@given(body=patches())
def test_no_patch_changes_created_at(subject: Subject, body: Body) -> None:
    assert_created_at_stays(subject.touch(), subject.patch(subject.few_names(body)))


@requirement("TIME-NOT-BACKWARDS")
def test_updated_at_does_not_go_backwards(subject: Subject, shared: Shared) -> None:
    for step in walk(subject, shared).accepted():
        with shown_by(step.before, step.once):
            assert_not_backwards(step.before, step.once)


@requirement("TIME-NOT-BACKWARDS")
@given(body=patches())
def test_no_patch_moves_updated_at_backwards(subject: Subject, body: Body) -> None:
    assert_not_backwards(subject.touch(), subject.patch(subject.few_names(body)))


def assert_created_at_stays(before: Answer, after: Answer) -> None:
    """Assert that created_at is the same instant in two answers. Raises Inconclusive if one has none."""
    if not (_not_before(after, before, "created_at") and _not_before(before, after, "created_at")):
        raise Violation(f"created_at {before['created_at']}", f"created_at {after['created_at']}")


def assert_not_backwards(before: Answer, after: Answer) -> None:
    """Assert that updated_at is no earlier instant in the second answer. Raises Inconclusive if one has none."""
    if not _not_before(after, before, "updated_at"):
        raise Violation(f"updated_at at or after {before['updated_at']}", f"updated_at {after['updated_at']}")


@requirement("TIME-MOVES")
def test_an_effective_patch_moves_updated_at_forward(subject: Subject, shared: Shared) -> None:
    effective = [step for step in walk(subject, shared).accepted() if step.became != step.was]
    if not effective or not _all_moved(effective):
        assert_effective_patch_moves(subject)
        still = [step.body for step in effective if _sets_something(step) and not _all_moved([step])]
        for body in sorted(still, key=len, reverse=True)[:LARGEST]:
            assert_body_moves(subject, body)
    if any(_same(step.start.original.get("updated_at"), step.start.answer["updated_at"]) for step in effective):
        assert_first_patch_moves(subject)


def assert_first_patch_moves(subject: Subject) -> None:
    """Assert that the first patch of an object moves updated_at; a clock of whole seconds is given one."""
    if not subject.made:
        return
    subject.leave_behind()
    made = subject.original.get("updated_at")
    time.sleep(1.1)
    first = subject.change()
    if not _same(made, first["updated_at"]):
        return
    read = subject.read()
    if read.accepted and not _same(made, read["updated_at"]):
        return  # TIME-READ-BACK judges that
    with shown_by(first):
        raise Violation(f"updated_at after {made}, when the object was made", f"updated_at {first['updated_at']}")


def _same(one: object, other: object) -> bool:
    """Whether two timestamps that can be read are the same instant."""
    instant = rfc3339.instant(one)
    return instant is not None and instant == rfc3339.instant(other)


@requirement("TIME-MOVES")
def test_each_kind_of_change_moves_updated_at_by_itself(subject: Subject, shared: Shared) -> None:
    if shared.few or not subject.takes_custom_fields:
        return
    before = subject.patch(BEFORE)
    added = ({subject.fresh_name(): 8},) if subject.made else ()
    for body in (*ONE_KIND, *added):
        after = subject.patch(body)
        if not _moved(before, after):
            assert_body_moves(subject, body)
            after = subject.touch()
        before = after


def assert_body_moves(subject: Subject, body: Mapping[str, object]) -> None:
    """Assert that a body moves updated_at if it changes something; a clock of whole seconds is given one."""
    if subject.made:
        subject.leave_behind()  # a field that the patch adds is not there yet
    before = subject.patch(BEFORE)
    time.sleep(1.1)
    after = subject.patch(body)
    if subject.snapshot(before) != subject.snapshot(after) and not _moved(before, after):
        raise Violation(f"updated_at after {before['updated_at']}", f"updated_at {after['updated_at']}")


def assert_effective_patch_moves(subject: Subject) -> None:
    """Assert that a patch of a field moves updated_at, for which a clock of whole seconds is given one."""
    before, after = subject.change(), subject.change()
    if not _moved(before, after):
        time.sleep(1.1)  # a clock of whole seconds needs one to pass
        after = subject.change()
    if not _moved(before, after):
        raise Violation(f"updated_at after {before['updated_at']}", f"updated_at {after['updated_at']}")


@requirement("TIME-READ-BACK")
def test_a_patch_is_answered_with_the_time_that_it_sets(subject: Subject, shared: Shared) -> None:
    behind_reads = list(walk(subject, shared).behind_reads())
    if not behind_reads or not all(_later_if_read(answer, read) for read, answer in behind_reads):
        assert_answered_with_the_time_that_is_set(subject)


def assert_answered_with_the_time_that_is_set(subject: Subject) -> None:
    """Assert that a patch is answered with a later updated_at than GET gave before it, if GET shows it later on."""
    for pause in (0.0, 1.1, 1.1):  # a clock of whole seconds needs one to pass
        before = subject.read_back()
        time.sleep(pause)
        answered = subject.change()
        if _later(answered, before):
            return
    old, newer = answered["updated_at"], newer_than(answered, subject)["updated_at"]
    raise Violation(f"updated_at {newer}, as GET gives it", f"updated_at {old}, as before the patch")


def newer_than(answered: Answer, subject: Subject) -> Answer:
    """Return what GET shows once its updated_at is later than in an answer. Raise Inconclusive if it never is."""
    read = until(time.monotonic() + LONGEST, subject.read_back, lambda read: _later(read, answered))
    if not _later(read, answered):
        reason = f"GET gives no newer updated_at than the answer does: {answered['updated_at']}"
        raise Inconclusive(reason, left_to=("TIME-MOVES",))
    return read


def _later_if_read(answer: Answer, read: Answer) -> bool:
    """Whether the answer to a patch was seen to have a later updated_at than GET gave before."""
    try:
        return _later(answer, read)
    except Inconclusive:
        return False


def _later(later: Answer, earlier: Answer) -> bool:
    """Whether updated_at of one answer lies after that of another, as far as both can be read."""
    return not _not_before(earlier, later, "updated_at")


def _not_before(later: Answer, earlier: Answer, name: str) -> bool:
    _expect_instants(later, earlier, name)
    return rfc3339.not_before(later[name], earlier[name])


def _sets_something(step: RepeatedPatch) -> bool:
    """Whether a field that a patch sends shows another value than before; that others change, is another clause."""
    return any(step.was.get(name) != step.became.get(name) for name in step.body)


def _all_moved(steps: Sequence[RepeatedPatch]) -> bool:
    """Whether each of several patches was seen to move updated_at."""
    try:
        return all(_moved(step.before, step.once) for step in steps)
    except Inconclusive:
        return False


def _moved(earlier: Answer, later: Answer) -> bool:
    """Whether updated_at is another instant; that it did not go back, TIME-NOT-BACKWARDS judges."""
    return not (_not_before(later, earlier, "updated_at") and _not_before(earlier, later, "updated_at"))


def _expect_instants(one: Answer, other: Answer, name: str) -> None:
    """See that a timestamp of two answers can be read. Raises Inconclusive if one of them cannot."""
    expect_timestamps(one, name)
    expect_timestamps(other, name)
    if rfc3339.instant(one[name]) is None or rfc3339.instant(other[name]) is None:
        raise Inconclusive(f"the answers give no {name} that can be read: {one.summary}", left_to=("TIME-FORMAT",))
