"""The result as `conformance.json`, and read again from there. `conformance.schema.json` describes it."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from contracts.events import Began, Failed
from contracts.observations import Observation
from contracts.requirement import Area, Capability, Level, Requirement
from reports.result import Judgement, Result, Seen, Shown, Verdict, Waiver

SCHEMA_VERSION = 1
RESULT_FILE = "conformance.json"


class Unreadable(Exception):  # noqa: N818 - read as a sentence: the file is unreadable
    """A file is no result of a run; the message names it and says what to do."""


def render(result: Result) -> bytes:
    """Give `result` as the bytes of the file."""
    return json.dumps(as_json(result), ensure_ascii=False, indent=2).encode("utf-8", "replace")


def as_written(result: Result) -> Result:
    """Give `result` as it is read again from its file, where what is no UTF-8 was replaced."""
    return from_json(json.loads(render(result)))


def load(path: Path) -> Result:
    """Read the result that stands in `path`, a file or the folder of a report. Raises Unreadable."""
    file = path / RESULT_FILE if path.is_dir() else path
    try:
        return from_json(json.loads(file.read_text("utf-8")))
    except OSError as error:
        raise Unreadable(f"{file} cannot be read ({error.strerror}): give a report folder or {RESULT_FILE}") from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Unreadable(f"{file} is no {RESULT_FILE} of this suite ({error!r}): give one that a run wrote") from None


def as_json(result: Result) -> dict[str, Any]:
    """Give `result` as plain JSON."""
    began = result.began
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": result.verdict,
        "exit_code": result.exit_code,
        "edition": began.edition,
        "target": {
            "name": began.target,
            "base_url": began.base_url,
            "namespace": began.namespace,
            "reference_service": began.embedded,
            "without": began.without,
            "insecure": began.insecure,
            "read_only": began.read_only,
        },
        "run": {
            "id": began.run,
            "suite_version": began.suite,
            "effort": began.effort,
            "seed": began.seed,
            "strict": began.strict,
            "workers": began.workers,
            "started": began.started,
            "duration_seconds": round(result.finished - began.started, 3),
            "requests": result.requests,
            "sent_again": result.sent_again,
            "interrupted": result.interrupted,
            "target_gone": result.gone,
        },
        "summary": {verdict.value: result.count(verdict) for verdict in Verdict},
        "requirements": [_judgement_as_json(one) for one in result.judgements],
        "observations": [
            {**asdict(one.observation), "outcome": one.outcome, "reason": one.reason, "exchange": one.exchange}
            for one in result.observations
        ],
        "waiver_errors": list(result.waiver_errors),
        "suite_errors": [asdict(one) for one in result.failures],
        "left_behind": list(result.left),
    }


def from_json(document: dict[str, Any]) -> Result:
    """Read what `as_json` gave, also of a suite that knows other requirements.

    Raises ValueError, LookupError, TypeError or AttributeError where it is something else.
    """
    if document["schema_version"] != SCHEMA_VERSION:
        raise ValueError(f"schema_version {document['schema_version']}, and this suite reads {SCHEMA_VERSION}")
    target, run = document["target"], document["run"]
    began = Began(
        run=run["id"],
        suite=run["suite_version"],
        edition=document["edition"],
        effort=run["effort"],
        seed=run["seed"],
        base_url=target["base_url"],
        namespace=target["namespace"],
        target=target["name"],
        embedded=target["reference_service"],
        without=target["without"],
        strict=run["strict"],
        started=run["started"],
        workers=run["workers"],
        insecure=target["insecure"],
        read_only=target.get("read_only", False),  # earlier releases had no such targets
    )
    return Result(
        began,
        judgements=tuple(_judgement(one) for one in document["requirements"]),
        observations=tuple(
            Seen(Observation(one["id"], one["question"], one["open"]), one["outcome"], one["reason"], one["exchange"])
            for one in document["observations"]
        ),
        requests=run["requests"],
        finished=run["started"] + run["duration_seconds"],
        interrupted=run["interrupted"],
        gone=run["target_gone"],
        failures=tuple(Failed(one["test"], one["error"]) for one in document["suite_errors"]),
        left=tuple(document["left_behind"]),
        waiver_errors=tuple(document["waiver_errors"]),
        sent_again=run.get("sent_again", 0),  # earlier releases did not count them
    )


def _judgement_as_json(judgement: Judgement) -> dict[str, Any]:
    requirement, waiver = judgement.requirement, judgement.waiver
    return {
        "id": requirement.id,
        "level": requirement.level,
        "area": requirement.area,
        "sentence": requirement.sentence,
        "source": requirement.source,
        "tolerates": requirement.tolerates,
        "needs": sorted(requirement.needs),
        "verdict": judgement.verdict,
        "asked": judgement.asked,
        "unjudged": judgement.unjudged,
        "reason": judgement.reason,
        "occurrences": judgement.occurrences,
        "waiver": None if waiver is None else {**asdict(waiver), "expires": waiver.expires.isoformat()},
        "violations": [asdict(one) for one in judgement.violations],
    }


def _judgement(one: dict[str, Any]) -> Judgement:
    waiver = one["waiver"]
    return Judgement(
        Requirement(
            id=one["id"],
            level=Level(one["level"]),
            area=Area(one["area"]),
            sentence=one["sentence"],
            source=one["source"],
            tolerates=one["tolerates"],
            needs=frozenset(map(Capability, one["needs"])),
        ),
        Verdict(one["verdict"]),
        asked=one["asked"],
        unjudged=one["unjudged"],
        reason=one["reason"],
        violations=tuple(Shown(**shown) for shown in one["violations"]),
        occurrences=one["occurrences"],
        waiver=None if waiver is None else Waiver(**{**waiver, "expires": date.fromisoformat(waiver["expires"])}),
    )
