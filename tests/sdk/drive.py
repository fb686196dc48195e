"""A program for an environment with the vendor's SDK: both of its clients do all that the operation needs.

Run as `python drive.py HOST`, with the key and the namespace in the environment. Prints what it did, a line each; the
first thing that is not as it should be ends it with a traceback.
"""

import inspect
import os
import sys
from typing import Any

import mixpeek
from mixpeek.api.bucket_objects_api import BucketObjectsApi
from mixpeek.api.buckets_api import BucketsApi
from mixpeek.api.namespaces_api import NamespacesApi
from mixpeek.api.tasks_api import TasksApi
from mixpeek.exceptions import ApiException, NotFoundException

SCHEMA = {"properties": {"content": {"type": "text"}, "title": {"type": "string"}}}
BLOB = {"property": "content", "type": "text", "data": "hello"}
OBJECTS = 5


def model(name: str, **members: Any) -> Any:
    """Make a request of the SDK out of what it would send."""
    return getattr(mixpeek.models, name).from_dict(members)


def custom(shown: Any) -> dict[str, Any]:
    """Return the custom fields of an object; document_count is one for releases that do not know it."""
    return {name: value for name, value in shown.additional_properties.items() if name != "document_count"}


def connected(host: str) -> Any:
    """Return the generated client, with the credentials as each era takes them."""
    key, namespace = os.environ["MIXPEEK_API_KEY"], os.environ["MIXPEEK_NAMESPACE"]
    configuration = mixpeek.Configuration(host=host, access_token=key, api_key={"NamespaceHeader": namespace})
    client = mixpeek.ApiClient(configuration)
    if "NamespaceHeader" not in configuration.auth_settings():
        client.set_default_header("Authorization", f"Bearer {key}")
        client.set_default_header("X-Namespace", namespace)
    return client


def drive_generated(client: Any) -> None:
    """Make, list, change and delete a bucket and its objects with the generated client."""
    buckets, objects = BucketsApi(client), BucketObjectsApi(client)
    name = f"sdk-{os.urandom(6).hex()}"
    made = buckets.create_bucket(model("BucketCreateRequest", bucket_name=name, bucket_schema=SCHEMA))
    bucket = made.bucket_id
    assert (made.object_count, made.total_size_bytes) == (0, 0), made
    ids = [create(objects, bucket, number) for number in range(OBJECTS)]
    assert buckets.get_bucket(bucket).object_count == OBJECTS
    assert buckets.get_bucket(bucket).total_size_bytes == OBJECTS * len(BLOB["data"])
    assert bucket in listed_buckets(buckets)
    print("generated: buckets made, shown and listed")
    for step in (by_cursor, by_offset, by_page):
        assert step(objects, bucket) == ids, step.__name__
    print("generated: pages followed to their end")
    change(objects, bucket, ids[0])
    refuse(objects, bucket, ids[0])
    print("generated: patched, put, refused and deleted")
    task = buckets.delete_bucket(bucket)["task_id"]
    assert TasksApi(client).get_task(task).status.value == "COMPLETED"
    expect(NotFoundException, lambda: buckets.get_bucket(bucket))
    namespace = NamespacesApi(client).get_namespace(os.environ["MIXPEEK_NAMESPACE"])
    found = NamespacesApi(client).list_namespaces().results
    assert namespace.namespace_id in [one.namespace_id for one in found]
    print("generated: bucket deleted, task and namespaces shown")


def create(objects: Any, bucket: str, number: int) -> str:
    """Make an object with every option that a creation has in this era."""
    request = model("CreateObjectRequest", blobs=[BLOB], title=f"t{number}", idempotency_key=f"key-{number}")
    made = objects.create_object_buckets(bucket, request)
    assert custom(made) == {"title": f"t{number}"}, made
    assert objects.create_object_buckets(bucket, request).object_id == made.object_id, "the same key made another one"
    return str(made.object_id)


def listed_buckets(buckets: Any) -> list[str]:
    """Follow the pages of buckets, one bucket a page."""
    found: list[str] = []
    while True:
        request = model("ListBucketsRequest", limit=1, offset=len(found))
        page = buckets.list_buckets(list_buckets_request=request)
        found += [one.bucket_id for one in page.results]
        assert page.total_count >= len(found) > 0
        if page.pagination.next_page is None:
            return found


