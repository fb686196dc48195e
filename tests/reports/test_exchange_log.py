"""The archive of a run: long bodies are cut, the whole is capped before it is written, and reports say so."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from contracts.vocabulary.events import Cut
from contracts.vocabulary.exchange import Exchange, Request, Response
from contracts.vocabulary.sizes import ALL, size_of
from fixtures.reference.server import ReferenceServer
from reports.recording import exchange_log
from reports.recording.deferred_signals import Finishing
from reports.recording.exchange_log import Recorder
from reports.renderings import html, markdown, terminal
from reports.result import document
from tests.support.commands import command, command_of, environment_of
from tests.support.results import asked, folded


def exchange(sent: bytes, received: bytes) -> Exchange:
    return Exchange(1, Request("PATCH", "https://m.example", (), sent), Response(200, (), received), 0.0, 0.0)


def archived(folder: Path) -> list[dict[str, Any]]:
    exchange_log.write(folder, folder / "exchanges.har", "0.1.0")
    entries: list[dict[str, Any]] = json.loads((folder / "exchanges.har").read_text("utf-8"))["log"]["entries"]
    return entries


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("65536", 65_536),
        ("64K", 65_536),
        ("64 KB", 65_536),
        ("1.5MiB", 1_572_864),
        ("2g", 2**31),
        ("ALL", ALL),
        ("0", 0),
    ],
)
def test_a_size_is_read_in_usual_forms(text: str, size: int) -> None:
    """Bytes, units and all."""
    assert size_of(text) == size


@pytest.mark.parametrize("text", ["", "-1", "many", "64X", "1e9", "٣", "9" * 30])
def test_what_is_no_size_is_refused(text: str) -> None:
    """The sentence says what to give."""
    with pytest.raises(ValueError, match="is no size: give bytes"):
        size_of(text)


def test_bodies_are_cut_before_they_are_written(tmp_path: Path) -> None:
    """Neither the archive nor what it is made of grows with a body, and each entry says what was sent."""
    recorder = Recorder(tmp_path, "main", longest=1_001)
    for body in (b"x" * 10_000_000, "é".encode() * 5_000, b"\xff" * 9_000, b"short"):
        recorder.keep(exchange(body, body))
    recorder.close()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 20_000
    assert recorder.cut == Cut(6, 0)
    contents = [one["response"]["content"] for one in archived(tmp_path)]
    assert [one["size"] for one in contents] == [10_000_000, 10_000, 9_000, 5]
    assert [len(one["text"]) for one in contents] == [1_001, 500, 1_336, 5]
    assert [one.get("encoding") for one in contents] == [None, None, "base64", None]
    assert "cut: 10,000,000 bytes were sent" in contents[0]["comment"]
    assert "comment" not in contents[3]


def test_the_archive_is_capped(tmp_path: Path) -> None:
    """Exchanges for which there is no room are counted and not written."""
    recorder = Recorder(tmp_path, "main", most=50_000)
    for _ in range(100):
        recorder.keep(exchange(b"x" * 1_000, b"y" * 1_000))
    recorder.close()
    assert recorder.cut is not None
    assert len(archived(tmp_path)) == 100 - recorder.cut.exchanges
    assert 10_000 < (tmp_path / "exchanges.har").stat().st_size < 60_000


def test_reports_say_what_the_archive_lacks() -> None:
    """The result counts what all processes cut, and every report for a reader says it."""
    result = folded(*asked(), Cut(2, 0), Cut(1, 1_500))
    told = "3 long bodies cut (--keep-bodies keeps more), and 1,500 exchanges left out (--keep-archive keeps more)"
    assert told in "\n".join(terminal.lines(result))
    assert told.encode() in html.render(result)
    assert "1,500 exchanges left out" in markdown.render(result).decode()
    assert document.as_written(result).cut == (3, 1_500)
    assert folded(*asked()).archive_told is None


def test_a_signal_waits_until_the_reports_are_written() -> None:
    """Neither Ctrl-C nor SIGTERM breaks in, and both are known afterwards."""
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    for one in (signal.SIGINT, signal.SIGTERM):
        finishing = Finishing()
        os.kill(os.getpid(), one)
        finishing.release()
        assert finishing.interrupted
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("sent", ["SIGTERM", "SIGINT"])
def test_a_signal_during_the_archive_leaves_whole_files(
    reference: ReferenceServer, tmp_path: Path, sent: str
) -> None:
    """The run ends with exit code 2 and a summary, and every file can be read."""
    (tmp_path / "breaks_in.py").write_text(
        "import os, signal\n"
        "from reports.recording import exchange_log as har\n"
        "add = har._add\n"
        "def once(*arguments):\n"
        f"    os.kill(os.getpid(), signal.{sent})\n"
        "    har._add = add\n"
        "    add(*arguments)\n"
        "har._add = once\n"
    )
    known = {**reference.credentials.environment, "MIXPEEK_BASE_URL": reference.base_url}
    path = os.pathsep.join((environment_of({})["PYTHONPATH"], str(tmp_path)))
    done = command(
        *(
            "run",
            "--effort",
            "quick",
            "-k",
            "null_does_not",
            "-p",
            "breaks_in",
            "--keep",
            "all",
            "--report-dir",
            "report",
        ),
        environment={**known, "PYTHONPATH": path},
        folder=tmp_path,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "the run was interrupted" in done.stdout
    result = document.load(tmp_path / "report")
    assert result.interrupted
    entries = json.loads((tmp_path / "report" / "exchanges.har").read_text("utf-8"))["log"]["entries"]
    assert len(entries) == result.requests
    assert not [one.name for one in (tmp_path / "report").iterdir() if one.name.startswith(".exchanges")]


def test_a_bad_size_ends_a_run_before_it_begins(tmp_path: Path) -> None:
    """Exit code 4, one sentence, nothing written."""
    done = subprocess.run(
        command_of("run", "--demo", "--keep-bodies", "much"),
        cwd=tmp_path,
        env=environment_of({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.strip().count("\n")) == (4, "", 0)
    assert "--keep-bodies 'much' is no size" in done.stderr
