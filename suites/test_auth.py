"""AUTH: who may patch. Every credential but the right one is refused, and changes nothing."""

from hypothesis import given

from contracts.editions.edition import Edition
from fixtures.checks.assertions import assert_keeps, assert_refused
from fixtures.checks.refused_credentials import (
    assert_attempts_changed_nothing,
    assert_credential_refused,
    attempts,
)
from fixtures.examples.marks import each, one_by_one, requirement
from fixtures.examples.shared_answers import Shared
from fixtures.http.credentials import NEVER_ISSUED, NONE, NOT_THE_WHOLE_KEY, OTHER_FORMS, REFUSED, Credential
from fixtures.objects.subject import Subject
from fixtures.strategies import near_keys

UNAUTHORIZED = (401, 403)


@requirement("AUTH-MISSING")
def test_a_patch_without_credentials_is_refused(subject: Subject, shared: Shared) -> None:
    assert_credential_refused(subject, shared, NONE, UNAUTHORIZED)


@requirement("AUTH-UNKNOWN-KEY")
@each(credential=NEVER_ISSUED)
def test_a_key_that_was_never_issued_is_refused(subject: Subject, shared: Shared, credential: Credential) -> None:
    assert_credential_refused(subject, shared, credential, UNAUTHORIZED)


@requirement("AUTH-SCHEME")
@each(credential=OTHER_FORMS)
def test_any_other_form_than_bearer_and_key_is_refused(
    subject: Subject, shared: Shared, credential: Credential
) -> None:
    assert_credential_refused(subject, shared, credential, UNAUTHORIZED)


@requirement("AUTH-WHOLE-KEY")
@each(credential=NOT_THE_WHOLE_KEY)
def test_the_key_counts_as_a_whole(subject: Subject, shared: Shared, credential: Credential) -> None:
    assert_credential_refused(subject, shared, credential, UNAUTHORIZED)


@requirement("AUTH-WHOLE-KEY")
@given(credential=near_keys())
def test_no_part_of_the_key_is_enough_and_no_more_of_it(subject: Subject, credential: Credential) -> None:
    subject.expect_patchable()
    answer = subject.attempt(subject.note(), credential=credential)
    assert_refused(answer, UNAUTHORIZED, credential.name, twin=subject)


@requirement("AUTH-NO-EFFECT")
def test_a_refused_credential_changes_nothing(subject: Subject, shared: Shared) -> None:
    assert_attempts_changed_nothing(subject, shared)


@one_by_one("AUTH-KEY-SECRET", "AUTH-NO-REDIRECT")
@each(credential=REFUSED)
def test_no_answer_repeats_a_key_or_leads_elsewhere(
    subject: Subject, shared: Shared, edition: Edition, requirement_id: str, credential: Credential
) -> None:
    assert_keeps(requirement_id, attempts(subject, shared).by_credential[credential].answer, edition)


@one_by_one("AUTH-KEY-SECRET", "AUTH-NO-REDIRECT")
def test_an_answer_to_the_key_keeps_the_clause(
    subject: Subject, shared: Shared, edition: Edition, requirement_id: str
) -> None:
    assert_keeps(requirement_id, attempts(subject, shared).look, edition)
