"""Waivers held against what was found.

Every report warns of a waiver whose day has passed, which waives nothing, and of one that is no longer needed: the
requirement holds, or could not be asked. A run that did not mean to ask it (it was interrupted, lost its target, or
was a selection of checks) says nothing of that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from contracts.vocabulary.events import Began
from reports.result.result import Result
from reports.result.verdicts import NOT_RUN, Judgement, Verdict, Waiver
from reports.result.waiver_file import WaiverPlace, places_in
from reports.result.waiver_text import matches


def apply(result: Result, waivers: Iterable[Waiver], file: Path) -> Result:
    """Return `result` with what is waived on its target, and with a warning for every waiver that does not fit.

    One whose day had come when the run began waives nothing.
    """
    began = result.began
    day = datetime.fromtimestamp(began.started, UTC).date()
    known = {waiver.requirement: waiver for waiver in waivers if matches(waiver, began)}
    ours = {name: one for name, one in known.items() if one.expires > day}
    places = places_in(file) if known else {}
    waived = tuple(_waived(judgement, ours.get(judgement.requirement.id)) for judgement in result.judgements)
    judged = replace(result, judgements=waived)
    judgements = tuple(_following(judgement) if judged.follows(judgement) else judgement for judgement in waived)
    found = {judgement.requirement.id: judgement.verdict for judgement in result.judgements}
    past = [(one, places[one.line]) for name, one in known.items() if name not in ours]
    warnings = [
        lapsed(one, str(place), place.lines, found.get(one.requirement, Verdict.INCONCLUSIVE)) for one, place in past
    ]
    warnings += _unneeded(result.judgements, ours, places, began) if result.whole else ()
    return replace(result, judgements=judgements, waiver_errors=tuple(warnings))


def lapsed(waiver: Waiver, place: str, lines: str, verdict: Verdict = Verdict.VIOLATED) -> str:
    """Say that the day of a waiver has passed, so that it waives nothing; `lines` are those of its table.

    `verdict` is that on its requirement now.
    """
    expired = f"{place}: the waiver of {waiver.requirement} expired on {waiver.expires}"
    if verdict is Verdict.HOLDS:
        return f"{expired}, and is not needed, since the requirement holds: delete {lines}"
    counts = "its violation counts again" if verdict is Verdict.VIOLATED else "waives nothing"
    return (
        f"{expired}, and {counts}: delete {lines}, or set another day in expires if it is to be accepted for longer"
    )


def _waived(judgement: Judgement, waiver: Waiver | None) -> Judgement:
    if waiver is None or judgement.verdict is not Verdict.VIOLATED:
        return judgement
    return replace(judgement, verdict=Verdict.WAIVED, waiver=waiver)


def _following(judgement: Judgement) -> Judgement:
    names = " and ".join(judgement.left_to)
    return replace(judgement, reason=f"{judgement.reason} (since {names} is broken, which is waived: not counted)")


def _unneeded(
    judgements: Iterable[Judgement], waivers: dict[str, Waiver], places: dict[int, WaiverPlace], began: Began
) -> Iterator[str]:
    for judgement in judgements:
        waiver = waivers.get(judgement.requirement.id)
        if waiver is None or judgement.verdict is Verdict.VIOLATED or judgement.reason == NOT_RUN:
            continue
        place = places[waiver.line]
        target = began.target or began.base_url
        if judgement.verdict is Verdict.HOLDS:
            yield f"{place}: {judgement.requirement.id} holds on {target}: delete {place.lines}"
        else:
            yield (
                f"{place}: {judgement.requirement.id} is waived on {target}, and is {judgement.verdict} there"
                f" ({judgement.reason}): let it be asked, or delete {place.lines}"
            )
