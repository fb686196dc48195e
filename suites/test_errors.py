"""ERRORS: how a request is refused."""

import pytest
from hypothesis import given

from contracts.editions.edition import Edition
from contracts.vocabulary.outcomes import Inconclusive, Violation
from fixtures.checks.assertions import assert_keeps, assert_no_effect, assert_refused, shown_by
from fixtures.checks.plain_answers import refusals
from fixtures.checks.wrong_types import BODIES as WRONG_BODIES
from fixtures.checks.wrong_types import assert_nothing_half_applied, assert_wrong_type_refused
from fixtures.examples.marks import each, one_by_one, requirement
from fixtures.examples.shared_answers import Shared
from fixtures.http.answer import GONE
from fixtures.http.api_paths import NEAR, NO_BUCKETS, NO_OBJECTS, near, path_of
from fixtures.objects.deleted_object import delete, patch_late
from fixtures.objects.settling import until
from fixtures.objects.subject import Subject
from fixtures.objects.workspace import Workspace
from fixtures.plugins.subject_fixtures import NewSubject
from fixtures.strategies import (
    MALFORMED,
    NOT_OBJECTS,
    Body,
    awkward,
    malformed_bodies,
    not_objects,
    wrong_types,
    wrong_types_beside_valid,
)

NOT_FOUND = (404,)


@one_by_one(
    "ERROR-FORM",
    "ERROR-CONTENT-TYPE",
    "ERROR-ENVELOPE",
    "ERROR-STATUS",
    "ERROR-CODE",
    "ERROR-NO-INTERNALS",
    "ERROR-NO-5XX",
)
def test_refusals_keep_the_clause(subject: Subject, shared: Shared, edition: Edition, requirement_id: str) -> None:
    for answer in refusals(subject, shared):
        assert_keeps(requirement_id, answer, edition)


@requirement("ERROR-ENVELOPE-ONLY")
@each(body=({"key_prefix": {"an": "object"}}, {"skip_duplicates": ["an array"]}))
def test_an_invalid_body_is_refused_in_the_envelope(subject: Subject, edition: Edition, body: Body) -> None:
    answer = subject.attempt(body)
    if answer.status != 422:
        raise Inconclusive(f"answered {answer.summary}, and not with 422")
    assert_keeps("ERROR-ENVELOPE-ONLY", answer, edition)


@requirement("ERROR-UNKNOWN-BUCKET")
@each(bucket=(*NO_BUCKETS, None))
def test_an_unknown_bucket_is_not_found(subject: Subject, bucket: str | None) -> None:
    subject.expect_patchable()
    bucket = bucket or next(iter(near(subject.bucket)), f"{NO_BUCKETS[1]}-2")
    elsewhere = subject.path_in(bucket)
    assert_refused(subject.attempt(subject.note(), path=elsewhere), NOT_FOUND, twin=subject)


@requirement("ERROR-UNKNOWN-OBJECT")
def test_an_unknown_object_is_not_found_and_not_created(subject: Subject, shared: Shared) -> None:
    subject.expect_patchable()
    identifier = NO_OBJECTS[0]
    elsewhere = path_of("buckets", subject.bucket, "objects", identifier)
    answer = refusals(subject, shared)[0]
    with shown_by(answer):
        assert_refused(answer, NOT_FOUND, twin=subject)
    read = subject.read(path=elsewhere)  # a page for every unknown address is not an object
    if read.accepted and (read.exchange.response.members or {}).get("object_id") == identifier:
        raise Violation(f"no object {identifier} after a patch of it was refused", "GET gives one")


@pytest.mark.aside
@requirement("ERROR-UNKNOWN-OBJECT")
@each(place=range(NEAR))
def test_what_is_nearly_the_identifier_of_an_object_is_not_found(subject: Subject, place: int) -> None:
    subject.expect_patchable()
    identifier = (near(subject.identifier) or NO_OBJECTS[1:])[place : place + 1]
    if identifier:  # one of another form may be refused for its form
        elsewhere = path_of("buckets", subject.bucket, "objects", identifier[0])
        assert_refused(subject.attempt(subject.note(), path=elsewhere), what="an unknown object", twin=subject)


