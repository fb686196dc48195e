"""The violations as annotations: what services that run builds show beside a build.

Each service takes them as commands in its log, and each has escapes of its own. Text from a target can neither end a
command nor begin another one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from contracts.catalogue.sources import addresses
from contracts.vocabulary import escaping
from reports.result.result import Result
from reports.result.verdicts import Judgement, Verdict

LONGEST = 3_000
"""Characters of the text of an annotation, at most: TeamCity takes 4,000."""


class Severity(StrEnum):
    """How bad it is: a violation that binds, one that does not, and one that is known or of a demonstration.

    A known one is waived, or was found in the same way in the baseline.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True)
class Annotation:
    """What is shown beside a build: a title, and a text of several lines."""

    severity: Severity
    title: str
    text: str


def annotations(result: Result) -> Iterator[Annotation]:
    """Yield an annotation for each violated requirement, and one for each waiver that does not fit."""
    for judgement in result.judgements:
        if judgement.verdict in (Verdict.VIOLATED, Verdict.WAIVED):
            title = f"{judgement.requirement.id} {judgement.verdict}"
            if result.demonstration:
                title = f"demonstration: {title}"
            yield Annotation(_severity(judgement, result), title, _text(judgement, result.note(judgement)))
    for error in result.waiver_errors:
        yield Annotation(Severity.ERROR if result.began.strict else Severity.WARNING, "waiver", _safe(error))


def _severity(judgement: Judgement, result: Result) -> Severity:
    if result.demonstration or judgement.verdict is Verdict.WAIVED or result.is_known(judgement):
        return Severity.NOTICE
    return Severity.ERROR if result.binds(judgement) else Severity.WARNING


def _text(judgement: Judgement, note: str) -> str:
    requirement = judgement.requirement
    lines = [f"{requirement.level}: {requirement.sentence}"]
    for shown in judgement.causes:
        lines += [f"expected {shown.expected}", f"got {shown.actual}"]
        lines += [part for exchange in shown.exchanges[-1:] for part in (exchange.line, exchange.marks) if part]
    lines += [*([note] if note else []), f"published in {requirement.source}"]
    lines += addresses(requirement.source)[:1]
    if judgement.waiver:
        lines.append(f"waived until {judgement.waiver.expires}: {judgement.waiver.reason}")
    return "\n".join(_safe(line) for line in lines)[:LONGEST]


def _safe(line: str) -> str:
    """Return one line, in which nothing is a command to any service."""
    return escaping.line(line)


def github(one: Annotation) -> str:
    """Return the workflow command of GitHub Actions."""
    text, title = _github(one.text), _github(one.title).replace(":", "%3A").replace(",", "%2C")
    return f"::{one.severity} title={title}::{text}"


def _github(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def azure(one: Annotation) -> str:
    """Return the logging command of Azure Pipelines, which has no notices: they are lines of the log."""
    text = one.text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")
    if one.severity is Severity.NOTICE:
        return f"{one.title}: {text}"
    code = one.title.replace("%", "%AZP25").replace(";", "%3B").replace("]", "%5D")
    return f"##vso[task.logissue type={one.severity};code={code}]{text}"


def teamcity(one: Annotation) -> str:
    """Return the service message of TeamCity: a build problem for what counts, and a message for what does not."""
    text = _teamcity(f"{one.title}: {one.text}")
    if one.severity is Severity.ERROR:
        return f"##teamcity[buildProblem description='{text}' identity='{_teamcity(one.title)[:60]}']"
    status = "WARNING" if one.severity is Severity.WARNING else "NORMAL"
    return f"##teamcity[message text='{text}' status='{status}']"


_TEAMCITY = {"|": "||", "'": "|'", "[": "|[", "]": "|]", "\n": "|n", "\r": "|r"}


def _teamcity(text: str) -> str:
    """Return a value of a service message: what is not ASCII is written by its UTF-16 units."""
    pieces = (_TEAMCITY.get(one) or (one if one.isascii() else _units(one)) for one in text)
    return "".join(pieces)


def _units(character: str) -> str:
    units = character.encode("utf-16-be", "replace")
    return "".join(f"|0x{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


FORMS: dict[str, Callable[[Annotation], str]] = {"github": github, "azure": azure, "teamcity": teamcity}
"""The services that take annotations in the log of a build."""
