"""The contract itself: the document of the edition, the catalogue of requirements, and that each of them is asked."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from contracts.catalogue import CATALOGUE
from contracts.catalogue.observations import OBSERVATIONS, Observation
from contracts.catalogue.requirement import Area, Catalogue, Level, Requirement
from contracts.editions import edition
from contracts.editions.edition import Edition
from contracts.invariants import INVARIANTS
from fixtures.reference.deviations import FAULTS
from fixtures.reference.rules import Rules

ROOT = Path(__file__).parents[2]

STATUSES = {
    "PENDING", "QUEUED", "IN_PROGRESS", "PROCESSING", "COMPLETED", "COMPLETED_WITH_ERRORS", "FAILED", "CANCELED",
    "UNKNOWN", "SKIPPED", "DRAFT", "ACTIVE", "ARCHIVED", "SUSPENDED",
}  # fmt: skip
FIELD_TYPES = {
    "string", "number", "integer", "float", "boolean", "object", "array", "date", "datetime", "text", "image",
    "audio", "video", "pdf", "excel",
}  # fmt: skip
SOURCE_TYPES = {"bucket", "collection", "taxonomy", "cluster"}

OBJECT = {
    "bucket_id", "object_id", "key_prefix", "blobs", "source_details", "status", "error", "created_at", "updated_at",
    "document_count",
}  # fmt: skip

_NOTHING_ELSE: dict[str, set[str]] = {
    name: set() for name in ("statuses", "sources", "fields", "codes", "refused", "gone")
}
FACTS = {
    "2026-02": {**_NOTHING_ELSE, "gone": {"QUEUED", "document_count"}},
    "2026-04": _NOTHING_ELSE,
    "2026-06": {
        **_NOTHING_ELSE,
        "statuses": {"INTERRUPTED"},
        "sources": {"direct_upsert", "none"},
        "fields": {"consistency"},
    },
    "2026-10": {
        "statuses": {"INTERRUPTED", "DEACTIVATED"},
        "sources": {"direct_upsert", "none", "signals"},
        "fields": {"consistency", "edges"},
        "codes": {"429", "503"},
        "refused": {"status", "object_id", "blobs"},
        "gone": set(),
    },
}
"""What each edition has beside, or without, what 2026-04 has."""

REQUIRED = {
    "ObjectPatch": [],
    "BucketObject": ["bucket_id"],
    "Blob": ["property", "type"],
    "BlobDetails": [],
    "Source": ["type", "source_id"],
    "ErrorEnvelope": ["status", "error"],
    "ErrorDetail": ["message", "type"],
    "ValidationErrors": ["detail"],
    "ValidationError": ["loc", "msg", "type"],
}

NULLABLE = {
    "ObjectPatch": {"key_prefix", "skip_duplicates"},
    "BucketObject": {"key_prefix", "error", "created_at", "updated_at", "document_count"},
    "Blob": {"key_prefix"},
    "BlobDetails": {"filename", "size_bytes", "mime_type", "hash"},
    "ErrorDetail": {"details"},
}

AREA_OF_PREFIX = {
    "RESPONSE": Area.RESPONSE,
    "STATUS": Area.STATUS,
    "TIME": Area.TIMESTAMP,
    "MERGE": Area.MERGE,
    "IMMUTABLE": Area.IMMUTABLE,
    "AUTH": Area.AUTH,
    "NAMESPACE": Area.NAMESPACE,
    "ERROR": Area.ERRORS,
    "CLIENT": Area.CLIENT,
}

COLLECTED = """
import json, os, pathlib

def pytest_collection_finish(session):
    def ids(item, name):
        return [one for mark in item.iter_markers(name) for one in mark.args]
    tests = [[item.nodeid, ids(item, "requirement"), ids(item, "observation")] for item in session.items]
    pathlib.Path(os.environ["COLLECTED"]).write_text(json.dumps(tests))
