"""The command `edition`: the list of editions, the demands of one, and the changes between two."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.catalogue import CATALOGUE, observations
from contracts.catalogue.requirement import Catalogue, Requirement
from contracts.editions import edition
from contracts.editions.edition import DEFAULT, Edition
from contracts.vocabulary import escaping
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.line_width import fitted
from mixpeek_conformance.streams import put, say

_ENUMERATIONS = {"Status": "status", "FieldType": "blob type", "SourceType": "source type"}
"""The enumerations that editions differ in, and what one value of each is called."""

_TEXT = "text"
_HANG = 18
"""Characters in front of what an edition has of a kind."""


_MEMBERS = {
    "ObjectPatch": "field of the body",
    "BucketObject": "field of an object",
    "Blob": "member of a blob",
    "BlobDetails": "member of the details of a blob",
    "Source": "member of a source",
    "ErrorDetail": "member of an error",
}
"""The schemas that editions differ in, and what one member of each is called."""


@dataclass(frozen=True)
class EditionChange:
    """One difference between two editions: its `kind`, the `name` of what differs, and what follows for a deployment.

    If it is a `must`, a deployment that keeps the first edition has to change to keep the second; else it may.
    """

    kind: str
    name: str
    told: str
    must: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the change as plain JSON."""
        return {"kind": self.kind, "name": self.name, "told": self.told, "must": self.must}


def show_all(form: str = _TEXT) -> int:
    """Print the editions, oldest first: a line each, or JSON."""
    if form == _TEXT:
        return _say("list", lambda: map(_line, edition.known()))
    return _as_document("list", form, lambda: list(map(_entry, edition.known())))


def show(name: str, form: str = _TEXT) -> int:
    """Print what one edition asks for, beside its requirements, which `requirements --edition` lists."""
    if form == _TEXT:
        return _say("show", lambda: _shown(edition.load(name)))
    return _as_document("show", form, lambda: _members(edition.load(name)))


def diff(before: str, after: str, form: str) -> int:
    """Print what a deployment that keeps the edition `before` has to change to keep `after`."""

    def lines() -> Iterator[str]:
        changes = tuple(changes_between(edition.load(before), edition.load(after)))
        yield from {"text": _as_text, "markdown": _as_markdown, "json": _as_json}[form](before, after, changes)

    return _say("diff", lines)


def _as_document(command: str, form: str, find: Callable[[], Any]) -> int:
    """Print what is found as JSON; another form is that of `edition diff` alone."""
    if form != "json":
        say(f"mixpeek-conformance edition {command}: --format {form} goes with diff: give text or json", error=True)
        return Exit.WRONG_USE
    return _say(command, lambda: iter((json.dumps(find(), indent=2),)))


def _say(command: str, lines: Callable[[], Iterator[str]]) -> int:
    try:
        printed = list(lines())
    except LookupError as error:
        say(f"mixpeek-conformance edition {command}: {error}", error=True)
        return Exit.WRONG_USE
    put("\n".join(fitted(line, _HANG) if command == "show" else line for line in printed))
    return Exit.CONFORMANT


def _line(name: str) -> str:
    one = _entry(name)
    new = "the oldest" if one["new"] is None else f"{len(one['new']) or 'none'} of them new"
    return f"{name}  {one['requirements']} requirements, {new}{', the default' if one['default'] else ''}"


def _entry(name: str) -> dict[str, Any]:
    """Return what the list says of an edition; `new` is None for the oldest."""
    known, asks = edition.known(), CATALOGUE.in_edition(name)
    place = known.index(name)
    before = CATALOGUE.in_edition(known[place - 1]).keys() if place else None
    new = None if before is None else [one for one in asks if one not in before]
    return {"edition": name, "requirements": len(asks), "new": new, "default": name == DEFAULT}


def _members(one: Edition) -> dict[str, Any]:
    """Return what an edition asks for."""
    asks = CATALOGUE.in_edition(one.name)
    return {
        "edition": one.name,
        "requirements": list(asks),
        "observations": list(observations.in_edition(one.name)),
        "enumerations": {words: list(one.schema(schema)["enum"]) for schema, words in _ENUMERATIONS.items()},
        "object": sorted(one.members),
        "blob": list(one.schema("Blob")["properties"]),
        "refusals": sorted(one.error_codes),
        "validation_form": one.has_validation_form,
        "refused_names": sorted(one.refused_names),
        "not_in_all": [each.id for each in asks.values() if each.since is not None],
    }


