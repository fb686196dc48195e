"""An edition: one published version of the contract, as an OpenAPI document that answers can be held against.

A file holds a whole document or, under `extends`, the name of another edition and what differs from that.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator, FormatChecker

from contracts.vocabulary import rfc3339
from contracts.vocabulary.display import shown
from contracts.vocabulary.outcomes import Finding
from contracts.vocabulary.period import is_date

DEFAULT = "2026-04"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C, where PyYAML was built with it: the other takes ten times as long."""

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    """Hold `value` against RFC 3339: jsonschema by itself takes any string for a date-time."""
    if isinstance(value, str) and (fault := rfc3339.explain_invalid(value)):
        raise ValueError(fault)
    return True


def known() -> tuple[str, ...]:
    """Return the names of the editions, oldest first. Raises LookupError for a document whose name is not a date."""
    names = [entry.name for entry in resources.files("contracts.editions").iterdir() if entry.name.endswith(".yaml")]
    for name in names:
        if not is_date(name.removesuffix(".yaml")):
            raise LookupError(f"contracts/editions/{name} has no date for a name: rename it, as in 2026-04.yaml")
    return tuple(sorted(name.removesuffix(".yaml") for name in names))


def expect_known(name: str) -> None:
    """Raise LookupError, with one sentence for the user, if there is no edition `name`."""
    if name not in known():
        strange = "is no year and month" if not is_date(name) else "is not known"
        raise LookupError(f"edition {name!r} {strange}: give one of {', '.join(known())}")


class Edition:
    """One version of the contract, named by year and month."""

    def __init__(self, name: str, document: Mapping[str, Any]) -> None:
        """Wrap the OpenAPI `document` of the edition `name`."""
        self.name = name
        self.document = document
        operation = document["paths"]["/v1/buckets/{bucket_identifier}/objects/{object_identifier}"]["patch"]
        self.error_codes = frozenset(int(code) for code in operation["responses"] if code != "200")
        self.refused_names = frozenset[str](self.schema("ObjectPatch").get("x-refused-names", ()))
        """The names of the system in a body that are refused with 422; empty where that is left open."""
        self.has_validation_form = "ValidationErrors" in document["components"]["schemas"]
        """Whether 422 may be answered in the validation form."""
        self.members = frozenset[str](self.schema("BucketObject")["properties"])
        """The fields of an object that the edition declares."""

    def schema(self, name: str) -> dict[str, Any]:
        """Return the component schema `name`. Raises KeyError if the edition has none."""
        return cast("dict[str, Any]", self.document["components"]["schemas"][name])

    @cache  # noqa: B019 - editions live as long as the process
    def _validator(self, schema: str, member: str | None) -> Draft202012Validator:
        rule = self.schema(schema)
        return Draft202012Validator(
            self._inlined(rule["properties"][member] if member else rule), format_checker=_FORMATS
        )

    def _inlined(self, rule: Any) -> Any:
        """Return `rule` with every reference replaced by what it names: followed once, not at every answer."""
        if isinstance(rule, list):
            return [self._inlined(one) for one in rule]
        if not isinstance(rule, dict):
            return rule
        if "$ref" in rule:
            return self._inlined(self.schema(rule["$ref"].removeprefix("#/components/schemas/")))
        return {name: self._inlined(one) for name, one in rule.items()}

    def find_violation(self, value: object, schema: str, member: str | None = None) -> Finding | None:
        """Hold `value` against a component schema, or against one member of it; None if it keeps it.

        The finding names the first place that deviates.
        """
        for found in self._validator(schema, member).iter_errors(value):
            error, or_null = _within(found)
            place = "".join(f"[{step!r}]" if isinstance(step, str) else f"[{step}]" for step in error.absolute_path)
            where = f"{member or schema}{place}"
            expected = _expected_of(error.validator, error.validator_value)
            return Finding(f"{where}: {expected}{', or null' if or_null else ''}", _actual_of(error))
        return None


@cache
def load(name: str = DEFAULT) -> Edition:
    """Return the edition `name`. Raises LookupError if it is not known, naming those that are."""
    expect_known(name)
    return Edition(name, _document(name))


def _document(name: str) -> dict[str, Any]:
    """Return the whole document of an edition: that of its file, or that of another edition, changed by its file.

    Raises LookupError if the other edition is not known, or extends this one.
    """
    found, names = list[dict[str, Any]](), [name]
    while True:
        text = resources.files("contracts.editions").joinpath(f"{names[-1]}.yaml").read_text("utf-8")
        found.append(yaml.load(text, _LOADER))  # noqa: S506 - it is a safe one, by either name
        base = found[-1].pop("extends", None)
        if base is None:
            break
        if base not in known() or base in names:
            raise LookupError(
                f"contracts/editions/{names[-1]}.yaml extends {base!r}: name an earlier or later edition"
            )
        names.append(base)
    document: Any = {}
    for changes in reversed(found):
        document = _merged(document, changes)
    return cast("dict[str, Any]", document)


def _merged(document: Any, changes: Any) -> Any:
    """Return `document` as a JSON Merge Patch changes it (RFC 7396 section 2): null removes, lists are replaced."""
    if not isinstance(changes, dict):
        return changes
    merged = dict(document) if isinstance(document, dict) else {}
    for name, change in changes.items():
        if change is None:
            merged.pop(name, None)
        else:
            merged[name] = _merged(merged.get(name), change)
    return merged


def _within(error: Any) -> tuple[Any, bool]:
    """Return the error within a choice between a schema and null, and whether there was one; else `error` itself."""
    others = [one for one in error.context if not (one.validator == "type" and one.validator_value == "null")]
    or_null = error.validator == "anyOf" and 0 < len(others) < len(error.context)
    return (others[0], True) if or_null else (error, False)


def _expected_of(rule: object, value: Any) -> str:
    match rule:
        case "type":
            return " or ".join(value) if isinstance(value, list) else str(value)
        case "enum":
            return "one of " + ", ".join("null" if one is None else str(one) for one in value)
        case "format":
            return f"a {value} (RFC 3339 section 5.6)"
        case "required":
            return "members " + ", ".join(value)
        case _:
            return f"{rule} {shown(value)}"


def _actual_of(error: Any) -> str:
    if error.validator == "format":
        return f"{shown(error.instance)}, which {error.cause}"
    if error.validator == "required":
        return error.message or ""
    return shown(error.instance)
