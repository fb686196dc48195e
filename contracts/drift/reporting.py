"""How the parts of the comparison make findings: with the place, the pointers, and who breaks."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts.drift.document import Node
from contracts.drift.finding import Change, Direction, Drift, who_breaks
from contracts.drift.forms import Schema
from contracts.drift.operation import DocumentOperation
from contracts.drift.schemas import SchemaComparison
from contracts.vocabulary import escaping
from contracts.vocabulary.body_text import shorten

_NOT_OF_A_DIRECTION = ("DEPRECATED",)
_LONGEST = 500
"""Characters of a place, at most: a document may give its members names of any length."""


def _plain(text: str) -> str:
    """Return a name from a document as one line without control characters."""
    return shorten(escaping.line(text), _LONGEST)


def _comparisons() -> dict[Direction, SchemaComparison]:
    return {direction: SchemaComparison(direction) for direction in Direction}


@dataclass(frozen=True)
class Reporter:
    """Makes findings about an operation of the edition, and that of a document, if it has one."""

    ours: DocumentOperation
    theirs: DocumentOperation | None
    schemas: dict[Direction, SchemaComparison] = field(default_factory=_comparisons)

    @property
    def counterpart(self) -> DocumentOperation:
        """The operation of the document."""
        if self.theirs is None:
            raise AssertionError("a part was compared of an operation that is missing")
        return self.theirs

    def below(self, name: str) -> str:
        """Return the JSON pointer of a member of the document's operation; of the operation, if it has none."""
        node = self.counterpart.node
        return f"{node.pointer}/{name}" if name in node.members else node.pointer

    def found(
        self,
        name: str,
        change: Change,
        direction: Direction,
        place: str,
        expected: str,
        actual: str,
        pointer: str = "",
        origin: str = "",
    ) -> Drift:
        """Return a finding; without a pointer it is one about the operation as a whole."""
        theirs = self.theirs.node.pointer if self.theirs is not None else "/paths"
        return Drift(
            id=name,
            change=change,
            direction=direction,
            place=_plain(place),
            expected=_plain(expected),
            actual=_plain(actual),
            pointer=pointer or theirs,
            origin=origin or self.ours.node.pointer,
            breaks=who_breaks(change, direction),
        )

    def schema(
        self, direction: Direction, place: str, ours: tuple[Node, Schema], theirs: tuple[Node, Schema]
    ) -> Iterator[Drift]:
        """Compare two schemas, each with what holds it."""
        places = (ours[0].pointer, theirs[0].pointer)
        for difference in self.schemas[direction].differences(ours[1], theirs[1], places):
            kind = (
                difference.subject
                if difference.subject in _NOT_OF_A_DIRECTION
                else f"{direction.upper()}-{difference.subject}"
            )
            path = "".join(f"/{step}" for step in difference.path)
            yield Drift(
                id=f"DRIFT-{kind}",
                change=difference.change,
                direction=direction,
                place=_plain(f"{place} {path}".rstrip()),
                expected=_plain(difference.expected),
                actual=_plain(difference.actual),
                pointer=self.counterpart.document.closest(difference.pointer),
                origin=difference.origin,
                breaks=who_breaks(difference.change, direction),
            )


def schema_of(holder: Node) -> Schema:
    """Return the schema of a parameter, a header or a media type; nothing if it has none."""
    node = holder.members.get("schema")
    return () if node is None else (holder.child("schema"),)
