"""The doctor: each step in plain words, what follows for the verdict, and the exit code; and the proof of scopes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest

from contracts.vocabulary.exchange import Exchange, Request, Response
from fixtures.preflight.reachability import _clock
from fixtures.reference.server import ReferenceServer
from tests.support.commands import Conform, Done, Objects, closed_port, command
from tests.support.relay import ReceivedRequest, Relay, Reply

STEPS = (
    "address",
    "TLS",
    "health",
    "key",
    "namespace",
    "permission to create",
    "permission to patch",
    "second namespace",
    "second key",
    "clock",
    "requests",
    "edition",
)
QUICK = ("--effort", "quick", "--seed", "1")


def doctor(folder: Path, environment: Mapping[str, str], *options: str) -> Done:
    done = command("doctor", *options, environment=environment, folder=folder)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def lines_of(done: Done) -> dict[str, str]:
    """Return the sign and the words of each step, by its name."""
    lines = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    return {line[4:26].strip(): line[2] + " " + line[26:] for line in lines}


@pytest.fixture
def reached(reference: ReferenceServer, known: Mapping[str, str]) -> dict[str, str]:
    return {**known, "MIXPEEK_BASE_URL": reference.base_url}


def test_every_step_is_told_in_order_and_nothing_stays(
    reached: dict[str, str], objects: Objects, tmp_path: Path
) -> None:
    """What the steps make is removed; of the files only the ledger stays, hidden from git."""
    before = objects.buckets()
    done = doctor(tmp_path, reached)
    assert done.returncode == 0, done.stdout
    told = lines_of(done)
    assert tuple(told) == STEPS
    assert all(words.startswith("✓ ") for words in told.values())
    assert done.stdout.endswith("a run can begin, and nothing stands in the way of a verdict\n")
    assert objects.buckets() == before
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {"reports/doctor/.gitignore", "reports/doctor/ledger/main.jsonl"}


def test_the_last_sentence_names_the_edition_that_fits_better(
    reference: ReferenceServer, reached: dict[str, str], tmp_path: Path
) -> None:
    """It does so for the edition of the run, and not if that is to be found out, or is the one that fits."""
    at = {**reached, "MIXPEEK_BASE_URL": reference.edition_url("2026-10")}
    done = doctor(tmp_path, at)
    assert done.returncode == 0
    assert done.stdout.endswith("; but edition 2026-10 fits better than 2026-04: give --edition 2026-10\n")
    assert (
        "2026-04, to which a run would hold it: RESPONSE-SOURCE-DETAILS and STATUS-MEMBER are violated" in done.stdout
    )
    told = json.loads(doctor(tmp_path, at, "--json").stdout)["edition"]
    assert told == {"fits_best": ["2026-10"], "better": "2026-10"}
    for edition in ("2026-10", "best-fit"):
        told = json.loads(doctor(tmp_path, at, "--json", "--edition", edition).stdout)
        assert told["edition"] == {"fits_best": ["2026-10"], "better": None}
        assert "fits better" not in told["conclusion"]


@pytest.mark.parametrize(
    ("environment", "options", "step", "code", "sentence"),
    [
        ({"MIXPEEK_API_KEY": "sk_nobody_has_this_key"}, (), "key", 4, "does not take the key in MIXPEEK_API_KEY"),
        ({"MIXPEEK_NAMESPACE": "nowhere"}, (), "namespace", 4, "does not take the namespace 'nowhere'"),
        ({}, ("--bucket", "bkt_0", "--object", "obj_0"), "namespace", 4, "the object obj_0 is not in bucket bkt_0"),
    ],
)
def test_what_stops_a_run_is_the_last_step(
    reached: dict[str, str],
    tmp_path: Path,
    environment: dict[str, str],
    options: tuple[str, ...],
    step: str,
    code: int,
    sentence: str,
) -> None:
    """No further step is tried, and the last line repeats why no run can begin."""
    done = doctor(tmp_path, {**reached, **environment}, *options)
    assert done.returncode == code, done.stdout
    told = lines_of(done)
    assert tuple(told) == STEPS[: STEPS.index(step) + 1]
    assert told[step].startswith("✗ ")
    assert done.stdout.splitlines()[-1].startswith("no run can begin: ")
    assert sentence in done.stdout.splitlines()[-1]
    assert "nobody_has_this_key" not in done.stdout


@pytest.mark.parametrize("key", ["sk_nobody_has_this_key", "nobody.has.it"])
def test_a_wrong_key_is_nothing_left_behind(reached: dict[str, str], tmp_path: Path, key: str) -> None:
    """A key that the target refuses is told as such: nothing was made, so that nothing is left and to be swept."""
    done = doctor(tmp_path, {**reached, "MIXPEEK_API_KEY": key})
    output = done.stdout + done.stderr
    assert (done.returncode, tuple(lines_of(done))[-1]) == (4, "key")
    assert "left behind" not in output
    assert "sweep" not in output


NOWHERE = {"success": False, "status": 401, "error": {"message": "no", "type": "UnauthorizedError"}}


@pytest.mark.parametrize(
    ("reply", "code", "step", "advice"),
    [
        (Reply(404, {"detail": "Not Found"}), 4, "address", "check the URL"),
        (Reply(404, "not found"), 4, "address", "check the URL"),
        (Reply(200, "<html>"), 6, "address", "check the URL"),
        (Reply(401, NOWHERE), 4, "key", "check the key and the URL"),
    ],
    ids=["another API", "a page", "a page for everything", "a gateway"],
)
def test_a_wrong_prefix_is_no_valid_key(
    reached: dict[str, str], tmp_path: Path, reply: Reply, code: int, step: str, advice: str
) -> None:
    """Below a prefix where the API is not, no key is said to be taken, and the URL is what to check."""

    def bend(asked: ReceivedRequest, onward: Callable[[], Reply]) -> Reply:
        return reply if asked.path.startswith("/wrong/") else onward()

    with Relay(reached["MIXPEEK_BASE_URL"], bend) as relay:
        done = doctor(tmp_path, {**reached, "MIXPEEK_BASE_URL": f"{relay.base_url}/wrong"})
    *_, last, conclusion = done.stdout.splitlines()
    assert done.returncode == code, done.stdout
    assert last.startswith(f"  ✗ {step} ")
    assert "is taken" not in done.stdout
    assert advice in conclusion
    assert "left behind" not in done.stdout + done.stderr


def test_nothing_may_be_made(reached: dict[str, str], tmp_path: Path) -> None:
    """The doctor says that an object can be handed over to a target on which nothing can be created."""
    where = {**reached, "MIXPEEK_BASE_URL": reached["MIXPEEK_BASE_URL"] + "/variants/without-set-up"}
    done = doctor(tmp_path, where)
    assert (done.returncode, tuple(lines_of(done))[-1]) == (4, "permission to create")
    assert "hand over an object with --bucket and --object" in done.stdout


def test_nobody_is_there(reached: dict[str, str], tmp_path: Path) -> None:
    """A closed port is exit code 7, after the first step alone."""
    with closed_port() as nowhere:
        done = doctor(tmp_path, {**reached, "MIXPEEK_BASE_URL": f"http://{nowhere}"})
    assert (done.returncode, tuple(lines_of(done))) == (7, ("address",))
    assert f"http://{nowhere} does not answer" in done.stdout


WRONG_SCOPES = [
    (
        {"MIXPEEK_OTHER_NAMESPACE": "mis-spelt"},
        "second namespace",
        "NAMESPACE-ISOLATED",
        "'mis-spelt': check --other",
    ),
    ({"MIXPEEK_FOREIGN_API_KEY": "sk_mis_spelt"}, "second key", "NAMESPACE-FOREIGN", "does not take the foreign key"),
    (
        {"MIXPEEK_FOREIGN_NAMESPACE": "mis-spelt"},
        "second key",
        "NAMESPACE-FOREIGN",
        "check MIXPEEK_FOREIGN_NAMESPACE",
    ),
    ({"MIXPEEK_FOREIGN_API_KEY": ""}, "second key", "NAMESPACE-FOREIGN", "declare --without foreign-key"),
]


@pytest.mark.parametrize(("environment", "step", "requirement", "why"), WRONG_SCOPES)
def test_a_scope_that_is_not_there_is_told_with_what_follows(
    reached: dict[str, str], tmp_path: Path, environment: dict[str, str], step: str, requirement: str, why: str
) -> None:
    """A namespace or a key that does not work names the requirement it costs."""
    done = doctor(tmp_path, {**reached, **environment})
    assert done.returncode == 6, done.stdout
    told = lines_of(done)
    assert [name for name, words in told.items() if not words.startswith("✓ ")] == [step]
    assert why in told[step]
    assert f"{requirement} will be inconclusive, and so the run" in told[step]
    assert done.stdout.endswith(f"a run can begin, and will be inconclusive at best: {step}\n")


@pytest.mark.parametrize(("environment", "step", "requirement", "why"), WRONG_SCOPES[:3])
def test_isolation_from_nobody_is_not_kept_but_inconclusive(
    conform: Conform, environment: dict[str, str], step: str, requirement: str, why: str
) -> None:
    """A refusal proves no isolation if the scope does not exist at all."""
    outcome = conform(*QUICK, "-k", "test_namespace or any_order", **environment)
    assert outcome.code == 6, outcome.output
    assert requirement in outcome.ids("inconclusive")
    assert "NAMESPACE-UNKNOWN" in outcome.ids("holds")
    [one] = [one for one in outcome.result["requirements"] if one["id"] == requirement]
    assert why in one["reason"]
    assert f"  {step}: " in outcome.output


def test_a_namespace_under_its_other_name_is_no_second_one(conform: Conform, objects: Objects) -> None:
    """Given by its id and by its name, it would seem to leak into itself."""
    listed = objects.namespaces()
    outcome = conform(*QUICK, "-k", "test_namespace", MIXPEEK_OTHER_NAMESPACE=listed["reference"])
    assert "NAMESPACE-ISOLATED" in outcome.ids("inconclusive")
    assert "are the same namespace" in outcome.output


def test_a_declared_lack_is_no_hindrance(reached: dict[str, str], tmp_path: Path) -> None:
    """What --without declares is told as not applicable, and the exit code stays 0."""
    done = doctor(tmp_path, {**reached, "MIXPEEK_FOREIGN_API_KEY": ""}, "--without", "foreign-key")
    assert done.returncode == 0, done.stdout
    assert "declared missing with --without foreign-key: not applicable are NAMESPACE-FOREIGN" in done.stdout


def test_a_report_stays_as_it_is(reached: dict[str, str], tmp_path: Path) -> None:
    """A doctor between two runs does not take the place of the newest report."""
    command("run", "--result-only", *QUICK, "-k", "test_status", environment=reached, folder=tmp_path)
    newest = tmp_path / "reports" / "latest"
    folder, before = newest.resolve(), (newest / "conformance.json").read_text("utf-8")
    doctor(tmp_path, reached)
    assert newest.resolve() == folder
    assert (newest / "conformance.json").read_text("utf-8") == before


def answered(date: str | None) -> Exchange:
    headers = () if date is None else (("Date", date),)
    return Exchange(1, Request("GET", "https://m.example/v1/health"), Response(200, headers), 1_000_000.0, 0.5)


@pytest.mark.parametrize(
    ("date", "told"),
    [
        (formatdate(1_000_002, usegmt=True), "within seconds"),
        (formatdate(1_003_600, usegmt=True), "3,600 s ahead of this machine's; no verdict hangs on that"),
        (formatdate(999_900, usegmt=True), "100 s behind this machine's; no verdict hangs on that"),
        ("yesterday", "does not tell its time"),
        (None, "does not tell its time"),
    ],
)
def test_clocks_are_compared(date: str | None, told: str) -> None:
    """A difference is told in seconds; neither it nor a missing Date stops a run."""
    examined = _clock(answered(date))
    assert told in examined.sentence
    assert examined == replace(examined, follows="", stops=None)
