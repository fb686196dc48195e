"""The command `load`, as its users start it: real users at once, against the real service."""

import itertools
import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pytest

from fixtures.reference.server import ReferenceServer
from tests.support.commands import (
    Objects,
    Outcome,
    begun,
    closed_port,
    command,
    command_of,
    environment_of,
    started,
)
from tests.support.relay import ReceivedRequest, Relay, Reply

SHORT = ("--users", "12", "--spawn-rate", "100", "--run-time", "3s", "--pause", "0.02", "--seed", "1")


def load(base_url: str, known: Mapping[str, str], folder: Path, *arguments: str) -> Outcome:
    """Load `base_url` for a moment."""
    given = ("load", "--base-url", base_url, "--report-dir", str(folder), *SHORT, *arguments)
    done = started(*given, environment=known, folder=folder)
    return Outcome(done.returncode, done.stdout + done.stderr, folder)


def test_the_faithful_service_holds_under_load(
    reference: ReferenceServer, known: Mapping[str, str], objects: Objects, tmp_path: Path
) -> None:
    """Every requirement that is asked holds, everything is measured, and nothing stays on the target."""
    before = objects.buckets(), objects.namespaces()
    loaded = load(reference.base_url, known, tmp_path)
    assert (loaded.code, loaded.result["kind"]) == (0, "load"), loaded.output
    assert {"MERGE-CONCURRENT", "MERGE-READ-BACK", "NAMESPACE-FOREIGN", "AUTH-NO-EFFECT"} <= loaded.ids("holds")
    assert not loaded.ids("inconclusive") | loaded.ids("violated")
    measured = loaded.result["load"]
    assert {one["name"] for one in measured["latency"]} >= {"PATCH", "GET", "PATCH of strangers"}
    assert loaded.result["run"]["requests"] == sum(one["requests"] for one in measured["latency"]) > 50
    assert measured["samples"][-1]["users"] == 12 or measured["users"] == 12
    assert (objects.buckets(), objects.namespaces()) == before
    assert (tmp_path / "index.html").read_text("utf-8").count("<polyline") == 3
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not [key for name, key in known.items() if name.endswith("_KEY") and key.encode() in written]


WAIVERS = """
[[waiver]]
requirement = "TIME-CREATED-FIXED"
target = "*"
reason = "known"
expires = 2100-01-01

[[waiver]]
requirement = "MERGE-NULL"
target = "*"
reason = "a load run does not ask it"
expires = 2100-01-01
"""


