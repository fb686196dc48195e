"""The violations as SARIF 2.1.0, for code-scanning views: a rule a requirement, a result a violated requirement.

Every requirement of the run is a rule, with its verdict among its properties, so that what holds can be told from
what was not asked. Code scanning wants a place in a repository: it is the catalogue's entry for the operation.
"""

import hashlib
import json
from typing import Any

from contracts.catalogue.remedies import remedies
from contracts.catalogue.requirement import Level, Requirement
from contracts.catalogue.sources import address_of, references
from contracts.vocabulary.documentation import base_url, page_of
from reports.renderings import replay_script
from reports.result.facts import facts
from reports.result.result import Result
from reports.result.verdicts import Judgement, Verdict

_OPERATION = "PATCH /v1/buckets/{bucket_identifier}/objects/{object_identifier}"


def render(result: Result) -> bytes:
    """Return `result` as a SARIF log with one run."""
    rules = [_rule(judgement) for judgement in result.judgements]
    found = [
        _found(index, one, result)
        for index, one in enumerate(result.judgements)
        if one.verdict in (Verdict.VIOLATED, Verdict.WAIVED)
    ]
    values = {_camel(fact.name): fact.value for fact in facts(result)}
    driver = {
        "name": "mixpeek-conformance",
        "version": result.began.suite,
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": result.whole,
                "exitCode": result.exit_code,
                "properties": values,
            }
        ],
        "results": found,
        "properties": {name: values[name] for name in ("verdict", "edition", "demonstration")},
    }
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(map(str.capitalize, rest))


def _rule(judgement: Judgement) -> dict[str, Any]:
    requirement = judgement.requirement
    page = page_of(requirement.id) if base_url() else address_of(requirement.source)
    return {
        "id": requirement.id,
        "name": requirement.id.title().replace("-", ""),
        "shortDescription": {"text": requirement.sentence},
        "fullDescription": {"text": f"{requirement.sentence} Published in: {requirement.source}."},
        "helpUri": page,
        "help": _help(requirement),
        "defaultConfiguration": {"level": _level(judgement)},
        "properties": {
            "tags": ["conformance", str(requirement.area).lower(), str(requirement.level)],
            "verdict": str(judgement.verdict),
            "asked": judgement.asked,
        },
    }


def _help(requirement: Requirement) -> dict[str, str]:
    text = f"Published in: {requirement.source}. Tolerated: {requirement.tolerates}"
    usual = [f"{remedy.where}: {remedy.cause} {remedy.fix}" for remedy in remedies(requirement)]
    points = "\n".join(f"- {one}" for one in usual)
    read = "; ".join(
        f"[{reference.text}]({reference.url})" if reference.url else reference.text
        for reference in references(requirement.source)
    )
    origin = f"Published in: {read}. Tolerated: {requirement.tolerates}"
    return {
        "text": " ".join([text, "Usual causes:", *usual]),
        "markdown": f"{origin}\n\n**Usual causes, and how to fix them**\n\n{points}",
    }


def _found(index: int, judgement: Judgement, result: Result) -> dict[str, Any]:
    requirement, began = judgement.requirement, result.began
    lines = [
        part for cause in judgement.causes for part in (cause.told, *(each.marks for each in cause.exchanges)) if part
    ]
    lines += [note] if (note := result.of_edition(judgement)) else []
    repeats = replay_script.told(judgement, began)
    message = "\n".join(
        (*lines, f"repeat it: {replay_script.replay_command(requirement.id, began)}") if repeats else lines
    )
    found: dict[str, Any] = {
        "ruleId": requirement.id,
        "ruleIndex": index,
        "level": _level(judgement),
        "message": {"text": f"{requirement.sentence}\n{message}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "conformance.json"},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"fullyQualifiedName": _OPERATION, "kind": "resource"}],
            }
        ],
        "occurrenceCount": max(judgement.occurrences, 1),
        "partialFingerprints": {"requirement/v1": hashlib.sha256(requirement.id.encode()).hexdigest()[:32]},
    }
    if repeats:
        found["properties"] = {"script": repeats}
    if result.baseline is not None and result.baseline.run:
        found["baselineState"] = _compared(judgement, result)
    if judgement.waiver:
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": judgement.waiver.reason}]
    return found


def _compared(judgement: Judgement, result: Result) -> str:
    """Return how a violation stands to the baseline, in the words of SARIF."""
    if result.is_known(judgement):
        return "unchanged"
    updated = result.baseline is not None and judgement.requirement.id in result.baseline.otherwise
    return "updated" if updated else "new"


def _level(judgement: Judgement) -> str:
    return "error" if judgement.requirement.level is Level.MUST else "warning"
