"""The result as `conformance.json`, and that file opened again. `conformance.schema.json` describes it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from contracts.catalogue.sources import references
from contracts.vocabulary.events import Began, Slow
from reports.recording.report_folder import RESULT_FILE, pointed
from reports.result.baseline import Baseline
from reports.result.json_reader import SCHEMA_VERSION, from_json
from reports.result.load import Load
from reports.result.result import Latency, Result, Seen
from reports.result.verdicts import Example, Judgement, Shown, Verdict

LARGEST_FILE = 256 << 20
"""The most bytes of a result that are read: the bodies in it are cut, so that it has an end."""


class Unreadable(Exception):  # noqa: N818 - read as a sentence: the file is unreadable
    """A file is not a result of a run; the message names it and says what to do."""


def render(result: Result) -> bytes:
    """Return `result` as the bytes of the file."""
    return json.dumps(as_json(result), ensure_ascii=False, indent=2).encode("utf-8", "replace")


def as_written(result: Result) -> Result:
    """Return `result` as it is read again from its file, where what is not UTF-8 was replaced."""
    return from_json(json.loads(render(result)))


def load(path: Path) -> Result:
    """Read the result in `path`, a file or the folder of a report. Raises Unreadable, whatever is there instead."""
    path = pointed(path)
    try:
        file = path / RESULT_FILE if path.is_dir() else path
        if file.exists() and not file.is_file():  # opening a pipe may wait for ever
            raise Unreadable(f"{file} is no file: give a report folder or {RESULT_FILE}")
        with file.open("rb") as opened:
            content = opened.read(min(file.stat().st_size, LARGEST_FILE) + 1)  # Python makes room for so many at once
    except OSError as error:
        raise Unreadable(f"{file} cannot be read ({error.strerror}): give a report folder or {RESULT_FILE}") from None
    try:
        return from_json(_parsed(content))
    except ValueError as error:
        raise Unreadable(f"{file} is no {RESULT_FILE} of this suite ({error}): give one that a run wrote") from None


def _parsed(content: bytes) -> Any:
    """Read JSON in UTF-8, UTF-16 or UTF-32, with or without a byte order mark. Raises ValueError."""
    if len(content) > LARGEST_FILE:
        raise ValueError(f"it has more than {LARGEST_FILE >> 20} MB")
    try:
        return json.loads(content)
    except UnicodeDecodeError as error:
        raise ValueError(f"it is no text in {error.encoding}, from byte {error.start:,} on") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON, from line {error.lineno}, column {error.colno} on") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError:
        raise ValueError("it holds a number that is too long") from None


def as_json(result: Result) -> dict[str, Any]:
    """Return `result` as plain JSON."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": result.kind,
        "verdict": result.verdict,
        "demonstration": result.demonstration,
        "partial": result.partial,
        "exit_code": result.exit_code,
        "edition": result.began.edition,
        "target": _target_as_json(result.began),
        "run": _run_as_json(result),
        **({"load": _load_as_json(result.load)} if result.load is not None else {}),
        **({"baseline": _baseline_as_json(result)} if result.baseline is not None else {}),
        "latency": [_latency_as_json(one) for one in result.latency],
        "slowest": [_slow_as_json(one) for one in result.slowest],
        "summary": {verdict.value: result.count(verdict) for verdict in Verdict},
        "requirements": [_judgement_as_json(judgement) for judgement in result.judgements],
        "observations": [_seen_as_json(observation) for observation in result.observations],
        "waiver_errors": list(result.waiver_errors),
        "report_errors": list(result.report_errors),
        "suite_errors": [asdict(failure) for failure in result.failures],
        "left_behind": list(result.left),
    }


def _target_as_json(began: Began) -> dict[str, Any]:
    return {
        "name": began.target,
        "base_url": began.base_url,
        "namespace": began.namespace,
        "reference_service": began.embedded,
        "without": began.without,
        "insecure": began.insecure,
        "read_only": began.read_only,
    }


def _run_as_json(result: Result) -> dict[str, Any]:
    began = result.began
    return {
        "id": began.run,
        "suite_version": began.suite,
        "effort": began.effort,
        "seed": began.seed,
        "strict": began.strict,
        "workers": began.workers,
        "options": began.options,
        "best_fit": began.best_fit,
        "reached_by": began.reached_by,
        "from_table": began.from_table,
        "started": began.started,
        "duration_seconds": round(result.finished - began.started, 3),
        "requests": result.requests,
        "sent_again": result.sent_again,
        "archive": {"bodies_cut": result.cut[0], "exchanges_left_out": result.cut[1]},
        "found_late": {"count": result.found_late, "longest_seconds": result.latest},
        "made": result.made,
        "interrupted": result.interrupted,
        "target_gone": result.gone,
    }


def _baseline_as_json(result: Result) -> dict[str, Any]:
    plain = asdict(result.baseline or Baseline(""))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()} | {
        "no_worse": result.no_worse
    }


def _load_as_json(load: Load) -> dict[str, Any]:
    return {**asdict(load), "over_limit": load.over_limit}


def _judgement_as_json(judgement: Judgement) -> dict[str, Any]:
    requirement, waiver = judgement.requirement, judgement.waiver
    return {
        "id": requirement.id,
        "level": requirement.level,
        "area": requirement.area,
        "sentence": requirement.sentence,
        "source": requirement.source,
        "sources": [asdict(reference) for reference in references(requirement.source)],
        "tolerates": requirement.tolerates,
        "needs": sorted(requirement.needs),
        "verdict": judgement.verdict,
        "asked": judgement.asked,
        "unjudged": judgement.unjudged,
        "reason": judgement.reason,
        "left_to": list(judgement.left_to),
        "occurrences": judgement.occurrences,
        "waiver": None if waiver is None else {**asdict(waiver), "expires": waiver.expires.isoformat()},
        "violations": [_shown_as_json(violation) for violation in judgement.violations],
        "example": None if judgement.example is None else _example_as_json(judgement.example),
    }


def _example_as_json(example: Example) -> dict[str, Any]:
    return {"test": example.test, "exchange": example.exchange.as_json()}


def _latency_as_json(latency: Latency) -> dict[str, Any]:
    return {
        "method": latency.method,
        "answers": latency.answers,
        "p50_seconds": latency.p50,
        "p95_seconds": latency.p95,
        "p99_seconds": latency.p99,
        "longest_seconds": latency.longest,
    }


def _slow_as_json(slow: Slow) -> dict[str, Any]:
    return {
        "test": slow.test,
        "method": slow.method,
        "path": slow.path,
        "status": slow.status,
        "started": slow.started,
        "elapsed_seconds": slow.elapsed,
    }


def _shown_as_json(shown: Shown) -> dict[str, Any]:
    return {
        "test": shown.test,
        "expected": shown.expected,
        "actual": shown.actual,
        "exchanges": [exchange.as_json() for exchange in shown.exchanges],
        "on_fresh_object": shown.on_fresh_object,
    }


def _seen_as_json(seen: Seen) -> dict[str, Any]:
    return {
        "id": seen.observation.id,
        "question": seen.observation.question,
        "open": seen.observation.open,
        "outcome": seen.outcome,
        "reason": seen.reason,
        "exchange": None if seen.exchange is None else seen.exchange.as_json(),
    }


__all__ = [
    "RESULT_FILE",
    "SCHEMA_VERSION",
    "Unreadable",
    "as_json",
    "as_written",
    "from_json",
    "load",
    "render",
]
