"""An exchange: one request and its response, as they were sent and received, without secrets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.vocabulary import curl
from contracts.vocabulary.body_text import bytes_of, exceeds, shorten, text_of
from contracts.vocabulary.curl import MARKS
from contracts.vocabulary.json_members import Members, WrongMember
from contracts.vocabulary.lenient_json import TooMuch, document_in, document_or_error, read_of_late

Headers = tuple[tuple[str, str], ...]

_OBJECT_PATH = re.compile(r"/v1/buckets/(?P<bucket>[^/]*)/objects/(?P<object>[^/]*)/?$")
_KEPT = 63_000
"""Bytes of a response that an exchange keeps which is there to be shown alone."""

_REMEMBERED = 16_000
"""Bytes of a body, at most, whose document a response remembers. That of a longer body is read again when it is asked
for: in memory it takes many times as much, and checks share dozens of answers."""

_SHOWN = 64_000
"""Characters of a response that are evidence, at most."""

_HIGHEST_STATUS = 999

HTTP_1_1 = "HTTP/1.1"
"""The default version of HTTP of a response."""

_LONGEST_ID = 200
"""Characters of an id that the target gives, at most."""


def header(headers: Headers, name: str) -> str | None:
    """Return the value of the header `name`, whatever its case; None if it is missing."""
    return next((value for known, value in headers if known.lower() == name.lower()), None)


@dataclass(frozen=True)
class Request:
    """What was sent. A credential stands as the shell expression that gives it, never as itself.

    Evidence that is not `complete` has lost the end of its body. `command` is the curl command of evidence, whose
    body is a text: the command still has the bytes that no text can hold.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None
    complete: bool = True
    command: str | None = None

    @property
    def text(self) -> str | None:
        """The body as text; None if there is none."""
        return None if self.body is None else text_of(self.body)

    @cached_property
    def members(self) -> dict[str, Any] | None:
        """The body as a JSON object, read leniently; None if it is anything else."""
        try:
            document = document_in(self.body or b"")
        except ValueError:
            return None
        return document if isinstance(document, dict) else None

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
    version: str = HTTP_1_1
    error: str = ""

    @property
    def text(self) -> str:
        """The body as text."""
        return text_of(self.body)

    @cached_property
    def content_type(self) -> str:
        """The media type, in lower case and without parameters; empty where none is declared."""
        return (header(self.headers, "content-type") or "").split(";")[0].strip().lower()

    @property
    def json(self) -> Any:
        """The body as JSON, read leniently. Raises ValueError as `document_in` does."""
        document, error = self._read
        if error is not None:
            raise error.with_traceback(None)
        return document

    @property
    def _read(self) -> tuple[Any, ValueError | None]:
        """The body as JSON, or why it is none: much that is no JSON is not read twice either."""
        return self._read_once if len(self.body) <= _REMEMBERED else read_of_late(self.body)

    @cached_property
    def _read_once(self) -> tuple[Any, ValueError | None]:
        return document_or_error(self.body)

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

    @property
    def members(self) -> dict[str, Any] | None:
        """The body as a JSON object, read leniently; None if it is anything else."""
        document, _ = self._read
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
    def marks(self) -> str:
        """How the request is found in logs: its own marks, and the id in the answer."""
        sent = [f"{name} {value}" for name in MARKS if (value := header(self.request.headers, name))]
        given = header(self.response.headers, "x-request-id")
        return ", ".join([*sent, *([f"answered x-request-id {shorten(given, _LONGEST_ID)}"] if given else [])])

    @property
    def curl(self) -> str | None:
        """A curl command that repeats the request, with the key taken from the environment; None if it was cut."""
        sent = self.request
        if not sent.complete:
            return None
        return curl.command(sent.method, sent.url, sent.headers, sent.body) if sent.command is None else sent.command

    def light(self) -> "Exchange":
        """Return the exchange as it is kept to be shown, with a long response cut."""
        body = self.response.body
        if len(body) <= _KEPT:
            return self
        cut = body[:_KEPT] + f"… ({len(body)} bytes)".encode()
        return replace(self, response=replace(self.response, body=cut, complete=False))

    def evidence(self, longest: int | None = None) -> "Exchange":
        """Return the exchange as evidence: its bodies are texts, so that JSON keeps all of it.

        Bodies are cut after `longest` characters. Without it the request is whole, and the response cut where no
        reader would follow.
        """
        sent, answered = self.request, self.response
        whole = sent.body is None or longest is None or not exceeds(sent.body, longest)
        shown = sent.text if whole else shorten(sent.body or b"", longest or 0)
        return Exchange(
            0,
            replace(sent, body=bytes_of(shown), complete=whole, command=self.curl if whole else None),
            Response(
                answered.status,
                answered.headers,
                shorten(answered.body, longest or _SHOWN).encode(),
                version=answered.version,
                error=answered.error,
            ),
            self.started,
            round(self.elapsed, 6),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the exchange as members of `conformance.json`, which hold all of it if it is evidence."""
        sent, answered = self.request, self.response
        return {
            "request": {
                "method": sent.method,
                "url": sent.url,
                "headers": [list(pair) for pair in sent.headers],
                "body": sent.text,
            },
            "response": {
                "status": answered.status,
                "headers": [list(pair) for pair in answered.headers],
                "body": answered.text,
                **({"http_version": answered.version} if answered.version != HTTP_1_1 else {}),
                **({"error": answered.error} if answered.error else {}),
            },
            "started": self.started,
            "elapsed_seconds": self.elapsed,
            "curl": self.curl,
        }

    @classmethod
    def from_json(cls, value: object, place: str = "exchange") -> "Exchange":
        """Read what `as_json` wrote, and leave out members that this suite does not know.

        Raises WrongMember if it is not an exchange, with its `place` in the document.
        """
        one = Members.read(value, place)
        sent, answered = one.members("request"), one.members("response")
        command = one.text_or_null("curl")
        status = answered.whole("status")
        if status > _HIGHEST_STATUS:
            raise WrongMember(f"{answered.place}.status is not a status of HTTP")
        return cls(
            0,
            Request(
                sent.text("method"),
                _url_in(sent),
                _headers_in(sent),
                bytes_of(sent.text_or_null("body")),
                complete=command is not None,
                command=command,
            ),
            Response(
                status,
                _headers_in(answered),
                bytes_of(answered.text("body")),
                version=answered.text("http_version") if "http_version" in answered.of else HTTP_1_1,
                error=answered.text("error") if "error" in answered.of else "",
            ),
            one.seconds("started"),
            one.seconds("elapsed_seconds"),
        )


def _url_in(sent: Members) -> str:
    url = sent.text("url")
    try:
        _ = urlsplit(url).port
    except ValueError:
        raise WrongMember(f"{sent.place}.url is not a URL") from None
    return url


def _headers_in(message: Members) -> Headers:
    pairs = message.items("headers")
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)):
            raise WrongMember(f"{message.place}.headers is not a list of names and values")
    return tuple((name, value) for name, value in pairs)


def path_in(url: str) -> str:
    """Return the path of `url`; empty if it is not an address."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def as_headers(pairs: Iterable[tuple[str, str]]) -> Headers:
    """Return header pairs as a value, in the order in which they came."""
    return tuple((str(name), str(value)) for name, value in pairs)
