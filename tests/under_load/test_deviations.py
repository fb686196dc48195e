"""Each fault that shows under load is found within a minute by 50 users, and no variant is ever blamed."""

from pathlib import Path

import pytest

from fixtures.reference.deviations import LOAD_FAULTS, LOAD_VARIANTS
from fixtures.reference.server import ReferenceServer
from tests.support.commands import Outcome, started

MANY = ("--users", "50", "--spawn-rate", "50", "--pause", "0.05")
VARIED = (
    *("read-back-lags", "whole-seconds", "lean-answers-to-patches", "objects-are-processed", "touched-by-the-system"),
    *("whole-numbers-with-a-fraction", "connection-closed", "too-many-requests-for-a-second", "briefly-unavailable"),
)
"""Variants of which something might look like a fault when many ask."""


def load(base_url: str, server: ReferenceServer, folder: Path, *arguments: str) -> Outcome:
    given = ("load", "--base-url", base_url, "--report-dir", str(folder), *MANY, *arguments)
    done = started(*given, environment=server.credentials.environment, folder=folder)
    return Outcome(done.returncode, done.stdout + done.stderr, folder)


@pytest.mark.parametrize("name", LOAD_FAULTS)
def test_a_fault_is_found_within_a_minute(reference: ReferenceServer, name: str, tmp_path: Path) -> None:
    """It breaks one of what it declares at least, and nothing else."""
    loaded = load(reference.fault_url(name), reference, tmp_path, "--run-time", "1m")
    assert loaded.code == 1, loaded.output
    assert loaded.ids("violated")
    assert loaded.ids("violated") <= LOAD_FAULTS[name].breaks, loaded.output
    first = next(one["second"] for one in loaded.result["load"]["samples"] if one["violations"])
    print(f"{name}: after {first} s, {loaded.ids('violated')}")  # noqa: T201 - for the documents, with -s


@pytest.mark.parametrize("name", [*LOAD_VARIANTS, *VARIED])
def test_a_variant_is_not_blamed(reference: ReferenceServer, name: str, tmp_path: Path) -> None:
    """What the contract leaves open stays open under load, and 429 is capacity."""
    loaded = load(reference.variant_url(name), reference, tmp_path, "--run-time", "10s")
    assert not loaded.ids("violated"), loaded.output
    assert loaded.code == 0, loaded.output
    if name in LOAD_VARIANTS:
        assert loaded.result["load"]["capacity"] > 0


def test_several_processes_of_the_service_are_one(tmp_path: Path) -> None:
    """Three processes that share a database keep the contract for users of two worker processes."""
    with ReferenceServer(workers=3) as server:
        loaded = load(server.base_url, server, tmp_path, "--run-time", "10s", "--processes", "2")
    assert (loaded.code, loaded.result["load"]["workers"]) == (0, 2), loaded.output
