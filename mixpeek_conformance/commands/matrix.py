"""Runs several targets of `conformance.toml`, each in a process and a report folder of its own."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from contracts.vocabulary.exit_codes import Exit
from fixtures.redaction import output_gate
from fixtures.redaction.secret import know
from fixtures.run import sigterm
from fixtures.target.target import Misconfigured
from fixtures.target.targets_file import path_of, tables_in, variables_of
from mixpeek_conformance.child_process import ended, ending_with_this_one
from mixpeek_conformance.ci import summarise
from mixpeek_conformance.streams import put_json, say
from reports.recording.report_folder import Unusable, claim, make, name_for, write_whole
from reports.result import document
from reports.tables.target_matrix import TargetRun, Targets

AT_ONCE = 4
"""Targets that are asked at the same time, at most."""

_FILES = {"targets.html": b"<title>Targets: Partially Update Object</title>", "targets.md": b"# Targets"}


def command(
    wanted: Sequence[str],
    targets_file: str | None,
    report_dir: Path,
    options: Sequence[str],
    *,
    as_json: bool = False,
) -> int:
    """Run several targets with further `options`, and return the worst of their exit codes.

    `as_json`, what came out is printed in the end, and each target is told where errors go.
    """
    file = path_of(targets_file, Path.cwd())
    sigterm.as_interruption()
    try:
        targets = tables_in(file)
        names = chosen(targets, file, wanted)
        know_keys(targets)
        asked = []
        for target_run in run(names, file, report_dir, options):
            asked.append(target_run)
            outcome = target_run.result.headline if target_run.result else target_run.failure
            say(f"{target_run.name:<24} {outcome}   exit {target_run.exit_code}", error=as_json)
        table = Targets(tuple(asked))
        write(table, report_dir)
        summarise(report_dir / "targets.md")
    except (Misconfigured, Unusable, OSError) as error:
        say(f"mixpeek-conformance matrix: {error}", error=True)
        return Exit.WRONG_USE
    if as_json:
        put_json({"exit_code": table.exit_code, "targets": [_members(one, report_dir) for one in asked]})
    else:
        say(report_dir / "targets.html")
    return table.exit_code


def _members(one: TargetRun, folder: Path) -> dict[str, Any]:
    """Return the outcome of one target as JSON."""
    result = one.result
    return {
        "name": one.name,
        "exit_code": one.exit_code,
        "verdict": result.verdict if result else None,
        "failure": one.failure or None,
        "violated": list(result.violated) if result else [],
        "report_dir": str(folder / one.folder),
    }


def chosen(targets: Mapping[str, Any], file: Path, wanted: Sequence[str]) -> list[str]:
    """Return the names of the `wanted` targets, or of all. Raise Misconfigured if one is not there."""
    if not targets:
        raise Misconfigured(f"{file} has no targets: write a table [targets.NAME] for each")
    for name in wanted:
        if name not in targets:
            raise Misconfigured(f"{file} has no [targets.{name}]; it has: {', '.join(targets)}")
    names = list(wanted or targets)
    if len(names) > 1 and os.environ.get("MIXPEEK_BASE_URL"):
        raise Misconfigured("MIXPEEK_BASE_URL stands in for the base URL of every target: unset it to ask several")
    if unfit := next((name for name in names if "\0" in name), None):
        raise Misconfigured(f"{file} has a target {unfit!r}, whose name no command can be given: call it otherwise")
    return names


def know_keys(targets: Mapping[str, Any]) -> None:
    """Blank the keys of all `targets` in all output: a line may be about several of them."""
    for table in targets.values():
        know(os.environ, variables_of(table) if isinstance(table, dict) else {})


def run(names: Sequence[str], file: Path, folder: Path, options: Sequence[str]) -> Iterator[TargetRun]:
    """Run the suites against each target, with further `options`, into a folder of its name; yield what came out.

    Several are asked at a time, each at its own pace.
    """
    claim(folder, _FILES)
    taken = set[str]()
    places = [name_for(name, taken) for name in names]
    for place in places:
        if (folder / place).is_symlink():
            raise Unusable(f"{folder / place} is a symbolic link, and may lead anywhere: remove it")
    with ThreadPoolExecutor(AT_ONCE) as pool, ending_with_this_one():
        try:
            yield from pool.map(lambda name, place: _run_one(name, place, file, folder, options), names, places)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _run_one(name: str, place: str, file: Path, folder: Path, options: Sequence[str]) -> TargetRun:
    """Run the suites against one target, in a process of its own."""
    reports = folder / place
    command = [sys.executable, "-m", "mixpeek_conformance", "run", f"--target={name}"]
    command += ["--targets-file", str(file), "--report-dir", str(reports), "--no-annotations", *options]
    before = _written(reports)
    done = ended(command)
    if _written(reports) != before:
        return TargetRun(name, done.returncode, document.load(reports), folder=place)
    said = (done.stderr or done.stdout).strip().splitlines()
    failure = said[-1] if said else f"exit code {done.returncode}"
    return TargetRun(name, done.returncode, failure=failure, folder=place)


def write(targets: Targets, folder: Path) -> None:
    """Write the table to `folder`. Raises OSError."""
    table = output_gate.shown(targets)
    make(folder)
    write_whole(folder / "targets.html", table.html())
    write_whole(folder / "targets.md", ("\n".join(table.markdown()) + "\n").encode("utf-8", "replace"))


def _written(reports: Path) -> float | None:
    """When the result in `reports` was written; None if there is none."""
    path = reports / document.RESULT_FILE
    return path.stat().st_mtime_ns if path.exists() else None
