"""Running the command as its users do: in a process of its own, in a folder of its own."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

from fixtures.http.client import Client
from fixtures.plugins.new_run import embedded
from fixtures.target.settings import resolve
from mixpeek_conformance.ci import SERVICES
from tests.support import forked

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300.0
"""Seconds after which a command has ended."""


@dataclass(frozen=True)
class Outcome:
    """What a run of the command left: its exit code, what it printed, and `conformance.json` if it wrote one."""

    code: int
    output: str
    folder: Path

    @property
    def result(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "conformance.json").read_text("utf-8"))
        return document

    def ids(self, verdict: str) -> set[str]:
        return {one["id"] for one in self.result["requirements"] if one["verdict"] == verdict}

    @property
    def sentence(self) -> str:
        """What the command said in place of a verdict: the last line that it printed."""
        return self.output.strip().splitlines()[-1]


Conform = Callable[..., Outcome]


Done = subprocess.CompletedProcess[str]


def command_of(*arguments: str) -> list[str]:
    """Return the command line that starts the command in this checkout, wherever it is started."""
    return [sys.executable, "-m", "mixpeek_conformance", *arguments]


def environment_of(given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a run: nothing of Mixpeek in it but what is `given`."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        # CI changes what a bare command means, a service that runs builds what it prints, and unbuffered output
        # would hide what is not flushed.
        if not name.startswith(("MIXPEEK_", "GITHUB_")) and name not in ("CI", "PYTHONUNBUFFERED", *SERVICES)
    }
    return {**inherited, "PYTHONPATH": str(ROOT), **given}


def command(*arguments: str, environment: Mapping[str, str], folder: Path) -> Done:
    """Run the command in `folder` to its end.

    It is forked from a warm process, unless a variable is given that is read when a process begins.
    """
    if not forked.can_be(environment):
        return started(*arguments, environment=environment, folder=folder)
    with tempfile.TemporaryDirectory() as place:
        printed = Path(place) / "stdout", Path(place) / "stderr"
        code, _ = forked.fork(folder, arguments, environment_of(environment), SECONDS, printed)
        output, errors = (one.read_text("utf-8") for one in printed)
    return Done(command_of(*arguments), code, output, errors)


def started(*arguments: str, environment: Mapping[str, str], folder: Path) -> Done:
    """Start the command in `folder` as its users do, and let it run to its end."""
    return subprocess.run(
        command_of(*arguments),
        cwd=folder,
        env=environment_of(environment),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def begun(*arguments: str, environment: Mapping[str, str], folder: Path) -> "subprocess.Popen[str]":
    """Start the command in `folder`, in a process group of its own; what it prints and its errors are one text."""
    return subprocess.Popen(
        command_of(*arguments),
        cwd=folder,
        env=environment_of(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextlib.contextmanager
def closed_port() -> Iterator[str]:
    """Yield HOST:PORT of a port that refuses connections, and that nobody else can take meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"


def run_suite(arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path) -> Outcome:
    """Run the suites with `folder` for the reports."""
    done = command("run", "--report-dir", str(folder), *arguments, environment=environment, folder=folder)
    return Outcome(done.returncode, done.stdout + done.stderr, folder)


class Objects:
    """The reference service as another client sees it."""

    def __init__(self, base_url: str, known: Mapping[str, str]) -> None:
        headers = {"Authorization": f"Bearer {known['MIXPEEK_API_KEY']}", "X-Namespace": known["MIXPEEK_NAMESPACE"]}
        self._http = httpx.Client(base_url=base_url, headers=headers)

    def buckets(self) -> set[str]:
        return {one["bucket_id"] for one in self.listed()}

    def listed(self) -> list[dict[str, str]]:
        """The buckets as the service lists them: with id and name."""
        answer = self._http.post("/v1/buckets/list?limit=1000", json={}).raise_for_status()
        listed: list[dict[str, str]] = answer.json()["results"]
        return listed

    def remove(self, bucket: str) -> None:
        self._http.delete(f"/v1/buckets/{bucket}").raise_for_status()

    def namespaces(self) -> dict[str, str]:
        """The ids of the namespaces, by their names."""
        listed = self._http.post("/v1/namespaces/list", json={}).raise_for_status().json()["results"]
        return {one["namespace_name"]: one["namespace_id"] for one in listed}

    def make(self) -> tuple[str, str, dict[str, object]]:
        schema = {"properties": {"content": {"type": "text"}}}
        name = f"handed-over-{secrets.token_hex(4)}"
        made = self._http.post("/v1/buckets", json={"bucket_name": name, "bucket_schema": schema}).raise_for_status()
        bucket = made.json()["bucket_id"]
        body = {
            "blobs": [{"property": "content", "type": "text", "data": "hi"}],
            "title": "mine",
            "key_prefix": "a/b",
        }
        identifier = (
            self._http.post(f"/v1/buckets/{bucket}/objects", json=body).raise_for_status().json()["object_id"]
        )
        return bucket, identifier, self.get(bucket, identifier)

    def patch(self, bucket: str, identifier: str, body: dict[str, object]) -> None:
        self._http.patch(f"/v1/buckets/{bucket}/objects/{identifier}", json=body).raise_for_status()

    def get(self, bucket: str, identifier: str) -> dict[str, object]:
        document: dict[str, object] = self._http.get(f"/v1/buckets/{bucket}/objects/{identifier}").json()
        return document


class Answers(BaseHTTPRequestHandler):
    """A target that answers with an empty object, and writes no log."""

    def answer(self, status: int, *headers: tuple[str, str]) -> None:
        """Answer with `status`, `headers` and `{}`."""
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", "2")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextlib.contextmanager
def client_of(target: type[BaseHTTPRequestHandler], **changed: Any) -> Iterator[Client]:
    """Serve `target` on a free port, and return a client of it, with some settings of a target `changed`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), target)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    client = Client(replace(embedded(f"http://127.0.0.1:{server.server_port}", resolve({}, {}, Path())), **changed))
    yield client
    client.close()
    server.shutdown()
    server.server_close()
