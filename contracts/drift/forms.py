"""The forms of a schema: for each kind of value the alternatives that it allows, however the schema is written.

References, `allOf`, `oneOf`, `anyOf`, lists of types and `nullable` are gone in them. A schema is a tuple of nodes,
all of which a value keeps; the empty tuple allows everything.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.drift.alternatives import united
from contracts.drift.document import BadDocument, Node
from contracts.drift.rule_kinds import LIMITS, Rule, combined, keeps
from contracts.drift.rules import rules_of

Schema = tuple[Node, ...]

KINDS = ("string", "number", "boolean", "array", "object", "null")
_TYPES = {**{kind: kind for kind in KINDS}, "integer": "number"}
_TELLING = ("type", "enum", "const", "oneOf", "anyOf")
"""Keywords that say which kinds of values a schema allows."""
_SHAPES = {"properties": "object", "items": "array"}
"""The type that is meant by a schema with one of these keywords and no type."""
_MOST_ALTERNATIVES = 200
_MOST_HOPS = 60


@dataclass(frozen=True)
class SchemaForm:
    """One alternative: values of one kind that keep `rules`, and whose members or items keep those of `parts`."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    parts: Schema = ()

    @property
    def free(self) -> bool:
        """Whether every value of its kind is allowed."""
        return not self.rules and not self.parts

    @property
    def plain_values(self) -> bool:
        """Whether only listed values are allowed, whatever the other rules are."""
        return set(self.rules) == {"values"} and not self.parts


Forms = Mapping[str, tuple[SchemaForm, ...]]


def forms_of(schema: Schema) -> Forms:
    """Return the alternatives of `schema` by kind, without the kinds that it does not allow. Raises BadDocument."""
    known = schema[0].document.forms if schema else {}
    key = tuple(node.pointer for node in schema)
    if key not in known:
        kinds = [kind for kind in KINDS if _may_be(kind, schema)]
        found = {kind: _unified(_together([_forms(node, kind, 0) for node in schema]), kind) for kind in kinds}
        known[key] = {kind: forms for kind, forms in found.items() if forms}
    forms: Forms = known[key]
    return forms


def is_free(forms: Forms) -> bool:
    """Whether every value is allowed."""
    return len(forms) == len(KINDS) and all(any(form.free for form in one) for one in forms.values())


def is_null(node: Node) -> bool:
    """Whether a schema allows null and nothing else."""
    value = node.value
    return isinstance(value, Mapping) and (
        value.get("type") in ("null", ["null"]) or value.get("enum") == [None] or value.get("const", 0) is None
    )


def annotation(schema: Schema, name: str) -> Node | None:
    """Return what a schema says as `name`: itself, or what it refers to, or its only alternative beside null."""
    return next(_said(schema, name, 0), None)


def _may_be(kind: str, schema: Schema) -> bool:
    """Whether a schema may speak of values of `kind`: one that has members, or items, and no type means that type.

    JSON Schema would allow texts and numbers too, but no author means that.
    """
    if any(annotation(schema, name) is not None for name in _TELLING):
        return True
    meant = [_SHAPES[name] for name in _SHAPES if annotation(schema, name) is not None]
    return len(meant) != 1 or kind in (*meant, "null" if annotation(schema, "nullable") is not None else "")


def _said(schema: Iterable[Node], name: str, hops: int) -> Iterator[Node]:
    for node in schema:
        node.document.step()
        if not isinstance(node.value, Mapping) or hops > _MOST_HOPS:
            continue
        alone = "$ref" in node.value and not node.document.siblings
        if name in node.value and not alone:
            yield node.child(name)
        if "$ref" in node.value:
            yield from _said((node.document.named(node.value["$ref"], node.pointer),), name, hops + 1)
        if alone:
            continue
        yield from _said(node.items("allOf"), name, hops + 1)
        for keyword in ("oneOf", "anyOf"):
            others = [item for item in node.items(keyword) if not is_null(item)]
            if len(others) == 1:
                yield from _said(others, name, hops + 1)


