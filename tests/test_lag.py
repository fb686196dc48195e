"""Replicas: what was just made may be found a moment later, and that is waited for, told, and held against nobody."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.client import Client
from fixtures.lag import LONGEST
from fixtures.reference.server import ReferenceServer
from fixtures.session import embedded
from fixtures.settings import resolve
from fixtures.subject import Subject
from fixtures.workspace import SetUpFailed, Workspace
from tests.relay import Asked, Bend, Relay, Reply
from tests.support import Conform

LATE = 0.3


def found_after(seconds: float, *methods: str) -> Bend:
    """A target whose replicas find a bucket or an object only so long after its creation."""
    made: dict[str, float] = {}

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        newest = max((at for word, at in made.items() if word in asked.path), default=0.0)
        if asked.method in methods and time.monotonic() < newest + seconds:
            return Reply(404, {"success": False, "status": 404, "error": {"message": "no", "type": "NotFoundError"}})
        reply = onward()
        if asked.method == "POST" and reply.accepted and "list" not in asked.path:
            kind = "object_id" if asked.path.endswith("/objects") else "bucket_id"
            made[str(reply.document.get(kind))] = time.monotonic()
        return reply

    return bend


def test_what_is_found_late_is_waited_for_and_told(reference: ReferenceServer) -> None:
    """A fresh bucket takes objects, and a fresh object patches and reads, once the replicas know them."""
    told: list[str] = []
    with Relay(reference.base_url, found_after(LATE, "GET", "POST", "PATCH")) as relay:
        target = embedded(relay.base_url, resolve({}, {}, Path()))
        client = Client(target, late=lambda what, _: told.append(what))
        workspace = Workspace(client, "0123abcd-main")
        bucket = workspace.bucket()
        for verb in ("patch", "read"):
            made = workspace.object(bucket)
            subject = Subject(client, bucket, made["object_id"], made, renew=lambda: workspace.object(bucket))
            answer = subject.patch({"note": 1}) if verb == "patch" else subject.read()
            assert answer.status == 200
        assert workspace.clean() == []
        client.close()
    assert told == ["POST of an object", "PATCH of an object", "GET of an object"]


def test_what_is_never_found_is_refused_in_the_end(reference: ReferenceServer) -> None:
    """After 2 s a 404 is the answer, and after three waits in vain nothing is waited for."""
    with Relay(reference.base_url, found_after(3600, "POST")) as relay:
        client = Client(embedded(relay.base_url, resolve({}, {}, Path())))
        workspace = Workspace(client, "0123abcd-main")
        for wait in (True, True, True, False):
            bucket = workspace.bucket()
            begun = time.monotonic()
            with pytest.raises(SetUpFailed):
                workspace.object(bucket)
            assert (time.monotonic() - begun > LONGEST / 2) is wait
        assert workspace.clean() == []
        client.close()


def test_a_lagging_target_conforms(conform: Conform, reference: ReferenceServer) -> None:
    """A run against it holds, and says in the summary and in the result how late things were found."""
    with Relay(reference.base_url, found_after(LATE, "GET", "POST", "PATCH")) as relay:
        options = ("--effort", "quick", "--seed", "1", "-k", "well_formed_patch or another_bucket or what_get_gives")
        outcome = conform(*options, base_url=relay.base_url)
    assert outcome.ids("violated") == set(), outcome.output
    assert outcome.ids("holds") >= {"RESPONSE-ACCEPTED", "ERROR-OTHER-BUCKET", "MERGE-READ-BACK"}
    late = outcome.result["run"]["found_late"]
    assert late["count"] > 0
    assert LATE <= late["longest_seconds"] <= LONGEST + 0.5
    assert "for fresh things found late, up to 0." in outcome.output
