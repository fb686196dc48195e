"""The file of an archive as text in UTF-8, however it is packed or encoded; other files are refused by their name."""

import codecs
import itertools
import zlib
from collections.abc import Iterator
from typing import BinaryIO

LARGEST_UNPACKED = 4 << 30
"""Bytes of a packed file that are read, at most."""

_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
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


def unpacked(file: BinaryIO) -> Iterator[bytes]:
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
