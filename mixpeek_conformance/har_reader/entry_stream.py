"""An HTTP archive as a file: its entries one at a time, however large, packed, encoded or damaged the file is.

Only the frame of the document is read here (`log`, `entries`, and where each entry begins and ends), so that one
damaged entry does not hide the others, and so that no more than one of them is in memory.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts.vocabulary.files import plain
from mixpeek_conformance.har_reader.json_stream import BrokenJson, JsonStream
from mixpeek_conformance.har_reader.unpacked_file import BadArchive, NotAnArchive, unpacked

LARGEST_ENTRY = 16 << 20
"""Bytes of an entry that is read; a larger one is passed over."""


@dataclass(frozen=True)
class RawEntry:
    """One entry as it stands in the file, from the byte `offset` on; `content` is None if it is too large to read."""

    number: int
    offset: int
    content: bytes | None


def entries(path: Path) -> Iterator[RawEntry]:
    """Yield the entries of the archive `path`. Raises BadArchive."""
    count = 0
    try:
        with plain(path).open("rb") as file:
            for entry in _Frame(JsonStream(unpacked(file))).entries():
                count = entry.number
                yield entry
    except NotAnArchive as error:
        raise NotAnArchive(f"{path} is no HTTP archive: {error}") from None
    except (zlib.error, EOFError):
        raise _damaged(path, count, "what is packed in it cannot be unpacked to its end") from None
    except OSError as error:
        archive = path / "exchanges.har"
        advice = f"give {archive}" if archive.is_file() else "give an HTTP archive"
        raise BadArchive(f"{path} cannot be read ({error.strerror}): {advice}") from None
    except BrokenJson as error:
        raise _damaged(path, count, f"{error.why} at byte {error.offset:,}, in entry {count + 1:,}") from None


def _damaged(path: Path, count: int, why: str) -> BadArchive:
    return BadArchive(f"{path} is no whole HTTP archive: {why}, after {count:,} entries")


class _Frame:
    """The frame of an archive: an object with `log`, an object with `entries`, a list."""

    def __init__(self, text: JsonStream) -> None:
        self._text, self._count, self._seen = text, 0, False

    def entries(self) -> Iterator[RawEntry]:
        """Yield the entries. Raises NotAnArchive and BrokenJson."""
        text = self._text
        if text.peek() not in (b"{", b"["):
            raise NotAnArchive("it is not JSON" if text.peek() else "it is empty")
        if text.peek() == b"[":
            raise NotAnArchive("it is a list, and has no log.entries")
        for name in self._members():
            if name == b'"log"' and text.peek() == b"{":
                for inner in self._members():
                    if inner == b'"entries"' and text.peek() == b"[":
                        yield from self._items()
                    else:
                        text.value()
            else:
                text.value()
        if not self._seen:
            raise NotAnArchive("it is JSON without log.entries")
        if text.peek() not in (b"", b"\0"):
            raise text.broken("more stands behind the archive")

    def _items(self) -> Iterator[RawEntry]:
        self._seen = True
        text = self._text
        text.take(b"[")
        while not text.take(b"]"):
            text.peek()
            self._count, offset = self._count + 1, text.offset
            try:
                content = text.value(LARGEST_ENTRY)
            except BrokenJson:
                self._count -= 1
                raise
            yield RawEntry(self._count, offset, content)
            self._next(b"]")

    def _members(self) -> Iterator[bytes]:
        """Yield the name of each member of an object; its value is for the caller to take."""
        text = self._text
        text.take(b"{")
        while not text.take(b"}"):
            if text.peek() != b'"':
                raise self._text.broken("a name is missing")
            name = text.value(1024) or b""
            if not text.take(b":"):
                raise self._text.broken("a colon is missing")
            yield name
            self._next(b"}")

    def _next(self, end: bytes) -> None:
        text = self._text
        if not text.take(b",") and text.peek() != end:
            raise self._text.broken("a comma or a bracket is missing")
