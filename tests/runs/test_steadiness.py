"""The script that looks for verdicts that vary with the seed."""

import subprocess
import sys
from collections import Counter

import pytest

from mixpeek_conformance.proof.parallel_runs import Outcome
from tests.support.commands import ROOT
from tools.steadiness import told, varying


def test_only_what_has_not_always_the_same_verdict_is_reported() -> None:
    """A requirement that is missing from one run counts as another verdict."""
    runs = [
        Outcome({"A-A": "holds", "A-B": "holds", "A-C": "holds"}),
        Outcome({"A-A": "holds", "A-B": "violated", "A-C": "holds"}),
        Outcome({"A-A": "holds", "A-B": "holds"}),
    ]
    assert varying(runs) == {"A-B": Counter(holds=2, violated=1), "A-C": Counter(holds=2, missing=1)}


def test_lanes_are_told_apart_where_a_verdict_varies(capsys: pytest.CaptureFixture[str]) -> None:
    """What varies from lanes to lanes is reported, with the run to repeat; a failed run is not a steady one."""
    usual, other = Outcome({"A-A": "holds"}), Outcome({"A-A": "violated"})
    assert told("it", {(1, 1): usual, (1, 16): usual})
    assert not told("it", {(1, 1): usual, (1, 16): other, (2, 1): usual, (2, 16): usual})
    assert not told("it", {(3, 1): usual, (3, 16): Outcome({"A-A": "holds"}, "exit 3: bug")})
    printed = capsys.readouterr().out
    assert "A-A: {'holds': 3, 'violated': 1}, first otherwise with --seed 1 --in-flight 16" in printed
    assert "--seed 3 --in-flight 16: exit 3: bug" in printed


def test_two_seeds_are_steady() -> None:
    """The reference service and a variant are asked with each."""
    command = [sys.executable, "-m", "tools.steadiness", "--effort", "smoke", "--seeds", "2", "nulls-absent"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "the reference service: 2 runs, 0 requirements vary, 0 runs failed",
        "nulls-absent: 2 runs, 0 requirements vary, 0 runs failed",
    ]


def test_an_unknown_variant_is_named() -> None:
    """The script ends at once, and not after an hour without it."""
    command = [sys.executable, "-m", "tools.steadiness", "no-such-variant"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no variant is called no-such-variant" in done.stderr
