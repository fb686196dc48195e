"""Invariants of how an answer is written, whether it is an object or a refusal: its numbers, its charset."""

from collections.abc import Iterator
from typing import Any

from contracts.editions.edition import Edition
from contracts.invariants.invariant import Invariant
from contracts.vocabulary.display import shown
from contracts.vocabulary.exchange import Exchange, header
from contracts.vocabulary.outcomes import Finding

_UTF_8 = ("utf-8", "utf8")
_ASCII = ("us-ascii", "ascii")


def _has_members(exchange: Exchange, edition: Edition) -> bool:
    """Whether this is a JSON object, accepted or refused with a code that the edition lists."""
    answered = exchange.response
    known = answered.status == 200 or answered.status in edition.error_codes
    return known and answered.unread is None and answered.members is not None


def _whole_numbers(members: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the members that hold a whole number, by their places."""
    yield "document_count", members.get("document_count")
    if "error" in members:
        yield "status", members.get("status")
    blobs = members.get("blobs")
    for number, blob in enumerate(blobs if isinstance(blobs, list) else ()):
        details = blob.get("details") if isinstance(blob, dict) else None
        if isinstance(details, dict):
            yield f"blobs[{number}].details.size_bytes", details.get("size_bytes")


def _fraction(exchange: Exchange, _: Edition) -> Finding | None:
    for place, value in _whole_numbers(exchange.response.members or {}):
        if isinstance(value, float) and value.is_integer():
            return Finding(f"{place}: a whole number without a fraction and without an exponent", shown(value))
    return None


def _charset(exchange: Exchange, _: Edition) -> Finding | None:
    for parameter in (header(exchange.response.headers, "content-type") or "").split(";")[1:]:
        name, _equals, value = parameter.partition("=")
        charset = value.strip().strip('"').lower()
        if name.strip().lower() != "charset" or charset in _UTF_8:
            continue
        if charset not in _ASCII or not exchange.response.body.isascii():
            return Finding("charset=utf-8, or none", f"charset={shown(charset)}")
    return None


INVARIANTS = (
    Invariant("RESPONSE-WHOLE-NUMBERS", _has_members, _fraction),
    Invariant("RESPONSE-CHARSET", _has_members, _charset),
)
