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

    @property
    def exact(self) -> bool:
        """Whether exactly what was declared was found, and a variant was conformant."""
        return self.failure is None and self.violated == self.declared and not self._unclear

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
        told = [f"{what}: {', '.join(sorted(ids))}" for what, ids in parts if ids]
        return f"{self.kind} {self.name}: {self.failure or '; '.join(told)}"


@dataclass(frozen=True)
class Matrix:
    """The rows of all faults and variants that were asked."""

    rows: tuple[Row, ...]
    whole: bool = True
    """Whether all faults were asked: only then is a requirement that none of them broke broken by nothing."""
    edition: str = DEFAULT
    """The edition by which they were asked."""

    @property
    def unbroken(self) -> tuple[str, ...]:
        """The requirements that no fault broke: whether their checks can fail is not known."""
        if not self.whole:
            return ()
        broken = {one for row in self.rows for one in row.violated if row.kind == "fault"}
        return tuple(one for one in CATALOGUE.in_edition(self.edition) if one not in broken)

    def complaints(self, *, whole: bool) -> Iterator[str]:
        """Yield what is wrong, a line each; where the matrix is `whole`, also the requirements that nothing broke."""
        yield from (row.complaint for row in self.rows if not row.exact)
        if whole:
            for one in self.unbroken:
                yield f"requirement {one}: no fault breaks it; add one to fixtures/reference/faults/ that declares it"

    def as_json(self) -> dict[str, Any]:
        """Return the matrix as plain JSON."""
        return {
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
                }
                for row in self.rows
            ],
            "unbroken": list(self.unbroken),
        }

    def as_markdown(self) -> str:
        """Return the matrix as Markdown: requirements with the faults that broke them, then the variants."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        exact = sum(row.exact for row in self.rows)
        yield f"# Kill matrix\n\n{exact} of {len(self.rows)} faults and variants came out as declared.\n"
        yield "| requirement | broken by |\n| --- | --- |"
        for one in CATALOGUE.in_edition(self.edition):
            breakers = [row.name for row in self._of("fault") if one in row.violated]
            if breakers or self.whole:
                yield f"| {one} | {', '.join(breakers) or '**nothing**'} |"
        yield "\n| conforming variant | takes the freedom | raised |\n| --- | --- | --- |"
        for row in self._of("variant"):
            raised = ", ".join(sorted(row.violated | row.inconclusive)) or row.failure or "nothing"
            yield f"| {row.name} | {row.summary} | {raised} |"

    def _of(self, kind: str) -> Iterable[Row]:
        return (row for row in self.rows if row.kind == kind)
