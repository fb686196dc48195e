"""The types, rules and values of a schema in few words, as a difference tells them."""

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.drift import members
from contracts.drift.document import Node
from contracts.drift.forms import KINDS, Forms, SchemaForm, is_free
from contracts.drift.rule_kinds import RULES
from contracts.vocabulary.display import shown

_MOST_NAMED = 6


def types(forms: Forms) -> str:
    """Return the types of `forms` in words."""
    if is_free(forms):
        return "any value"
    names = [_type(kind, forms[kind]) for kind in KINDS if kind in forms]
    return " or ".join(names) or "no value"


def _type(kind: str, forms: tuple[SchemaForm, ...]) -> str:
    return "integer" if kind == "number" and is_whole(forms) else kind


def is_whole(forms: tuple[SchemaForm, ...]) -> bool:
    """Whether alternatives of numbers allow whole ones alone."""
    return all("whole" in form.rules or _of_whole_values(form) for form in forms)


def _of_whole_values(form: SchemaForm) -> bool:
    values = form.rules.get("values")
    return values is not None and all(float(one).is_integer() for one in values.value.values())


def values_of(kind: str, form: SchemaForm) -> str:
    """Say in few words which values of a kind an alternative allows."""
    if "values" in form.rules:
        values = form.rules["values"].value.values()
        return _some(values) if len(values) == 1 else f"one of {_some(values)}"
    return f"any {kind}" if form.free else summary(kind, form)


def named_values(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[str, str]:
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


def summary(kind: str, form: SchemaForm) -> str:
    """Say in few words what an alternative allows."""
    names = list(members.declared(form)) if kind == "object" else []
    if names:
        return f"object with {_some(names)}"
    words = ", ".join(RULES[name].told(rule.value) for name, rule in form.rules.items() if name != "whole")
    return _type(kind, (form,)) + (f" with {words}" if words else "")


def without(name: str, words: tuple[str | None, str | None]) -> tuple[str, str]:
    """Name the rule that one of the two does not have."""
    word = {"low": "minimum", "high": "maximum", "written": "such rule"}.get(name, name)
    one, other = (f"no {word}" if each is None else each for each in words)
    return one, other


def default(value: Any) -> str:
    """Say which default a schema has."""
    return "no default" if value is None else f"default {shown(value)}"


def told_apart_by(node: Node | None) -> tuple[Any, ...] | None:
    """Return the member and the values that tell alternatives apart."""
    return None if node is None else (node.text("propertyName"), tuple(sorted(dict(node.each("mapping")))))


def discriminator(node: Node | None) -> str:
    """Say which member tells alternatives apart, and by which values."""
    if node is None:
        return "no discriminator"
    name, mapping = node.text("propertyName"), sorted(dict(node.each("mapping")))
    return f"discriminator {shown(name)}" + (f" with {', '.join(map(shown, mapping))}" if mapping else "")
