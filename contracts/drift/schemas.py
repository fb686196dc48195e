"""Two schemas, compared: what the document's one allows less or more than the edition's, place by place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from contracts.drift import members, rule_comparison, wording
from contracts.drift.difference import Pair, SchemaDifference, place_below, places_below
from contracts.drift.finding import Change, Direction
from contracts.drift.forms import KINDS, Schema, SchemaForm, forms_of, is_free

_RANGE = {Change.NARROWER, Change.WIDER, Change.CHANGED}


_OPEN, _REFUSED = "not declared", "not declared, and refused"


class SchemaComparison:
    """Compares schemas of one direction, and remembers what it has found."""

    def __init__(self, direction: Direction) -> None:
        """Compare schemas of requests, or of responses."""
        self.direction = direction
        self._found: dict[Any, tuple[SchemaDifference, ...]] = {}

    def differences(self, edition: Schema, document: Schema, places: tuple[str, str]) -> tuple[SchemaDifference, ...]:
        """Return what differs; `places` are JSON pointers for what has no schema of its own. Raises BadDocument."""
        pair = Pair(edition, document, *places)
        if pair.key not in self._found:
            self._found[pair.key] = ()  # what refers to itself differs nowhere else than where it is compared first
            self._found[pair.key] = tuple(
                dict.fromkeys((*rule_comparison.annotations(pair, self.direction), *self._compared(pair)))
            )
        return self._found[pair.key]

    def _compared(self, pair: Pair) -> Iterator[SchemaDifference]:
        ours, theirs = forms_of(pair.edition), forms_of(pair.document)
        free, freely = is_free(ours), is_free(theirs)
        if free and freely:
            return
        if (free or freely) and ours.keys() != theirs.keys():
            change = Change.NARROWER if free else Change.WIDER
            yield pair.differs("TYPE", change, wording.types(ours), wording.types(theirs))
            return
        yield from rule_comparison.kinds(pair, ours, theirs)
        for kind in KINDS:
            if kind in ours and kind in theirs:
                yield from self._alternatives(pair, kind, ours[kind], theirs[kind])

    def _alternatives(
        self, pair: Pair, kind: str, ours: tuple[SchemaForm, ...], theirs: tuple[SchemaForm, ...]
    ) -> Iterator[SchemaDifference]:
        """Compare the alternatives of one kind: those that are most alike with each other."""
        if len(ours) == len(theirs) == 1:
            yield from self._forms(pair, kind, ours[0], theirs[0])
            return
        table = {
            (i, j): tuple(self._forms(pair, kind, one, other))
            for (i, one), (j, other) in product(enumerate(ours), enumerate(theirs))
        }
        # What another alternative takes in as well is not lost, and not new.
        kept = {i for i, j in table if not _any(table[i, j], Change.NARROWER)}
        known = {j for i, j in table if not _any(table[i, j], Change.WIDER)}
        left, right = set(range(len(ours))), set(range(len(theirs)))
        for i, j in sorted(table, key=lambda cell: (len(table[cell]), cell)):
            if i not in left or j not in right or (table[i, j] and not _alike(ours[i], theirs[j])):
                continue
            left.discard(i)
            right.discard(j)
            yield from (one for one in table[i, j] if not _silent(one, lost=i in kept, new=j in known))
        for i in sorted(left - kept):
            yield pair.differs("BRANCH", Change.NARROWER, wording.summary(kind, ours[i]), "no such alternative")
        for j in sorted(right - known):
            form = theirs[j]
            place = form.parts[0].pointer if form.parts else ""
            yield pair.differs("BRANCH", Change.WIDER, "no such alternative", wording.summary(kind, form), place)

    def _forms(self, pair: Pair, kind: str, ours: SchemaForm, theirs: SchemaForm) -> Iterator[SchemaDifference]:
        """Compare one alternative with one other."""
        yield from rule_comparison.rules(pair, kind, ours, theirs)
        if kind == "object":
            yield from self._objects(pair, ours, theirs)
        if kind == "array":
            yield from self._arrays(pair, ours, theirs)

    def _arrays(self, pair: Pair, ours: SchemaForm, theirs: SchemaForm) -> Iterator[SchemaDifference]:
        first, rest = members.items_of(ours)
        theirs_first, theirs_rest = members.items_of(theirs)
        places = places_below(pair, ours, theirs, "/items")
        for at in range(max(len(first), len(theirs_first))):
            one = first[at] if at < len(first) else rest
            other = theirs_first[at] if at < len(theirs_first) else theirs_rest
            yield from (found.below(str(at)) for found in self.differences(one, other, places))
        yield from (found.below("*") for found in self.differences(rest, theirs_rest, places))

    def _objects(self, pair: Pair, ours: SchemaForm, theirs: SchemaForm) -> Iterator[SchemaDifference]:
        mine, _ = members.visible(ours, self.direction)
        others, hidden = members.visible(theirs, self.direction)
        places = places_below(pair, ours, theirs, "/properties")
        needed, asked = members.required(ours), members.required(theirs)
        for name, schema in mine.items():
            if name in hidden:
                yield _hidden(pair, self.direction, theirs, schema).below(name)
            elif name not in others:
                yield from (one.below(name) for one in self._undeclared(pair, theirs, name, schema, places))
            else:
                yield from (difference.below(name) for difference in self.differences(schema, others[name], places))
        for name in (name for name in others if name not in mine):
            if name not in asked or name in needed:
                yield from self._new(pair, ours, name, others[name], places)
        yield from _required(pair, (needed, asked), set(mine), set(others), hidden)
        yield from self._rest(pair, ours, theirs, places)

    def _undeclared(
        self, pair: Pair, theirs: SchemaForm, name: str, schema: Schema, places: tuple[str, str]
    ) -> Iterator[SchemaDifference]:
        """Say that a member of the edition is not declared, unless what is said of all such names is the same."""
        found = members.member(theirs, name)
        if found and not self.differences(schema, found, places):
            return
        origin = replace(pair, edition=schema)
        actual = _REFUSED if found and not forms_of(found) else _OPEN
        yield origin.differs("PROPERTY", Change.MISSING, wording.types(forms_of(schema)), actual, places[1])

    def _new(
        self, pair: Pair, ours: SchemaForm, name: str, schema: Schema, places: tuple[str, str]
    ) -> Iterator[SchemaDifference]:
        """Say that the document declares a member that the edition does not, or forbids it."""
        before, now = members.member(ours, name), forms_of(schema)
        refused = bool(before) and not forms_of(before)
        if not now and refused:
            return
        change, expected = (Change.WIDER, _REFUSED) if refused else (Change.ADDED, _OPEN)
        if not now:
            change = Change.NARROWER
        found = replace(pair, document=schema)
        actual = wording.types(now) if now else _REFUSED
        yield found.differs("PROPERTY", change, expected, actual, places[1] if not schema else "").below(name)

    def _rest(
        self, pair: Pair, ours: SchemaForm, theirs: SchemaForm, places: tuple[str, str]
    ) -> Iterator[SchemaDifference]:
        """Compare what is said of members that are not declared."""
        rest, others = members.undeclared(ours), members.undeclared(theirs)
        closed, shut = not forms_of(rest), not forms_of(others)
        promised = self.direction is Direction.RESPONSE and members.says_open(ours)
        if closed != shut:
            change = Change.WIDER if closed else Change.MISSING if promised else Change.NARROWER
            words = {True: "no member that is not declared", False: "further members"}
            place = others[0].pointer if others else ""
            yield pair.differs("ADDITIONAL", change, words[closed], words[shut], place)
        elif not closed:
            for found in self.differences(rest, others, places):
                subject = "ADDITIONAL" if not found.path and found.change in _RANGE else found.subject
                lost = promised and not found.path and found.change is Change.NARROWER
                change = Change.MISSING if lost else found.change
                yield replace(found, subject=subject, change=change).below("*")
        one, other = members.patterns(ours), members.patterns(theirs)
        for pattern in dict.fromkeys((*one, *other)):
            schemas = one.get(pattern, rest), other.get(pattern, others)
            yield from (found.below(f"({pattern})") for found in self.differences(*schemas, places))


def _hidden(pair: Pair, direction: Direction, theirs: SchemaForm, schema: Schema) -> SchemaDifference:
    word = (
        "readOnly, so it may not be sent" if direction is Direction.REQUEST else "writeOnly, so it does not come back"
    )
    found = replace(pair, edition=schema)
    return found.differs(
        "ACCESS", Change.MISSING, wording.types(forms_of(schema)), word, place_below(theirs, "/properties")
    )


def _required(
    pair: Pair,
    names: tuple[Mapping[str, str], Mapping[str, str]],
    ours: set[str],
    theirs: set[str],
    hidden: set[str],
) -> Iterator[SchemaDifference]:
    """Compare which members are required; one that is missing altogether was told of before."""
    needed, asked = names
    for name in needed:
        if name not in asked and (name in theirs or name not in ours):
            yield pair.differs("REQUIRED", Change.WIDER, "required", "optional").below(name)
    for name, pointer in asked.items():
        if name not in needed and name not in hidden:
            expected = "optional" if name in ours else "not declared"
            yield pair.differs("REQUIRED", Change.NARROWER, expected, "required", pointer).below(name)


def _any(differences: Iterable[SchemaDifference], change: Change) -> bool:
    """Whether one of the differences allows less (or more), or may do so."""
    return any(
        difference.change in (change, Change.CHANGED)
        or (difference.change is Change.MISSING and (difference.actual == _OPEN) is (change is Change.WIDER))
        for difference in differences
    )


def _silent(one: SchemaDifference, *, lost: bool, new: bool) -> bool:
    """Whether a difference is none, since another alternative takes in what is lost or new."""
    return (lost and one.change is Change.NARROWER) or (new and one.change is Change.WIDER)


def _alike(one: SchemaForm, other: SchemaForm) -> bool:
    """Whether two alternatives are two versions of one: objects have a declared member in common."""
    ours, theirs = members.declared(one), members.declared(other)
    return not ours or not theirs or bool(ours.keys() & theirs.keys())
