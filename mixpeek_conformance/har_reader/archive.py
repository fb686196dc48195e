"""Recorded traffic: the exchanges of the operation in an HTTP archive (HAR 1.2), one at a time.

What the file does not hold is not made up: an exchange says which of its parts were recorded.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from contracts.vocabulary.exchange import Exchange, Headers, Request, Response, header
from contracts.vocabulary.outcomes import Finding
from mixpeek_conformance.har_reader.bodies import request_body, response_body
from mixpeek_conformance.har_reader.entry_stream import RawEntry, entries
from mixpeek_conformance.har_reader.secrets import (
    NOTHING,
    Secrets,
    key_of,
    repeats,
    secrets_of,
    shown_headers,
    without_key,
)
from mixpeek_conformance.har_reader.unpacked_file import BadArchive, NotAnArchive

NOT_RECORDED = b"(the archive does not hold the body)"
_DAMAGED_SHOWN = 5
_STATUS = re.compile(r"\s*(\d{1,3})(?:\.0)?\b")
_NO_TYPE = ("", "x-unknown", "application/x-unknown", "unknown", "(unknown)", "none", "null")


class Part(Enum):
    """A part of an exchange that a file may lack."""

    BODY = auto()
    HEADERS = auto()
    TYPE = auto()
    SENT = auto()
    KEY = auto()


@dataclass
class Count:
    """How many entries were read so far: `judged` of the operation, `other` ones, `broken` unreadable ones.

    Those of the operation that have no answer of the target are among the others, and counted in `unanswered`.
    """

    judged: int = 0
    other: int = 0
    broken: int = 0
    unanswered: int = field(default=0, compare=False)
    damage: list[str] = field(default_factory=list, compare=False)


@dataclass(frozen=True, repr=False)
class Recorded(Exchange):
    """An exchange as it was recorded, to be judged; everything that is shown of it is blanked before."""

    recorded: frozenset[Part] = frozenset()
    secrets: Secrets = NOTHING

    def __repr__(self) -> str:
        return f"Recorded({self.number})"

    def shown(self) -> Exchange:
        """Return the exchange without secrets."""
        blank, sent, answered = self.secrets.blank, self.request, self.response
        body = blank(answered.body) if Part.BODY in self.recorded else NOT_RECORDED
        url = urlsplit(sent.url)
        return Exchange(
            self.number,
            replace(
                sent,
                url=urlunsplit(url._replace(path=self.secrets.blank_text(url.path))),
                headers=shown_headers(sent.headers, self.secrets),
                body=None if sent.body is None else blank(sent.body),
            ),
            replace(answered, headers=shown_headers(answered.headers, self.secrets), body=body),
            self.started,
            self.elapsed,
            self.leaked,
        )

    def shown_finding(self, finding: Finding) -> Finding:
        """Return a finding without secrets, and without an empty body that was never seen."""
        actual = finding.actual if Part.BODY in self.recorded else finding.actual.removesuffix(' ""')
        return Finding(self.secrets.blank_text(finding.expected), self.secrets.blank_text(actual))

    def evidence(self, longest: int | None = None) -> Exchange:
        """Return what may be seen, as a reader sees it; without a command if the request is not known."""
        evidence = self.shown().evidence(longest)
        if Part.SENT in self.recorded:
            return evidence
        return replace(evidence, request=replace(evidence.request, complete=False, command=None))


def exchanges(path: Path, count: Count) -> Iterator[Recorded]:
    """Yield the exchanges of the operation in `path`, and count all entries, with one of them in memory at a time.

    Raises BadArchive if the file cannot be read to its end.
    """
    for raw in entries(path):
        exchange = _read(raw, count)
        if exchange is not None:
            yield exchange


def _read(raw: RawEntry, count: Count) -> Recorded | None:
    try:
        entry = _parsed(raw.content)
        request = _request(entry)
        if request.method != "PATCH" or not request.names_an_object:
            count.other += 1
            return None
        if _status(entry["response"]) < 100 or not _is_of_the_target(entry):
            count.other += 1
            count.unanswered += 1
            return None
        exchange = _exchange(entry, request, count.judged + 1)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
        count.broken += 1
        if len(count.damage) < _DAMAGED_SHOWN:
            why = str(error) if isinstance(error, _BadEntry) else "it is not an entry as HAR 1.2 describes it"
            count.damage.append(f"entry {raw.number:,}, at byte {raw.offset:,}, cannot be read: {why}")
        return None
    count.judged += 1
    return exchange


class _BadEntry(ValueError):  # noqa: N818 - never leaves this module
    """An entry cannot be read; the message says why, in words of this module alone."""


def _parsed(content: bytes | None) -> dict[str, Any]:
    """Read an entry leniently: numbers that Python cannot hold stand in members that nobody reads."""
    if content is None:
        raise _BadEntry("it is too large")
    try:
        entry = json.loads(content.decode("utf-8", "replace"), strict=False, parse_int=_whole)
    except RecursionError:
        raise _BadEntry("it is nested too deeply") from None
    except ValueError:
        raise _BadEntry("its JSON is damaged") from None
    if not isinstance(entry, dict):
        raise _BadEntry("it is not an object")
    return entry


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)


def _request(entry: dict[str, Any]) -> Request:
    """Return method and address of the request: without query, user and fragment, which may hold secrets."""
    sent = entry["request"]
    headers = _headers(sent)
    parts = urlsplit(_clean(str(sent["url"])).strip())
    host = parts.netloc.rpartition("@")[2]
    scheme = parts.scheme
    if not host:
        host = header(headers, ":authority") or header(headers, "host") or ""
        scheme = scheme or header(headers, ":scheme") or ("https" if host else "")
    url = urlunsplit((scheme, host, parts.path, "", ""))
    _ = urlsplit(url).port
    return Request(str(sent["method"]).strip().upper(), url, _real(headers))


def _is_of_the_target(entry: dict[str, Any]) -> bool:
    """Whether the target gave the answer: neither a cache, a service worker nor the client itself did."""
    response = entry["response"]
    if response.get("_fetchedViaServiceWorker") or entry.get("_fetchedViaServiceWorker"):
        return bool(response.get("_serviceWorkerResponseSource") == "network")
    return not entry.get("_fromCache") and header(_headers(response), "non-authoritative-reason") is None


def _exchange(entry: dict[str, Any], request: Request, number: int) -> Recorded:
    answered = entry["response"]
    headers = _real(_headers(answered))
    body = response_body(entry, headers)
    sent, whole = request_body(entry, request.headers)
    key = key_of(request.headers)
    secrets = secrets_of(entry, request.headers, headers)
    typed, known = _with_type(headers, answered)
    recorded = {
        Part.BODY: body is not None,
        Part.HEADERS: bool(headers),
        Part.TYPE: known,
        Part.SENT: whole,
        Part.KEY: key is not None,
    }
    texts = (body or b"", "\n".join(value for _, value in headers).encode("utf-8", "replace"))
    return Recorded(
        number,
        replace(request, headers=without_key(request.headers), body=sent),
        Response(_status(answered), typed, body or b"", complete=body is not None),
        _moment(entry.get("startedDateTime")),
        _seconds(entry.get("time")),
        ("API key",) if key and repeats(key, *texts) else (),
        frozenset(part for part, holds in recorded.items() if holds),
        secrets,
    )


def _with_type(headers: Headers, answered: dict[str, Any]) -> tuple[Headers, bool]:
    """Return the headers with the media type, which an archive may tell beside them, and whether it is known."""
    if header(headers, "content-type") is not None:
        return headers, True
    content = answered.get("content")
    declared = content.get("mimeType") if isinstance(content, dict) else None
    if isinstance(declared, str) and declared.strip().lower() not in _NO_TYPE:
        return (*headers, ("Content-Type", _clean(declared))), not headers
    return headers, bool(headers)


def _status(answered: dict[str, Any]) -> int:
    """Return the status; 0 if there is none. Raises TypeError or ValueError for what is none."""
    status = answered["status"]
    if status is None:
        return 0
    found = None if isinstance(status, bool) else _STATUS.match(str(status))
    if found is None:
        raise _BadEntry("its status is not a number")
    return int(found[1])


def _headers(message: dict[str, Any]) -> Headers:
    """Return the headers, which some exporters write as an object."""
    headers = message.get("headers")
    if isinstance(headers, dict):
        pairs = [(name, one) for name, value in headers.items() for one in _listed(value)]
    else:
        listed = headers if isinstance(headers, list) else []
        pairs = [(one.get("name"), one.get("value")) for one in listed if isinstance(one, dict)]
    return tuple(
        (_clean(name), _clean(str(value)))
        for name, value in pairs
        if isinstance(name, str) and name and isinstance(value, str | int)
    )


def _clean(text: str) -> str:
    """Return a text without lone surrogates, which no header and no address can hold."""
    return text.encode("utf-8", "replace").decode()


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _real(headers: Headers) -> Headers:
    """Leave out what HTTP/2 writes as headers and is none."""
    return tuple(pair for pair in headers if not pair[0].startswith(":"))


def _seconds(milliseconds: object) -> float:
    try:
        value = float(milliseconds)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return min(max(value, 0.0), 1e9) / 1000 if math.isfinite(value) else 0.0


def _moment(text: object) -> float:
    try:
        return max(datetime.fromisoformat(str(text)).timestamp(), 0.0)
    except (ValueError, OverflowError, OSError):
        return 0.0


__all__ = ["BadArchive", "Count", "NotAnArchive", "Part", "Recorded", "exchanges"]