def by_cursor(objects: Any, bucket: str) -> list[str]:
    """Follow the cursor of each page."""
    found, cursor = [], None
    for _ in range(OBJECTS):
        page = objects.list_objects_buckets(bucket, limit=2, cursor=cursor)
        found += [one.object_id for one in page.results]
        cursor = page.pagination.next_cursor
        if cursor is None:
            return found
    raise AssertionError("the pages never end")


def by_offset(objects: Any, bucket: str) -> list[str]:
    """Ask for the objects behind those that are known."""
    found: list[str] = []
    while page := objects.list_objects_buckets(bucket, limit=2, offset=len(found)).results:
        found += [one.object_id for one in page]
    return found


def by_page(objects: Any, bucket: str) -> list[str]:
    """Ask for one page after the other with GET, where this era counts them."""
    listing = getattr(objects, "list_objects_get_buckets", None)
    if listing is None or "page" not in inspect.signature(listing).parameters:
        return by_offset(objects, bucket)
    found, number = [], "1"
    for _ in range(OBJECTS):
        page = listing(bucket, page_size=2, page=int(number))
        found += [one.object_id for one in page.results]
        number = page.pagination.next_page
        if number is None:
            return found
    raise AssertionError("the pages never end")


def change(objects: Any, bucket: str, identifier: str) -> None:
    """Patch an object, put it, and see what it is then."""
    patched = objects.patch_object_buckets(bucket, identifier, model("PatchObjectRequest", colour="red", none=None))
    assert custom(patched) == {"title": "t0", "colour": "red", "none": None}, patched
    put = model("UpdateObjectRequest", key_prefix="put/", metadata={"colour": "blue"})
    changed = objects.update_object_buckets(bucket, identifier, put)
    assert (changed.key_prefix, custom(changed)["colour"]) == ("put/", "blue"), changed
    shown = objects.get_object_buckets(bucket, identifier)
    assert shown.to_dict() == changed.to_dict()
    assert shown.updated_at > shown.created_at


def refuse(objects: Any, bucket: str, identifier: str) -> None:
    """See a wrong patch refused, delete the object, and see it gone, as an error that the SDK reads."""
    wrong = mixpeek.PatchObjectRequest.model_construct(key_prefix=["no text"])
    refused = expect(ApiException, lambda: objects.patch_object_buckets(bucket, identifier, wrong))
    assert refused.status == 422, refused
    assert objects.delete_object_buckets(bucket, identifier) is None
    gone = expect(NotFoundException, lambda: objects.get_object_buckets(bucket, identifier))
    assert gone.data.status == 404, gone
    assert gone.data.error.type == "NotFoundError", gone


def expect(kind: type[Exception], ask: Any) -> Any:
    """Return the exception of this `kind` that `ask` raises."""
    try:
        answered = ask()
    except kind as error:
        return error
    raise AssertionError(f"answered {answered!r}, and {kind.__name__} was expected")


def drive_high_level(client: Any) -> None:
    """Do the same with the client that people write by hand against."""
    name = f"sdk-{os.urandom(6).hex()}"
    bucket = client.buckets.create(name=name, bucket_name=name, bucket_schema=SCHEMA)["bucket_id"]
    assert client.buckets.get(bucket)["bucket_name"] == name
    listed = client.buckets.list()
    assert listed["total_count"] >= len(listed["results"]) > 0
    ids = [client.buckets.upload(bucket, blobs=[BLOB], title=f"t{number}")["object_id"] for number in range(OBJECTS)]
    print("high-level: bucket made, objects uploaded")
    found: list[str] = []
    cursor = None
    while True:
        page = client.buckets.list_objects(bucket, page_size=2, cursor=cursor)
        found += [one["object_id"] for one in page["results"]]
        assert len(found) <= OBJECTS, "the pages never end"
        cursor = page["pagination"]["next_cursor"]
        if cursor is None:
            break
    assert found == ids, found
    print("high-level: pages followed to their end")
    namespaces = client.namespaces.list()["results"]
    shown = client.namespaces.get(os.environ["MIXPEEK_NAMESPACE"])
    assert shown["namespace_id"] in [one["namespace_id"] for one in namespaces]
    task = client.buckets.delete(bucket)["task_id"]
    if hasattr(client, "tasks"):
        assert client.tasks.get(task)["status"] == "COMPLETED"
    print("high-level: namespaces shown, bucket deleted")


def main() -> None:
    """Drive the service at the host that was given with both clients."""
    host = sys.argv[1]
    print(mixpeek.__version__)
    drive_generated(connected(host))
    drive_high_level(mixpeek.Mixpeek(base_url=f"{host}/v1"))


if __name__ == "__main__":
    main()
