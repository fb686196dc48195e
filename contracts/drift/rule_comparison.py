"""The comparison of two schemas of one value: its types, rules and annotations."""

from collections.abc import Iterator
from typing import Any

from contracts.drift import wording
from contracts.drift.difference import Pair, SchemaDifference
from contracts.drift.document import Node
from contracts.drift.finding import Change, Direction
from contracts.drift.forms import Forms, SchemaForm, annotation
from contracts.drift.rule_kinds import RULES, keeps, key_of


def annotations(pair: Pair, direction: Direction) -> Iterator[SchemaDifference]:
    """Compare annotations, which allow and forbid nothing: defaults, deprecation, discriminators."""
    one, other = (_value(annotation(schema, "default")) for schema in (pair.edition, pair.document))
    is_new = one is None and direction is Direction.RESPONSE  # what a missing member means is then up to the reader
    if pair.edition and pair.document and key_of(one) != key_of(other) and not is_new:
        change = Change.CHANGED if one is not None and other is not None else Change.NOTED
        yield pair.differs("DEFAULT", change, wording.default(one), wording.default(other))
    one, other = (_value(annotation(schema, "deprecated")) is True for schema in (pair.edition, pair.document))
    if other and not one:
        yield pair.differs("DEPRECATED", Change.NOTED, "not deprecated", "deprecated")
    ours, theirs = (annotation(schema, "discriminator") for schema in (pair.edition, pair.document))
    if pair.edition and pair.document and wording.told_apart_by(ours) != wording.told_apart_by(theirs):
        change = Change.ADDED if ours is None else Change.CHANGED
        place = theirs.pointer if theirs is not None else ""
        yield pair.differs("DISCRIMINATOR", change, wording.discriminator(ours), wording.discriminator(theirs), place)


def _value(node: Node | None) -> Any:
    return None if node is None else node.value


def kinds(pair: Pair, ours: Forms, theirs: Forms) -> Iterator[SchemaDifference]:
    """Compare the types; whether null is among them is a subject of its own if nothing else differs."""
    lost, new = ours.keys() - theirs.keys(), theirs.keys() - ours.keys()
    if "number" in ours and "number" in theirs:
        if wording.is_whole(theirs["number"]) and not wording.is_whole(ours["number"]):
            lost |= {"fraction"}
        if wording.is_whole(ours["number"]) and not wording.is_whole(theirs["number"]):
            new |= {"fraction"}
    if not lost | new:
        return
    subject = "NULLABLE" if lost | new == {"null"} else "TYPE"
    change = Change.CHANGED if lost and new else Change.NARROWER if lost else Change.WIDER
    if not theirs:  # its rules contradict each other, so that nothing can stand here
        change = Change.MISSING
    yield pair.differs(subject, change, wording.types(ours), wording.types(theirs))


def rules(pair: Pair, kind: str, ours: SchemaForm, theirs: SchemaForm) -> Iterator[SchemaDifference]:
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
            yield pair.differs(rule.subject, change, *wording.without(name, words), other.pointer if other else "")


def _enumerations(pair: Pair, kind: str, ours: SchemaForm, theirs: SchemaForm) -> Iterator[SchemaDifference]:
    """Compare the values that are listed, on one side or on both."""
    one, other = ours.rules.get("values"), theirs.rules.get("values")
    change = RULES["values"].change(one.value if one else None, other.value if other else None)
    if one and other:
        sides = wording.named_values(one.value, other.value)
    else:
        sides = wording.values_of(kind, ours), wording.values_of(kind, theirs)
        listed, rules = (one, theirs.rules) if one else (other, ours.rules)
        if listed and not all(keeps(value, rules) for value in listed.value.values()):
            change = Change.CHANGED
    if change is not None:
        yield pair.differs("ENUM", change, *sides, other.pointer if other else "")
