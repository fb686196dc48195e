"""The workspace: what was made is removed, a bucket with its objects where the target does that."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from contracts.events import Event, Made, Removed
from fixtures.client import Client
from fixtures.session import embedded
from fixtures.settings import resolve
from fixtures.workspace import Workspace


class Shelf(BaseHTTPRequestHandler):
    """A target that makes what it is asked for, and removes buckets as `manner` says."""

    manner: ClassVar[str] = "with their objects"
    there: ClassVar[set[str]] = set()
    names: ClassVar[dict[str, str]] = {}
    deleted: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "/list" in self.path:
            self._answer(404, {})
            return
        identifier = f"{'obj' if self.path.endswith('/objects') else 'bkt'}_{len(self.there)}"
        self.there.add(f"{self.path}/{identifier}")
        if "bucket_name" in sent:
            self._answer(200, {"bucket_id": identifier, "bucket_name": sent["bucket_name"]})
            self.names[f"{self.path}/{identifier}"] = sent["bucket_name"]
        else:
            self._answer(200, {"object_id": identifier})

    def do_GET(self) -> None:
        name = self.names.get(self.path)
        self._answer(200 if name else 404, {"bucket_name": name or ""})

    def do_DELETE(self) -> None:
        self.deleted.append(self.path)
        inside = {one for one in self.there if one.startswith(f"{self.path}/")}
        if "/objects/" not in self.path and (self.manner == "never" or (self.manner == "only empty" and inside)):
            self._answer(409, {})
            return
        known = self.path in self.there
        self.there.difference_update({self.path, *inside})
        self._answer(200 if known else 404, {})

    def _answer(self, status: int, body: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


Told = list[Event]


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def workspace(told: Told) -> Iterator[Workspace]:
    """A workspace with two buckets and three objects."""
    Shelf.there, Shelf.deleted = set(), []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    Thread(target=server.serve_forever, daemon=True).start()
    client = Client(embedded(f"http://127.0.0.1:{server.server_port}", resolve({}, {}, Path())))
    workspace = Workspace(client, "x", told.append)
    first, second = workspace.bucket(), workspace.bucket()
    for bucket in (first, first, second):
        workspace.object(bucket)
    yield workspace
    client.close()
    server.shutdown()


def outstanding(told: Told) -> set[str]:
    made = {event.path for event in told if isinstance(event, Made)}
    return made - {event.path for event in told if isinstance(event, Removed)}


def test_a_bucket_goes_with_its_objects(workspace: Workspace, told: Told) -> None:
    Shelf.manner = "with their objects"
    assert workspace.clean() == []
    assert (Shelf.there, len(Shelf.deleted)) == (set(), 2)
    assert outstanding(told) == set()
    assert workspace.clean() == []
    assert len(Shelf.deleted) == 2


def test_a_bucket_that_must_be_empty_is_emptied_first(workspace: Workspace, told: Told) -> None:
    Shelf.manner = "only empty"
    assert workspace.clean() == []
    assert Shelf.there == set()
    assert outstanding(told) == set()


def test_what_cannot_be_removed_is_named_with_the_reason(workspace: Workspace, told: Told) -> None:
    Shelf.manner = "never"
    left = workspace.clean()
    assert [one.partition(" ")[0] for one in left] == ["/v1/buckets/bkt_1", "/v1/buckets/bkt_0"]
    assert all("(409 " in one for one in left)
    assert outstanding(told) == {"/v1/buckets/bkt_0", "/v1/buckets/bkt_1"}
