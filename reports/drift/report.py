"""The report of a comparison: each finding with the waiver that accepts it, if there is one, and the verdict."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from contracts.drift.finding import Drift
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.version import suite_version
from reports.result.waiver_file import DriftWaiver
from reports.result.waivers import lapsed

SCHEMA_VERSION = 1
_CLIENT = "a client written to the edition"


class DriftVerdict(StrEnum):
    """What a comparison comes to."""

    NONE = "no drift"
    HARMLESS = "no drift that breaks a client"
    WAIVED = "waived drift"
    DRIFT = "drift"


@dataclass(frozen=True)
class JudgedFinding:
    """A finding, the waiver that accepts it for a while, and its line in the document, if that is a file."""

    drift: Drift
    waiver: DriftWaiver | None = None
    line: int | None = None

    @property
    def where(self) -> str:
        """Where the finding is in the document."""
        return f"#{self.drift.pointer}" + (f" (line {self.line})" if self.line else "")


@dataclass(frozen=True)
class DriftReport:
    """A document held against an edition.

    `operations` are those of the document that were compared. With `strict`, drift counts that breaks nobody who
    keeps to the edition. `waiver_errors` are waivers that are not needed any more, a sentence each.
    """

    edition: str
    document: str
    operations: tuple[str, ...]
    judged: tuple[JudgedFinding, ...]
    strict: bool = False
    waiver_errors: tuple[str, ...] = ()

    @property
    def counting(self) -> tuple[JudgedFinding, ...]:
        """The findings that count: those that break a client of the edition, or all with `strict`."""
        return tuple(one for one in self.judged if not one.waiver and (self.strict or one.drift.breaking))

    @property
    def others(self) -> tuple[JudgedFinding, ...]:
        """The findings that do not count, and are not waived."""
        return tuple(one for one in self.judged if not one.waiver and not (self.strict or one.drift.breaking))

    @property
    def waived(self) -> tuple[JudgedFinding, ...]:
        """The findings that are accepted for a while."""
        return tuple(one for one in self.judged if one.waiver)

    @property
    def verdict(self) -> DriftVerdict:
        """What it comes to."""
        if self.counting:
            return DriftVerdict.DRIFT
        if any(finding.drift.breaking for finding in self.waived):
            return DriftVerdict.WAIVED
        return DriftVerdict.HARMLESS if self.judged else DriftVerdict.NONE

    @property
    def exit_code(self) -> Exit:
        """1 if drift counts, with `strict` 4 for a waiver that is not needed, and otherwise 0."""
        if self.counting:
            return Exit.NON_CONFORMANT
        return Exit.WRONG_USE if self.waiver_errors and self.strict else Exit.CONFORMANT

    @property
    def headline(self) -> str:
        """The verdict in one sentence."""
        if not self.judged:
            return f"no drift: the document says what edition {self.edition} says"
        parts = [
            _counted(len(self.counting), *(("counts", "count", "") if self.strict else ("breaks", "break", _CLIENT))),
            _counted(len(self.others), "breaks", "break", "none"),
            f"{len(self.waived)} waived" if self.waived else "",
        ]
        number = len(self.judged)
        differences = "1 difference" if number == 1 else f"{number:,} differences"
        return f"{self.verdict} from edition {self.edition}: {', '.join((differences, *filter(None, parts)))}"

    def as_json(self) -> dict[str, Any]:
        """Return the report as it is written to `drift.json`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "suite": suite_version(),
            "edition": self.edition,
            "document": self.document,
            "operations": list(self.operations),
            "verdict": str(self.verdict),
            "exit_code": int(self.exit_code),
            "strict": self.strict,
            "counts": {"counting": len(self.counting), "others": len(self.others), "waived": len(self.waived)},
            "findings": [_finding(one) for one in self.judged],
            "waiver_errors": list(self.waiver_errors),
        }


def _counted(number: int, one: str, many: str, whom: str) -> str:
    """Return how many differences do something; nothing if there are none."""
    if not number:
        return ""
    return f"{number:,} {one if number == 1 else many} {whom}".rstrip()


def _finding(judged: JudgedFinding) -> dict[str, Any]:
    drift, waiver = judged.drift, judged.waiver
    return {
        "id": drift.id,
        "change": str(drift.change),
        "position": str(drift.direction),
        "place": drift.place,
        "also": list(drift.also),
        "expected": drift.expected,
        "actual": drift.actual,
        "pointer": drift.pointer,
        "line": judged.line,
        "edition_pointer": drift.origin,
        "breaking": drift.breaking,
        "breaks": str(drift.breaks),
        "waiver": None
        if waiver is None
        else {
            "place": waiver.place,
            "target": waiver.target,
            "reason": waiver.reason,
            "ticket": waiver.ticket,
            "expires": waiver.expires.isoformat(),
        },
    }


def judge(
    drifts: Iterable[Drift],
    waivers: Iterable[tuple[DriftWaiver, str, str]],
    document: str,
    line_of: Callable[[str], int | None] = lambda _: None,
    today: date = date.min,
) -> tuple[tuple[JudgedFinding, ...], tuple[str, ...]]:
    """Return each finding with its waiver, and a sentence for each waiver that accepts nothing any more `today`.

    `line_of` gives the line of a JSON pointer in the document. A finding at several places is waived if there are
    waivers for all of them.
    """
    known, found, used = tuple(waivers), [], set[DriftWaiver]()
    waivers = tuple(one for one in known if one[0].expires > today)
    for drift in drifts:
        fitting = [_fitting(drift.id, place, waivers) for place in drift.places]
        used |= {one for each in fitting for one in each}
        found.append(JudgedFinding(drift, fitting[0][0] if all(fitting) else None, line_of(drift.pointer)))
    found.sort(key=lambda one: not one.drift.breaking)
    errors = [lapsed(*one) for one in known if one not in waivers]
    errors += (
        f"{place}: {document} has no {waiver.requirement} at {waiver.place}: delete {lines}"
        for waiver, place, lines in waivers
        if waiver not in used
    )
    return tuple(found), tuple(errors)


def _fitting(name: str, place: str, waivers: Iterable[tuple[DriftWaiver, str, str]]) -> list[DriftWaiver]:
    return [one for one, _, _ in waivers if one.requirement == name and fnmatchcase(place, one.place)]
