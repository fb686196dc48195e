"""A target that makes what it is asked to make, and answers patches and reads with anything."""

import itertools
import json
import random
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.support.commands import Outcome, started

ANYTHING = (
    *(b"", b"null", b"[]", b"{", b"\xff\xfe", b"x" * 100_000, b'{"n": ' + b"9" * 5000 + b"}"),
    b'{"blobs": 3, "object_id": 5}',
    b'{"blobs": [1, null, {"blob_id": {}}], "updated_at": 5, "created_at": []}',
    b'{"a":' + b"[" * 3000 + b"]" * 3000 + b"}",
    b'{"conformancerevision": 1e999, "conformancestranger": {"a": 1}}',
    b'{"conformancerevision": "NaN", "conformancelist": {"a": [1]}}',
    b'{"error": {"message": 3}, "status": "x"}',
)
CODES = (200, 200, 200, 200, 204, 302, 400, 404, 500, 599)


class Garbage(BaseHTTPRequestHandler):
    """Takes the first patch as it should, and every other one as it comes."""

    protocol_version = "HTTP/1.1"
    numbers = itertools.count()
    patches = itertools.count()
    name = ""

    def do_POST(self) -> None:
        sent = self.sent()
        if self.path.endswith("/objects"):
            self.answer(200, json.dumps({"object_id": f"obj_{next(self.numbers)}"}).encode())
        elif self.path.endswith("/buckets"):
            type(self).name = json.loads(sent)["bucket_name"]
            self.answer(200, self.bucket())
        else:
            self.answer(403, b"{}")

    def do_PATCH(self) -> None:
        self.sent()
        if next(self.patches) == 0:
            self.answer(200, b'{"bucket_id": "bkt_1"}')
        else:
            self.answer(random.choice(CODES), random.choice(ANYTHING))

    def do_GET(self) -> None:
        self.answer(200, random.choice(ANYTHING) if "/objects/" in self.path else self.bucket())

    def do_DELETE(self) -> None:
        self.answer(200, b"{}")

    def bucket(self) -> bytes:
        return json.dumps({"bucket_id": "bkt_1", "bucket_name": self.name}).encode()

    def sent(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", random.choice(("application/json", "text/html", "")))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def test_no_answer_is_a_mistake_of_the_suite(tmp_path: Path) -> None:
    """Whatever comes is a violation or nothing, and never exit code 3."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Garbage)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    known = {"MIXPEEK_API_KEY": "sk_0123456789abcdef", "MIXPEEK_NAMESPACE": "ours"}
    given = ("load", "--base-url", f"http://127.0.0.1:{server.server_port}", "--report-dir", str(tmp_path))
    users = ("--users", "20", "--spawn-rate", "50", "--pause", "0.02", "--run-time", "6s")
    done = started(*given, *users, environment=known, folder=tmp_path)
    server.shutdown()
    server.server_close()
    loaded = Outcome(done.returncode, done.stdout + done.stderr, tmp_path)
    assert loaded.code == 1, loaded.output
    assert loaded.result["suite_errors"] == []
    assert {"ERROR-NO-5XX", "RESPONSE-JSON"} <= loaded.ids("violated")
