"""Crowds: many users patch different fields of one shared object, and no patch may be lost."""

import itertools
import time

from locust import task

from contracts.catalogue.requirement import Capability
from contracts.invariants import pairs
from contracts.vocabulary.exchange import Exchange
from fixtures.http.replica_lag import LONGEST
from mixpeek_conformance.load.swarm import RequestOutcome
from mixpeek_conformance.load.users.load_user import LoadUser

_LOST = "MERGE-CONCURRENT"


class Crowd(LoadUser):
    """Patches two fields of its own in turn on the object that all share."""

    kind = "crowds"

    def on_start(self) -> None:
        """Choose the fields."""
        self.subject = self.swarm.shared
        self._values = itertools.count(1)
        self._series = itertools.count(1)
        self._choose()

    def _choose(self) -> None:
        """Change to unused fields: the values of the old ones are not known any more."""
        series = next(self._series)
        names = [f"conformancecrowd{self.number}x{series}{letter}" for letter in "ab"]
        self._names = itertools.cycle(names)
        self._known: dict[str, tuple[int, float, Exchange]] = {}

    @task(3)
    def patch(self) -> None:
        """Patch one field, and see that the other one is as it was left."""
        name, value = next(self._names), next(self._values)
        before, started = self.swarm.newest, time.monotonic()
        exchange, outcome = self.ask("PATCH", self.subject.path, {name: value})
        if outcome is RequestOutcome.UNKNOWN:
            self._choose()
        elif outcome is RequestOutcome.REFUSED:
            self.refused(self.subject, exchange)
        elif outcome is RequestOutcome.ACCEPTED and (document := exchange.response.members) is not None:
            self._known.pop(name, None)
            self.judged(pairs.sent_is_set({name: value}, document, lambda _: "MERGE-REPLACED"), exchange)
            self.judged(pairs.is_addressed(self.subject.bucket, self.subject.identifier, document), exchange)
            self._see_kept(document, exchange)
            if before is not None and before[0] <= started:
                self._see_times(before[1], document, exchange)
            self._known[name] = value, time.monotonic(), exchange
            self.swarm.newest = time.monotonic(), exchange

    @task(1)
    def read(self) -> None:
        """Read the object, and judge the patches acknowledged so long ago that every replica must show them."""
        if Capability.READ_BACK in self.swarm.target.without:
            return
        started = time.monotonic()
        exchange, outcome = self.ask("GET", self.subject.path)
        if outcome is RequestOutcome.ACCEPTED and (document := exchange.response.members) is not None:
            self._see_kept(document, exchange, started - LONGEST)

    def _see_kept(self, document: pairs.Document, exchange: Exchange, until: float = float("inf")) -> None:
        """Judge that every field is as it was left, of those that were acknowledged by `until`."""
        for name, (value, acknowledged, patched) in list(self._known.items()):
            if acknowledged > until:
                continue
            if not self.judged([(_LOST, pairs.first_difference({name: value}, document))], patched, exchange):
                del self._known[name]  # it is counted once
        self.see_strangers(self.subject, document, exchange)

    def _see_times(self, earlier: Exchange, document: pairs.Document, exchange: Exchange) -> None:
        """Judge the times beside those of a patch, of whomever, that was answered before this one was sent."""
        before = earlier.response.members or {}
        self.judged(pairs.created_stays(before, {}, document), earlier, exchange)
        self.judged(pairs.time_moves_on(before, {}, document), earlier, exchange)
