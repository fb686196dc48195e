"""A difference between two schemas of one place, and where it stands in both documents."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from contracts.drift.finding import Change
from contracts.drift.forms import Schema, SchemaForm


@dataclass(frozen=True)
class SchemaDifference:
    """What differs at `path`, which leads from the schema to a place in its values."""

    subject: str
    change: Change
    expected: str
    actual: str
    pointer: str
    origin: str
    path: tuple[str, ...] = ()

    def below(self, step: str) -> "SchemaDifference":
        """Return the difference as seen from one level above."""
        return replace(self, path=(step, *self.path))


@dataclass(frozen=True)
class Pair:
    """A schema of the edition and one of the document, for the same place."""

    edition: Schema
    document: Schema
    edition_place: str
    document_place: str

    @property
    def key(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The places of both schemas: two pairs with the same are compared once."""
        return tuple(one.pointer for one in self.edition), tuple(one.pointer for one in self.document)

    def differs(
        self, subject: str, change: Change, expected: str, actual: str, pointer: str = ""
    ) -> SchemaDifference:
        """Return a difference of the two; `pointer` is its place in the document, if that is not the schema's own."""
        origin, place = _seat(self.edition, self.edition_place), _seat(self.document, self.document_place)
        return SchemaDifference(subject, change, expected, actual, pointer or place, origin)


def _seat(schema: Schema, place: str) -> str:
    """Return where a schema stands, behind its references; `place` if there is none."""
    if not schema:
        return place
    node = schema[0]
    return node.followed().pointer if isinstance(node.value, Mapping) else node.pointer


def place_below(form: SchemaForm, below: str) -> str:
    """Return the JSON pointer of `below` in the schema of an alternative; empty if it has none."""
    return f"{form.parts[0].pointer}{below}" if form.parts else ""


def places_below(pair: Pair, ours: SchemaForm, theirs: SchemaForm, below: str) -> tuple[str, str]:
    """Return JSON pointers for what has no schema of its own below two alternatives."""
    origin, place = _seat(pair.edition, pair.edition_place), _seat(pair.document, pair.document_place)
    return place_below(ours, below) or origin, place_below(theirs, below) or place
