"""The summary at the end of a run, as text for a terminal."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from contracts.catalogue.requirement import declared
from contracts.vocabulary import escaping
from reports.result import waivers
from reports.result.facts import SIGNS, by_area
from reports.result.fold import UNREAD
from reports.result.result import Judgement, Result, RunVerdict, Shown, Verdict


def lines(result: Result, page: Path | None = None) -> Iterator[str]:
    """Return the summary of `result`, line by line: areas, what is wrong, the verdict.

    Violations and the end name the HTML `page`, if there is one. Nothing in a line breaks it, or acts on its reader.
    """
    return map(escaping.line, _lines(result, page))


def _lines(result: Result, page: Path | None) -> Iterator[str]:
    yield from _areas(result)
    for judgement in result.judgements:
        if judgement.verdict is Verdict.VIOLATED:
            yield ""
            yield from _violated(judgement)
            if aside := result.aside(judgement):
                yield f"      {aside}"
            if page is not None:
                yield f"      {page}#{judgement.requirement.id}"
            yield from (f"      {line}" for line in _stanza(judgement, result))
    for judgement in result.judgements:
        if judgement.waiver:
            waiver = judgement.waiver
            yield ""
            yield f"  ~ {judgement.requirement.id}  waived until {waiver.expires}: {waiver.reason}"
            yield from (f"      {line}" for shown in judgement.causes for line in _finding(shown))
    inconclusive = [one for one in result.judgements if one.verdict is Verdict.INCONCLUSIVE]
    if inconclusive:
        yield ""
        yield from _inconclusive(inconclusive)
    for error in (*result.waiver_errors, *result.report_errors):
        yield ""
        yield f"  ✗ {error}"
    for failure in result.failures:
        yield ""
        yield f"the suite itself failed in {failure.test}: please report it, with this text"
        yield from (f"    | {line}" for line in failure.error.splitlines()[-12:])
    for what in result.left:
        yield f"left behind on the target: {what}"
    made = sum(1 for one in result.observations if one.outcome is not None)
    yield f"  observed {made} of {len(result.observations)} things that the contract leaves open"
    yield ""
    yield from _verdict(result)
    if page is not None:
        yield f"  {page}"


def last_line(result: Result) -> str | None:
    """Return what no reader of the last line alone may miss; None if the verdict says it all."""
    return "  demonstration: nothing here is about a deployment" if result.demonstration else None


def _areas(result: Result) -> Iterator[str]:
    for area, ours in by_area(result):
        counts = {verdict: sum(1 for one in ours if one.verdict is verdict) for verdict in Verdict}
        text = f"  {area:<10} {counts[Verdict.HOLDS]:>2}/{len(ours):<2} hold"
        for verdict in (Verdict.VIOLATED, Verdict.WAIVED, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE):
            if counts[verdict]:
                text += f"   {counts[verdict]} {SIGNS[verdict].word}"
        yield f"{text} (no --reader)" if all(one.reason == UNREAD for one in ours) else text


def _violated(judgement: Judgement) -> Iterator[str]:
    requirement = judgement.requirement
    yield f"  ✗ {requirement.id}  {requirement.level}  {requirement.sentence}"
    yield f"      source    {requirement.source}"
    for shown in judgement.causes:
        yield from (f"      {line}" for line in _finding(shown))
        for exchange in shown.exchanges[-2:]:
            request = exchange.request
            body = "" if request.text is None else f"  {_short(request.text)}"
            status = exchange.response.status or "no answer"
            yield f"      {request.method} {_path(request.url)}{body}  -> {status}"
        if shown.exchanges and (command := shown.exchanges[-1].curl):
            yield f"      {_short(command, 1000)}"
    if judgement.occurrences > 1:
        yield f"      seen {judgement.occurrences} times"


def _finding(shown: Shown) -> Iterator[str]:
    yield f"expected  {shown.expected}"
    yield f"actual    {shown.actual}"
    yield shown.repeated


def _stanza(judgement: Judgement, result: Result) -> Iterator[str]:
    """Yield what accepts the violation for a while, to be pasted."""
    today = datetime.fromtimestamp(result.finished, UTC).date()
    yield f"to accept it for a while, add to {waivers.FILE}:"
    yield from (f"    {line}" for line in waivers.stanza(judgement, result.began, today).splitlines())


def _inconclusive(judgements: list[Judgement]) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for one in judgements:
        reasons.setdefault(one.reason or "", []).append(one.requirement.id)
    for reason, ids in reasons.items():
        names = ", ".join(ids) if len(ids) <= 6 else f"{', '.join(ids[:6])} and {len(ids) - 6} more"
        yield f"  ? inconclusive: {names}: {_short(reason, 300)}"


def _verdict(result: Result) -> Iterator[str]:
    began = result.began
    yield from (f"  {sentence}" for sentence in result.provisos)
    if result.archive_told:
        yield f"  {result.archive_told}"
    if began.without:
        yield f"  declared: {declared(began.without)}"
    if result.gone:
        yield f"  the target is unreachable: {result.gone}"
    if result.interrupted:
        yield "  the run was interrupted"
    held, total = result.count(Verdict.HOLDS), len(result.judgements)
    link = "with" if result.verdict is not RunVerdict.INCONCLUSIVE else "about"
    yield (
        f"  verdict: {result.headline} {link} edition {began.edition} ({held} of {total} requirements hold)"
        f"   {result.requests_told}   effort {began.effort}   seed {began.seed}   exit {result.exit_code}"
    )


def _path(url: str) -> str:
    return "/" + url.split("://", 1)[-1].partition("/")[2]


def _short(text: str, limit: int = 120) -> str:
    line = text[: limit + 1].replace("\n", "\\n")
    return line if len(line) <= limit else f"{line[:limit]}…"
