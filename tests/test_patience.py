"""Patience: what is sent again, after how long, and what is not."""

import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import httpx
import pytest

from contracts.exchange import Response
from contracts.judgement import Busy as BusyTarget
from contracts.judgement import TargetGone, Unanswered
from fixtures import patience
from fixtures.client import Client
from fixtures.session import embedded
from fixtures.settings import resolve
from tests.support import Conform, closed_port

LATER = "Tue, 01 Jan 2030 12:00:00 GMT"
Headers = tuple[tuple[str, str], ...]


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ((("X-RateLimit-Reset", "7"),), 7.0, 7.0),
        ((("Retry-After", "2"), ("X-RateLimit-Reset", "7")), 2.0, 2.0),
        ((("Retry-After", "in a while"),), 0.2, 0.2),
        ((("X-RateLimit-Reset", "1000000001"),), 0.05, 0.05),
        ((("X-RateLimit-Reset", "soon"),), 0.2, 0.2),
        ((("X-RateLimit-Reset", "²"),), 0.2, 0.2),
        ((("X-RateLimit-Reset", "9" * 400),), 0.2, 0.2),
        ((("Date", LATER), ("X-RateLimit-Reset", "1893499207")), 7.0, 7.0),
        ((("Date", LATER), ("X-RateLimit-Reset", "1893499207000")), 7.0, 7.0),
        ((("Date", LATER), ("Retry-After", "1893499209")), 9.0, 9.0),
        ((("Date", LATER), ("Retry-After", "Tue, 01 Jan 2030 12:00:11 GMT")), 11.0, 11.0),
        ((("Retry-After", "Tue, 01 Jan 99999 12:00:11 GMT"),), 0.2, 0.2),
        ((("Retry-After", "Tue, 99 Jan 2030 12:00:11 GMT"), ("X-RateLimit-Reset", "7")), 7.0, 7.0),
        ((("Retry-After", "-5"),), 0.2, 0.2),
        ((("Date", "Zürich"), ("Retry-After", "2")), 2.0, 2.0),
        ((), 0.2, 0.2),
    ],
)
def test_a_busy_target_says_when_to_come_back(headers: Headers, least: float, most: float) -> None:
    assert least <= patience.wait(Response(429, headers), 1) <= most


def test_a_busy_target_says_at_which_moment_to_come_back() -> None:
    in_an_hour = formatdate(time.time() + 3600, usegmt=True)
    assert 3000 < patience.wait(Response(503, (("Retry-After", in_an_hour),)), 1) <= 3600


@pytest.mark.parametrize(
    ("details", "seconds"),
    [({"retry_after_seconds": 3}, 3.0), ({"retry_after_seconds": True}, 0.2), ({"retry_after_seconds": 1e999}, 0.2)],
)
def test_the_envelope_says_when_to_come_back(details: dict[str, object], seconds: float) -> None:
    """error.details.retry_after_seconds is read where no header says it."""
    body = json.dumps({"success": False, "status": 429, "error": {"details": details}}).encode()
    assert patience.wait(Response(429, (), body), 1) == seconds


def test_what_is_not_retryable_is_not_sent_again() -> None:
    """error.details.retryable is obeyed."""
    body = json.dumps({"error": {"details": {"retryable": False}}}).encode()
    assert patience.pause_after("GET", Response(503, (), body), 1) is None
    assert patience.told(Response(503, (), body)).endswith("says that asking again is no use)")


@pytest.mark.parametrize(
    ("method", "status", "again"),
    [
        ("POST", 429, True),
        ("POST", 503, True),
        ("POST", 502, False),
        ("POST", 504, False),
        ("PATCH", 502, True),
        ("GET", 504, True),
        ("DELETE", 504, True),
    ],
)
def test_what_a_gateway_may_have_passed_on_is_sent_again_only_where_twice_is_as_good(
    method: str, status: int, again: bool
) -> None:
    assert (patience.pause_after(method, Response(status), 1) is not None) is again
    assert patience.pause_after(method, Response(status), patience.TRIES) is None


def test_nobody_waits_for_an_hour() -> None:
    hour = Response(429, (("Retry-After", "3600"),))
    assert patience.pause_after("GET", hour, 1) is None
    assert patience.told(hour) == "the target was busy (429, and asks to come back in 3,600 seconds)"
    assert patience.told(Response(503)) == "the target was busy (503)"


