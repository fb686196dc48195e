"""`waivers` writes what accepts the violations of a report, so that the next run is green, and nothing else."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports.renderings import registry
from tests.support.commands import Conform, Done, command
from tests.support.results import AWKWARD, kinds

DAY = (datetime.now(UTC).date() + timedelta(days=60)).isoformat()
BROKEN = ("-k", "TIME-FORMAT", "--effort=smoke")


def written(folder: Path, report: Path, *arguments: str) -> Done:
    return command("waivers", "--from", str(report), *arguments, environment={}, folder=folder)


def test_a_waived_report_is_accepted(conform: Conform, tmp_path: Path) -> None:
    """What was written is taken by the next run; a second call adds nothing."""
    outcome = conform(*BROKEN, at="/faults/naive-timestamps")
    assert outcome.ids("violated") == {"TIME-FORMAT"}
    done = written(tmp_path, outcome.folder, "--until", DAY, "--reason", "known", "--ticket", "API-1")
    assert done.stdout == "waivers.toml: 1 added, 0 there already\n", done.stderr
    again = written(tmp_path, outcome.folder, "--until", DAY)
    assert again.stdout.startswith("waivers.toml: 0 added, 1 there already")
    assert conform(*BROKEN, at="/faults/naive-timestamps").ids("waived") == {"TIME-FORMAT"}


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report of a target with awkward names."""
    folder = tmp_path / "report"
    folder.mkdir()
    assert not list(registry.write_result(kinds(tmp_path)["non-conformant"], folder, None))
    (tmp_path / "waivers.toml").unlink()
    return folder


def test_what_was_there_stays(report: Path, tmp_path: Path) -> None:
    """A file keeps its comments and its waivers, and gets those that it lacks behind them."""
    before = f'# ours\n[[waiver]]\nrequirement = "MERGE-NULL"\ntarget = "stag*"\nreason = "r"\nexpires = {DAY}'
    file = tmp_path / "waivers.toml"
    file.write_text(before, "utf-8")
    done = written(tmp_path, report, "--until", DAY, "--reason", AWKWARD.replace("\0", ""))
    assert done.returncode == 0, done.stderr
    text = file.read_text("utf-8")
    assert text.startswith(before)
    waivers = tomllib.loads(text)["waiver"]
    assert [one["requirement"] for one in waivers] == ["MERGE-NULL", "TIME-FORMAT", "ERROR-NO-INTERNALS"]
    assert waivers[1]["reason"] == AWKWARD.replace("\0", "")


def test_they_can_be_printed(report: Path, tmp_path: Path) -> None:
    """With `--to -` nothing is written, and what is printed is TOML."""
    done = written(tmp_path, report, "--until", DAY, "--to", "-")
    assert len(tomllib.loads(done.stdout)["waiver"]) == 3
    assert not (tmp_path / "waivers.toml").exists()


@pytest.mark.parametrize(
    ("until", "file", "said"),
    [
        ("soon", "", "--until 'soon' is no day: give one as in 20"),
        ("2020-01-01", "", "--until 2020-01-01 is not to come"),
        (DAY, "[[waiver]]\n", "waivers.toml line 1: requirement is missing"),
        (DAY, "waiver = 7\n", "waivers.toml holds something else than [[waiver]] tables"),
    ],
)
def test_wrong_use_writes_nothing(report: Path, tmp_path: Path, until: str, file: str, said: str) -> None:
    """A day that is none, or a file that is wrong already, is one line with exit code 4."""
    path = tmp_path / "waivers.toml"
    if file:
        path.write_text(file, "utf-8")
    done = written(tmp_path, report, "--until", until)
    assert done.returncode == 4
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (path.read_text("utf-8") if path.exists() else "") == file


def test_a_demonstration_is_not_waived(tmp_path: Path) -> None:
    """It says nothing about any deployment."""
    registry_folder = tmp_path / "demo"
    registry_folder.mkdir()
    list(registry.write_result(kinds(tmp_path)["demonstration"], registry_folder, None))
    done = written(tmp_path, registry_folder, "--until", DAY)
    assert done.returncode == 4
    assert "is of a demonstration" in done.stderr
