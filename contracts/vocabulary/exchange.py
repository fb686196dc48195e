"""An exchange: one request and its response, as they were sent and received, without secrets."""

import json
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any
from urllib.parse import unquote, urlsplit

Headers = tuple[tuple[str, str], ...]

_OBJECT_PATH = re.compile(r"/v1/buckets/(?P<bucket>[^/]*)/objects/(?P<object>[^/]*)/?$")
DEEPEST = 200
"""Levels of a document that are read: those who judge a value go down into it level by level."""


class TooMuch(ValueError):  # noqa: N818 - read as a sentence: the document is too much
    """A document that may well be JSON, and is more than this suite reads; the message says in which way."""


_TOO_DEEP = "the document is nested too deeply to be read"
_TOO_LONG = "the document holds a number with more digits than this suite reads"
_TOO_LARGE = "the document takes more memory than there is"


_LEFT_TO_CURL = ("host", "user-agent", "accept-encoding", "content-length")
"""Headers that curl writes itself, so that a command which is changed by hand still works."""


_KEPT = 63_000
"""Bytes of a response that an exchange keeps which is there to be shown alone."""


def header(headers: Headers, name: str) -> str | None:
    """Give the value of the header `name`, whatever its case; None where it is missing."""
    return next((value for known, value in headers if known.lower() == name.lower()), None)


@dataclass(frozen=True)
class Request:
    """What was sent. A credential stands as the shell expression that gives it, never as itself."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None

    @cached_property
    def names_an_object(self) -> bool:
        """Whether the path is that of one object."""
        return _OBJECT_PATH.search(path_in(self.url)) is not None

    @property
    def object_identifier(self) -> str | None:
        """The object that the path names, unescaped."""
        found = _OBJECT_PATH.search(path_in(self.url))
        return unquote(found["object"]) if found else None


@dataclass(frozen=True)
class Response:
    """What came back: the body after content coding, cut where it passed the limit of the client.

    Of a request that was not answered, `status` is 0, and `error` says why there is no response.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    complete: bool = True
    version: str = "HTTP/1.1"
    error: str = ""

    @cached_property
    def content_type(self) -> str:
        """The media type, in lower case and without parameters; empty where none is declared."""
        return (header(self.headers, "content-type") or "").split(";")[0].strip().lower()

    @cached_property
    def json(self) -> Any:
        """The body as JSON, read leniently, so that one fault does not hide the others.

        Takes a byte order mark, NaN and what stands behind the document, which RESPONSE-JSON judges.
        Raises ValueError if no document can be made out, and TooMuch if it is more than this suite reads.
        """
        try:
            text = self.body.decode("utf-8-sig", "replace").lstrip()
            document = json.JSONDecoder().raw_decode(text)[0]
        except json.JSONDecodeError:
            raise
        except RecursionError:
            raise TooMuch(_TOO_DEEP) from None
        except MemoryError:
            raise TooMuch(_TOO_LARGE) from None
        except ValueError:
            raise TooMuch(_TOO_LONG) from None
        if not _is_shallow(document):
            raise TooMuch(_TOO_DEEP)
        return document

    @cached_property
    def unread(self) -> str | None:
        """Why the body cannot be judged as a document: it was cut, or is more than is read; None if it can."""
        if not self.complete:
            return "the document is longer than this suite reads, and was cut"
        try:
            _ = self.json
        except TooMuch as reason:
            return str(reason)
        except ValueError:
            return None
        return None

    @cached_property
    def members(self) -> dict[str, Any] | None:
        """The body as a JSON object, read leniently; None where it is none."""
        try:
            document = self.json
        except ValueError:
            return None
        return document if isinstance(document, dict) else None


