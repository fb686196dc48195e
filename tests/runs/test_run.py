"""Whole runs, as users start them: the verdict, the exit code, and what is left behind."""

import base64
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator

from fixtures.reference.deviations import FAULTS
from fixtures.reference.editions import AND
from fixtures.reference.server import ReferenceServer
from reports.renderings import registry
from reports.result import document
from tests.support.catalogue import OURS
from tests.support.client_responses import BY_READER
from tests.support.commands import ROOT, Conform, Objects, begun, command, run_suite

SCHEMA = Draft202012Validator(json.loads((ROOT / "reports" / "conformance.schema.json").read_text("utf-8")))
QUICK = ("--effort", "quick", "--seed", "1")
SMOKE = ("--effort", "smoke", "--seed", "1")
"""Asks for every clause, with a third of the requests of quick."""


def test_the_embedded_service_is_conformant(tmp_path: Path) -> None:
    """The run says what that is worth: it is a demonstration."""
    outcome = run_suite((*QUICK, "--demo"), {"CI": "true"}, tmp_path)
    assert outcome.code == 0, outcome.output
    assert outcome.result["summary"] == {
        "holds": len(OURS) - len(BY_READER),
        "violated": 0,
        "inconclusive": 0,
        "not applicable": len(BY_READER),
        "waived": 0,
    }
    assert outcome.result["target"]["reference_service"] is outcome.result["demonstration"] is True
    assert "this says nothing about any deployment" in outcome.output
    SCHEMA.validate(outcome.result)


@pytest.mark.parametrize(
    "fault",
    ["naive-timestamps", "any-key-accepted"],
)
def test_a_planted_fault_is_called_by_its_requirements(conform: Conform, fault: str) -> None:
    """The least effort finds it, under what it declares and nothing else."""
    outcome = conform(*SMOKE, at=f"/faults/{fault}")
    assert outcome.code == 1
    assert outcome.result["verdict"] == "non-conformant"
    assert outcome.ids("violated") == FAULTS[fault].breaks
    SCHEMA.validate(outcome.result)
    for requirement in FAULTS[fault].breaks:
        assert f"✗ {requirement}  MUST" in outcome.output


def test_faults_together_are_told_apart(conform: Conform) -> None:
    """A target with three deviations is called by the requirements of each, and by no other."""
    together = ("beginning-of-the-key-compared", "naive-timestamps", "nested-nulls-dropped")
    outcome = conform(*SMOKE, at=f"/faults/{AND.join(together)}")
    assert outcome.ids("violated") == set().union(*(FAULTS[one].breaks for one in together))


def test_a_violation_shows_a_curl_that_repeats_it(conform: Conform, known: Mapping[str, str]) -> None:
    """It stands beside expected, actual and the exchange."""
    outcome = conform(*QUICK, "-k", "test_timestamp", at="/faults/naive-timestamps")
    [violated] = [one for one in outcome.result["requirements"] if one["id"] == "TIME-FORMAT"]
    shown = violated["violations"][0]
    assert shown["expected"] == "created_at: a date-time (RFC 3339 section 5.6)"
    assert shown["actual"].endswith("which has no UTC offset")
    [exchange] = shown["exchanges"]
    assert "replay --script . TIME-FORMAT --base-url" in outcome.output
    bash = shutil.which("bash") or "bash"
    again = subprocess.run(
        [bash, "-c", exchange["curl"]], env={**os.environ, **known}, capture_output=True, text=True, check=False
    )
    # The object is gone by now, so the same request with the right key finds nothing: it got past the key.
    assert again.stdout.startswith("HTTP/1.1 404"), again.stdout + again.stderr


def test_a_violated_should_counts_only_when_strict(conform: Conform) -> None:
    """It is reported either way; the exit code differs."""
    outcome = conform(*SMOKE, at="/faults/stack-trace-in-details")
    assert (outcome.code, outcome.ids("violated")) == (0, {"ERROR-NO-INTERNALS"})
    strict = conform(*SMOKE, "--strict", at="/faults/stack-trace-in-details")
    assert (strict.code, strict.ids("violated")) == (1, {"ERROR-NO-INTERNALS"})


