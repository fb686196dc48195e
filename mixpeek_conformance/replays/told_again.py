"""Whether answers to requests that were sent again show what a report shows, whatever else is in them.

A finding about a status is told by the statuses, one about a member by that member. Any other is told by whole
answers, but for what differs by nature, which two answers of now show.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import unquote

from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.json_equality import same_json
from reports.renderings.replay_script import address
from reports.renderings.script_judgement import member_of, statuses
from reports.result.verdicts import Shown

_OF_OBJECTS = ("created_at", "updated_at")
_OF_BLOBS = ("blob_id", "details", "presigned_url")
"""Members that are others for each object: of contents that are made anew."""

_NONE = object()
"""Stands for a member that an answer does not have."""


def told_again(
    shown: Shown, recorded: list[Exchange], again: list[Exchange], send: Callable[[], list[Exchange]]
) -> str:
    """Say by what the answers `again` show a violation as the `recorded` ones do; empty if they do not.

    `send` sends the requests once more, if it takes that to know what differs from answer to answer.
    """
    if [exchange.response.status for exchange in recorded] != [one.response.status for one in again]:
        return ""
    if statuses(shown, recorded[-1]):
        return f"expected {shown.expected}, got {shown.actual}, as before"
    before, now = _documents(recorded), _documents(again)
    if (name := member_of(shown, recorded[-1])) is not None:
        same = all(_same(_member(old, name), _member(new, name)) for old, new in zip(before, now, strict=True))
        return f"expected {shown.expected}, got {shown.actual}, as before" if same else ""
    if _alike(before, now, now):
        return "every answer is as it was"
    words = " ".join((shown.expected, shown.actual, *(exchange.request.text or "" for exchange in recorded)))
    if _alike(before, now, _documents(send()), words):
        return "every answer is as it was, but for what differs from answer to answer"
    return ""


def _documents(exchanges: Sequence[Exchange]) -> list[Any]:
    """Return the bodies of answers, in which names stand in place of the ids that they were addressed by."""
    ids = dict.fromkeys(unquote(part) for exchange in exchanges for part in address(exchange))
    return [_document(exchange.response.body.decode("utf-8", "replace"), list(ids)) for exchange in exchanges]


def _document(text: str, ids: Iterable[str]) -> Any:
    for number, identifier in enumerate(ids):
        text = text.replace(identifier, f"id-{number}") if identifier else text
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(document, dict):
        for name in _OF_OBJECTS:
            document.pop(name, None)
        blobs = document.get("blobs")
        for blob in blobs if isinstance(blobs, list) else ():
            if isinstance(blob, dict):
                for name in _OF_BLOBS:
                    blob.pop(name, None)
    return document


def _member(document: Any, name: str) -> Any:
    return document.get(name, _NONE) if isinstance(document, dict) else document


def _same(one: Any, other: Any) -> bool:
    return one is other if _NONE in (one, other) else same_json(one, other)


def _alike(before: Any, now: Any, later: Any, words: str = "", name: str = "") -> bool:
    """Whether a value is as it was, but for values that are others `later` too, if nothing `told` names them."""
    if isinstance(before, dict) and isinstance(now, dict) and isinstance(later, dict):
        names = before.keys()
        return names == now.keys() == later.keys() and all(
            _alike(before[one], now[one], later[one], words, one) for one in names
        )
    if isinstance(before, list) and isinstance(now, list) and isinstance(later, list):
        same_length = len(before) == len(now) == len(later)
        return same_length and all(_alike(*three, words, name) for three in zip(before, now, later, strict=True))
    differs_by_nature = bool(name) and name not in words and not same_json(now, later)
    return same_json(before, now) or differs_by_nature
