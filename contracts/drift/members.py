"""The members and the items of an alternative: which are declared, and what a value at each of them has to keep."""

import re
from collections.abc import Iterator

from contracts.drift.document import BadDocument, Node
from contracts.drift.finding import Direction
from contracts.drift.forms import Schema, SchemaForm, annotation

_LONGEST_PATTERN, _LONGEST_NAME, _MOST_REPETITIONS = 200, 100, 3
"""Characters of a pattern and of a name, and repetitions in a pattern, that are matched."""

_HIDDEN = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}


def declared(form: SchemaForm) -> dict[str, Schema]:
    """Return the members that `form` declares, each with all that it has to keep."""
    names = dict.fromkeys(name for part in form.parts for name, _ in part.each("properties"))
    return {name: tuple(_of_member(form, name)) for name in names}


def visible(form: SchemaForm, direction: Direction) -> tuple[dict[str, Schema], set[str]]:
    """Return the declared members that a schema of this `direction` may have, and the names of the others."""
    members = declared(form)
    hidden = {name for name, schema in members.items() if _says(schema, _HIDDEN[direction])}
    return {name: schema for name, schema in members.items() if name not in hidden}, hidden


def _says(schema: Schema, name: str) -> bool:
    said = annotation(schema, name)
    return said is not None and said.value is True


def member(form: SchemaForm, name: str) -> Schema:
    """Return what the member `name` has to keep, whether it is declared or not."""
    return tuple(_of_member(form, name))


def _of_member(form: SchemaForm, name: str) -> Iterator[Node]:
    evaluated = False
    for part in form.parts:
        part.document.step()
        properties = part.get("properties")
        found = [properties.child(name)] if properties is not None and name in properties.members else []
        found += [node for pattern, node in part.each("patternProperties") if _matches(pattern, name)]
        evaluated = evaluated or bool(found)
        yield from found or _present(part, "additionalProperties")
    if not evaluated:
        for part in form.parts:
            yield from _present(part, "unevaluatedProperties")


def _present(part: Node, name: str) -> list[Node]:
    node = part.get(name)
    return [] if node is None or node.value is True else [node]


def _matches(pattern: str, name: str) -> bool:
    """Whether a plain pattern matches a name. A pattern that could take for ever is treated as matching nothing."""
    if len(pattern) > _LONGEST_PATTERN or len(name) > _LONGEST_NAME or re.search(r"[*+}?)]\s*[*+{]", pattern):
        return False
    if len(re.findall(r"[*+{]", pattern)) > _MOST_REPETITIONS:
        return False
    try:
        return re.search(pattern, name) is not None
    except (re.error, RecursionError, OverflowError):
        return False


def undeclared(form: SchemaForm) -> Schema:
    """Return what a member has to keep that is not declared."""
    return tuple(
        node
        for name in ("additionalProperties", "unevaluatedProperties")
        for part in form.parts
        for node in _present(part, name)
    )


def says_open(form: SchemaForm) -> bool:
    """Whether `form` says explicitly that undeclared members are allowed, and may be anything."""
    return any(part.members.get("additionalProperties") is True for part in form.parts)


def patterns(form: SchemaForm) -> dict[str, Schema]:
    """Return what members have to keep whose names match a pattern, by the pattern."""
    found: dict[str, Schema] = {}
    for part in form.parts:
        for pattern, node in part.each("patternProperties"):
            found[pattern] = (*found.get(pattern, ()), node)
    return found


def required(form: SchemaForm) -> dict[str, str]:
    """Return the names of required members, each with the JSON pointer of where that is said."""
    found: dict[str, str] = {}
    for part in form.parts:
        for node in part.items("required"):
            if not isinstance(node.value, str):
                raise BadDocument(f"{node.pointer}: the name of a required member is a text")
            found.setdefault(node.value, node.pointer)
    return found


def items_of(form: SchemaForm) -> tuple[list[Schema], Schema]:
    """Return what the first items have to keep, one by one, and what all others have to."""
    longest = max((len(part.items("prefixItems")) for part in form.parts), default=0)
    first: list[Schema] = []
    for at in range(longest):
        nodes: list[Node] = []
        for part in form.parts:
            prefix = part.items("prefixItems")
            nodes += prefix[at : at + 1] or _present(part, "items")
        first.append(tuple(nodes))
    return first, tuple(node for part in form.parts for node in _present(part, "items"))
