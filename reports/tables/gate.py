"""Whether a run can pass through a gate at all: one that is not whole, or asked less, shows no more than it asked."""

from collections.abc import Iterable, Iterator

from contracts.catalogue.requirement import declared
from contracts.vocabulary.efforts import AUDIT, EFFORTS
from reports.result.result import Result
from reports.result.verdicts import NOT_RUN, Judgement, Verdict

RANKS = (AUDIT, *EFFORTS)
"""The efforts from the least to the most; one that is not listed is not compared."""

_BUDGET = "--max-requests"
_FEW = 4


def unusable(baseline: Result) -> str | None:
    """Say why nothing can be compared with `baseline`; None if it is a whole run."""
    for reason in _broken_off(baseline):
        return f"the baseline {reason}: give the report of a run that came to its end"
    return None


def objections(before: Result, now: Result) -> Iterator[str]:
    """Yield why the run `now` closes the gate whatever it found, a sentence each."""
    if now.over_limit:
        yield now.over_limit
    if now.began.embedded:
        yield "the current run is a demonstration: it asked the suite's own reference service, and no deployment"
    if now.kind is not before.kind:
        yield f"the current result is of kind {now.kind}, and the baseline of kind {before.kind}"
    yield from (f"the current run {reason}" for reason in _broken_off(now))
    yield from _partial(now)
    yield from _reduced(before, now)


def _broken_off(result: Result) -> Iterator[str]:
    if result.failures:
        yield f"failed: the suite itself broke off in {_named(failure.test for failure in result.failures)}"
    if result.interrupted:
        yield "was interrupted before its end"
    if result.gone:
        yield f"lost its target: {result.gone}"
    if result.report_errors:
        yield f"lost a part of its reports: {result.report_errors[0]}"
    if not result.judgements:
        yield "contains no requirements"
    elif not result.asked:
        yield "asked no requirement"


def _partial(now: Result) -> Iterator[str]:
    if not now.asked or now.interrupted or now.gone:
        return
    unasked = [judgement for judgement in now.judgements if judgement.verdict is Verdict.INCONCLUSIVE]
    if left_out := [judgement for judgement in unasked if judgement.reason == NOT_RUN]:
        yield f"the current run is a selection of checks: it left out {_ids(left_out)}"
    if over := [judgement for judgement in unasked if _BUDGET in (judgement.reason or "")]:
        yield f"the current run used up its requests ({_BUDGET}): it left out {_ids(over)}"


def _reduced(before: Result, now: Result) -> Iterator[str]:
    was, is_now = before.began, now.began
    if was.effort in RANKS and is_now.effort in RANKS and _rank(is_now.effort) < _rank(was.effort):
        yield f"the current run asked less: effort {is_now.effort}, and {was.effort} in the baseline"
    if more := [one for one in is_now.without if one not in was.without]:
        yield f"the current run declared more to be missing: {declared(more)}"
    if is_now.read_only and not was.read_only:
        yield "the current run sent nothing but GET (--read-only), and the baseline sent patches"


def _rank(effort: str) -> int:
    return RANKS.index(effort)


def _ids(judgements: Iterable[Judgement]) -> str:
    return _named(judgement.requirement.id for judgement in judgements)


def _named(names: Iterable[str]) -> str:
    """Name a few things, and say how many more there are."""
    known = list(dict.fromkeys(names))
    rest = len(known) - _FEW
    return ", ".join(known) if rest <= 1 else f"{', '.join(known[:_FEW])} and {rest} more"
