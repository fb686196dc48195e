"""IMMUTABLE: what the system keeps, and a body cannot set."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given

from contracts.editions.edition import Edition
from contracts.vocabulary import rfc3339
from contracts.vocabulary.display import ABSENT, shown
from contracts.vocabulary.json_equality import same_json
from contracts.vocabulary.outcomes import Inconclusive, Violation
from fixtures.checks.assertions import assert_refused, difference, shown_by
from fixtures.checks.blobs import assert_same_blobs, blobs_shown
from fixtures.checks.system_names import (
    OTHER_SPELLINGS,
    PATHS,
    VALUES,
    assert_beside_taken,
    other_spellings,
    set_once,
)
from fixtures.examples.marks import each, each_shared, requirement
from fixtures.examples.shared_answers import Shared, expect_answer
from fixtures.http.answer import Answer
from fixtures.objects.run_buckets import Places
from fixtures.objects.subject import Subject
from fixtures.strategies import Body, system_fields

AGAIN = 4
"""Patches of another field that tell whether any patch changes the blobs, or every second or third one."""

CLAUSES = {
    "object_id": "IMMUTABLE-IDENTITY",
    "bucket_id": "IMMUTABLE-IDENTITY",
    "status": "IMMUTABLE-STATUS",
    "created_at": "IMMUTABLE-TIMESTAMPS",
    "updated_at": "IMMUTABLE-TIMESTAMPS",
    "document_count": "IMMUTABLE-DERIVED",
    "source_details": "IMMUTABLE-DERIVED",
    "error": "IMMUTABLE-DERIVED",
    "blobs": "IMMUTABLE-BLOBS",
}


@requirement("IMMUTABLE-IDENTITY")
@each_shared(name=("object_id", "bucket_id"))
def test_identifiers_cannot_be_set(
    subject: Subject, shared: Shared, edition: Edition, places: Places, name: str
) -> None:
    assert_not_set(subject, shared, edition, name)
    if name == "bucket_id" and not shared.few and (bucket := places.find("other_bucket")):
        assert_stays_in_its_bucket(subject, bucket)


@requirement("IMMUTABLE-STATUS")
@each(name=("status",))
def test_status_cannot_be_set(subject: Subject, shared: Shared, edition: Edition, name: str) -> None:
    assert_not_set(subject, shared, edition, name)


@requirement("IMMUTABLE-TIMESTAMPS")
@each_shared(name=("created_at", "updated_at"))
def test_timestamps_cannot_be_set(subject: Subject, shared: Shared, edition: Edition, name: str) -> None:
    assert_not_set(subject, shared, edition, name)


@requirement("IMMUTABLE-DERIVED")
@each_shared(name=("source_details", "document_count", "error"))
def test_what_the_system_finds_out_cannot_be_set(
    subject: Subject, shared: Shared, edition: Edition, name: str
) -> None:
    expect_declared(edition, name)
    assert_not_set(subject, shared, edition, name)


@requirement("IMMUTABLE-REFUSED")
@each(name=("status", "object_id", "blobs"))
def test_names_of_the_system_are_refused(subject: Subject, shared: Shared, edition: Edition, name: str) -> None:
    if name not in edition.refused_names:
        raise Inconclusive(f"whether {name} is refused is left open")
    answer = expect_answer(set_once(subject, shared, edition).sent[name])
    with shown_by(answer):
        assert_refused(answer, (422,), f"{name} in the body", twin=subject)


@requirement("IMMUTABLE-IDENTITY", "IMMUTABLE-STATUS", "IMMUTABLE-TIMESTAMPS", "IMMUTABLE-DERIVED", "IMMUTABLE-BLOBS")
def test_no_other_spelling_of_a_system_name_sets_it(subject: Subject, shared: Shared, edition: Edition) -> None:
    subject.expect_custom_fields()
    before = set_once(subject, shared, edition).before
    answer = other_spellings(subject, shared).expect_accepted()
    for blob in blobs_shown(answer):
        if blob.get("property") in PATHS.values():
            raise Violation(
                "property of a blob as it was", f"property {shown(blob['property'])}", requirement=CLAUSES["blobs"]
            )
    for name, value in OTHER_SPELLINGS.values():
        if name in edition.members:
            assert_none_shows(name, value, before, [answer])


@requirement("IMMUTABLE-TIMESTAMPS", "IMMUTABLE-DERIVED")
def test_no_empty_value_of_a_system_name_is_taken(subject: Subject, shared: Shared, edition: Edition) -> None:
    settings = set_once(subject, shared, edition)
    before, emptied, behind = settings.before, settings.emptied, settings.behind["created_at"]
    if not (isinstance(emptied, Answer) and emptied.accepted and isinstance(behind, Answer) and behind.accepted):
        return
    with shown_by(before, emptied, behind):
        if before["source_details"] and emptied["source_details"] == behind["source_details"] == []:
            raise difference("source_details", before["source_details"], [], requirement="IMMUTABLE-DERIVED")
        was, now, later = (rfc3339.instant(one["created_at"]) for one in (before, emptied, behind))
        if None not in (was, now) and was != now == later:
            values = before["created_at"], emptied["created_at"]
            raise difference("created_at", *values, requirement="IMMUTABLE-TIMESTAMPS")


@requirement("MERGE-MANY-FIELDS")
def test_a_field_is_taken_beside_a_name_of_the_system(subject: Subject, shared: Shared, edition: Edition) -> None:
    assert_beside_taken(subject, set_once(subject, shared, edition))


@requirement("IMMUTABLE-BLOBS")
def test_blobs_cannot_be_set(subject: Subject, shared: Shared, edition: Edition) -> None:
    settings = set_once(subject, shared, edition)
    emptied = settings.emptied
    for answer in (*([emptied] if isinstance(emptied, Answer) and emptied.accepted else []), *settings.of("blobs")):
        assert_left_alone(subject, answer, settings.before.document)


@requirement(*dict.fromkeys(CLAUSES.values()))
@given(body=system_fields())
def test_no_value_of_a_system_name_is_taken(subject: Subject, edition: Edition, body: Body) -> None:
    [(name, value)] = body.items()
    expect_declared(edition, name)
    before = subject.touch()
    answers = [answer for answer in (subject.attempt(body), subject.attempt(subject.note())) if answer.accepted]
    if name == "blobs":
        for answer in answers:
            assert_left_alone(subject, answer, before.document)
        return
    assert_none_shows(name, value, before, answers)


def expect_declared(edition: Edition, name: str) -> None:
    """Raise Inconclusive if `name` is none of the system's in the edition, but one that a user may give a field."""
    if name not in edition.members:
        raise Inconclusive(f"{name} is a name of later editions")


