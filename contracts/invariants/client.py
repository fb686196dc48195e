"""What a client reads: which responses are put to it, and when what it cannot read is held against the target."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.editions.edition import Edition
from contracts.vocabulary.client_reading import Reading
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import Finding

OBJECT, ERROR = "CLIENT-READS-OBJECT", "CLIENT-READS-ERROR"
REQUIREMENTS = (OBJECT, ERROR)

_METHODS = ("PATCH", "GET")
_BUSY = 503


def requirement_of(exchange: Exchange, edition: Edition) -> str | None:
    """Return the requirement that reading `exchange` judges; None if it is not put to a client.

    Objects are read from PATCH and GET of an object, errors from their refusals with a code that the edition lists;
    other 5xx than 503 are left to ERROR-NO-5XX.
    """
    answered = exchange.response
    if exchange.request.method not in _METHODS or not exchange.request.names_an_object or answered.unread is not None:
        return None
    if answered.status == 200:
        return OBJECT
    listed = answered.status in edition.error_codes and (answered.status < 500 or answered.status == _BUSY)
    return ERROR if listed else None


def judge(
    exchange: Exchange, edition: Edition, read: Callable[[Exchange], Reading]
) -> tuple[str, Finding | None] | None:
    """Return the requirement that reading `exchange` judges, and what is wrong; None if it judges none.

    A release of another time than the edition is not a fault of the target: neither a word that the edition has and
    the release does not know, nor a member that the edition does not declare, nor the validation form, where the
    edition publishes it. `read` may raise what it likes.
    """
    requirement = requirement_of(exchange, edition)
    if requirement is None:
        return None
    reading = read(exchange)
    if not reading.judged:
        return None
    if reading.finding is None:
        return requirement, None
    members = exchange.response.members
    if reading.unknown_word and edition.find_violation(members, "BucketObject") is None:
        return None
    if exchange.response.status == 422 and _is_validation_form(members, edition):
        return None
    plain = None if reading.changed else _without_further_members(exchange, edition)
    return (requirement, reading.finding) if plain is None or read(plain).finding is not None else None


def _without_further_members(exchange: Exchange, edition: Edition) -> Exchange | None:
    """Return `exchange` as if it were answered with what the edition declares alone; None if it is."""
    members = exchange.response.members
    if members is None:
        return None
    if exchange.response.status == 200:
        kept = _declared(members, "BucketObject", edition)
        if isinstance(blobs := kept.get("blobs"), list):
            kept["blobs"] = [_declared(blob, "Blob", edition) for blob in blobs]
    else:
        kept = _declared(members, "ErrorEnvelope", edition)
        kept["error"] = _declared(kept.get("error"), "ErrorDetail", edition)
    if kept == members:
        return None
    body = json.dumps(kept).encode("utf-8", "surrogatepass")
    return replace(exchange, response=replace(exchange.response, body=body))


def _declared(value: Any, schema: str, edition: Edition) -> Any:
    if not isinstance(value, dict):
        return value
    known = edition.schema(schema)["properties"]
    return {name: one for name, one in value.items() if name in known}


def _is_validation_form(members: object, edition: Edition) -> bool:
    if "ValidationErrors" not in edition.document["components"]["schemas"]:
        return False
    return edition.find_violation(members, "ValidationErrors") is None
