"""The reference service in several processes: they are one service, by SQLite or by PostgreSQL."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from fixtures.reference.server import ReferenceServer, ReferenceServerError
from fixtures.reference.service import store
from tests.support.commands import command
from tests.support.postgresql import INSTALLED, postgresql


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    """What several processes share; PostgreSQL where it is installed."""
    if request.param == "SQLite":
        yield None
        return
    if not INSTALLED:
        pytest.skip("PostgreSQL is not installed")
    with postgresql(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


def test_processes_share_what_they_store(database: str | None) -> None:
    """Of patches over connections of their own, which end at any of three processes, none is lost."""
    with ReferenceServer(database, workers=3) as server:
        own = server.credentials
        headers = {"Authorization": f"Bearer {own.api_key}", "Connection": "close"}

        def send(method: str, path: str, body: object, namespace: str = own.namespace) -> httpx.Response:
            return httpx.request(
                method, f"{server.base_url}{path}", json=body, headers={**headers, "X-Namespace": namespace}
            )

        fresh = "of-another-process"
        assert send("POST", "/v1/namespaces", {"namespace_name": fresh}).status_code == 200
        assert all(send("POST", "/v1/buckets/list", {}, fresh).status_code == 200 for _ in range(12))
        assert send("POST", "/v1/buckets", {"bucket_name": "b", "bucket_schema": {}}).status_code == 200
        blobs = [{"property": "content", "type": "text", "data": "hi"}]
        made = send("POST", "/v1/buckets/b/objects", {"blobs": blobs}).json()["object_id"]
        bucket = send("GET", "/v1/buckets/b", None).json()
        assert (bucket["object_count"], bucket["total_size_bytes"]) == (1, 2)
        path = f"/v1/buckets/b/objects/{made}"
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda number: send("PATCH", path, {f"field{number}": number}), range(40)))
        assert {one.status_code for one in answers} == {200}
        document = send("GET", path, None).json()
        assert {f"field{number}": number for number in range(40)}.items() <= document.items()


def test_statements_are_those_of_both_databases() -> None:
    """Their values are `?1`, `?2`, and what SQLite alone has is in none of them."""
    statements = Path(store.__file__).read_text("utf-8")
    assert re.findall(r"\?(?!\d)|json_\w+|(?i:INSERT OR \w+)", statements) == []


@pytest.mark.parametrize("given", ["postgresql://nobody@127.0.0.1:9/none", "/no/such/folder/file.sqlite"])
def test_a_database_that_cannot_be_had_is_one_sentence(given: str) -> None:
    """A server that is not there and a path that is not there are told at the start."""
    with pytest.raises(ReferenceServerError, match=r"cannot be had|not installed"), ReferenceServer(given):
        pass


def test_a_number_of_workers_that_cannot_be_is_refused(tmp_path: Path) -> None:
    """One line and exit code 4."""
    done = command("serve", "--workers", "0", environment={}, folder=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (4, 1), done.stderr
