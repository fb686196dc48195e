"""The reference service, over real HTTP: its operations, what a patch means, who may send one."""

import concurrent.futures
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from fixtures.reference.server import ReferenceServer, ReferenceServerError

BLOB = {"property": "content", "type": "text", "data": "hello"}
Json = dict[str, Any]


class Client(httpx.Client):
    """Speaks to one deployment with the demonstration key, in a bucket of its own."""

    def __init__(self, server: ReferenceServer, prefix: str = "") -> None:
        own = server.credentials
        headers = {"Authorization": f"Bearer {own.api_key}", "X-Namespace": own.namespace}
        super().__init__(base_url=server.base_url + prefix, headers={**headers, "X-Reference-Set-Up": "yes"})
        name = f"bucket-{os.urandom(6).hex()}"
        self.bucket = self.post("/v1/buckets", json={"bucket_name": name, "bucket_schema": {}}).json()

    def __enter__(self) -> Self:
        return self  # it is open already: it made its bucket

    def create(self, **fields: Any) -> str:
        made = self.post(f"/v1/buckets/{self.bucket['bucket_id']}/objects", json={"blobs": [BLOB], **fields})
        assert made.status_code == 200, made.text
        return f"/v1/buckets/{self.bucket['bucket_id']}/objects/{made.json()['object_id']}"

    def patched(self, path: str, **fields: Any) -> Json:
        answer = self.patch(path, json=fields)
        assert answer.status_code == 200, answer.text
        document: Json = answer.json()
        return document


@pytest.fixture(scope="session")
def server() -> Iterator[ReferenceServer]:
    with ReferenceServer() as running:
        yield running


@pytest.fixture
def client(server: ReferenceServer) -> Iterator[Client]:
    with Client(server) as one:
        yield one


def test_health_needs_no_key(server: ReferenceServer) -> None:
    """Whoever starts the service can wait for it without settings."""
    assert httpx.get(f"{server.base_url}/v1/health").json() == {"status": "OK"}


def test_a_fresh_object_is_as_the_contract_describes_it(client: Client) -> None:
    """It is a DRAFT with no error and no documents, and has both times, its source and its blob."""
    document = client.get(client.create(title="t", key_prefix="/a")).json()
    assert document["status"] == "DRAFT"
    assert document["error"] is None
    assert document["document_count"] == 0
    assert document["key_prefix"] == "/a"
    assert document["title"] == "t"
    assert document["created_at"] == document["updated_at"]
    assert document["source_details"] == [{"type": "bucket", "source_id": client.bucket["bucket_id"]}]
    assert document["blobs"][0]["details"]["size_bytes"] == 5


@pytest.mark.parametrize(
    "value", [False, 0, "", [], {}, None, 2**53 - 1, 0.1, "e\u0301 👩‍👩‍👧", {"a": {"b": [None, 1, 1]}}]
)
def test_values_come_back_as_they_were_sent(client: Client, value: object) -> None:
    """Falsy, large, decomposed and nested values keep type and value, also when they are read."""
    path = client.create()
    document = client.patched(path, field=value)
    assert document["field"] == value
    assert type(document["field"]) is type(value)
    assert client.get(path).json() == document


def test_a_patch_replaces_what_was_sent_and_nothing_else(client: Client) -> None:
    """Objects inside are replaced as a whole."""
    path = client.create(kept=1, nested={"a": 1}, many=[1])
    before = client.get(path).json()
    after = client.patched(path, nested={"b": 2}, many=[2], key_prefix="k", skip_duplicates=True)
    assert after == {
        **before,
        "nested": {"b": 2},
        "many": [2],
        "key_prefix": "k",
        "updated_at": after["updated_at"],
    }
    assert after["updated_at"] > before["updated_at"]
    assert client.patched(path, key_prefix=None)["key_prefix"] is None


def test_a_patch_that_sets_nothing_changes_nothing(client: Client) -> None:
    """Neither an empty body nor names that a client cannot set move updated_at."""
    path = client.create()
    before = client.get(path).json()
    assert client.patched(path) == before
    assert client.patched(path, skip_duplicates=None, status="FAILED", object_id="x", edges=[]) == before


def test_every_effective_patch_moves_the_time_forward(client: Client) -> None:
    """No two share a moment: times have microseconds, and rise."""
    path = client.create()
    times = [client.patched(path, n=number)["updated_at"] for number in range(20)]
    assert times == sorted(set(times))
    assert all(one.endswith("Z") and len(one) == 27 for one in times)


def test_concurrent_patches_of_different_fields_all_survive(client: Client) -> None:
    """64 patches from 16 threads leave 64 fields."""
    path = client.create()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: client.patched(path, **{f"f{number}": number}), range(64)))
    document = client.get(path).json()
    assert all(document[f"f{number}"] == number for number in range(64))


