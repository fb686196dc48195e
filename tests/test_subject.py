"""The subject: when a check goes on with a fresh object, and when it cannot."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, ClassVar

import pytest

from contracts.judgement import Inconclusive
from fixtures.asking import Asking
from fixtures.client import Client
from fixtures.session import embedded
from fixtures.settings import resolve
from fixtures.subject import CROWDED, Subject


class Forgetful(BaseHTTPRequestHandler):
    """Accepts every patch and keeps none; while it is `silent`, it gives no answer."""

    patched: ClassVar[list[str]] = []
    silent: ClassVar[bool] = False
    over: ClassVar[Event] = Event()

    def do_PATCH(self) -> None:
        self.patched.append(self.path.rpartition("/")[2])
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.silent:
            self.over.wait()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def client() -> Iterator[Client]:
    Forgetful.patched, Forgetful.silent, Forgetful.over = [], False, Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Forgetful)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    target = embedded(f"http://127.0.0.1:{server.server_port}", resolve({}, {}, Path()))
    yield Client(replace(target, timeout=0.5))
    Forgetful.over.set()
    server.shutdown()


def fresh() -> Callable[[], Mapping[str, Any]]:
    """Make objects anew: obj_2, obj_3 and so on."""
    names = iter(f"obj_{number}" for number in range(2, 10))
    return lambda: {"object_id": next(names)}


def ask(now: Asking, subject: Subject, *bodies: dict[str, Any], silent: bool = False) -> None:
    """Ask one example: patch the subject with each of `bodies`."""

    def example() -> None:
        for body in bodies:
            subject.patch(body)

    Forgetful.silent = silent
    now.example(example, repr(bodies)[:60])


def test_an_object_whose_patch_was_not_answered_is_left_behind(client: Client, now: Asking) -> None:
    subject = Subject(client, "b", "obj_1", {}, renew=fresh())
    ask(now, subject, {"note": 1}, silent=True)
    ask(now, subject, {"note": 2})
    ask(now, subject, {"note": 3})
    assert Forgetful.patched == ["obj_1", "obj_2", "obj_2"]
    assert (now.judged, now.unjudged.total()) == (2, 1)


def test_one_that_was_handed_over_cannot_be_left_behind(client: Client, now: Asking) -> None:
    subject = Subject(client, "b", "obj_1", {})
    ask(now, subject, {"note": 1}, silent=True)
    ask(now, subject, {"note": 2})
    assert Forgetful.patched == ["obj_1"]
    assert now.unjudged["a patch of the object that was handed over got no answer, and may yet take effect"] == 1
    with pytest.raises(Inconclusive):
        now.conclude()


def test_a_crowded_object_is_replaced_between_examples_alone(client: Client, now: Asking) -> None:
    subject = Subject(client, "b", "obj_1", {}, renew=fresh())
    ask(now, subject, {f"note{number}": number for number in range(CROWDED + 1)}, {"note": 1})
    ask(now, subject, {"note": 2})
    assert Forgetful.patched == ["obj_1", "obj_1", "obj_2"]
