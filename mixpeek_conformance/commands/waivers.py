"""The command `waivers`: writes a waiver for each violation of a report, to be looked into until a day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from contracts.vocabulary.exit_codes import Exit
from fixtures.redaction import output_gate
from fixtures.target import targets_file
from mixpeek_conformance.streams import put, say
from reports.recording.report_folder import write_whole
from reports.result import document, waiver_file, waiver_text
from reports.result.result import Result
from reports.result.verdicts import Verdict, Waiver
from reports.result.waiver_file import BadWaiver
from reports.result.waiver_text import UNFILLED, is_placeholder

STDOUT = "-"


def write(report: Path, until: str, reason: str | None, ticket: str | None, file: str) -> int:
    """Add a waiver to `file` for each violation of `report` that has none there; `-` prints them.

    They hold until the day before `until`, which is in the form of 2027-01-31.
    """
    today = datetime.now(UTC).date()
    try:
        if reason is not None and is_placeholder(reason):
            raise BadWaiver(f"--reason {reason!r} is a placeholder: say why the violations are accepted")
        expires = _day(until, today)
        result = output_gate.shown(document.load(report))
        if result.demonstration:
            raise BadWaiver(f"{report} is of a demonstration, which says nothing about any deployment")
        known = [] if file == STDOUT else _known(Path(file), result, today)
        stanzas = list(_stanzas(result, known, expires, reason, ticket))
        if file == STDOUT:
            put("\n\n".join(stanzas))
        elif stanzas:
            _append(Path(file), stanzas)
            waiver_file.load(Path(file), today, _targets(result), filled=False)
    except (BadWaiver, document.Unreadable) as error:
        say(f"mixpeek-conformance waivers: {error}", error=True)
        return Exit.WRONG_USE
    except OSError as error:
        say(f"mixpeek-conformance waivers: {file} cannot be written: {error.strerror}", error=True)
        return Exit.WRONG_USE
    if file != STDOUT:
        advice = "" if reason or not stanzas else "; fill in the reasons, without which a run refuses them"
        say(f"{file}: {len(stanzas)} added, {len(known)} there already{advice}")
    return Exit.CONFORMANT


def _day(text: str, today: date) -> date:
    """Return the day `until`. Raises BadWaiver if it is none, or is not to come."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadWaiver(f"--until {text!r} is no day: give one as in {today + waiver_file.USUAL}") from None
    if day <= today:
        raise BadWaiver(f"--until {text} is not to come: give a later day, as in {today + waiver_file.USUAL}")
    return day


def _known(file: Path, result: Result, today: date) -> list[Waiver]:
    """Return the waivers in `file` that are for the target of `result`. Raises BadWaiver if one cannot be right."""
    if not file.exists():
        return []
    known = waiver_file.load(file, today, _targets(result), filled=False)
    return [one for one in known if waiver_text.matches(one, result.began)]


def _targets(result: Result) -> list[str]:
    names = targets_file.names_and_urls(targets_file.path_of(None, Path.cwd()))
    return [*filter(None, (result.began.base_url, result.began.target)), *names]


def _stanzas(
    result: Result, known: list[Waiver], expires: date, reason: str | None, ticket: str | None
) -> Iterator[str]:
    waived = {one.requirement for one in known}
    why = reason or f"violated in run {result.began.run}, {UNFILLED}"
    for judgement in result.judgements:
        if judgement.verdict is Verdict.VIOLATED and judgement.requirement.id not in waived:
            yield waiver_file.stanza(judgement, result.began, expires, expires=expires, reason=why, ticket=ticket)


def _append(file: Path, stanzas: list[str]) -> None:
    before = file.read_text("utf-8") if file.exists() else ""
    between = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    write_whole(file, (before + between + "\n\n".join(stanzas) + "\n").encode())
