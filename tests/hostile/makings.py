"""Rewritings of what a target tells of things that are made, listed and removed."""

import re
from dataclasses import replace
from functools import partial
from typing import Any

from tests.hostile.proxy import Answered, ReceivedRequest, Victim
from tests.hostile.rewriting import REWRITINGS, rewriting, with_members

_BUCKETS_SHOWN = re.compile("(GET /v1/buckets/[^/]+)|(POST /v1/buckets/list)")


@rewriting("answers a create with a bucket that was there before")
def creates_are_cached(asked: ReceivedRequest, answered: Answered, victim: Victim) -> Answered:
    if asked.creates != "buckets":
        return answered
    return with_members(answered, bucket_id=victim.bucket, bucket_name=victim.bucket_name)


@rewriting("answers a create with a foreign bucket under the name that was asked for")
def creates_lie(asked: ReceivedRequest, answered: Answered, victim: Victim) -> Answered:
    return with_members(answered, bucket_id=victim.bucket) if asked.creates == "buckets" else answered


@rewriting("answers a create with an object that was there before")
def objects_are_cached(asked: ReceivedRequest, answered: Answered, victim: Victim) -> Answered:
    if asked.creates != "objects":
        return answered
    return with_members(answered, object_id=victim.object, bucket_id=victim.bucket)


@rewriting("answers a create with the id of an object elsewhere")
def objects_elsewhere(asked: ReceivedRequest, answered: Answered, victim: Victim) -> Answered:
    return with_members(answered, object_id=victim.object) if asked.creates == "objects" else answered


@rewriting("answers a create with the name of what was there before")
def objects_by_name(asked: ReceivedRequest, answered: Answered, victim: Victim) -> Answered:
    return with_members(answered, bucket_name=victim.bucket_name) if asked.creates == "buckets" else answered


@rewriting("answers creates with what was there before, and shows no buckets")
def creates_lie_and_nothing_shows(asked: ReceivedRequest, answered: Answered, victim: Victim) -> Answered:
    if asked.creates == "objects":
        return with_members(answered, object_id=victim.object, bucket_id=victim.bucket)
    if asked.creates == "buckets":
        return with_members(answered, bucket_id=victim.bucket)
    shows_buckets = _BUCKETS_SHOWN.fullmatch(f"{asked.method} {asked.target.partition('?')[0]}")
    return replace(answered, status=404, body=b"{}") if shows_buckets else answered


@rewriting("lists a foreign bucket under every name")
def lists_lie(asked: ReceivedRequest, answered: Answered, victim: Victim) -> Answered:
    if asked.method == "POST" and asked.target.startswith("/v1/buckets/list"):
        named = [{"bucket_id": victim.bucket, "bucket_name": name} for name in ("", victim.bucket_name)]
        return with_members(answered, results=named)
    return answered


IDENTIFIERS: dict[str, Any] = {
    "a dot": ".",
    "two dots": "..",
    "a way up": "../../v1/buckets",
    "an escaped way up": "%2e%2e",
    "a lone surrogate": "\ud800",
    "no characters": "",
    "a number": 7,
    "a line break": "bkt_1\r\nX-Injected: yes",
    "a NUL": "bkt_\0",
    "100,000 characters": "b" * 100_000,
    "a query": "bkt_1?force=true",
    "a host": "@elsewhere.example/",
}


def _identified(kind: str, identifier: Any, asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    return with_members(answered, **{f"{kind[:-1]}_id": identifier}) if asked.creates == kind else answered


for _what, _identifier in IDENTIFIERS.items():
    REWRITINGS[f"gives a bucket an id of {_what}"] = partial(_identified, "buckets", _identifier)
for _what in ("a dot", "two dots", "a way up", "a lone surrogate"):
    REWRITINGS[f"gives an object an id of {_what}"] = partial(_identified, "objects", IDENTIFIERS[_what])


@rewriting("tells of a namespace whose id is a lone surrogate")
def surrogate_namespace(asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    if asked.method == "POST" and asked.target.startswith("/v1/namespaces"):
        named = {"namespace_id": "\ud800", "namespace_name": "\udfff"}
        return with_members(answered, **named, results=[named])
    return answered


@rewriting("lists namespaces without end")
def endless_list(asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    if asked.method == "POST" and "/list" in asked.target:
        names = [f"ns_{asked.target}_{number}" for number in range(100)]
        return with_members(answered, results=[{"namespace_id": name, "namespace_name": name} for name in names])
    return answered


@rewriting("refuses to remove anything")
def keeps_everything(asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    return replace(answered, status=409, body=b'{"detail": "in use"}') if asked.method == "DELETE" else answered