@pytest.mark.parametrize(
    "several", [("--in-flight=3",), pytest.param(("-n", "2"), marks=pytest.mark.slow)], ids=["lanes", "workers"]
)
def test_several_processes_give_the_same_verdict(conform: Conform, several: tuple[str, ...]) -> None:
    """Lanes, and workers of xdist, find what one process finds."""
    verdicts = []
    for options in (("--in-flight=1",), several):
        outcome = conform(*SMOKE, *options, at="/faults/put-semantics")
        verdicts.append((outcome.code, outcome.ids("violated"), outcome.ids("holds")))
    assert verdicts[0][:2] == (1, {"MERGE-ONLY-SENT"})
    assert verdicts[1] == verdicts[0]


def test_a_selection_of_checks_is_no_verdict_on_the_rest(conform: Conform) -> None:
    """What -k left out is inconclusive, and so is the run."""
    outcome = conform(*QUICK, "-k", "null_does_not")
    assert outcome.code == 6
    assert outcome.ids("holds") >= {"MERGE-NULL"}
    assert "MERGE-CONCURRENT" in outcome.ids("inconclusive")


def test_nothing_asked_is_no_pass(conform: Conform) -> None:
    """A selection that matches nothing is exit code 5, and not a green pipeline."""
    assert conform(*QUICK, "-k", "no_such_check").code == 5


def test_a_target_without_a_second_namespace_gets_one_made(conform: Conform) -> None:
    """Isolation is asked without any setting, if the key may create one."""
    outcome = conform(*QUICK, "-k", "test_namespace", MIXPEEK_OTHER_NAMESPACE="")
    assert "NAMESPACE-ISOLATED" in outcome.ids("holds"), outcome.output


def test_without_a_foreign_key_isolation_is_inconclusive_by_name(conform: Conform) -> None:
    """The run says which variable would have it asked."""
    outcome = conform(*SMOKE, MIXPEEK_FOREIGN_API_KEY="")
    assert (outcome.code, outcome.ids("inconclusive")) == (6, {"NAMESPACE-FOREIGN"})
    assert "MIXPEEK_FOREIGN_API_KEY" in outcome.output


def test_a_declared_lack_is_not_applicable_and_shown(conform: Conform) -> None:
    """The run passes, and its output repeats the declaration."""
    outcome = conform(*SMOKE, "--without", "foreign-key", MIXPEEK_FOREIGN_API_KEY="")
    assert (outcome.code, outcome.ids("not applicable")) == (0, {"NAMESPACE-FOREIGN", *BY_READER})
    assert "--without foreign-key" in outcome.output


def test_an_object_that_is_handed_over_is_put_back(conform: Conform, objects: Objects) -> None:
    """Nothing but updated_at differs afterwards, and nothing is found broken."""
    bucket, identifier, before = objects.make()
    outcome = conform(*QUICK, "--bucket", bucket, "--object", identifier, "--without", "set-up", "--allow-residue")
    assert outcome.code in (0, 6), outcome.output
    assert outcome.ids("violated") == set()
    after = objects.get(bucket, identifier)
    assert {name: value for name, value in after.items() if value is not None} == {
        **{name: value for name, value in before.items() if value is not None},
        "updated_at": after["updated_at"],
    }


def test_nothing_is_left_on_the_target(conform: Conform, objects: Objects) -> None:
    """The areas that make most things remove all of them."""
    before = objects.buckets()
    outcome = conform(*QUICK, "-k", "test_namespace or test_stateful or test_errors")
    assert outcome.result["left_behind"] == []
    assert objects.buckets() == before


def test_ctrl_c_cleans_up_and_still_reports(
    reference: ReferenceServer, known: Mapping[str, str], objects: Objects, tmp_path: Path
) -> None:
    """Exit code 2 comes with every rendering of what was found until then."""
    before = objects.buckets()
    process = started(reference, known, tmp_path)
    process.send_signal(signal.SIGINT)
    output = process.communicate(timeout=60)[0]
    assert process.returncode == 2, output
    assert ("the run was interrupted" in output, "KeyboardInterrupt" in output) == (True, False)
    result = json.loads((tmp_path / "conformance.json").read_text("utf-8"))
    assert result["run"]["interrupted"] is True
    SCHEMA.validate(result)
    assert objects.buckets() == before
    told = document.load(tmp_path)
    for name, render in registry.FILES.items():
        assert (tmp_path / name).read_bytes() == render(told), name