"""


@pytest.fixture(scope="module")
def published() -> Edition:
    return edition.load("2026-04")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, list[str], list[str]]]:
    """Every test of the default and the latest edition, with the requirements and observations that it makes."""
    folder = tmp_path_factory.mktemp("collected")
    folder.joinpath("write_collected.py").write_text(COLLECTED)
    tests: dict[str, tuple[str, list[str], list[str]]] = {}
    for name in (edition.DEFAULT, edition.known()[-1]):
        found = folder / f"{name}.json"
        subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "--collect-only", "-q", f"--edition={name}"),
                *("-p", "write_collected", "-p", "no:cacheprovider"),
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(folder), "COLLECTED": str(found)},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        tests |= {test: (test, ids, made) for test, ids, made in json.loads(found.read_text())}
    return list(tests.values())


@pytest.fixture(scope="module")
def checks(collected: list[tuple[str, list[str], list[str]]]) -> list[tuple[str, list[str]]]:
    """Every check with the requirements that it is marked with: all that makes no observation."""
    return [(test, ids) for test, ids, made in collected if not made]


def one(requirement_id: str, *, since: str | None = None, until: str | None = None) -> Requirement:
    return Requirement(requirement_id, Level.MUST, Area.MERGE, "A sentence.", "A source", since=since, until=until)


@pytest.mark.parametrize("name", edition.known())
def test_each_edition_is_a_valid_openapi_document(name: str) -> None:
    """Its version is its name, and its schemas leave answers open to further members."""
    document = edition.load(name).document
    validate(dict(document))
    assert document["info"]["version"] == name
    schemas = document["components"]["schemas"]
    assert {one for one, schema in schemas.items() if schema.get("additionalProperties") is False} == set()


@pytest.mark.parametrize(
    ("schema", "members"), [("Status", STATUSES), ("FieldType", FIELD_TYPES), ("SourceType", SOURCE_TYPES)]
)
def test_the_enumerations_are_those_of_the_page(published: Edition, schema: str, members: set[str]) -> None:
    """The document has every value that the page lists, once, and no other."""
    listed = published.schema(schema)["enum"]
    assert sorted(listed) == sorted(members)


@pytest.mark.parametrize(("name", "facts"), FACTS.items())
def test_each_edition_differs_as_its_source_says(name: str, facts: dict[str, set[str]]) -> None:
    """Enumerations, fields, codes, and what is refused are those of the published documents and models."""
    published = edition.load(name)
    assert set(published.schema("Status")["enum"]) == (STATUSES | facts["statuses"]) - facts["gone"]
    assert set(published.schema("SourceType")["enum"]) == SOURCE_TYPES | facts["sources"]
    assert set(published.schema("FieldType")["enum"]) == FIELD_TYPES
    assert published.members == (OBJECT | facts["fields"]) - facts["gone"]
    assert published.error_codes == {400, 401, 403, 404, 422, 500} | {int(code) for code in facts["codes"]}
    assert published.refused_names == facts["refused"]
    assert published.has_validation_form == (name < "2026-10")
    code, address = published.schema("ErrorDetail")["properties"], published.schema("Blob")["properties"]
    assert ("code" in code, "presigned_url" in address) == (name >= "2026-06", name >= "2026-06")


@pytest.mark.parametrize("member", ["object_id", "status", "blobs", "source_details"])
def test_null_is_open_where_no_source_speaks_of_it(member: str) -> None:
    """The models of later editions do not say whether a member may be null."""
    found = {name: edition.load(name).find_violation(None, "BucketObject", member) for name in edition.known()}
    assert [name for name, one in found.items() if one is None] == [name for name in found if name >= "2026-06"]


def test_an_edition_may_extend_no_edition_that_extends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A circle is told in a sentence, and not followed for ever."""
    monkeypatch.setattr("yaml.load", lambda *_: {"extends": "2026-06"})
    with pytest.raises(LookupError, match=r"2026-06.yaml extends '2026-06': name an earlier or later edition"):
        edition.load.__wrapped__("2026-06")


@pytest.mark.parametrize("schema", REQUIRED)
def test_the_required_members_are_those_of_the_page(published: Edition, schema: str) -> None:
    """What the page leaves optional is not demanded of a target, and what it requires is."""
    assert published.schema(schema).get("required", []) == REQUIRED[schema]


@pytest.mark.parametrize("schema", REQUIRED)
def test_the_nullable_members_are_those_of_the_page(published: Edition, schema: str) -> None:
    """Null is taken in the members for which the page publishes it, and in no other."""
    members = published.schema(schema)["properties"]
    assert {name for name, one in members.items() if "null" in one.get("type", [])} == NULLABLE.get(schema, set())


def test_the_edition_lists_the_codes_of_refusals(published: Edition) -> None:
    """Only for these codes does the page publish the form of an answer."""
    assert published.error_codes == {400, 401, 403, 404, 422, 500}


def test_the_default_is_the_edition_of_the_page() -> None:
    """Whoever names no edition asks for 2026-04, also once later ones are added."""
    assert edition.load().name == "2026-04"