def assert_left_alone(subject: Subject, answer: Answer, before: Mapping[str, Any]) -> None:
    """Assert that `answer` shows the blobs as they were. Raise Inconclusive if a patch of another field changes them.

    What any patch does to the blobs, MERGE-BLOBS judges.
    """
    try:
        assert_same_blobs(answer, before, strict=True)
    except Violation:
        other = subject.touch().document
        try:
            for _ in range(AGAIN):
                assert_same_blobs(subject.touch(), other, strict=True)
        except Violation:
            raise Inconclusive("any patch changes the blobs, so nothing can be said of one that sends some") from None
        raise


def assert_not_set(subject: Subject, shared: Shared, edition: Edition, name: str) -> None:
    """Assert that no answer to the patch with a system name, or to the one behind it, shows the value."""
    settings = set_once(subject, shared, edition)
    assert_none_shows(name, VALUES[name], settings.before, settings.of(name))


def assert_stays_in_its_bucket(subject: Subject, bucket: str) -> None:
    """Assert that a body with the id of another `bucket` does not take the object there."""
    answer = subject.attempt({"bucket_id": bucket, **subject.fresh_field()})
    if answer.accepted and answer["bucket_id"] == bucket:
        raise difference("bucket_id", subject.bucket, bucket)


def assert_none_shows(name: str, value: object, before: Answer, answers: Sequence[Answer]) -> None:
    """Assert that no answer shows the value that was sent for a system name."""
    for answer in answers:
        if _shows(answer, name, value) and not _shows(before, name, value):
            raise Violation(
                f"{name} other than what was sent: {shown(before[name])}",
                f"{name} {shown(value)}",
                requirement=CLAUSES[name],
                exchanges=tuple(dict.fromkeys((before.exchange, answers[0].exchange, answer.exchange))),
            )


def _shows(answer: Answer, name: str, value: object) -> bool:
    actual = answer[name]
    if actual is ABSENT or actual is None:
        return False
    instant = rfc3339.instant(value)
    if isinstance(value, list) and isinstance(actual, list):
        return any(same_json(one, item) for item in value for one in actual)
    return same_json(actual, value) or (instant is not None and rfc3339.instant(actual) == instant)
