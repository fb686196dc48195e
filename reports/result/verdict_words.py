"""The verdict in words: what it rests on, and what has to be known before it is read, alike in every rendering."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from contracts.catalogue.requirement import Level, declared
from contracts.vocabulary.efforts import EFFORTS
from contracts.vocabulary.program import started_as
from reports.result.fold import AUDITED, UNREAD
from reports.result.judgements import CHOICES, SUITE_LEVEL
from reports.result.result import Result, ResultKind
from reports.result.verdicts import NOT_RUN, Judgement, RunVerdict, Verdict

_EMBEDDED = (
    "a demonstration: the suite asked its own reference service, and this says nothing about any deployment"
    " (give --base-url or --target)"
)
_INSECURE = "the target's TLS certificate was taken unchecked (--insecure): anybody on the way may have answered"
_READ_ONLY = "nothing but GET was sent (--read-only): what a patch does was not asked"
_UNDER_LOAD = "a load run: it asks what many users at once can show, and leaves the other requirements to a run"
_COUNTED = {
    Verdict.VIOLATED: "violated",
    Verdict.WAIVED: "waived",
    Verdict.INCONCLUSIVE: "could not be asked",
    Verdict.NOT_APPLICABLE: "not applicable",
}
_OPEN = (Verdict.VIOLATED, Verdict.INCONCLUSIVE)
_MOST = 6
"""Requirements that are named in one sentence, at most."""


def lead(result: Result) -> str:
    """Say in one or two sentences what the verdict is, and what it rests on."""
    counts = {verdict: result.count(verdict) for verdict in Verdict}
    parts = [f"{counts[Verdict.HOLDS]} of {len(result.judgements)} requirements hold"]
    left_out = sum(1 for judgement in result.judgements if result.left_out(judgement))
    counts[Verdict.INCONCLUSIVE] -= left_out
    parts += [f"{counts[verdict]} {word}" for verdict, word in _COUNTED.items() if counts[verdict]]
    parts += [f"{left_out} not chosen"] if left_out else []
    return f"{_verdict(result)} {', '.join(parts)}."


def cleaned(result: Result) -> str:
    """Say whether the run left anything behind; empty if it made nothing.

    A removal that the target accepts may take a while, and is not looked at again: no more is said of it.
    """
    if result.left:
        count = "1 thing is" if len(result.left) == 1 else f"{len(result.left):,} things are"
        return f"{count} still on the target: {started_as()} sweep removes what can be removed"
    return "the target accepted the removal of all that the run made" if result.made else ""


def sentences(result: Result) -> str:
    """Return the verdict in words as one text, with all that has to be known before it is read."""
    return " ".join((lead(result), *(_sentence(one) for one in (*provisos(result), *result.waiver_errors))))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def brief(result: Result) -> str:
    """Return the verdict in a few words, for where there is room for one line.

    A red or open verdict has the number of requirements that make it so; any other names what was not asked.
    """
    match result.gate:
        case RunVerdict.NON_CONFORMANT:
            ours, word = [judgement for judgement in result.broken if result.binds(judgement)], "violated"
        case RunVerdict.INCONCLUSIVE:
            ours, word = [judgement for judgement in result.unasked if result.binds(judgement)], "not asked"
        case RunVerdict.CONFORMANT:
            missing = [judgement for judgement in result.judgements if judgement.verdict is Verdict.NOT_APPLICABLE]
            ours, word = [one for one in missing if one.requirement.level is Level.MUST], "not applicable"
    effort = EFFORTS.get(result.began.effort)
    notes = [f"{len(ours)} {_binding(result)}{'' if len(ours) == 1 else 's'} {word}"] if ours else []
    notes += [f"effort {effort.name}"] if effort is not None and effort.leaves_out else []
    return f"{result.headline} ({', '.join(notes)})" if notes else result.headline


def provisos(result: Result) -> tuple[str, ...]:
    """Return what has to be known before the verdict is read, a sentence each, without its capital and full stop."""
    began = result.began
    known = ((began.embedded, _EMBEDDED), (began.insecure, _INSECURE), (began.read_only, _READ_ONLY))
    sentences = (sentence for holds, sentence in known if holds)
    return (*sentences, *_of_baseline(result), *_of_edition(result), *_of_load(result), *_admissions(result))


def _of_baseline(result: Result) -> Iterator[str]:
    """Say what the run was held against, and what does not count for that."""
    baseline = result.baseline
    if baseline is None:
        return
    if baseline.run is None:
        yield f"there is no baseline at {baseline.report} yet: everything counts (--baseline)"
        return
    started = datetime.fromtimestamp(baseline.started, UTC).strftime("%Y-%m-%d %H:%M")
    which = f"run {baseline.run} of edition {baseline.edition}, {started} UTC, {baseline.base_url}"
    known = [judgement for judgement in result.judgements if result.is_known(judgement)]
    violated = [one for one in known if one.verdict is Verdict.VIOLATED]
    unasked = [one for one in known if one.verdict is Verdict.INCONCLUSIVE]
    yield f"held against the baseline ({which})" + ("" if known else ": nothing that is wrong was so there")
    if violated:
        count = _count(violated, "requirement")
        yield f"{count} violated as in the baseline, and not counted: {names(violated)}"
    if unasked:
        count = _count(unasked, "requirement")
        yield f"{count} open as in the baseline, for the same reason, and not counted: {names(unasked)}"
    if otherwise := [judgement for judgement in result.judgements if judgement.requirement.id in baseline.otherwise]:
        count = _count(otherwise, "requirement")
        yield f"{count} violated in another way than in the baseline: {names(otherwise)}"


def _of_edition(result: Result) -> Iterator[str]:
    yield from result.began.best_fit
    if result.better:
        yield result.better.sentence


def _of_load(result: Result) -> Iterator[str]:
    if result.kind is ResultKind.LOAD:
        yield _UNDER_LOAD
    load = result.load
    if load is not None and load.lost_workers:
        yield f"{load.lost_workers} of {load.workers} worker processes were lost, with what they saw last"
    if result.over_limit:
        yield result.over_limit


def _verdict(result: Result) -> str:
    broken = [
        judgement
        for judgement in result.judgements
        if judgement.verdict is Verdict.VIOLATED and result.binds(judgement)
    ]
    binding = _binding(result)
    if result.no_worse:
        known = [
            judgement for judgement in result.judgements if result.is_known(judgement) and result.counts(judgement)
        ]
        return f"Nothing is newly broken; {_count(known, binding)} violated or open, as in the baseline."
    newly = "newly " if result.baseline is not None and result.baseline.run else ""
    match result.gate:
        case RunVerdict.NON_CONFORMANT:
            return f"{_count(broken, binding)} {newly}broken: {names(broken)}."
        case RunVerdict.CONFORMANT:
            return _conformant(result, binding)
    unasked = [
        judgement
        for judgement in result.judgements
        if judgement.verdict is Verdict.INCONCLUSIVE and result.binds(judgement)
    ]
    if not unasked:
        return f"Nothing was found {newly}broken, and the run is not whole: this is no pass."
    return f"Nothing was found {newly}broken, and this is no pass: {_count(unasked, binding)} {newly}open."


def _conformant(result: Result, binding: str) -> str:
    """Say of how many requirements that bind it is known that they hold, and what became of the others."""
    ours = [
        judgement
        for judgement in result.judgements
        if result.began.strict or judgement.requirement.level is Level.MUST
    ]
    held = [one for one in ours if one.verdict is Verdict.HOLDS]
    if len(held) == len(ours):
        return f"Every {binding} was asked and holds."
    kinds = (
        ("waived", [one for one in ours if one.verdict is Verdict.WAIVED]),
        ("open because of what is waived", [one for one in ours if result.follows(one)]),
        ("not applicable", [one for one in ours if one.verdict is Verdict.NOT_APPLICABLE]),
        (f"new, and beyond --{SUITE_LEVEL}", [one for one in ours if result.is_new(one) and one.verdict in _OPEN]),
    )
    others = ", ".join(f"{len(ones)} {'is' if len(ones) == 1 else 'are'} {word}" for word, ones in kinds if ones)
    return f"{len(held)} of {len(ours)} {binding}s were asked and hold; {others}."


def once_waived(result: Result) -> str:
    """Say how the run would end if all its violations were waived, and by what it would not be conformant."""
    accepted = replace(
        result,
        judgements=tuple(
            replace(judgement, verdict=Verdict.WAIVED) if judgement.verdict is Verdict.VIOLATED else judgement
            for judgement in result.judgements
        ),
    )
    if accepted.exit_code == 0:
        return f"with all of them waived, the run is {accepted.headline}, and ends with exit code 0"
    unasked = [
        judgement
        for judgement in accepted.judgements
        if judgement.verdict is Verdict.INCONCLUSIVE and accepted.binds(judgement)
    ]
    because = f": {_count(unasked, _binding(result))} open ({names(unasked)})" if unasked else ""
    return f"with all of them waived, the run still ends with exit code {int(accepted.exit_code)}{because}"


def _binding(result: Result) -> str:
    return "requirement" if result.began.strict else "MUST"


def _admissions(result: Result) -> Iterator[str]:
    if promised := result.promised:
        unasked = [judgement for judgement in result.judgements if judgement.requirement.needs.intersection(promised)]
        what = " and ".join(promised).replace("-", " ")
        count = f"{_count(unasked, 'requirement')} about them, not asked with {declared(promised)}"
        yield f"partial: edition {result.began.edition} promises {what}, and {count}"
    if CHOICES & result.began.options.keys() and any(judgement.reason == NOT_RUN for judgement in result.judgements):
        chosen = ", ".join(f"{name} {text}" for name, text in result.began.options.items() if name in CHOICES)
        unasked = [judgement for judgement in result.judgements if judgement.reason == NOT_RUN]
        yield f"partial: the choice was {chosen}, and {_count(unasked, 'requirement')} left unasked"
    if waived := [judgement for judgement in result.judgements if judgement.waiver]:
        until = min(judgement.waiver.expires for judgement in waived if judgement.waiver)
        count = _count(waived, "violation")
        yield f"{count} waived, and not counted, until {until} at first: {names(waived)}"
    if following := [judgement for judgement in result.judgements if result.follows(judgement)]:
        count = _count(following, "requirement")
        yield f"{count} open because of what is waived, and not counted: {names(following)}"
    if aside := [
        judgement for judgement in result.judgements if result.aside(judgement) and not result.is_known(judgement)
    ]:
        yield f"{_count(aside, 'violated SHOULD')} not counted (--strict counts): {names(aside)}"
    effort = EFFORTS.get(result.began.effort)
    if effort is not None and effort.leaves_out:
        yield f"effort {effort.name} is reduced: left out are {effort.leaves_out}"
    if declared_missing := lacking(result):
        count = _count(declared_missing, "requirement")
        yield f"{count} not applicable, as declared with {declared(result.began.without)}"
    if unread := [judgement for judgement in result.judgements if judgement.reason == UNREAD]:
        count = _count(unread, "requirement")
        yield f"{count} not applicable without --reader, by which a client reads the responses"


def lacking(result: Result) -> list[Judgement]:
    """Return the requirements that are not applicable since the target was declared to lack what they need."""
    missing = (judgement for judgement in result.judgements if judgement.verdict is Verdict.NOT_APPLICABLE)
    return [one for one in missing if one.reason not in (UNREAD, AUDITED) and _lacks(one, result)]


def _lacks(judgement: Judgement, result: Result) -> bool:
    """Whether a judgement that is not applicable is so as declared: most are not asked under load."""
    return result.kind is not ResultKind.LOAD or bool(judgement.requirement.needs & set(result.began.without))


def names(judgements: Iterable[Judgement]) -> str:
    """Return the ids of the requirements, the first six, with the number of those left out."""
    ids = [judgement.requirement.id for judgement in judgements]
    return ", ".join(ids) if len(ids) <= _MOST else f"{', '.join(ids[:_MOST])} and {len(ids) - _MOST} more"


def _count(judgements: list[Judgement], noun: str) -> str:
    """Return how many there are with the verb, as in `2 requirements are`."""
    return f"1 {noun} is" if len(judgements) == 1 else f"{len(judgements):,} {noun}s are"
