"""The text of an OpenAPI document that somebody else has written: read to a limit, or refused with one sentence."""

import json
import re
from typing import Any, ClassVar

import yaml

from contracts.drift.document import BadDocument, Document

LARGEST = 20_000_000
"""Bytes of a document, at most."""

_MOST_VALUES = 3_000_000
"""Values of a document, with every alias of YAML written out, at most."""

_DEEPEST = 200
"""Levels of a document, at most."""


def read(content: bytes) -> "Document":
    """Return the document in `content`, which is JSON or YAML. Raises BadDocument."""
    if len(content) > LARGEST:
        raise BadDocument(f"it has more than {LARGEST:,} bytes: give the document of this API alone")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadDocument("it is no text in UTF-8: write it as JSON or YAML") from None
    if not text.strip():
        raise BadDocument("it is empty: give an OpenAPI document in JSON or YAML")
    if text.lstrip().startswith("<"):
        raise BadDocument("it is HTML or XML: give the URL of the document itself, such as /openapi.json")
    return Document(_Plain().of(_parsed(text)))


def _parsed(text: str) -> Any:
    """Return what stands in `text`: JSON if it begins as an object or a list of JSON does, and otherwise YAML."""
    try:
        if text.lstrip()[0] in "{[":
            return json.loads(text, parse_constant=_no_constant)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - it makes nothing but plain values
    except json.JSONDecodeError as error:
        raise BadDocument(f"it is no JSON: {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise BadDocument(f"it is neither JSON nor YAML: {problem}{where}") from None
    except RecursionError:
        raise BadDocument("it is nested too deeply") from None
    except (ValueError, TypeError, OverflowError, AttributeError):
        raise BadDocument("it holds a value that is none of JSON, or a number of thousands of digits") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Read YAML as OpenAPI wants it, by the rules of JSON: `on` and `2026-04` are texts."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+", "-+.0123456789"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


class _Plain:
    """Copies what a parser made to plain JSON: every name a text, no value in itself, and not too much of it."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Any, int]] = {}
        self._open: set[int] = set()
        self._kept: list[Any] = []

    def of(self, value: Any) -> Any:
        """Return the copy. Raises BadDocument."""
        return self._of(value, 0)[0]

    def _of(self, value: Any, depth: int) -> tuple[Any, int]:
        """Return the copy, and how many values it holds once every alias is written out."""
        if value is None or isinstance(value, str | bool | int | float):
            return value, 1
        if not isinstance(value, dict | list):
            return str(value), 1
        if depth > _DEEPEST:
            raise BadDocument(f"it is nested more than {_DEEPEST} levels deep")
        if id(value) in self._open:
            raise BadDocument("an alias of YAML stands within what it names: write the document without it")
        if id(value) not in self._made:
            self._open.add(id(value))
            self._made[id(value)] = self._copied(value, depth)
            self._open.discard(id(value))
        if self._made[id(value)][1] > _MOST_VALUES:
            raise BadDocument(f"it holds more than {_MOST_VALUES:,} values, with its aliases written out")
        return self._made[id(value)]

    def _copied(self, value: dict[Any, Any] | list[Any], depth: int) -> tuple[Any, int]:
        if isinstance(value, list):
            ones = [self._of(one, depth + 1) for one in value]
            return [one for one, _ in ones], 1 + sum(count for _, count in ones)
        members = {_name(name): self._of(one, depth + 1) for name, one in value.items()}
        return {name: one for name, (one, _) in members.items()}, 1 + sum(count for _, count in members.values())


def _name(name: object) -> str:
    if isinstance(name, bool):
        return str(name).lower()
    return "null" if name is None else str(name)