@pytest.mark.slow
def test_what_is_waived_does_not_count_and_a_limit_does(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """A violation is found, and accepted as in a run; the limit of the user's own ends with 1."""
    base_url = reference.fault_url("creation-moves")
    (tmp_path / "waivers.toml").write_text("[[waiver]]\n")
    assert load(base_url, known, tmp_path).code == 4
    (tmp_path / "waivers.toml").write_text(WAIVERS)
    loaded = load(base_url, known, tmp_path, "--max-p95", "0.001ms", "--run-time", "1s", "--strangers", "0")
    assert (loaded.code, loaded.ids("violated"), loaded.ids("waived")) == (1, set(), {"TIME-CREATED-FIXED"})
    assert "--max-p95 allows 0.001 ms" in loaded.output
    assert "AUTH-MISSING" in loaded.ids("not applicable")
    assert 'failures="1"' in (tmp_path / "junit.xml").read_text("utf-8")


@pytest.mark.slow
def test_what_an_earlier_load_run_found_does_not_count(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """Held against a baseline, a load run fails for what is newly broken alone, and for a limit of the user's own."""
    before, now, other, slow = (tmp_path / name for name in ("before", "now", "other", "slow"))
    for one in (before, now, other, slow):
        one.mkdir()
    moves = reference.fault_url("creation-moves")
    assert load(moves, known, before).code == 1
    held = ("--baseline", str(before))
    again = load(moves, known, now, *held, "--processes", "2")
    assert (again.code, again.result["baseline"]["known"]) == (0, ["TIME-CREATED-FIXED"]), again.output
    assert "non-conformant under load, and no worse than the baseline" in again.output
    assert again.result["run"]["seed"] == 1
    assert load(reference.fault_url("bucket-id-absent"), known, other, *held).code == 1
    assert load(moves, known, slow, *held, "--max-p95", "0.001ms").code == 1
    of_a_run = (before / "conformance.json").read_text("utf-8").replace('"effort": "load"', '"effort": "quick"')
    (before / "conformance.json").write_text(of_a_run, "utf-8")
    refused = load(moves, known, now, *held)
    assert (refused.code, "is of kind run: give the report of a load run" in refused.output) == (4, True)


def test_what_was_made_goes_when_a_load_is_interrupted(
    reference: ReferenceServer, known: Mapping[str, str], objects: Objects, tmp_path: Path
) -> None:
    """SIGTERM ends a load run as Ctrl-C does, and it removes what it made and writes its result."""
    before = objects.buckets(), objects.namespaces()
    given = ("load", "--base-url", reference.base_url, "--report-dir", str(tmp_path), *SHORT, "--run-time", "5m")
    with begun(*given, environment=known, folder=tmp_path) as running:
        wait_for_objects(objects, before[0])
        running.send_signal(signal.SIGTERM)
        output, _ = running.communicate(timeout=60)
    assert running.returncode == 2, output
    assert json.loads((tmp_path / "conformance.json").read_text("utf-8"))["run"]["interrupted"]
    assert (objects.buckets(), objects.namespaces()) == before


def test_a_load_is_shown_while_it_goes_on(
    reference: ReferenceServer, known: Mapping[str, str], objects: Objects, tmp_path: Path
) -> None:
    """Locust's page looks and stops, and nothing else; a run that is stopped there ends as an interrupted one.

    The edition comes from the table of the target, the result goes to a history and, alone, to standard output.
    """
    before = objects.buckets()
    table = f'[targets.s]\nbase-url = "{reference.base_url}"\nedition = "2026-02"\n'
    (tmp_path / "conformance.toml").write_text(table, "utf-8")
    with closed_port() as place:
        port = place.rpartition(":")[2]
    given = ("load", "--target", "s", *SHORT, "--run-time", "5m", "--web", "--web-port", port)
    with subprocess.Popen(
        command_of(*given, "--json", "--history", "past", "--report-dir", "out"),
        cwd=tmp_path,
        env=environment_of(known),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        wait_for_objects(objects, before)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as browser:
            assert '<div id="root">' in browser.get("/").text
            assert browser.get("/stats/requests").json()["user_count"] > 0
            more = {"user_count": "500", "spawn_rate": "100"}
            assert browser.post("/swarm", data=more).status_code == browser.post("/stats/reset").status_code == 403
            assert browser.post("/stop", headers={"Origin": "http://elsewhere.example"}).status_code == 403
            assert browser.get("/", headers={"Host": "elsewhere.example"}).status_code == 403
            assert browser.post("/stop", headers={"Origin": f"http://127.0.0.1:{port}"}).json()["success"]
        output, errors = running.communicate(timeout=60)
    assert running.returncode == 2, errors
    written = json.loads((tmp_path / "out" / "conformance.json").read_text("utf-8"))
    assert json.loads(output) == written
    assert (written["edition"], written["run"]["interrupted"]) == ("2026-02", True)
    assert json.loads((tmp_path / "past" / "history.jsonl").read_text("utf-8"))["effort"] == "load"
    assert objects.buckets() == before


@pytest.mark.slow
def test_a_page_that_cannot_be_shown_is_told(known: Mapping[str, str], tmp_path: Path) -> None:
    """A port that others have is refused before anything is sent."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        given = ("load", "--base-url", "http://127.0.0.1:9", "--web", "--web-port", port, "--json")
        done = started(*given, environment=known, folder=tmp_path)
    assert done.returncode == 4, done.stderr
    assert json.loads(done.stdout)["error"].startswith(f"the page of --web cannot be at 127.0.0.1:{port}")


def wait_for_objects(objects: Objects, before: set[str]) -> None:
    """Wait until the run has made its bucket, and its users are at it."""
    ends = time.monotonic() + 60
    while objects.buckets() == before and time.monotonic() < ends:
        time.sleep(0.1)
    time.sleep(1)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--base-url", "http://localhost:1", "--master", "--worker"), "--master and --worker exclude each other"),
        (("--base-url", "http://localhost:1", "--worker", "--web"), "--web goes with the master"),
        (("--base-url", "http://localhost:1", "--edition", "best-fit"), "ask doctor --edition best-fit"),
        (("--base-url", "http://localhost:1", "--edition", "2020-01"), "2020-01"),
        (("--base-url", "http://localhost:1", "--expect-workers", "2"), "--expect-workers goes with --master"),
        ((), "a load is sent nowhere that its command line does not name"),
        (("--base-url", "https://api.mixpeek.com"), "give --allow-production if that is meant"),
        (
            ("--base-url", "https://api.mixpeek.com", "--allow-production", "--users", "6"),
            "6 users are too many for it, give --users 5 at most",
        ),
        (("--base-url", "http://localhost:1", "--max-p95", "250"), "give it as 250ms or 1.5s"),
        (("--base-url", "http://localhost:1", "--run-time", "soon"), "--run-time soon is no time"),
        (("--base-url", "http://localhost:1", "--without", "set-up"), "patches objects that it has made"),
        (
            ("--base-url", "http://localhost:1", "--editors=0", "--crowds=0", "--readers=0", "--strangers=0"),
            "no users are left",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(
    given: tuple[str, ...], told: str, known: Mapping[str, str], tmp_path: Path
) -> None:
    """One line and exit code 4, before anything is sent."""
    environment = {**known, "MIXPEEK_BASE_URL": "http://localhost:1"}
    done = command("load", *given, environment=environment, folder=tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_target_that_is_not_there_is_told(known: Mapping[str, str], tmp_path: Path) -> None:
    """Nobody answers: exit code 7, as of a run."""
    loaded = load("http://127.0.0.1:9", known, tmp_path)
    assert (loaded.code, "left on a target" in loaded.output) == (7, False), loaded.output


def test_an_object_of_others_is_not_loaded(
    reference: ReferenceServer, objects: Objects, known: Mapping[str, str], tmp_path: Path
) -> None:
    """Users who are given an object that is not shown to be in the bucket of the run patch nothing, and say why."""
    bucket, identifier, before = objects.make()
    made = itertools.count()

    def bend(asked: ReceivedRequest, onward: Callable[[], Reply]) -> Reply:
        reply = onward()
        if asked.method == "POST" and asked.path.endswith("/objects") and next(made):
            return Reply(201, {**reply.document, "bucket_id": bucket, "object_id": identifier})
        return reply

    with Relay(reference.base_url, bend) as relay:
        loaded = load(relay.base_url, known, tmp_path, "--run-time", "1s")
    assert loaded.code == 6, loaded.output
    assert "answered with one in" in loaded.output
    assert "Traceback" not in loaded.output
    assert not any(identifier in line for line in relay.lines("PATCH", "DELETE", "GET"))
    assert objects.get(bucket, identifier) == before
    objects.remove(bucket)


DECLARED = ("--edition", "2026-10", "--without", "custom-fields", "--run-time", "2s")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "code", "violated"),
    [
        ("variants/custom-fields-refused", 0, set()),
        ("faults/key-checked-after-writing", 1, {"AUTH-NO-EFFECT"}),
        ("faults/key-prefix-shared-by-the-bucket", 1, {"MERGE-READ-BACK"}),
    ],
)
def test_a_target_without_custom_fields_is_loaded(
    at: str, code: int, violated: set[str], reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """`--without custom-fields` lets key_prefix carry what they carried, in the words that a run has for it."""
    loaded = load(f"{reference.edition_url('2026-10')}/{at}", known, tmp_path, *DECLARED)
    assert (loaded.code, loaded.ids("violated")) == (code, violated), loaded.output
    assert {"MERGE-TEXT", "MERGE-CONCURRENT", "IMMUTABLE-REFUSED"} <= loaded.ids("not applicable")
    assert {"MERGE-KEY-PREFIX", "RESPONSE-ACCEPTED", "AUTH-MISSING"} <= loaded.ids("holds")


@pytest.mark.slow
def test_a_load_has_the_options_of_a_run(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """Edition and level come from conformance.toml, and a service that runs a build is told the same."""
    at = reference.edition_url("2026-10") + "/faults/naive-timestamps"
    lines = f'[targets.one]\nbase-url = "{at}"\nedition = "2026-10"\nsuite-level = "0.1"\n'
    (tmp_path / "conformance.toml").write_text(lines, "utf-8")
    outputs, summary = tmp_path / "outputs", tmp_path / "step.md"
    service = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary)}
    words = ("load", "--target", "one", "--wait", "5s", "--report-dir", "it", *SHORT, "--run-time", "1s")
    done = started(*words, environment={**known, **service}, folder=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    result = Outcome(1, "", tmp_path / "it").result
    assert (result["edition"], result["run"]["options"]) == ("2026-10", {"suite-level": "0.1"})
    assert re.search(r"^::error title=TIME-FORMAT violated", done.stdout, re.MULTILINE)
    assert "violated=TIME-FORMAT\n" in outputs.read_text("utf-8")
    assert summary.read_text("utf-8").startswith("## ❌ non-conformant under load")