def test_an_unknown_edition_is_refused_by_naming_the_known_ones() -> None:
    """The error is all that a user needs to choose another."""
    with pytest.raises(LookupError, match=r"'1999-01' is not known: give one of .*2026-04"):
        edition.load("1999-01")


@pytest.mark.parametrize("name", ["", "2026", "2026-4", "2026-13", "2026-00", "april", "2026-04-01", "٢٠٢٦-04"])
def test_a_name_that_is_no_date_is_no_edition(name: str) -> None:
    """Neither a run nor a clause can name it."""
    with pytest.raises(LookupError, match=r"is no year and month: give one of .*2026-04"):
        edition.load(name)
    with pytest.raises(ValueError, match="names no edition: a year and a month do"):
        one("MERGE-TEXT", since=name)
    with pytest.raises(ValueError, match="names no edition: a year and a month do"):
        Observation("new", "What?", "nothing is said", until=name)


@pytest.mark.parametrize("name", ["created_at", "updated_at"])
def test_a_timestamp_without_offset_breaks_the_schema(published: Edition, name: str) -> None:
    """The schema checks formats, and its finding says what the text lacks."""
    fault = published.find_violation("2026-10-13T13:58:06", "BucketObject", name)
    assert fault is not None
    assert fault.expected == f"{name}: a date-time (RFC 3339 section 5.6)"
    assert fault.actual == '"2026-10-13T13:58:06", which has no UTC offset'


@pytest.mark.parametrize("value", ["2026-10-13T13:58:06Z", "2026-10-13T13:58:06.25+05:30", None])
def test_a_timestamp_with_offset_keeps_the_schema(published: Edition, value: str | None) -> None:
    """Any offset, any precision and null are freedoms of the contract."""
    assert published.find_violation(value, "BucketObject", "created_at") is None


@pytest.mark.parametrize(
    ("value", "schema", "expected", "actual"),
    [
        ({}, "BucketObject", "BucketObject: members bucket_id", "'bucket_id' is a required property"),
        ({"bucket_id": 1}, "BucketObject", "BucketObject['bucket_id']: string", "1"),
        ({"detail": [{}]}, "ValidationErrors", "ValidationErrors['detail'][0]: members loc, msg, type", "'loc' is"),
        ("draft", "Status", "Status: one of PENDING, QUEUED", '"draft"'),
        ({"success": True, "status": 1, "error": {}}, "ErrorEnvelope", "ErrorEnvelope['success']: const", "true"),
    ],
)
def test_a_finding_names_the_place_that_deviates(
    published: Edition, value: object, schema: str, expected: str, actual: str
) -> None:
    """It says which member of which schema is wrong, and what stands there."""
    fault = published.find_violation(value, schema)
    assert fault is not None
    assert fault.expected.startswith(expected)
    assert fault.actual.startswith(actual)


def test_the_catalogue_has_the_size_of_the_contract() -> None:
    """A number far from this means that an area was lost, or that clauses were split."""
    assert 55 <= len(CATALOGUE) <= 95


def test_a_requirement_is_filed_under_its_id() -> None:
    """What is looked up by an id is the requirement that reports call so."""
    assert all(name == requirement.id for name, requirement in CATALOGUE.items())


def test_an_unknown_requirement_is_refused() -> None:
    """The error says where a requirement is added."""
    with pytest.raises(LookupError, match="MERGE-TELEPATHY is not in the catalogue; contracts/catalogue/"):
        CATALOGUE["MERGE-TELEPATHY"]


def test_a_requirement_that_stands_twice_is_refused() -> None:
    """Two areas cannot define one id without anybody noticing."""
    with pytest.raises(ValueError, match="MERGE-TEXT stands twice"):
        Catalogue((one("MERGE-TEXT"),), (one("MERGE-TEXT"),))


@pytest.mark.parametrize("malformed", ["", "MERGE", "merge-text", "MERGE_TEXT", "MERGE-", "-TEXT", "MERGE-TEXT\n"])
def test_a_malformed_id_is_refused(malformed: str) -> None:
    """An id is an area and a name in capitals; it stands in addresses, files and options."""
    with pytest.raises(ValueError, match="is no requirement id"):
        one(malformed)


@pytest.mark.parametrize("requirement", CATALOGUE.values(), ids=list(CATALOGUE))
def test_a_requirement_is_complete(requirement: Requirement) -> None:
    """It has a sentence, a source, what a check tolerates, and an area that fits its id."""
    assert requirement.sentence.endswith(".")
    assert "\n" not in requirement.sentence
    assert requirement.source.strip(), f"{requirement.id} has no source: say where the clause is published"
    assert requirement.tolerates.endswith("."), f"{requirement.id}: say what a check must let pass, or leave it out"
    assert requirement.area is AREA_OF_PREFIX[requirement.id.partition("-")[0]]
    assert {one for one in (requirement.since, requirement.until) if one} <= set(edition.known())
    assert any(requirement.holds_in(name) for name in edition.known())


