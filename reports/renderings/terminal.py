"""The summary at the end of a run, for a terminal: with colours and breaks there, plain in a pipe."""

import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.cells import cell_len

from contracts.catalogue.remedies import remedies
from contracts.catalogue.requirement import declared
from contracts.catalogue.sources import addresses
from contracts.vocabulary import escaping
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.program import started_as
from reports.renderings.reached_again import path_below
from reports.renderings.replay_script import command_for, replay_command, script
from reports.renderings.terminal_row import TerminalRow, row_of, styled
from reports.renderings.text_difference import Pieces, parted
from reports.result import verdict_words, waiver_file
from reports.result.facts import SIGNS, by_area, sign_of
from reports.result.fold import UNREAD
from reports.result.load import Load
from reports.result.result import Result, ResultKind
from reports.result.verdicts import Judgement, RunVerdict, Shown, Verdict

_COLOURS = {"good": "green", "bad": "red", "open": "yellow", "off": "dim", "waived": "magenta"}
_LABEL = 10
"""Characters of what stands in front of expected, actual and the like."""
_EXCHANGES = 2
"""Exchanges of a cause that are shown: the last ones, at most."""

_REMEDIES = 2
"""Remedies of a requirement that are shown, at most."""


def lines(result: Result, page: Path | None = None, report: Path | None = None) -> Iterator[str]:
    """Return the summary of `result`, line by line: areas, what is wrong, the verdict, which comes last.

    Violations and the end name the HTML `page`, if there is one, and how to repeat them from the `report`. Nothing in
    a line breaks it, or acts on its reader.
    """
    for row in summary(result, page, report):
        yield row.plain


def summary(
    result: Result, page: Path | None = None, report: Path | None = None, *, carets: bool = True
) -> Iterator[TerminalRow]:
    """Yield the whole summary; without colours, `carets` mark where expected and actual part."""
    yield from rows(result, page, report, carets=carets)
    yield from verdict(result)


def rows(
    result: Result, page: Path | None = None, report: Path | None = None, *, carets: bool = True
) -> Iterator[TerminalRow]:
    """Yield the summary without the verdict; without colours, `carets` mark where expected and actual part."""
    report = report or (page.parent if page is not None else None)
    yield from _areas(result)
    broken = result.broken
    for judgement in broken:
        yield row_of("")
        yield from _violated(judgement, result, report, carets=carets)
        if note := result.note(judgement):
            yield row_of(f"      {note}", "yellow")
        if page is not None:
            yield TerminalRow(styled((f"      {page}#{judgement.requirement.id}", "dim")), whole=True)
    if broken and result.kind is not ResultKind.AUDIT:  # which takes no waivers
        yield from _waiver_hint(broken[0], result)
    for judgement in result.judgements:
        if judgement.waiver:
            yield from _waived(judgement, carets=carets)
    if inconclusive := result.unasked:
        yield row_of("")
        yield from _inconclusive(inconclusive)
    yield from troubles(result)
    yield from (row_of(f"  left behind on the target: {what}", "red") for what in result.left)
    if result.load is not None:
        yield from _load(result.load)
    made = sum(1 for observation in result.observations if observation.outcome is not None)
    if result.kind is not ResultKind.LOAD and made:
        yield row_of(f"  observed {made} of {len(result.observations)} things that the contract leaves open", "dim")
    if page is not None:
        yield TerminalRow(styled((f"  {page}", "bold")), whole=True)


def troubles(result: Result) -> Iterator[TerminalRow]:
    """Yield what is wrong with the waivers, the reports or the suite itself."""
    for warning in result.waiver_errors:
        yield row_of("")
        yield row_of(f"  ! {warning}", "yellow")
    for error in result.report_errors:
        yield row_of("")
        yield row_of(f"  ✗ {error}", "red")
    for failure in result.failures:
        yield row_of("")
        yield row_of(f"the suite itself failed in {failure.test}: please report it, with this text", "red")
        yield from (row_of(f"    | {line}") for line in failure.error.splitlines()[-12:])


