"""Runs whose responses are read by a program, and what becomes of them if it fails."""

import shlex
import sys
from pathlib import Path

import pytest

from tests.support.client_responses import STRICT
from tests.support.commands import Conform

FEW = ("--effort", "quick", "--seed", "1", "-k", "test_client or test_status")


@pytest.mark.parametrize(
    "workers", [pytest.param((), id="alone"), pytest.param(("-n", "2"), id="workers", marks=pytest.mark.slow)]
)
def test_a_client_that_reads_all_holds(conform: Conform, workers: tuple[str, ...]) -> None:
    """The area is asked like any other, and reports name the program."""
    outcome = conform(*FEW, *workers, "--reader", STRICT)
    assert {one for one in outcome.ids("holds") if one.startswith("CLIENT")} == {
        "CLIENT-READS-OBJECT",
        "CLIENT-READS-ERROR",
    }
    assert outcome.result["run"]["options"]["reader"] == f"{STRICT} (a strict client)"


def test_what_cannot_be_read_names_the_member(conform: Conform) -> None:
    """Any exchange of the run shows it, and a SHOULD does not change the verdict."""
    outcome = conform(*FEW, "--reader", STRICT, at="/faults/count-with-a-fraction")
    [violated] = [one for one in outcome.result["requirements"] if one["id"] == "CLIENT-READS-OBJECT"]
    assert (violated["verdict"], violated["level"]) == ("violated", "SHOULD")
    assert violated["violations"][0]["expected"] == "document_count: a whole number (a strict client)"
    assert violated["violations"][0]["actual"] == "3.0"
    assert violated["occurrences"] > 3


def test_without_a_program_the_area_is_not_applicable(conform: Conform) -> None:
    """Nothing of it is asked, and that makes no run inconclusive."""
    outcome = conform(*FEW)
    [judged] = [one for one in outcome.result["requirements"] if one["id"] == "CLIENT-READS-OBJECT"]
    assert judged["verdict"] == "not applicable"
    assert "--reader" in judged["reason"]
    assert "2 requirements are not applicable without --reader" in outcome.output
    assert [one for one in outcome.result["observations"] if one["id"] == "client-drops"] == []


def test_a_program_that_dies_leaves_the_area_open(conform: Conform, tmp_path: Path) -> None:
    """What it had read until then does not make it green."""
    program = tmp_path / "dies.py"
    program.write_text(
        'print(\'{"reader": "mortal"}\', flush=True)\n'
        "for _ in range(8): input(); print('{\"read\": true}', flush=True)\n"
        "raise SystemExit('out of memory')\n"
    )
    outcome = conform(*FEW, "--reader", shlex.join((sys.executable, str(program))))
    assert {"CLIENT-READS-OBJECT", "CLIENT-READS-ERROR"} <= outcome.ids("inconclusive")
    assert "the program of --reader has ended with exit code 1: out of memory" in outcome.output


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-program", "--reader no-such-program cannot be started (No such file or directory)"),
        ("echo hello", '--reader echo hello says "hello", which is no line of JSON'),
        ("sdk no-such-python", "--reader sdk no-such-python cannot be started"),
        ("sdk 'python", '--reader "sdk \'python" is no command'),
    ],
)
def test_a_program_that_is_none_is_wrong_use(conform: Conform, command: str, said: str) -> None:
    """The run ends before it begins, in one line."""
    outcome = conform(*FEW, "--reader", command)
    assert outcome.code == 4
    assert said in outcome.output
    assert len(outcome.output.strip().splitlines()) == 1
