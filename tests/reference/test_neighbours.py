"""The neighbours of the operation in the reference service, as a client that was written for them needs them."""

from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.reference.server import ReferenceServer
from tests.reference.test_service import BLOB, Client

Json = dict[str, Any]


@pytest.fixture
def client(reference: ReferenceServer) -> Iterator[Client]:
    with Client(reference) as one:
        yield one


def objects_of(client: Client) -> str:
    return f"/v1/buckets/{client.bucket['bucket_id']}/objects"


def followed(client: Client, ask: str, way: str, name: str, member: str) -> list[str]:
    """Follow the pages of two objects that `member` of each leads to, sent as `name` in the query or the body."""
    found: list[str] = []
    told: Json = {}
    for _ in range(4):
        path = objects_of(client) + ("/list" if ask == "POST" else "")
        if way == "query":
            page = client.request(ask, path, params={"limit": 2, **told}).json()
        else:
            page = client.request(ask, path, json={"page_size": 2, **told}).json()
        found += [one["object_id"] for one in page["results"]]
        led = page["pagination"][member]
        if led is None:
            return found
        assert isinstance(led, str)
        told = {name: led}
    raise AssertionError(f"the pages never end: {found}")


@pytest.mark.parametrize("way", ["query", "body"])
@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("cursor", "next_cursor"),
        ("next_cursor", "next_cursor"),
        ("after", "next_cursor"),
        ("page", "next_page"),
        ("offset", "next_cursor"),
    ],
)
def test_a_client_that_follows_pages_ends(client: Client, way: str, name: str, member: str) -> None:
    """Whatever the next page is asked by, each object comes once, and then an end."""
    made = [client.create().rpartition("/")[2] for _ in range(5)]
    assert followed(client, "POST", way, name, member) == made
    if way == "query":
        assert followed(client, "GET", way, name, member) == made


def test_the_body_says_the_page_before_the_query(client: Client) -> None:
    """The body wins over the query, limit over page_size, a cursor over an offset, and that over a page."""
    made = [client.create().rpartition("/")[2] for _ in range(4)]
    ask = f"{objects_of(client)}/list?limit=4&page_size=2&page=9"
    assert len(client.post(ask, json={"page": 1}).json()["results"]) == 4
    page = client.post(ask, json={"limit": 1, "page_size": 2, "cursor": "2", "offset": 1, "page": 4}).json()
    assert [one["object_id"] for one in page["results"]] == [made[2]]
    assert (page["pagination"]["previous_page"], page["pagination"]["next_page"]) == ("2", "4")
    empty = client.post(f"{objects_of(client)}/list", json={"cursor": None, "page": None}).json()
    assert len(empty["results"]) == 4


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 1001}, {"page": 0}, {"cursor": "x"}, {"offset": True}])
def test_a_page_that_cannot_be_is_refused(client: Client, wrong: Json) -> None:
    """A number that is none, or out of range, is refused by its name."""
    refused = client.post(f"{objects_of(client)}/list", json=wrong)
    assert refused.status_code == 422
    assert next(iter(wrong)) in refused.text


def test_a_bucket_counts_what_is_in_it(client: Client) -> None:
    """Every answer that shows a bucket counts its objects and the bytes of their blobs."""
    assert (client.bucket["object_count"], client.bucket["total_size_bytes"]) == (0, 0)
    path = client.create()
    bucket = f"/v1/buckets/{client.bucket['bucket_id']}"
    for shown in (client.get(bucket).json(), client.get("/v1/buckets?limit=1000").json()["results"][-1]):
        assert (shown["object_count"], shown["total_size_bytes"]) == (1, len(BLOB["data"]))
    client.delete(path)
    assert client.get(bucket).json()["object_count"] == 0
    page = client.post("/v1/buckets/list", json={"limit": 1}).json()
    assert (len(page["results"]), page["total_count"] > 0) == (1, True)


def test_options_of_a_creation_are_no_fields(client: Client) -> None:
    """What a creation says about itself is not stored, and its key makes one object."""
    options = {"canonicalize_source": True, "force_remirror": False, "auto_process": False, "edges": []}
    body = {**options, "skip_duplicates": False, "idempotency_key": "k", "title": "t"}
    made = client.post(objects_of(client), json=body).json()
    assert made["title"] == "t"
    assert not {*options, "skip_duplicates", "idempotency_key"} & set(made)
    assert client.post(objects_of(client), json=body).json() == made
    client.delete(f"{objects_of(client)}/{made['object_id']}")
    again = client.post(objects_of(client), json=body).json()
    assert again["object_id"] != made["object_id"]
    for wrong in ("x" * 256, 5, ""):
        assert client.post(objects_of(client), json={"idempotency_key": wrong}).status_code == (
            200 if not wrong else 422
        )


def test_a_put_changes_what_it_names(client: Client) -> None:
    """PUT sets the fields in metadata where they are, and leaves the rest."""
    path = client.create(kept=1, metadata={"inner": 1, "other": 2})
    before = client.get(path).json()
    put = client.put(path, json={"key_prefix": "p/", "metadata": {"inner": 3, "outer": 4, "status": "FAILED"}}).json()
    assert put == {
        **before,
        "key_prefix": "p/",
        "metadata": {"inner": 3, "other": 2},
        "outer": 4,
        "updated_at": put["updated_at"],
    }
    assert put["updated_at"] > before["updated_at"]
    blobs = client.put(path, json={"blobs": [{**BLOB, "data": "other"}]}).json()
    assert [one["details"]["size_bytes"] for one in blobs["blobs"]] == [5]
    assert blobs["updated_at"] > put["updated_at"]
    assert client.get(path).json() == blobs
    assert client.put(path, json={"metadata": []}).status_code == 422
    assert client.put(path.replace("obj_", "obj_0"), json={}).status_code == 404


def test_a_task_is_shown_to_its_organisation(client: Client) -> None:
    """What deletes a bucket says which task does, and nobody else is shown that."""
    task = client.delete(f"/v1/buckets/{client.bucket['bucket_id']}").json()["task_id"]
    shown = client.get(f"/v1/tasks/{task}").json()
    assert shown == {"task_id": task, "task_type": "api_buckets_delete", "status": "COMPLETED"}
    foreign = ReferenceServer.credentials.foreign_api_key
    assert client.get(f"/v1/tasks/{task}", headers={"Authorization": f"Bearer {foreign}"}).status_code == 404
    assert client.get("/v1/tasks/task_0").status_code == 404


def test_namespaces_are_shown_to_their_organisation(client: Client) -> None:
    """A namespace is shown by its name and by its id, and another organisation's is not."""
    own = client.get("/v1/namespaces/reference").json()
    assert client.get(f"/v1/namespaces/{own['namespace_id']}").json() == own
    assert own in client.get("/v1/namespaces").json()["results"]
    assert client.get("/v1/namespaces/reference-foreign").status_code == 404
