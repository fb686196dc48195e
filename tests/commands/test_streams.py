"""What a command prints to: a reader that goes away, or an encoding that lacks a letter, changes no exit code."""

import os
import subprocess
from pathlib import Path

import pytest

from contracts.vocabulary.events import Failed
from reports.result import document
from reports.result.verdicts import Verdict
from tests.support.commands import command, command_of, environment_of
from tests.support.results import asked, folded

COMMANDS = {
    "requirements": (("requirements",), 0),
    "serve --list": (("serve", "--list"), 0),
    "compare": (("compare", "good.json", "failed.json"), 1),
    "--help": (("--help",), 0),
}


def ended(arguments: tuple[str, ...], folder: Path, stdout: int, **environment: str) -> tuple[int, str]:
    """Run a command to its end, and return its exit code and what it wrote to standard error."""
    done = subprocess.run(
        command_of(*arguments),
        cwd=folder,
        env=environment_of(environment),
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A folder with a whole result, and one of a run that failed."""
    (tmp_path / "good.json").write_bytes(document.render(folded(*asked())))
    (tmp_path / "failed.json").write_bytes(document.render(folded(*asked(), Failed("t", "boom"))))
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_a_reader_that_goes_away_changes_no_exit_code(name: str, results: Path) -> None:
    """A command whose reader is gone before the first line ends quietly, with the code that it always has."""
    arguments, code = COMMANDS[name]
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert ended(arguments, results, writer) == (code, "")
    finally:
        os.close(writer)


@pytest.mark.parametrize("name", ["requirements", "compare"])
def test_a_full_disk_changes_no_exit_code(name: str, results: Path) -> None:
    """A command whose output finds no place ends with the code that it always has."""
    arguments, code = COMMANDS[name]
    with Path("/dev/full").open("w") as full:
        assert ended(arguments, results, full.fileno()) == (code, "")


def test_letters_that_the_terminal_lacks_are_escaped(results: Path) -> None:
    """A terminal without Unicode gets escapes, and no traceback."""
    arguments, code = COMMANDS["compare"]
    assert ended(arguments, results, subprocess.DEVNULL, PYTHONIOENCODING="ascii") == (code, "")


RUN = ("run", "--demo", "--effort", "quick", "-k", "timestamps_keep", "--result-only", "--report-dir")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_changes_no_exit_code(closed: str, tmp_path: Path) -> None:
    """A run that begins without a standard stream, as a job of cron may, ends with its verdict."""
    done = subprocess.run(
        ["bash", "-c", f'"$@" {closed}', "bash", *command_of(*RUN, str(tmp_path))],
        env=environment_of({}),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 6, done.stderr
    assert "INTERNALERROR" not in done.stdout + done.stderr
    assert document.load(tmp_path).count(Verdict.HOLDS) > 0


@pytest.mark.parametrize("arguments", [("-n", "-1"), ("-n-3",)])
def test_a_number_of_workers_below_none_is_refused(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """A number of workers that is none is wrong use, told in one line before anything is asked."""
    done = command(*RUN, str(tmp_path), *arguments, environment={}, folder=tmp_path)
    assert done.returncode == 4
    assert [line for line in done.stderr.splitlines() if line] == [
        line for line in done.stderr.splitlines() if "-n takes a number of workers" in line
    ]