def test_no_two_requirements_say_the_same() -> None:
    """One sentence stands for one clause, since reports show nothing else to tell them apart."""
    sentences = [requirement.sentence for requirement in CATALOGUE.values()]
    assert len(set(sentences)) == len(sentences)


def test_the_reports_show_the_areas_in_their_order() -> None:
    """The catalogue runs through the areas in the order of `Area`, each in one piece."""
    areas = [requirement.area for requirement in CATALOGUE.values()]
    assert list(dict.fromkeys(areas)) == list(Area)


def test_an_edition_has_what_came_before_it_and_has_not_gone() -> None:
    """`since` is the first edition that has a clause, `until` the first one that no longer has it."""
    catalogue = Catalogue(
        (one("MERGE-ALWAYS"), one("MERGE-NEW", since="2026-10"), one("MERGE-OLD", until="2026-10")),
        (one("MERGE-BETWEEN", since="2026-06", until="2026-12"),),
    )
    assert list(catalogue.in_edition("2026-04")) == ["MERGE-ALWAYS", "MERGE-OLD"]
    assert list(catalogue.in_edition("2026-06")) == ["MERGE-ALWAYS", "MERGE-OLD", "MERGE-BETWEEN"]
    assert list(catalogue.in_edition("2026-10")) == ["MERGE-ALWAYS", "MERGE-NEW", "MERGE-BETWEEN"]
    assert list(catalogue.in_edition("2026-12")) == ["MERGE-ALWAYS", "MERGE-NEW"]


def test_a_clause_of_another_edition_is_none_of_this_one() -> None:
    """Whoever asks an edition for it is told that it is missing there, and not from the catalogue."""
    with pytest.raises(LookupError, match="MERGE-NEW is no requirement of edition 2026-04"):
        Catalogue((one("MERGE-NEW", since="2026-10"),)).in_edition("2026-04")["MERGE-NEW"]


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    """No edition would have such a clause."""
    with pytest.raises(ValueError, match="since 2026-10 until 2026-10 is no period"):
        one("MERGE-TEXT", since="2026-10", until="2026-10")


def test_every_requirement_has_a_check_that_judges_it_alone(checks: list[tuple[str, list[str]]]) -> None:
    """A check of several requirements cannot say which of them was asked."""
    judged_alone = {ids[0] for _, ids in checks if len(ids) == 1}
    assert set(CATALOGUE) - judged_alone == set()


def test_every_check_is_marked_with_known_requirements(checks: list[tuple[str, list[str]]]) -> None:
    """A violation always has a clause of the catalogue to be charged to."""
    assert {test: ids for test, ids in checks if not ids or not set(ids) <= set(CATALOGUE)} == {}


def test_no_check_is_a_stub() -> None:
    """What `tools/new_requirement.py` writes raises NotImplementedError until somebody writes the check."""
    stubs = {
        f"{path.name}: {found}"
        for path in (ROOT / "suites").glob("test_*.py")
        for found in re.findall(r"NotImplementedError\((.*)\)", path.read_text("utf-8"))
    }
    assert stubs == set()


def test_a_fault_changes_a_rule() -> None:
    """A fault that bends nothing would be a target that keeps the contract."""
    for fault in FAULTS.values():
        assert fault.apply(Rules()) != Rules(), f"fault {fault.name} changes nothing: bend the rules, or remove it"


def test_every_observation_has_one_test_that_makes_it(collected: list[tuple[str, list[str], list[str]]]) -> None:
    """It judges no requirement beside, since an observation neither passes nor fails."""
    assert Counter(one for _, _, made in collected for one in made) == Counter(OBSERVATIONS.keys())
    assert [test for test, ids, made in collected if made and ids] == []


def charged() -> Iterator[tuple[str, str]]:
    yield from ((requirement, "an invariant") for requirement in INVARIANTS)
    yield from ((requirement, f"fault {fault.name}") for fault in FAULTS.values() for requirement in fault.breaks)


def test_invariants_and_faults_name_only_known_requirements() -> None:
    """An id that was renamed or misspelt is found here, and not in the middle of a run."""
    assert FAULTS
    assert [(requirement, who) for requirement, who in charged() if requirement not in CATALOGUE] == []
