"""Blobs: whether two documents of one object show the same ones, member by member, in any order."""

from collections.abc import Mapping
from typing import Any

from contracts.vocabulary.display import ABSENT, shown
from contracts.vocabulary.json_equality import same_json
from contracts.vocabulary.outcomes import Finding

MEMBERS = ("blob_id", "property", "type", "key_prefix", "properties")
DETAILS = ("filename", "size_bytes", "mime_type", "hash")
"""What every edition declares of a blob and of its details; addresses that are made anew are none of it."""

Blob = Mapping[str, Any]


def blobs_kept(before: Mapping[str, Any], after: Mapping[str, Any], *, strict: bool = False) -> Finding | None:
    """Return what is wrong if a patch leaves other blobs in `after` than there were in `before`; None if nothing is.

    What was null may be filled in, and a key_prefix may follow that of the object. A document that leaves out its
    blobs says nothing. A blob that leaves out a member says nothing of it unless `strict`, which is for two answers
    of the same kind.
    """
    was, now = _blobs(before), _blobs(after)
    if was is None or now is None:
        return None
    if len(was) != len(now):
        return _other(was, now)
    pairs = _pairs(was, now)
    if isinstance(pairs, Finding):
        return pairs
    found = (_changed(old, new, after.get("key_prefix"), strict=strict) for old, new in pairs)
    return next(filter(None, found), None)


def _changed(old: Blob, new: Blob, prefix: object, *, strict: bool) -> Finding | None:
    place = f"blob {shown(old.get('blob_id', old.get('property')))}"
    members = [
        (f"{name} of {place}", old.get(name, ABSENT), new.get(name, ABSENT))
        for name in MEMBERS
        if name != "key_prefix" or (new.get(name) or None) != (prefix or None)
    ]
    known, shows = old.get("details"), new.get("details", ABSENT)
    if isinstance(known, dict) and (shows is not ABSENT or strict):
        there = shows if isinstance(shows, dict) else {}
        members += [
            (f"{name} in details of {place}", known[name], there.get(name, ABSENT))
            for name in DETAILS
            if known.get(name) is not None
        ]
    for what, was, now in members:
        says_nothing = was is ABSENT or (now is ABSENT and not strict) or (was is None and now is ABSENT)
        if not (says_nothing or same_json(was, now)):
            return Finding(f"{what} = {shown(was)}", f"{what} = {shown(now)}" if now is not ABSENT else f"no {what}")
    return None


def _pairs(was: list[Blob], now: list[Blob]) -> list[tuple[Blob, Blob]] | Finding:
    """Return the blobs side by side: by their ids or, if some have none, by their looks. A finding if ids differ."""
    if all(isinstance(blob.get("blob_id"), str) for blob in (*was, *now)):
        ids = [sorted(blob["blob_id"] for blob in blobs) for blobs in (was, now)]
        if ids[0] != ids[1]:
            return _other(was, now)
        by_id = [sorted(blobs, key=lambda blob: str(blob["blob_id"])) for blobs in (was, now)]
        return list(zip(*by_id, strict=True))
    by_look = [sorted(blobs, key=_look) for blobs in (was, now)]
    return list(zip(*by_look, strict=True))


def _look(blob: Blob) -> str:
    return shown({name: blob.get(name) for name in ("property", "type", "properties")})


def _blobs(document: Mapping[str, Any]) -> list[Blob] | None:
    blobs = document.get("blobs")
    return [blob for blob in blobs if isinstance(blob, dict)] if isinstance(blobs, list) else None


def _other(was: list[Blob], now: list[Blob]) -> Finding:
    names = [[shown(blob.get("blob_id", blob.get("property"))) for blob in blobs] for blobs in (was, now)]
    return Finding(*(f"blobs {', '.join(sorted(some)) or 'none'}" for some in names))
