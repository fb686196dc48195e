"""HTTP archives in the form that exporters write: one builder an exporter, one row a file with what is expected."""

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

URL = "https://m.example/v1/buckets/bkt_1/objects/obj_1"
KEY = "sk_c4narycanarycanary"
GOOD = {"bucket_id": "bkt_1", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
NAIVE = {**GOOD, "created_at": "2026-01-01T00:00:00"}
TEXT = json.dumps(GOOD)

Entry = dict[str, Any]


def pairs(**headers: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]


def entry(document: object = GOOD, *, method: str = "PATCH", url: str = URL, status: object = 200) -> Entry:
    """An entry with what all exporters write."""
    text = json.dumps(document)
    return {
        "startedDateTime": "2026-01-01T00:00:00.000Z",
        "time": 12.5,
        "request": {
            "method": method,
            "url": url,
            "httpVersion": "HTTP/1.1",
            "headers": pairs(Authorization=f"Bearer {KEY}", Content_Type="application/json"),
            "queryString": [],
            "cookies": [],
            "postData": {"mimeType": "application/json", "text": "{}"},
            "headersSize": -1,
            "bodySize": 2,
        },
        "response": {
            "status": status,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "headers": pairs(Content_Type="application/json"),
            "cookies": [],
            "content": {"size": len(text), "mimeType": "application/json", "text": text},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(text),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 12.5, "receive": 0},
    }


def chrome(document: object = GOOD, **given: Any) -> Entry:
    """Chrome DevTools, over HTTP/2: pseudo headers, members of its own, no Authorization unless it is asked for."""
    one = entry(document, **given)
    one["request"]["httpVersion"] = one["response"]["httpVersion"] = "h2"
    one["request"]["headers"] = [
        {"name": ":authority", "value": "m.example"},
        {"name": ":method", "value": "PATCH"},
        {"name": ":path", "value": "/v1/buckets/bkt_1/objects/obj_1"},
        {"name": ":scheme", "value": "https"},
        *pairs(authorization=f"Bearer {KEY}", content_type="application/json", origin="https://app.example"),
    ]
    one["response"]["headers"] = pairs(content_type="application/json", content_encoding="br", vary="Origin")
    one["response"] |= {"_transferSize": 180, "_error": None, "bodySize": -1, "_fetchedViaServiceWorker": False}
    return one | {
        "_initiator": {"type": "script"},
        "_priority": "High",
        "_resourceType": "fetch",
        "connection": "443",
    }


def firefox(document: object = GOOD, **given: Any) -> Entry:
    """Firefox: offsets of the local time, sizes of what was transferred."""
    one = entry(document, **given)
    one["startedDateTime"] = "2026-01-01T00:00:00.000+01:00"
    one["response"]["bodySize"] = 412
    return one | {"_securityState": "secure", "pageref": "page_1", "serverIPAddress": "203.0.113.1"}


def safari(document: object = GOOD, **given: Any) -> Entry:
    """Safari: names of headers as they came, sizes of -1, a time of -1 for what it did not measure."""
    one = entry(document, **given)
    one["request"]["bodySize"] = one["response"]["bodySize"] = -1
    return one | {"time": -1, "_fetchType": "Network Load", "_priority": "medium"}


def charles(document: object = GOOD, **given: Any) -> Entry:
    """Charles: bodies in base64, addresses with a port."""
    one = entry(document, **given)
    text = one["response"]["content"]["text"]
    one["response"]["content"] |= {"text": base64.b64encode(text.encode()).decode(), "encoding": "base64"}
    one["request"]["url"] = one["request"]["url"].replace("m.example", "m.example:443")
    return one | {"comment": "", "_charlesStatus": "COMPLETE"}


def fiddler(document: object = GOOD, **given: Any) -> Entry:
    """Fiddler: seven digits of a second, numbers of entries as comments, sizes in characters."""
    one = entry(document, **given)
    one["startedDateTime"] = "2026-01-01T00:00:00.0000000+01:00"
    return one | {"comment": "[#12]", "_connection": "ClientPort:1;EgressPort:2"}


def mitmproxy(document: object = GOOD, **given: Any) -> Entry:
    """The export of mitmproxy: text of the decoded body, headers as they came, and those of the coding too."""
    one = entry(document, **given)
    one["response"]["headers"] += pairs(content_encoding="gzip", content_length="80")
    one["request"]["postData"]["params"] = []
    return one


def playwright(document: object = GOOD, **given: Any) -> Entry:
    """Playwright: recorded contexts, with members of its own."""
    one = entry(document, **given)
    one["response"]["content"]["compression"] = 0
    return one | {"_monotonicTime": 12.1, "pageref": "page@1"}


def insomnia(document: object = GOOD, **given: Any) -> Entry:
    """Insomnia and Newman: the bodies as texts, sizes only where they know them."""
    one = entry(document, **given)
    del one["timings"], one["cache"]
    one["response"]["bodySize"] = one["request"]["bodySize"] = -1
    return one | {"comment": "Update an object"}


def zap(document: object = GOOD, **given: Any) -> Entry:
    """ZAP and Burp: members of their own, no sizes."""
    one = entry(document, **given)
    del one["response"]["content"]["size"]
    return one | {"_zapMessageId": 7, "_zapMessageNote": "", "_zapMessageType": "1"}


def k6(document: object = GOOD, **given: Any) -> Entry:
    """Loggers of a gateway or a load generator: headers as an object, the status as a text, little else."""
    one = entry(document, **given)
    request, response = one["request"], one["response"]
    return {
        "request": {
            "method": request["method"].lower(),
            "url": request["url"],
            "headers": {"authorization": f"Bearer {KEY}", "content-type": "application/json"},
            "postData": request["postData"],
        },
        "response": {
            "status": str(response["status"]),
            "headers": {"content-type": ["application/json"]},
            "content": {"text": response["content"]["text"]},
        },
    }


EXPORTERS = (chrome, firefox, safari, charles, fiddler, mitmproxy, playwright, insomnia, zap, k6)


def within(one: Entry, path: str, value: Any) -> Entry:
    """Set the member at `path` of an entry; without a value, remove it."""
    *steps, last = path.split(".")
    inner = one
    for step in steps:
        inner = inner[step]
    if value is ...:
        inner.pop(last, None)
    else:
        inner[last] = value
    return one


def changed(maker: Callable[..., Entry], changes: Mapping[str, Any], document: object = GOOD, **given: Any) -> Entry:
    one = maker(document, **given)
    for path, value in changes.items():
        within(one, path, value)
    return one


def adding(maker: Callable[..., Entry], message: str, document: object = GOOD, **headers: str) -> Entry:
    """An entry with further headers in its request or its response."""
    one = maker(document)
    one[message]["headers"] = [*one[message]["headers"], *pairs(**headers)]
    return one


def adding_key(document: object = GOOD) -> Entry:
    """An entry whose key holds half a letter."""
    return changed(zap, {"request.headers": pairs(Authorization="Bearer \ud800sk_aaaaaaaaaaaaaaaa")}, document)


def archive(*entries: object) -> bytes:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "t"}, "pages": [], "entries": entries}}).encode()


