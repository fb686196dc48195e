"""Unusual bodies: an object that may be spoilt by one is left behind, so that the next patch is not blamed."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest

from fixtures.asking import Asking
from fixtures.subject import Subject
from fixtures.unusual import is_unusual
from tests.support import Answers, client_of


class Spoilt(Answers):
    """Stores a lone surrogate, and answers 500 to every patch of that object from then on."""

    spoilt: ClassVar[set[str]] = set()

    def do_PATCH(self) -> None:  # noqa: N802 - the name that the server looks for
        body = self.rfile.read(int(self.headers["Content-Length"]))
        broken = self.path in self.spoilt or b"broken" in body
        if b"ud800" in body:
            self.spoilt.add(self.path)
        self.answer(500 if broken else 200)


@pytest.fixture
def subject() -> Iterator[Subject]:
    Spoilt.spoilt = set()
    names = iter(f"obj_{number}" for number in range(2, 10))

    def fresh() -> Mapping[str, Any]:
        return {"object_id": next(names)}

    with client_of(Spoilt) as client:
        yield Subject(client, "b", "obj_1", {}, renew=fresh)


@pytest.mark.parametrize("content", [rb'{"note": "before\ud800after"}', b'{"note": "broken"}'])
def test_an_innocent_patch_is_not_sent_to_a_spoilt_object(now: Asking, subject: Subject, content: bytes) -> None:
    """The example after an unusual value, or after a 5xx, has an object of its own."""
    codes: list[int] = []
    for body in (content, b'{"": "text"}', b'{"note": 1}'):
        now.example(lambda body=body: codes.append(subject.attempt(content=body).status), repr(body))  # type: ignore[misc]
    assert codes[1:] == [200, 200]


@pytest.mark.parametrize(
    ("content", "unusual"),
    [
        (rb'{"a": "\ud800"}', True),
        (rb'{"a": "\udfff"}', True),
        (rb'{"a": "\ud83d\ude00"}', False),
        (rb'{"a": "\u0000"}', True),
        (b'{"a": NaN}', True),
        (b'{"": 1}', True),
        (b'{"a": ""}', False),
        (b'{"a": 18446744073709551617}', True),
        (b'{"a": 0.30000000000000004, "b": 9007199254740991}', False),
        (b"\xef\xbb\xbf{}", True),
        (b'{"a": ' + b"[" * 50 + b"]" * 50 + b"}", True),
        (b'{"a": ' + b"[], " * 50 + b"}", False),
        (b'{"a": "' + b"t" * 60_000 + b'"}', True),
    ],
)
def test_what_stacks_stumble_over_is_unusual(content: bytes, unusual: bool) -> None:
    """Lone surrogates, NUL, NaN, no name, and what is very large or deep."""
    assert is_unusual(None, content) is unusual


def test_a_body_is_unusual_in_either_form() -> None:
    """A body that is sent as JSON is judged as one that is sent as bytes."""
    assert is_unusual({"a": "\0"}, None)
    assert not is_unusual({"a": "😀"}, None)
