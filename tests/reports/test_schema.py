"""The published schema and the classes of the result name the same members, of the same types."""

import json
from dataclasses import fields
from datetime import date
from enum import StrEnum
from importlib import resources
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from contracts.catalogue.observations import Observation
from contracts.catalogue.requirement import Requirement
from contracts.vocabulary.exchange import Exchange
from reports.result.load import LoadLatency, Sample
from reports.result.result import Seen
from reports.result.verdicts import Example, Judgement, Shown, Waiver

SCHEMA: dict[str, Any] = json.loads(resources.files("reports").joinpath("conformance.schema.json").read_text("utf-8"))
SPREAD = (Requirement, Observation)
"""Classes whose members stand among those of the class that holds one of them."""

UNPUBLISHED = ("editions", "since", "until", "must_since", "by_reader")
"""Fields that say in which editions a requirement holds: a result is of one edition."""

DERIVED = {"requirement": ("sources",)}
"""Members that a result has beside the fields, made of them."""

REFERRED: dict[object, str] = {
    Exchange: "#/$defs/exchange",
    Waiver: "#/$defs/waiver",
    Example: "#/$defs/example",
}
PLAIN: dict[object, str] = {
    str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null", date: "string",
    tuple: "array", frozenset: "array",
}  # fmt: skip


def members_of(kind: type) -> dict[str, Any]:
    """The members that an instance of a class has in a result, with their types in Python."""
    found: dict[str, Any] = {}
    types = get_type_hints(kind)
    for one in fields(kind):
        if types[one.name] in SPREAD:
            found |= members_of(types[one.name])
        elif one.name not in UNPUBLISHED:
            found[one.name] = types[one.name]
    return found


def types_of(kind: Any) -> set[str]:
    """The types that a field has in JSON; words of an enumeration stand for themselves."""
    if get_origin(kind) is UnionType:
        return {name for one in get_args(kind) for name in types_of(one)}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {str(one) for one in kind}
    return {REFERRED.get(kind) or PLAIN[get_origin(kind) or kind]}


def published(part: dict[str, Any]) -> set[str]:
    """The types that a part of the schema allows."""
    if "anyOf" in part:
        return {name for one in part["anyOf"] for name in published(one)}
    if "enum" in part or "$ref" in part:
        return set(part.get("enum") or [part["$ref"]])
    return {part["type"]} if isinstance(part["type"], str) else set(part["type"])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("violation", Shown),
        ("waiver", Waiver),
        ("observation", Seen),
        ("requirement", Judgement),
        ("latency", LoadLatency),
        ("sample", Sample),
        ("example", Example),
    ],
)
def test_what_a_class_holds_is_published(name: str, kind: type) -> None:
    """Every field is a required member of the type that it has, and there are no others."""
    part, held = SCHEMA["$defs"][name], members_of(kind)
    assert set(part["properties"]) == set(part["required"]) == {*held, *DERIVED.get(name, ())}
    for member, known in held.items():
        if member != "area":  # of which later editions may have more
            assert published(part["properties"][member]) == types_of(known), member