def _forms(node: Node, kind: str, hops: int) -> list[SchemaForm]:
    """Return the alternatives of one node for values of `kind`."""
    node.document.step()
    if hops > _MOST_HOPS:
        raise BadDocument(f"{node.pointer}: the schema refers to itself, or through more than {_MOST_HOPS} others")
    if isinstance(node.value, bool):
        return [SchemaForm()] if node.value else []
    if "$ref" in node.members and not node.document.siblings:
        return _forms(node.document.named(node.members["$ref"], node.pointer), kind, hops + 1)
    if kind == "null" and node.document.nullable and node.flag("nullable"):
        # whatever else is said: generators write it beside allOf, and beside an enum without null
        return [SchemaForm()]
    own = _own(node, kind)
    if not own:
        return []
    found = [own]
    if "$ref" in node.members:
        found.append(_forms(node.document.named(node.members["$ref"], node.pointer), kind, hops + 1))
    found += [_forms(item, kind, hops + 1) for item in node.items("allOf")]
    for keyword in ("oneOf", "anyOf"):
        if alternatives := united(node, keyword):
            found.append([form for alternative in alternatives for form in _alternative(alternative, kind, hops + 1)])
    return _together(found)


def _alternative(node: Node, kind: str, hops: int) -> list[SchemaForm]:
    return _forms(node, kind, hops) if _may_be(kind, (node,)) else []


def _own(node: Node, kind: str) -> list[SchemaForm]:
    """Return what the keywords of the node itself allow."""
    types = _types(node)
    if types is not None and all(_TYPES[one] != kind for one in types):
        return []
    rules = rules_of(node, kind)
    if rules is None:
        return []
    if kind == "number" and types is not None and "number" not in types:
        rules = combined(rules, {"whole": Rule(True, f"{node.pointer}/type")})
    return [SchemaForm(rules, (node,) if _has_parts(node, kind) else ())]


def _types(node: Node) -> list[str] | None:
    value = node.members.get("type")
    if value is None:
        return None
    types = value if isinstance(value, list) else [value]
    for name in types:
        if not isinstance(name, str) or name not in _TYPES:
            raise BadDocument(f"{node.pointer}/type: there is no type {str(name)[:60]!r} in JSON Schema")
    return types


def _has_parts(node: Node, kind: str) -> bool:
    names = {
        "object": ("properties", "required", "additionalProperties", "patternProperties", "unevaluatedProperties"),
        "array": ("items", "prefixItems"),
    }
    return any(node.members.get(name) is not None for name in names.get(kind, ()))


def _together(conditions: list[list[SchemaForm]]) -> list[SchemaForm]:
    """Return the alternatives of values that keep one alternative of each condition."""
    found = [SchemaForm()]
    for forms in conditions:
        if len(found) * len(forms) > _MOST_ALTERNATIVES:
            raise BadDocument(f"a schema has more than {_MOST_ALTERNATIVES} alternatives, once they are written out")
        found = [_both(one, other) for one in found for other in forms]
        found = [form for form in found if form.rules.get("values") is None or form.rules["values"].value]
    return found


def _both(one: SchemaForm, other: SchemaForm) -> SchemaForm:
    parts = dict.fromkeys((*one.parts, *other.parts)) if one.parts and other.parts else one.parts or other.parts
    return SchemaForm(combined(one.rules, other.rules), tuple(parts))


def _simple(rules: dict[str, Rule], kind: str) -> dict[str, Rule]:
    """Drop rules that exclude nothing, and move the edges of whole numbers to the nearest whole number."""
    if "whole" in rules and kind == "number":
        for name, step in (("low", 1), ("high", -1)):
            if name in rules:
                edge, excluded = rules[name].value
                nearest = math.ceil(edge) if name == "low" else math.floor(edge)
                reached = nearest + step if excluded and nearest == edge else nearest
                rules[name] = replace(rules[name], value=(reached, False))
    if "values" in rules:
        kept = {key: one for key, one in rules["values"].value.items() if keeps(one, rules)}
        values = replace(rules["values"], value=kept)
        rules = {name: rule for name, rule in rules.items() if name not in LIMITS} | {"values": values}
    return rules


def _unified(alternatives: list[SchemaForm], kind: str) -> tuple[SchemaForm, ...]:
    """Join alternatives that only list values, and drop duplicates."""
    forms = [replace(form, rules=_simple(dict(form.rules), kind)) for form in alternatives]
    forms = [form for form in forms if "values" not in form.rules or form.rules["values"].value]
    if any(form.free for form in forms) or (forms and kind == "null"):
        return (SchemaForm(),)
    values: dict[str, Any] = {}
    pointer, others = "", []
    for form in forms:
        if form.plain_values:
            values |= form.rules["values"].value
            pointer = pointer or form.rules["values"].pointer
        elif form not in others:
            others.append(form)
    if values == {"true": True, "false": False}:
        return (SchemaForm(),)
    return (*([SchemaForm({"values": Rule(values, pointer)})] if values else []), *others)
