"""Alternatives of oneOf or anyOf that describe one object by the values of one member, joined into one."""

from collections.abc import Mapping
from typing import Any

from contracts.drift.document import Node
from contracts.drift.rule_kinds import key_of
from contracts.drift.rules import SILENT


def united(node: Node, keyword: str) -> list[Node]:
    """Return the alternatives of `node`; those that differ in a single member are joined.

    Generators split an object by the member that a discriminator names. The joined member may be whatever it may be
    in any of the alternatives.
    """
    listed = node.items(keyword)
    names = dict.fromkeys(name for one in listed for name in _properties(one)) if len(listed) > 1 else ()
    for name in names:
        groups: dict[str, list[Node]] = {}
        for alternative in listed:
            groups.setdefault(_without(alternative, name), []).append(alternative)
        listed = [_joined(group, name) for group in groups.values()]
    return listed


def _object(node: Node) -> Mapping[str, Any]:
    """Return the alternative as one object schema; empty if it is none, or if a reference has only a part of it."""
    if not isinstance(node.value, Mapping) or ("$ref" in node.value and len(node.value) > 1):
        return {}
    schema = node.followed().members
    return schema if isinstance(schema.get("properties"), Mapping) else {}


def _properties(node: Node) -> Mapping[str, Any]:
    return _object(node).get("properties", {})  # type: ignore[no-any-return]


def _without(node: Node, name: str) -> str:
    """Return a text that alternatives share if they differ in the member `name` alone, which all of them have."""
    if name not in _properties(node):
        return f"alone {node.pointer}"
    schema = {keyword: value for keyword, value in _object(node).items() if keyword not in SILENT}
    required = schema.get("required")
    if isinstance(required, list):
        schema["required"] = sorted(map(str, required))
    return key_of({**schema, "properties": {key: one for key, one in _properties(node).items() if key != name}})


def _joined(group: list[Node], name: str) -> Node:
    """Return one alternative for a group, in the place of the first of them."""
    first = group[0]
    if len(group) == 1:
        return first
    properties = {**_properties(first), name: {"anyOf": [_properties(one)[name] for one in group]}}
    return Node(first.document, first.pointer, {**_object(first), "properties": properties})
