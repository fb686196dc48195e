"""RESPONSE: what an accepted patch is answered with."""

import re
from collections.abc import Mapping, Sequence

from hypothesis import given

from contracts.editions.edition import Edition
from contracts.vocabulary.outcomes import Inconclusive, Violation
from fixtures.checks.assertions import assert_keeps, assert_same_object, shown_by
from fixtures.checks.patches_twice import walk
from fixtures.checks.plain_answers import plain_answers
from fixtures.examples.marks import each, one_by_one, requirement
from fixtures.examples.shared_answers import Shared
from fixtures.http.answer import Answer
from fixtures.objects.field_names import names_in
from fixtures.objects.subject import Subject
from fixtures.plan.batching import Plan
from fixtures.plan.judging import assert_cells_are_accepted
from fixtures.plan.kinds import ACCEPTED
from fixtures.plan.planned_values import Cell
from fixtures.strategies import Body, patches

PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
"""Names that no target has a reason to refuse."""


@requirement("RESPONSE-ACCEPTED")
def test_a_well_formed_patch_is_answered_with_200(subject: Subject, shared: Shared) -> None:
    try:
        taken = walk(subject, shared)
    except Inconclusive:
        body = subject.note()
        assert_accepted(body, subject.attempt(body))
        raise
    judged = [assert_accepted(step.body, step.once) for step in taken.steps]
    for step in taken.steps:
        if step.twice is not None and not step.twice.refused:
            assert_accepted(step.body, step.twice)
    if not any(judged):
        raise Inconclusive("no patch was answered with what can be judged")


@requirement("RESPONSE-ACCEPTED")
@given(body=patches())
def test_any_well_formed_patch_is_answered_with_200(subject: Subject, body: Body) -> None:
    body = subject.few_names(body)
    answer = subject.attempt(body)
    if not assert_accepted(body, answer):
        raise Inconclusive(f"answered {answer.summary}")


def assert_accepted(body: Mapping[str, object], answer: Answer) -> bool:
    """Assert that a patch is answered with 200 if no target has a reason to refuse it. Return False if one has."""
    says_nothing = body.keys() <= {"key_prefix", "skip_duplicates"} and body.get("key_prefix") is None
    empties = body.get("key_prefix") == ""
    may_be_refused = says_nothing or empties or not all(map(PLAIN_NAME.fullmatch, names_in(body)))
    if answer.status >= 500 or (answer.refused and may_be_refused):
        return False
    if answer.status != 200:
        raise Violation("200", answer.summary, exchanges=(answer.exchange,))
    return True


@requirement("RESPONSE-ACCEPTED")
@each(cells=ACCEPTED)
def test_values_of_every_kind_are_accepted(subject: Subject, plan: Plan, cells: Sequence[Cell]) -> None:
    assert_cells_are_accepted(subject, plan, cells)


@one_by_one(
    "RESPONSE-JSON",
    "RESPONSE-CONTENT-TYPE",
    "RESPONSE-BUCKET-ID",
    "RESPONSE-OBJECT-ID",
    "RESPONSE-KEY-PREFIX",
    "RESPONSE-BLOBS",
    "RESPONSE-BLOB-PROPERTY",
    "RESPONSE-BLOB-TYPE",
    "RESPONSE-BLOB-DETAILS",
    "RESPONSE-SOURCE-DETAILS",
    "RESPONSE-ERROR",
    "RESPONSE-DOCUMENT-COUNT",
    "RESPONSE-WHOLE-NUMBERS",
    "RESPONSE-CHARSET",
    "RESPONSE-PRESIGNED-URL",
    "RESPONSE-CONSISTENCY",
    "RESPONSE-EDGES",
)
def test_the_answer_keeps_the_clause(subject: Subject, shared: Shared, edition: Edition, requirement_id: str) -> None:
    for answer in plain_answers(subject, shared):
        assert_keeps(requirement_id, answer, edition)


@requirement("RESPONSE-ADDRESSED")
def test_the_answer_is_about_the_object_that_was_addressed(subject: Subject, shared: Shared) -> None:
    for step in walk(subject, shared).accepted():
        with shown_by(step.once):
            assert_same_object(step.once, subject, step.start.identifier)


@requirement("RESPONSE-ADDRESSED")
@given(body=patches())
def test_any_answer_is_about_the_object_that_was_addressed(subject: Subject, body: Body) -> None:
    assert_same_object(subject.patch(subject.few_names(body)), subject)
