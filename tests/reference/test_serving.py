"""The reference service as a process: what it says when it cannot go on, and that nothing of it stays."""

import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from fixtures.reference.server import ReferenceServer, ReferenceServerError
from tests.support.commands import command, command_of, environment_of
from tests.support.waiting import until


def begun(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start the command with `folder` for what is temporary."""
    return subprocess.Popen(
        command_of(*arguments),
        cwd=folder,
        env=environment_of({"TMPDIR": str(folder)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def temporary(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("reference-*")]


def serving(folder: Path) -> "subprocess.Popen[str]":
    process = begun(folder, "serve", "--port", "0")
    assert process.stdout is not None
    while not process.stdout.readline().startswith("# serving until Ctrl-C"):
        assert process.poll() is None
    return process


def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    """`serve` on a port that is taken ends with exit code 4, and does not say that it serves."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("serve", "--port", str(port), environment={"TMPDIR": str(tmp_path)}, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1)
    assert f"port {port} cannot be had (Address already in use)" in done.stderr
    assert temporary(tmp_path) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--port", "70000"), "--port '70000' is no whole number from 0 to 65535"),
        (("--fault", "put-semantics", "--fault", "put-semantic"), "'put-semantic' is none of the faults"),
        (("--port", "0", "--database", "no/such/x.sqlite"), "unable to open database file"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """No reason why the service does not start is a traceback."""
    done = command("serve", *options, environment={"TMPDIR": str(tmp_path)}, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1)
    assert said in done.stderr
    assert temporary(tmp_path) == []


def test_an_encoding_of_others_hides_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever encoding the environment wishes for what is printed, the service says where it listens."""
    monkeypatch.setenv("PYTHONIOENCODING", "cp037")  # in which no line ends as in ASCII
    with ReferenceServer() as server:
        assert server.base_url.startswith("http://127.0.0.1:")


def test_a_service_that_cannot_be_launched_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has no room for another process is told in one sentence."""
    monkeypatch.setattr("fixtures.reference.server.sys.executable", "/nonexistent/python")
    with pytest.raises(ReferenceServerError, match=r"cannot be started \(No such file or directory\)"):
        ReferenceServer().start()


def test_serve_says_how_both_clients_reach_it(tmp_path: Path) -> None:
    """The generated client of the vendor's SDK takes the base URL without /v1, the other one with it."""
    process = begun(tmp_path, "serve", "--port", "0", "--fault", "naive-timestamps", "--fault", "put-semantics")
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(7)]
    process.terminate()
    process.communicate(timeout=60)
    base_url = lines[0].strip().removeprefix("export MIXPEEK_BASE_URL=")
    assert base_url.endswith("/faults/naive-timestamps+put-semantics")
    assert f'Configuration(host="{base_url}")' in lines[6]
    assert f'Mixpeek(base_url="{base_url}/v1")' in lines[6]


def test_a_service_that_ends_ends_serve(tmp_path: Path) -> None:
    """`serve` says so when its child dies, and does not wait for ever."""
    process = serving(tmp_path)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 3
    assert errors == "mixpeek-conformance serve: the reference service has ended: exit code -9\n"
    assert temporary(tmp_path) == []


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_serve_leaves_nothing_temporary(tmp_path: Path, sent: signal.Signals) -> None:
    """Whatever ends `serve`, its folder goes: the child removes it if the parent cannot."""
    process = serving(tmp_path)
    assert temporary(tmp_path) != []
    process.send_signal(sent)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0 if sent is not signal.SIGKILL else -9, "")
    until(lambda: temporary(tmp_path) == [])


@pytest.mark.parametrize("sent", [None, signal.SIGTERM, signal.SIGKILL])
def test_a_demonstration_leaves_nothing_temporary(tmp_path: Path, sent: signal.Signals | None) -> None:
    """Neither a run to its end leaves a folder of the reference service, nor one that is terminated or killed."""
    process = begun(tmp_path, "run", "--demo", "--effort", "quick", "--result-only", "-k", "null_does_not")
    if sent is not None:
        until(lambda: temporary(tmp_path) != [] and any((tmp_path / "reports").glob("2*/ledger/main.jsonl")))
        process.send_signal(sent)
    process.communicate(timeout=120)
    until(lambda: temporary(tmp_path) == [])


def test_a_service_that_is_started_alone_leaves_nothing(tmp_path: Path) -> None:
    """The module itself cleans up after SIGTERM."""
    with ReferenceServer() as server:
        assert server.base_url
    process = subprocess.Popen(
        [*command_of()[:1], "-m", "fixtures.reference"],
        env=environment_of({"TMPDIR": str(tmp_path)}),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "port" in process.stdout.readline()
    process.terminate()
    process.communicate(timeout=60)
    assert temporary(tmp_path) == []