def _shown(one: Edition) -> Iterator[str]:
    found = _members(one)
    asks, leaves = len(found["requirements"]), len(found["observations"])
    yield f"edition {one.name}: {asks} requirements, {leaves} things left open"
    for words, values in found["enumerations"].items():
        yield f"  {words:<15} {', '.join(values)}  ({len(values)})"
    yield f"  {'object':<15} {', '.join(found['object'])}"
    yield f"  {'blob':<15} {', '.join(found['blob'])}"
    yield f"  {'refusals':<15} {', '.join(map(str, found['refusals']))}"
    form = "the validation form or the envelope" if found["validation_form"] else "the envelope"
    yield f"  {'422 comes in':<15} {form}"
    yield f"  {'refused names':<15} {', '.join(found['refused_names']) or 'left open'}"
    yield f"  {'not in all':<15} {', '.join(found['not_in_all']) or 'nothing'}"


def changes_between(before: Edition, after: Edition) -> Iterator[EditionChange]:
    """Yield what differs from one edition to the other, what a deployment has to change first."""
    yield from sorted(_changes(before, after), key=lambda one: not one.must)


def _changes(before: Edition, after: Edition) -> Iterator[EditionChange]:
    yield from _of_requirements(CATALOGUE.in_edition(before.name), CATALOGUE.in_edition(after.name))
    for schema, kind in _ENUMERATIONS.items():
        old, new = before.schema(schema)["enum"], after.schema(schema)["enum"]
        yield from (EditionChange(kind, one, "may be answered") for one in new if one not in old)
        yield from (
            EditionChange(kind, one, "is not to be answered any more", must=True) for one in old if one not in new
        )
    for schema, kind in _MEMBERS.items():
        members = before.schema(schema)["properties"], after.schema(schema)["properties"]
        yield from _of_members(kind, *members)
    for code in sorted(after.error_codes - before.error_codes):
        yield EditionChange("code", str(code), "is declared, and comes in the error envelope", must=True)
    for code in sorted(before.error_codes - after.error_codes):
        yield EditionChange("code", str(code), "is not declared any more: its form is left open")
    for name in sorted(after.refused_names - before.refused_names):
        yield EditionChange("name in the body", name, "is refused with 422", must=True)
    for name in sorted(before.refused_names - after.refused_names):
        yield EditionChange("name in the body", name, "may be ignored as well")
    if before.has_validation_form and not after.has_validation_form:
        yield EditionChange("form", "422", "comes in the error envelope alone", must=True)
    if after.has_validation_form and not before.has_validation_form:
        yield EditionChange("form", "422", "may come in the validation form as well")


def _of_requirements(before: Catalogue, after: Catalogue) -> Iterator[EditionChange]:
    def told(one: Requirement, word: str) -> str:
        return f"{word}, {one.level}: {one.sentence}"

    yield from (
        EditionChange("requirement", name, told(one, "new")) for name, one in after.items() if name not in before
    )
    yield from (
        EditionChange("requirement", name, told(one, "gone")) for name, one in before.items() if name not in after
    )


def _of_members(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[EditionChange]:
    for name in after:
        if name not in before:
            yield EditionChange(kind, name, "is declared: if it is there, it has the form of the edition")
        elif _takes_null(after[name]) and not _takes_null(before[name]):
            yield EditionChange(kind, name, "may be null")
        elif _takes_null(before[name]) and not _takes_null(after[name]):
            yield EditionChange(kind, name, "is not to be null any more", must=True)
    yield from (EditionChange(kind, name, "is not declared any more") for name in before if name not in after)


def _takes_null(rule: Mapping[str, Any]) -> bool:
    return "null" in rule.get("type", ()) or any(one.get("type") == "null" for one in rule.get("anyOf", ()))


def _head(before: str, after: str, changes: tuple[EditionChange, ...]) -> str:
    have = sum(change.must for change in changes)
    return f"from edition {before} to {after}: {have} to change, {len(changes) - have} that need no change or are new"


def _as_text(before: str, after: str, changes: tuple[EditionChange, ...]) -> Iterator[str]:
    yield _head(before, after, changes)
    kind, name = (max((len(text) for text in texts), default=0) for texts in _columns(changes))
    for change in changes:
        line = f"  {'!' if change.must else ' '} {change.kind:<{kind}}  {change.name:<{name}}  {change.told}"
        yield fitted(line, kind + name + 8)


def _columns(changes: tuple[EditionChange, ...]) -> tuple[list[str], list[str]]:
    return [change.kind for change in changes], [change.name for change in changes]


def _as_markdown(before: str, after: str, changes: tuple[EditionChange, ...]) -> Iterator[str]:
    yield f"## {_head(before, after, changes)[0].upper()}{_head(before, after, changes)[1:]}\n"
    yield "| has to change | what | name | |\n| --- | --- | --- | --- |"
    for change in changes:
        text = escaping.markdown(change.told)
        yield f"| {'yes' if change.must else ''} | {change.kind} | {escaping.code(change.name)} | {text} |"


def _as_json(before: str, after: str, changes: tuple[EditionChange, ...]) -> Iterator[str]:
    document = {"from": before, "to": after, "changes": [change.as_json() for change in changes]}
    yield json.dumps(document, indent=2)
