"""What a conforming target may lack: declared, it is not applicable; undeclared, the reason names the option."""

from pathlib import Path

import pytest

from contracts.catalogue import CATALOGUE
from contracts.catalogue.requirement import Capability
from fixtures.reference.server import ReferenceServer
from tests.support.client_responses import BY_READER
from tests.support.commands import Conform, command

TIMES = {one.id for one in CATALOGUE.values() if one.id.startswith("TIME-")}
FORMS = {"NAMESPACE-NAME-OR-ID"}
FEW = ("--effort", "quick", "--seed", "1", "-k", "test_timestamp or name_and_id")
LACKING = [
    ("without-timestamps", "timestamps", TIMES),
    ("timestamps-null", "timestamps", TIMES),
    ("without-namespace-list", "namespace-list", FORMS),
]


@pytest.mark.parametrize(("variant", "capability", "ids"), LACKING)
def test_what_is_declared_missing_is_not_applicable(
    conform: Conform, variant: str, capability: str, ids: set[str]
) -> None:
    """The requirements that need it, and no others, are left out by name."""
    outcome = conform(*FEW, "--without", capability, at=f"/variants/{variant}")
    assert outcome.ids("not applicable") == ids | BY_READER, outcome.output
    assert outcome.ids("violated") == set()


@pytest.mark.parametrize(("variant", "capability", "ids"), [LACKING[0], LACKING[2]])
def test_what_is_missing_is_named_with_what_declares_it(
    conform: Conform, variant: str, capability: str, ids: set[str]
) -> None:
    """An undeclared lack leaves its requirements inconclusive, with the option to give."""
    outcome = conform(*FEW, at=f"/variants/{variant}")
    reasons = {one["id"]: one["reason"] for one in outcome.result["requirements"] if one["id"] in ids}
    assert all(f"--without {capability} declares that" in str(reason) for reason in reasons.values()), reasons


@pytest.mark.parametrize(("variant", "capability"), [(one[0], one[1]) for one in LACKING])
def test_the_doctor_names_what_declares_it(
    reference: ReferenceServer, tmp_path: Path, variant: str, capability: str
) -> None:
    """The doctor sees the lack before a run does."""
    known = {**reference.credentials.environment, "MIXPEEK_BASE_URL": reference.variant_url(variant)}
    done = command("doctor", environment=known, folder=tmp_path)
    assert (done.returncode, f"none: declare --without {capability}" in done.stdout) == (6, True), done.stdout
    done = command("doctor", "--without", capability, environment=known, folder=tmp_path)
    assert (done.returncode, f"declared missing with --without {capability}" in done.stdout) == (0, True), done.stdout


def test_what_is_declared_missing_and_there_is_judged(conform: Conform) -> None:
    """A wrong timestamp is a violation, whatever was declared."""
    outcome = conform(*FEW, "--without", "timestamps", at="/faults/naive-timestamps")
    assert (outcome.code, outcome.ids("violated")) == (1, {"TIME-FORMAT"}), outcome.output
    assert outcome.ids("not applicable") == TIMES - {"TIME-FORMAT"} | BY_READER


def test_a_lack_of_deletion_is_named_and_can_be_declared(conform: Conform) -> None:
    """A target that deletes no object alone leaves one requirement open, with the option to give."""
    asked = ("--effort", "quick", "--seed", "1", "-k", "deleted_object", "--result-only")
    outcome = conform(*asked, at="/variants/without-deletion-of-objects")
    [one] = [one for one in outcome.result["requirements"] if one["id"] == "ERROR-DELETED-OBJECT"]
    assert (one["verdict"], "--without delete declares that" in one["reason"]) == ("inconclusive", True), one
    outcome = conform(*asked, "--without", "delete", at="/variants/without-deletion-of-objects")
    assert outcome.ids("not applicable") == {"ERROR-DELETED-OBJECT", *BY_READER}, outcome.output


def test_every_capability_is_needed() -> None:
    """No capability can be declared for nothing."""
    needed = frozenset[Capability]().union(*(one.needs for one in CATALOGUE.values()))
    assert needed == frozenset(Capability)
