"""What the SDK makes of responses, beside what the clauses make of them and what stands in for the SDK elsewhere."""

import shlex
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from contracts import invariants
from contracts.editions import edition
from contracts.invariants import client
from contracts.vocabulary.exchange import Exchange, Request, Response, as_headers
from fixtures.reference.deviations import VARIANTS
from fixtures.reference.server import ReferenceServer
from fixtures.run.reader import Reader
from tests.sdk.releases import NEWEST, RELEASES, python_with
from tests.support.client_responses import READ, STRICT, UNREAD, exchange

PUBLISHED = edition.load()


@pytest.fixture(scope="module")
def sdk() -> Iterator[Reader]:
    reader = Reader(shlex.join(("sdk", str(python_with(NEWEST))))).start()
    assert reader.introduce() == f"mixpeek {NEWEST}"
    yield reader
    reader.stop()


@pytest.fixture(scope="module")
def strict() -> Iterator[Reader]:
    reader = Reader(STRICT).start()
    yield reader
    reader.stop()


@pytest.mark.parametrize(("response", "member"), UNREAD.values(), ids=UNREAD)
def test_what_cannot_be_read_is_named(sdk: Reader, response: Exchange, member: str) -> None:
    """A response that other clauses let pass, and the SDK cannot read, with the member that it names."""
    reading = sdk.read(response)
    assert reading.finding is not None
    assert reading.finding.expected.startswith(member)
    assert [one for one, found in invariants.judge(response, PUBLISHED) if found and "WHOLE" not in one] in (
        [],
        ["RESPONSE-CHARSET"],
        ["ERROR-FORM"],
    )


@pytest.mark.parametrize("response", READ.values(), ids=READ)
def test_what_can_be_read_is_not_blamed(sdk: Reader, strict: Reader, response: Exchange) -> None:
    """A response that keeps the edition is read, or says nothing of the target."""
    for reader in (sdk, strict):
        judged = reader.judge(response, PUBLISHED)
        assert judged is None or judged[1] is None


@pytest.mark.parametrize(("response", "member"), UNREAD.values(), ids=UNREAD)
def test_what_stands_in_for_the_sdk_agrees(sdk: Reader, strict: Reader, response: Exchange, member: str) -> None:
    """What is held against a target is held against it by both."""
    by_sdk, by_strict = (reader.judge(response, PUBLISHED) for reader in (sdk, strict))
    assert (by_sdk is None or by_sdk[1] is None) == (by_strict is None or by_strict[1] is None), member


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_reads_what_the_service_answers(sdk: Reader, reference: ReferenceServer, release: str) -> None:
    """The faithful service is read by the SDK of any time."""
    if release == NEWEST:  # which is imported already
        assert {finding for _, finding in judged(sdk, reference, "")} == {None}
        return
    reader = Reader(shlex.join(("sdk", str(python_with(release))))).start()
    try:
        assert {finding for _, finding in judged(reader, reference, "")} == {None}
    finally:
        reader.stop()


def test_the_sdk_reads_every_variant(sdk: Reader, reference: ReferenceServer) -> None:
    """No freedom that a target takes is held against it."""
    found = {name: judged(sdk, reference, f"/variants/{name}") for name in VARIANTS}
    assert [name for name, ones in found.items() if len(ones) < 3] == []
    assert {name: blamed for name, ones in found.items() if (blamed := [one for one in ones if one[1]])} == {}


def judged(reader: Reader, server: ReferenceServer, prefix: str) -> list[tuple[str, Any]]:
    """Return what reading a few answers of a deployment judges."""
    own = server.credentials
    headers = {
        "Authorization": f"Bearer {own.api_key}",
        "X-Namespace": own.namespace,
        "X-Reference-Set-Up": "yes",
    }
    with httpx.Client(base_url=server.base_url + prefix, headers=headers, timeout=20) as http:
        body = {"bucket_name": "read", "bucket_schema": {"properties": {"content": {"type": "text"}}}}
        made = http.post("/v1/buckets", json=body)
        bucket = (made if made.status_code == 200 else http.get("/v1/buckets/read")).json()["bucket_id"]
        blob = {"property": "content", "type": "text", "data": "hello"}
        objects = f"/v1/buckets/{bucket}/objects"
        path = f"{objects}/{http.post(objects, json={'blobs': [blob]}).json()['object_id']}"
        answers = [
            http.patch(path, json={"note": "été 👩‍👩‍👧", "whole": 1, "inner": {"a": [None, 1.5]}}),
            http.patch(path, json={"key_prefix": None}),
            http.get(path),
            http.patch(path, json={"key_prefix": {}}),
            http.patch(path, content=b"{"),
            http.patch(f"{objects}/obj_0", json={}),
            http.patch(path, json={}, headers={"Authorization": "Bearer sk_none"}),
        ]
    read = [reader.judge(_exchange(one), PUBLISHED) for one in answers]
    assert {one[0] for one in read if one} <= set(client.REQUIREMENTS)
    return [one for one in read if one]


def _exchange(answer: httpx.Response) -> Exchange:
    sent = Request(answer.request.method, str(answer.request.url), body=answer.request.content)
    return Exchange(
        1, sent, Response(answer.status_code, as_headers(answer.headers.multi_items()), answer.content), 0, 0
    )


def test_an_exchange_of_the_table_is_put_to_a_client() -> None:
    """The table holds responses that are read."""
    assert all(client.requirement_of(one, PUBLISHED) for one, _ in UNREAD.values())
    assert exchange({}).response.members == {}
