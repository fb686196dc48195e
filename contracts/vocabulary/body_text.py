"""Bodies as texts that can be shown: whole, or cut."""

from typing import overload


@overload
def bytes_of(text: str) -> bytes: ...


@overload
def bytes_of(text: None) -> None: ...


def bytes_of(text: str | None) -> bytes | None:
    """Return a text as the body that is shown by it; half a character is replaced."""
    return None if text is None else text.encode("utf-8", "replace")


def text_of(body: bytes) -> str:
    """Return bytes as text that can be shown; what is not UTF-8 as escapes."""
    return body.decode("utf-8", "backslashreplace")


_MOST_BYTES = 16
"""Bytes of a body for each character that is shown of it: so many are read to show it, whatever its size."""


def shorten(body: str | bytes, limit: int) -> str:
    """Cut a text, or a body as text, after `limit` characters, and say how many there were.

    Of a large body only the beginning is read, and its size is said in bytes.
    """
    if isinstance(body, str):
        return body if len(body) <= limit else f"{body[:limit]}… ({len(body)} characters)"
    if len(body) <= limit * _MOST_BYTES:
        return shorten(text_of(body), limit)
    return f"{text_of(body[: limit * 4])[:limit]}… ({len(body)} bytes)"


def exceeds(body: bytes, limit: int) -> bool:
    """Whether `shorten` would cut a body."""
    return len(body) > limit * _MOST_BYTES or len(text_of(body)) > limit
