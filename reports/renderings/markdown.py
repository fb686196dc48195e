"""The result as Markdown, for a CI step summary or a comment on a pull request."""

from collections.abc import Iterator

from contracts.catalogue.sources import Reference, references
from contracts.vocabulary import escaping
from contracts.vocabulary.events import Began
from reports.renderings.replay_script import command_for, replay_command, script
from reports.result import verdict_words
from reports.result.facts import Fact, by_area, facts, sign_of
from reports.result.load import Load
from reports.result.result import Result
from reports.result.verdicts import Judgement, Verdict

_MARKED = 2
"""Exchanges of a cause that are named by what they are found by in logs: the last ones, which show it."""

MOST = 60_000
"""Characters; GitHub takes 65,536 in a comment."""

_FIRST = ("target", "namespace", "effort")
"""Facts that stand above the verdict; the others stand at the end."""

_LONGEST_SCRIPT = 4_000
"""Characters of a script that is shown."""


def render(result: Result) -> bytes:
    """Return `result` as a document that fits into a comment."""
    text = "\n".join(_lines(result)) + "\n"
    if len(text) > MOST:
        text = text[: text.rfind("\n", 0, MOST)] + "\n\n…cut: the whole is in index.html and conformance.json\n"
    return text.encode("utf-8", "replace")


def _lines(result: Result) -> Iterator[str]:
    began = result.began
    yield f"## {sign_of(result).emoji} {result.headline}: Partially Update Object, edition {began.edition}\n"
    shown = [fact for fact in facts(result) if fact.words]
    yield f"{', '.join(_fact(fact) for fact in shown if fact.name in _FIRST)}\n"
    yield f"{escaping.markdown(verdict_words.lead(result))}\n"
    for sentence in verdict_words.provisos(result):
        yield f"**{escaping.markdown(sentence[0].upper() + sentence[1:])}.**\n"
    if result.gone:
        yield f"**The target is unreachable:** {escaping.markdown(result.gone)}\n"
    if result.interrupted:
        yield "**The run was interrupted.**\n"
    yield from (f"**Waiver:** {escaping.markdown(error)}\n" for error in result.waiver_errors)
    yield from (f"**Reports:** {escaping.markdown(error)}\n" for error in result.report_errors)
    yield from (f"**The suite itself failed** in {escaping.code(failure.test)}.\n" for failure in result.failures)
    yield from (f"**Left behind on the target:** {escaping.markdown(what)}\n" for what in result.left)
    if result.archive_warning:
        yield f"Note: {escaping.markdown(result.archive_warning)}.\n"
    if result.load is not None:
        yield from _load(result.load)
    for verdict in (Verdict.VIOLATED, Verdict.WAIVED, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE):
        ours = [
            judgement
            for judgement in result.judgements
            if judgement.verdict is verdict and not result.left_out(judgement)
        ]
        if ours:
            yield f"### {str(verdict).capitalize()}\n"
            for judgement in sorted(ours, key=lambda one: not result.binds(one)):
                yield from _judgement(judgement, result.note(judgement), result.began)
            yield ""
    yield "| area | " + " | ".join(Verdict) + " |\n| --- |" + " ---: |" * len(Verdict)
    for area, judgements in by_area(result):
        counts = (sum(1 for judgement in judgements if judgement.verdict is verdict) for verdict in Verdict)
        yield f"| {area} | " + " | ".join(str(count or "") for count in counts) + " |"
    yield f"\n{', '.join(_fact(fact) for fact in shown if fact.name not in _FIRST)}."
    held = [judgement.requirement.id for judgement in result.judgements if judgement.verdict is Verdict.HOLDS]
    if held:
        yield f"\n<details><summary>{len(held)} requirements hold</summary>\n\n{', '.join(held)}\n\n</details>"


def _load(load: Load) -> Iterator[str]:
    yield "| ms | requests | failures | p50 | p95 | p99 | longest |\n| --- |" + " ---: |" * 6
    for row in load.latency:
        times = " | ".join(f"{value:,.0f}" for value in (row.p50, row.p95, row.p99, row.longest))
        yield f"| {escaping.markdown(row.name)} | {row.requests:,} | {row.failures:,} | {times} |"
    if load.failures:
        counts = ", ".join(f"{escaping.code(name)} {count:,} times" for name, count in load.failures.items())
        yield f"\nNot answered as usual: {counts}."
    yield ""


def _fact(fact: Fact) -> str:
    words = escaping.code(fact.words) if fact.literal else escaping.markdown(fact.words)
    return f"{fact.label} {words}"


def _reference(one: Reference) -> str:
    text = escaping.markdown(one.text)
    return f"[{text}]({one.url})" if one.url else text


def _judgement(judgement: Judgement, note: str, began: Began) -> Iterator[str]:
    requirement = judgement.requirement
    yield f"- **{requirement.id}** ({requirement.level}) {escaping.markdown(requirement.sentence)}"
    if judgement.causes:
        yield f"  Published in {'; '.join(map(_reference, references(requirement.source)))}"
    if note:
        yield f"  {escaping.markdown(note.capitalize())}"
    if judgement.reason:
        yield f"  {escaping.markdown(judgement.reason)}"
    if judgement.waiver:
        waiver = judgement.waiver
        ticket = f", {escaping.markdown(waiver.ticket)}" if waiver.ticket else ""
        yield f"  Waived until {waiver.expires}: {escaping.markdown(waiver.reason)}{ticket}"
    for index, shown in enumerate(judgement.causes):
        yield from ("",) if index else ()
        repeated = f" ({shown.repeated})" if shown.repeated else ""
        yield f"  expected {escaping.code(shown.expected)}, got {escaping.code(shown.actual)}{repeated}"
        if marks := [exchange.marks for exchange in shown.exchanges[-_MARKED:] if exchange.marks]:
            yield f"  in the logs of the target: {escaping.code('; '.join(marks))}"
    yield from _repeats(judgement, began)


def _repeats(judgement: Judgement, began: Began) -> Iterator[str]:
    """Yield the script of the first cause, if it fits, and otherwise how to get it."""
    text = script(judgement.causes[0], began, name=judgement.requirement.id) if judgement.causes else None
    fence = "```"
    if judgement.causes and not began.embedded:
        yield f"  Repeat it: {escaping.code(replay_command(judgement.requirement.id, began))}"
    if text is None:
        return
    if len(text) > _LONGEST_SCRIPT or fence in text:
        yield f"  By a shell alone: {escaping.code(command_for(judgement.requirement.id, began))}"
        return
    yield f"  <details><summary>repeat it: a script for a shell</summary>\n\n  {fence}sh"
    yield from (f"  {escaping.line(line)}" for line in text.splitlines())
    yield f"  {fence}\n\n  </details>"
