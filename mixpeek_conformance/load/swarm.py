"""The state that the users of one process share: the target, the judge, and the objects with their patches."""

import itertools
import random
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from contracts.catalogue.requirement import Capability
from contracts.editions.edition import Edition
from contracts.vocabulary.events import Event, Made
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import Inconclusive
from fixtures.http.api_paths import path_of
from fixtures.http.client import Client
from fixtures.http.replica_lag import LONGEST
from fixtures.objects import ownership
from fixtures.target.target import Target
from mixpeek_conformance.load.judge import Judge
from mixpeek_conformance.load.plan import LoadPlan

REVISION = "conformancerevision"
"""The field that counts the patches of an object. No later reading may show less than an acknowledged count."""

PREFIX = "key_prefix"
"""What carries the count, and all else, on a target that takes no custom fields."""

_COUNTED = re.compile(r"conformance/load/\w+/([0-9]{1,15})", re.ASCII)
_MARKERS = 4000
_KEPT = 64
"""Acknowledged patches of one object that are remembered."""


class RequestOutcome(Enum):
    """What became of a request."""

    ACCEPTED = auto()
    REFUSED = auto()
    CAPACITY = auto()
    """The target had no room for it: nothing was applied."""
    UNKNOWN = auto()
    """It may have been applied, or may still be."""


@dataclass(eq=False)
class LoadObject:
    """An object of the run, and its patches that were acknowledged: revision, when by the monotonic clock, exchange.

    `refused` counts the patches of strangers.
    """

    bucket: str
    identifier: str
    born: float
    acknowledged: deque[tuple[int, float, Exchange]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    refused: int = 0

    @property
    def path(self) -> str:
        """Where it is."""
        return path_of("buckets", self.bucket, "objects", self.identifier)

    @property
    def is_fresh(self) -> bool:
        """Whether a replica may not have it yet."""
        return time.monotonic() - self.born < LONGEST

    def settled(self, started: float) -> tuple[int, Exchange] | None:
        """Return the newest patch that every read which began at `started` has to show."""
        known = [one for one in list(self.acknowledged) if one[1] + LONGEST <= started]
        return (known[-1][0], known[-1][2]) if known else None


class Swarm:
    """The part of a load run that is in one process. `tell` hears of what was made and of what is broken.

    `node` is a short word that no other process of the run has.
    """

    def __init__(
        self, target: Target, edition: Edition, plan: LoadPlan, tell: Callable[[Event], None], node: str = "a"
    ) -> None:
        """Let users ask `target` as `plan` says, and judge by `edition`."""
        self.target = target
        self.plan = plan
        self.tell = tell
        self.node = node
        self.judge = Judge(edition, tell)
        self.objects: list[LoadObject] = []
        self._identifiers = {plan.shared}
        self._markers: dict[str, tuple[str, Exchange]] = {}
        self.unanswered = 0
        self.reasons: dict[str, None] = {}
        self._numbers = itertools.count(1)
        self.shared = LoadObject(plan.bucket, plan.shared, time.monotonic())
        self.newest: tuple[float, Exchange] | None = None
        """The last patch of the shared object that was answered in this process, and when."""

    @property
    def takes_custom_fields(self) -> bool:
        """Whether the target was not declared to take none."""
        return Capability.CUSTOM_FIELDS not in self.target.without

    def counting(self, number: str, revision: int) -> dict[str, Any]:
        """Return the field by which a patch of the user `number` tells its count."""
        return {REVISION: revision} if self.takes_custom_fields else {PREFIX: f"conformance/load/{number}/{revision}"}

    def plain(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return a document without slashes around its key_prefix, which may come and go, if that has the count."""
        prefix = document.get(PREFIX)
        if self.takes_custom_fields or not isinstance(prefix, str):
            return {**document}
        return {**document, PREFIX: prefix.strip("/")}

    def revision_in(self, document: Mapping[str, Any]) -> object:
        """Return the count of the last patch that a document shows; None if it shows none."""
        if self.takes_custom_fields:
            return document.get(REVISION)
        found = _COUNTED.fullmatch(str(self.plain(document).get(PREFIX)))
        return int(found[1]) if found else None

    def number(self) -> str:
        """Return a word that no other user of the run has."""
        return f"{self.node}{next(self._numbers)}"

    def randomness(self, number: str) -> random.Random:
        """Return the random generator of one user: the same for the same seed."""
        return random.Random(f"{self.plan.seed} {number}")  # noqa: S311 - it is to be repeated, not to be secret

    def connect(self) -> Client:
        """Return a client of a user's own, with connections of its own."""
        return Client(self.target)

    @property
    def is_gone(self) -> bool:
        """Whether so many requests in a row had no answer that nobody is there."""
        return self.unanswered >= max(self.target.gone_after, 2 * self.plan.users)

    def mark(self, marker: str, requirement: str, refusal: Exchange) -> None:
        """Remember what a stranger tried to set, and was refused; the oldest of many is forgotten."""
        self._markers[marker] = requirement, refusal
        if len(self._markers) > _MARKERS:
            del self._markers[next(iter(self._markers))]

    def marked(self, marker: str) -> tuple[str, Exchange] | None:
        """Return what a value of a stranger breaks if it is there, and its refusal; None if it is unknown."""
        return self._markers.get(marker)

    def made(self, document: dict[str, Any]) -> LoadObject | None:
        """Keep the object that a creation was answered with, and tell of it; None if it tells no identifier.

        Raises Inconclusive if it is not shown to be a new object in the bucket of the run.
        """
        identifier = ownership.expect_identifier(document, "object")
        if identifier is None:
            return None
        bucket, run = self.plan.bucket, self.plan.run
        if not ownership.belongs(bucket, run):  # known by its name, it may be shown with its id
            ownership.expect_inside(document, bucket, lambda name: ownership.belongs(name, run))
        if identifier in self._identifiers:
            raise Inconclusive(f"the target gave two new objects the object_id {identifier}")
        self._identifiers.add(identifier)
        made = LoadObject(self.plan.bucket, identifier, time.monotonic())
        self.tell(Made(made.path, self.target.namespace))
        self.objects.append(made)
        return made

    def retire(self, used: LoadObject) -> None:
        """Use an object no more whose state is unknown. Its acknowledged patches still count."""
        if used in self.objects:
            self.objects.remove(used)
