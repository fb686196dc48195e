"""What the reference service refuses: keys, namespaces, addresses, bodies; and in which form."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from fixtures.reference.demo_keys import DEMONSTRATION as KNOWN
from fixtures.reference.server import ReferenceServer

TYPES = {400: "BadRequestError", 401: "UnauthorizedError", 404: "NotFoundError", 405: "BadRequestError"}


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    with ReferenceServer() as running:
        yield running


@pytest.fixture(scope="module")
def client(server: ReferenceServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {KNOWN.api_key}", "X-Namespace": KNOWN.namespace}
    with httpx.Client(base_url=server.base_url, headers=headers) as one:
        for name in ("b", "other"):
            one.post("/v1/buckets", json={"bucket_name": name, "bucket_schema": {}})
        yield one


@pytest.fixture(scope="module")
def path(client: httpx.Client) -> str:
    made = client.post("/v1/buckets/b/objects", json={}).json()
    return f"/v1/buckets/{made['bucket_id']}/objects/{made['object_id']}"


def assert_envelope(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    value = answer.json()
    assert (value["success"], value["status"]) == (False, status)
    assert value["error"]["type"] == TYPES[status]
    assert isinstance(value["error"]["message"], str)
    assert KNOWN.api_key not in answer.text


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        KNOWN.api_key,
        f"Basic {KNOWN.api_key}",
        f"Bearer  {KNOWN.api_key}",
        f"Bearer {KNOWN.api_key} x",
        f"Bearer {KNOWN.api_key}x",
        f"Bearer {KNOWN.api_key[:-1]}",
        f"Bearer {KNOWN.api_key.swapcase()}",
        "Bearer sk_never_issued_at_all",
        "Bearer schl\xfcssel".encode("latin-1"),
    ],
)
def test_anything_but_a_known_key_is_refused_and_has_no_effect(
    client: httpx.Client, path: str, header: str | bytes | None
) -> None:
    """A near key, another scheme and bytes that are not ASCII are 401 alike."""
    before = client.get(path).json()
    request = client.build_request("PATCH", path, json={"a": 1})
    del request.headers["Authorization"]
    if header is not None:
        request.headers = httpx.Headers(
            [*request.headers.raw, (b"authorization", header if isinstance(header, bytes) else header.encode())]
        )
    assert_envelope(client.send(request), 401)
    assert client.get(path).json() == before


def test_the_scheme_is_known_in_any_case(client: httpx.Client, path: str) -> None:
    """RFC 9110 compares the names of schemes without regard to case."""
    assert client.patch(path, json={}, headers={"Authorization": f"bEARER {KNOWN.api_key}"}).status_code == 200


@pytest.mark.parametrize(
    ("namespace", "status"),
    [("", 400), ("nowhere", 404), ("../..", 404), ("reference-other", 404), ("reference-foreign", 404)],
)
def test_namespaces_keep_objects_apart(client: httpx.Client, path: str, namespace: str, status: int) -> None:
    """None is 400; an unknown one, another one of the key and a foreign one do not have the object."""
    assert_envelope(client.patch(path, json={"a": 1}, headers={"X-Namespace": namespace}), status)


@pytest.mark.parametrize("namespace", [KNOWN.namespace, KNOWN.foreign_namespace])
def test_organisations_do_not_see_each_other(client: httpx.Client, path: str, namespace: str) -> None:
    """A foreign key finds the object neither in its own namespace nor in that of the owner."""
    headers = {"Authorization": f"Bearer {KNOWN.foreign_api_key}", "X-Namespace": namespace}
    assert_envelope(client.patch(path, json={"a": 1}, headers=headers), 404)
    assert_envelope(client.get(path, headers=headers), 404)


def test_unknown_addresses_are_not_found(client: httpx.Client, path: str) -> None:
    """Another bucket, another object, another path and a slash at the end are 404 alike."""
    bucket, _, name = path.partition("/objects/")
    for address in (f"{bucket}x/objects/{name}", f"{path}x", f"/v1/buckets/other/objects/{name}", "/v2", f"{path}/"):
        assert_envelope(client.patch(address, json={"a": 1}), 404)


def test_undeclared_methods_are_refused(client: httpx.Client, path: str) -> None:
    """The answer names the declared ones."""
    answer = client.post(path, json={})
    assert_envelope(answer, 405)
    assert {"GET", "PATCH", "DELETE"} <= set(answer.headers["Allow"].split(", "))
    assert client.head(path).status_code == 200


@pytest.mark.parametrize("body", [b'{"a":"\xff"}', b'\xef\xbb\xbf{"a":1}', '{"a":1}'.encode("utf-16")])
def test_bytes_that_are_not_plain_utf_8(client: httpx.Client, path: str, body: bytes) -> None:
    """Broken UTF-8, a BOM and UTF-16 are refused before JSON is read."""
    assert_envelope(client.patch(path, content=body), 400)


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "{'a':1}", '{"a":1}x', '{"a":1}{}', "[]", "null", "1", '"a"', '{"a":NaN}', '{"a":-Infinity}',
        '{"a":1e400}', '{"a":"\\ud800"}', '{"\\udc00":1}', '{"a":{"b":["\\u0000"]}}', '{"a\\u0000":1}',
        '{"a":' + "[" * 200 + "]" * 200 + "}", '{"a":' + "[" * 100_000, '{"a":' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a":' + "9" * 5000 + "}",
        '{"key_prefix":{}}', '{"key_prefix":[]}', '{"key_prefix":1}', '{"skip_duplicates":[1]}',
        '{"skip_duplicates":{}}', '{"skip_duplicates":"perhaps"}', '{"skip_duplicates":2}',
    ],
    ids=lambda body: body[:24],
)  # fmt: skip
def test_bodies_that_are_no_valid_patch(client: httpx.Client, path: str, body: str) -> None:
    """Each is one complaint in the validation-error form, and leaves the object as it was."""
    before = client.get(path).json()
    answer = client.patch(path, content=body)
    assert answer.status_code == 422
    (complaint,) = answer.json()["detail"]
    assert complaint["loc"][0] == "body"
    assert set(complaint) == {"loc", "msg", "type"}
    assert client.get(path).json() == before


@pytest.mark.parametrize("value", [True, False, None, 1, 0, "true", "0"])
def test_scalars_for_skip_duplicates_are_coerced_and_not_stored(client: httpx.Client, path: str, value: Any) -> None:
    """The member is an instruction, and no field of the object."""
    answer = client.patch(path, json={"skip_duplicates": value})
    assert answer.status_code == 200
    assert "skip_duplicates" not in answer.json()


def test_the_deepest_body_that_is_accepted(client: httpx.Client, path: str) -> None:
    """200 levels are taken; a body with one more stands among those that are refused."""
    assert client.patch(path, content='{"a":' + "[" * 199 + "]" * 199 + "}").status_code == 200


def test_a_body_over_five_megabytes_is_too_large(client: httpx.Client, path: str) -> None:
    """Six million characters are 413; five million are stored, and can be replaced again."""
    assert client.patch(path, json={"a": "x" * 6_000_000}).status_code == 413
    assert client.patch(path, json={"a": "x" * 5_000_000}).status_code == 200
    assert client.patch(path, json={"a": None}).status_code == 200


def test_the_content_type_does_not_matter(client: httpx.Client, path: str) -> None:
    """A body is read as JSON, whatever it is called."""
    answer = client.patch(path, content=b'{"a":1}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 200


@pytest.mark.parametrize("blobs", [1, [1], [{}], [{"property": "p", "type": "nothing"}]])
def test_objects_need_valid_blobs(client: httpx.Client, blobs: Any) -> None:
    """A list of blobs with property and a known type is all that is taken."""
    assert client.post("/v1/buckets/b/objects", json={"blobs": blobs}).status_code == 422