def verdict(result: Result, *, alone: bool = False) -> Iterator[TerminalRow]:
    """Yield what the verdict rests on, and the verdict last; the verdict `alone` is one line."""
    began = result.began
    if not alone:
        yield row_of("")
        yield from (row_of(f"  {sentence}") for sentence in _notes(result))
    held, total = result.count(Verdict.HOLDS), len(result.judgements)
    link = " with" if result.verdict is not RunVerdict.INCONCLUSIVE else " about"
    waived = result.count(Verdict.WAIVED) and result.verdict is RunVerdict.CONFORMANT
    link = "," if waived or result.no_worse else link
    sign = sign_of(result)
    colour = _COLOURS[sign.kind] if sign.kind != "off" else "white"
    rest = (
        f"{link} edition {began.edition} ({held} of {total} requirements hold)"
        f"   {result.requests_told}   effort {began.effort}   seed {began.seed}   exit {result.exit_code}"
    )
    yield TerminalRow(
        styled(("  ", ""), ("verdict: ", "bold"), (result.headline, f"bold reverse {colour}"), (rest, "")),
        2,
        parts_at="   ",
    )


def _load(load: Load) -> Iterator[TerminalRow]:
    yield from map(row_of, _load_lines(load))


def _load_lines(load: Load) -> Iterator[str]:
    yield ""
    yield f"  {load.users:,} users, {load.requests_per_second:,.1f} requests/s for {load.seconds:,.1f} s"
    yield f"  {'in milliseconds':<20} {'requests':>9} {'failures':>9} {'p50':>7} {'p95':>7} {'p99':>7} {'longest':>8}"
    for row in load.latency:
        times = f"{row.p50:>7,.0f} {row.p95:>7,.0f} {row.p99:>7,.0f} {row.longest:>8,.0f}"
        yield f"  {row.name:<20} {row.requests:>9,} {row.failures:>9,} {times}"
    for name, count in load.failures.items():
        yield f"  {count:>9,} times  {name}"


def last_line(result: Result) -> str | None:
    """Return what no reader of the last line alone may miss; None if the verdict says it all."""
    return "  demonstration: nothing here is about a deployment" if result.demonstration else None


def _notes(result: Result) -> Iterator[str]:
    yield verdict_words.lead(result)
    yield from verdict_words.provisos(result)
    if result.archive_warning:
        yield result.archive_warning
    if result.began.without and not verdict_words.lacking(result):
        yield f"declared: {declared(result.began.without)}"
    if result.gone:
        yield f"the target is unreachable: {result.gone}"
    if result.interrupted:
        yield "the run was interrupted"
    if cleaned := verdict_words.cleaned(result):
        yield cleaned


def _areas(result: Result) -> Iterator[TerminalRow]:
    chosen = any(result.left_out(judgement) for judgement in result.judgements)
    for area, every in by_area(result):
        ours = [one for one in every if not result.left_out(one)]
        unread = all(one.reason == UNREAD for one in ours)
        if not ours or (unread and chosen):
            continue
        counts = {verdict: sum(1 for one in ours if one.verdict is verdict) for verdict in Verdict}
        pieces = [(f"  {area:<10} {counts[Verdict.HOLDS]:>2}/{len(ours):<2} hold", "")]
        for verdict in (Verdict.VIOLATED, Verdict.WAIVED, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE):
            if counts[verdict]:
                sign = SIGNS[verdict]
                pieces.append((f"   {counts[verdict]} {sign.word}", _COLOURS[sign.kind]))
        if unread:
            pieces.append((" (no --reader)", ""))
        yield TerminalRow(styled(*pieces))


def _violated(judgement: Judgement, result: Result, report: Path | None, *, carets: bool) -> Iterator[TerminalRow]:
    requirement = judgement.requirement
    yield TerminalRow(
        styled(
            ("  ✗ ", "bold red"), (requirement.id, "bold red"), (f"  {requirement.level}  ", "dim"),
            (requirement.sentence, "bold"),
        ),
        4,
    )  # fmt: skip
    yield _labelled("source", [(requirement.source, False)], "dim")
    for address in addresses(requirement.source):
        yield replace(_labelled("", [(address, False)], "dim"), whole=True)
    for shown in judgement.causes:
        yield from _finding(shown, carets=carets)
        if (others := len(shown.exchanges) - _EXCHANGES) > 0:
            yield row_of(f"      {others:,} exchange{'s' if others > 1 else ''} before these are on the page", "dim")
        for exchange in shown.exchanges[-_EXCHANGES:]:
            yield from _exchange(exchange, result)
    if judgement.occurrences > 1:
        yield row_of(f"      seen {judgement.occurrences} times", "dim")
    yield from _remedies(judgement)
    if report is not None and not result.demonstration:
        yield from _repeats(judgement, result, shlex.quote(str(report)))


