"""The kill matrix: which planted fault broke which requirement, and what the conforming variants raised."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contracts.catalogue import CATALOGUE
from contracts.editions.edition import DEFAULT


@dataclass(frozen=True)
class Row:
    """What the suite made of one fault or variant of the reference service.

    A variant declares nothing; a `reduced` one lacks what some checks need, and may leave them inconclusive.
    `failure` says why there was no verdict, if there was none.
    """

    kind: str
    name: str
    summary: str
    declared: frozenset[str]
    violated: frozenset[str]
    inconclusive: frozenset[str]
    failure: str | None = None
    reduced: bool = False
    operator: str = ""
    """The operator that makes the fault, at `position`; empty for a fault that is written by hand."""
    position: str = ""
    effort: str = "quick"
    """The effort that it was asked with."""
    narrow: bool = False
    """Whether that asked only what is declared, since a lower one had asked all and found nothing else."""
    beside: tuple[str, ...] = ()
    """The other faults that were there too, each of which breaks something else."""

    @property
    def exact(self) -> bool:
        """Whether exactly what was declared was found, and a variant was conformant."""
        return self.failure is None and self.violated == self.declared and not self._unclear

    @property
    def found(self) -> bool:
        """Whether the fault turned the run red, and for nothing but what it breaks."""
        return self.failure is None and bool(self.violated) and self.violated <= self.declared

    @property
    def false_alarm(self) -> bool:
        """Whether there was no verdict, or something was violated that should not have been."""
        return self.failure is not None or not self.violated <= self.declared

    @property
    def found_nothing_else(self) -> bool:
        """Whether all was asked, and nothing was violated but what was declared."""
        return not self.narrow and not self.false_alarm

    @property
    def _unclear(self) -> frozenset[str]:
        """What a conforming variant left inconclusive without a reason to."""
        return self.inconclusive if self.kind == "variant" and not self.reduced else frozenset()

    @property
    def complaint(self) -> str:
        """What is wrong, in one line."""
        parts = (
            ("not found", self.declared - self.violated),
            ("found beside", self.violated - self.declared),
            ("inconclusive", self._unclear),
        )
        complaints = [f"{what}: {', '.join(sorted(ids))}" for what, ids in parts if ids]
        return f"{self.kind} {self.name}: {self.failure or '; '.join(complaints)}"


@dataclass(frozen=True)
class Matrix:
    """The rows of all faults and variants that were asked."""

    rows: tuple[Row, ...]
    whole: bool = True
    """Whether all faults were asked: only then is a requirement that none of them broke broken by nothing."""
    edition: str = DEFAULT
    """The edition by which they were asked."""
    sampled: str | None = None
    """The effort that asks too little to find all, such as smoke; None if all has to be found."""
    beside: str | None = None
    """Another edition, whose faults another matrix has: only what `edition` has beyond it needs a fault here."""

    @property
    def unbroken(self) -> tuple[str, ...]:
        """The requirements that no fault broke: whether their checks can fail is not known."""
        if not self.whole:
            return ()
        broken = {one for row in self.rows for one in row.violated if row.kind == "fault"}
        if self.beside is not None:
            broken |= CATALOGUE.in_edition(self.beside).keys()
        return tuple(
            requirement_id for requirement_id in CATALOGUE.in_edition(self.edition) if requirement_id not in broken
        )

    def complaints(self, *, whole: bool) -> Iterator[str]:
        """Yield what is wrong, a line each; where the matrix is `whole`, also the requirements that nothing broke.

        An effort that leaves faults unfound is only blamed for false alarms.
        """
        if self.sampled:
            yield from (row.complaint for row in self.rows if row.false_alarm)
            return
        yield from (row.complaint for row in self.rows if not row.exact)
        if whole:
            for one in self.unbroken:
                yield f"requirement {one}: no fault breaks it; add one to fixtures/reference/faults/ that declares it"

    @property
    def share(self) -> str:
        """How many of the faults were found, in one line."""
        faults = list(self._of("fault"))
        found = sum(row.found for row in faults)
        percent = f" ({100 * found / len(faults):.1f} %)" if faults else ""
        return f"effort {self.sampled or 'quick'} finds {found} of {len(faults)} faults{percent}"

    def as_json(self) -> dict[str, Any]:
        """Return the matrix as plain JSON."""
        return {
            "edition": self.edition,
            "beside": self.beside,
            "rows": [
                {
                    "kind": row.kind,
                    "name": row.name,
                    "summary": row.summary,
                    "exact": row.exact,
                    "declared": sorted(row.declared),
                    "violated": sorted(row.violated),
                    "inconclusive": sorted(row.inconclusive),
                    "failure": row.failure,
                    "operator": row.operator or None,
                    "position": row.position or None,
                    "effort": row.effort,
                    "narrow": row.narrow,
                    "beside": list(row.beside),
                }
                for row in self.rows
            ],
            "unbroken": list(self.unbroken),
            "effort": self.sampled or "quick",
        }

    def as_markdown(self) -> str:
        """Return the matrix as Markdown: requirements with the faults that broke them, then the variants."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        exact, unbroken = sum(row.exact for row in self.rows), self.unbroken
        yield f"# Kill matrix of edition {self.edition}\n"
        beside = f" Only what is not as in edition {self.beside} was asked." if self.beside else ""
        yield f"{exact} of {len(self.rows)} faults and variants came out as declared.{beside}\n"
        if self.sampled:
            yield f"Asked with less than the proof asks: {self.share}.\n"
        yield "| requirement | broken by |\n| --- | --- |"
        for requirement_id in CATALOGUE.in_edition(self.edition):
            breakers = [row for row in self._of("fault") if requirement_id in row.violated]
            named = [row.name for row in breakers if not row.operator]
            if len(named) < len(breakers):
                named.append(f"and {len(breakers) - len(named)} made by operators")
            if named or requirement_id in unbroken:
                yield f"| {requirement_id} | {', '.join(named) or '**nothing**'} |"
        yield from self._operators()
        yield "\n| conforming variant | takes the freedom | raised |\n| --- | --- | --- |"
        for row in self._of("variant"):
            raised = ", ".join(sorted(row.violated | row.inconclusive)) or row.failure or "nothing"
            yield f"| {row.name} | {row.summary} | {raised} |"

    def _operators(self) -> Iterator[str]:
        """Yield the table of kills by operator and position, and the faults of operators that were not exact."""
        made = [row for row in self._of("fault") if row.operator]
        if not made:
            return
        positions = tuple(dict.fromkeys(row.position for row in made))
        yield f"\n| operator | {' | '.join(positions)} |\n| --- |{' --- |' * len(positions)}"
        for operator in dict.fromkeys(row.operator for row in made):
            of_it = [row for row in made if row.operator == operator]
            cells = (_kills([row for row in of_it if row.position == position]) for position in positions)
            yield f"| {operator} | {' | '.join(cells)} |"
        yield "\nA cell says how many of the faults of an operator at a position were found as declared."

    def _of(self, kind: str) -> Iterable[Row]:
        return (row for row in self.rows if row.kind == kind)


def _kills(rows: list[Row]) -> str:
    """Return how many of `rows` were exact, of how many."""
    return f"{sum(row.exact for row in rows)}/{len(rows)}" if rows else ""
