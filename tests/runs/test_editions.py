"""A second edition: a document, a clause that came with it, one that went, and one freedom that it closed."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contracts.catalogue import CATALOGUE, observations
from contracts.editions.edition import DEFAULT
from fixtures.reference.server import ReferenceServer
from tests.support.catalogue import OURS
from tests.support.checkouts import SUITE, copy_of
from tests.support.client_responses import BY_READER
from tests.support.commands import Done, Outcome, command
from tests.support.har_files import archive, entry

SECOND = "2026-05"
CAME, WENT, WENT_UNASKED = "STATUS-UNCHANGED", "ERROR-OTHER-BUCKET", "ERROR-CONTENT-TYPE"
"""Clauses of this suite that the second edition is made to differ in; the last one is an invariant."""

CLOSED = "empty-patch"
FREEDOMS = observations.in_edition(DEFAULT)
KNOWN = f"2026-02, 2026-04, {SECOND}, 2026-06, 2026-10"
ADDED = "INTERRUPTED"
"""A status that the second edition adds, and that a fault of the reference service answers."""


def put(path: Path, pattern: str, replacement: str) -> None:
    text, count = re.subn(pattern, replacement, path.read_text("utf-8"))
    assert count == 1, f"{path}: {pattern}"
    path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout to which the second edition is added, as CONTRIBUTING says."""
    folder = copy_of(SUITE, tmp_path_factory.mktemp("checkout"))
    contracts = folder / "contracts"
    document = contracts / "editions" / f"{SECOND}.yaml"
    document.write_text((contracts / "editions" / "2026-04.yaml").read_text("utf-8"), "utf-8")
    put(document, 'version: "2026-04"', f'version: "{SECOND}"')
    put(document, "( +- )SUSPENDED\n", rf"\1SUSPENDED\n\1{ADDED}\n")
    for area, name, period in (
        ("status", CAME, "since"),
        ("errors", WENT, "until"),
        ("errors", WENT_UNASKED, "until"),
    ):
        put(contracts / "catalogue" / f"{area}.py", f'(id="{name}",)', rf'\1 {period}="{SECOND}",')
    put(contracts / "catalogue" / "observations.py", f'("{CLOSED}",\n.*\n.*\n)', rf'\1        until="{SECOND}",\n')
    return folder


class Command:
    """The command of the copy, asking the reference service."""

    def __init__(self, checkout: Path, reference: ReferenceServer, known: Mapping[str, str], folder: Path) -> None:
        self._environment = {**known, "PYTHONPATH": str(checkout)}
        self._reference, self._folder = reference, folder

    def __call__(self, *arguments: str) -> Done:
        return command(*arguments, environment=self._environment, folder=self._folder)

    def run(self, *arguments: str, at: str = "") -> Outcome:
        done = self(
            *("run", "--effort", "quick", "--report-dir", str(self._folder), *arguments),
            f"--base-url={self._reference.base_url}{at}",
        )
        return Outcome(done.returncode, done.stdout + done.stderr, self._folder)


@pytest.fixture
def ask(checkout: Path, reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path) -> Command:
    return Command(checkout, reference, known, tmp_path)


def asked(outcome: Outcome) -> dict[str, int]:
    """How many requests each test of a run sent, by the ledger."""
    lines = [line for path in outcome.folder.rglob("*.jsonl") for line in path.read_text("utf-8").split("\n")]
    events: list[dict[str, Any]] = [json.loads(line) for line in lines if line]
    return {one["test"]: one["requests"] for one in events if "requests" in one and "counts" in one}


@pytest.mark.parametrize(("options", "gone"), [((f"--edition={SECOND}",), {WENT, WENT_UNASKED}), ((), {CAME})])
def test_an_edition_judges_exactly_its_requirements(ask: Command, options: tuple[str, ...], gone: set[str]) -> None:
    """What only another edition has is neither asked nor judged, whichever of the two is the later one."""
    outcome = ask.run(*options)
    assert outcome.code == 0, outcome.output
    assert outcome.ids("holds") == set(OURS) - gone - BY_READER
    assert outcome.result["summary"]["holds"] == len(OURS) - len(gone) - len(BY_READER)
    observed = {one["id"] for one in outcome.result["observations"]}
    assert observed == set(FREEDOMS) - {"client-drops"} - ({CLOSED} if options else set())
    name = SECOND if options else "2026-04"
    assert outcome.result["edition"] == name
    assert f"edition {name}" in (outcome.folder / "index.html").read_text("utf-8")
    assert f"conformant with edition {name} ({len(OURS) - len(gone) - len(BY_READER)} of" in outcome.output


def test_what_an_edition_lacks_costs_no_request(ask: Command) -> None:
    """A check of which the edition has no requirement is left out, and what is left is asked."""
    outcome = ask.run("--edition", SECOND, "-k", f"{WENT} or {WENT_UNASKED} or {CAME} or {CLOSED}", "--result-only")
    tests = [test for test in asked(outcome) if "::" in test]
    assert any("sets_off_no_processing" in test for test in tests), tests
    assert not any("another_bucket" in test or "CONTENT-TYPE" in test or "empty_patch" in test for test in tests), (
        tests
    )