def _exchange(exchange: Exchange, result: Result) -> Iterator[TerminalRow]:
    """Yield a request and how it was answered, what it sent, and by what it is found in logs."""
    request, status = exchange.request, exchange.response.status or "no answer"
    yield row_of(f"      {request.method} {path_below(request.url, result.began.base_url)}  -> {status}")
    if request.text:
        yield row_of(f"        {_short(request.text)}")
    if exchange.marks:
        yield replace(row_of(f"        {exchange.marks}", "dim"), parts_at=", ")


def _repeats(judgement: Judgement, result: Result, report: str) -> Iterator[TerminalRow]:
    """Yield what is pasted to see the violation again: with the judgement of the suite, and with a shell alone."""
    name, began = judgement.requirement.id, result.began
    yield replace(
        _labelled("repeat", [(replay_command(name, began, report, started_as()), False)], "cyan"), whole=True
    )
    if any(script(shown, began) for shown in judgement.causes):
        yield replace(_labelled("or", [(command_for(name, began, report, started_as()), False)], "cyan"), whole=True)


def _remedies(judgement: Judgement) -> Iterator[TerminalRow]:
    """Yield what usually breaks the requirement, and how it is mended: the first of what `explain` tells."""
    known = remedies(judgement.requirement)
    for number, remedy in enumerate(known[:_REMEDIES]):
        yield _labelled("" if number else "usually", [(f"{remedy.where}: {remedy.cause}", False)], "dim")
        yield _labelled("  fix", [(remedy.fix, False)], "dim")
    if len(known) > _REMEDIES:
        more = f"{len(known) - _REMEDIES} more: {started_as()} explain {judgement.requirement.id}"
        yield _labelled("", [(more, False)], "dim")


def _finding(shown: Shown, *, carets: bool) -> Iterator[TerminalRow]:
    expected, actual = parted(_flat(shown.expected), _flat(shown.actual))
    yield _labelled("expected", expected, "green")
    yield _labelled("actual", actual, "red")
    if carets and any(marked for _, marked in actual):
        under = "".join(("^" if marked else " ") * cell_len(text) for text, marked in actual).rstrip()
        yield row_of(f"      {'':<{_LABEL}}{under}")
    if shown.repeated:
        yield row_of(f"      {shown.repeated}", "dim")


def _flat(text: str) -> str:
    return escaping.line(text)


def _labelled(label: str, pieces: Pieces, style: str) -> TerminalRow:
    body = ((text, f"bold reverse {style}" if marked else style) for text, marked in pieces)
    return TerminalRow(styled((f"      {label:<{_LABEL}}", "dim"), *body), 6 + _LABEL)


def _waiver_hint(judgement: Judgement, result: Result) -> Iterator[TerminalRow]:
    """Yield once how a violation is accepted for a while, with what is to be pasted for the first one."""
    today = datetime.fromtimestamp(result.finished, UTC).date()
    yield row_of("")
    sentence = f"to accept a violation for a while, add a table to {waiver_file.FILE}, for the first one this:"
    yield row_of(f"  {sentence}", "dim")
    for line in waiver_file.stanza(judgement, result.began, today).splitlines():
        yield row_of(f"      {line}", "dim")
    yield row_of(f"  {verdict_words.once_waived(result)}", "dim")


def _waived(judgement: Judgement, *, carets: bool) -> Iterator[TerminalRow]:
    waiver = judgement.waiver
    if waiver is not None:
        yield row_of("")
        ticket = f" ({waiver.ticket})" if waiver.ticket else ""
        yield row_of(
            f"  ~ {judgement.requirement.id}  waived until {waiver.expires}: {waiver.reason}{ticket}", "magenta"
        )
        for shown in judgement.causes:
            yield from _finding(shown, carets=carets)


def _inconclusive(judgements: list[Judgement]) -> Iterator[TerminalRow]:
    reasons: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        reasons.setdefault(judgement.reason or "", []).append(judgement)
    for reason, ones in reasons.items():
        sentence = f"  ? inconclusive: {verdict_words.names(ones)}: {_short(reason, 300)}"
        yield TerminalRow(styled((sentence, "yellow")), 4)


def _short(text: str, limit: int = 120) -> str:
    line = text[: limit + 1].replace("\n", "\\n")
    return line if len(line) <= limit else f"{line[:limit]}…"
