"""Lanes: many requests in flight from one run, with the verdict, the examples and the end of a run with one."""

import json
import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.vocabulary.efforts import EFFORTS
from fixtures.reference.server import ReferenceServer
from fixtures.stateful.machine import parts_of, seed_of
from tests.commands.test_sweep import reached, wait_for
from tests.support.commands import ROOT, Conform, Objects, Outcome, begun, command
from tests.support.stand_in import gateway

QUICK = ("--effort", "quick", "--seed", "1", "--keep", "all")
SMOKE = ("--effort", "smoke", "--seed", "1", "--keep", "all")
FEW = ("-k", "text or null or other_bucket or any_order")
THREE = ("--in-flight", "3")


@pytest.fixture
def alone() -> Iterator[ReferenceServer]:
    with ReferenceServer() as server:
        yield server


def bodies(folder: Path) -> Counter[str]:
    """Return how often each body was patched."""
    entries = json.loads((folder / "exchanges.har").read_text("utf-8"))["log"]["entries"]
    requests = [one["request"] for one in entries]
    return Counter(one["postData"]["text"] for one in requests if one["method"] == "PATCH" and one.get("postData"))


def lanes_of(folder: Path) -> dict[str, list[dict[str, object]]]:
    """Return the events of each process, by the name of its ledger."""
    return {
        path.stem: [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
        for path in (folder / "ledger").glob("*.jsonl")
    }


def begun_in_lanes(alone: ReferenceServer, folder: Path, *options: str) -> "subprocess.Popen[str]":
    """Start a run with three lanes as its users do."""
    given = ("run", *QUICK, *THREE, "--result-only", "--report-dir", str(folder), *options)
    return begun(*given, environment=reached(alone), folder=folder)


def test_lanes_give_the_same_verdict(conform: Conform, objects: Objects, tmp_path: Path) -> None:
    """A fault is judged alike by one lane and by three, which take turns, and leave nothing."""
    before, found = objects.buckets(), []
    for number in ("1", "3"):
        outcome = conform(*SMOKE, "--in-flight", number, at="/faults/put-semantics")
        found.append({one["id"]: one["verdict"] for one in outcome.result["requirements"]})
    assert found[0] == found[1]
    told = lanes_of(tmp_path)
    assert sorted(told) == ["lane1", "lane2", "lane3", "main"]
    assert all(len(events) > 10 for name, events in told.items() if name != "main")
    assert objects.buckets() == before


def test_the_same_seed_sends_the_same_examples(conform: Conform, tmp_path: Path) -> None:
    """What Hypothesis draws is the same in one lane and in three."""
    chosen = ("--effort", "standard", "--seed", "7", "-k", "created_at", "--keep", "all")
    sent = []
    for number in ("1", "3"):
        outcome = conform(*chosen, "--in-flight", number, renderings=True)
        assert "TIME-CREATED-FIXED" in outcome.ids("holds"), outcome.output
        sent.append(bodies(tmp_path))
    assert sent[0] == sent[1]
    assert sent[0].total() > 100


def test_each_part_of_a_machine_has_a_seed() -> None:
    """The examples of the state machine are shared out by the effort alone; quick asks them in one part."""
    assert [parts_of(one.examples) for one in EFFORTS.values()] == [1, 1, 4, 8]
    assert len({seed_of(7, "AnyOrder", part) for part in range(8)}) == 8


def asked(folder: Path) -> list[dict[str, str]]:
    """Return the events of checks that passed."""
    return [one for events in lanes_of(folder).values() for one in events if one["event"] == "asked"]  # type: ignore[misc]


def test_lanes_send_no_more_requests_than_allowed(conform: Conform) -> None:
    """All lanes together send exactly as many requests as one may."""
    outcome = conform("--effort", "smoke", *THREE, "--max-requests", "50")
    assert outcome.code == 6, outcome.output
    assert "--max-requests 50 is reached" in outcome.output
    counted = [one for events in lanes_of(outcome.folder).values() for one in events if one["event"] == "judged"]
    sent = sum(int(str(one["requests"])) for one in counted)
    removal = 12  # is not counted
    assert 50 <= sent <= 50 + removal


def test_an_interrupted_run_ends_its_lanes(alone: ReferenceServer, tmp_path: Path) -> None:
    """A signal to the run alone ends every lane; what was made is removed, and what was found is reported."""
    process = begun_in_lanes(alone, tmp_path)
    wait_for(tmp_path, "asked", 8)
    process.send_signal(signal.SIGHUP)  # taken for SIGTERM, which other tests send
    output = process.communicate(timeout=60)[0]
    assert process.returncode == 2, output
    result = Outcome(2, output, tmp_path).result
    assert (result["run"]["interrupted"], result["left_behind"], result["suite_errors"]) == (True, [], [])
    assert result["summary"]["holds"] > 0
    assert Objects(alone.base_url, alone.credentials.environment).buckets() == set()


CRASHES = {
    "exit code 1": "os._exit(1)",
    "signal 9": "os.kill(os.getpid(), 9)",
}


@pytest.mark.parametrize("how", CRASHES)
def test_a_lane_that_dies_is_a_failure_of_the_suite(
    conform: Conform, objects: Objects, tmp_path: Path, how: str
) -> None:
    """The check that it asked is named, the others are asked all the same, and nothing stays on the target."""
    before = objects.buckets()
    hook = f"import os\ndef pytest_runtest_call(item):\n    if 'long_text' in item.name: {CRASHES[how]}\n"
    (tmp_path / "crash.py").write_text(hook)
    path = f"{ROOT}{os.pathsep}{tmp_path}"
    outcome = conform(*QUICK, *THREE, "-p", "crash", *FEW, PYTHONPATH=path)
    assert outcome.code == 3, outcome.output
    [failure] = outcome.result["suite_errors"]
    assert "long_text" in failure["test"]
    assert how in failure["error"]
    assert outcome.ids("holds") >= {"MERGE-NULL", "MERGE-TEXT", "ERROR-OTHER-BUCKET"}
    assert objects.buckets() == before


def test_a_lane_that_was_stopped_goes_on(conform: Conform, tmp_path: Path) -> None:
    """A lane that somebody has stopped is let go on, and the run ends as any other."""
    hook = "import os\ndef pytest_runtest_call(item):\n    if 'long_text' in item.name: os.kill(os.getpid(), 19)\n"
    (tmp_path / "stop.py").write_text(hook)
    outcome = conform(*QUICK, *THREE, "-p", "stop", *FEW, PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}")
    assert outcome.code == 6, outcome.output
    assert outcome.result["suite_errors"] == []
    assert outcome.ids("holds") >= {"MERGE-NULL", "MERGE-TEXT", "ERROR-OTHER-BUCKET"}


def test_lanes_end_with_a_run_that_is_killed(alone: ReferenceServer, tmp_path: Path) -> None:
    """A run that is killed alone takes its lanes with it, and sweep removes what they have made."""
    process = begun_in_lanes(alone, tmp_path)
    wait_for(tmp_path, "asked", 8)
    process.kill()
    process.communicate()  # when no lane holds its output any more
    swept = command("sweep", str(tmp_path), "--yes", environment=reached(alone), folder=tmp_path)
    assert swept.returncode == 0, swept.stderr
    assert Objects(alone.base_url, alone.credentials.environment).buckets() == set()


def test_the_first_failure_ends_the_lanes(conform: Conform) -> None:
    """With -x no check begins once one has failed, and the summary of pytest counts it."""
    outcome = conform(*QUICK, *THREE, "-x", at="/faults/put-semantics")
    assert outcome.code == 1
    assert re.search("stopping after [123] failures", outcome.output)  # in lanes that had begun
    assert len(asked(outcome.folder)) < 60


def test_lanes_and_workers_do_not_go_together(conform: Conform) -> None:
    """Who gives both is told so; what is not given leaves workers as they are."""
    outcome = conform(*QUICK, *THREE, "-n", "2")
    assert (outcome.code, outcome.sentence.count("--in-flight")) == (4, 1)


def test_an_object_that_is_handed_over_has_one_lane(conform: Conform, objects: Objects) -> None:
    """Several lanes for one object are refused, and auto takes one."""
    bucket, identifier, _ = objects.make()
    given = ("--bucket", bucket, "--object", identifier, "--without", "set-up", "--allow-residue")
    assert conform(*QUICK, *THREE, *given).code == 4
    assert conform(*QUICK, *given, "-k", "null_does").code in (0, 6)
    objects.remove(bucket)


def quota(buckets: int) -> Callable[[str, str, bytes], tuple[int, dict[str, str], bytes] | None]:
    """Refuse to make more than so many buckets in all."""
    made: list[bytes] = []

    def answer(method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes] | None:
        if (method, path) != ("POST", "/v1/buckets"):
            return None
        made.append(body)
        if len(made) <= buckets:
            return None
        error = {"message": "no more buckets", "type": "QuotaExceededError"}
        told = json.dumps({"success": False, "status": 403, "error": error}).encode()
        return 403, {"Content-Type": "application/json"}, told

    return answer


@pytest.mark.parametrize("lanes", ["1", "3"])
def test_a_used_up_quota_leaves_the_rest_to_be_asked(
    reference: ReferenceServer, conform: Conform, lanes: str
) -> None:
    """With one bucket all is asked that needs no second one, and the summary says what is not, and why."""
    with gateway(reference.base_url, quota(1)) as (base_url, asked):
        outcome = conform(*SMOKE, "--in-flight", lanes, base_url=base_url)
    assert outcome.code == 6, outcome.output
    assert outcome.ids("inconclusive") == {"ERROR-OTHER-BUCKET"}
    assert "the quota of the organisation is used up" in outcome.output
    assert asked.count("POST /v1/buckets") == 3
    assert "ERROR-OTHER-BUCKET" in outcome.output


def test_a_run_has_three_buckets_at_a_time(reference: ReferenceServer, conform: Conform) -> None:
    """That of the preflight is gone before the others are made, whatever the number of lanes."""
    with gateway(reference.base_url, lambda *_: None) as (base_url, asked):
        conform(*SMOKE, *THREE, base_url=base_url)
    lines = [
        one
        for one in asked
        if one == "POST /v1/buckets" or (one.startswith("DELETE /v1/buckets/") and "/objects/" not in one)
    ]
    there = most = 0
    for one in lines:
        there += 1 if one.startswith("POST") else -1
        most = max(most, there)
    assert (most, there) == (3, 0)
