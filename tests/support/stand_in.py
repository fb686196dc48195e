"""A gateway before the reference service that answers some requests itself."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

Reply = tuple[int, dict[str, str], bytes]
Answering = Callable[[str, str, bytes], Reply | None]
"""Returns the reply to a method, a path and a body; None lets the service behind answer."""


def refusal(status: int, **headers: str) -> Reply:
    """Return a refusal with the published envelope."""
    error = {"message": "no", "type": "Refused"}
    body = json.dumps({"success": False, "status": status, "error": error}).encode()
    return status, {"Content-Type": "application/json", **headers}, body


@contextmanager
def gateway(behind: str, answering: Answering) -> Iterator[tuple[str, list[str]]]:
    """Stand before `behind`. Return the base URL, and the methods and paths that were asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(f"{self.command} {self.path}")
            reply = answering(self.command, self.path, body)
            if reply is None:
                headers = {name: text for name, text in self.headers.items() if name.lower() != "host"}
                received = http.request(self.command, behind + self.path, content=body, headers=headers)
                kept = {name: text for name, text in received.headers.items() if name in ("content-type", "location")}
                reply = received.status_code, kept, received.content
            status, headers, content = reply
            self.send_response(status)
            for name, text in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _pass  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    with httpx.Client(trust_env=False) as http, ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
