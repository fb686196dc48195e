"""The renderings of a drift report: lines of a terminal, Markdown, JSON, SARIF, and a page."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

from contracts.drift.finding import KINDS, Breaks, Change, Direction, Drift
from contracts.vocabulary import escaping
from contracts.vocabulary.body_text import shorten
from contracts.vocabulary.version import suite_version
from reports import page_templates
from reports.drift.report import DriftReport, DriftVerdict, JudgedFinding
from reports.result import waiver_file
from reports.result.facts import SIGNS
from reports.result.verdicts import RunVerdict, Verdict

_MOST = 200
"""Findings that a terminal and Markdown show, at most."""

_MOST_PLACES = 4
_LONGEST = 300

_SIGNS = {
    DriftVerdict.NONE: SIGNS[RunVerdict.CONFORMANT],
    DriftVerdict.HARMLESS: SIGNS[RunVerdict.CONFORMANT],
    DriftVerdict.WAIVED: SIGNS[Verdict.WAIVED],
    DriftVerdict.DRIFT: SIGNS[RunVerdict.NON_CONFORMANT],
}


def because(drift: Drift) -> str:
    """Say who breaks, and how."""
    match drift.breaks, drift.change, drift.direction:
        case Breaks.NOBODY, _, _:
            return "nobody: the same values are allowed"
        case Breaks.DOCUMENT_CLIENT, Change.NARROWER, _:
            return f"{drift.breaks}: the edition lets a response hold more"
        case Breaks.DOCUMENT_CLIENT, _, _:
            return f"{drift.breaks}: the edition does not promise it"
        case _, Change.NARROWER, _:
            return f"{drift.breaks}: it may send what is not taken here"
        case _, Change.WIDER, _:
            return f"{drift.breaks}: it may get what it does not know"
        case _, Change.CHANGED, Direction.REQUEST:
            return f"{drift.breaks}: what it sends is not what is asked for here"
        case _, Change.CHANGED, _:
            return f"{drift.breaks}: what it gets is not what it knows"
        case _:
            return f"{drift.breaks}: it relies on this"


def lines(report: DriftReport, today: date, target: str) -> Iterator[str]:
    """Return the report, line by line. Nothing in a line breaks it, or acts on its reader."""
    return map(escaping.line, _lines(report, today, target))


def _lines(report: DriftReport, today: date, target: str) -> Iterator[str]:
    yield f"{shorten(report.document, _LONGEST)} held against edition {report.edition}"
    yield from (f"  {operation}" for operation in report.operations)
    for judged, sign in list(_signed(report))[:_MOST]:
        yield from ("", *_finding(judged, sign))
    if len(report.judged) > _MOST:
        yield from ("", f"  and {len(report.judged) - _MOST:,} more: --format json has all of them")
    for error in report.waiver_errors:
        yield from ("", f"  ! {error}")
    if report.counting:
        yield from ("", f"  to accept the first for a while, add to {waiver_file.FILE}:")
        yield from (f"      {line}" for line in stanza(report.counting[0].drift, today, target).splitlines())
    yield ""
    yield f"  verdict: {report.headline}"


def _signed(report: DriftReport) -> Iterator[tuple[JudgedFinding, str]]:
    for ones, sign in ((report.counting, "✗"), (report.others, "·"), (report.waived, "~")):
        yield from ((one, sign) for one in ones)


def _finding(judged: JudgedFinding, sign: str) -> Iterator[str]:
    drift = judged.drift
    yield f"  {sign} {drift.id}  {shorten(drift.place, _LONGEST)}: {drift.change}"
    yield f"      edition   {drift.expected}"
    yield f"      document  {drift.actual}"
    yield f"      at        {shorten(judged.where, _LONGEST)}"
    yield f"      breaks    {because(drift)}"
    if drift.also:
        more = f", and {len(drift.also) - _MOST_PLACES} more" if len(drift.also) > _MOST_PLACES else ""
        yield f"      also at   {', '.join(shorten(one, _LONGEST) for one in drift.also[:_MOST_PLACES])}{more}"
    if judged.waiver:
        yield f"      waived    until {judged.waiver.expires}: {judged.waiver.reason}"


def stanza(drift: Drift, today: date, target: str) -> str:
    """Return the waiver of a finding as it would stand in the file, with a month's time and a reason to fill in."""
    place = drift.place if not drift.also else "*"
    return "\n".join(
        (
            "[[waiver]]",
            f'requirement = "{drift.id}"',
            f'place = "{waiver_file.quoted(place)}"',
            f'target = "{waiver_file.quoted(target)}"',
            'reason = "…"',
            'ticket = "…"',
            f"expires = {today + waiver_file.USUAL}",
        )
    )