@requirement("ERROR-OTHER-BUCKET")
def test_an_object_is_not_found_under_another_bucket(
    subject: Subject, shared: Shared, other_bucket: str, workspace: Workspace
) -> None:
    subject.expect_patchable()
    name = None if shared.few else workspace.names.get(other_bucket)
    body: dict[str, str] = {}
    for bucket in filter(None, (other_bucket, name)):
        one = subject.fresh_field()
        elsewhere = subject.path_in(bucket)
        assert_refused(subject.attempt(one, path=elsewhere), NOT_FOUND, twin=subject)
        body |= one
    assert_no_effect(subject, body)


@requirement("ERROR-DELETED-OBJECT")
def test_a_deleted_object_is_not_found_and_stays_deleted(
    subject: Subject, shared: Shared, new_subject: NewSubject
) -> None:
    doomed = new_subject()
    doomed.patch(doomed.note())
    reads = []
    if not shared.few:
        doomed.read()  # what is kept of this answer must not be given once the object is deleted
    deadline = delete(doomed)
    if not shared.few:
        reads.append(until(deadline, lambda: subject.read(path=doomed.path), lambda answer: not answer.accepted))
    answer = until(deadline, lambda: patch_late(doomed), lambda answer: not answer.accepted)
    assert_refused(answer, GONE, "a deleted object", twin=subject)
    reads.append(until(deadline, lambda: subject.read(path=doomed.path), lambda answer: not answer.accepted))
    for read in reads:
        if read.accepted and (read.exchange.response.members or {}).get("object_id") == doomed.identifier:
            with shown_by(answer, read):
                raise Violation("no object after it was deleted, and a patch of it refused", "GET gives it")


@requirement("ERROR-NO-BODY")
def test_a_patch_without_a_body_is_refused(subject: Subject, shared: Shared) -> None:
    subject.expect_patchable()
    assert_refused(subject.attempt(content=b""), what="an empty body")
    if not shared.few:
        assert_refused(subject.attempt(), what="no body, and no media type")


@requirement("ERROR-MALFORMED")
@awkward(content=(*MALFORMED, *NOT_OBJECTS))
@given(content=malformed_bodies() | not_objects())
def test_a_body_that_is_no_json_object_is_refused(subject: Subject, content: bytes) -> None:
    subject.expect_patchable()
    assert_refused(subject.attempt(content=content), what="a body that is no JSON object", twin=subject)


@requirement("ERROR-WRONG-TYPE")
@each(body=WRONG_BODIES)
def test_a_declared_field_of_the_wrong_type_is_refused(subject: Subject, shared: Shared, body: Body) -> None:
    assert_wrong_type_refused(subject, shared, body)


@requirement("ERROR-WRONG-TYPE")
@given(body=wrong_types())
def test_any_wrong_type_of_a_declared_field_is_refused(subject: Subject, body: Body) -> None:
    subject.expect_patchable()
    assert_refused(subject.attempt(body), what="an object or an array in its place", twin=subject)


@requirement("ERROR-ATOMIC")
def test_a_refused_patch_leaves_nothing_half_applied(subject: Subject, shared: Shared) -> None:
    assert_nothing_half_applied(subject, shared)


@requirement("ERROR-ATOMIC")
@given(body=wrong_types_beside_valid())
def test_no_refused_patch_leaves_anything_half_applied(subject: Subject, body: Body) -> None:
    subject.expect_patchable()
    body = subject.few_names(body) if subject.takes_custom_fields else subject.fresh_field() | subject.broken_field()
    valid = {name: subject.fresh_text() for name, value in body.items() if not isinstance(value, dict | list)}
    subject.attempt({name: valid.get(name, value) for name, value in body.items()}).expect_refused()
    assert_no_effect(subject, valid)
