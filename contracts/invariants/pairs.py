"""What two answers about one object show together: what a patch has to leave, to set and not to turn back.

Each rule is a function of the document before, the fields that were sent between, and the document after, and gives
the requirement with what is wrong, or with None if it holds. Nobody else may have patched the fields in question
meanwhile, and each patch between the two has to be answered: whoever calls sees to that.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.invariants.blobs import blobs_kept
from contracts.vocabulary import rfc3339
from contracts.vocabulary.display import ABSENT, shown
from contracts.vocabulary.json_equality import same_json
from contracts.vocabulary.outcomes import Finding

Document = Mapping[str, Any]
Judged = tuple[str, Finding | None]


def created_stays(before: Document, _: Document, after: Document) -> Iterator[Judged]:
    """Judge that created_at stays the same instant, as far as both can be read."""
    was, now = before.get("created_at"), after.get("created_at")
    if rfc3339.instant(was) is None or rfc3339.instant(now) is None:
        return
    same = rfc3339.not_before(was, now) and rfc3339.not_before(now, was)
    yield "TIME-CREATED-FIXED", None if same else Finding(f"created_at {was}", f"created_at {now}")


def time_moves_on(before: Document, _: Document, after: Document) -> Iterator[Judged]:
    """Judge that updated_at does not go backwards from one patch to the next."""
    was, now = before.get("updated_at"), after.get("updated_at")
    if rfc3339.instant(was) is None or rfc3339.instant(now) is None:
        return
    forward = rfc3339.not_before(now, was)
    yield "TIME-NOT-BACKWARDS", None if forward else Finding(f"updated_at at or after {was}", f"updated_at {now}")


def blobs_stay(before: Document, _: Document, after: Document) -> Iterator[Judged]:
    """Judge that the blobs stay as they are."""
    yield "MERGE-BLOBS", blobs_kept(before, after)


def sources_stay(before: Document, _: Document, after: Document) -> Iterator[Judged]:
    """Judge that source_details stays what it is, as far as both have it."""
    was, now = before.get("source_details"), after.get("source_details")
    if was is not None and now is not None:
        yield "MERGE-ONLY-SENT", None if same_json(was, now) else difference("source_details", was, now)


def others_kept(before: Document, sent: Document, after: Document) -> Iterator[Judged]:
    """Judge that the fields of `before` that were not sent keep their values."""
    finding = None
    for name, was in before.items():
        if name not in sent and not same(was, after.get(name, ABSENT)):
            finding = difference(name, was, after.get(name, ABSENT))
            break
    yield "MERGE-ONLY-SENT", finding


def sent_is_set(sent: Document, after: Document, requirement_of: Callable[[str], str]) -> Iterator[Judged]:
    """Judge that each field comes back as it was sent; `requirement_of` names the requirement on a field."""
    for name, value in sent.items():
        actual = after.get(name, ABSENT)
        yield requirement_of(name), None if same(value, actual) else difference(name, value, actual)


def is_addressed(bucket: str, identifier: str, after: Document) -> Iterator[Judged]:
    """Judge that the answer is about the object that was addressed, as far as it says so."""
    for name, expected in (("object_id", identifier), ("bucket_id", bucket)):
        if (actual := after.get(name, expected)) != expected:
            yield "RESPONSE-ADDRESSED", difference(name, expected, actual)
            return
    yield "RESPONSE-ADDRESSED", None


def read_back(known: Document, after: Document) -> Iterator[Judged]:
    """Judge that GET shows the fields that a patch was answered with."""
    yield "MERGE-READ-BACK", first_difference(known, after)


def first_difference(known: Document, after: Document) -> Finding | None:
    """Return the first field of `known` that `after` does not show; None if it shows them all."""
    for name, value in known.items():
        actual = after.get(name, ABSENT)
        if not same(value, actual):
            return difference(name, value, actual)
    return None


def same(was: object, now: object) -> bool:
    """Whether a field is the same; one that is null may be left out."""
    if was is None or was is ABSENT:
        return now is None or now is ABSENT
    return same_json(was, now)


def difference(name: str, expected: object, actual: object) -> Finding:
    """Return that the field `name` is not what it has to be."""
    return Finding(f"{name} = {shown(expected)}", f"no {name}" if actual is ABSENT else f"{name} = {shown(actual)}")
