"""Rewritings: a good target of which every answer is bent in one way.

Each is a function that is given a request, the answer of the good target, and what is somebody else's on it.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.hostile.proxy import Answered, Pairs, Rewrite

REWRITINGS: dict[str, Rewrite] = {}

JSON = (b"Content-Type", b"application/json")


def rewriting(name: str) -> Callable[[Rewrite], Rewrite]:
    """Make a rewriting known under a name, which says what the target does."""

    def known(rewrite: Rewrite) -> Rewrite:
        REWRITINGS[name] = rewrite
        return rewrite

    return known


def with_members(answered: Answered, **members: Any) -> Answered:
    """Return the answer with other members, if it is a JSON object that tells of success."""
    if answered.status >= 300 or not answered.members:
        return answered
    return replace(answered, body=json.dumps({**answered.members, **members}).encode())


def with_raw(answered: Answered, members: bytes) -> Answered:
    """Return the answer with more members as they are, which need be no JSON, if it shows an object."""
    return replace(answered, body=answered.body[:-1] + b", " + members + b"}") if of_object(answered) else answered


def with_body(answered: Answered, body: bytes, *headers: tuple[bytes, bytes]) -> Answered:
    """Return the answer with another body and more headers."""
    return replace(answered, body=body, headers=(*answered.headers, *headers))


def without(answered: Answered, pairs: Pairs) -> Answered:
    """Return the answer without the headers that have the names of `pairs`."""
    names = {name.lower() for name, _ in pairs}
    return replace(answered, headers=tuple(pair for pair in answered.headers if pair[0].lower() not in names))


def of_object(answered: Answered) -> bool:
    """Whether the answer shows an object."""
    return answered.status < 300 and "object_id" in answered.members
