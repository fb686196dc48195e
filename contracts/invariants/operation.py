"""The operation whose answers are judged: the update of an object or, in a run that only reads, its reading."""

from enum import StrEnum

from contracts.vocabulary.exchange import Request


class Operation(StrEnum):
    """What a run judges by the edition: a GET of an object is answered with the same document as a PATCH of it."""

    UPDATE = "PATCH"
    READING = "GET"

    def covers(self, request: Request) -> bool:
        """Whether `request` is one of this operation, on an object."""
        return request.method == self.value and request.names_an_object
