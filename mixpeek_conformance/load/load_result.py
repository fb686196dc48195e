"""The result of a load run: the verdict on each requirement that is asked under load, and the numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from contracts import invariants
from contracts.catalogue import CATALOGUE
from contracts.vocabulary.events import Began, CheckInconclusive, Event, Judged
from mixpeek_conformance.load.plan import LoadPlan
from reports.result import waivers
from reports.result.fold import fold_or_fail
from reports.result.load import Load
from reports.result.result import Result
from reports.result.verdicts import Judgement, Verdict, Waiver

NEEDS_RUN = "not asked under load: the command run asks it"
NOT_SHOWN = "no exchange of the load run shows it"

_OF_EDITORS = ("editors",)
_OF_BOTH = ("editors", "crowds")
_OF_ANY = ("editors", "crowds", "readers")
_OF_STRANGERS = ("strangers",)
BY_KIND: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("MERGE-TEXT", "MERGE-INTEGER", "MERGE-FLOAT", "MERGE-FALSY", "MERGE-LIST", "MERGE-OBJECT", "MERGE-BLOBS"),
        _OF_EDITORS,
    ),
    **dict.fromkeys(("MERGE-ONLY-SENT", "RESPONSE-ACCEPTED"), _OF_EDITORS),
    **dict.fromkeys(("MERGE-REPLACED", "TIME-CREATED-FIXED", "TIME-NOT-BACKWARDS"), _OF_BOTH),
    "RESPONSE-ADDRESSED": _OF_ANY,
    "MERGE-READ-BACK": ("editors", "readers"),
    "MERGE-CONCURRENT": ("crowds",),
    **dict.fromkeys(("AUTH-MISSING", "AUTH-UNKNOWN-KEY", "AUTH-NO-EFFECT"), _OF_STRANGERS),
    **dict.fromkeys(("NAMESPACE-UNKNOWN", "NAMESPACE-ISOLATED", "NAMESPACE-FOREIGN"), _OF_STRANGERS),
    **dict.fromkeys(("ERROR-FORM", "ERROR-CONTENT-TYPE", "ERROR-ENVELOPE", "ERROR-STATUS"), _OF_STRANGERS),
    "ERROR-NO-INTERNALS": _OF_STRANGERS,
    "MERGE-KEY-PREFIX": (),  # asked if it carries the count in place of custom fields
    **dict.fromkeys(("IMMUTABLE-REFUSED", "ERROR-ENVELOPE-ONLY"), ()),  # nobody sends what is refused with 422
}
"""The requirements that users of some kind ask, with the kinds; every kind that patches asks the other invariants."""


@dataclass(frozen=True)
class Reasons:
    """The reasons why requirements could not be asked: by name, and one for all others."""

    named: dict[str, str]
    general: str = NOT_SHOWN


def asked_by(requirement: str) -> tuple[str, ...]:
    """Return the kinds of users that ask a requirement; none if it is not asked under load."""
    if requirement in BY_KIND:
        return BY_KIND[requirement]
    return (*_OF_BOTH, "strangers") if requirement in invariants.INVARIANTS else ()


def result(
    began: Began,
    events: Sequence[Event],
    plan: LoadPlan,
    reasons: Reasons,
    load: Load | None,
    finished: float,
    *,
    interrupted: bool,
) -> Result:
    """Fold the events of all processes into the result of a load run."""
    counted = {name for event in events if isinstance(event, Judged) for name in event.counts}
    unasked = list(_unasked(began, counted, plan, reasons))
    folded = fold_or_fail([began, *events, *unasked], finished, interrupted=interrupted)
    judgements = tuple(_judged(judgement, plan) for judgement in folded.judgements)
    # An interruption does not make what was found before it inconclusive.
    return replace(folded, judgements=judgements, load=load)


def waived(found: Result, known: Iterable[Waiver], file: Path) -> Result:
    """Return `found` with its waivers. A load run does not report waivers that are not needed any more."""
    broken = {judgement.requirement.id for judgement in found.judgements if judgement.verdict is Verdict.VIOLATED}
    return waivers.apply(found, [one for one in known if one.requirement in broken], file)


def _unasked(began: Began, counted: set[str], plan: LoadPlan, reasons: Reasons) -> Iterable[Event]:
    for name in CATALOGUE.in_edition(began.edition):
        if name not in counted and set(asked_by(name)) & set(plan.kinds):
            yield CheckInconclusive("load", [name], reasons.named.get(name, reasons.general))


def _judged(judgement: Judgement, plan: LoadPlan) -> Judgement:
    """Return a judgement, not applicable if a load run of this plan does not ask the requirement."""
    kinds = asked_by(judgement.requirement.id)
    if judgement.verdict is not Verdict.INCONCLUSIVE or set(kinds) & set(plan.kinds):
        return judgement
    reason = f"there were none who ask it: --{kinds[0]} 0" if kinds else NEEDS_RUN
    return replace(judgement, verdict=Verdict.NOT_APPLICABLE, reason=reason)
