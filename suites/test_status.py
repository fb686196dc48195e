"""STATUS: the processing status of the object."""

import time

from hypothesis import given

from contracts.editions.edition import Edition
from contracts.vocabulary.display import shown
from contracts.vocabulary.outcomes import Violation
from fixtures.checks.assertions import assert_keeps
from fixtures.checks.plain_answers import plain_answers
from fixtures.checks.read_back import MOVING
from fixtures.examples.marks import one_by_one, requirement
from fixtures.examples.shared import Shared
from fixtures.objects.subject import Subject
from fixtures.plugins.pytest_fixtures import NewSubject
from fixtures.strategies import KINDS, Body, awkward, patches


@one_by_one("STATUS-MEMBER")
def test_status_is_a_member_of_the_enumeration(
    subject: Subject, shared: Shared, edition: Edition, requirement_id: str
) -> None:
    for answer in plain_answers(subject, shared):
        assert_keeps(requirement_id, answer, edition)


@requirement("STATUS-UNCHANGED")
@awkward(body=KINDS)
@given(body=patches())
def test_a_patch_sets_off_no_processing(unpatched: Subject, new_subject: NewSubject, body: Body) -> None:
    subject, body = unpatched, unpatched.few_names(body)
    before = subject.settled_status()
    after = subject.patch(body)["status"]
    if before in MOVING or after == before or status_by_itself(subject, before) == before:
        return
    twin, again = new_subject(), new_subject()
    rests, started = twin.settled_status(), again.settled_status()
    moved = again.patch(body)["status"]
    if started not in MOVING and moved != started and twin.settled_status() == rests:
        raise Violation(f"status {shown(before)}, as before the patch", f"status {shown(after)}")


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
