"""Runs several targets of `conformance.toml`, each in a process and a report folder of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from contracts.vocabulary import toml
from contracts.vocabulary.files import text_of_file
from fixtures.redaction import output_gate
from fixtures.redaction.secret import know
from fixtures.target.targets_file import variables_of
from reports.recording.report_folder import Unusable, claim, name_for, write_whole
from reports.result import document
from reports.tables.target_matrix import TargetRun, Targets

_FILES = {"targets.html": b"<title>Targets: Partially Update Object</title>", "targets.md": b"# Targets"}


class NoTargets(Exception):  # noqa: N818 - read as a sentence: there are no targets
    """There is nothing to run; the message says what to write where."""


def names_in(file: Path, wanted: Sequence[str]) -> list[str]:
    """Return the targets that are `wanted`, or all in `file`. Raises NoTargets where one of them is not there."""
    try:
        tables = toml.parsed(text_of_file(file)).get("targets", {})
    except OSError as error:
        raise NoTargets(f"{file} cannot be read ({error.strerror}): write a table [targets.NAME] for each") from None
    except ValueError as error:
        raise NoTargets(f"{file} is no TOML: {error}") from None
    if not isinstance(tables, dict):
        raise NoTargets(f"{file} has targets that are no tables: write a table [targets.NAME] for each")
    known = list(tables)
    if not known:
        raise NoTargets(f"{file} has no targets: write a table [targets.NAME] for each")
    for name in wanted:
        if name not in known:
            raise NoTargets(f"{file} has no [targets.{name}]; it has: {', '.join(known)}")
    chosen = list(wanted) or known
    if unfit := next((name for name in chosen if "\0" in name), None):
        raise NoTargets(f"{file} has a target {unfit!r}, whose name no command can be given: call it otherwise")
    return chosen


def know_keys(file: Path) -> None:
    """Let the keys of all targets in `file` be blanked in what is said and written of several."""
    tables = toml.parsed(text_of_file(file)).get("targets", {})
    for table in tables.values():
        know(os.environ, variables_of(table) if isinstance(table, dict) else {})


def run(names: Sequence[str], file: Path, folder: Path, options: Sequence[str]) -> Iterator[TargetRun]:
    """Run the suites against each target, with further `options`, into a folder of its name; gives what came out."""
    claim(folder, _FILES)
    taken = set[str]()
    for name in names:
        place = name_for(name, taken)
        reports = folder / place
        if reports.is_symlink():
            raise Unusable(f"{reports} is a symbolic link, and may lead anywhere: remove it")
        command = [sys.executable, "-m", "mixpeek_conformance", "run", f"--target={name}"]
        command += ["--targets-file", str(file), "--report-dir", str(reports), *options]
        before = _written(reports)
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this very program
        if _written(reports) == before:
            said = (done.stderr or done.stdout).strip().splitlines()
            yield TargetRun(
                name, done.returncode, failure=said[-1] if said else f"exit code {done.returncode}", folder=place
            )
        else:
            yield TargetRun(name, done.returncode, document.load(reports), folder=place)


def write(targets: Targets, folder: Path) -> None:
    """Write the table to `folder`. Raises OSError."""
    table = output_gate.shown(targets)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "targets.html", table.html())
    write_whole(folder / "targets.md", ("\n".join(table.markdown()) + "\n").encode("utf-8", "replace"))


def _written(reports: Path) -> float | None:
    """When the result in `reports` was written; None where there is none."""
    path = reports / document.RESULT_FILE
    return path.stat().st_mtime_ns if path.exists() else None
