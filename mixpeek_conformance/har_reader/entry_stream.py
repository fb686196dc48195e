"""An HTTP archive as a file: its entries one at a time, however large, packed, encoded or damaged the file is.

Only the frame of the document is read here (`log`, `entries`, and where each entry begins and ends), so that one
damaged entry does not hide the others, and so that no more than one of them is in memory.
"""

import codecs
import itertools
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from contracts.vocabulary.files import plain

LARGEST_ENTRY = 16 << 20
"""Bytes of an entry that is read; a larger one is passed over."""

MOST_PARTS = 200_000
"""Objects and lists in an entry that is read: in memory they take a hundred times the space that they have here."""

LARGEST_UNPACKED = 4 << 30
"""Bytes of a packed file that are read, at most."""

_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
_SPACE = re.compile(rb"[ \t\r\n]*+")
_BRACKET = re.compile(rb'[\[\]{}"]')
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_SCALAR = re.compile(rb'[^\s,:"\[\]{}]*+')
_KINDS = (
    (b"PK\x03\x04", "it is a ZIP file: take the archive out of it"),
    (b"<", "it is XML or HTML: export the traffic as HTTP archive (HAR 1.2)"),
    (b"\x28\xb5\x2f\xfd", "it is packed with zstd: unpack it first"),
    (b"BZh", "it is packed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "it is packed with xz: unpack it first"),
)


class BadArchive(Exception):  # noqa: N818 - read as a sentence: it is a bad archive
    """A file is not an archive, or ends before it should; the message says where, and shows nothing of it."""


class NotAnArchive(BadArchive):
    """A file is something else than an HTTP archive."""


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
            for entry in _Frame(_Text(_unpacked(file))).entries():
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
    except _Broken as error:
        raise _damaged(path, count, f"{error.why} at byte {error.offset:,}, in entry {count + 1:,}") from None


def _damaged(path: Path, count: int, why: str) -> BadArchive:
    return BadArchive(f"{path} is no whole HTTP archive: {why}, after {count:,} entries")


class _Broken(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, why: str, offset: int) -> None:
        super().__init__(why)
        self.why, self.offset = why, offset


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    """Yield the file in UTF-8, unpacked if it is packed, and without a byte order mark."""
    start = file.read(_CHUNK)
    chunks = _chunks(start, file)
    if packed := start.startswith(_GZIP):
        chunks = _gunzipped(chunks)
        start = next(chunks, b"")
        chunks = itertools.chain([start], chunks)
    if start.startswith(_GZIP):
        raise NotAnArchive("it is packed twice: unpack it once")
    for magic, why in _KINDS:
        if start.startswith(magic):
            raise NotAnArchive(why)
    encoding, read = _encoding(start), 0
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
    for number, chunk in enumerate(chunks):
        read += len(chunk)
        if packed and read > LARGEST_UNPACKED:
            raise NotAnArchive(f"it unpacks to more than {LARGEST_UNPACKED >> 30} GB")
        plain = chunk if number else chunk.removeprefix(codecs.BOM_UTF8)
        yield decoder.decode(plain).encode() if decoder else plain


def _chunks(start: bytes, file: BinaryIO) -> Iterator[bytes]:
    while start:
        yield start
        start = file.read(_CHUNK)


def _gunzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack, and yield all that can be unpacked before a damage is told. Raises zlib.error and EOFError."""
    unpacking = zlib.decompressobj(_GZIP_WINDOW)
    for chunk in chunks:
        rest = chunk
        while rest:
            if unpacking.eof:  # several packed files one behind the other are one
                rest = rest.lstrip(b"\0")
                unpacking = zlib.decompressobj(_GZIP_WINDOW) if rest else unpacking
                continue
            if made := unpacking.decompress(rest, _CHUNK):
                yield made
            rest = unpacking.unused_data if unpacking.eof else unpacking.unconsumed_tail
    if not unpacking.eof:
        raise EOFError


def _encoding(start: bytes) -> str | None:
    """Return the encoding of a text that begins with `start`; None for UTF-8."""
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start[:4].count(0) == 3:
        return "utf-32-le" if start[:1] != b"\0" else "utf-32-be"
    if start[:2].count(0) == 1:
        return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
    return None


class _Text:
    """A text that is read forwards, with no more of it in memory than is looked at."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._buffer, self._at, self._before = chunks, b"", 0, 0

    @property
    def offset(self) -> int:
        return self._before + self._at

    def broken(self, why: str) -> _Broken:
        return _Broken(why if self.peek() else "it ends", self.offset)

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


class _Frame:
    """The frame of an archive: an object with `log`, an object with `entries`, a list."""

    def __init__(self, text: _Text) -> None:
        self._text, self._count, self._seen = text, 0, False

    def entries(self) -> Iterator[RawEntry]:
        """Yield the entries. Raises NotAnArchive and _Broken."""
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
            except _Broken:
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