@pytest.mark.parametrize(
    ("method", "error", "tries"),
    [
        ("POST", httpx.ConnectError("refused"), 4),
        ("POST", httpx.ConnectError("[SSL] certificate verify failed"), 1),
        ("POST", httpx.ConnectTimeout("slow"), 2),
        ("GET", httpx.ReadTimeout("slow"), 2),
        ("PATCH", httpx.ReadTimeout("slow"), 1),
        ("POST", httpx.ReadError("reset"), 1),
        ("PATCH", httpx.ReadError("reset"), 4),
        ("GET", httpx.RemoteProtocolError("cut off"), 4),
        ("GET", httpx.DecodingError("no gzip"), 1),
    ],
)
def test_what_may_have_been_applied_is_sent_again_only_where_twice_is_as_good(
    method: str, error: Exception, tries: int
) -> None:
    pauses = (patience.pause_without_answer(method, error, attempt) for attempt in itertools.count(1))
    assert len(list(itertools.takewhile(lambda pause: pause is not None, pauses))) == tries - 1


class Busy(BaseHTTPRequestHandler):
    """Answers what is on its list, and 200 behind that."""

    answers: ClassVar[list[tuple[int, dict[str, str]]]] = []
    asked: ClassVar[list[str]] = []

    def do_PATCH(self) -> None:
        self.asked.append(self.command)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        self.send_response(status)
        body = json.dumps({"status": status}).encode()
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET = do_PATCH  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def busy() -> Iterator[str]:
    Busy.answers, Busy.asked = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def client_of(base_url: str, gone_after: int = 5) -> tuple[Client, list[str]]:
    """A client, and what it tells of requests that it sent again."""
    again: list[str] = []
    target = replace(embedded(base_url, resolve({}, {}, Path())), gone_after=gone_after)
    return Client(target, again=again.append), again


def test_a_short_busy_spell_is_waited_out_and_counted(busy: str) -> None:
    Busy.answers = [(429, {"Retry-After": "0"}), (503, {"X-RateLimit-Reset": "0"})]
    client, again = client_of(busy)
    assert client.send("POST", "/v1/buckets", json={}).response.status == 200
    assert again == ["POST /v1/buckets: the target was busy (429)", "POST /v1/buckets: the target was busy (503)"]
    assert len(Busy.asked) == 3


def test_a_creation_that_a_gateway_gave_up_on_is_not_sent_again(busy: str) -> None:
    Busy.answers = [(504, {})]
    client, again = client_of(busy)
    with pytest.raises(Unanswered, match=r"the target was busy \(504\)"):
        client.send("POST", "/v1/buckets", json={})
    assert (again, len(Busy.asked)) == ([], 1)


def test_a_target_that_stays_busy_is_there_and_given_up(busy: str) -> None:
    """A target that answers 429 is not unreachable, and is not asked for ever."""
    Busy.answers = [(429, {"Retry-After": "86400"})] * 10
    client, _ = client_of(busy, gone_after=3)
    for _number in range(2):
        with pytest.raises(BusyTarget, match="asks to come back in 86,400 seconds"):
            client.send("PATCH", "/v1/buckets/b/objects/o", json={})
    with pytest.raises(BusyTarget, match="the target was busy 3 times in a row, last for PATCH"):
        client.send("PATCH", "/v1/buckets/b/objects/o", json={})
    with pytest.raises(BusyTarget):
        client.send("GET", "/v1/health")
    assert len(Busy.asked) == 3
    assert client.gone is None


def test_a_target_that_answers_all_but_patches_is_given_up(busy: str) -> None:
    """Each method is counted alone."""
    lost = (504, {"Retry-After": "3600"})
    Busy.answers = [lost, (200, {}), lost]
    client, _ = client_of(busy, gone_after=2)
    with pytest.raises(Unanswered):
        client.send("PATCH", "/v1/buckets/b/objects/o", json={})
    assert client.send("POST", "/v1/buckets/b/objects", json={}).response.status == 200
    with pytest.raises(TargetGone, match=r"2 times in a row, last to PATCH .*; the first that got none was PATCH"):
        client.send("PATCH", "/v1/buckets/b/objects/o", json={})


def test_an_answer_between_failures_means_that_the_target_is_there(busy: str) -> None:
    hour = (504, {"Retry-After": "3600"})
    Busy.answers = [hour, (200, {}), hour, (200, {})]
    client, _ = client_of(busy, gone_after=2)
    for _number in range(2):
        with pytest.raises(Unanswered):
            client.send("GET", "/v1/health")
        assert client.send("GET", "/v1/health").response.status == 200
    assert client.gone is None


def test_what_got_no_connection_is_sent_again_and_counted() -> None:
    with closed_port() as nowhere:
        client, again = client_of(f"http://{nowhere}")
        with pytest.raises(Unanswered, match="no connection"):
            client.send("POST", "/v1/buckets", json={})
    assert len(again) == patience.TRIES - 1


def test_how_often_requests_were_sent_again_is_in_the_result_and_said(conform: Conform) -> None:
    options = ("--effort", "quick", "--seed", "1", "-k", "test_auth.py")
    outcome = conform(*options, at="/variants/too-many-requests")
    number = outcome.result["run"]["sent_again"]
    assert number > 0
    assert f"({number} sent again)" in outcome.output
    assert conform(*options).result["run"]["sent_again"] == 0
