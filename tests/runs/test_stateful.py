"""The state machine: finds what only a sequence shows, charges the clause that broke, and ends."""

import re

import pytest

from contracts.catalogue import CATALOGUE
from fixtures.reference.deviations import FAULTS
from tests.support.client_responses import BY_READER
from tests.support.commands import Conform, Objects, Outcome

ONLY = ("--effort", "standard", "-k", "in_any_order")
SEQUENCES = (
    "refused-patch-committed-by-the-next",
    "queue-drained-without-a-look-at-the-key",
    "lost-patch-delivered-late",
)


def violation(run: Outcome, requirement: str) -> dict[str, object]:
    [one] = [one for one in run.result["requirements"] if one["id"] == requirement]
    shown: dict[str, object] = one["violations"][0]
    return shown


@pytest.mark.parametrize("seed", range(1, 2))
def test_the_reference_service_does_nothing_wrong_in_any_order(conform: Conform, seed: int) -> None:
    """Sequences are asked, and raise no false alarm."""
    run = conform(*ONLY, "--seed", str(seed))
    assert run.ids("violated") == set()
    assert re.search(r"STATEFUL +[1-9]\d* checks", run.output)


@pytest.mark.slow
@pytest.mark.parametrize("fault", SEQUENCES)
def test_what_only_a_sequence_shows_is_found(conform: Conform, fault: str) -> None:
    """The evidence is the sequence; one lane asks it, since patches of another would come between its steps."""
    run = conform(*ONLY, "--seed", "2", "--in-flight", "1", at=f"/faults/{fault}")
    assert run.ids("violated") == FAULTS[fault].breaks == {"MERGE-OTHER-OBJECTS"}
    exchanges: list[dict[str, dict[str, object]]] = violation(run, "MERGE-OTHER-OBJECTS")["exchanges"]  # type: ignore[assignment]
    addressed = {str(one["request"]["url"]).rpartition("/")[2] for one in exchanges}
    assert len(addressed) > 1
    assert {one["response"]["status"] for one in exchanges} & {401, 404, 422}


@pytest.mark.parametrize(
    "fault", ["namespace-looked-up-and-not-used", "put-semantics", "echo-without-storing", "created-in-local-time"]
)
def test_other_faults_are_charged_to_what_they_declare(conform: Conform, fault: str) -> None:
    """The sequences charge nothing else."""
    run = conform(*ONLY, "--seed", "1", at=f"/faults/{fault}")
    assert run.ids("violated")
    assert run.ids("violated") <= FAULTS[fault].breaks


def test_the_same_seed_asks_the_same(conform: Conform) -> None:
    """Two runs with it send as many requests; another seed sends others."""
    first, second, other = (conform(*ONLY, "--seed", seed).result["run"]["requests"] for seed in ("7", "7", "8"))
    assert first == second != other


def test_an_object_that_is_handed_over_leaves_it_unasked(conform: Conform, objects: Objects) -> None:
    """Sequences need several objects, which the run then may not make."""
    bucket, identifier, _ = objects.make()
    run = conform(*ONLY, "--bucket", bucket, "--object", identifier, "--allow-residue")
    assert run.code == 6
    assert "an object was handed over" in run.output
    assert run.ids("violated") == set()


def test_a_lack_of_another_namespace_leaves_the_rest_asked(conform: Conform) -> None:
    """The lack was declared."""
    run = conform(*ONLY, "--seed", "1", "--without", "other-namespace", "--without", "foreign-key")
    assert re.search(r"STATEFUL +[1-9]\d* checks", run.output)
    assert run.ids("not applicable") == {
        *BY_READER,
        *(one for one in CATALOGUE if CATALOGUE[one].needs & {"other-namespace", "foreign-key"}),
    }