@dataclass(frozen=True)
class Exchange:
    """One request and its response.

    `number` counts the exchanges of a worker, `started` is Unix time and `elapsed` is in seconds.
    `leaked` names the secrets that the response repeated; in the texts themselves they are blanked.
    """

    number: int
    request: Request
    response: Response
    started: float
    elapsed: float
    leaked: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The exchange on one line: method, path, body, status."""
        body = " ".join(shorten(self.request.body or b"", 100).splitlines())
        path = path_in(self.request.url)
        return f"{self.request.method} {path}  {body}  -> {self.response.status or 'no answer'}"

    @property
    def curl(self) -> str:
        """A curl command that repeats the request, with the key taken from the environment."""
        words = ["curl", "-sS", "-i", "-X", self.request.method, shlex.quote(self.request.url)]
        for name, value in self.request.headers:
            if name.lower() in _LEFT_TO_CURL and not _VARIABLE.fullmatch(value):
                continue
            words += ["-H", _shell_header(name, value)]
        body = self.request.body
        if body is None:
            return " ".join(words)
        if b"\0" in body:  # which no argument of a command can hold
            return f"printf '{_escaped(body.replace(b'%', b'%%'))}' | {' '.join(words)} --data-binary @-"
        return " ".join([*words, "--data-raw", _shell_body(body)])

    def light(self) -> "Exchange":
        """Return the exchange as it is kept to be shown: without what no reader would follow of a long response."""
        body = self.response.body
        if len(body) <= _KEPT:
            return self
        cut = body[:_KEPT] + f"… ({len(body)} bytes)".encode()
        return replace(self, response=replace(self.response, body=cut, complete=False))

    def as_json(self, longest: int | None = None) -> dict[str, Any]:
        """Give the exchange as members of `conformance.json`.

        Bodies are cut after `longest` characters; a request that had to be cut has no curl command. Without it
        the request is whole, and the response cut where no reader would follow.
        """
        sent = self.request.body
        shown = None if sent is None else text_of(sent) if longest is None else shorten(sent, longest)
        cut = sent is not None and longest is not None and _exceeds(sent, longest)
        return {
            "request": {
                "method": self.request.method,
                "url": self.request.url,
                "headers": [list(pair) for pair in self.request.headers],
                "body": shown,
            },
            "response": {
                "status": self.response.status,
                "headers": [list(pair) for pair in self.response.headers],
                "body": shorten(self.response.body, longest or 64_000),
                **({"error": self.response.error} if self.response.error else {}),
            },
            "started": self.started,
            "elapsed_seconds": round(self.elapsed, 6),
            "curl": None if cut else self.curl,
        }


def path_in(url: str) -> str:
    """Return the path of `url`; empty if it is no address."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def text_of(body: bytes) -> str:
    """Give bytes as text that can be shown; what is no UTF-8 as escapes."""
    return body.decode("utf-8", "backslashreplace")


_MOST_BYTES = 16
"""Bytes of a body for each character that is shown of it: so many are read to show it, whatever its size."""


def shorten(body: str | bytes, limit: int) -> str:
    """Cut a text, or a body as text, after `limit` characters, and say how many there were.

    Of a large body only the beginning is read, and its size is said in bytes.
    """
    if isinstance(body, str):
        return body if len(body) <= limit else f"{body[:limit]}… ({len(body)} characters)"
    if len(body) <= limit * _MOST_BYTES:
        return shorten(text_of(body), limit)
    return f"{text_of(body[: limit * 4])[:limit]}… ({len(body)} bytes)"


def _exceeds(body: bytes, limit: int) -> bool:
    return len(body) > limit * _MOST_BYTES or len(text_of(body)) > limit


def as_headers(pairs: Iterable[tuple[str, str]]) -> Headers:
    """Give header pairs as a value, in the order in which they came."""
    return tuple((str(name), str(value)) for name, value in pairs)


def _is_shallow(document: Any) -> bool:
    level = [document]
    for _ in range(DEEPEST):
        inner = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = list(chain.from_iterable(inner))
        if not level:
            return True
    return False


_VARIABLE = re.compile(r"\$\{MIXPEEK_HEADER_[A-Z0-9_]+\}")


def _shell_header(name: str, value: str) -> str:
    if not value.strip():
        return shlex.quote(f"{name};")  # curl's way to send a header without a value
    if name.lower() == "authorization" or _VARIABLE.fullmatch(value):
        # A secret is written as a shell expression, which double quotes leave alive.
        return f'"{name}: {value}"'
    return shlex.quote(f"{name}: {value}")


def _shell_body(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text.isprintable() and text:
        return shlex.quote(text)
    return f"$'{_escaped(body)}'"


def _escaped(body: bytes) -> str:
    return "".join(f"\\x{byte:02x}" if not 0x20 <= byte < 0x7F or byte in b"\\'" else chr(byte) for byte in body)
