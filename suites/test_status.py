"""STATUS: the processing status of the object."""

import time
from collections.abc import Mapping, Sequence
from itertools import pairwise

from hypothesis import given

from contracts.editions.edition import Edition
from contracts.vocabulary.display import ABSENT, shown
from contracts.vocabulary.outcomes import Violation
from fixtures.checks.assertions import assert_keeps, fields_sent, shown_by
from fixtures.checks.patches_twice import walk
from fixtures.checks.plain_answers import plain_answers
from fixtures.checks.read_back import MOVING
from fixtures.checks.system_names import FLAGS, OTHER_SPELLINGS, VALUES, other_spellings, set_once
from fixtures.examples.marks import one_by_one, requirement
from fixtures.examples.shared_answers import Shared
from fixtures.http.answer import Answer
from fixtures.objects.subject import Subject
from fixtures.plugins.subject_fixtures import NewSubject
from fixtures.strategies import Body, patches

SPELT = tuple(value for name, value in OTHER_SPELLINGS.values() if name == "status")
"""What another spelling of status may set, which IMMUTABLE-STATUS judges."""


@one_by_one("STATUS-MEMBER")
def test_status_is_a_member_of_the_enumeration(
    subject: Subject, shared: Shared, edition: Edition, requirement_id: str
) -> None:
    for answer in plain_answers(subject, shared):
        assert_keeps(requirement_id, answer, edition)


@requirement("STATUS-UNCHANGED")
def test_a_patch_sets_off_no_processing(subject: Subject, shared: Shared, new_subject: NewSubject) -> None:
    start, rests = None, None
    sent: list[Mapping[str, object]] = []
    for step in walk(subject, shared).accepted():
        asked = [(step.body, status_in(step.once)), (step.body, status_in(step.twice, step.read))]
        if step.start is not start:
            start, sent = step.start, []
            rests = status_in(start.sight, start.answer)
            asked = [(start.body, status_in(start.answer)), *asked]
        for body, status in asked:
            sent.append(body)
            if ABSENT in (status, rests):
                continue
            if rests not in MOVING and status != rests:
                assert_sets_off_nothing(new_subject(), new_subject, body)
                assert_sets_off_nothing(new_subject(), new_subject, *sent)
            rests = status  # it has moved by itself


@requirement("STATUS-UNCHANGED")
def test_a_name_of_the_system_in_a_body_sets_off_no_processing(
    subject: Subject, shared: Shared, edition: Edition, new_subject: NewSubject
) -> None:
    settings = set_once(subject, shared, edition)
    left_alone = (settings.before["status"], VALUES["status"], ABSENT)  # that a body sets it, IMMUTABLE-STATUS judges
    if settings.before["status"] in (ABSENT, *MOVING):
        return
    for name, answer in settings.sent.items():
        if isinstance(answer, Answer) and answer.accepted and answer["status"] not in left_alone:
            assert_sets_off_nothing(new_subject(), new_subject, {name: VALUES[name]})
    emptied = settings.emptied
    if isinstance(emptied, Answer) and emptied.accepted and emptied["status"] not in (*left_alone, None):
        assert_sets_off_nothing(new_subject(), new_subject, fields_sent(emptied))


@requirement("STATUS-UNCHANGED")
def test_no_name_of_a_flag_sets_off_processing(
    subject: Subject, shared: Shared, edition: Edition, new_subject: NewSubject
) -> None:
    subject.expect_custom_fields()
    behind = list(set_once(subject, shared, edition).behind.values())[-1]
    answer = other_spellings(subject, shared)
    if not (isinstance(behind, Answer) and behind.accepted and answer.accepted):
        return
    if answer["status"] not in (behind["status"], *SPELT):
        assert_sets_off_nothing(new_subject(), new_subject, FLAGS)


@requirement("STATUS-UNCHANGED")
def test_a_patch_makes_no_documents(subject: Subject, shared: Shared, new_subject: NewSubject) -> None:
    counts = [step.read["document_count"] for step in walk(subject, shared).accepted() if step.read is not None]
    if len(counts) > 2 and all(_grows(*two) for two in pairwise(counts)):
        assert_makes_no_documents(new_subject())


@requirement("STATUS-UNCHANGED")
@given(body=patches())
def test_no_patch_sets_off_processing(unpatched: Subject, new_subject: NewSubject, body: Body) -> None:
    assert_sets_off_nothing(unpatched, new_subject, unpatched.few_names(body))


def _grows(was: object, now: object) -> bool:
    """Tell whether document_count is a greater number than before."""
    return isinstance(was, int) and isinstance(now, int) and now > was


def assert_makes_no_documents(subject: Subject) -> None:
    """Assert that not every patch of an object makes documents, of which there are no more without one."""
    before = subject.read_back()
    for _ in range(2):
        still, patched, after = subject.read_back(), subject.change(), subject.read_back()
        if before["document_count"] != still["document_count"] or not _grows(
            still["document_count"], after["document_count"]
        ):
            return
        before = after
    with shown_by(still, patched, after):
        counts = (f"document_count {shown(one['document_count'])}" for one in (still, after))
        raise Violation(f"{next(counts)}, as before the patch", next(counts))


def status_in(*answers: Answer | None) -> object:
    """Return the status in the first of several answers that has one; a refusal has another."""
    shown = (answer["status"] for answer in answers if answer is not None and answer.accepted)
    return next((status for status in shown if status is not ABSENT), ABSENT)


def assert_sets_off_nothing(subject: Subject, new_subject: NewSubject, *bodies: Mapping[str, object]) -> None:
    """Assert that patches of an object at rest leave its status, and show it on a fresh one if they do not."""
    before = subject.settled_status()
    after = status_after(subject, bodies)
    if before in MOVING or after == before or status_by_itself(subject, before) == before:
        return
    twin, again = new_subject(), new_subject()
    rests, started = twin.settled_status(), again.settled_status()
    moved = status_after(again, bodies)
    if started not in MOVING and moved != started and twin.settled_status() == rests:
        raise Violation(f"status {shown(before)}, as before the patch", f"status {shown(after)}")


def status_after(subject: Subject, bodies: Sequence[Mapping[str, object]]) -> object:
    """Return the status in the answer to the last of several patches; what becomes of the others is not judged."""
    for body in bodies[:-1]:
        subject.attempt(body)
    return subject.patch(bodies[-1])["status"]


def status_by_itself(subject: Subject, before: object) -> object:
    """Return the status that the object shows once it shows another than `before`, for which it is given two seconds.

    That GET and the answer to a patch disagree, MERGE-READ-BACK judges.
    """
    for pause in (0, 0.1, 0.4, 1.5):
        time.sleep(pause)
        status = subject.settled_status()
        if status != before:
            return status
    return before
