"""The script that looks for verdicts that vary with the seed."""

import subprocess
import sys
from collections import Counter

from mixpeek_conformance.parallel_runs import Outcome
from tests.support.commands import ROOT
from tools.steadiness import varying


def test_only_what_has_not_always_the_same_verdict_is_reported() -> None:
    runs = [
        Outcome({"A-A": "holds", "A-B": "holds", "A-C": "holds"}),
        Outcome({"A-A": "holds", "A-B": "violated", "A-C": "holds"}),
        Outcome({"A-A": "holds", "A-B": "holds"}),
    ]
    assert varying(runs) == {"A-B": Counter(holds=2, violated=1), "A-C": Counter(holds=2, missing=1)}


def test_two_seeds_on_the_reference_service_and_a_variant_are_steady() -> None:
    command = [sys.executable, "-m", "tools.steadiness", "--effort", "smoke", "--seeds", "2", "nulls-absent"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "the reference service: 2 runs, 0 requirements vary, 0 runs failed",
        "nulls-absent: 2 runs, 0 requirements vary, 0 runs failed",
    ]


def test_an_unknown_variant_is_named() -> None:
    command = [sys.executable, "-m", "tools.steadiness", "no-such-variant"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no variant is called no-such-variant" in done.stderr
