"""The invariants: what each of them takes for broken, and everything that it must let pass."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.catalogue import CATALOGUE
from contracts.editions import edition
from contracts.editions.edition import Edition
from contracts.invariants import INVARIANTS, Operation, judge
from contracts.vocabulary.exchange import Exchange, Headers, Request, Response
from contracts.vocabulary.outcomes import Finding

EDITION = edition.load("2026-04")
LATEST = edition.load("2026-10")
"""The edition that the clauses are of which 2026-04 does not have."""

URL = "https://mixpeek.example/v1/buckets/bkt_1/objects/obj_1"
JSON: Headers = (("Content-Type", "application/json"),)
OBJECT = {"bucket_id": "bkt_1", "object_id": "obj_1", "status": "DRAFT"}
BLOB = {"property": "content", "type": "text"}
DETAIL = {"message": "no", "type": "NotFoundError"}


def exchange(
    document: object = None,
    status: int = 200,
    *,
    body: bytes | None = None,
    headers: Headers = JSON,
    method: str = "PATCH",
    url: str = URL,
    sent: bytes = b"{}",
    leaked: tuple[str, ...] = (),
    complete: bool = True,
) -> Exchange:
    content = json.dumps(document).encode() if body is None else body
    return Exchange(1, Request(method, url, (), sent), Response(status, headers, content, complete), 0.0, 0.0, leaked)


def answered(**members: Any) -> Exchange:
    return exchange({**OBJECT, **members})


def refused(status: int = 404, **members: Any) -> Exchange:
    return exchange({"success": False, "status": status, "error": DETAIL, **members}, status)


def without(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {known: value for known, value in document.items() if known != name}


def blob(**members: Any) -> Exchange:
    return answered(blobs=[BLOB, {**BLOB, **members}])


def error(**members: Any) -> Exchange:
    return refused(error={**DETAIL, **members})


def of_charset(parameter: str, **members: Any) -> Exchange:
    body = json.dumps({**OBJECT, **members}, ensure_ascii=False).encode()
    return exchange(body=body, headers=(("Content-Type", f"application/json; {parameter}"),))


def of_type(kind: str) -> Exchange:
    return exchange({"error": DETAIL, "status": 404}, 404, headers=(("content-type", kind),))


def busy(status: int, document: object, kind: str = "application/json") -> Exchange:
    return exchange(document, status, headers=(("content-type", kind),))


def naming(code: int, **members: Any) -> Exchange:
    return exchange(OBJECT if code == 200 else {"error": DETAIL}, code, sent=json.dumps(members).encode())


def redirect(location: str, url: str = URL) -> Exchange:
    return exchange(body=b"", status=302, headers=(("Location", location),), url=url)


PLAIN = exchange(OBJECT)
ENVELOPE = refused()

KEPT: dict[str, dict[str, Exchange]] = {
    "RESPONSE-PRESIGNED-URL": {
        "absent": answered(),
        "null": blob(presigned_url=None),
        "any text": blob(presigned_url="not an address"),
    },
    "RESPONSE-CONSISTENCY": {
        "absent": answered(),
        "null": answered(consistency=None),
        "whole": answered(consistency={"retriever_visible": "eventual", "poll": {}, "next_actions": [{}], "more": 1}),
        "members null": answered(consistency={"retriever_visible": "a", "recommended_header": None, "poll": None}),
    },
    "RESPONSE-EDGES": {
        "absent": answered(),
        "null": answered(edges=None),
        "none": answered(edges=[]),
        "plain": answered(edges=[{"type": "a", "target_object_id": "o", "direction": None, "more": 1}]),
    },
    "IMMUTABLE-REFUSED": {
        "refused": naming(422, status="ARCHIVED"),
        "another name": naming(200, created_at="2026-01-01T00:00:00Z"),
        "within a field": naming(200, note={"status": "ARCHIVED"}),
        "null": naming(200, blobs=None),
        "without a key": naming(401, status="ARCHIVED"),
    },
    "ERROR-CODE": {"absent": refused(), "null": error(code=None), "text": error(code="no_such_object")},
    "ERROR-ENVELOPE-ONLY": {
        "envelope": refused(422),
        "busy": refused(429),
        "unavailable": refused(503),
        "another code in any form": busy(418, {"detail": "no"}),
        "neither form": busy(422, {"detail": "no"}),
    },
    "RESPONSE-JSON": {
        "an object": PLAIN,
        "white space around it": exchange(body=b" \r\n\t{} \n"),
        "any order of members": exchange(body=b'{"status": "DRAFT", "bucket_id": "b"}'),
        "text in UTF-8": exchange(body='{"bucket_id": "b", "größe": "😀"}'.encode()),
        "text in escapes": exchange(body=b'{"bucket_id": "\\ud83d\\ude00"}'),
        "numbers past a double": exchange(body=b'{"n": 123456789012345678901234567890, "m": 1e999}'),
        "more digits than can be read": exchange(body=b'{"n": 1' + b"0" * 5000 + b"}"),
        "deeper than can be read": exchange(body=b'{"n":' + b"[" * 200_000 + b"]" * 200_000 + b"}"),
    },
    "RESPONSE-CONTENT-TYPE": {
        "application/json": PLAIN,
        "with a charset": exchange(OBJECT, headers=(("content-type", "application/json; charset=utf-8"),)),
        "with a charset and no space": exchange(
            OBJECT, headers=(("content-type", "application/json;charset=UTF-8"),)
        ),
        "in any case": exchange(OBJECT, headers=(("CONTENT-TYPE", "Application/JSON"),)),
    },
    "RESPONSE-BUCKET-ID": {
        "an id": PLAIN,
        "a name": answered(bucket_id="my bucket"),
        "empty": answered(bucket_id=""),
    },
    "RESPONSE-OBJECT-ID": {
        "an id": PLAIN,
        "absent": exchange({"bucket_id": "b"}),
        "another form": answered(object_id="5f1f6f0e-2c5e"),
    },
    "RESPONSE-KEY-PREFIX": {
        "absent": PLAIN,
        "null": answered(key_prefix=None),
        "a string": answered(key_prefix="/a"),
        "empty": answered(key_prefix=""),
    },
    "RESPONSE-BLOBS": {
        "absent": PLAIN,
        "empty": answered(blobs=[]),
        "the required members alone": answered(blobs=[BLOB]),
        "every member": blob(blob_id="b", key_prefix="/a", properties={"any": 1}),
        "a prefix of null": blob(key_prefix=None),
        "further members": blob(presigned_url="https://x.example"),
        "a wrong type, which is another's": blob(type="papyrus"),
    },
    "RESPONSE-BLOB-PROPERTY": {
        "no blobs": PLAIN,
        "an empty list": answered(blobs=[]),
        "a string": answered(blobs=[BLOB]),
        "a list that is none, which is another's": answered(blobs=3),
    },
    "RESPONSE-BLOB-TYPE": {
        "no blobs": PLAIN,
        "text": answered(blobs=[BLOB]),
        "excel": blob(type="excel"),
    },
    "RESPONSE-BLOB-DETAILS": {
        "no blobs": PLAIN,
        "absent": answered(blobs=[BLOB]),
        "empty": blob(details={}),
        "every member": blob(details={"filename": "a", "size_bytes": 1, "mime_type": "text/plain", "hash": "0a"}),
        "null": blob(details={"filename": None, "size_bytes": None, "mime_type": None, "hash": None}),
        "further members": blob(details={"width": 3}),
    },
    "RESPONSE-SOURCE-DETAILS": {
        "absent": PLAIN,
        "empty": answered(source_details=[]),
        "a source": answered(source_details=[{"type": "bucket", "source_id": "bkt_1"}]),
        "further members": answered(source_details=[{"type": "cluster", "source_id": "c", "since": 1}]),
    },
    "RESPONSE-ERROR": {"absent": PLAIN, "null": answered(error=None), "a text": answered(error="no such file")},
    "RESPONSE-DOCUMENT-COUNT": {
        "absent": PLAIN,
        "null": answered(document_count=None),
        "zero": answered(document_count=0),
        "a fraction of zero": answered(document_count=3.0),
    },
    "RESPONSE-WHOLE-NUMBERS": {
        "absent": PLAIN,
        "null": answered(document_count=None),
        "whole numbers": answered(document_count=3, blobs=[{**BLOB, "details": {"size_bytes": 5}}]),
        "no whole number": answered(document_count=1.5),
        "a field of the user": answered(note=3.0, status=404.0),
        "odd blobs": answered(blobs=[1, {**BLOB, "details": 5.0}]),
        "an envelope": refused(),
        "the validation form": exchange({"detail": [], "status": 422.0}, 422),
    },
    "RESPONSE-CHARSET": {
        "none": PLAIN,
        "utf-8": of_charset('charset="UTF-8"'),
        "another parameter": of_charset("version=1; q"),
        "ascii over ascii": of_charset("charset=us-ascii"),
        "a page": exchange(body=b"<html>", headers=(("Content-Type", "text/html; charset=iso-8859-1"),)),
    },
    "STATUS-MEMBER": {
        "absent": exchange({"bucket_id": "b"}),
        "DRAFT": PLAIN,
        "COMPLETED_WITH_ERRORS": answered(status="COMPLETED_WITH_ERRORS"),
    },
    "TIME-FORMAT": {
        "one of the two": answered(created_at="2026-10-13T13:58:06Z"),
        "the other null": answered(created_at=None, updated_at="2026-10-13T13:58:06Z"),
        "an offset and a fraction": answered(created_at="2026-10-13T13:58:06.664123+05:30"),
        "nanoseconds": answered(created_at="2026-10-13T13:58:06.123456789Z"),
        "lower case": answered(created_at="2026-10-13t13:58:06z"),
        "a leap second": answered(created_at="2016-12-31T23:59:60Z"),
    },
    "TIME-ORDER": {
        "later": answered(created_at="2026-10-13T13:58:06Z", updated_at="2026-10-13T13:58:07Z"),
        "the same": answered(created_at="2026-10-13T13:58:06Z", updated_at="2026-10-13T13:58:06Z"),
        "the same elsewhere": answered(created_at="2026-10-13T13:58:06Z", updated_at="2026-10-13T09:58:06-04:00"),
        "cut to seconds": answered(created_at="2026-10-13T13:58:06.9Z", updated_at="2026-10-13T13:58:06Z"),
        "without offset": answered(created_at="2026-10-13T13:58:06", updated_at="2026-10-13T13:58:07"),
    },
    "ERROR-FORM": {
        "an envelope": ENVELOPE,
        "further members": refused(request_id="r"),
        "422 as an envelope": refused(422),
        "422 as a list": exchange({"detail": [{"loc": ["body", 0], "msg": "no", "type": "t", "input": 1}]}, 422),
        "422 as an empty list": exchange({"detail": []}, 422),
        "an envelope of another content type": exchange({"error": DETAIL, "status": 404}, 404, headers=()),
    },
    "ERROR-CONTENT-TYPE": {
        "plain": ENVELOPE,
        "with parameters": of_type("Application/JSON; charset=utf-8"),
        "with parameters that are none": of_type('application/json; charset="klingon'),
        "of its own for errors": of_type("application/problem+json"),
    },
    "ERROR-ENVELOPE": {
        "whole": ENVELOPE,
        "without success": exchange({"status": 404, "error": DETAIL}, 404),
        "without details": error(),
        "details of null": error(details=None),
        "details": error(details={"any": 1}),
        "further members": error(code="not_found"),
        "no status, which is another's": exchange({"error": DETAIL}, 404),
    },
    "ERROR-STATUS": {
        "404": ENVELOPE,
        "422": refused(422),
        "a fraction of zero": exchange({"status": 404.0, "error": DETAIL}, 404),
        "no error to speak of, which is another's": refused(error=None),
    },
    "ERROR-NO-5XX": {
        "200": PLAIN,
        "404": ENVELOPE,
        **{str(code): exchange(body=b"<html>", status=code) for code in (405, 413, 429, 501, 502, 503, 504, 505)},
    },
    "ERROR-NO-INTERNALS": {
        "an envelope": ENVELOPE,
        "prose": error(
            message="Update the object, select one from the list, or delete it at /v1/buckets/b/objects/o"
        ),
        "what was sent": exchange({"detail": "no /app/api/main.py"}, 422, sent=b'{"a": "/app/api/main.py"}'),
        "what was sent, escaped": exchange({"detail": "C:\\a\\b.txt"}, 422, sent=b'{"a": "C:\\\\a\\\\b.txt"}'),
        "what the path named": exchange({"detail": "no /app/x.py"}, 404, url=f"{URL[:-5]}%2Fapp%2Fx.py"),
        "a page of HTML": exchange(body=b"<html><h1>405 Not Allowed</h1><hr>nginx/1.25</html>", status=405),
        "scripts of a page": exchange(body=b'<script src="/cdn-cgi/app/main.js">', status=403),
        "a link to a script": error(message="see https://docs.example.com/errors/not-found.js"),
        "the path of a public script": error(message="see /docs/sdk/client.js and /en/errors/not-found.js"),
        "the words of a query": error(message="Select a namespace from the list of those where your key may write."),
        "its words, with a comma": error(
            message="You can select a bucket from the page, where all buckets are listed"
        ),
        "the words of a change": error(message="Update bucket set name = null is not allowed"),
        "the words of an insertion": error(message="You cannot insert into objects (see the schema) values of 1 MB"),
        "the words of a removal": error(message="Delete from cache where stale"),
        "a line of what was sent": error(message='File "upload", line 3: not JSON'),
    },
    "AUTH-NO-REDIRECT": {
        "an answer": PLAIN,
        "to the same host": redirect("/v2/buckets/b/objects/o"),
        "to another port": redirect("https://mixpeek.example:8443/v1"),
        "to https": redirect("https://mixpeek.example/", url="http://mixpeek.example/v1/buckets/b/objects/o"),
        "to the host in capitals": redirect("https://MIXPEEK.example/"),
        "to nowhere": exchange(body=b"", status=304),
        "to what is no address": redirect("https://[oops/"),
    },
    "AUTH-KEY-SECRET": {"nothing repeated": PLAIN, "a refusal": refused(401)},
}

BROKEN: dict[str, dict[str, tuple[Exchange, str]]] = {
    "RESPONSE-PRESIGNED-URL": {
        "a number": (blob(presigned_url=5), "5"),
        "an object": (blob(presigned_url={"url": "u"}), '"url"'),
    },
    "RESPONSE-CONSISTENCY": {
        "empty": (answered(consistency={}), "'retriever_visible' is a required property"),
        "text": (answered(consistency="strong"), '"strong"'),
        "null inside": (answered(consistency={"retriever_visible": None}), "null"),
        "a number": (answered(consistency={"retriever_visible": "a", "recommended_header": 1}), "1"),
        "actions": (answered(consistency={"retriever_visible": "a", "next_actions": ["wait"]}), '"wait"'),
    },
    "RESPONSE-EDGES": {
        "text": (answered(edges="x"), '"x"'),
        "no target": (answered(edges=[{"type": "a"}]), "'target_object_id' is a required property"),
        "direction": (answered(edges=[{"type": "a", "target_object_id": "o", "direction": "both"}]), '"both"'),
    },
    "IMMUTABLE-REFUSED": {
        "taken": (naming(200, status="ARCHIVED"), "200"),
        "beside others": (naming(200, note=1, blobs=[]), "200"),
    },
    "ERROR-CODE": {"a number": (error(code=5), "5"), "an object": (error(code={}), "{}")},
    "ERROR-ENVELOPE-ONLY": {
        "the validation form": (busy(422, {"detail": []}), "the validation form"),
        "busy in plain text": (busy(429, "later", "text/plain"), "text/plain"),
        "busy without an error": (busy(429, {"message": "later"}), "an object without error"),
        "unavailable as a page": (busy(503, "<html>", "text/html"), "text/html"),
    },
    "RESPONSE-JSON": {
        "nothing": (exchange(body=b""), "Expecting value"),
        "a byte order mark": (exchange(body=b"\xef\xbb\xbf{}"), "a byte order mark"),
        "no UTF-8": (exchange(body=b'{"a": "\xff"}'), "no UTF-8 at position 7"),
        "UTF-16": (exchange(body="{}".encode("utf-16-le")), ""),
        "NaN": (exchange(body=b'{"a": NaN}'), "NaN, which JSON does not have"),
        "Infinity": (exchange(body=b'{"a": -Infinity}'), "-Infinity"),
        "two documents": (exchange(body=b"{}{}"), "Extra data"),
        "a list": (exchange([]), "[]"),
        "null": (exchange(None), "null"),
        "HTML": (exchange(body=b"<html>"), "<html>"),
        "a raw line break in a text": (exchange(body=b'{"a": "\n"}'), "control character"),
    },
    "RESPONSE-CONTENT-TYPE": {
        "none": (exchange(OBJECT, headers=()), "no content type"),
        "text": (exchange(OBJECT, headers=(("content-type", "text/plain"),)), "text/plain"),
        "a problem": (exchange(OBJECT, headers=(("content-type", "application/problem+json"),)), "problem"),
    },
    "RESPONSE-BUCKET-ID": {
        "absent": (exchange({}), "no bucket_id"),
        "null": (answered(bucket_id=None), "null"),
        "a number": (answered(bucket_id=7), "7"),
    },
    "RESPONSE-OBJECT-ID": {"null": (answered(object_id=None), "null"), "a list": (answered(object_id=[]), "[]")},
    "RESPONSE-KEY-PREFIX": {"a list": (answered(key_prefix=["a"]), '["a"]')},
    "RESPONSE-BLOBS": {
        "null": (answered(blobs=None), "null"),
        "an object": (answered(blobs={}), "{}"),
        "a list of texts": (answered(blobs=["a"]), 'an item "a"'),
        "an id of null": (blob(blob_id=None), "null"),
        "a prefix of a number": (blob(key_prefix=1), "1"),
        "properties of null": (blob(properties=None), "null"),
    },
    "RESPONSE-BLOB-PROPERTY": {
        "absent": (answered(blobs=[without(BLOB, "property")]), '{"type": "text"}'),
        "null": (blob(property=None), "null"),
    },
    "RESPONSE-BLOB-TYPE": {
        "absent": (answered(blobs=[without(BLOB, "type")]), '{"property": "content"}'),
        "another": (blob(type="papyrus"), '"papyrus"'),
        "another case": (blob(type="TEXT"), '"TEXT"'),
    },
    "RESPONSE-BLOB-DETAILS": {
        "a text": (blob(details="big"), '"big"'),
        "null": (blob(details=None), "null"),
        "a size in words": (blob(details={"size_bytes": "12"}), '"12"'),
        "a size of a fraction": (blob(details={"size_bytes": 1.5}), "1.5"),
        "a name of a number": (blob(details={"filename": 1}), "1"),
        "a type of a list": (blob(details={"mime_type": []}), "[]"),
        "a hash of a number": (blob(details={"hash": 1}), "1"),
    },
    "RESPONSE-SOURCE-DETAILS": {
        "null": (answered(source_details=None), "null"),
        "a list of texts": (answered(source_details=["bucket"]), '"bucket"'),
        "without type": (answered(source_details=[{"source_id": "s"}]), "'type'"),
        "without id": (answered(source_details=[{"type": "bucket"}]), "'source_id'"),
        "another type": (answered(source_details=[{"type": "river", "source_id": "s"}]), '"river"'),
        "an id of a number": (answered(source_details=[{"type": "bucket", "source_id": 1}]), "1"),
    },
    "RESPONSE-ERROR": {"an object": (answered(error={}), "{}"), "false": (answered(error=False), "false")},
    "RESPONSE-DOCUMENT-COUNT": {
        "a text": (answered(document_count="3"), '"3"'),
        "true": (answered(document_count=True), "true"),
        "a fraction": (answered(document_count=1.5), "1.5"),
    },
    "RESPONSE-WHOLE-NUMBERS": {
        "a count": (answered(document_count=3.0), "3.0"),
        "an exponent": (exchange(body=b'{"bucket_id": "b", "document_count": 1e2}'), "100.0"),
        "a size": (answered(blobs=[{**BLOB, "details": {"size_bytes": 5.0}}]), "5.0"),
        "a status": (exchange({"status": 404.0, "error": DETAIL}, 404), "404.0"),
    },
    "RESPONSE-CHARSET": {
        "unknown": (of_charset("charset=klingon"), "klingon"),
        "another one": (of_charset("charset=ISO-8859-1"), "iso-8859-1"),
        "behind another": (of_charset("q=1; Charset = latin1"), "latin1"),
        "ascii over more": (of_charset("charset=ascii", note="\u00e9"), "ascii"),
        "of a refusal": (of_type("application/json; charset=utf-16"), "utf-16"),
        "commands": (of_charset("charset=\x1b[2J"), "[2j"),
    },
    "STATUS-MEMBER": {
        "another word": (answered(status="READY"), '"READY"'),
        "another case": (answered(status="draft"), '"draft"'),
        "space": (answered(status="DRAFT "), '"DRAFT "'),
        "a member of a later edition": (answered(status="INTERRUPTED"), "INTERRUPTED"),
        "null": (answered(status=None), "null"),
        "a list": (answered(status=["DRAFT"]), '["DRAFT"]'),
    },
    "TIME-FORMAT": {
        "no offset": (answered(created_at="2026-10-13T13:58:06.664000"), "which has no UTC offset"),
        "the second no offset": (answered(created_at=None, updated_at="2026-10-13T13:58:06"), "no UTC offset"),
        "Unix time": (answered(updated_at=1760363886), "1760363886"),
        "empty": (answered(updated_at=""), "is not of the form"),
        "February 30": (answered(updated_at="2026-02-30T00:00:00Z"), "no real date"),
    },
    "TIME-ORDER": {
        "earlier": (answered(created_at="2026-10-13T13:58:06Z", updated_at="2026-10-13T13:58:05Z"), "13:58:05Z"),
        "earlier elsewhere": (
            answered(created_at="2026-10-13T13:58:06Z", updated_at="2026-10-13T14:58:06+05:00"),
            "+05:00",
        ),
    },
    "ERROR-FORM": {
        "HTML": (exchange(body=b"<html>", status=404, headers=(("content-type", "text/html"),)), "text/html: "),
        "nothing": (exchange(body=b"", status=401, headers=()), "no content type"),
        "a list": (exchange([], 400), "application/json"),
        "no error": (exchange({"message": "no"}, 403), "an object without error"),
        "the validation form with 404": (exchange({"detail": []}, 404), "an object without error"),
        "neither form with 422": (exchange({"message": "no"}, 422), "'detail' is a required property"),
        "a detail of text with 422": (exchange({"detail": "no"}, 422), '"no"'),
    },
    "ERROR-CONTENT-TYPE": {
        "HTML": (of_type("text/html"), '"text/html" for a JSON object'),
        "bytes that are no ASCII": (of_type("Z\xfcrich"), "rich"),
        "none": (exchange({"error": DETAIL}, 404, headers=()), "no content type"),
        "of another kind of JSON": (of_type("text/json"), "text/json"),
    },
    "ERROR-ENVELOPE": {
        "success": (refused(success=True), "true"),
        "success of a number": (refused(success=0), "0"),
        "an error of text": (refused(error="no"), '"no"'),
        "an error of null": (refused(error=None), "null"),
        "no message": (refused(error=without(DETAIL, "message")), "'message'"),
        "no type": (refused(error=without(DETAIL, "type")), "'type'"),
        "a message of null": (error(message=None), "null"),
        "a type of a number": (error(type=404), "404"),
        "details of a list": (error(details=[]), "[]"),
    },
    "ERROR-STATUS": {
        "absent": (exchange({"error": DETAIL}, 404), "no status"),
        "another": (exchange({"status": 400, "error": DETAIL}, 404), "status 400"),
        "a text": (exchange({"status": "404", "error": DETAIL}, 404), 'status "404"'),
        "a fraction": (exchange({"status": 404.5, "error": DETAIL}, 404), "status 404.5"),
        "null": (exchange({"status": None, "error": DETAIL}, 404), "status null"),
    },
    "ERROR-NO-5XX": {
        "500": (exchange(body=b"oops", status=500), '500 "oops"'),
        "an envelope": (refused(500), "500 "),
        "520": (exchange(body=b"", status=520), "520 "),
        "599": (exchange(body=b"", status=599), '599 ""'),
        "no status of HTTP": (exchange(body=b"", status=600), "600, which is no status of HTTP and counts as 5xx, "),
        "the last of three digits": (exchange(body=b"", status=999), "999, which is no status of HTTP"),
    },
    "ERROR-NO-INTERNALS": {
        "a trace of Python": (exchange(body=b"Traceback (most recent call last):\n", status=500), "Traceback"),
        "a frame of Python": (error(message='File "main.py", line 7, in patch'), "line 7"),
        "a frame of Java": (error(message="at com.example.Patch.run(Patch.java:31)"), "Patch.java:31"),
        "a trace of Go": (error(message="goroutine 1 [running]:"), "goroutine 1"),
        "a path": (error(message="failed in /srv/app/api/routes.py"), "/srv/app/api/routes.py"),
        "a path of Windows": (error(message="failed in C:\\app\\routes.py"), "C:"),
        "a query": (error(message="SELECT * FROM objects WHERE id = 3"), "SELECT"),
        "a query in small letters": (error(message="select id, a from objects o where o.id in (1, 2)"), "select"),
        "a query without a condition": (error(message="SELECT id, document FROM objects"), "SELECT"),
        "a change": (error(message="update objects set document = ? returning id"), "update objects"),
        "a removal": (error(message="DELETE FROM objects WHERE id = $1"), "DELETE FROM"),
        "an insertion in small letters": (error(message="insert into objects (id) values (?)"), "insert into"),
        "a path with a line": (error(message="/lambda/src/patch.ts:31:7"), "patch.ts:31"),
        "an insertion": (error(message="INSERT INTO objects (id)"), "INSERT INTO"),
        "an error of a database": (error(message="psycopg2.errors.UniqueViolation"), "psycopg2"),
        "with a code that is not listed": (exchange(body=b"/srv/app/x/main.go", status=405), "main.go"),
        "beside what was sent": (
            exchange({"detail": "/a/b/sent.py /srv/app/own.py"}, 422, sent=b'"/a/b/sent.py"'),
            "/srv/app/own.py",
        ),
    },
    "AUTH-NO-REDIRECT": {
        "to another host": (redirect("https://elsewhere.example/v1"), "302 to"),
        "without a scheme": (redirect("//elsewhere.example/v1"), "elsewhere.example"),
        "to a part of the host": (redirect("https://login.mixpeek.example/"), "login.mixpeek.example"),
        "to http": (redirect("http://mixpeek.example/v1"), "http://mixpeek.example/v1"),
    },
    "AUTH-KEY-SECRET": {
        "to a patch": (exchange(OBJECT, leaked=("API key",)), "repeats API key"),
        "to a refusal": (exchange(None, 401, leaked=("API key", "foreign API key")), "API key and foreign API key"),
        "to a GET": (exchange(OBJECT, method="GET", leaked=("API key",)), "API key"),
        "elsewhere": (exchange(OBJECT, url="https://mixpeek.example/v1/health", leaked=("API key",)), "API key"),
    },
}

HOSTILE: dict[str, bytes] = {
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "a deep field": b'{"bucket_id":' + b"[" * 900 + b"]" * 900 + b"}",
    "deep blobs": b'{"blobs":[{"property":' + b"[" * 900 + b"]" * 900 + b"}]}",
    "NaN everywhere": b'{"bucket_id": NaN, "document_count": NaN, "status": NaN, "created_at": NaN, "error": NaN}',
    "infinities": b'{"document_count": Infinity, "blobs": [{"details": {"size_bytes": -Infinity}}], "status": 1e999}',
    "a huge integer": b'{"document_count": 1' + b"0" * 4000 + b', "bucket_id": 1' + b"0" * 4000 + b"}",
    "an integer past what is read": b'{"document_count": 1' + b"0" * 5000 + b"}",
    "an integer no double holds": b'{"document_count": 1' + b"0" * 400 + b', "status": 1' + b"0" * 400 + b"}",
    "lone surrogates": b'{"bucket_id": ["\\ud800"], "status": "\\udfff", "created_at": "\\ud800", "\\ud800": 1}',
    "a surrogate in an error": b'{"status": "\\ud800", "error": {"message": ["\\ud800"], "type": "\\udc00"}}',
    "double members": b'{"bucket_id": 1, "bucket_id": "b"}',
    "NUL": b'{"status": "\\u0000", "created_at": "\\u0000"}\x00',
    "lists for objects": b'{"blobs": [[], null, 3], "source_details": [[[]]], "error": []}',
    "objects for lists": b'{"blobs": {"0": {}}, "source_details": {}, "detail": {"loc": 1}}',
    "an odd detail": b'{"detail": [{"loc": [null, {}], "msg": 1, "type": []}]}',
    "invalid UTF-8": b'{"bucket_id": "\xc3\x28\xff", "error": "\xed\xa0\x80"}',
    "a path without end": b"/a" * 50_000,
    "an error without end": b"sqlite3." * 10_000,
    "nothing": b"",
}

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = (
    "bucket_id", "object_id", "key_prefix", "blobs", "source_details", "status", "error", "created_at", "updated_at",
    "document_count", "success", "detail",
)  # fmt: skip
LIKE_BLOBS = st.dictionaries(st.sampled_from(("property", "type", "details", "blob_id", "source_id", "loc")), JUNK)
DOCUMENTS = st.dictionaries(st.sampled_from(MEMBERS), JUNK | st.lists(LIKE_BLOBS | JUNK, max_size=2))
BODIES = st.binary() | DOCUMENTS.map(lambda document: json.dumps(document).encode())
STATUS_CODES = st.sampled_from((200, 201, 204, 400, 401, 404, 405, 422, 500, 503)) | st.integers(100, 999)
HEADERS = st.lists(st.tuples(st.sampled_from(("content-type", "Content-Type", "x-a")), st.text())).map(tuple)


def edition_of(requirement: str) -> Edition:
    return EDITION if CATALOGUE[requirement].holds_in(EDITION.name) else LATEST


def finding(requirement: str, of: Exchange) -> Finding | None:
    return dict(judge(of, edition_of(requirement))).get(requirement)


def cases(table: dict[str, dict[str, Any]]) -> list[Any]:
    return [
        pytest.param(requirement, case, id=f"{requirement}: {name}")
        for requirement, named in table.items()
        for name, case in named.items()
    ]


@pytest.mark.parametrize(("requirement", "kept"), cases(KEPT))
def test_an_exchange_that_keeps_the_clause_has_no_finding(requirement: str, kept: Exchange) -> None:
    """The table holds every freedom that the contract leaves: a finding is a false alarm."""
    assert finding(requirement, kept) is None


@pytest.mark.parametrize(("requirement", "case"), cases(BROKEN))
def test_an_exchange_that_breaks_the_clause_has_a_finding(requirement: str, case: tuple[Exchange, str]) -> None:
    """Each case breaks one clause, and one line of the finding shows by what."""
    broken, actual = case
    found = finding(requirement, broken)
    assert found is not None
    assert actual in found.actual
    assert "\n" not in found.expected + found.actual


@pytest.mark.parametrize("requirement", INVARIANTS)
def test_an_exchange_keeps_every_invariant(requirement: str) -> None:
    """Each invariant has judged an exchange that keeps it."""
    assert any(requirement in dict(judge(kept, edition_of(requirement))) for kept in KEPT[requirement].values())
    assert BROKEN[requirement]


@pytest.mark.parametrize(
    "other",
    [
        exchange(body=b"", method="GET"),
        exchange(body=b"Traceback (most recent call last)", status=500, method="GET"),
        exchange(body=b"", url="https://mixpeek.example/v1/buckets/bkt_1"),
        exchange(body=b"", url="https://mixpeek.example/v1/buckets/bkt_1/objects"),
        exchange(body=b"", url=f"{URL}/blobs"),
        exchange(body=b"", status=500, url=f"{URL}/blobs"),
        exchange(body=b"", method="POST", url=f"{URL[:-5]}list"),
    ],
    ids=["a GET", "a GET that failed", "a bucket", "objects", "blobs", "blobs that failed", "a list"],
)
def test_of_other_operations_only_the_secrecy_of_keys_is_judged(other: Exchange) -> None:
    """The contract publishes nothing else of them, whatever they answer."""
    assert list(judge(other, EDITION)) == [("AUTH-KEY-SECRET", None)]


def test_a_run_that_only_reads_judges_the_reading() -> None:
    """GET of an object is judged as a patch of it is; a patch, which nobody sends there, is another operation."""
    read = exchange({**OBJECT, "status": "SUNNY"}, method="GET")
    judged = dict(judge(read, EDITION, Operation.READING))
    assert judged["STATUS-MEMBER"] is not None
    assert judged.keys() == dict(judge(exchange({**OBJECT, "status": "SUNNY"}), EDITION)).keys()
    assert list(judge(exchange(OBJECT), EDITION, Operation.READING)) == [("AUTH-KEY-SECRET", None)]


@pytest.mark.parametrize("url", [URL, f"{URL}/", f"{URL}?a=b", "http://[::1]:8/api/v1/buckets/b/objects/a%2Fb"])
def test_the_operation_is_known_by_its_path(url: str) -> None:
    """A prefix, a slash at the end, a query or an escaped id does not hide it."""
    assert finding("ERROR-NO-5XX", exchange(body=b"", status=500, url=url)) is not None


@pytest.mark.parametrize("status", [201, 202, 204, 302])
def test_other_codes_than_200_are_not_held_against_the_object(status: int) -> None:
    """Their bodies are not the published object, so that few invariants apply."""
    assert {name for name, _ in judge(exchange(body=b"", status=status), EDITION)} == {
        "ERROR-NO-5XX",
        "AUTH-NO-REDIRECT",
        "AUTH-KEY-SECRET",
    }


@pytest.mark.parametrize("status", [402, 405, 409, 413, 415, 429, 500, 503])
def test_an_unlisted_refusal_may_have_any_form(status: int) -> None:
    """The edition says nothing of the form of a refusal that it does not list."""
    judged = dict(judge(exchange(body=b"<html>no", status=status, headers=()), EDITION))
    assert judged.keys() == {"ERROR-NO-5XX", "ERROR-NO-INTERNALS", "AUTH-NO-REDIRECT", "AUTH-KEY-SECRET"}


def test_an_answer_that_was_cut_is_not_held_against_the_object() -> None:
    """The rest of the body never came: nobody knows what it would have said."""
    cut = exchange(body=b'{"bucket_id": ', complete=False)
    assert {name for name, found in judge(cut, EDITION) if found} == set()


def test_a_fault_of_form_does_not_hide_the_others() -> None:
    """A document behind a BOM, with NaN and text after it, is still judged member by member."""
    body = b'\xef\xbb\xbf{"bucket_id": "b", "status": "READY", "created_at": NaN} trailing'
    broken = {name for name, found in judge(exchange(body=body, headers=()), EDITION) if found}
    assert broken == {"RESPONSE-JSON", "RESPONSE-CONTENT-TYPE", "STATUS-MEMBER", "TIME-FORMAT"}


@pytest.mark.parametrize("status", [200, 404, 422, 500])
@pytest.mark.parametrize("body", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_body_is_judged(body: bytes, status: int) -> None:
    """Depth, size, odd numbers and broken text end in findings, and not in an error of the suite."""
    assert "AUTH-KEY-SECRET" in dict(judge(exchange(body=body, status=status), EDITION))


@example(body=b"{}", status=200, headers=(("content-type", "0\n0"),), sent=b"")
@example(body=b"", status=404, headers=(("content-type", "0\n0"),), sent=b"")
@given(body=BODIES, status=STATUS_CODES, headers=HEADERS, sent=st.binary())
def test_any_answer_is_judged_in_one_line_each(body: bytes, status: int, headers: Headers, sent: bytes) -> None:
    """No code, header or body makes a finding of several lines or of a thousand characters."""
    for requirement, found in judge(exchange(body=body, status=status, headers=headers, sent=sent), EDITION):
        assert requirement in INVARIANTS
        if found is not None:
            assert "\n" not in found.expected + found.actual
            assert len(found.expected) + len(found.actual) < 1000


@pytest.mark.parametrize(
    "given",
    [
        exchange(body=b"<html>" * 9, status=404, complete=False),
        exchange(body=b'{"error": ' + b"[" * 300 + b"]" * 300 + b"}", status=404),
        exchange(body=b'{"error": 1' + b"0" * 5_000 + b"}", status=404),
    ],
    ids=["cut", "deep", "long"],
)
def test_a_refusal_that_is_more_than_is_read_is_not_judged(given: Exchange) -> None:
    """A refusal that was cut, or is nested or long beyond what is read, is not a refusal of another form."""
    assert given.response.unread
    assert (
        not {"ERROR-FORM", "ERROR-CONTENT-TYPE", "ERROR-ENVELOPE", "ERROR-STATUS"}
        & dict(judge(given, EDITION)).keys()
    )
