"""JSON that is read forwards, a value at a time, with no more of it in memory than is looked at."""

import re
from collections.abc import Iterator

MOST_PARTS = 200_000
"""Objects and lists in an entry that is read: in memory they take a hundred times the space that they have here."""
_SPACE = re.compile(rb"[ \t\r\n]*+")
_BRACKET = re.compile(rb'[\[\]{}"]')
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_SCALAR = re.compile(rb'[^\s,:"\[\]{}]*+')


class BrokenJson(Exception):  # noqa: N818 - read as a sentence: it is broken JSON
    """The text is no JSON: `why`, and at which byte of it."""

    def __init__(self, why: str, offset: int) -> None:
        super().__init__(why)
        self.why, self.offset = why, offset


class JsonStream:
    """A text that is read forwards, with no more of it in memory than is looked at."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._buffer, self._at, self._before = chunks, b"", 0, 0

    @property
    def offset(self) -> int:
        """The byte that is read next, from the beginning of the text."""
        return self._before + self._at

    def broken(self, why: str) -> BrokenJson:
        """Return what says that the text is broken here."""
        return BrokenJson(why if self.peek() else "it ends", self.offset)

    def peek(self) -> bytes:
        """Return the next byte that is not white space, without taking it; nothing at the end."""
        while True:
            found = _SPACE.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                return b""

    def take(self, expected: bytes) -> bool:
        """Take the next byte if it is `expected`."""
        if self.peek() != expected:
            return False
        self._at += 1
        return True

    def value(self, keep: int = 0) -> bytes | None:
        """Take one value. Return its text if it has no more than `keep` bytes, and None if it has more."""
        if self.peek() not in (b"{", b"[", b'"'):
            return self._scalar(keep)
        kept, parts, depth, in_string = _Kept(keep), 0, 0, False
        while True:
            start = self._at
            if in_string:
                found = _IN_STRING.match(self._buffer, start)
                self._at = found.end() if found else start
            else:
                place = _BRACKET.search(self._buffer, start)
                self._at = place.start() if place else len(self._buffer)
            if len(self._buffer) - self._at < 2 and self._buffer[self._at : self._at + 1] in (b"", b"\\"):
                kept.add(self._buffer[start : self._at])
                if not self._more():
                    raise self.broken("it ends")
                continue
            mark = self._buffer[self._at : self._at + 1]
            self._at += 1
            kept.add(self._buffer[start : self._at])
            if mark == b'"':
                in_string = not in_string
            elif mark in b"{[":
                depth, parts = depth + 1, parts + 1
            else:
                depth -= 1
            if not in_string and depth == 0:
                return kept.content if parts <= MOST_PARTS else None

    def _scalar(self, keep: int) -> bytes | None:
        kept, some = _Kept(keep), False
        while True:
            found = _SCALAR.match(self._buffer, self._at)
            end = found.end() if found else self._at
            some = some or end > self._at
            kept.add(self._buffer[self._at : end])
            self._at = end
            if end < len(self._buffer) or not self._more():
                break
        if not some:
            raise self.broken("a value is missing")
        return kept.content

    def _more(self) -> bool:
        """Read on; what was taken is forgotten."""
        chunk = next((one for one in self._chunks if one), None)
        if chunk is None:
            return False
        self._before += self._at
        self._buffer, self._at = self._buffer[self._at :] + chunk, 0
        return True


class _Kept:
    """Pieces of a value, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self._most, self._size, self._pieces = most, 0, list[bytes]()

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size <= self._most:
            self._pieces.append(piece)
        else:
            self._pieces.clear()

    @property
    def content(self) -> bytes | None:
        return b"".join(self._pieces) if self._size <= self._most else None
