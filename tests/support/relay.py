"""A target that is the reference service but for one thing: a real server before it, which bends what passes."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import httpx

_HOPS = ("connection", "transfer-encoding", "content-length", "content-encoding", "host", "date", "server")


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def members(self) -> dict[str, Any]:
        return json.loads(self.body or b"{}")  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Reply:
    """An answer on its way out."""

    status: int
    document: Any = None

    @property
    def accepted(self) -> bool:
        return self.status < 300


Bend = Callable[[ReceivedRequest, Callable[[], Reply]], Reply]
"""Returns the answer to a request; the function passes the request on, and returns what the service says."""


def straight(_: ReceivedRequest, onward: Callable[[], Reply]) -> Reply:
    return onward()


@dataclass
class Relay:
    """Passes requests on to `onward`, keeps each of them, and lets `bend` decide what is answered."""

    onward: str
    bend: Bend = straight
    asked: list[ReceivedRequest] = field(default_factory=list)

    def __enter__(self) -> Self:
        relay, self._http = self, httpx.Client(base_url=self.onward)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = ReceivedRequest(
                    self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body
                )
                relay.asked.append(asked)
                reply = relay.bend(asked, lambda: relay.pass_on(asked))
                content = b"" if reply.status == 204 else json.dumps(reply.document).encode()
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = serve  # noqa: N815 - the names that http.server calls

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._http.close()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def pass_on(self, asked: ReceivedRequest) -> Reply:
        """Ask the reference service the same, and return what it answers."""
        headers = {name: value for name, value in asked.headers.items() if name not in _HOPS}
        answer = self._http.request(asked.method, asked.path, headers=headers, content=asked.body)
        return Reply(answer.status_code, answer.json() if answer.content else None)

    def lines(self, *methods: str) -> list[str]:
        """The requests of these methods, a line each, as they came."""
        return [one.line for one in self.asked if one.method in methods]
