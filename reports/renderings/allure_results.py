"""The result for Allure: one test result a requirement, written with the classes that allure-pytest brings."""

import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import (
    ATTACHMENT_PATTERN,
    Attachment,
    Label,
    Link,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)
from allure_commons.types import AttachmentType, LabelType, LinkType, Severity

from contracts.catalogue.requirement import Level
from contracts.vocabulary.documentation import base_url, page_of
from contracts.vocabulary.exchange import Exchange, Request, Response
from reports.renderings.replay_script import script
from reports.result.facts import facts
from reports.result.result import Result
from reports.result.verdicts import Judgement, Verdict

_STATUS = {
    Verdict.HOLDS: Status.PASSED,
    Verdict.VIOLATED: Status.FAILED,
    Verdict.INCONCLUSIVE: Status.BROKEN,
    Verdict.NOT_APPLICABLE: Status.SKIPPED,
    Verdict.WAIVED: Status.SKIPPED,
}
_CATEGORIES = """\
[
  {"name": "Product defect: a clause is broken", "matchedStatuses": ["failed"]},
  {"name": "Could not be asked", "matchedStatuses": ["broken"], "messageRegex": "inconclusive: .*"},
  {"name": "Suite error", "matchedStatuses": ["broken"], "messageRegex": "suite error: .*"},
  {"name": "Known from the baseline", "matchedStatuses": ["skipped"], "messageRegex": "(?s).*in the baseline too.*"},
  {"name": "Waived, or not applicable", "matchedStatuses": ["skipped"]}
]
"""


def write(result: Result, folder: Path) -> None:
    """Write the results, the environment and the categories to `folder`, each file whole. Raises OSError."""
    beside = Path(tempfile.mkdtemp(prefix=".allure-", dir=_made(folder.parent)))
    try:
        _write(result, beside)
        folder.mkdir(exist_ok=True)
        for path in beside.iterdir():
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(result: Result, folder: Path) -> None:
    logger: Any = AllureFileLogger(str(folder))  # type: ignore[no-untyped-call]
    for judgement in result.judgements:
        logger.report_result(_result(judgement, result, logger))
    for failure in result.failures:
        broken = TestResult(
            uuid=str(uuid.uuid4()),
            name=f"suite error in {failure.test}",
            fullName=f"suite:{failure.test}",
            status=Status.BROKEN,
            statusDetails=StatusDetails(message="suite error: please report it", trace=failure.error),
        )
        logger.report_result(broken)
    lines = (f"{fact.name}={fact.text.encode('unicode_escape').decode()}" for fact in facts(result))
    folder.joinpath("environment.properties").write_text("\n".join(lines) + "\n", "utf-8")
    folder.joinpath("categories.json").write_text(_CATEGORIES, "utf-8")


def _result(judgement: Judgement, result: Result, logger: Any) -> TestResult:
    requirement, began = judgement.requirement, result.began
    start, stop = int(began.started * 1000), int(result.finished * 1000)
    return TestResult(
        uuid=str(uuid.uuid4()),
        historyId=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{began.base_url} {requirement.id}")),
        name=f"{requirement.id}: {requirement.sentence}",
        fullName=requirement.id,
        description=f"Published in: {requirement.source}\n\nTolerated: {requirement.tolerates}",
        status=Status.SKIPPED if result.is_known(judgement) else _STATUS[judgement.verdict],
        statusDetails=StatusDetails(message=_message(judgement, result.note(judgement))),
        start=start,
        stop=stop,
        labels=[Label(name=name, value=str(value)) for name, value in _labels(judgement, result)],
        links=list(_links(judgement)),
        parameters=[Parameter(name="asked", value=str(judgement.asked))],
        steps=[
            TestStepResult(
                name=_step(exchange),
                status=Status.FAILED if judgement.verdict is Verdict.VIOLATED else Status.PASSED,
                start=int(exchange.started * 1000),
                stop=int((exchange.started + exchange.elapsed) * 1000),
                attachments=[_attached(logger, name, text) for name, text in parts(exchange)],
            )
            for shown in judgement.causes
            for exchange in shown.exchanges
        ],
        attachments=[
            _attached(logger, "repeat it with a shell", text)
            for shown in judgement.causes
            if (text := script(shown, began))
        ],
    )


def _links(judgement: Judgement) -> Iterator[Link]:
    requirement = judgement.requirement
    yield Link(type=LinkType.LINK, url=f"../index.html#{requirement.id}", name=requirement.source)
    if base_url():
        yield Link(type=LinkType.LINK, url=page_of(requirement.id), name="usual causes, and how to fix them")


def _labels(judgement: Judgement, result: Result) -> Iterable[tuple[str, object]]:
    requirement = judgement.requirement
    yield "edition", result.began.edition
    yield "area", requirement.area
    yield "requirement", requirement.id
    yield "verdict", judgement.verdict
    yield LabelType.SEVERITY, Severity.CRITICAL.value if requirement.level is Level.MUST else Severity.MINOR.value
    yield LabelType.PARENT_SUITE, f"edition {result.began.edition}"
    yield LabelType.SUITE, requirement.area
    yield LabelType.FEATURE, requirement.area
    yield LabelType.FRAMEWORK, "mixpeek-conformance"


def _message(judgement: Judgement, note: str) -> str | None:
    if judgement.waiver:
        return f"waived until {judgement.waiver.expires}: {judgement.waiver.reason}"
    message = judgement.told or (f"{judgement.verdict}: {judgement.reason}" if judgement.reason else "")
    return "\n".join(filter(None, (message, note))) or None


def _attached(logger: Any, name: str, text: str) -> Attachment:
    source = ATTACHMENT_PATTERN.format(prefix=uuid.uuid4(), ext=AttachmentType.TEXT.extension)
    logger.report_attached_data(text.encode("utf-8", "replace"), source)
    return Attachment(name=name, source=source, type=AttachmentType.TEXT.mime_type)


def parts(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Return what is attached of an exchange, each part with its name: request, response, curl."""
    request, response = exchange.request, exchange.response
    yield "request", _message_text(f"{request.method} {request.url}", request)
    yield "response", _message_text(str(response.status or response.error or "no answer"), response)
    yield "curl", exchange.curl or "the request was cut"


def _step(exchange: Exchange) -> str:
    request, status = exchange.request, exchange.response.status
    return f"{request.method} {request.url} -> {status or 'no answer'}"


def _message_text(first: str, message: Request | Response) -> str:
    return "\n".join([first, *(f"{name}: {value}" for name, value in message.headers), "", message.text or ""])
