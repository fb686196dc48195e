"""Editors: each patches an object of its own with bodies of all kinds, and reads it back."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

import gevent
from locust import task

from contracts.catalogue.requirement import Capability
from contracts.invariants import pairs
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import Finding, Violation
from fixtures.checks.blobs import assert_same_blobs
from fixtures.http.answer import Answer
from fixtures.http.replica_lag import LONGEST
from fixtures.plan.kinds import PLAIN_TEXTS
from fixtures.strategies.edge_cases import FALSY, FLOATS, INTEGERS
from mixpeek_conformance.load.swarm import PREFIX, REVISION, LoadObject, RequestOutcome
from mixpeek_conformance.load.users.load_user import LoadUser

_LISTS = (["amber"], [2, 1, 2], ["amber", 2, True, None], [[1]], ["otter", "otter"], list(range(2, 40)))
KINDS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "conformancetext": ("MERGE-TEXT", PLAIN_TEXTS),
    "conformanceinteger": ("MERGE-INTEGER", INTEGERS),
    "conformancefloat": ("MERGE-FLOAT", FLOATS),
    "conformancefalsy": ("MERGE-FALSY", FALSY),
    "conformancelist": ("MERGE-LIST", _LISTS),
}
"""Fields, each of one kind, with the requirement on it and values that no target has a reason to refuse."""

_OBJECT = "conformanceobject"
_NEW_CONNECTION = 0.1
"""How often a patch goes over a connection of its own, which may end at another node."""

_PAUSE = 0.2


class Editor(LoadUser):
    """Patches an object of its own, so that any other change to it is noticed."""

    kind = "editors"

    def on_start(self) -> None:
        """Make the object."""
        self._revisions = itertools.count(1)
        self._take(self.make_object())

    def _take(self, subject: LoadObject) -> None:
        self.subject = subject
        self._last: Exchange | None = None

    @task
    def edit(self) -> None:
        """Patch, judge what is answered beside what was before, and read back."""
        revision = next(self._revisions)
        body = {**self.swarm.counting(self.number, revision), **self._fields(revision)}
        exchange, outcome = self._send(body)
        if outcome is RequestOutcome.UNKNOWN:
            self.swarm.retire(self.subject)  # it may yet take effect, at any moment
            self._take(self.make_object())
        elif outcome is RequestOutcome.REFUSED:
            self.refused(self.subject, exchange)
        elif outcome is RequestOutcome.ACCEPTED and exchange.response.members is not None:
            document = self.swarm.plain(exchange.response.members)
            self.judged([("RESPONSE-ACCEPTED", None)], exchange)
            self._see(body, document, exchange)
            self.subject.acknowledged.append((revision, time.monotonic(), exchange))
            self._last = exchange
            if Capability.READ_BACK not in self.swarm.target.without:
                self._read_back(document, exchange)

    def _send(self, body: dict[str, Any]) -> tuple[Exchange, RequestOutcome]:
        if self.random.random() >= _NEW_CONNECTION:
            return self.ask("PATCH", self.subject.path, body)
        with self.client.fresh_connections():
            return self.ask("PATCH", self.subject.path, body)

    def _fields(self, revision: int) -> dict[str, Any]:
        """Return up to three fields, with other values than before; the members of an object are always the same.

        A target that takes no custom fields is sent none.
        """
        if not self.swarm.takes_custom_fields:
            return {}
        names = self.random.sample([*KINDS, _OBJECT], self.random.randint(1, 3))
        object_value = {"amber": revision, "birch": {"cedar": f"{self.number} {revision}"}}
        return {name: object_value if name == _OBJECT else self.random.choice(KINDS[name][1]) for name in names}

    def _see(self, body: dict[str, Any], document: pairs.Document, exchange: Exchange) -> None:
        """Judge the answer to a patch, and what it shows beside the answer to the one before."""
        shown = (exchange,)
        self.judged(pairs.sent_is_set(body, document, requirement_of), *shown)
        self.judged(pairs.is_addressed(self.subject.bucket, self.subject.identifier, document), *shown)
        self.see_strangers(self.subject, document, exchange)
        if self._last is None:
            return
        before, both = self._last.response.members or {}, (self._last, exchange)
        ours = {name: value for name, value in before.items() if name in KINDS or name in (_OBJECT, "key_prefix")}
        self.judged(pairs.others_kept(ours, body, document), *both)
        self.judged(pairs.created_stays(before, body, document), *both)
        self.judged(pairs.time_moves_on(before, body, document), *both)
        self.judged(_blobs_stay(before, exchange), *both)

    def _read_back(self, document: pairs.Document, patched: Exchange) -> None:
        """Read until the patch is shown, or two seconds are over, in which a replica may lag."""
        names = (*KINDS, _OBJECT, REVISION) if self.swarm.takes_custom_fields else (PREFIX,)
        known = {name: value for name, value in document.items() if name in names}
        acknowledged = time.monotonic()
        while True:
            started = time.monotonic()
            exchange, outcome = self.ask("GET", self.subject.path)
            if outcome is not RequestOutcome.ACCEPTED or exchange.response.members is None:
                return
            read = self.swarm.plain(exchange.response.members)
            if self.is_overwritten(read):
                known = {}
            if pairs.first_difference(known, read) is None or started >= acknowledged + LONGEST:
                break
            gevent.sleep(min(_PAUSE, max(0.0, acknowledged + LONGEST - time.monotonic())))
        self.judged(pairs.read_back(known, read), patched, exchange)
        self.see_strangers(self.subject, read, exchange)


def requirement_of(name: str) -> str:
    """Return the requirement on the value of a field that editors send."""
    if name in (_OBJECT, PREFIX):
        return "MERGE-OBJECT" if name == _OBJECT else "MERGE-KEY-PREFIX"
    return KINDS[name][0] if name in KINDS else "MERGE-REPLACED"


def _blobs_stay(before: pairs.Document, exchange: Exchange) -> Iterator[pairs.Judged]:
    try:
        assert_same_blobs(Answer(exchange), before)
    except Violation as violation:
        yield "MERGE-BLOBS", Finding(violation.finding.expected, violation.finding.actual)
    else:
        yield "MERGE-BLOBS", None
