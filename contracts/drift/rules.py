"""The rules that the keywords of a schema set for the values of one kind."""

from collections.abc import Mapping
from typing import Any

from contracts.drift.document import BadDocument, Node
from contracts.drift.rule_kinds import Rule, combined, kept, key_of
from contracts.vocabulary.display import shown

_LENGTHS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_INT32 = 1 << 31
_LARGEST = 1e300
_SAYS_NOTHING = {"int64", "double"}
"""Formats of numbers that allow every number that JSON usually carries; float keeps seven digits of it."""

_WRITTEN = {
    "": ("not", "if", "then", "else", "$dynamicRef", "$recursiveRef"),
    "array": ("contains", "minContains", "maxContains", "unevaluatedItems"),
    "object": ("propertyNames", "dependentRequired", "dependentSchemas", "dependencies"),
}
"""Keywords that are compared as they are written, by the kind of value that they speak of."""

SILENT = ("title", "description", "example", "examples", "default")
"""Keywords that allow no value and forbid none."""


def rules_of(node: Node, kind: str) -> dict[str, Rule] | None:
    """Return the rules that the keywords of a schema set for values of `kind`; None if it allows no such value.

    Raises BadDocument for a keyword whose value is of the wrong type.
    """
    rules = _lengths(node, kind)
    if kind == "number":
        rules |= _numbers(node)
    if kind == "string":
        rules |= _texts(node)
    if kind == "array" and node.flag("uniqueItems"):
        rules["uniqueItems"] = Rule(True, f"{node.pointer}/uniqueItems")
    for name in (*_WRITTEN[""], *_WRITTEN.get(kind, ())):
        if node.members.get(name) is not None and not _says_nothing(node, name):
            text = f"{name} {_resolved(node.child(name))}"
            rules = combined(rules, {"written": Rule(frozenset((text,)), f"{node.pointer}/{name}")})
    values = _values(node, kind)
    if values is None:
        return rules
    if not values.value:
        return None
    return _whole_booleans(kind, rules | {"values": values})


def _resolved(node: Node) -> str:
    """Return what is written at `node`, with what its references name in place of them."""
    return key_of(_spread(node, 0))


def _spread(node: Node, depth: int) -> Any:
    node.document.step()
    if isinstance(node.value, list):
        return [_spread(Node(node.document, f"{node.pointer}/{at}", one), depth) for at, one in enumerate(node.value)]
    if not isinstance(node.value, Mapping):
        return node.value
    if isinstance(node.value.get("$ref"), str) and depth < 5:
        return _spread(node.followed(), depth + 1)
    return {name: _spread(node.child(name), depth) for name in node.value if name not in SILENT}


def _says_nothing(node: Node, name: str) -> bool:
    """Whether a keyword forbids nothing: not false, a condition without what follows, what follows without one."""
    match name:
        case "not":
            return node.members[name] is False
        case "if":
            return "then" not in node.members and "else" not in node.members
        case "then" | "else":
            return "if" not in node.members
        case _:
            return node.members[name] in (True, {})


def _whole_booleans(kind: str, rules: dict[str, Rule]) -> dict[str, Rule]:
    if kind == "boolean" and len(rules["values"].value) == 2:
        del rules["values"]
    return rules


def _lengths(node: Node, kind: str) -> dict[str, Rule]:
    rules = {}
    for name in _LENGTHS.get(kind, ()):
        value = _number(node, name)
        if value is not None and (value > 0 or name.startswith("max")):
            rules[name] = Rule(value, f"{node.pointer}/{name}")
    return rules


def _texts(node: Node) -> dict[str, Rule]:
    rules = {}
    for name in ("format", "pattern", "contentEncoding", "contentMediaType"):
        text = node.text(name)
        if text and not (name == "pattern" and text in (".*", "^.*$")):
            rules[name] = Rule(frozenset((text,)), f"{node.pointer}/{name}")
    return rules


def _numbers(node: Node) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for name, inner, outer in (("low", "minimum", "exclusiveMinimum"), ("high", "maximum", "exclusiveMaximum")):
        for keyword, excluded in ((inner, node.members.get(outer) is True), (outer, True)):
            if node.members.get(keyword) is not None and not isinstance(node.members[keyword], bool):
                edge = Rule((_number(node, keyword), excluded), f"{node.pointer}/{keyword}")
                rules = combined(rules, {name: edge})
    multiple = _number(node, "multipleOf")
    if multiple is not None and multiple > 0:
        if float(multiple).is_integer():
            rules["whole"] = Rule(True, f"{node.pointer}/multipleOf")
        if multiple != 1:
            rules["multipleOf"] = Rule(frozenset((multiple,)), f"{node.pointer}/multipleOf")
    form = node.text("format")
    if form == "int32":
        pointer = f"{node.pointer}/format"
        return combined(rules, {"low": Rule((-_INT32, False), pointer), "high": Rule((_INT32 - 1, False), pointer)})
    if form and form not in _SAYS_NOTHING:
        rules["format"] = Rule(frozenset((form,)), f"{node.pointer}/format")
    return rules


def _number(node: Node, name: str) -> int | float | None:
    value = node.members.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST < value < _LARGEST:
        raise BadDocument(f"{node.pointer}/{name}: {shown(value)} stands where a number belongs")
    return value


def _values(node: Node, kind: str) -> Rule | None:
    """Return the values of `kind` that an enumeration or a constant leaves, by their keys; None without one."""
    found: Rule | None = None
    for name in ("enum", "const"):
        if name not in node.members:
            continue
        listed = [item.value for item in node.items(name)] if name == "enum" else [node.members[name]]
        node.document.step(len(listed) // 10)
        values = {key_of(one): one for one in listed if kind_of(one) == kind}
        found = Rule(values if found is None else kept(found.value, values), f"{node.pointer}/{name}")
    return found


def kind_of(value: object) -> str:
    """Return the kind of a value of JSON: whole numbers are numbers."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
