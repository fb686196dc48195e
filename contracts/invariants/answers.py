"""Invariants of an answer 200: the document, its fields, its timestamps."""

import json
from typing import Any

from contracts.editions.edition import Edition
from contracts.invariants.invariant import Invariant
from contracts.vocabulary import escaping, rfc3339
from contracts.vocabulary.display import shown
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import Finding


def _accepted(exchange: Exchange, _: Edition) -> bool:
    return exchange.response.status == 200 and exchange.response.complete


def _has_object(exchange: Exchange, edition: Edition) -> bool:
    return _accepted(exchange, edition) and exchange.response.members is not None


def _members(exchange: Exchange) -> dict[str, Any]:
    return exchange.response.members or {}


def _json(exchange: Exchange, _: Edition) -> Finding | None:
    expected = "one JSON object in UTF-8"
    body = exchange.response.body
    if body.startswith(b"\xef\xbb\xbf"):
        return Finding(expected, "a byte order mark in front of it")
    try:
        document = json.loads(body.decode("utf-8"), parse_constant=_no_constant, parse_int=str)
    except UnicodeDecodeError as error:
        return Finding(expected, f"bytes that are no UTF-8 at position {error.start}")
    except (RecursionError, MemoryError):
        return None  # nested more deeply than this can read: nothing is known against it
    except ValueError as error:
        return Finding(expected, f"{str(error) or 'no JSON'}: {shown(body[:60].decode('utf-8', 'replace'))}")
    return None if isinstance(document, dict) else Finding(expected, shown(document))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name}, which JSON does not have")


def _content_type(exchange: Exchange, _: Edition) -> Finding | None:
    declared = exchange.response.content_type
    if declared == "application/json":
        return None
    return Finding("application/json", escaping.line(declared) or "no content type")


def _field(requirement: str, name: str) -> Invariant:
    """Return the invariant that the field `name` keeps its schema; leaving it out keeps it too."""

    def find_violation(exchange: Exchange, edition: Edition) -> Finding | None:
        members = _members(exchange)
        return edition.find_violation(members[name], "BucketObject", name) if name in members else None

    return Invariant(requirement, _has_object, find_violation, schema="BucketObject", member=name)


def _bucket_id(exchange: Exchange, edition: Edition) -> Finding | None:
    if "bucket_id" not in _members(exchange):
        return Finding("bucket_id: string", "no bucket_id")
    return edition.find_violation(_members(exchange)["bucket_id"], "BucketObject", "bucket_id")


def _blobs(exchange: Exchange) -> list[dict[str, Any]]:
    """Return the blobs that are objects: whether others are there, RESPONSE-BLOBS judges."""
    blobs = _members(exchange).get("blobs")
    return [blob for blob in blobs if isinstance(blob, dict)] if isinstance(blobs, list) else []


def _blob_list(exchange: Exchange, edition: Edition) -> Finding | None:
    blobs = _members(exchange).get("blobs", [])
    if blobs is None and edition.find_violation(None, "BucketObject", "blobs") is None:
        return None
    if not isinstance(blobs, list):
        return Finding("blobs: array", shown(blobs))
    for blob in blobs:
        if not isinstance(blob, dict):
            return Finding("blobs: array of objects", f"an item {shown(blob)}")
        for member in ("blob_id", "key_prefix", "properties"):
            if member in blob and (fault := edition.find_violation(blob[member], "Blob", member)):
                return fault
    return None


def _blob_member(requirement: str, member: str, *, required: bool = False) -> Invariant:
    """Return the invariant on one member of every blob."""

    def find_violation(exchange: Exchange, edition: Edition) -> Finding | None:
        for blob in _blobs(exchange):
            if member not in blob:
                if required:
                    return Finding(f"{member} in each blob", f"a blob without it: {shown(blob)}")
            elif fault := edition.find_violation(blob[member], "Blob", member):
                return fault
        return None

    return Invariant(requirement, _has_object, find_violation, schema="Blob", member=member)


def _has_timestamp(exchange: Exchange, edition: Edition) -> bool:
    return _has_object(exchange, edition) and any(
        _members(exchange).get(name) is not None for name in ("created_at", "updated_at")
    )


def _time_format(exchange: Exchange, edition: Edition) -> Finding | None:
    for name in ("created_at", "updated_at"):
        value = _members(exchange).get(name)
        if value is not None and (fault := edition.find_violation(value, "BucketObject", name)):
            return fault
    return None


def _has_both_times(exchange: Exchange, edition: Edition) -> bool:
    return _has_object(exchange, edition) and all(
        rfc3339.instant(_members(exchange).get(name)) is not None for name in ("created_at", "updated_at")
    )


def _time_order(exchange: Exchange, _: Edition) -> Finding | None:
    members = _members(exchange)
    created, updated = members["created_at"], members["updated_at"]
    if rfc3339.not_before(updated, created):
        return None
    return Finding(f"updated_at at or after created_at {created}", f"updated_at {updated}")


INVARIANTS = (
    Invariant("RESPONSE-JSON", _accepted, _json),
    Invariant("RESPONSE-CONTENT-TYPE", _accepted, _content_type),
    Invariant("RESPONSE-BUCKET-ID", _has_object, _bucket_id),
    _field("RESPONSE-OBJECT-ID", "object_id"),
    _field("RESPONSE-KEY-PREFIX", "key_prefix"),
    Invariant("RESPONSE-BLOBS", _has_object, _blob_list),
    _blob_member("RESPONSE-BLOB-PROPERTY", "property", required=True),
    _blob_member("RESPONSE-BLOB-TYPE", "type", required=True),
    _blob_member("RESPONSE-BLOB-DETAILS", "details"),
    _blob_member("RESPONSE-PRESIGNED-URL", "presigned_url"),
    _field("RESPONSE-SOURCE-DETAILS", "source_details"),
    _field("RESPONSE-ERROR", "error"),
    _field("RESPONSE-DOCUMENT-COUNT", "document_count"),
    _field("RESPONSE-CONSISTENCY", "consistency"),
    _field("RESPONSE-EDGES", "edges"),
    _field("STATUS-MEMBER", "status"),
    Invariant("TIME-FORMAT", _has_timestamp, _time_format),
    Invariant("TIME-ORDER", _has_both_times, _time_order),
)
