"""Documents that drift: that of the edition, changed in one point by a row of `drifts.yaml`."""

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contracts.editions import edition

PATH = "/v1/buckets/{bucket_identifier}/objects/{object_identifier}"
_PLACES = {"path": ("paths", PATH), "op": ("paths", PATH, "patch"), "schemas": ("components", "schemas")}


def published(name: str = edition.DEFAULT) -> dict[str, Any]:
    """Return a copy of the document of an edition, to be changed."""
    return copy.deepcopy(dict(edition.load(name).document))


@dataclass(frozen=True)
class Plant:
    """A change, and what has to be found: an id, the direction, and whether that breaks a client of the edition."""

    name: str
    id: str
    change: str
    breaking: bool
    edits: dict[str, Any]

    def __str__(self) -> str:
        return self.name

    def before(self, name: str = edition.DEFAULT) -> dict[str, Any]:
        """Return the document of an edition, with what is given."""
        document = published(name)
        edit(document, self.edits.get("given", {}))
        return document

    def document(self, name: str = edition.DEFAULT) -> dict[str, Any]:
        """Return the same with the change."""
        changed = self.before(name)
        edit(changed, self.edits)
        return changed


def edit(document: dict[str, Any], edits: dict[str, Any]) -> None:
    """Change `document` as a row says."""
    for old, new in edits.get("move", {}).items():
        (holder, name), (other, called) = _seat(document, old), _seat(document, new)
        other[called] = holder.pop(name)
    for place, value in edits.get("set", {}).items():
        holder, name = _seat(document, place)
        holder[name] = copy.deepcopy(value)
    for place, item in edits.get("append", {}).items():
        holder, name = _seat(document, place)
        holder[name].append(copy.deepcopy(item))
    for place, item in edits.get("drop", {}).items():
        holder, name = _seat(document, place)
        holder[name].remove(item)
    for place in edits.get("remove", ()):
        holder, name = _seat(document, place)
        del holder[name]


def _seat(document: dict[str, Any], place: str) -> tuple[Any, Any]:
    """Return what holds the member that `place` leads to, and its name."""
    first, *rest = (step.replace("~1", "/").replace("~0", "~") for step in place.split("/"))
    *steps, last = (*_PLACES.get(first, (first,)), *rest)
    holder: Any = document
    for step in steps:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    return holder, int(last) if isinstance(holder, list) else last


def _planted() -> list[Plant]:
    rows = yaml.safe_load(Path(__file__).with_name("drifts.yaml").read_text("utf-8"))
    plants = []
    for row in rows:
        name, change, *breaks = row["finds"].split()
        plants.append(Plant(row["name"], name, change, breaks == ["breaks"], row))
    return plants


PLANTED = _planted()