def test_a_target_that_dies_is_unreachable(known: Mapping[str, str], tmp_path: Path) -> None:
    """What was found until then is kept."""
    with ReferenceServer() as server:
        process = started(server, known, tmp_path)
    output = process.communicate(timeout=120)[0]
    assert process.returncode == 7, output
    assert "Traceback" not in output
    result = json.loads((tmp_path / "conformance.json").read_text("utf-8"))
    assert "gave no answer 5 times in a row" in result["run"]["target_gone"]
    assert result["summary"]["holds"] > 0
    assert result["summary"]["violated"] == 0
    SCHEMA.validate(result)


@pytest.mark.slow
def test_a_worker_that_crashes_is_a_failure_of_the_suite(conform: Conform, tmp_path: Path) -> None:
    """It is exit code 3, and what the worker was asking stays inconclusive."""
    (tmp_path / "crash.py").write_text(
        "import os\ndef pytest_runtest_call(item):\n    if 'long_text' in item.name: os._exit(1)\n"
    )
    path = f"{ROOT}{os.pathsep}{tmp_path}"
    outcome = conform(*QUICK, "-n", "2", "-p", "crash", "-k", "long_text or null_does_not", PYTHONPATH=path)
    assert outcome.code == 3, outcome.output
    assert "a worker process may have crashed" in outcome.output
    assert "MERGE-TEXT-LONG" in outcome.ids("inconclusive")


def test_a_bug_in_a_check_is_a_failure_of_the_suite(conform: Conform, tmp_path: Path) -> None:
    """It is no violation of the target."""
    (tmp_path / "bug.py").write_text(
        "def pytest_runtest_call(item):\n    if 'null_does_not' in item.name: raise KeyError('a bug')\n"
    )
    outcome = conform(*SMOKE, "-p", "bug", PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}")
    assert (outcome.code, outcome.ids("violated")) == (3, set()), outcome.output
    assert "please report it" in outcome.output
    [error] = outcome.result["suite_errors"]
    assert "a bug" in error["error"]


def started(server: ReferenceServer, known: Mapping[str, str], folder: Path) -> "subprocess.Popen[str]":
    """Start a long run, and yield it once its first area is through."""
    environment = {**known, "MIXPEEK_BASE_URL": server.base_url}
    process = begun(
        "run", "--report-dir", str(folder), "--effort", "thorough", environment=environment, folder=folder
    )
    assert process.stdout is not None
    assert " check" in process.stdout.readline()
    return process


def forms(key: str) -> set[bytes]:
    """Everything that a key may have become on its way into a file: escaped, or in base64 at any offset."""
    raw = key.encode()
    shifted = (base64.b64encode(b"x" * shift + raw)[shift + 1 : -3] for shift in range(3))
    return {
        raw,
        quote(key, safe="").encode(),
        json.dumps(key)[1:-1].encode(),
        raw[::-1],
        raw.hex().encode(),
        *shifted,
    }


