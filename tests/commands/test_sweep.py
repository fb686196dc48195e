"""No trace: whatever ends a run, nothing of it stays on the target, at the latest after `sweep`."""

import json
import os
import random
import resource
import signal
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from unittest.mock import ANY
from urllib.parse import parse_qs, urlsplit

import pytest

from contracts.vocabulary.events import Began, Left, Made, Removed, TargetUnreachable
from fixtures.http.client import Client
from fixtures.objects.cleanup import sweep
from fixtures.plugins.ending import INTERRUPTED
from fixtures.plugins.new_run import embedded
from fixtures.reference.server import ReferenceServer
from fixtures.target.settings import resolve
from reports.recording import ledger
from reports.recording.ledger import Ledger
from reports.result import document
from reports.result.verdicts import Verdict
from tests.support.commands import Objects, begun, command, command_of, environment_of
from tests.support.relay import ReceivedRequest, Relay, Reply
from tests.support.results import BEGAN


@pytest.fixture
def alone() -> Iterator[ReferenceServer]:
    """A reference service that nobody else asks, so that what is on it can be counted."""
    with ReferenceServer() as server:
        yield server


def reached(server: ReferenceServer) -> dict[str, str]:
    """The environment that reaches the service."""
    return {**server.credentials.environment, "MIXPEEK_BASE_URL": server.base_url}


def started(server: ReferenceServer, folder: Path, *options: str) -> "subprocess.Popen[str]":
    """Start a run in a process group of its own."""
    given = ("run", "--report-dir", str(folder), "--effort", "smoke", "--result-only", *options)
    return begun(*given, environment=reached(server), folder=folder)


def wait_for(folder: Path, event: str, count: int = 1) -> None:
    """Wait until the ledgers of a run tell so many events of a kind."""
    for _ in range(3000):
        told = "".join(path.read_text("utf-8") for path in (folder / "ledger").glob("*.jsonl"))
        if told.count(f'"event": "{event}"') >= count:
            return
        time.sleep(0.02)
    pytest.fail(f"the run told no {count} events {event!r} in a minute: {told[-500:]}")


def stop_while_lent(process: "subprocess.Popen[str]", folder: Path) -> None:
    """Stop a run at a moment at which the object that was handed over to it is not as it was."""
    wait_for(folder, "asked", 12)
    for _ in range(1000):
        os.killpg(process.pid, signal.SIGSTOP)
        if ledger.borrowed(folder / "ledger"):
            return
        os.killpg(process.pid, signal.SIGCONT)
        time.sleep(0.01)
    pytest.fail("the object was never lent")


def test_sweep_removes_what_the_ledger_of_a_killed_run_names(alone: ReferenceServer, tmp_path: Path) -> None:
    """A killed run leaves a ledger, from which `sweep` removes everything."""
    known = reached(alone)
    there = Objects(alone.base_url, known)
    process = started(alone, tmp_path)
    wait_for(tmp_path, "asked", 5)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert there.buckets() != set()
    swept = command("sweep", str(tmp_path), "--yes", environment=known, folder=tmp_path)
    assert (swept.returncode, swept.stderr) == (0, ""), swept.stderr
    assert "removed   /v1/buckets/bkt_" in swept.stdout
    assert there.buckets() == set()
    again = command("sweep", str(tmp_path), "--yes", environment=known, folder=tmp_path)
    assert again.returncode == 0
    assert "nothing is left of run" in again.stdout


def test_the_next_run_keeps_the_ledger_of_a_killed_one(alone: ReferenceServer, tmp_path: Path) -> None:
    """It says so, too."""
    known = reached(alone)
    process = started(alone, tmp_path)
    wait_for(tmp_path, "asked", 2)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    output = started(alone, tmp_path, "-k", "null_does_not").communicate(timeout=60)[0]
    assert "mixpeek-conformance sweep ." in output
    swept = command("sweep", str(tmp_path), "--yes", environment=known, folder=tmp_path)
    assert swept.returncode == 0, swept.stderr
    assert Objects(alone.base_url, known).buckets() == set()
    assert ledger.unswept(tmp_path / "ledger") == []
    output = started(alone, tmp_path, "-k", "null_does_not").communicate(timeout=60)[0]
    assert "sweep" not in output


