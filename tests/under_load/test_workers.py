"""A load run of several processes: the master takes in what workers find, and cleans up whatever becomes of them."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fixtures.reference.server import ReferenceServer
from tests.support.commands import Objects, closed_port, command_of, environment_of, started
from tests.support.waiting import until

Running = "subprocess.Popen[str]"


@contextmanager
def begun(folder: Path, known: Mapping[str, str], *arguments: str) -> "Iterator[subprocess.Popen[str]]":
    """Start a part of a load run, and end it at the latest with the test."""
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen(
        command_of("load", *arguments),
        cwd=folder,
        env=environment_of(known),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def result_in(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "conformance.json").read_text("utf-8"))
    return document


def port() -> str:
    with closed_port() as place:
        return place.rpartition(":")[2]


def parts(base_url: str, folder: Path, run_time: str, workers: int = 2) -> tuple[list[str], list[str]]:
    """The arguments of a master of some workers, and of each worker."""
    same = ["--base-url", base_url, "--master-port", port()]
    users = ["--users", "12", "--spawn-rate", "50", "--pause", "0.02", "--run-time", run_time]
    master = [*same, *users, "--master", "--expect-workers", str(workers), "--report-dir", str(folder)]
    return master, [*same, "--worker"]


def made_since(objects: Objects, before: set[str]) -> bool:
    return bool(objects.buckets() - before)


def test_a_lost_worker_is_told_and_nothing_is_left(
    reference: ReferenceServer, known: Mapping[str, str], objects: Objects, tmp_path: Path
) -> None:
    """One of three workers is killed: the master cleans up, and the result is not taken for a whole one."""
    before = objects.buckets()
    master, worker = parts(reference.base_url, tmp_path / "m", "12s", workers=3)
    with (
        begun(tmp_path / "m", known, *master) as leading,
        begun(tmp_path / "a", known, *worker) as first,
        begun(tmp_path / "b", known, *worker) as second,
        begun(tmp_path / "c", known, *worker) as third,
    ):
        until(lambda: made_since(objects, before))
        time.sleep(2)
        first.kill()
        output, _ = leading.communicate(timeout=120)
        assert (second.wait(timeout=60), third.wait(timeout=60)) == (0, 0)
    found = result_in(tmp_path / "m")
    assert (leading.returncode, found["load"]["workers"], found["load"]["lost_workers"]) == (6, 3, 1), output
    assert found["requirements"]
    assert found["run"]["requests"] > 20
    assert objects.buckets() == before


def test_what_a_lost_master_made_is_swept(
    reference: ReferenceServer, known: Mapping[str, str], objects: Objects, tmp_path: Path
) -> None:
    """A master is killed: its workers end by themselves, and `sweep` removes what is left."""
    before = objects.buckets(), objects.namespaces()
    folder = tmp_path / "m"
    given = ["--base-url", reference.base_url, "--users", "6", "--run-time", "5m", "--processes", "2"]
    with begun(folder, known, *given, "--report-dir", str(folder)) as leading:
        until(lambda: made_since(objects, before[0]))
        children = Path(f"/proc/{leading.pid}/task/{leading.pid}/children")
        workers = [Path(f"/proc/{one}") for one in children.read_text().split()] if children.exists() else []
        leading.kill()
        leading.wait()
        until(lambda: not any(one.exists() for one in workers))
    swept = started("sweep", str(folder), "--yes", "--base-url", reference.base_url, environment=known, folder=folder)
    assert swept.returncode == 0, swept.stdout + swept.stderr
    assert (objects.buckets(), objects.namespaces()) == before


def test_workers_elsewhere_tell_that_the_master_is_lost(
    reference: ReferenceServer, known: Mapping[str, str], objects: Objects, tmp_path: Path
) -> None:
    """A worker that no child of the master is hears nothing any more: it ends, and says what is to be done."""
    before = objects.buckets(), objects.namespaces()
    master, worker = parts(reference.base_url, tmp_path / "m", "5m", workers=1)
    with begun(tmp_path / "m", known, *master) as leading, begun(tmp_path / "a", known, *worker) as following:
        until(lambda: made_since(objects, before[0]))
        leading.kill()
        output, _ = following.communicate(timeout=90)
    assert (following.returncode, "the master is lost" in output) == (6, True), output
    given = ("--yes", "--base-url", reference.base_url)
    swept = started("sweep", str(tmp_path / "m"), *given, environment=known, folder=tmp_path)
    assert swept.returncode == 0, swept.stdout + swept.stderr
    assert (objects.buckets(), objects.namespaces()) == before


def test_a_master_that_is_interrupted_cleans_up(
    reference: ReferenceServer, known: Mapping[str, str], objects: Objects, tmp_path: Path
) -> None:
    """Ctrl-C at the master ends the workers too; a violation that a worker has seen stands in the result."""
    before = objects.buckets()
    master, worker = parts(reference.fault_url("creation-moves"), tmp_path / "m", "5m")
    with (
        begun(tmp_path / "m", known, *master) as leading,
        begun(tmp_path / "a", known, *worker) as first,
        begun(tmp_path / "b", known, *worker) as second,
    ):
        ledger = tmp_path / "m" / "ledger" / "load.jsonl"
        until(lambda: ledger.exists() and '"violated"' in ledger.read_text("utf-8"))
        leading.send_signal(signal.SIGINT)
        output, _ = leading.communicate(timeout=120)
        assert (first.wait(timeout=60), second.wait(timeout=60)) == (0, 0)
    assert leading.returncode == 2, output
    violated = {one["id"] for one in result_in(tmp_path / "m")["requirements"] if one["verdict"] == "violated"}
    assert violated == {"TIME-CREATED-FIXED"}
    assert objects.buckets() == before


def test_a_worker_of_another_target_is_refused(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """Who asks another base URL than the master has no part in its run."""
    master, worker = parts(reference.base_url, tmp_path / "m", "5s")
    with begun(tmp_path / "m", known, *master), begun(tmp_path / "a", known, *worker[2:], *other()) as stranger:
        output, _ = stranger.communicate(timeout=90)
    assert (stranger.returncode, "the master refuses this worker: its base URL is" in output) == (4, True), output


def other() -> tuple[str, str]:
    return "--base-url", "http://localhost:1"