@pytest.mark.parametrize("fault", ["refusal-repeats-the-key", "answer-repeats-the-key-in-a-header"])
def test_no_key_is_in_anything_that_the_run_wrote(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path, fault: str
) -> None:
    """Not from a target that repeats it, by no command, and in no encoding."""
    folder, home = tmp_path / "report", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    where = f'base-url = "{reference.fault_url(fault)}"\nnamespace = "{known["MIXPEEK_NAMESPACE"]}"\n'
    (folder / "conformance.toml").write_text(f"[targets.leaky]\n{where}")
    planted = {**known, "MIXPEEK_HEADER_X_GATE": "open sesame of the gate"}
    environment = {**planted, "HOME": str(home), "XDG_CACHE_HOME": str(home), "TMPDIR": str(home)}
    talkative = (*SMOKE, "--showlocals", "--tb=long", "-vv", "-o", f"cache_dir={home}/cache", "--alluredir", "checks")
    outcome = run_suite(("--base-url", reference.fault_url(fault), *talkative), environment, folder)
    for others in (
        ("doctor", "--base-url", reference.fault_url(fault)),
        ("replay", str(folder), "--base-url", reference.fault_url(fault)),
        ("compare", str(folder), str(folder), "--format", "markdown"),
        ("audit", str(folder / "exchanges.har"), "--report-dir", "audited"),
        ("matrix", "--report-dir", "targets", "--", *SMOKE, "-m", "not observation"),
    ):
        done = command(*others, environment=environment, folder=folder)
        assert "Traceback" not in done.stderr, done.stderr
        (home / f"{others[0]}.txt").write_text(done.stdout + done.stderr)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in written} >= {
        "conformance.json",
        "index.html",
        "exchanges.har",
        "main.jsonl",
        "targets.html",
    }
    for name in ("MIXPEEK_API_KEY", "MIXPEEK_FOREIGN_API_KEY", "MIXPEEK_HEADER_X_GATE"):
        for form in forms(planted[name]):
            assert form not in outcome.output.encode()
            for path in written:
                assert form not in path.read_bytes(), (path, form)


def test_a_run_says_which_edition_fits_better(conform: Conform) -> None:
    """Held to an older edition, a service of a later one is told of it in one line, with the reason."""
    asked = ("--effort", "quick", "-k", "STATUS-MEMBER or SOURCE-DETAILS")
    run = conform(*asked, at="/editions/2026-10")
    assert run.ids("violated") == {"STATUS-MEMBER", "RESPONSE-SOURCE-DETAILS"}
    [line] = [line for line in run.output.splitlines() if "fits better (" in line]
    assert line.startswith("  edition 2026-10 fits better (--edition 2026-10): nothing is against it")
    assert "RESPONSE-SOURCE-DETAILS and STATUS-MEMBER are violated" in line
    alone = "is violated by edition 2026-04 alone: 2026-10, which fits better, allows it (--edition 2026-10)"
    assert [line.strip() for line in run.output.splitlines()].count(alone) == 2


def test_a_violation_of_both_editions_is_not_laid_to_one(conform: Conform) -> None:
    """A fault of its own is told without the sentence that the edition alone is against it."""
    asked = ("--effort", "quick", "-k", "STATUS-MEMBER or SOURCE-DETAILS or BUCKET-ID or bucket_id")
    run = conform(*asked, at="/editions/2026-10/faults/bucket-id-absent")
    assert "RESPONSE-BUCKET-ID" in run.ids("violated")
    told = run.output.partition("✗ RESPONSE-BUCKET-ID")[2].partition("✗ ")[0]
    assert "alone" not in told
    assert run.output.count("is violated by edition 2026-04 alone") == 2


def test_the_edition_that_fits_best_is_found_and_named(conform: Conform) -> None:
    """The verdict names it, and the report says why: the runner-up, and the responses that decide."""
    run = conform("--effort", "quick", "--edition", "best-fit", "-k", "STATUS-MEMBER", at="/editions/2026-10")
    assert (run.ids("violated"), run.result["edition"]) == (set(), "2026-10")
    assert "RESPONSE-EDGES" in {one["id"] for one in run.result["requirements"]}
    first, *deciding = run.result["run"]["best_fit"]
    assert first.startswith("edition 2026-10 fits best: nothing is against it; runner-up 2026-06: ")
    assert 1 <= len(deciding) <= 3
    assert f"  {first}" in run.output
    assert "about edition 2026-10" in run.output


def test_a_choice_is_held_against_the_edition_that_fits(conform: Conform) -> None:
    """A requirement that the default lacks may be chosen with best-fit, if the edition that is found has it."""
    best = ("--effort", "smoke", "--edition", "best-fit", "--requirement", "RESPONSE-EDGES")
    asked = conform(*best, at="/editions/2026-10")
    assert ("RESPONSE-EDGES" in asked.ids("holds"), asked.result["edition"]) == (True, "2026-10")
    assert "about edition 2026-10" in asked.output
    refused = conform(*best)
    assert refused.code == 4
    assert "edition 2026-04 has no requirement RESPONSE-EDGES: leave it out" in refused.output
