"""Rewritings that no reader of JSON, HTTP or time expects."""

import base64
import json
from dataclasses import replace
from functools import partial
from typing import Any

from tests.hostile.proxy import Answered, Pairs, ReceivedRequest, Victim
from tests.hostile.rewriting import JSON, REWRITINGS, of_object, rewriting, with_body, with_members, with_raw, without

HEADERS: dict[str, Pairs] = {
    "a header with a letter outside ASCII": ((b"X-Served-By", "Zürich".encode()),),
    "a header in Latin-1": ((b"X-Served-By", b"Z\xfcrich"),),
    "a date that does not exist": ((b"Date", b"Mon, 99 Foo 99999 99:99:99 GMT"),),
    "a date after all calendars": ((b"Date", b"Fri, 31 Dec 999999999 23:59:59 +9999"),),
    "a limit that is no number": ((b"X-RateLimit-Reset", "²".encode()), (b"X-RateLimit-Remaining", b"-1")),
    "an empty header": ((b"X-Empty", b""), (b"Content-Language", b"")),
}
for _what, _pairs in HEADERS.items():
    REWRITINGS[f"sends {_what}"] = partial(
        lambda pairs, _, answered, __: with_body(without(answered, pairs), answered.body, *pairs), _pairs
    )


def _typed(kind: bytes, only_errors: bool, _: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    if only_errors and answered.status < 400:
        return answered
    return with_body(without(answered, (JSON,)), answered.body, (b"Content-Type", kind))


REWRITINGS |= {
    "refuses with its envelope as text/html": partial(_typed, b"text/html; charset=utf-8", True),
    "answers with a content type that is none": partial(_typed, b';;=\xff/ "', False),
    "answers in the charset klingon": partial(_typed, b"application/json; charset=klingon", False),
}

_DECLARED = (
    *("object_id", "key_prefix", "blobs", "source_details", "status", "error"),
    *("created_at", "updated_at", "document_count"),
)
DOCUMENTS: dict[str, dict[str, Any]] = {
    "leap seconds that never were": {"created_at": "2026-01-01T12:34:60Z", "updated_at": "2016-12-31T23:59:61.9Z"},
    "times of the years 0 and 9999": {
        "created_at": "0000-00-00T00:00:00Z",
        "updated_at": "9999-12-31T23:59:59.999999999999-23:59",
    },
    "lone surrogates": {"status": "\ud800", "error": "\udfff", "\ud800": "\udc00"},
    "every declared member as a list": {name: [[{}]] for name in _DECLARED},
    "every declared member as an object": {name: {"a": {}} for name in _DECLARED},
    "blobs that are none": {"blobs": [None, 1, "x", [], {"property": None, "details": []}], "source_details": [7]},
    "numbers for times": {"created_at": 1e308, "updated_at": -1},
    "20,000 backslashes": {"note": "\\" * 20_000},
    "an entity of 5,000 zeros": {"note": f"&#{'0' * 5_000}65;"},
    "ten thousand numbers": {"note": "12 345," * 5_000},
    "members 150 levels deep": {"deep": json.loads("[" * 150 + "]" * 150)},
}
for _what, _members in DOCUMENTS.items():
    REWRITINGS[f"answers with {_what}"] = partial(
        lambda members, _, answered, __: with_members(answered, **members) if of_object(answered) else answered,
        _members,
    )


@rewriting("answers with integers of 10,000 digits")
def huge_integers(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_raw(answered, b'"document_count": ' + b"9" * 10_000)


@rewriting("answers with numbers that are none")
def not_numbers(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_raw(answered, b'"document_count": NaN, "x": 1e999, "y": -Infinity')


@rewriting("says each member twice")
def twice(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return replace(answered, body=answered.body[:-1] + b", " + answered.body[1:]) if of_object(answered) else answered


@rewriting("answers everything with a list")
def only_lists(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return replace(answered, body=b"[" + answered.body + b"]")


@rewriting("answers everything with nothing")
def empty(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return replace(answered, body=b"")


@rewriting("refuses with an envelope of wrong types")
def odd_envelope(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    if answered.status < 400:
        return answered
    return replace(answered, body=json.dumps({"success": [], "status": "\ud800", "error": [{"type": {}}]}).encode())


def _status(status: int, of: str, _asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    return replace(answered, status=status) if of in ("*", _asked.method) else answered


REWRITINGS |= {
    "answers every patch with 205": partial(_status, 205, "PATCH"),
    "answers every patch with 304": partial(_status, 304, "PATCH"),
    "answers every patch with 600": partial(_status, 600, "PATCH"),
    "answers every patch with 999": partial(_status, 999, "PATCH"),
    "answers every patch with 500": partial(_status, 500, "PATCH"),
    "knows no patch": partial(_status, 405, "PATCH"),
    "denies every patch": partial(_status, 403, "PATCH"),
    "knows no GET": partial(_status, 404, "GET"),
}


def _busy(status: int, headers: Pairs, asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    busy = Answered(status, (*headers, JSON), b'{"error": {"retry_after_seconds": 1e400}}', b"Busy")
    return busy if asked.method == "PATCH" else answered


REWRITINGS |= {
    "is busy until the end of days": partial(_busy, 503, ((b"Retry-After", b"9" * 400),)),
    "is busy until a day that never was": partial(_busy, 429, ((b"Retry-After", b"Mon, 31 Feb 99999 25:61:61 GMT"),)),
    "is busy, and may be asked at once": partial(_busy, 429, ((b"Retry-After", b"0"),)),
    "was busy a year ago": partial(_busy, 503, ((b"Retry-After", b"Mon, 24 Nov 2025 00:00:00 GMT"),)),
    "is busy for less than nothing": partial(_busy, 429, ((b"Retry-After", b"-5"), (b"X-RateLimit-Reset", b"NaN"))),
}


@rewriting("answers each request with the answer to the one before")
def out_of_step(_: ReceivedRequest, answered: Answered, victim: Victim) -> Answered:
    before = _BEFORE.get(victim, answered)
    _BEFORE[victim] = answered
    return before


_BEFORE: dict[Victim, Answered] = {}


@rewriting("answers with the object of somebody else")
def somebody_elses(_: ReceivedRequest, answered: Answered, victim: Victim) -> Answered:
    return (
        with_members(answered, object_id=victim.object, bucket_id=victim.bucket) if of_object(answered) else answered
    )


@rewriting("packs its answer into base64")
def in_base64(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return replace(answered, body=json.dumps(base64.b64encode(answered.body).decode()).encode())
