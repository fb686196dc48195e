"""The bodies in an entry of an HTTP archive, as far as it holds them: one that was not recorded is not empty."""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from contracts.vocabulary.exchange import Headers, header
from mixpeek_conformance.har_reader.json_stream import MOST_PARTS

LARGEST = 10_000_000
"""Bytes of a body that is judged, as of a run."""


_TEXT_ENCODINGS = ("", "utf-8", "utf8", "text", "plain", "none", "identity", "us-ascii", "ascii")
_COMMENTS = re.compile(
    r"truncat|remov|redact|saniti[sz]|mask|omit|discard|not (?:included|recorded|available|captured|saved)"
    r"|too (?:large|big|long)|limit|stripped|filtered|evicted|cut",
    re.IGNORECASE,
)
_STAND_IN = re.compile(
    r"\W*(?:the |response |request )*(?:body |content |data |payload )*(?:is |was |has been |too )*"
    r"(?:redacted|removed|omitted|truncated|filtered|hidden|discarded|large|binary|base64|not \w+|blob)\b.{0,120}",
    re.IGNORECASE | re.DOTALL,
)
_CUT_MARK = re.compile(r"(?:…|\.\.\.|\[[^\[\]]{0,80}\]|\([^()]{0,80}\)|<[^<>]{0,80}>)\s*\Z")
_CUT_FLAGS = ("truncated", "_truncated", "isTruncated", "_isTruncated", "bodyTruncated", "_bodyTruncated")
_CHUNK_FRAME = re.compile(rb"\A[0-9a-fA-F]{1,8}[^\r\n]{0,80}\r\n")


def response_body(entry: dict[str, Any], headers: Headers) -> bytes | None:
    """Return the body of the response; None if the file does not hold it, or not as it came.

    Raises ValueError for one that cannot be decoded.
    """
    response = entry["response"]
    content = response.get("content")
    if not isinstance(content, dict):
        return None
    text = content.get("text")
    if not isinstance(text, str) or entry.get("_error") or response.get("_error") or content.get("_error"):
        return None
    body = _decoded(text, content.get("encoding"))
    body = None if body is None else _unpacked(body, header(headers, "content-encoding") or "")
    if body is None or len(body) > LARGEST or body.count(b"{") + body.count(b"[") > MOST_PARTS:
        return None
    if not body:
        return body if _known_empty(response, content, headers) else None
    comments = " ".join(str(one.get("comment") or "") for one in (entry, response, content))
    if _COMMENTS.search(comments) or content.get("_comment") or _is_chunked(body, headers):
        return None
    doubtful = any(len(body) < size for size in _sizes(content, headers))
    doubtful = doubtful or any(one.get(name) for name in _CUT_FLAGS for one in (content, response))
    return None if (doubtful or _looks_cut(body)) and not _is_document(body) else body


def request_body(entry: dict[str, Any], headers: Headers) -> tuple[bytes | None, bool]:
    """Return the body of the request, and whether that is all that is known to have been sent."""
    request = entry["request"]
    post = request.get("postData")
    size, length = request.get("bodySize"), header(headers, "content-length")
    if not isinstance(post, dict):
        return None, not _is_size(size) and length in (None, "0") and (size == 0 or length == "0")
    text, params = post.get("text"), post.get("params")
    if isinstance(text, str) and (text or not params):
        comment = str(post.get("comment") or "")
        encoding = post.get("encoding") or post.get("_encoding") or ("base64" if comment.startswith("base64") else "")
        try:
            body = _decoded(text, encoding)
        except ValueError:
            body = None
        cut = body is not None and any(_is_size(one) and one > len(body) for one in (size,))
        return (None, False) if body is None or cut or _COMMENTS.search(comment) else (body, True)
    if isinstance(params, list) and "urlencoded" in str(post.get("mimeType")):
        pairs = [
            (str(parameter.get("name")), str(parameter.get("value") or ""))
            for parameter in params
            if isinstance(parameter, dict)
        ]
        return urlencode(pairs).encode(), False
    return None, False


def _decoded(text: str, encoding: object) -> bytes | None:
    """Undo the encoding of the archive; None for one that is not known, and for what no bytes can have been."""
    named = str(encoding or "").strip().lower()
    if named.startswith("base64"):
        plain = re.sub(r"\s+", "", text).translate(str.maketrans("-_", "+/")).rstrip("=")
        try:
            return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except binascii.Error:
            raise ValueError("its base64 cannot be decoded") from None
    if named not in _TEXT_ENCODINGS:
        return None
    try:
        if text.startswith("\x1f\x8b"):  # packed bytes, each written as a character
            return text.encode("latin-1")
        return text.encode()
    except UnicodeEncodeError:
        return None


def _unpacked(body: bytes, coding: str) -> bytes | None:
    """Undo the content coding if the archive has kept it; None if that cannot be done."""
    named = coding.strip().lower()
    if not named or named == "identity" or not body:
        return body
    if body.startswith(b"\x1f\x8b"):
        return _inflated(body, 31)
    if _is_text(body):
        return body
    if named == "deflate":
        return _inflated(body, 15) or _inflated(body, -15)
    return None


def _inflated(body: bytes, window: int) -> bytes | None:
    inflating = zlib.decompressobj(window)
    try:
        unpacked = inflating.decompress(body, LARGEST + 1)
    except zlib.error:
        return None
    return unpacked if inflating.eof else None


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return not body.startswith(b"\x1f")


def _known_empty(response: dict[str, Any], content: dict[str, Any], headers: Headers) -> bool:
    length = header(headers, "content-length")
    if length is not None:
        return length.strip() == "0"
    return content.get("size") == 0 and response.get("bodySize") == 0


def _is_chunked(body: bytes, headers: Headers) -> bool:
    """Whether the frame of the transfer is still in the body."""
    return "chunked" in (header(headers, "transfer-encoding") or "").lower() and bool(_CHUNK_FRAME.match(body))


def _sizes(content: dict[str, Any], headers: Headers) -> Iterator[int]:
    """Yield how long the body was by what the file says of it."""
    if _is_size(content.get("size")):
        yield content["size"]
    length = header(headers, "content-length") or ""
    if header(headers, "content-encoding") is None and length.isascii() and length.isdigit() and len(length) < 16:
        yield int(length)


def _is_size(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _is_document(body: bytes) -> bool:
    """Whether the body is one whole JSON object: nobody cuts a text just there."""
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def _looks_cut(body: bytes) -> bool:
    """Whether the body begins as JSON and ends in the middle of it, or says that something was taken out."""
    text = body.decode("utf-8", "replace").strip()
    if _STAND_IN.fullmatch(text) or _CUT_MARK.search(text[-200:]):
        return True
    if _is_packed_text(text):
        return True
    if not text.startswith(("{", "[")):
        return False
    try:
        json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        rest = text[error.pos :]
        within = any(word.startswith(rest) for word in ("true", "false", "null"))
        return within or "Unterminated" in error.msg or (len(rest) < 7 and "\\" in text[-7:])
    except (ValueError, RecursionError):
        return False
    return False


def _is_packed_text(text: str) -> bool:
    """Whether this is base64 that the archive does not call so: JSON objects begin with these letters in it."""
    return (
        text.startswith(("eyJ", "eyA", "ewo", "ew0", "e30", "H4sI"))
        and re.fullmatch(r"[\w+/=\s-]+", text) is not None
    )