def test_bucket_by_name_and_namespace_by_id(client: Client) -> None:
    """Either way in leads to the same object, which shows the id of its bucket."""
    path = client.create().replace(client.bucket["bucket_id"], client.bucket["bucket_name"])
    listed = client.post("/v1/namespaces/list").json()["results"]
    ids = {one["namespace_name"]: one["namespace_id"] for one in listed}
    answer = client.patch(path, json={"a": 1}, headers={"X-Namespace": ids["reference"]})
    assert answer.status_code == 200
    assert answer.json()["bucket_id"] == client.bucket["bucket_id"]


def test_buckets_and_objects_can_be_listed_and_removed(client: Client) -> None:
    """Lists come page by page, and a bucket takes its objects along."""
    bucket = f"/v1/buckets/{client.bucket['bucket_id']}"
    paths = [client.create() for _ in range(3)]
    page = client.post(f"{bucket}/objects/list?limit=2").json()
    assert [one["document_count"] for one in page["results"]] == [None, None]
    assert page["pagination"]["total"] == 3
    assert page["pagination"]["next_cursor"] == "2"
    gone = client.delete(paths[0])
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(paths[0]).status_code == 404
    assert client.delete(bucket).json()["object_count"] == 2
    listed = client.post("/v1/buckets/list?limit=1000").json()["results"]
    assert client.bucket["bucket_id"] not in [one["bucket_id"] for one in listed]


def test_namespaces_can_be_made_once_and_removed(client: Client) -> None:
    """A name that is taken is 409, and what was removed is unknown again."""
    name = f"ns-{os.urandom(4).hex()}"
    assert client.post("/v1/namespaces", json={"namespace_name": name}).json()["namespace_name"] == name
    assert client.post("/v1/namespaces", json={"namespace_name": name}).status_code == 409
    assert client.post("/v1/namespaces", json={"namespace_name": "ab"}).status_code == 422
    assert client.post("/v1/buckets/list", headers={"X-Namespace": name}).json()["results"] == []
    assert client.delete(f"/v1/namespaces/{name}").status_code == 200
    assert client.post("/v1/buckets/list", headers={"X-Namespace": name}).status_code == 404


def test_a_bucket_name_is_unique_in_its_namespace(client: Client) -> None:
    """Another namespace may have a bucket of the same name."""
    body = {"bucket_name": client.bucket["bucket_name"], "bucket_schema": {}}
    again = client.post("/v1/buckets", json=body)
    assert (again.status_code, again.json()["error"]["type"]) == (409, "AlreadyExistsError")
    assert client.post("/v1/buckets", json=body, headers={"X-Namespace": "reference-other"}).status_code == 200


def test_deployments_do_not_see_each_other(server: ReferenceServer, client: Client) -> None:
    """Each fault and variant has data of its own below its prefix; a fault is not served as a variant."""
    path = client.create()
    for prefix in ("/faults/naive-timestamps", "/variants/milliseconds"):
        with Client(server, prefix) as other:
            assert other.get(path).status_code == 404
            assert client.get(other.create()).status_code == 404
    assert client.get("/faults/no-such-fault/v1/health").status_code == 404
    assert client.get("/variants/naive-timestamps/v1/health").status_code == 404


def test_deviations_of_one_point_are_passed_in_turn(server: ReferenceServer) -> None:
    """What a patch brings goes through both, in their order."""
    with Client(server, "/faults/text-trimmed+drops-falsy-values") as both:
        document = both.patched(both.create(), kept=" a ", zero=0)
    assert (document["kept"], "zero" in document) == ("a", False)


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    """A second process on the same file shows the object as it was."""
    database = tmp_path / "kept.sqlite"
    with ReferenceServer(database) as first, Client(first) as client:
        path = client.create()
        document = client.patched(path, kept="🗝")
    with ReferenceServer(database) as second, Client(second) as client:
        assert client.get(path).json() == document


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The error has the words of the database, and not only that the process ended."""
    with pytest.raises(ReferenceServerError, match="unable to open database file"):
        ReferenceServer(tmp_path / "missing" / "x.sqlite").start().wait()


def test_the_process_ends_with_its_parent() -> None:
    """A test run that is killed leaves no service behind."""
    code = (
        "from fixtures.reference.server import ReferenceServer\nimport os\n"
        "print(ReferenceServer().start().base_url, flush=True)\nos._exit(0)"
    )
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert _is_gone_soon(f"{done.stdout.strip()}/v1/health")


def _is_gone_soon(url: str) -> bool:
    for _ in range(200):
        try:
            httpx.get(url)
        except httpx.TransportError:
            return True
    return False
