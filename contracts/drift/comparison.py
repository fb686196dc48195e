"""The comparison: an operation of the edition with that of a document, part by part."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from contracts.drift.bodies import bodies, responses
from contracts.drift.document import BadDocument, Document
from contracts.drift.finding import Change, Direction, Drift
from contracts.drift.operation import METHODS, DocumentOperation, items_like, operations
from contracts.drift.reporting import Reporter
from contracts.drift.requests import parameters, security

_MOST_NEAR = 3


@dataclass(frozen=True)
class Comparison:
    """The findings of a comparison, and the operations of the document that were compared."""

    drifts: tuple[Drift, ...]
    operations: tuple[str, ...]


def compare(edition: Any, document: Document) -> Comparison:
    """Compare `document` with that of an edition, operation by operation.

    What only the document has is not looked at. Raises BadDocument if it cannot be compared.
    """
    drifts: list[Drift] = []
    seen: list[str] = []
    try:
        for ours in operations(Document(edition)):
            theirs = _counterpart(ours, document)
            if isinstance(theirs, Drift):
                drifts.append(theirs)
                continue
            seen.append(f"{theirs.method.upper()} {theirs.path}")
            drifts += _of_operation(ours, theirs)
    except RecursionError:
        raise BadDocument("its schemas lead from one to the next too far") from None
    return Comparison(_together(drifts), tuple(seen))


def _counterpart(ours: DocumentOperation, document: Document) -> DocumentOperation | Drift:
    """Return the operation of the document, or what is missing."""
    report = Reporter(ours, None)
    expected = f"{ours.method.upper()} {ours.path}"
    like = items_like(ours.path, ours.method, document)
    if not like:
        near = _near(ours, document)
        actual = f"no such path; there is {', '.join(near)}" if near else "no such path"
        return report.found("DRIFT-PATH", Change.MISSING, Direction.REQUEST, "path", expected, actual)
    for path, item, slash in like:
        if item.members.get(ours.method) is not None:
            return DocumentOperation(path, ours.method, item, item.child(ours.method).followed(), slash)
    methods = [method.upper() for method in METHODS if like[0][1].members.get(method) is not None]
    actual = f"{', '.join(methods) or 'no method'} at {like[0][0]}"
    return report.found(
        "DRIFT-METHOD", Change.MISSING, Direction.REQUEST, "method", expected, actual, like[0][1].pointer
    )


def _near(ours: DocumentOperation, document: Document) -> list[str]:
    """Return the paths that look most like that of an operation."""
    words = {part for part in ours.path.split("/") if part and not part.startswith("{")}
    found = [(len(words & set(path.split("/"))), path) for path, _ in document.root.each("paths")]
    best = sorted((one for one in found if one[0]), key=lambda one: (-one[0], len(one[1]), one[1]))
    return [path for _, path in best[:_MOST_NEAR]]


def _of_operation(ours: DocumentOperation, theirs: DocumentOperation) -> Iterator[Drift]:
    report = Reporter(ours, theirs)
    if theirs.slash:
        actual = f"{theirs.path}, with a slash at its end"
        yield report.found("DRIFT-PATH", Change.CHANGED, Direction.REQUEST, "path", ours.path, actual)
    if theirs.node.flag("deprecated") and not ours.node.flag("deprecated"):
        sides = "not deprecated", "deprecated"
        pointer = report.below("deprecated")
        yield report.found("DRIFT-DEPRECATED", Change.NOTED, Direction.REQUEST, "operation", *sides, pointer)
    yield from security(report)
    yield from parameters(report)
    yield from bodies(report)
    yield from responses(report)


def _together(drifts: list[Drift]) -> tuple[Drift, ...]:
    """Join findings that are the same at several places, which share a component: the first one names the others."""
    found: dict[Drift, list[str]] = {}
    for drift in drifts:
        found.setdefault(replace(drift, place="", origin=""), []).append(drift.place)
    first = {replace(one, place="", origin=""): one for one in reversed(drifts)}
    return tuple(
        replace(first[key], also=tuple(dict.fromkeys(place for place in places[1:] if place != places[0])))
        for key, places in found.items()
    )
