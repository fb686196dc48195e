"""What became of a target from run to run: a line a run in `history.jsonl`, and `history.html`, drawn of all."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

from contracts.vocabulary.json_members import Members
from reports import page_templates
from reports.recording.report_folder import claim, write_whole
from reports.result.facts import SIGNS, milliseconds, sign_of
from reports.result.result import Result
from reports.result.verdicts import Verdict

LINES, PAGE = "history.jsonl", "history.html"
VERSION = 1
SHOWN = 40
"""Runs of a target that the page shows, at most: the newest."""

LARGEST = 64 << 20
"""Bytes of the file that are read, at most: its end."""

_OURS = {LINES: b'"history_version"', PAGE: b"<title>History: Partially Update Object</title>"}
_METHOD = "PATCH"
_DEFINITE = (Verdict.HOLDS, Verdict.VIOLATED, Verdict.WAIVED)


@dataclass(frozen=True)
class PastRun:
    """One run as its line tells it; `report` leads from the folder of the history to its page, if it has one."""

    started: float
    run: str
    target: str
    edition: str
    effort: str
    headline: str
    kind: str
    exit_code: int
    verdicts: Mapping[str, str]
    latency: Mapping[str, float] = field(default_factory=dict)
    report: str = ""

    @property
    def when(self) -> str:
        """When it began, as people read it."""
        return datetime.fromtimestamp(self.started, UTC).strftime("%Y-%m-%d %H:%M")

    def count(self, verdict: Verdict) -> int:
        """Return how many requirements had `verdict`."""
        return sum(1 for one in self.verdicts.values() if one == verdict)


@dataclass(frozen=True)
class ChangedRun:
    """A run, and what had become otherwise since each requirement was last asked: ids of requirements."""

    run: PastRun
    broken: tuple[str, ...]
    fixed: tuple[str, ...]


def expect_ours(folder: Path) -> None:
    """See that a history can be kept in `folder`. Raise Unusable if a file there is none of ours, or OSError."""
    claim(folder, _OURS)


def add(folder: Path, result: Result, page: Path | None) -> None:
    """Add a line for the run behind `result`, whose report has a `page`, and draw the page anew. Raise OSError.

    Runs that end at the same time wait for each other.
    """
    folder.mkdir(parents=True, exist_ok=True)
    line = json.dumps(line_of(result, folder, page), ensure_ascii=False)
    with (folder / LINES).open("a+b") as file, _alone(file):
        file.seek(0, os.SEEK_END)
        if (end := file.tell()) > 0:
            file.seek(end - 1)
            if file.read(1) != b"\n":  # a run was killed as it wrote
                file.write(b"\n")
        file.write(line.encode("utf-8", "replace") + b"\n")
        file.flush()
        write_whole(folder / PAGE, draw(list(read(file))))


@contextlib.contextmanager
def _alone(file: IO[bytes]) -> Iterator[None]:
    if fcntl is not None:
        with contextlib.suppress(OSError):  # a file system without such locks
            fcntl.flock(file, fcntl.LOCK_EX)
    yield


def line_of(result: Result, folder: Path, page: Path | None) -> dict[str, Any]:
    """Return what a line says of a run."""
    began = result.began
    return {
        "history_version": VERSION,
        "run": began.run,
        "started": began.started,
        "duration_seconds": round(result.finished - began.started, 3),
        "suite": began.suite,
        "edition": began.edition,
        "effort": began.effort,
        "seed": began.seed,
        "target": "demonstration" if result.demonstration else began.target or began.base_url,
        "namespace": began.namespace,
        "verdict": result.verdict,
        "headline": result.headline,
        "kind": sign_of(result).kind,
        "exit_code": int(result.exit_code),
        "requests": result.requests,
        "requirements": {judgement.requirement.id: judgement.verdict for judgement in result.judgements},
        "latency": {
            one.method: {"p50_seconds": one.p50, "p95_seconds": one.p95, "p99_seconds": one.p99}
            for one in result.latency
        },
        "report": "" if page is None else Path(os.path.relpath(page, folder)).as_posix(),
    }


def read(file: IO[bytes]) -> Iterator[PastRun]:
    """Yield the runs in a history, in their order in time; a line that is none is left out."""
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - LARGEST))
    runs = []
    for line in file.read().split(b"\n"):
        with contextlib.suppress(ValueError, RecursionError):
            runs.append(_run(Members.read(json.loads(line.decode("utf-8", "replace")))))
    yield from sorted(runs, key=lambda one: one.started)


def _run(one: Members) -> PastRun:
    verdicts = one.members("requirements").of
    latency = one.members("latency").of.get(_METHOD)
    times = Members.read(latency) if latency else None
    kind = one.text("kind")
    return PastRun(
        one.seconds("started"),
        one.text("run"),
        one.text("target"),
        one.text("edition"),
        one.text("effort"),
        one.text("headline"),
        kind if kind in {sign.kind for sign in SIGNS.values()} else "open",
        one.whole("exit_code"),
        {str(name): str(verdict) for name, verdict in verdicts.items()},
        {} if times is None else {name: times.seconds(f"{name}_seconds") for name in ("p50", "p95", "p99")},
        one.text("report"),
    )


def changes(runs: list[PastRun]) -> list[ChangedRun]:
    """Return what changed in each of `runs` of one target since each requirement was last known to hold or not."""
    known: dict[str, str] = {}
    found = []
    for run in runs:
        definite = {name: verdict for name, verdict in run.verdicts.items() if verdict in _DEFINITE}
        broken = [
            name for name, verdict in definite.items() if verdict == Verdict.VIOLATED != known.get(name, verdict)
        ]
        fixed = [
            name
            for name, verdict in definite.items()
            if verdict == Verdict.HOLDS and known.get(name, verdict) != Verdict.HOLDS
        ]
        known |= definite
        found.append(ChangedRun(run, tuple(broken), tuple(fixed)))
    return found


def draw(runs: list[PastRun]) -> bytes:
    """Return the page of all `runs`, which needs nothing else: a part for each target and edition."""
    targets: dict[tuple[str, str], list[PastRun]] = {}
    for run in runs:
        targets.setdefault((run.target, run.edition), []).append(run)
    newest = sorted(targets.items(), key=lambda one: -one[1][-1].started)
    text = page_templates.page(
        "history.html.jinja",
        parts=[(target, edition, changes(ours)[-SHOWN:], len(ours)) for (target, edition), ours in newest],
        unsteady=_unsteady,
        marks={str(verdict): SIGNS[verdict] for verdict in Verdict},
        milliseconds=milliseconds,
        line=_line,
        verdicts=list(Verdict),
    )
    return text.encode("utf-8", "replace")


def _unsteady(shown: list[ChangedRun]) -> list[str]:
    """Return the requirements that did not hold in each of the runs that are `shown`."""
    names = dict.fromkeys(name for one in shown for name in one.run.verdicts)
    return [name for name in names if any(one.run.verdicts.get(name) != Verdict.HOLDS for one in shown)]


def _line(shown: list[ChangedRun], name: str) -> str:
    """Return the points of a line of latencies in a picture of 600 to 80."""
    times = [one.run.latency.get(name) for one in shown]
    most = max((one for run in shown for one in run.run.latency.values()), default=0.0) or 1.0
    step = 600 / max(len(times) - 1, 1)
    points = ((index * step, 76 - 72 * time / most) for index, time in enumerate(times) if time is not None)
    return " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
