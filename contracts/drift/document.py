"""An OpenAPI document, the places in it, and what its references lead to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from referencing import Registry, Resource, Specification
from referencing.exceptions import Unresolvable

from contracts.vocabulary.display import shown

_MOST_STEPS = 60_000
"""Steps of one comparison, at most: the references of a small document can expand without end."""

_OF_FASTAPI = "HTTPValidationError"
_MOST_HOPS = 50
"""References in a row, at most."""


class BadDocument(Exception):  # noqa: N818 - read as a sentence: it is a bad document
    """What was read is not an OpenAPI document that can be compared; the message says why, and what to do."""


class Document:
    """An OpenAPI document, its version, and the resolution of its references."""

    def __init__(self, content: Any) -> None:
        """Wrap `content`. Raises BadDocument if it is not an OpenAPI document of version 3."""
        if not isinstance(content, Mapping):
            raise BadDocument(f"it holds {_what(content)} and no OpenAPI document")
        version = content.get("openapi")
        if version is None and "swagger" in content:
            raise BadDocument(
                f"it is a document of Swagger {shown(content['swagger'])}: convert it to OpenAPI 3 first"
            )
        if version is None:
            raise BadDocument("it has no member openapi, so it is no OpenAPI document")
        if not re.match(r"3\.[012](\.|$)", str(version)):
            raise BadDocument(f"it is of OpenAPI {shown(version)}: this suite reads 3.0, 3.1 and 3.2")
        self.content = _completed(content)
        self.siblings = not str(version).startswith("3.0")
        """Whether keywords beside `$ref` count: from OpenAPI 3.1 on."""
        self.nullable = not self.siblings
        """Whether `nullable` is a keyword: up to OpenAPI 3.0."""
        resource: Resource[Any] = Specification.OPAQUE.create_resource(self.content)
        self._resolver = Registry[Any]().with_resource("", resource).resolver()
        self._steps = 0
        self.forms: dict[tuple[str, ...], Any] = {}
        """The forms of schemas that were worked out, by their JSON pointers."""

    @property
    def root(self) -> "Node":
        """The document itself."""
        return Node(self, "", self.content)

    @cached_property
    def _anchors(self) -> dict[str, "Node"]:
        """The schemas that have a name of their own ($anchor), by it."""
        found: dict[str, Node] = {}
        unread, seen = [self.root], set[int]()
        while unread:
            node = unread.pop()
            if id(node.value) in seen or not isinstance(node.value, Mapping | list):
                continue
            seen.add(id(node.value))
            if isinstance(node.value, list):
                unread += [Node(self, f"{node.pointer}/{at}", one) for at, one in enumerate(node.value)]
                continue
            if isinstance(name := node.value.get("$anchor"), str):
                found.setdefault(name, node)
            unread += [node.child(name) for name in node.value]
        return found

    def closest(self, pointer: str) -> str:
        """Return the longest part of `pointer` that leads somewhere: a joined schema has no place of its own."""
        value, kept = self.content, ""
        for step in pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(value, Mapping) and name in value:
                value = value[name]
            elif isinstance(value, list) and name.isdecimal() and int(name[:9]) < len(value):
                value = value[int(name[:9])]
            else:
                break
            kept = f"{kept}/{step}"
        return kept

    def step(self, number: int = 1) -> None:
        """Count steps of a comparison. Raises BadDocument once there were too many."""
        self._steps += number
        if self._steps > _MOST_STEPS:
            raise BadDocument("its schemas are too intricate to compare: references and alternatives multiply")

    def named(self, reference: object, pointer: str) -> "Node":
        """Return what a reference names that stands at `pointer`. Raises BadDocument."""
        where = f"{pointer}/$ref"
        if not isinstance(reference, str):
            raise BadDocument(f"{where}: {_what(reference)} stands where a text belongs")
        if not reference.startswith("#"):
            raise BadDocument(
                f"{where} leads to another document ({shown(reference)}), which is not fetched: bundle it into one"
            )
        if not reference.startswith("#/") and reference[1:] in self._anchors:
            return self._anchors[reference[1:]]
        try:
            found = self._resolver.lookup(reference).contents
        except (Unresolvable, LookupError, ValueError, TypeError, AttributeError):
            raise BadDocument(f"{where}: {shown(reference)} leads to nothing in this document") from None
        return Node(self, unquote(reference.removeprefix("#")), found)


def _completed(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the document with `detail` of FastAPI errors as required: it is always sent, and not declared so."""
    place: Any = content
    for step in ("components", "schemas", _OF_FASTAPI):
        place = place.get(step) if isinstance(place, Mapping) else None
    if not isinstance(place, Mapping) or "required" in place or not isinstance(place.get("properties"), Mapping):
        return content
    if set(place["properties"]) != {"detail"}:
        return content
    schemas = {**content["components"]["schemas"], _OF_FASTAPI: {**place, "required": ["detail"]}}
    return {**content, "components": {**content["components"], "schemas": schemas}}


@dataclass(frozen=True)
class Node:
    """A place in a document: its JSON pointer, and what stands there."""

    document: Document
    pointer: str
    value: Any = field(compare=False)

    @property
    def members(self) -> Mapping[str, Any]:
        """The members. Raises BadDocument for what is not an object."""
        if not isinstance(self.value, Mapping):
            raise BadDocument(f"{self.pointer or '/'}: {_what(self.value)} stands where an object belongs")
        return self.value

    def child(self, name: str) -> "Node":
        """Return the member `name`, which is there."""
        step = name.replace("~", "~0").replace("/", "~1")
        return Node(self.document, f"{self.pointer}/{step}", self.members[name])

    def get(self, name: str) -> "Node | None":
        """Return the member `name`, or None if it is not there, or null."""
        return self.child(name) if self.members.get(name) is not None else None

    def each(self, name: str) -> Iterator[tuple[str, "Node"]]:
        """Yield the members of the member `name`, which may be absent."""
        if (node := self.get(name)) is not None:
            yield from ((key, node.child(key)) for key in node.members)

    def items(self, name: str) -> list["Node"]:
        """Return the items of the member `name`, which may be absent. Raises BadDocument for what is not a list."""
        node = self.get(name)
        if node is None:
            return []
        if not isinstance(node.value, list):
            raise BadDocument(f"{node.pointer}: {_what(node.value)} stands where a list belongs")
        return [Node(self.document, f"{node.pointer}/{at}", one) for at, one in enumerate(node.value)]

    def text(self, name: str) -> str | None:
        """Return the text of the member `name`, which may be absent. Raises BadDocument for another type."""
        value = self._typed(name, str, "a text")
        return None if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Return the member `name`, which is false if it is absent. Raises BadDocument for another type."""
        return bool(self._typed(name, bool, "true or false"))

    def _typed(self, name: str, kind: type, words: str) -> Any:
        value = self.members.get(name)
        if value is not None and not isinstance(value, kind):
            raise BadDocument(f"{self.child(name).pointer}: {_what(value)} stands where {words} belongs")
        return value

    def followed(self) -> "Node":
        """Return what a reference in place of this leads to, or this. Raises BadDocument if it leads nowhere."""
        node: Node = self
        for _ in range(_MOST_HOPS):
            if "$ref" not in node.members:
                return node
            node = self.document.named(node.members["$ref"], node.pointer)
        raise BadDocument(f"{self.pointer}: the reference leads in a circle")


def _what(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"
