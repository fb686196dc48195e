"""Trails: what an accepted patch must leave as it was, judged on every two of one object, whatever they sent.

Only violations are told. That a requirement holds is for its own checks to say, which look where it may break.

Fields of the user are not judged here. A patch of another object that writes into this one, an answer that repeats
the request and a write that comes late would each be told as MERGE-ONLY-SENT, beside the clause that they break. The
walk of `fixtures/checks/patches_twice.py` judges these fields, with every kind of value, and asks again before blame.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from contracts.invariants import pairs
from contracts.vocabulary.display import shown
from contracts.vocabulary.exchange import Exchange, header, path_in
from contracts.vocabulary.outcomes import Finding

REMEMBERED = 64
"""Objects whose trail is followed: the last ones that were patched."""

HEAVIEST = 8_000_000
"""Bytes of the answers that are remembered, about: each is kept as it came and as it was read, several times over."""

LEFT_ALONE = 10_000
"""Objects of which it is known that they are not followed."""

_SYSTEM = frozenset(("objectid", "bucketid", "createdat", "updatedat", "blobs", "sourcedetails"))
"""The members that are judged here, as `_folded` writes them."""

_Sender = tuple[str | None, str | None]
"""Authorization and namespace of a request: what another sender sees may be another object."""


@dataclass(frozen=True)
class Broken:
    """A requirement that the exchanges break, taken together."""

    requirement: str
    finding: Finding
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True)
class _Step:
    """The last accepted patch of an object, with who sent it."""

    exchange: Exchange
    sender: _Sender

    @property
    def ended(self) -> float:
        return self.exchange.started + self.exchange.elapsed


class Trails:
    """The last accepted patch of each object.

    A trail is lost, and begins anew with the next patch, if nobody knows what the object went through: a patch was
    not answered, was answered with anything but a whole document, ran beside another one, or was another sender's.
    An object to which a patch sent a name of the system, in any spelling, is not followed any more: what such a
    patch may do, the requirements of IMMUTABLE say.
    """

    def __init__(self) -> None:
        self._steps: OrderedDict[str, _Step] = OrderedDict()
        self._left_alone: OrderedDict[str, None] = OrderedDict()

    def follow(self, exchange: Exchange) -> Iterator[Broken]:
        """Take in an exchange; yield what it breaks, alone or behind the patch before it."""
        if exchange.request.method not in ("PATCH", "PUT", "DELETE") or not exchange.request.names_an_object:
            return
        path = path_in(exchange.request.url)
        before = self._steps.pop(path, None)
        if exchange.request.method != "PATCH" or _names_the_system(exchange):
            _keep(self._left_alone, path, None, LEFT_ALONE)
        members = exchange.response.members if exchange.response.complete else None
        if path in self._left_alone or exchange.response.status != 200 or members is None:
            return
        step = _Step(exchange, _sender_of(exchange))
        _keep(self._steps, path, step, REMEMBERED)
        while len(self._steps) > 1 and self._weight > HEAVIEST:
            self._steps.popitem(last=False)
        yield from _addressed(exchange, members)
        if before is None or before.sender != step.sender:
            return
        if before.ended > exchange.started:
            self._steps.pop(path, None)
            return
        yield from _between(before.exchange, exchange)

    @property
    def _weight(self) -> int:
        return sum(len(step.exchange.response.body) for step in self._steps.values())

    def forget(self, exchange: Exchange) -> None:
        """End the trail of the object that a request addresses: nobody knows what became of it."""
        self._steps.pop(path_in(exchange.request.url), None)


def _keep(known: OrderedDict[str, Any], path: str, value: object, most: int) -> None:
    """Keep what is known of `path`, and forget what was kept first if there are more than `most`."""
    known[path] = value
    known.move_to_end(path)
    while len(known) > most:
        known.popitem(last=False)


def _sender_of(exchange: Exchange) -> _Sender:
    headers = exchange.request.headers
    return header(headers, "authorization"), header(headers, "x-namespace")


def _names_the_system(exchange: Exchange) -> bool:
    """Whether the body has a name of the system, or cannot be told to have none."""
    sent = exchange.request.members
    return sent is None or any(_folded(name) in _SYSTEM for name in sent)


def _folded(name: str) -> str:
    """Return the letters of a name, as any spelling of it has them."""
    return "".join(filter(str.isalpha, name)).lower()


def _addressed(exchange: Exchange, members: dict[str, Any]) -> Iterator[Broken]:
    """Judge RESPONSE-ADDRESSED: an object is addressed by its id, a bucket by its name too."""
    asked, answered = exchange.request.object_identifier, members.get("object_id")
    if isinstance(answered, str) and answered != asked:
        finding = Finding(f"object_id {shown(asked)}", f"object_id {shown(answered)}")
        yield Broken("RESPONSE-ADDRESSED", finding, (exchange,))


_RULES = (pairs.created_stays, pairs.time_moves_on, pairs.blobs_stay, pairs.sources_stay)


def _between(earlier: Exchange, later: Exchange) -> Iterator[Broken]:
    """Judge two accepted patches in a row; timestamps that cannot be read say nothing."""
    first, second = earlier.response.members or {}, later.response.members or {}
    if first.get("object_id") != second.get("object_id"):
        return
    for requirement, finding in chain.from_iterable(rule(first, {}, second) for rule in _RULES):
        if finding is not None:
            yield Broken(requirement, finding, (earlier, later))
