"""The proof: faults and variants come out as declared, and a matrix that is not exact says where."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from contracts.catalogue import CATALOGUE
from fixtures.reference.deviations import FAULTS, VARIANTS
from mixpeek_conformance.commands.prove import ProofScope
from mixpeek_conformance.proof.parallel_runs import Outcome
from mixpeek_conformance.proof.rounds import Round, Task, asked
from reports.tables.kill_matrix import Matrix, Row
from tests.support.catalogue import OURS
from tests.support.commands import ROOT
from tests.support.waiting import until

SAMPLE = ("put-semantics", "without-deletion-of-objects")
"""A fault, and a variant that needs options: `tox run -e proof` asks all."""


def prove(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "mixpeek_conformance", "prove", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_sample_of_faults_and_variants_comes_out_as_declared(tmp_path: Path) -> None:
    """The last line counts them, and both files of the matrix have their rows."""
    done = prove(*SAMPLE, "--effort", "least", "--report-dir", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == f"{len(SAMPLE)} faults and variants, {len(SAMPLE)} exact, 0 complaints"
    rows = json.loads((tmp_path / "matrix.json").read_text("utf-8"))["rows"]
    assert {row["name"] for row in rows} == set(SAMPLE)
    assert "| MERGE-ONLY-SENT | put-semantics |" in (tmp_path / "matrix.md").read_text("utf-8")


def test_an_unknown_name_is_wrong_use(tmp_path: Path) -> None:
    """The line says which command lists the names."""
    done = prove("no-such-fault", "--report-dir", str(tmp_path))
    assert (done.returncode, done.stderr.strip()) == (
        4,
        (
            "mixpeek-conformance prove: 'no-such-fault' is neither a fault nor a variant:"
            " mixpeek-conformance serve --list names them"
        ),
    )


def row(kind: str, declared: str = "", violated: str = "", inconclusive: str = "", *, reduced: bool = False) -> Row:
    first, second, third = (frozenset(ids.split()) for ids in (declared, violated, inconclusive))
    return Row(kind, "it", "What it does.", first, second, third, reduced=reduced)


@pytest.mark.parametrize(
    ("one", "complaint"),
    [
        (row("fault", "MERGE-NULL"), "fault it: not found: MERGE-NULL"),
        (row("fault", "MERGE-NULL", "MERGE-NULL MERGE-LIST"), "fault it: found beside: MERGE-LIST"),
        (row("variant", "", "MERGE-NULL"), "variant it: found beside: MERGE-NULL"),
        (row("variant", inconclusive="MERGE-NULL"), "variant it: inconclusive: MERGE-NULL"),
        (replace(row("fault"), failure="exit 3: a bug"), "fault it: exit 3: a bug"),
    ],
)
def test_what_is_not_exact_is_named(one: Row, complaint: str) -> None:
    """A fault unfound, anything found beside, a false alarm and a failed run each have a complaint."""
    assert not one.exact
    assert list(Matrix((one,)).complaints(whole=False)) == [complaint]


@pytest.mark.parametrize(
    "one",
    [
        row("fault", "MERGE-NULL", "MERGE-NULL", "MERGE-LIST"),
        row("variant"),
        row("variant", inconclusive="MERGE-READ-BACK", reduced=True),
    ],
)
def test_what_is_exact_is_not_named(one: Row) -> None:
    """What stays inconclusive behind a fault, or was declared missing, is as it should be."""
    assert one.exact
    assert list(Matrix((one,)).complaints(whole=False)) == []


def test_a_requirement_that_no_fault_breaks_is_named() -> None:
    """The complaint says what is to be added."""
    complaints = list(Matrix((row("fault", "MERGE-NULL", "MERGE-NULL"),)).complaints(whole=True))
    assert len(complaints) == len(OURS) - 1
    assert complaints[0] == (
        "requirement RESPONSE-ACCEPTED: no fault breaks it; add one to fixtures/reference/faults/ that declares it"
    )


def test_kills_are_counted_by_operator_and_position() -> None:
    """Faults that operators make are counted in a table, and do not swell the list of those written by hand."""
    found = row("fault", "MERGE-NULL", "MERGE-NULL")
    made = replace(found, name="made", operator="trim", position="in-items")
    missed = replace(made, name="missed", position="in-members", violated=frozenset())
    told = Matrix((found, made, missed), whole=False).as_markdown()
    assert "| MERGE-NULL | it, and 1 made by operators |" in told
    assert "| operator | in-items | in-members |" in told
    assert "| trim | 1/1 | 0/1 |" in told


def test_all_and_names_exclude_each_other(tmp_path: Path) -> None:
    """Nobody waits for the whole proof after asking for one fault."""
    done = prove("put-semantics", "--all", "--report-dir", str(tmp_path))
    assert (done.returncode, done.stderr.strip()) == (
        4,
        "mixpeek-conformance prove: --all asks everything: leave out put-semantics, or --all",
    )


@pytest.mark.parametrize(
    ("one", "found", "false_alarm"),
    [
        (row("fault", "MERGE-NULL", "MERGE-NULL"), True, False),
        (row("fault", "MERGE-NULL MERGE-LIST", "MERGE-LIST"), True, False),
        (row("fault", "MERGE-NULL"), False, False),
        (row("fault", "MERGE-NULL", "MERGE-NULL MERGE-LIST"), False, True),
        (row("variant", "", "MERGE-LIST"), False, True),
        (row("variant"), False, False),
        (replace(row("fault", "MERGE-NULL", "MERGE-NULL"), failure="exit 3: a bug"), False, True),
    ],
)
def test_a_lower_effort_is_blamed_for_false_alarms_alone(one: Row, *, found: bool, false_alarm: bool) -> None:
    """A fault that it leaves unfound only lowers its share."""
    assert (one.found, one.false_alarm) == (found, false_alarm)
    assert bool(list(Matrix((one,), sampled="smoke").complaints(whole=True))) == false_alarm


def test_a_lower_effort_tells_its_share() -> None:
    """Variants have no part in it."""
    rows = (row("fault", "MERGE-NULL", "MERGE-NULL"), row("fault", "MERGE-NULL"), row("variant"))
    matrix = Matrix(rows, sampled="smoke")
    assert matrix.share == "effort smoke finds 1 of 2 faults (50.0 %)"
    assert matrix.share in matrix.as_markdown()
    assert matrix.as_json()["effort"] == "smoke"


def test_differences_are_what_the_edition_beside_lacks() -> None:
    """New faults and variants are asked, and faults that break more; of an older edition nothing but the service."""
    later = ProofScope(edition="2026-10", differences=True)
    breaks = {fault.name: ids for fault, ids in later.faults()}
    assert later.beside == "2026-06"
    assert breaks["edges-by-type"] == {"RESPONSE-EDGES"}
    assert breaks["body-sets-status"] == {"IMMUTABLE-STATUS", "IMMUTABLE-REFUSED"}
    assert not {"put-semantics", "presigned-url-as-object"} & breaks.keys()
    assert {one.name for one in later.variants()} == {
        "only-published-names-refused",
        "custom-fields-refused",
        "nothing-but-key-prefix-taken",
        "custom-fields-ignored",
    }
    older = ProofScope(edition="2026-02", differences=True)
    assert (older.beside, [*older.faults()], [*older.variants()]) == ("2026-04", [], [])


@pytest.mark.parametrize("name", ["2026-02", "2026-06", "2026-10"])
def test_every_new_requirement_is_broken_by_a_difference(name: str) -> None:
    """The matrix of differences is whole, beside that of the other edition."""
    scope = ProofScope(edition=name, differences=True)
    broken = {one for _, ids in scope.faults() for one in ids}
    assert CATALOGUE.in_edition(name).keys() - CATALOGUE.in_edition(str(scope.beside)).keys() <= broken


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (ProofScope(edition="1999-01"), "edition '1999-01' is not known: give one of 2026-02"),
        (ProofScope(differences=True), "differences are from 2026-04: leave out --differences, or name an --edition"),
        (ProofScope(("edges-by-type",)), "edges-by-type breaks nothing of edition 2026-04: give another --edition"),
        (ProofScope(("nulls-in-blobs",)), "nulls-in-blobs is no freedom of edition 2026-04: give another --edition"),
    ],
)
def test_what_cannot_be_proved_is_told(scope: ProofScope, told: str) -> None:
    """An edition, a fault or a variant that do not go together end before a service is started."""
    with pytest.raises(LookupError, match=re.escape(told)):
        scope.check()


MISSED_BY_SMOKE = "key-in-any-case"
"""What a fault is called of which smoke finds less than quick."""


def test_the_least_effort_asks_more_only_if_need_be(tmp_path: Path) -> None:
    """Smoke finds two faults in one run, and quick the one that it does not."""
    names = ("put-semantics", "naive-timestamps", MISSED_BY_SMOKE)
    done = prove(*names, "--effort", "least", "--report-dir", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["name"]: row for row in json.loads((tmp_path / "matrix.json").read_text("utf-8"))["rows"]}
    assert {name: row["effort"] for name, row in rows.items()} == dict(
        zip(names, ("smoke", "smoke", "quick"), strict=True)
    )
    assert set(rows["put-semantics"]["beside"]) == {"naive-timestamps", MISSED_BY_SMOKE}
    assert rows[MISSED_BY_SMOKE]["beside"] == []


def tasks(*names: str) -> list[Task]:
    """Faults and variants to be asked, as the proof makes them."""
    nothing: frozenset[str] = frozenset()
    asked = []
    for name in names:
        kind = "fault" if name in FAULTS else "variant"
        breaks = FAULTS[name].breaks if name in FAULTS else nothing
        lacks = VARIANTS[name].without if name in VARIANTS else ()
        asked.append(Task(Row(kind, name, "", breaks, nothing, nothing), f"http://127.0.0.1/{kind}s/{name}", lacks))
    return asked


def test_faults_that_could_not_be_told_apart_are_asked_alone() -> None:
    """Two that break one requirement never come together; two that bend one point may."""
    given = tasks("text-trimmed", "digits-as-numbers", "put-semantics")
    assert [len(group) for group in Round("smoke", together=6).groups(given)] == [2, 1]


def test_neighbours_come_into_different_groups() -> None:
    """Every fault is in one group, and groups are of one size."""
    given = tasks("naive-timestamps", "text-trimmed", "any-key-accepted", "put-semantics")
    groups = Round("smoke", together=2).groups(given)
    assert [[task.row.name for task in group] for group in groups] == [
        ["naive-timestamps", "any-key-accepted"],
        ["text-trimmed", "put-semantics"],
    ]


def test_variants_that_take_other_freedoms_are_asked_together() -> None:
    """A variant never comes beside a fault, nor beside one of which users declare something else."""
    given = tasks(
        "whole-seconds", "put-semantics", "custom-fields-refused", "null-removes-a-field", "naive-timestamps"
    )
    groups = Round("quick", together=4).groups(given)
    assert [[task.row.name for task in group] for group in groups] == [
        ["whole-seconds", "null-removes-a-field"],
        ["put-semantics", "naive-timestamps"],
        ["custom-fields-refused"],
    ]


class Found:
    """Processes that find what they are told to: `violated` by the names in a base URL, or names and effort."""

    def __init__(self, violated: Mapping[str, str]) -> None:
        self.violated = violated
        self.asked: list[tuple[str, ...]] = []

    def submit(self, _ask: object, _run: object, base_url: str, options: tuple[str, ...]) -> Future[Outcome]:
        names, (effort, _seed, *others) = base_url.rpartition("/")[2], options
        self.asked.append((names, effort, *others))
        violated = self.violated.get(f"{names} {effort}", self.violated[names])
        future: Future[Outcome] = Future()
        future.set_result(Outcome(dict.fromkeys(violated.split(), "violated")))
        return future


def test_variants_that_fail_together_are_asked_again_alone() -> None:
    """A false alarm is laid to the variant that causes it."""
    one, other = "whole-seconds", "null-removes-a-field"
    found = Found({f"{one}+{other}": "MERGE-NULL", one: "", other: "MERGE-NULL"})
    rounds = (Round("quick", together=2), Round("quick"))
    rows = list(asked(cast("ProcessPoolExecutor", found), lambda _: 0, tasks(one, other), rounds))
    assert [names for names, *_ in found.asked] == [f"{one}+{other}", one, other]
    assert [(row.name, row.exact) for row in rows] == [(one, True), (other, False)]


def test_what_nobody_declares_is_asked_again_alone() -> None:
    """A run that violates more than the faults in it break says of none of them what it breaks."""
    one, other = "naive-timestamps", "put-semantics"
    both = f"{one}+{other}"
    found = Found(
        {both: "TIME-FORMAT MERGE-ONLY-SENT MERGE-LIST", one: "TIME-FORMAT", other: "MERGE-ONLY-SENT MERGE-LIST"}
    )
    rounds = (Round("smoke", together=2), Round("quick"))
    rows = list(asked(cast("ProcessPoolExecutor", found), lambda _: 0, tasks(one, other), rounds))
    assert found.asked == [(both, "--effort=smoke"), (one, "--effort=quick"), (other, "--effort=quick")]
    assert [(row.name, row.exact, row.complaint) for row in rows] == [
        (one, True, f"fault {one}: "),
        (other, False, f"fault {other}: found beside: MERGE-LIST"),
    ]


def test_a_narrow_round_looks_where_nothing_else_was_found() -> None:
    """A fault that broke nothing else is looked for where it is declared; one that did is asked all, and alone."""
    seen, quiet, loud = "text-trimmed", "naive-timestamps", "put-semantics"
    found = Found(
        {seen: "MERGE-TEXT-LITERAL", quiet: "", f"{quiet} --effort=quick": "TIME-FORMAT", loud: "MERGE-LIST"}
    )
    rounds = (Round("smoke"), Round("quick", together=2, narrow=True), Round("quick"))
    rows = list(asked(cast("ProcessPoolExecutor", found), lambda _: 0, tasks(seen, quiet, loud), rounds))
    assert found.asked[3:] == [(quiet, "--effort=quick", "--requirement=TIME-FORMAT"), (loud, "--effort=quick")]
    assert [(row.name, row.exact, row.narrow) for row in rows] == [
        (seen, True, False),
        (quiet, True, True),
        (loud, False, False),
    ]


def test_what_a_narrow_round_misses_is_asked_everything() -> None:
    """Only what all was asked for can be wrong."""
    one = "naive-timestamps"
    rounds = (Round("smoke"), Round("quick", narrow=True), Round("quick"))
    found = Found({one: ""})
    [row] = asked(cast("ProcessPoolExecutor", found), lambda _: 0, tasks(one), rounds)
    assert len(found.asked) == 3
    assert row.complaint == f"fault {one}: not found: TIME-FORMAT"


PARENT = """
import os, time
from fixtures.reference.server import ReferenceServer
from mixpeek_conformance.proof.parallel_runs import pool
if __name__ == "__main__":
    with ReferenceServer() as server, pool(server, 1) as processes:
        print(processes.submit(os.getpid).result(), flush=True)
        time.sleep(600)
"""


def test_processes_of_a_killed_proof_end(tmp_path: Path) -> None:
    """A process that asks faults ends with the one that it asks them for, however that ends."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(script)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    until(lambda: not Path(f"/proc/{worker}").exists())
