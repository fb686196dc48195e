"""A finding of drift: what differs, where, in which direction, and who breaks because of it."""

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Where a schema stands: in what clients send, or in what they read."""

    REQUEST = "request"
    RESPONSE = "response"


class Change(StrEnum):
    """How the document differs from the edition at one place.

    `MISSING` is not there, `NARROWER` allows less, `WIDER` allows more, `CHANGED` allows less and more at once,
    `ADDED` is an alternative or an option that the edition does not have, `NOTED` changes no value that is allowed.
    """

    MISSING = "missing"
    NARROWER = "narrower"
    WIDER = "wider"
    CHANGED = "changed"
    ADDED = "added"
    NOTED = "noted"


class Breaks(StrEnum):
    """Who breaks: whoever follows the edition, whoever follows the document and nothing else, or nobody."""

    EDITION_CLIENT = "a client written to the edition"
    DOCUMENT_CLIENT = "a client written to this document, elsewhere"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Drift:
    """One difference, at one place.

    `id` is stable, and what a waiver names. `place` says where in the words of the edition, such as
    `response 200 body /blobs/*/type`. `pointer` is the JSON pointer of the closest thing in the document, `origin`
    that in the edition. `also` lists further places that differ since they share one component.
    """

    id: str
    change: Change
    direction: Direction
    place: str
    expected: str
    actual: str
    pointer: str
    origin: str
    breaks: Breaks
    also: tuple[str, ...] = ()

    @property
    def breaking(self) -> bool:
        """Whether a client that keeps to the edition breaks."""
        return self.breaks is Breaks.EDITION_CLIENT

    @property
    def places(self) -> tuple[str, ...]:
        """All places of it."""
        return (self.place, *self.also)

    @property
    def line(self) -> str:
        """What was found, in one line."""
        return f"{self.place}: {self.change}: {self.expected} in the edition, {self.actual} in the document"


def who_breaks(change: Change, direction: Direction) -> Breaks:
    """Return who breaks by a change, as far as its direction tells.

    A client may send what the edition allows, and has to read what the document allows: requests may not get
    narrower, responses may not get wider. What is missing, or both, breaks it in either place.
    """
    match change:
        case Change.NOTED:
            return Breaks.NOBODY
        case Change.ADDED:
            return Breaks.DOCUMENT_CLIENT
        case Change.NARROWER:
            return Breaks.EDITION_CLIENT if direction is Direction.REQUEST else Breaks.DOCUMENT_CLIENT
        case Change.WIDER:
            return Breaks.EDITION_CLIENT if direction is Direction.RESPONSE else Breaks.DOCUMENT_CLIENT
        case _:
            return Breaks.EDITION_CLIENT


SUBJECTS = {
    "TYPE": "the type of a value",
    "NULLABLE": "whether a value may be null",
    "ENUM": "the values of an enumeration or a constant",
    "REQUIRED": "whether a member is required",
    "PROPERTY": "a declared member",
    "ADDITIONAL": "members that are not declared",
    "ACCESS": "a member marked readOnly in a request, or writeOnly in a response",
    "FORMAT": "the format of a value",
    "BOUNDS": "a length, a number of items or members, a minimum, a maximum or a multiple",
    "PATTERN": "the pattern of a text",
    "UNIQUE": "whether items are unique",
    "BRANCH": "an alternative of oneOf or anyOf",
    "DEFAULT": "the value that a missing member stands for",
    "DISCRIMINATOR": "the member that tells alternatives apart",
    "KEYWORD": "a keyword that is compared as it is written, such as not or if",
}
"""What can differ in a schema; each is one kind of finding in requests, and one in responses."""

KINDS = {
    "DRIFT-PATH": "the path of the operation",
    "DRIFT-METHOD": "the method of the operation",
    "DRIFT-SECURITY": "the credentials that a request carries",
    "DRIFT-PARAMETER": "a parameter or a header of the request",
    "DRIFT-DEPRECATED": "something that the document calls deprecated",
    "DRIFT-REQUEST-BODY": "whether there is a body, and whether it is required",
    "DRIFT-REQUEST-MEDIA-TYPE": "the media types of the request",
    "DRIFT-RESPONSE-STATUS": "the statuses of responses",
    "DRIFT-RESPONSE-HEADER": "the headers of a response",
    "DRIFT-RESPONSE-MEDIA-TYPE": "the media types of a response",
    **{f"DRIFT-{where.upper()}-{subject}": words for where in Direction for subject, words in SUBJECTS.items()},
}
"""Every kind of finding by its id, with what it is about."""
