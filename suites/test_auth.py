"""AUTH: who may patch. Every credential but the right one is refused, and changes nothing."""

from hypothesis import given

from contracts.editions.edition import Edition
from fixtures.checks.assertions import assert_keeps, assert_no_effect, assert_refused
from fixtures.examples.check_run import each, one_by_one, requirement
from fixtures.http.credentials import NEVER_ISSUED, NONE, NOT_THE_WHOLE_KEY, OTHER_FORMS, OWN, REFUSED, Credential
from fixtures.objects.subject import Subject
from fixtures.strategies import awkward, near_keys

UNAUTHORIZED = (401, 403)


@requirement("AUTH-MISSING")
def test_a_patch_without_credentials_is_refused(subject: Subject) -> None:
    assert_refused_only_for(subject, NONE)


@requirement("AUTH-UNKNOWN-KEY")
@each(credential=NEVER_ISSUED)
def test_a_key_that_was_never_issued_is_refused(subject: Subject, credential: Credential) -> None:
    assert_refused_only_for(subject, credential)


@requirement("AUTH-SCHEME")
@each(credential=OTHER_FORMS)
def test_any_other_form_than_bearer_and_key_is_refused(subject: Subject, credential: Credential) -> None:
    assert_refused_only_for(subject, credential)


@requirement("AUTH-WHOLE-KEY")
@awkward(credential=NOT_THE_WHOLE_KEY)
@given(credential=near_keys())
def test_the_key_counts_as_a_whole(subject: Subject, credential: Credential) -> None:
    assert_refused_only_for(subject, credential)


@requirement("AUTH-NO-EFFECT")
@each(credential=REFUSED)
def test_a_refused_credential_changes_nothing(subject: Subject, credential: Credential) -> None:
    subject.expect_patchable()
    body = {"note": subject.fresh_text(), "key_prefix": subject.fresh_text()}
    subject.attempt(body, credential=credential).expect_refused()
    assert_no_effect(subject, body)


@one_by_one("AUTH-KEY-SECRET")
@each(credential=REFUSED)
def test_no_answer_repeats_a_key(
    subject: Subject, edition: Edition, requirement_id: str, credential: Credential
) -> None:
    assert_keeps(requirement_id, subject.attempt({"note": 1}, credential=credential), edition)


@one_by_one("AUTH-NO-REDIRECT")
@each(credential=(OWN, *REFUSED))
def test_no_key_is_sent_to_another_host(
    subject: Subject, edition: Edition, requirement_id: str, credential: Credential
) -> None:
    assert_keeps(requirement_id, subject.attempt({"note": 1}, credential=credential), edition)


def assert_refused_only_for(subject: Subject, credential: Credential) -> None:
    """Assert that a patch which is accepted with the key is refused with `credential`."""
    subject.expect_patchable()
    answer = subject.attempt({"note": "the wrong key"}, credential=credential)
    assert_refused(answer, UNAUTHORIZED, credential.name, twin=subject)