@pytest.mark.parametrize(("options", "verdict"), [((f"--edition={SECOND}",), "holds"), ((), "violated")])
def test_the_enumeration_is_that_of_the_edition(ask: Command, options: tuple[str, ...], verdict: str) -> None:
    """A status that the edition added is none of the edition before it."""
    outcome = ask.run(*options, "-k", "STATUS-MEMBER", "--result-only", at="/faults/status-of-a-later-edition")
    assert "STATUS-MEMBER" in outcome.ids(verdict), outcome.output


@pytest.mark.parametrize("options", [("-k", WENT), ("-k", "in_any_order")])
def test_what_an_edition_does_not_forbid_is_no_violation(ask: Command, options: tuple[str, ...]) -> None:
    """A check of several clauses may see what only another edition forbids: no report blames the target for it."""
    fault = "/faults/objects-found-by-id-alone"
    before = ask.run(*options, "--seed=1", "--effort=standard", "--result-only", at=fault)
    assert before.ids("violated") == {WENT}, before.output
    outcome = ask.run(*options, "--seed=1", "--effort=standard", f"--edition={SECOND}", "--result-only", at=fault)
    assert outcome.ids("violated") == set(), outcome.output
    assert outcome.code in (5, 6), outcome.output


def test_a_dry_run_names_what_the_edition_asks(ask: Command) -> None:
    """It lists no requirement that the run would not judge, and reckons with fewer requests."""
    outcome = ask.run("--edition", SECOND, "--dry-run")
    assert f"by edition {SECOND}:" in outcome.output
    assert CAME in outcome.output
    assert WENT not in outcome.output
    assert f"and {len(FREEDOMS) - 2} observations" in outcome.output
    asks = [int(found.replace(",", "")) for found in re.findall(r"about ([\d,]+) requests", outcome.output)]
    first = re.findall(r"about ([\d,]+) requests", ask.run("--dry-run").output)
    assert asks[0] < int(first[0].replace(",", ""))


def test_requirements_lists_those_of_one_edition(ask: Command) -> None:
    """Without an edition it lists all of them, with the editions that have them."""
    listed = ask("requirements", "--edition", SECOND).stdout
    assert {line.split()[0] for line in listed.splitlines()} == set(OURS) - {WENT, WENT_UNASKED}
    every = ask("requirements").stdout
    assert {line.split()[0] for line in every.splitlines()} == set(CATALOGUE)
    assert [line.split()[0] for line in every.splitlines() if line.endswith(f"(since {SECOND})")] == [CAME]
    assert [line.split()[0] for line in every.splitlines() if f"(until {SECOND})" in line] == [WENT_UNASKED, WENT]


@pytest.mark.parametrize(
    ("name", "why"), [("1999-01", "is not known"), ("latest", "is no year and month"), ("", "is no year and month")]
)
def test_an_unknown_edition_is_told_in_one_line(ask: Command, name: str, why: str) -> None:
    """Whoever names one is told which there are, oldest first."""
    done = ask("requirements", "--edition", name)
    assert (done.returncode, done.stdout) == (4, "")
    told = f"mixpeek-conformance requirements: edition {name!r} {why}: give one of {KNOWN}\n"
    assert done.stderr == told


def test_an_audit_judges_by_the_invariants_of_the_edition(ask: Command, tmp_path: Path) -> None:
    """The report of recorded traffic has the requirements of its edition as well."""
    (tmp_path / "t.har").write_bytes(archive(entry()))
    done = ask("audit", "t.har", "--edition", SECOND, "--report-dir", "audited")
    document = json.loads((tmp_path / "audited" / "conformance.json").read_text("utf-8"))
    assert {one["id"] for one in document["requirements"]} == set(OURS) - {WENT, WENT_UNASKED}, done.stderr
    assert document["edition"] == SECOND


def test_a_report_of_an_unknown_edition_is_not_replayed(ask: Command, tmp_path: Path) -> None:
    """A report of a later release may name an edition that this one does not have: one line says so."""
    outcome = ask.run("-k", "STATUS-MEMBER", "--result-only", at="/faults/status-of-a-later-edition")
    file = outcome.folder / "conformance.json"
    file.write_text(file.read_text("utf-8").replace('"edition": "2026-04"', '"edition": "2100-01"'), "utf-8")
    done = ask("replay", str(tmp_path))
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (f"mixpeek-conformance replay: edition '2100-01' is not known: give one of {KNOWN}\n")


def test_a_document_that_no_date_names_is_refused(checkout: Path, ask: Command) -> None:
    """Editions have an order, which only dates give them."""
    stray = checkout / "contracts" / "editions" / "draft.yaml"
    stray.write_text("{}", "utf-8")
    try:
        done = ask("requirements", "--edition", SECOND)
    finally:
        stray.unlink()
    assert (done.returncode, done.stdout) == (4, "")
    assert "contracts/editions/draft.yaml has no date for a name: rename it, as in 2026-04.yaml" in done.stderr
