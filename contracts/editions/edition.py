"""An edition: one published version of the contract, as an OpenAPI document that answers can be held against."""

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

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    """Hold `value` against RFC 3339: jsonschema by itself takes any string for a date-time."""
    if isinstance(value, str) and (fault := rfc3339.explain_invalid(value)):
        raise ValueError(fault)
    return True


def known() -> tuple[str, ...]:
    """Return the names of the editions, oldest first. Raises LookupError for a document whose name is no date."""
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

    def schema(self, name: str) -> dict[str, Any]:
        """Return the component schema `name`. Raises KeyError where the edition has none."""
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
        """Hold `value` against a component schema, or against one member of it; None where it keeps it.

        The finding names the first place that deviates.
        """
        for error in self._validator(schema, member).iter_errors(value):
            place = "".join(f"[{step!r}]" if isinstance(step, str) else f"[{step}]" for step in error.absolute_path)
            where = f"{member or schema}{place}"
            return Finding(f"{where}: {_expected_of(error.validator, error.validator_value)}", _actual_of(error))
        return None


@cache
def load(name: str = DEFAULT) -> Edition:
    """Return the edition `name`. Raises LookupError if it is not known, naming those that are."""
    expect_known(name)
    text = resources.files("contracts.editions").joinpath(f"{name}.yaml").read_text("utf-8")
    return Edition(name, yaml.safe_load(text))


def _expected_of(rule: object, value: Any) -> str:
    match rule:
        case "type":
            return " or ".join(value) if isinstance(value, list) else str(value)
        case "enum":
            return "one of " + ", ".join(value)
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
