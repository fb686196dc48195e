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
    assert reasons.keys() == ids
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


ABOUT_THEM = {one.id for one in CATALOGUE.values() if Capability.CUSTOM_FIELDS in one.needs}
NEWEST = ("--edition", "2026-10", "--effort", "smoke", "--seed", "1")


def test_what_custom_fields_carry_key_prefix_carries(conform: Conform) -> None:
    """Declared, no custom field is sent; all that is not about them is asked with key_prefix, and holds."""
    outcome = conform(
        *NEWEST, "--without", "custom-fields", at="/editions/2026-10/variants/nothing-but-key-prefix-taken"
    )
    assert (outcome.code, outcome.ids("inconclusive")) == (0, set()), outcome.output
    assert outcome.ids("not applicable") == ABOUT_THEM | BY_READER


def test_custom_fields_that_are_refused_are_named(conform: Conform) -> None:
    """Every reason of a target that refuses them, and of the one violation, has the option that declares it."""
    few = ("-k", "test_response or test_timestamp or test_status")
    outcome = conform(*NEWEST, *few, at="/editions/2026-10/faults/refuses-custom-fields")
    assert outcome.ids("violated") == {"RESPONSE-ACCEPTED"}
    said = "custom fields are refused: --without custom-fields declares that"
    told = {one["id"]: one for one in outcome.result["requirements"]}
    assert said in told["RESPONSE-ACCEPTED"]["violations"][0]["actual"]
    silent = [one for one in ("TIME-MOVES", "STATUS-UNCHANGED") if said not in str(told[one]["reason"])]
    assert silent == [], [told[one]["reason"] for one in silent]


def test_custom_fields_that_are_ignored_are_named(conform: Conform) -> None:
    """What is broken by a target that ignores them, and says so in warnings, tells which option declares it."""
    outcome = conform(*NEWEST, "-k", "test_text", at="/editions/2026-10/faults/ignores-custom-fields")
    said = "custom fields are ignored: --without custom-fields declares that"
    told = {one["id"]: one for one in outcome.result["requirements"] if one["id"] in outcome.ids("violated")}
    assert "MERGE-TEXT" in told
    assert all(said in one["violations"][0]["actual"] for one in told.values()), told


def test_a_promised_capability_makes_it_partial(conform: Conform) -> None:
    """Editions before 2026-10 promise custom fields: without them the verdict is never plainly green."""
    outcome = conform("--effort", "smoke", "--seed", "1", "--without", "custom-fields")
    assert (outcome.code, outcome.ids("inconclusive")) == (0, set()), outcome.output
    assert outcome.result["partial"] is True
    assert "partial: edition 2026-04 promises custom fields, and " in outcome.output


@pytest.mark.parametrize(
    ("fault", "broken"),
    [("valid-fields-of-a-refused-patch-stored", "ERROR-ATOMIC"), ("put-semantics", "MERGE-ONLY-SENT")],
)
def test_key_prefix_finds_what_custom_fields_found(conform: Conform, fault: str, broken: str) -> None:
    """A refused patch that takes effect, and a field that is lost, are seen in key_prefix too."""
    few = ("--effort", "smoke", "--seed", "1", "--without", "custom-fields", "-k", broken)
    outcome = conform(*few, at=f"/faults/{fault}")
    assert outcome.ids("violated") == {broken}, outcome.output
