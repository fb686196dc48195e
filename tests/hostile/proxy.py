"""A proxy that stands before a good target: it records every request, and may send something else than the answer."""

import contextlib
import http.client
import itertools
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from tests.hostile.sockets import Behaviour, accept_each, resets_the_connection

Pairs = tuple[tuple[bytes, bytes], ...]

_FRAMING = (b"transfer-encoding", b"content-length", b"connection", b"content-encoding")


@dataclass(frozen=True)
class ReceivedRequest:
    """One request, as it came over the socket."""

    method: str
    target: str
    headers: Pairs
    body: bytes

    def header(self, name: bytes) -> bytes | None:
        """Return the value of a header, or None if the request has none of this name."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    @property
    def key(self) -> bytes:
        """The key that was sent, or a word in its place."""
        return (self.header(b"authorization") or b"").rpartition(b" ")[2] or b"nobody"

    @property
    def creates(self) -> str | None:
        """What the request is to make: `buckets`, `objects` or `namespaces`; None if it makes nothing."""
        last = self.target.partition("?")[0].rpartition("/")[2]
        return last if self.method == "POST" and last in ("buckets", "objects", "namespaces") else None


@dataclass(frozen=True)
class Answered:
    """The answer of the good target, or what is sent in its place."""

    status: int
    headers: Pairs
    body: bytes
    reason: bytes = b"OK"

    @property
    def members(self) -> dict[str, Any]:
        """The JSON object in the body; an empty one if there is none."""
        try:
            document = json.loads(self.body)
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}

    def raw(self) -> bytes:
        """Return the bytes to send, with the length of the body."""
        length = (
            ()
            if any(name.lower() == b"content-length" for name, _ in self.headers)
            else ((b"Content-Length", b"%d" % len(self.body)),)
        )
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in (*self.headers, *length))
        return b"HTTP/1.1 %d %s\r\n%s\r\n%s" % (self.status, self.reason, lines, self.body)


@dataclass(frozen=True)
class Victim:
    """What stood on the good target before the run, and belongs to somebody else."""

    bucket: str
    bucket_name: str
    object: str


Instead = Callable[[ReceivedRequest], Behaviour | None]
"""Return what is done to the connection in place of passing a request on; None passes it on."""

Rewrite = Callable[[ReceivedRequest, Answered, Victim], Answered | bytes | Behaviour]
"""Return what is sent in place of an answer: another answer, raw bytes, or what is done to the connection.

After raw bytes and after a behaviour the connection is closed.
"""


@dataclass
class Proxy:
    """Passes requests on to `target` (HOST:PORT); is hostile from the patch behind the first `after` on."""

    target: str
    rewrite: Rewrite = lambda _asked, answered, _victim: answered
    instead: Instead = lambda _asked: None
    victim: Victim = field(default_factory=lambda: Victim("", "", ""))
    after: int = 0
    keys: tuple[bytes, bytes] = (b"", b"")
    """The key that the run is given, and the one that the good target knows in its place."""
    asked: list[ReceivedRequest] = field(default_factory=list)
    _patches: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Serve on a free port, and return HOST:PORT."""
        with accept_each(self._serve) as where:
            yield where

    def _serve(self, connection: socket.socket) -> None:
        onward = http.client.HTTPConnection(self.target, timeout=30)
        with connection, connection.makefile("rb") as stream, contextlib.closing(onward):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (asked := _read(stream)) is not None:
                with self._lock:
                    self.asked.append(asked)
                    self._patches += asked.method == "PATCH"
                    hostile = not self.after or self._patches > self.after
                sent = (hostile and self.instead(asked)) or self._rewritten(onward, asked, hostile=hostile)
                if isinstance(sent, Answered):
                    connection.sendall(sent.raw())
                    continue
                if isinstance(sent, bytes):
                    connection.sendall(sent)
                else:
                    sent(connection, asked.body)
                connection.shutdown(socket.SHUT_WR)
                return

    def _rewritten(
        self, onward: http.client.HTTPConnection, asked: ReceivedRequest, *, hostile: bool
    ) -> Answered | bytes | Behaviour:
        answered = _forwarded(onward, asked, *self.keys)
        return self.rewrite(asked, answered, self.victim) if hostile else answered


def standing_before(target: str, instead: Instead, after: int = 0) -> AbstractContextManager[str]:
    """Stand before `target` (HOST:PORT): pass requests on, apart from those for which something is done `instead`."""
    return Proxy(target, instead=instead, after=after).serving()


def at_patches(does: Behaviour) -> Instead:
    """Behave so at each patch, and pass all else on."""
    return lambda asked: does if asked.method == "PATCH" else None


def unsteady(every: int, dead: range = range(0)) -> Instead:
    """Reset the connection at each `every`th request, and at the `dead` ones."""
    number = itertools.count(1)

    def instead(_: ReceivedRequest) -> Behaviour | None:
        turn = next(number)
        return resets_the_connection if turn % every == 0 or turn in dead else None

    return instead


def _read(stream: Any) -> ReceivedRequest | None:
    line = stream.readline()
    words = line.decode("latin-1").split(" ", 2)
    if len(words) < 3 or not words[2].startswith("HTTP/"):
        return None  # the end, or TLS where none is spoken
    method, target, _ = words
    headers = []
    while (line := stream.readline()).strip():
        name, _, value = line.partition(b":")
        headers.append((name.strip(), value.strip()))
    asked = ReceivedRequest(method, target, tuple(headers), b"")
    length = int(asked.header(b"content-length") or 0)
    return ReceivedRequest(method, target, tuple(headers), stream.read(length))


def _forwarded(onward: http.client.HTTPConnection, asked: ReceivedRequest, given: bytes, known: bytes) -> Answered:
    onward.putrequest(asked.method, asked.target, skip_host=True, skip_accept_encoding=True)
    for name, value in asked.headers:
        if name.lower() not in (b"accept-encoding", b"connection"):
            onward.putheader(name.decode("latin-1"), value.replace(given, known) if given else value)
    onward.endheaders(asked.body or None)
    answer = onward.getresponse()
    body = answer.read()
    headers = tuple(
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in answer.getheaders()
        if name.encode().lower() not in _FRAMING
    )
    return Answered(answer.status, headers, body, answer.reason.encode("latin-1"))
