"""The checks of a report, asked again: what tells of a violation whose requests alone tell nothing.

An answer holds more than a check judges, such as what the object was given before. The check itself knows what
matters: with the seed and the effort of the report it asks what it asked then.
"""

import contextlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.catalogue.requirement import Capability
from contracts.vocabulary.efforts import EFFORTS
from contracts.vocabulary.events import Began
from contracts.vocabulary.program import started_as
from fixtures.target.target import Target
from mixpeek_conformance.pytest_run.engine import run
from mixpeek_conformance.replays.evidence_replay import Replayed, ReplayOutcome
from mixpeek_conformance.streams import say, sentence_of
from reports.result import document
from reports.result.result import Result
from reports.result.verdicts import Judgement, Shown, Verdict

FOLDER = Path("reports/replay-checks")
"""Where the reports of these runs go, each in a folder of its own."""

_NAME = re.compile(r"::(test_\w+)", re.ASCII)
_INTERRUPTED = 2


def _check_of(shown: Shown) -> str | None:
    """Return the name of the check that found a violation; None if the report names none."""
    found = _NAME.search(shown.test)
    return found[1] if found else None


def asked_again(
    result: Result,
    replays: Sequence[tuple[Replayed, Judgement]],
    target: Target,
    given: Mapping[str, Any],
    identifier: str,
) -> Iterator[Replayed]:
    """Ask the checks of violations that their `replays` do not show, all in one run, and yield what each shows.

    Raises KeyboardInterrupt if the run is interrupted.
    """
    names = {name for _, one in replays if (name := _check_of(one.violations[0]))}
    names |= {one.requirement for one, _ in replays}
    if not replays or target.object is not None or target.read_only:  # what was handed over is not a fresh object
        yield from (replayed for replayed, _ in replays)
        return
    folder = FOLDER / identifier
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run([*_options(result, target, given), "-k", " or ".join(sorted(names)), "--report-dir", str(folder)])
    if code == _INTERRUPTED:
        raise KeyboardInterrupt
    try:
        again = document.load(folder)
    except document.Unreadable:
        last = (said.getvalue().strip().splitlines() or [f"exit code {code}"])[-1]
        yield from (replace(one, because=f"{one.because}; {sentence_of(last)}") for one, _ in replays)
        return
    for left in again.left:
        say(f"left behind on the target: {left}: {started_as()} sweep {folder}", error=True)
    found = {judgement.requirement.id: judgement for judgement in again.judgements}
    for replayed, _ in replays:
        yield _told(replayed, found.get(replayed.requirement))


def effort_of(began: Began) -> str:
    """Return the effort with which checks are asked again: that of the report, if it is of a run."""
    return began.effort if began.effort in EFFORTS else "quick"


def _options(result: Result, target: Target, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield the options of a run that asks what the report asked, at the target of the reader, reached as `given`."""
    began = result.began
    yield from ("--result-only", f"--base-url={target.base_url}", f"--namespace={target.namespace}")
    yield f"--seed={began.seed}"
    yield f"--effort={effort_of(began)}"
    yield f"--edition={began.edition}"
    for name, value in given.items():
        if name not in ("base-url", "namespace") and value:
            yield f"--{name}" if value is True else f"--{name}={value}"
    for capability in Capability:
        if capability in began.without and capability is not Capability.SET_UP:
            yield f"--without={capability}"


def _told(replayed: Replayed, judgement: Judgement | None) -> Replayed:
    """Say what the check has shown; a replay stays as it was if the check judged nothing."""
    name = replayed.requirement
    if judgement is not None and judgement.violations:
        shown = judgement.violations[0]
        return Replayed(
            name, ReplayOutcome.STANDS, f"its check finds it again: expected {shown.expected}, got {shown.actual}"
        )
    if judgement is not None and judgement.verdict is Verdict.HOLDS:
        return Replayed(name, ReplayOutcome.GONE, "its check, asked again with the same seed and effort, holds")
    reason = "" if judgement is None or not judgement.reason else f"; its check: {judgement.reason}"
    return replace(replayed, because=f"{replayed.because}{reason}")