@dataclass(frozen=True)
class Row:
    """A file, and what an audit makes of it: exit code, entries judged, others and broken ones, what is violated.

    `silent` are requirements that must not be said to hold: what they judge was not recorded.
    """

    content: bytes
    code: int = 6
    counts: tuple[int, int, int] = (1, 0, 0)
    violated: frozenset[str] = frozenset()
    silent: frozenset[str] = field(default=frozenset())


UNSEEN = frozenset(("RESPONSE-JSON", "RESPONSE-BUCKET-ID", "TIME-FORMAT", "AUTH-KEY-SECRET"))
TIMES = frozenset(("TIME-FORMAT",))


def unseen(maker: Callable[..., Entry], **changes: Any) -> Row:
    """A file whose only exchange lacks its body: nothing is violated, and nothing about the body is said to hold."""
    return Row(
        archive(changed(maker, {path.replace("__", "."): value for path, value in changes.items()})), silent=UNSEEN
    )


def _rows() -> dict[str, Row]:
    rows = {}
    for maker in EXPORTERS:
        rows[f"{maker.__name__}, conforming"] = Row(archive(maker()))
        rows[f"{maker.__name__}, a violation"] = Row(archive(maker(), maker(NAIVE)), 1, (2, 0, 0), TIMES)
        rows[f"{maker.__name__}, other operations"] = Row(
            archive(maker(method="GET"), maker(url="https://m.example/v1/buckets/bkt_1")), 5, (0, 2, 0)
        )
    packed = base64.b64encode(gzip.compress(TEXT.encode())).decode()
    content = "response.content"
    text = "response__content__text"
    rows |= {
        "chrome, no text": unseen(chrome, **{text: ...}),
        "chrome, no text and no size": unseen(chrome, **{text: ..., "response__content__size": 0}),
        "chrome, an error while loading": unseen(chrome, response___error="net::ERR_CONTENT_LENGTH_MISMATCH"),
        "chrome, blocked": Row(
            archive(changed(chrome, {"response._error": "net::ERR_FAILED", content: {"size": 0}}, status=0)),
            5,
            (0, 1, 0),
        ),
        "chrome, preflight": Row(archive(chrome(None, method="OPTIONS", status=204), chrome()), 6, (1, 1, 0)),
        "chrome, service worker": Row(
            archive(changed(chrome, {"response._fetchedViaServiceWorker": True}, {"offline": True}), chrome()),
            6,
            (1, 1, 0),
        ),
        "chrome, internal redirect": Row(
            archive(adding(chrome, "response", Non_Authoritative_Reason="HSTS"), chrome()), 6, (1, 1, 0)
        ),
        "chrome, cookie with a domain": Row(
            archive(adding(chrome, "response", set_cookie="__cf_bm=abcdefgh1234; path=/; domain=m.example; Secure"))
        ),
        "chrome, a header with auth in its name": Row(
            archive(adding(chrome, "request", x_authenticated_userid="bkt_1"))
        ),
        "firefox, bodies left out": unseen(
            firefox, **{text: ..., "response__content__comment": "Response bodies are not included."}
        ),
        "firefox, body removed": unseen(
            firefox, **{text: "[removed]", "response__content__comment": "removed by the sanitizer"}
        ),
        "firefox, cached": Row(
            archive(changed(firefox, {content: {"size": 0}}, method="GET", status=304)), 5, (0, 1, 0)
        ),
        "safari, null body": unseen(safari, **{text: None}),
        "safari, cut body": unseen(safari, **{text: TEXT[:40]}),
        "charles, BASE64": Row(archive(changed(charles, {f"{content}.encoding": "BASE64"}))),
        "charles, packed bytes": Row(
            archive(
                changed(lambda _: adding(charles, "response", content_encoding="gzip"), {f"{content}.text": packed})
            )
        ),
        "charles, not base64": Row(archive(changed(charles, {f"{content}.text": "%"}), charles()), 6, (1, 0, 1)),
        "fiddler, a size without a text": unseen(fiddler, **{text: "", "response__content__size": 120}),
        "fiddler, no date": Row(archive(changed(fiddler, {"startedDateTime": ..., "time": "12"}))),
        "mitmproxy, text of packed bytes": unseen(mitmproxy, **{text: "\x1f\ufffd\x08\x00"}),
        "mitmproxy, surrogate keys": Row(
            archive(adding(mitmproxy, "response", surrogate_key="buckets objects bucket_id"))
        ),
        "playwright, no headers but a type": Row(
            archive(changed(playwright, {"response.headers": []})), silent=frozenset(("AUTH-NO-REDIRECT",))
        ),
        "playwright, no headers and no type": Row(
            archive(changed(playwright, {"response.headers": [], f"{content}.mimeType": "x-unknown"})),
            silent=frozenset(("RESPONSE-CONTENT-TYPE",)),
        ),
        "playwright, another type": Row(
            archive(changed(playwright, {"response.headers": pairs(Content_Type="text/html")})),
            1,
            violated=frozenset(("RESPONSE-CONTENT-TYPE",)),
        ),
        "insomnia, form parameters": Row(
            archive(changed(insomnia, {"request.postData": {"mimeType": "x", "params": [{"name": "a"}]}}))
        ),
        "insomnia, a sent body in base64": Row(
            archive(changed(insomnia, {"request.postData": {"text": "e30=", "encoding": "base64"}}))
        ),
        "insomnia, no sent text": Row(archive(changed(insomnia, {"request.postData": {"mimeType": "x"}}))),
        "zap, the key in the answer": Row(
            archive(zap({**GOOD, "echo": KEY})), 1, violated=frozenset(("AUTH-KEY-SECRET",))
        ),
        "zap, no key recorded": Row(
            archive(changed(zap, {"request.headers": []}, {**GOOD, "echo": KEY})),
            silent=frozenset(("AUTH-KEY-SECRET",)),
        ),
        "zap, a key taken out": Row(
            archive(
                changed(
                    zap, {"request.headers": pairs(Authorization="Bearer [REDACTED]")}, {**GOOD, "n": "[REDACTED]"}
                )
            ),
            silent=frozenset(("AUTH-KEY-SECRET",)),
        ),
        "zap, cookies that are words": Row(
            archive(adding(zap, "request", cookie="ok=bucket_id; last=2026-01-01T00:00:00Z; a=1; b=true; c=bkt_1"))
        ),
        "zap, chunks in the body": unseen(
            lambda _: adding(zap, "response", transfer_encoding="chunked"),
            **{text: f"{len(TEXT):x}\r\n{TEXT}\r\n0\r\n\r\n"},
        ),
        "k6, another refusal form": Row(
            archive(changed(k6, {f"{content}.text": '{"detail": "no"}'}, status=404)),
            1,
            violated=frozenset(("ERROR-FORM",)),
        ),
        "k6, a refusal without its body": Row(
            archive(changed(k6, {f"{content}.text": ...}, status=404)), silent=frozenset(("ERROR-FORM",))
        ),
        "k6, a server error without its body": Row(
            archive(changed(k6, {f"{content}.text": ...}, status=500)), 1, violated=frozenset(("ERROR-NO-5XX",))
        ),
        "half a letter in headers": Row(
            archive(adding(adding_key, "response", set_cookie="a=\ud800c00kie-of-a-session", x_note="\ud800"))
        ),
        "headers without values": Row(
            archive(changed(zap, {"response.headers": [{"name": "Content-Type", "value": None}, {"name": "X"}, 5]}))
        ),
        "no operation": Row(archive(), 5, (0, 0, 0)),
        "an unnamed host": Row(archive(changed(k6, {"request.url": "/v1/buckets/b/objects/o"}))),
        "an address that is none": Row(archive(changed(zap, {"request.url": "http://[bad/"}), zap()), 6, (1, 0, 1)),
        "numbers without bounds": Row(archive(changed(zap, {"_n": float("nan"), "_m": 2**70, "time": float("inf")}))),
        "UTF-16": Row(archive(zap()).decode().encode("utf-16")),
        "UTF-16 without a mark": Row(archive(zap()).decode().encode("utf-16-be")),
        "UTF-8 with a mark": Row(b"\xef\xbb\xbf" + archive(zap())),
        "packed": Row(gzip.compress(archive(zap()))),
        "packed twice": Row(gzip.compress(gzip.compress(archive(zap()))), 4),
        "packed and cut": Row(gzip.compress(archive(*[zap()] * 9))[:-9], 2, (9, 0, 0)),
        "an empty object": Row(b"{}", 4),
        "a list": Row(b"[" + archive(zap()) + b"]", 4),
        "another JSON": Row(b'{"log": {"entries": {}}, "info": {}}', 4),
        "XML": Row(b"<?xml version='1.0'?><items/>", 4),
        "a ZIP file": Row(b"PK\x03\x04" + b"\0" * 80, 4),
        "nothing": Row(b"", 4),
        "cut in the first entry": Row(archive(zap())[:200], 4),
        "a damaged entry": Row(archive(zap(), "DAMAGED", zap()).replace(b'"DAMAGED"', b'{"a": tru}'), 6, (2, 0, 1)),
        "an entry nested deeply": Row(
            archive(zap(), 1, zap()).replace(b" 1,", b" " + b"[" * 100_000 + b"]" * 100_000 + b","), 6, (2, 0, 1)
        ),
        "more behind the archive": Row(archive(zap()) + archive(zap()), 2),
    }
    return rows


ROWS = _rows()