def markdown(report: DriftReport) -> str:
    """Return the report as Markdown, for a comment on a pull request."""
    return "\n".join(_markdown(report)) + "\n"


def _markdown(report: DriftReport) -> Iterator[str]:
    yield f"## {_SIGNS[report.verdict].emoji} {escaping.markdown(report.headline)}\n"
    yield f"{escaping.code(shorten(report.document, _LONGEST))}\n"
    yield from (f"**Waiver:** {escaping.markdown(error)}\n" for error in report.waiver_errors)
    if report.judged:
        yield "| | finding | where | edition | document | breaks |\n| --- | --- | --- | --- | --- | --- |"
    for judged, sign in list(_signed(report))[:_MOST]:
        drift = judged.drift
        cells = (drift.expected, drift.actual, because(drift))
        more = f" and {len(drift.also)} more" if drift.also else ""
        where = f"{escaping.code(shorten(drift.place, _LONGEST))}{more}"
        yield f"| {sign} | {drift.id}, {drift.change} | {where} | {' | '.join(map(escaping.markdown, cells))} |"
    if len(report.judged) > _MOST:
        yield f"\n{len(report.judged) - _MOST:,} more are in the report as JSON."


def as_json(report: DriftReport) -> str:
    """Return the report as JSON."""
    return escaping.document(report.as_json())


def sarif(report: DriftReport) -> str:
    """Return the report as SARIF 2.1.0: a rule a kind of finding, a result a finding."""
    ids = list(dict.fromkeys(one.drift.id for one in report.judged))
    driver = {
        "name": "mixpeek-conformance drift",
        "version": suite_version(),
        "rules": [{"id": name, "shortDescription": {"text": f"Drift: {KINDS[name]}."}} for name in ids],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "exitCode": int(report.exit_code)}],
        "results": [_result(report, one, ids.index(one.drift.id)) for one in report.judged],
        "properties": {"verdict": str(report.verdict), "edition": report.edition},
    }
    return escaping.document(
        {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    )


def _result(report: DriftReport, judged: JudgedFinding, index: int) -> dict[str, Any]:
    drift = judged.drift
    artifact = report.document.rsplit("/", 1)[-1] if "://" in report.document else report.document
    print_of = hashlib.sha256(f"{drift.id} {drift.place}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    found: dict[str, Any] = {
        "ruleId": drift.id,
        "ruleIndex": index,
        "level": "error" if drift.breaking else "note",
        "message": {"text": f"{drift.line}. Breaks {because(drift)}."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(artifact)},
                    "region": {"startLine": judged.line or 1},
                },
                "logicalLocations": [{"fullyQualifiedName": drift.pointer, "kind": "member"}],
            }
        ],
        "partialFingerprints": {"drift/v1": print_of},
    }
    if judged.waiver:
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": judged.waiver.reason}]
    return found


def _uri(name: str) -> str:
    """Return the name of a file as a relative URI."""
    return quote(name.replace("\\", "/").lstrip("/"), safe="/", errors="replace") or "openapi.json"


def html(report: DriftReport) -> str:
    """Return the report as a page that needs nothing else."""
    return page_templates.page(
        "drift.html.jinja",
        report=report,
        suite=suite_version(),
        groups=(
            ("What breaks" if not report.strict else "What counts", "bad", report.counting),
            ("What breaks no client of the edition", "off", report.others),
            ("Waived", "waived", report.waived),
        ),
        sign=_SIGNS[report.verdict],
        because=because,
        line=escaping.line,
        kinds=KINDS,
    )


FILES: dict[str, tuple[Callable[[DriftReport], str], bytes]] = {
    "drift.json": (as_json, b'"edition_pointer"'),
    "index.html": (html, b"mixpeek-conformance drift"),
    "drift.sarif": (sarif, b'"mixpeek-conformance drift"'),
    "drift.md": (markdown, b" edition "),
}
"""The files of a report folder: what makes each, and the words at its beginning by which it is known."""
