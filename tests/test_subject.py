"""The subject: when a check goes on with a fresh object, and when it cannot."""

from collections.abc import Callable, Iterator, Mapping
from threading import Event
from typing import Any, ClassVar

import pytest

from contracts.judgement import Inconclusive
from fixtures.asking import Asking
from fixtures.client import Client
from fixtures.subject import CROWDED, Subject
from tests.support import Answers, client_of


class Forgetful(Answers):
    """Accepts every patch and keeps none; while it is `silent`, it gives no answer."""

    patched: ClassVar[list[str]] = []
    silent: ClassVar[bool] = False
    over: ClassVar[Event] = Event()

    def do_PATCH(self) -> None:  # noqa: N802 - the name that the server looks for
        self.patched.append(self.path.rpartition("/")[2])
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.silent:
            self.over.wait()
        self.answer(200)


@pytest.fixture
def client() -> Iterator[Client]:
    Forgetful.patched, Forgetful.silent, Forgetful.over = [], False, Event()
    with client_of(Forgetful, timeout=0.5) as client:
        yield client
        Forgetful.over.set()


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
