"""Readers: what they see of the objects of others never goes back in time."""

import time
from typing import TypeGuard

from locust import task

from contracts.catalogue.requirement import Capability
from contracts.invariants import pairs
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import Finding
from fixtures.http.replica_lag import LONGEST
from mixpeek_conformance.load.swarm import PREFIX, REVISION, LoadObject, RequestOutcome
from mixpeek_conformance.load.users.load_user import LoadUser

_LARGEST = 2**53


class ReadingUser(LoadUser):
    """Reads the objects of editors in this process: none is older than what was known two seconds before."""

    kind = "readers"

    def on_start(self) -> None:
        """Forget everything."""
        self._seen: dict[LoadObject, tuple[float, float, Exchange]] = {}

    @task
    def read(self) -> None:
        """Read one object."""
        if not self.swarm.objects or Capability.READ_BACK in self.swarm.target.without:
            return
        subject = self.random.choice(self.swarm.objects)
        started = time.monotonic()
        exchange, outcome = self.ask("GET", subject.path)
        document = exchange.response.members
        if outcome is not RequestOutcome.ACCEPTED or document is None:
            return
        self.judged(pairs.is_addressed(subject.bucket, subject.identifier, document), exchange)
        if not self.is_overwritten(document):
            self._see_newer(subject, started, document, exchange)
        self.see_strangers(subject, document, exchange)
        revision = self.swarm.revision_in(document)
        if _is_number(revision):
            self._seen[subject] = revision, time.monotonic(), exchange

    def _see_newer(self, subject: LoadObject, started: float, document: pairs.Document, exchange: Exchange) -> None:
        """Judge the revision by the newest that was acknowledged, or seen, two seconds before."""
        known: list[tuple[float, Exchange]] = [one] if (one := subject.settled(started)) else []
        if (seen := self._seen.get(subject)) is not None and seen[1] + LONGEST <= started:
            known.append((seen[0], seen[2]))
        if not known:
            return
        least, earlier = max(known, key=lambda one: one[0])
        revision = self.swarm.revision_in(document)
        newer = _is_number(revision) and revision >= least
        carrier = REVISION if self.swarm.takes_custom_fields else PREFIX
        finding = (
            None
            if newer
            else Finding(
                f"{carrier} with a count of at least {least}, known for two seconds",
                pairs.difference(carrier, least, document.get(carrier)).actual,
            )
        )
        self.judged([("MERGE-READ-BACK", finding)], earlier, exchange)


def _is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a number that JSON can write; a target may answer 1 with 1.0."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST
