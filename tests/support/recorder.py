"""A recorder at the socket: passes everything on to a target, and keeps the bytes of each request that it saw."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Recorded:
    """One request, as it stood on the wire: `raw` is all of it, the rest is read from it."""

    raw: bytes

    @property
    def head(self) -> str:
        return self.raw.partition(b"\r\n\r\n")[0].decode("latin-1")

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def line(self) -> str:
        """The request line."""
        return self.head.split("\r\n")[0]

    @property
    def method(self) -> str:
        return self.line.split(" ")[0]

    @property
    def path(self) -> str:
        """The target of the request: a path, or behind a proxy an address."""
        return self.line.split(" ")[1]

    @property
    def headers(self) -> list[tuple[str, str]]:
        pairs = (line.partition(":") for line in self.head.split("\r\n")[1:])
        return [(name, value.strip()) for name, _, value in pairs]

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


@dataclass
class Recording:
    """What a recorder saw so far, and where it listens."""

    base_url: str
    requests: list[Recorded] = field(default_factory=list)


@contextlib.contextmanager
def recording(target: str) -> Iterator[Recording]:
    """Stand before the base URL `target`, which speaks plain HTTP/1.1, and record each request as it came."""
    parts = urlsplit(target)
    onward = (parts.hostname or "", parts.port or 80)
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        seen = Recording(f"http://127.0.0.1:{listening.getsockname()[1]}{parts.path}")
        threading.Thread(target=_accept, args=(listening, onward, seen), daemon=True).start()
        yield seen


def _accept(listening: socket.socket, onward: tuple[str, int], seen: Recording) -> None:
    with contextlib.suppress(OSError):  # the test is over
        while True:
            connection = listening.accept()[0]
            threading.Thread(target=_forward, args=(connection, onward, seen), daemon=True).start()


def _forward(connection: socket.socket, onward: tuple[str, int], seen: Recording) -> None:
    with contextlib.suppress(OSError), connection, socket.create_connection(onward) as behind:
        for one in (connection, behind):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_back, args=(behind, connection), daemon=True).start()
        while raw := _request(connection):
            seen.requests.append(Recorded(raw))
            behind.sendall(raw)


def _request(connection: socket.socket) -> bytes:
    """Read one request to its end; no bytes if there is none."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = connection.recv(65536)
        if not piece:
            return b""
        raw += piece
    head, _, body = raw.partition(b"\r\n\r\n")
    length = int(Recorded(head + b"\r\n\r\n").header("content-length") or 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def _back(behind: socket.socket, connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := behind.recv(65536):
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
