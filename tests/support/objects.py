"""A target that keeps objects in memory, and makes of a patch whatever a test tells it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from fixtures.http.client import Client
from fixtures.objects.subject import Subject
from tests.support.commands import Answers, client_of

Document = dict[str, Any]
Merge = Callable[[Document, Document], Document | int]
"""Makes a new document of the old one and a patch, or returns the status with which the patch is refused."""


def merged(document: Document, patch: Document) -> Document:
    """Replace the fields that were sent."""
    return {**document, **patch}


class Target:
    """What a client talks to, the object that it patches, and the bodies that it sent."""

    def __init__(self, client: Client, bodies: list[bytes], headers: list[dict[str, str]]) -> None:
        self.client, self.bodies, self.headers = client, bodies, headers
        self._numbers = count(1)

    def fresh(self) -> Document:
        return {"object_id": f"obj_{next(self._numbers)}"}

    def subject(self, *, made: bool = True) -> Subject:
        """Return an object of its own, or one that was handed over."""
        first = self.fresh()
        return Subject(self.client, "b", first["object_id"], first, renew=self.fresh if made else None)

    @property
    def patches(self) -> list[Document]:
        """The patches that were sent, as objects."""
        return [json.loads(body) for body in self.bodies]


@contextmanager
def target(merge: Merge = merged) -> Iterator[Target]:
    """Serve objects that are patched by `merge`; every object is there, and empty at first."""
    documents: dict[str, Document] = {}
    bodies: list[bytes] = []
    headers: list[dict[str, str]] = []

    class Objects(Answers):
        def body(self) -> bytes:
            if self.headers["Transfer-Encoding"] != "chunked":
                return self.rfile.read(int(self.headers["Content-Length"]))
            body = b""
            while length := int(self.rfile.readline(), 16):
                body += self.rfile.read(length + 2)[:length]
            self.rfile.readline()
            return body

        def do_PATCH(self) -> None:  # noqa: N802 - the name that the server looks for
            body = self.body()
            bodies.append(body)
            headers.append(dict(self.headers))
            after = merge(documents.get(self.path, {}), json.loads(body))
            if isinstance(after, int):
                self.answer(after)
                return
            documents[self.path] = after
            written = json.dumps(after).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

    with client_of(Objects) as client:
        yield Target(client, bodies, headers)
