"""--read-only: what GET alone tells is judged, nothing else is sent, and what was not asked is inconclusive."""

import json
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import httpx
import pytest

from contracts.invariants import OF_ANSWERS
from fixtures.reference.server import ReferenceServer
from tests.support.catalogue import OURS
from tests.support.client_responses import STRICT
from tests.support.commands import Objects, Outcome, run_suite


class Watched(BaseHTTPRequestHandler):
    """Stands before a target, and keeps which methods pass."""

    target: ClassVar[str] = ""
    methods: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.methods.append(self.command)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        answer = httpx.request(self.command, self.target + self.path, headers=headers)
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers["content-type"])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def watched() -> Iterator[str]:
    Watched.methods = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Watched)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def read(
    watched: str,
    reference: ReferenceServer,
    known: Mapping[str, str],
    folder: Path,
    at: str = "",
    reader: tuple[str, ...] = (),
    **more: str,
) -> Outcome:
    """Make an object on the reference service, or on a fault of it, and judge it by reading alone."""
    Watched.target = reference.base_url + at
    bucket, identifier, _ = Objects(Watched.target, known).make()
    options = ("--base-url", watched, "--read-only", "--bucket", bucket, "--object", identifier, *reader)
    return run_suite(options, {**known, **more}, folder)


def test_a_good_object_holds_what_reading_tells(
    watched: str, reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """The rest is inconclusive."""
    outcome = read(watched, reference, known, tmp_path, reader=("--reader", STRICT))
    assert outcome.code == 6, outcome.output
    assert set(Watched.methods) == {"GET"}
    told = {*(set(OURS) & set(OF_ANSWERS)), "CLIENT-READS-OBJECT"}
    assert outcome.ids("holds") == told
    assert outcome.ids("inconclusive") == set(OURS) - told
    assert "needs more than GET, and --read-only rules that out" in outcome.output
    assert outcome.result["target"]["read_only"] is True
    said = "othing but GET was sent (--read-only)"
    assert said in outcome.output
    assert said in (tmp_path / "summary.md").read_text("utf-8")
    assert "othing but GET was sent" in (tmp_path / "index.html").read_text("utf-8")
    assert 'name="read-only" value="true"' in (tmp_path / "junit.xml").read_text("utf-8")


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        ("naive-timestamps", "TIME-FORMAT"),
        ("status-outside-the-enumeration", "STATUS-MEMBER"),
        ("blob-property-absent", "RESPONSE-BLOB-PROPERTY"),
    ],
)
def test_what_an_object_shows_is_violated(
    watched: str, reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path, fault: str, broken: str
) -> None:
    """A violation that GET shows is found without sending anything else."""
    outcome = read(watched, reference, known, tmp_path, at=f"/faults/{fault}")
    assert (outcome.code, outcome.ids("violated")) == (1, {broken}), outcome.output
    [one] = [one for one in outcome.result["requirements"] if one["id"] == broken]
    assert one["violations"][0]["exchanges"][0]["request"]["method"] == "GET"
    assert set(Watched.methods) == {"GET"}


def test_a_run_that_patches_does_not_ask_by_reading(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """The checks of --read-only are not asked beside those that patch."""
    options = ("--base-url", reference.base_url, "--effort", "quick", "-k", "test_reading")
    outcome = run_suite(options, known, tmp_path)
    assert outcome.code == 5, outcome.output
    assert json.loads((tmp_path / "conformance.json").read_text("utf-8"))["summary"]["holds"] == 0
