"""JSON objects read member by member, each with the type that it must have."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LARGEST = 10**100
"""Whole numbers beyond it are refused: nothing counts so far, and floats cannot hold them."""

LATEST = 2e11
"""Unix times beyond it (about the year 8300) are refused: calendars end soon after."""


class WrongMember(ValueError):  # noqa: N818 - read as a sentence: it is a wrong member
    """A member is missing or has the wrong type; the message names it, and never shows its value."""


@dataclass(frozen=True)
class Members:
    """The members of one JSON object; `place` says where in the document it stands, for the messages.

    Every method takes the name of a member and raises WrongMember if that is missing or of another type.
    A `default` stands for a member that earlier releases did not write.
    """

    of: dict[str, Any]
    place: str = ""

    @classmethod
    def read(cls, value: object, place: str = "") -> "Members":
        """Wrap `value`. Raises WrongMember if it is not an object."""
        if not isinstance(value, dict):
            raise WrongMember(f"{place or 'the document'} is not an object")
        return cls(value, place)

    def text(self, name: str) -> str:
        """Return a text."""
        value = self._given(name)
        if isinstance(value, str):
            return value
        raise self._wrong(name, "a text")

    def text_or_null(self, name: str) -> str | None:
        """Return a text, or None for null."""
        return None if self._given(name) is None else self.text(name)

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Return true or false."""
        value = self._given(name, default)
        if isinstance(value, bool):
            return value
        raise self._wrong(name, "true or false")

    def whole(self, name: str, default: int | None = None) -> int:
        """Return a whole number that is not negative."""
        value = self._given(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST:
            return value
        raise self._wrong(name, "a whole number from 0 on")

    def seconds(self, name: str) -> float:
        """Return a time or a duration in seconds."""
        value = self._given(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and -LATEST < value < LATEST:
            return value
        raise self._wrong(name, "a time in seconds")

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        found = self.items(name)
        if all(isinstance(one, str) for one in found):
            return found
        raise self._wrong(name, "a list of texts")

    def items(self, name: str) -> list[Any]:
        """Return a list of anything."""
        value = self._given(name)
        if isinstance(value, list):
            return value
        raise self._wrong(name, "a list")

    def members(self, name: str) -> "Members":
        """Return an object."""
        return Members.read(self._given(name), self._path(name))

    def members_or_null(self, name: str) -> "Members | None":
        """Return an object, or None for null."""
        return None if self._given(name) is None else self.members(name)

    def each(self, name: str) -> Iterator["Members"]:
        """Yield the objects of a list."""
        for number, item in enumerate(self.items(name)):
            yield Members.read(item, f"{self._path(name)}[{number}]")

    def _given(self, name: str, default: object = None) -> Any:
        if name not in self.of and default is None:
            raise WrongMember(f"{self._path(name)} is missing")
        return self.of.get(name, default)

    def _path(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def _wrong(self, name: str, wanted: str) -> WrongMember:
        return WrongMember(f"{self._path(name)} is not {wanted}")
