"""The planted faults and the conforming variants: each has a name, can be applied, and is served."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import httpx
import pytest

from contracts.catalogue import CATALOGUE
from contracts.drift.comparison import compare
from contracts.drift.document_reader import read
from contracts.editions import edition
from fixtures.reference.deviations import (
    DOCUMENT_FAULTS,
    FAULTS,
    LOAD_FAULTS,
    LOAD_VARIANTS,
    VARIANTS,
    Fault,
    Variant,
)
from fixtures.reference.editions import AND, DEFAULT, EDITIONS
from fixtures.reference.registry import fault, variant
from fixtures.reference.rules import Rules
from fixtures.reference.server import ReferenceServer

PATCH: dict[str, Any] = {
    "text": " 1 ", "true": True, "number": 2**40, "fraction": 0.1, "list": [2, 1, 1], "object": {"a": {"b": None}},
    "null": None, "key_prefix": "a/b",
}  # fmt: skip
REFUSED_POLITELY = (429, 503)


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    with ReferenceServer() as running:
        yield running


class Deployment(httpx.Client):
    def __init__(self, base_url: str, server: ReferenceServer) -> None:
        own = server.credentials
        headers = {"Authorization": f"Bearer {own.api_key}", "X-Namespace": own.namespace}
        super().__init__(base_url=base_url, headers={**headers, "X-Reference-Set-Up": "yes"})
        self.post("/v1/buckets", json={"bucket_name": "b", "bucket_schema": {}})
        blob = {"property": "content", "type": "text", "data": "hello"}
        made = self.post("/v1/buckets/b/objects", json={"blobs": [blob], "title": "t"})
        self.path = f"/v1/buckets/b/objects/{made.json()['object_id']}"

    def __enter__(self) -> Self:
        return self  # it is open already: it made its object

    def patched(self, **fields: Any) -> dict[str, Any]:
        answer = self.patch(self.path, json=fields)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document


ALL = [one for table in (FAULTS, VARIANTS, LOAD_FAULTS, LOAD_VARIANTS, DOCUMENT_FAULTS) for one in table.values()]


def latest(entry: Fault | Variant) -> str:
    """The default edition or, if the deviation is none there, the latest that has it."""
    breaks = entry.breaks if isinstance(entry, Fault) else frozenset()

    def holds_in(name: str) -> bool:
        return entry.holds_in(name) and (not breaks or bool(breaks & CATALOGUE.in_edition(name).keys()))

    return DEFAULT if holds_in(DEFAULT) else max(filter(holds_in, EDITIONS))


def test_faults_of_one_point_count_together(server: ReferenceServer) -> None:
    """Two change the merge, and two what is shown; whichever comes first, each of them has its effect."""
    names = ["body-sets-document-count", "body-sets-error", "blobs-null", "unset-key-prefix-is-false"]
    for some in (names, names[::-1]):
        with Deployment(server.fault_url(AND.join(some)), server) as client:
            shown = client.patched(document_count=41, error="late")
        told = (shown["document_count"], shown["error"], shown["blobs"], shown["key_prefix"])
        assert told == (41, "late", None, False)


def test_a_deviation_says_what_it_does_and_changes_the_rules() -> None:
    """One without effect would be proved by every run, whatever the checks do."""
    for deviation in ALL:
        assert deviation.summary.endswith((".", ").")), deviation.name
        assert deviation.apply(Rules()) != Rules(), deviation.name


@pytest.mark.parametrize("name", DOCUMENT_FAULTS)
@pytest.mark.parametrize("held", EDITIONS)
def test_a_fault_of_the_document_is_drift(server: ReferenceServer, name: str, held: str) -> None:
    """The document that is published drifts in what the fault declares, and in nothing else."""
    served = httpx.get(f"{server.fault_url(name, held)}/openapi.json", trust_env=False).content
    drifts = compare(edition.load(held).document, read(served)).drifts
    assert {one.id for one in drifts} == DOCUMENT_FAULTS[name].breaks


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_served_and_breaks_down_only_if_it_says_so(server: ReferenceServer, name: str) -> None:
    """No answer is a 5xx, but for faults that declare one."""
    with Deployment(server.fault_url(name, latest(FAULTS[name])), server) as deployment:
        answers = [deployment.patch(deployment.path, json=PATCH) for _ in range(4)]
        answers += [deployment.patch(deployment.path, json={}), deployment.get(deployment.path)]
        answers += [
            deployment.patch(deployment.path, content=b"{"),
            deployment.patch(deployment.path, json={"key_prefix": {}}),
        ]
        answers += [
            deployment.patch(f"{deployment.path}0", json={}),
            deployment.patch(deployment.path, json={}, headers={"Authorization": ""}),
        ]
    if "ERROR-NO-5XX" not in FAULTS[name].breaks and name != "unavailable-as-a-page":
        assert max(one.status_code for one in answers) < 500


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_served_and_accepts_a_reasonable_patch(server: ReferenceServer, name: str) -> None:
    """It keeps what it accepts, is at most busy, and refuses what is not JSON."""
    bare = "custom-fields" in VARIANTS[name].without
    with Deployment(server.variant_url(name, latest(VARIANTS[name])), server) as deployment:
        for number in range(25):
            field: dict[str, object] = {"key_prefix": f"a/{number}"} if bare else {"number": number}
            answer = deployment.patch(deployment.path, json=field if bare else {**PATCH, **field})
            assert answer.status_code == 200 or answer.status_code in REFUSED_POLITELY
            if answer.status_code == 200:
                assert field.items() <= answer.json().items()
        assert 400 <= deployment.patch(deployment.path, content=b"{").status_code < 500


def test_a_name_is_registered_once() -> None:
    """A second fault or variant of one name would take the place of the first."""

    def upsert(rules: Rules) -> Rules:
        """Stand in the way of a fault with the same name."""
        return rules

    def slow(rules: Rules) -> Rules:
        """Stand in the way of a variant with the same name."""
        return rules

    with pytest.raises(ValueError, match="twice"):
        fault("ERROR-UNKNOWN-OBJECT")(upsert)
    with pytest.raises(ValueError, match="twice"):
        variant()(slow)


def test_a_fault_needs_a_requirement_and_a_docstring() -> None:
    """The docstring is what reports say of it, and the requirement what the proof expects."""

    def silent(rules: Rules) -> Rules:
        return rules

    with pytest.raises(ValueError, match="docstring"):
        fault("TIME-FORMAT")(silent)
    silent.__doc__ = "Does nothing."
    with pytest.raises(ValueError, match="breaks nothing"):
        fault()(silent)


def test_status_outside_the_enumeration_shows(server: ReferenceServer) -> None:
    """The status is nearly one that is published."""
    with Deployment(server.fault_url("status-outside-the-enumeration"), server) as deployment:
        assert deployment.patched(a=1)["status"] == "COMPLETE"


def test_naive_timestamps_show(server: ReferenceServer) -> None:
    """Both times end in a digit, without a zone."""
    with Deployment(server.fault_url("naive-timestamps"), server) as deployment:
        document = deployment.patched(a=1)
        assert document["updated_at"][-1].isdigit()
        assert document["created_at"][-1].isdigit()


def test_put_semantics_show(server: ReferenceServer) -> None:
    """A patch loses what it does not send, from the creation and from an earlier patch."""
    with Deployment(server.fault_url("put-semantics"), server) as deployment:
        assert "title" not in deployment.patched(a=1)
        assert "a" not in deployment.patched(b=1)


def test_any_key_accepted_shows(server: ReferenceServer) -> None:
    """Any key is let in, but still only as Bearer."""
    with Deployment(server.fault_url("any-key-accepted"), server) as deployment:
        codes = {
            header: deployment.patch(deployment.path, json={}, headers={"Authorization": header}).status_code
            for header in ("Bearer whatever", "Basic whatever", "")
        }
    assert codes == {"Bearer whatever": 200, "Basic whatever": 401, "": 401}


def test_lost_updates_show(server: ReferenceServer) -> None:
    """Of eight patches at once at least one is overwritten."""
    with Deployment(server.fault_url("lost-updates"), server) as deployment:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: deployment.patched(**{f"f{number}": number}), range(8)))
        survived = [name for name in deployment.get(deployment.path).json() if name.startswith("f")]
    assert len(survived) < 8
