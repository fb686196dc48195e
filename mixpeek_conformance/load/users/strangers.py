"""Strangers: without a key, with a wrong one, or in another namespace, they are refused and change nothing."""

from dataclasses import dataclass

from locust import task

from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import Finding
from fixtures.http import credentials
from fixtures.http.answer import Answer
from fixtures.http.credentials import Credential
from mixpeek_conformance.load.swarm import LoadObject, RequestOutcome
from mixpeek_conformance.load.users.load_user import PASSING, REFUSED, LoadUser

_NO_NAMESPACE = "conformance-no-such-namespace"
_CREDENTIALS = (401, 403)


@dataclass(frozen=True)
class Guise:
    """A way in which a stranger asks, the requirement that refuses it, and the accepted codes; None is any 4xx."""

    requirement: str
    effect: str
    credential: Credential = credentials.OWN
    namespace: str | None = None
    codes: tuple[int, ...] | None = None
    reads: bool = False


def guises(other: str | None, foreign: str | None) -> tuple[Guise, ...]:
    """Return the guises that there are, with a second namespace and another organisation's, if they are known."""
    known = [
        Guise("AUTH-MISSING", "AUTH-NO-EFFECT", credentials.NONE, codes=_CREDENTIALS),
        Guise("AUTH-UNKNOWN-KEY", "AUTH-NO-EFFECT", credentials.NEVER_ISSUED[0], codes=_CREDENTIALS),
        Guise("NAMESPACE-UNKNOWN", "NAMESPACE-UNKNOWN", namespace=_NO_NAMESPACE),
    ]
    if other:
        known += [Guise("NAMESPACE-ISOLATED", "NAMESPACE-ISOLATED", namespace=other, reads=True)] * 2
    if foreign:
        known.append(
            Guise("NAMESPACE-FOREIGN", "NAMESPACE-FOREIGN", credentials.FOREIGN, namespace=foreign, reads=True)
        )
    return tuple(known)


class Stranger(LoadUser):
    """Tries to patch and to read the objects of others."""

    kind = "strangers"

    def on_start(self) -> None:
        """Learn which guises there are."""
        target = self.swarm.target
        foreign = target.foreign_namespace if target.foreign_api_key is not None else None
        self._guises = guises(self.swarm.plan.other_namespace, foreign)
        self._left: list[Guise] = []
        self._sent = 0

    @task
    def intrude(self) -> None:
        """Try one object in one guise."""
        subject = self.random.choice([self.swarm.shared, *self.swarm.objects])
        guise = self._next_guise()
        namespace = self.swarm.target.namespace if guise.namespace is None else guise.namespace
        method = self.random.choice(("GET", "PATCH")) if guise.reads else "PATCH"
        self._sent += 1
        marker = f"{self.number}-{self._sent}"
        exchange, outcome = self.ask(
            method,
            subject.path,
            self.marking(marker) if method == "PATCH" else None,
            name=REFUSED,
            credential=guise.credential,
            namespace=namespace,
        )
        if outcome in (RequestOutcome.ACCEPTED, RequestOutcome.REFUSED):
            self._judge(guise, subject, exchange, outcome, marker)

    def _next_guise(self) -> Guise:
        """Return one guise after the other, in any order, so that a few requests show all of them."""
        if not self._left:
            self._left = self.random.sample(self._guises, len(self._guises))
        return self._left.pop()

    def _judge(
        self, guise: Guise, subject: LoadObject, exchange: Exchange, outcome: RequestOutcome, marker: str
    ) -> None:
        status, codes = exchange.response.status, guise.codes
        if status in PASSING:
            return
        if outcome is RequestOutcome.REFUSED and exchange.request.method == "PATCH":
            subject.refused += 1
            self.swarm.mark(marker, guise.effect, exchange)
        fine = outcome is RequestOutcome.REFUSED and (codes is None or status in codes)
        expected = "4xx" if codes is None else " or ".join(map(str, codes))
        finding = None if fine else Finding(expected, Answer(exchange).summary)
        self.judged([(guise.requirement, finding)], exchange)
