"""Holds a run against an earlier one: what was found there in the same way is shown, and does not count.

A violation is found in the same way if its requirement was violated there, and each of its causes is explained by one
that was found there: by the same form of a finding, at a request that was no plainer. A requirement that could not be
asked is found in the same way if the reason is the same, and is none of the user's own. All else counts, so that
nothing passes that is newly broken.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from contracts.vocabulary.causes import Cause, lasting_cause
from reports.result import document
from reports.result.baseline import Baseline
from reports.result.result import Result, ResultKind
from reports.result.verdicts import NOT_RUN, Judgement, Shown, Verdict
from reports.tables import gate

_LIMITS = "--max-"
"""What the reasons name of a requirement that the user's own limits left unasked."""


class BadBaseline(Exception):  # noqa: N818 - read as a sentence: there is a bad baseline
    """A report can be the baseline of no run; the message says why, and what to do."""


@dataclass(frozen=True)
class Before:
    """The result that a run is held against, and how its report was named; None if nothing is there."""

    given: str
    result: Result | None


def read(report: Path, given: str, kind: ResultKind = ResultKind.RUN) -> Result | None:
    """Read the result that a run is to be held against; None if nothing is there. `given` is what messages name.

    Raises BadBaseline for what is not a result of a whole run of this `kind`.
    """
    if not report.exists() or (report.is_dir() and not (report / document.RESULT_FILE).exists()):
        return None
    try:
        found = document.load(report)
    except document.Unreadable as error:
        raise BadBaseline(f"--baseline: {error}") from None
    if found.kind is not kind:
        wanted = "a load run" if kind is ResultKind.LOAD else "a run"
        raise BadBaseline(f"--baseline {given} is of kind {found.kind}: give the report of {wanted}")
    if reason := gate.unusable(found):
        raise BadBaseline(f"--baseline {given}: {reason}")
    return found


def expect_comparable(before: Result, given: str, *, embedded: bool) -> None:
    """Raise BadBaseline if `before` is a demonstration and the run is none, or the other way round."""
    if before.demonstration and not embedded:
        raise BadBaseline(f"--baseline {given} is a demonstration, which forgives no deployment: leave it out")
    if embedded and not before.demonstration:
        raise BadBaseline(f"--baseline {given} is of a deployment, and this run is a demonstration: leave it out")


def hold(result: Result, before: Result | None, given: str) -> Result:
    """Return `result` with what was found `before`, and found again, marked as known."""
    if before is None:
        return replace(result, baseline=Baseline(given))
    was = {judgement.requirement.id: judgement for judgement in before.judgements}
    pairs = [
        (judgement, was[judgement.requirement.id])
        for judgement in result.judgements
        if judgement.requirement.id in was
    ]
    began = before.began
    return replace(
        result,
        baseline=Baseline(
            given,
            began.run,
            began.started,
            began.suite,
            began.edition,
            began.base_url,
            known=tuple(now.requirement.id for now, then in pairs if is_the_same(then, now)),
            otherwise=tuple(now.requirement.id for now, then in pairs if is_otherwise(then, now)),
        ),
    )


def is_the_same(then: Judgement, now: Judgement) -> bool:
    """Whether what is wrong with a requirement `now` was wrong `then`, in the same way."""
    match then.verdict, now.verdict:
        case Verdict.VIOLATED, Verdict.VIOLATED:
            known = [_cause(violation) for violation in then.violations]
            return all(any(one.explains(_cause(shown)) for one in known) for shown in now.violations)
        case Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE:
            reason = now.reason or ""
            return (
                reason != NOT_RUN
                and _LIMITS not in reason
                and lasting_cause(reason, "", ()) == lasting_cause(then.reason or "", "", ())
            )
        case _:
            return False


def is_otherwise(then: Judgement, now: Judgement) -> bool:
    """Whether a requirement that was violated `then` is violated in another way `now`."""
    return then.verdict is now.verdict is Verdict.VIOLATED and not is_the_same(then, now)


def _cause(shown: Shown) -> Cause:
    return lasting_cause(shown.expected, shown.actual, shown.exchanges)