@pytest.mark.parametrize("options", [(), pytest.param(("-n", "2"), marks=pytest.mark.slow)])
def test_a_terminated_run_cleans_up_and_reports(
    alone: ReferenceServer, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """SIGTERM is an interruption: exit code 2, a result, and nothing left behind."""
    process = started(alone, tmp_path, *options)
    wait_for(tmp_path, "asked", 5)
    process.send_signal(signal.SIGTERM)
    output = process.communicate(timeout=60)[0]
    assert process.returncode == 2, output
    result = json.loads((tmp_path / "conformance.json").read_text("utf-8"))
    assert result["run"]["interrupted"] is True
    assert result["left_behind"] == []
    assert Objects(alone.base_url, alone.credentials.environment).buckets() == set()


@pytest.mark.slow
def test_what_a_crashed_worker_made_is_removed_by_the_others(alone: ReferenceServer, tmp_path: Path) -> None:
    """The run fails with exit code 3, and its buckets are gone all the same."""
    (tmp_path / "crash.py").write_text(
        "import os\ndef pytest_runtest_call(item):\n    if 'long_text' in item.name: os._exit(1)\n"
    )
    process = command(
        *("run", "--report-dir", str(tmp_path), "--effort", "quick", "--result-only", "-n", "2", "-p", "crash"),
        *("-k", "long_text or null_does_not"),
        environment={
            **alone.credentials.environment,
            "MIXPEEK_BASE_URL": alone.base_url,
            "PYTHONPATH": os.pathsep.join((environment_of({})["PYTHONPATH"], str(tmp_path))),
        },
        folder=tmp_path,
    )
    assert process.returncode == 3, process.stdout
    assert Objects(alone.base_url, alone.credentials.environment).buckets() == set()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_run_killed_at_any_moment_leaves_nothing_after_sweep(
    alone: ReferenceServer, tmp_path: Path, seed: int
) -> None:
    """The moment is drawn at random."""
    moment = random.Random(seed)
    process = started(alone, tmp_path, *moment.choice([(), ("-n", "2")]))
    wait_for(tmp_path, "made", moment.randint(1, 15))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    known = reached(alone)
    swept = command("sweep", str(tmp_path), "--yes", environment=known, folder=tmp_path)
    assert swept.returncode == 0, swept.stderr
    assert Objects(alone.base_url, known).buckets() == set()


def test_an_object_that_was_handed_over_is_put_back_after_a_kill(alone: ReferenceServer, tmp_path: Path) -> None:
    """`sweep` restores fields and key_prefix, and says what it can only leave as null."""
    known = reached(alone)
    there = Objects(alone.base_url, known)
    bucket, identifier, before = there.make()
    named = ("--bucket", bucket, "--object", identifier)
    process = started(alone, tmp_path, *named, "--without", "set-up", "--allow-residue")
    stop_while_lent(process, tmp_path)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    there.patch(bucket, identifier, {"title": "another", "note": "of the run", "key_prefix": "of/the/run"})
    swept = command("sweep", str(tmp_path), "--yes", *named, environment=known, folder=tmp_path)
    assert (swept.returncode, swept.stderr) == (0, ""), swept.stdout + swept.stderr
    assert f"put back  /v1/buckets/{bucket}/objects/{identifier}: " in swept.stdout
    assert "left as null: " in swept.stdout
    after = {name: value for name, value in there.get(bucket, identifier).items() if value is not None}
    assert after == {**{name: value for name, value in before.items() if value is not None}, "updated_at": ANY}
    again = command("sweep", str(tmp_path), "--yes", environment=known, folder=tmp_path)
    assert "nothing is left of run" in again.stdout


@pytest.mark.parametrize("options", [("--result-only",), ()], ids=["result", "renderings"])
def test_a_full_disk_is_said_and_nothing_stays(
    alone: ReferenceServer, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Nothing is created that the ledger cannot record, and no half of a result is written."""
    environment = environment_of({**alone.credentials.environment, "MIXPEEK_BASE_URL": alone.base_url})
    done = subprocess.run(
        command_of("run", "--report-dir", str(tmp_path), "--effort", "smoke", *options),
        cwd=tmp_path,
        env=environment,
        # No file grows beyond 20 kB: what a full disk does, to this process alone.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 4, output
    assert f"the ledger could not be written to {tmp_path}: File too large" in output
    assert "Traceback" not in output
    assert "INTERNALERROR" not in output
    assert Objects(alone.base_url, alone.credentials.environment).buckets() == set()
    assert "nothing is made that the ledger cannot tell of" in output
    assert "please report it" not in output
    assert "0 violated" not in output
    assert not (tmp_path / "conformance.json").exists()  # rather none than half of one


class ByIdAlone(BaseHTTPRequestHandler):
    """A target that takes a bucket's id and not its name, lists ten at a time, and refuses to remove one of them."""

    buckets: ClassVar[dict[str, str]] = {}

    def do_POST(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        start = int(query["offset"][0])
        named = [{"bucket_id": one, "bucket_name": name} for one, name in self.buckets.items()]
        self._answer(200, {"results": named[start : start + 10]})

    def do_DELETE(self) -> None:
        identifier = self.path.rpartition("/")[2]
        if identifier == "bkt_stuck":
            self._answer(409, {"detail": "in use"})
        else:
            self._answer(200 if self.buckets.pop(identifier, None) else 404, {})

    def _answer(self, status: int, body: dict[str, object]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def by_id_alone() -> Iterator[Client]:
    ByIdAlone.buckets = {f"bkt_{number}": f"conformance-x-{number}" for number in range(25)}
    ByIdAlone.buckets["bkt_stuck"] = "conformance-x-stuck"
    server = ThreadingHTTPServer(("127.0.0.1", 0), ByIdAlone)
    Thread(target=server.serve_forever, daemon=True).start()
    client = Client(embedded(f"http://127.0.0.1:{server.server_port}", resolve({}, {}, Path())))
    yield client
    client.close()
    server.shutdown()


def test_what_is_known_by_its_id_alone_is_found_in_the_list(by_id_alone: Client) -> None:
    """A target that shows nothing by name lists what the run made."""
    made = [Made(f"/v1/buckets/conformance-x-{name}", "reference") for name in ("3", "24", "never-made", "stuck")]
    left = {one.path.rpartition("-")[2]: one.left for one in sweep(by_id_alone, made, "x")}
    assert (left["3"], left["24"], left["made"]) == (None, None, None)
    assert str(left["stuck"]).startswith("409 ")
    assert not {"bkt_3", "bkt_24"} & set(ByIdAlone.buckets)
    assert len(ByIdAlone.buckets) == 24


def test_sweep_says_what_is_wrong_in_one_line(known: Mapping[str, str], tmp_path: Path) -> None:
    """A folder without a ledger, a target that is gone and a missing key each have a sentence."""
    nothing = command("sweep", "no-such-folder", environment=known, folder=tmp_path)
    assert nothing.returncode == 4
    assert nothing.stderr == (
        "mixpeek-conformance sweep: no-such-folder has no ledger: name the report folder of the run that was killed\n"
    )
    book = Ledger(tmp_path / "ledger" / "main.jsonl")
    book.write(Began(**{**vars(BEGAN), "base_url": "http://127.0.0.1:9", "run": "0123abcd"}))
    book.write(Made("/v1/buckets/conformance-0123abcd-1", "ours"))
    book.close()
    place = {"MIXPEEK_BASE_URL": "http://127.0.0.1:9"}
    gone = command("sweep", str(tmp_path), "--yes", environment={**known, **place}, folder=tmp_path)
    assert gone.returncode == 1
    assert "left      /v1/buckets/conformance-0123abcd-1 (DELETE" in gone.stdout
    keyless = command("sweep", str(tmp_path), "--yes", environment=place, folder=tmp_path)
    assert (keyless.returncode, keyless.stderr.count("\n")) == (4, 1)
    assert "MIXPEEK_API_KEY" in keyless.stderr


def test_the_ledger_tells_what_is_outstanding(tmp_path: Path) -> None:
    """It is what was made and not removed; a run that gave something up keeps its ledger aside."""
    book = Ledger(tmp_path / "main.jsonl")
    for event in (BEGAN, Made("/a", "n"), Made("/b", "n"), Removed("/a")):
        book.write(event)
    assert ledger.outstanding(tmp_path) == (BEGAN, [Made("/b", "n")])
    assert not ledger.given_up(tmp_path)
    book.write(Made("/b", "n", "another name"))  # which a target may give the same id
    assert len(ledger.outstanding(tmp_path)[1]) == 2
    book.write(Left("/b (500)"))
    assert ledger.given_up(tmp_path)
    book.write(TargetUnreachable("no answer"))
    book.close()
    ledger.clear(tmp_path)
    assert [path.name for path in ledger.unswept(tmp_path)] == [BEGAN.run]
    assert ledger.outstanding(tmp_path) == (None, [])


def test_an_endless_line_of_a_ledger_fills_no_memory(tmp_path: Path) -> None:
    """A line that no run writes is left out a piece at a time, and those around it are read."""
    book = Ledger(tmp_path / "main.jsonl")
    for event in (BEGAN, Made("/a", "n")):
        book.write(event)
    book.close()
    with (tmp_path / "main.jsonl").open("ab") as file:
        file.truncate(file.tell() + 400_000_000)
        file.seek(0, os.SEEK_END)
        file.write(b'\n{"event": "made", "path": "/b", "namespace": "n"}\n')
    tracemalloc.start()
    began, made = ledger.outstanding(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (began, made) == (BEGAN, [Made("/a", "n"), Made("/b", "n")])
    assert peak < 100_000_000


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("PATCH", ("doctor",)),
        ("DELETE", ("doctor",)),
        ("GET", ("run", "--report-dir", "reports/doctor")),
        ("PATCH", ("run", "--report-dir", "reports/doctor")),
    ],
)
def test_a_termination_before_the_checks_leaves_nothing_unsaid(
    alone: ReferenceServer, tmp_path: Path, method: str, arguments: tuple[str, ...]
) -> None:
    """A run or doctor that is terminated while it makes its first things removes them, or says who does.

    A run writes its report, and leaves nothing.
    """
    arrived, terminated = threading.Event(), threading.Event()
    there = Objects(alone.base_url, alone.credentials.environment)

    def bend(asked: ReceivedRequest, onward: Callable[[], Reply]) -> Reply:
        if asked.method == method and not arrived.is_set():
            arrived.set()
            terminated.wait(60)
        return onward()

    with Relay(alone.base_url, bend) as relay:
        environment = {**alone.credentials.environment, "MIXPEEK_BASE_URL": relay.base_url}
        process = begun(*arguments, environment=environment, folder=tmp_path)
        assert arrived.wait(60)
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=60)[0]
        terminated.set()
        assert process.returncode == 2, output
        assert "Traceback" not in output
        if arguments[0] == "run":
            assert "the run was interrupted before its first check" in output
            result = document.load(tmp_path / "reports" / "doctor")
            assert (result.interrupted, result.exit_code, result.left) == (True, 2, ())
            asked = [one for one in result.judgements if not one.requirement.by_reader]
            assert {(one.verdict, one.reason) for one in asked} == {(Verdict.INCONCLUSIVE, INTERRUPTED)}
            assert there.buckets() == set()
        if there.buckets():
            assert f"mixpeek-conformance sweep {tmp_path / 'reports' / 'doctor'}" in output
            swept = command("sweep", "reports/doctor", "--yes", environment=environment, folder=tmp_path)
            assert swept.returncode == 0, swept.stdout + swept.stderr
        assert there.buckets() == set()


def test_a_folder_without_a_run_is_told_as_such(tmp_path: Path) -> None:
    """A ledger in which no run began names none."""
    (tmp_path / "ledger").mkdir()
    done = command("sweep", str(tmp_path), "--yes", environment={}, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{tmp_path}/ledger: holds no run, so that nothing is to be removed\n"
