"""The base of all kinds of users: a client of its own, counts, and the judge."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import gevent
from locust import User
from locust.env import Environment

from contracts.invariants import pairs
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import Finding, Inconclusive
from fixtures.http import credentials, retries
from fixtures.http.answer import Answer
from fixtures.http.api_paths import path_of
from fixtures.http.credentials import Credential, Namespace, Scope
from mixpeek_conformance.load.judge import is_capacity
from mixpeek_conformance.load.swarm import PREFIX, LoadObject, RequestOutcome, Swarm

OBJECT, MAKING, REFUSED = "object", "making objects", "strangers"
"""Names under which requests are counted, beside their methods."""

PASSING = (402, 408, 409, 413, 423, 425)
"""Refusals for a passing reason: nothing was applied, and the same patch may be accepted later."""

_QUOTA = "QuotaExceededError"
_LONGEST_WAIT = 5.0
"""Seconds that a user waits for a busy target before it asks again, at most."""

_TRIES = 20
"""Times that a user tries to make an object, at most."""

MARKER = "conformancestranger"
"""The field that strangers try to set."""


class LoadUser(User):
    """A user with a client of its own. `swarm` is that of the process, and is set when its classes are made."""

    abstract = True
    swarm: ClassVar[Swarm]
    kind: ClassVar[str]

    def __init__(self, environment: Environment) -> None:
        """Open a client."""
        super().__init__(environment)
        self.number = self.swarm.number()
        self.random = self.swarm.randomness(self.number)
        self.client = self.swarm.connect()

    def wait_time(self) -> float:
        """Return the seconds between two tasks."""
        return self.swarm.plan.pause

    def on_stop(self) -> None:
        """Close the connections."""
        self.client.close()

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        name: str = OBJECT,
        credential: Credential = credentials.OWN,
        namespace: Namespace = Scope.OWN,
    ) -> tuple[Exchange, RequestOutcome]:
        """Send one request, have it judged and counted, and return it with what became of it."""
        exchange, error = self.client.send_once(method, path, json=body, credential=credential, namespace=namespace)
        outcome = _outcome(exchange)
        self.swarm.unanswered = self.swarm.unanswered + 1 if error else 0
        self.environment.events.request.fire(
            request_type=method,
            name=name,
            response_time=exchange.elapsed * 1000,
            response_length=len(exchange.response.body),
            exception=_failure(exchange, error, outcome, name),
        )
        if error is None:
            self.swarm.judge.see(exchange, self.kind)
        if outcome is RequestOutcome.CAPACITY:
            gevent.sleep(min(retries.wait(exchange.response, 1), _LONGEST_WAIT))
        elif outcome is RequestOutcome.UNKNOWN:
            gevent.sleep(max(self.swarm.plan.pause, 0.05))
        return exchange, outcome

    def judged(self, found: Iterable[tuple[str, Finding | None]], *exchanges: Exchange) -> bool:
        """Count what was `found` of some exchanges, and return whether nothing was wrong."""
        return self.swarm.judge.judged(found, exchanges, self.kind)

    def make_object(self) -> LoadObject:
        """Make an object. Raises GreenletExit, which ends a user in silence, if the target does not let it."""
        path = path_of("buckets", self.swarm.plan.bucket, "objects")
        blob = {"property": "content", "type": "text", "data": f"made by mixpeek-conformance, {self.number}"}
        reason = ""
        for attempt in range(_TRIES):
            blob["data"] += f".{attempt}"
            exchange, outcome = self.ask("POST", path, {"blobs": [blob]}, name=MAKING)
            if outcome is RequestOutcome.ACCEPTED:
                try:
                    if (made := self.swarm.made(dict(Answer(exchange).document))) is not None:
                        return made
                except Inconclusive as error:
                    reason = str(error)
                    break
            reason = f"no object could be made: {exchange.response.error or Answer(exchange).summary}"
            if outcome is RequestOutcome.REFUSED:
                break
        self.swarm.reasons[reason] = None
        raise gevent.GreenletExit

    def refused(self, subject: LoadObject, exchange: Exchange) -> None:
        """Charge the refusal of a patch that nothing is wrong with, unless it is one of the moment."""
        status, members = exchange.response.status, exchange.response.members or {}
        error = members.get("error")
        quota = isinstance(error, dict) and error.get("type") == _QUOTA
        if status in PASSING or quota or (status == 404 and subject.is_fresh):
            return
        finding = Finding("200, as other patches of its kind are answered", Answer(exchange).summary)
        self.judged([("RESPONSE-ACCEPTED", finding)], exchange)

    def see_strangers(self, subject: LoadObject, document: pairs.Document, exchange: Exchange) -> None:
        """Judge that no patch which was refused has taken effect."""
        marker = self._marker_in(document)
        if marker is not None:
            known = self.swarm.marked(marker)
            if known is not None:
                requirement, refusal = known
                finding = Finding(f"no {MARKER}", pairs.difference(MARKER, None, marker).actual)
                self.judged([(requirement, finding)], refusal, exchange)
        elif subject.refused:
            self.judged([("AUTH-NO-EFFECT", None)], exchange)

    def marking(self, marker: str) -> dict[str, Any]:
        """Return the field by which a stranger tries to leave a mark."""
        return {MARKER: marker} if self.swarm.takes_custom_fields else {PREFIX: f"{MARKER}/{marker}"}

    def is_overwritten(self, document: pairs.Document) -> bool:
        """Whether a stranger's mark stands where the count of an object was, which `see_strangers` judges."""
        return not self.swarm.takes_custom_fields and self._marker_in(document) is not None

    def _marker_in(self, document: pairs.Document) -> str | None:
        if self.swarm.takes_custom_fields:
            return str(document[MARKER]) if MARKER in document else None
        prefix = str(self.swarm.plain(document).get(PREFIX))
        return prefix.removeprefix(f"{MARKER}/") if prefix.startswith(f"{MARKER}/") else None


def _outcome(exchange: Exchange) -> RequestOutcome:
    status = exchange.response.status
    if is_capacity(exchange):
        return RequestOutcome.CAPACITY
    if 200 <= status < 300:
        return RequestOutcome.ACCEPTED
    return RequestOutcome.REFUSED if 400 <= status < 500 else RequestOutcome.UNKNOWN


def _failure(exchange: Exchange, error: Exception | None, outcome: RequestOutcome, name: str) -> str | None:
    """Return what a request that was not answered as usual is counted under; None for one that was."""
    status = exchange.response.status
    if error is not None:
        return f"no answer ({type(error).__name__})"
    if outcome is RequestOutcome.CAPACITY:
        return f"{status} capacity"
    if outcome is RequestOutcome.ACCEPTED or (name == REFUSED and outcome is RequestOutcome.REFUSED):
        return None
    return str(status)
