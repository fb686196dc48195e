"""IMMUTABLE: what the system keeps, and a body cannot set."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import rfc3339
from contracts.vocabulary.display import ABSENT, shown
from contracts.vocabulary.json_equality import same_json
from contracts.vocabulary.outcomes import Inconclusive, Violation
from fixtures.checks.blobs import assert_same_blobs
from fixtures.examples.check_run import requirement
from fixtures.http.answer import Answer
from fixtures.objects.subject import Subject
from fixtures.strategies import Body, awkward, system_values

Check = TypeVar("Check", bound=Callable[..., None])


VALUES = {
    "object_id": "obj_0c0ffee00000",
    "bucket_id": "bkt_0c0ffee0",
    "status": "ARCHIVED",
    "created_at": "2001-02-03T04:05:06Z",
    "updated_at": "2001-02-03T04:05:07Z",
    "document_count": 4711,
    "source_details": [{"type": "bucket", "source_id": "bkt_0c0ffee0"}],
    "error": "set by the body",
    "blobs": [{"property": "content", "type": "text", "data": "set by the body"}],
}
"""A value of its type for every field, so that each is certainly tried."""


def sets_one_of(*fields: str) -> Callable[[Check], Check]:
    """Drive a check with bodies that set one of `fields`."""
    bodies = [st.fixed_dictionaries({field: system_values(field)}) for field in fields]

    def drive(check: Check) -> Check:
        generated: Any = given(body=st.one_of(bodies))(check)
        driven: Any = awkward(body=[{field: VALUES[field]} for field in fields])(generated)
        return driven  # type: ignore[no-any-return]

    return drive


@requirement("IMMUTABLE-IDENTITY")
@sets_one_of("object_id", "bucket_id")
def test_identifiers_cannot_be_set(subject: Subject, body: Body) -> None:
    assert_not_set(subject, body)


@requirement("IMMUTABLE-STATUS")
@sets_one_of("status")
def test_status_cannot_be_set(subject: Subject, body: Body) -> None:
    assert_not_set(subject, body)


@requirement("IMMUTABLE-TIMESTAMPS")
@sets_one_of("created_at", "updated_at")
def test_timestamps_cannot_be_set(subject: Subject, body: Body) -> None:
    assert_not_set(subject, body)


@requirement("IMMUTABLE-DERIVED")
@sets_one_of("document_count", "source_details", "error")
def test_what_the_system_finds_out_cannot_be_set(subject: Subject, body: Body) -> None:
    assert_not_set(subject, body)


@requirement("IMMUTABLE-BLOBS")
@sets_one_of("blobs")
def test_blobs_cannot_be_set(subject: Subject, body: Body) -> None:
    before = subject.touch().document
    for answer in (subject.attempt(body), subject.touch()):
        if answer.accepted:
            assert_left_alone(subject, answer, before)


def assert_left_alone(subject: Subject, answer: Answer, before: Mapping[str, Any]) -> None:
    """Assert that `answer` shows the blobs as they were. Raise Inconclusive if a patch of another field changes them.

    What any patch does to the blobs, MERGE-BLOBS judges.
    """
    try:
        assert_same_blobs(answer, before, strict=True)
    except Violation:
        other = subject.touch().document
        try:
            assert_same_blobs(subject.touch(), other, strict=True)
        except Violation:
            raise Inconclusive("any patch changes the blobs, so nothing can be said of one that sends some") from None
        raise


def assert_not_set(subject: Subject, body: Body) -> None:
    """Assert that no answer, to the patch or afterwards, shows a value of `body`."""
    before = subject.touch()
    answers = [answer for answer in (subject.attempt(body), subject.attempt({"note": 1})) if answer.accepted]
    for name, value in body.items():
        for answer in answers:
            if _shows(answer, name, value) and not _shows(before, name, value):
                raise Violation(f"{name} other than what was sent: {shown(before[name])}", f"{name} {shown(value)}")


def _shows(answer: Answer, name: str, value: object) -> bool:
    actual = answer[name]
    if actual is ABSENT or actual is None:
        return False
    instant = rfc3339.instant(value)
    return same_json(actual, value) or (instant is not None and rfc3339.instant(actual) == instant)
