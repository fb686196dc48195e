"""Two schemas, compared: what the document's one allows less or more than the edition's, place by place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from contracts.drift import members
from contracts.drift.document import Node
from contracts.drift.finding import Change, Position
from contracts.drift.forms import KINDS, Form, Forms, Schema, annotation, forms_of, is_free
from contracts.drift.rules import RULES, keeps, key_of
from contracts.vocabulary.display import shown

_RANGE = {Change.NARROWER, Change.WIDER, Change.CHANGED}
_MOST_NAMED = 6
_OPEN, _REFUSED = "not declared", "not declared, and refused"


@dataclass(frozen=True)
class Difference:
    """What differs at `path`, which leads from the schema to a place in its values."""

    subject: str
    change: Change
    expected: str
    actual: str
    pointer: str
    origin: str
    path: tuple[str, ...] = ()

    def below(self, step: str) -> "Difference":
        """Return the difference as seen from one level above."""
        return replace(self, path=(step, *self.path))


@dataclass(frozen=True)
class _Pair:
    """A schema of the edition and one of the document, for the same place."""

    edition: Schema
    document: Schema
    edition_place: str
    document_place: str

    @property
    def key(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(one.pointer for one in self.edition), tuple(one.pointer for one in self.document)

    def differs(self, subject: str, change: Change, expected: str, actual: str, pointer: str = "") -> Difference:
        origin, place = _seat(self.edition, self.edition_place), _seat(self.document, self.document_place)
        return Difference(subject, change, expected, actual, pointer or place, origin)


def _seat(schema: Schema, place: str) -> str:
    """Return where a schema stands, behind its references; `place` if there is none."""
    if not schema:
        return place
    node = schema[0]
    return node.followed().pointer if isinstance(node.value, Mapping) else node.pointer


class SchemaComparison:
    """Compares schemas that stand in one position, and remembers what it has found."""

    def __init__(self, position: Position) -> None:
        """Compare schemas of requests, or of responses."""
        self.position = position
        self._found: dict[Any, tuple[Difference, ...]] = {}

    def differences(self, edition: Schema, document: Schema, places: tuple[str, str]) -> tuple[Difference, ...]:
        """Return what differs; `places` are JSON pointers for what has no schema of its own. Raises BadDocument."""
        pair = _Pair(edition, document, *places)
        if pair.key not in self._found:
            self._found[pair.key] = ()  # what refers to itself differs nowhere else than where it is compared first
            self._found[pair.key] = tuple(dict.fromkeys((*_annotations(pair, self.position), *self._compared(pair))))
        return self._found[pair.key]

    def _compared(self, pair: _Pair) -> Iterator[Difference]:
        ours, theirs = forms_of(pair.edition), forms_of(pair.document)
        free, freely = is_free(ours), is_free(theirs)
        if free and freely:
            return
        if (free or freely) and ours.keys() != theirs.keys():
            change = Change.NARROWER if free else Change.WIDER
            yield pair.differs("TYPE", change, _types(ours), _types(theirs))
            return
        yield from _kinds(pair, ours, theirs)
        for kind in KINDS:
            if kind in ours and kind in theirs:
                yield from self._alternatives(pair, kind, ours[kind], theirs[kind])

    def _alternatives(
        self, pair: _Pair, kind: str, ours: tuple[Form, ...], theirs: tuple[Form, ...]
    ) -> Iterator[Difference]:
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
            yield pair.differs("BRANCH", Change.NARROWER, _summary(kind, ours[i]), "no such alternative")
        for j in sorted(right - known):
            form = theirs[j]
            place = form.parts[0].pointer if form.parts else ""
            yield pair.differs("BRANCH", Change.WIDER, "no such alternative", _summary(kind, form), place)

    def _forms(self, pair: _Pair, kind: str, ours: Form, theirs: Form) -> Iterator[Difference]:
        """Compare one alternative with one other."""
        yield from _rules(pair, kind, ours, theirs)
        if kind == "object":
            yield from self._objects(pair, ours, theirs)
        if kind == "array":
            yield from self._arrays(pair, ours, theirs)

    def _arrays(self, pair: _Pair, ours: Form, theirs: Form) -> Iterator[Difference]:
        first, rest = members.items_of(ours)
        theirs_first, theirs_rest = members.items_of(theirs)
        places = _places(pair, ours, theirs, "/items")
        for at in range(max(len(first), len(theirs_first))):
            one = first[at] if at < len(first) else rest
            other = theirs_first[at] if at < len(theirs_first) else theirs_rest
            yield from (found.below(str(at)) for found in self.differences(one, other, places))
        yield from (found.below("*") for found in self.differences(rest, theirs_rest, places))

    def _objects(self, pair: _Pair, ours: Form, theirs: Form) -> Iterator[Difference]:
        mine, _ = members.visible(ours, self.position)
        others, hidden = members.visible(theirs, self.position)
        places = _places(pair, ours, theirs, "/properties")
        needed, asked = members.required(ours), members.required(theirs)
        for name, schema in mine.items():
            if name in hidden:
                yield _hidden(pair, self.position, theirs, schema).below(name)
            elif name not in others:
                yield from (one.below(name) for one in self._undeclared(pair, theirs, name, schema, places))
            else:
                yield from (one.below(name) for one in self.differences(schema, others[name], places))
        for name in (name for name in others if name not in mine):
            if name not in asked or name in needed:
                yield from self._new(pair, ours, name, others[name], places)
        yield from _required(pair, (needed, asked), set(mine), set(others), hidden)
        yield from self._rest(pair, ours, theirs, places)

    def _undeclared(
        self, pair: _Pair, theirs: Form, name: str, schema: Schema, places: tuple[str, str]
    ) -> Iterator[Difference]:
        """Say that a member of the edition is not declared, unless what is said of all such names is the same."""
        found = members.member(theirs, name)
        if found and not self.differences(schema, found, places):
            return
        origin = replace(pair, edition=schema)
        actual = _REFUSED if found and not forms_of(found) else _OPEN
        yield origin.differs("PROPERTY", Change.MISSING, _types(forms_of(schema)), actual, places[1])

    def _new(
        self, pair: _Pair, ours: Form, name: str, schema: Schema, places: tuple[str, str]
    ) -> Iterator[Difference]:
        """Say that the document declares a member that the edition does not, or forbids it."""
        before, now = members.member(ours, name), forms_of(schema)
        refused = bool(before) and not forms_of(before)
        if not now and refused:
            return
        change, told = (Change.WIDER, _REFUSED) if refused else (Change.ADDED, _OPEN)
        if not now:
            change = Change.NARROWER
        found = replace(pair, document=schema)
        actual = _types(now) if now else _REFUSED
        yield found.differs("PROPERTY", change, told, actual, places[1] if not schema else "").below(name)

    def _rest(self, pair: _Pair, ours: Form, theirs: Form, places: tuple[str, str]) -> Iterator[Difference]:
        """Compare what is said of members that are not declared."""
        rest, others = members.undeclared(ours), members.undeclared(theirs)
        closed, shut = not forms_of(rest), not forms_of(others)
        if closed != shut:
            change = Change.NARROWER if shut else Change.WIDER
            words = {True: "no member that is not declared", False: "further members"}
            place = others[0].pointer if others else ""
            yield pair.differs("ADDITIONAL", change, words[closed], words[shut], place)
        elif not closed:
            for found in self.differences(rest, others, places):
                subject = "ADDITIONAL" if not found.path and found.change in _RANGE else found.subject
                yield replace(found, subject=subject).below("*")
        one, other = members.patterns(ours), members.patterns(theirs)
        for pattern in dict.fromkeys((*one, *other)):
            schemas = one.get(pattern, rest), other.get(pattern, others)
            yield from (found.below(f"({pattern})") for found in self.differences(*schemas, places))


def _annotations(pair: _Pair, position: Position) -> Iterator[Difference]:
    """Compare what changes no value that is allowed: defaults, deprecation, and what tells alternatives apart."""
    one, other = (_value(annotation(schema, "default")) for schema in (pair.edition, pair.document))
    is_new = one is None and position is Position.RESPONSE  # what a reader makes of absence is then its own business
    if pair.edition and pair.document and key_of(one) != key_of(other) and not is_new:
        change = Change.CHANGED if one is not None and other is not None else Change.NOTED
        yield pair.differs("DEFAULT", change, _default(one), _default(other))
    one, other = (_value(annotation(schema, "deprecated")) is True for schema in (pair.edition, pair.document))
    if other and not one:
        yield pair.differs("DEPRECATED", Change.NOTED, "not deprecated", "deprecated")
    ours, theirs = (annotation(schema, "discriminator") for schema in (pair.edition, pair.document))
    if pair.edition and pair.document and _tells(ours) != _tells(theirs):
        change = Change.ADDED if ours is None else Change.CHANGED
        place = theirs.pointer if theirs is not None else ""
        yield pair.differs("DISCRIMINATOR", change, _discriminator(ours), _discriminator(theirs), place)


def _value(node: Node | None) -> Any:
    return None if node is None else node.value


def _default(value: Any) -> str:
    return "no default" if value is None else f"default {shown(value)}"


def _tells(node: Node | None) -> tuple[Any, ...] | None:
    """Return the member and the values that tell alternatives apart."""
    return None if node is None else (node.text("propertyName"), tuple(sorted(dict(node.each("mapping")))))


def _discriminator(node: Node | None) -> str:
    if node is None:
        return "no discriminator"
    name, mapping = node.text("propertyName"), sorted(dict(node.each("mapping")))
    return f"discriminator {shown(name)}" + (f" with {', '.join(map(shown, mapping))}" if mapping else "")


def _kinds(pair: _Pair, ours: Forms, theirs: Forms) -> Iterator[Difference]:
    """Compare the types; whether null is among them is a subject of its own if nothing else differs."""
    lost, new = ours.keys() - theirs.keys(), theirs.keys() - ours.keys()
    if "number" in ours and "number" in theirs:
        if _is_whole(theirs["number"]) and not _is_whole(ours["number"]):
            lost |= {"fraction"}
        if _is_whole(ours["number"]) and not _is_whole(theirs["number"]):
            new |= {"fraction"}
    if not lost | new:
        return
    subject = "NULLABLE" if lost | new == {"null"} else "TYPE"
    change = Change.CHANGED if lost and new else Change.NARROWER if lost else Change.WIDER
    yield pair.differs(subject, change, _types(ours), _types(theirs))


def _is_whole(forms: tuple[Form, ...]) -> bool:
    return all("whole" in form.rules or _of_whole_values(form) for form in forms)


def _of_whole_values(form: Form) -> bool:
    values = form.rules.get("values")
    return values is not None and all(float(one).is_integer() for one in values.value.values())


def _types(forms: Forms) -> str:
    """Return the types of `forms` in words."""
    if is_free(forms):
        return "any value"
    names = [_type(kind, forms[kind]) for kind in KINDS if kind in forms]
    return " or ".join(names) or "no value"


def _type(kind: str, forms: tuple[Form, ...]) -> str:
    return "integer" if kind == "number" and _is_whole(forms) else kind


def _rules(pair: _Pair, kind: str, ours: Form, theirs: Form) -> Iterator[Difference]:
    """Compare the rules of two alternatives; where values are listed, all other rules are about those."""
    if "values" in ours.rules or "values" in theirs.rules:
        yield from _enumerations(pair, kind, ours, theirs)
        return
    for name, rule in RULES.items():
        if name == "whole":
            continue
        one, other = ours.rules.get(name), theirs.rules.get(name)
        change = rule.change(one.value if one else None, other.value if other else None)
        if change is not None:
            words = rule.told(one.value) if one else None, rule.told(other.value) if other else None
            yield pair.differs(rule.subject, change, *_without(name, words), other.pointer if other else "")


def _enumerations(pair: _Pair, kind: str, ours: Form, theirs: Form) -> Iterator[Difference]:
    """Compare the values that are listed, on one side or on both."""
    one, other = ours.rules.get("values"), theirs.rules.get("values")
    change = RULES["values"].change(one.value if one else None, other.value if other else None)
    if one and other:
        told = _named_values(one.value, other.value)
    else:
        told = _values(kind, ours), _values(kind, theirs)
        listed, rules = (one, theirs.rules) if one else (other, ours.rules)
        if listed and not all(keeps(value, rules) for value in listed.value.values()):
            change = Change.CHANGED
    if change is not None:
        yield pair.differs("ENUM", change, *told, other.pointer if other else "")


def _without(name: str, words: tuple[str | None, str | None]) -> tuple[str, str]:
    """Name the rule that one of the two does not have."""
    word = {"low": "minimum", "high": "maximum", "written": "such rule"}.get(name, name)
    one, other = (f"no {word}" if each is None else each for each in words)
    return one, other


def _values(kind: str, form: Form) -> str:
    """Say in few words which values of a kind an alternative allows."""
    if "values" in form.rules:
        values = form.rules["values"].value.values()
        return _some(values) if len(values) == 1 else f"one of {_some(values)}"
    return f"any {kind}" if form.free else _summary(kind, form)


def _named_values(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[str, str]:
    """Say in few words which values are lost, and which are new."""
    lost = [one for key, one in ours.items() if key not in theirs]
    new = [one for key, one in theirs.items() if key not in ours]
    expected = [*([_some(lost)] if lost else []), *([f"no {_some(new)}"] if new else [])]
    actual = [*([f"no {_some(lost)}"] if lost else []), *([_some(new)] if new else [])]
    return ", ".join(expected), ", ".join(actual)


def _some(values: Iterable[Any]) -> str:
    listed = list(values)
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    return ", ".join(map(shown, listed[:_MOST_NAMED])) + more


def _hidden(pair: _Pair, position: Position, theirs: Form, schema: Schema) -> Difference:
    word = (
        "readOnly, so it may not be sent" if position is Position.REQUEST else "writeOnly, so it does not come back"
    )
    found = replace(pair, edition=schema)
    return found.differs("ACCESS", Change.MISSING, _types(forms_of(schema)), word, _place(theirs, "/properties"))


def _required(
    pair: _Pair,
    names: tuple[Mapping[str, str], Mapping[str, str]],
    ours: set[str],
    theirs: set[str],
    hidden: set[str],
) -> Iterator[Difference]:
    """Compare which members are required; one that is missing altogether was told of before."""
    needed, asked = names
    for name in needed:
        if name not in asked and (name in theirs or name not in ours):
            yield pair.differs("REQUIRED", Change.WIDER, "required", "optional").below(name)
    for name, pointer in asked.items():
        if name not in needed and name not in hidden:
            told = "optional" if name in ours else "not declared"
            yield pair.differs("REQUIRED", Change.NARROWER, told, "required", pointer).below(name)


def _place(form: Form, below: str) -> str:
    return f"{form.parts[0].pointer}{below}" if form.parts else ""


def _places(pair: _Pair, ours: Form, theirs: Form, below: str) -> tuple[str, str]:
    """Return JSON pointers for what has no schema of its own below two alternatives."""
    origin, place = _seat(pair.edition, pair.edition_place), _seat(pair.document, pair.document_place)
    return _place(ours, below) or origin, _place(theirs, below) or place


def _any(differences: Iterable[Difference], change: Change) -> bool:
    """Whether one of the differences allows less (or more), or may do so."""
    return any(
        one.change in (change, Change.CHANGED)
        or (one.change is Change.MISSING and (one.actual == _OPEN) is (change is Change.WIDER))
        for one in differences
    )


def _silent(one: Difference, *, lost: bool, new: bool) -> bool:
    """Whether a difference is none, since another alternative takes in what is lost or new."""
    return (lost and one.change is Change.NARROWER) or (new and one.change is Change.WIDER)


def _alike(one: Form, other: Form) -> bool:
    """Whether two alternatives are two versions of one: objects have a declared member in common."""
    ours, theirs = members.declared(one), members.declared(other)
    return not ours or not theirs or bool(ours.keys() & theirs.keys())


def _summary(kind: str, form: Form) -> str:
    """Say in few words what an alternative allows."""
    names = list(members.declared(form)) if kind == "object" else []
    if names:
        return f"object with {_some(names)}"
    told = ", ".join(RULES[name].told(rule.value) for name, rule in form.rules.items() if name != "whole")
    return _type(kind, (form,)) + (f" with {told}" if told else "")
