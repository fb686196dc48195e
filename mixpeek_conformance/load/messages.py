"""The messages between a master and its workers, sent by Locust. A message is data: it is checked before it is used.

No key is in any message: each machine has its own.
"""

from collections.abc import Mapping
from typing import Any

from contracts.editions import edition
from contracts.vocabulary import events
from contracts.vocabulary.events import Event, Failed, Judged, Made, Violated
from contracts.vocabulary.version import suite_version
from fixtures.http.api_paths import Form, flaw_of, place_of
from fixtures.objects.ownership import is_run
from fixtures.target.target import Misconfigured, Target
from mixpeek_conformance.load.plan import LoadPlan

HELLO = "conformance-hello"
"""From a worker: which target its own settings name, and which suite it is."""

REFUSAL = "conformance-refusal"
"""To a worker: why it cannot take part."""

PLAN = "conformance-plan"
"""To all workers: what to do, in which bucket."""

EVENT = "conformance-event"
"""From a worker: something was made, or is broken."""

COUNTS = "conformance-counts"
"""From a worker, every two seconds and at its end: what was judged since the last time, and what goes on."""

EVERY = 2.0
"""Seconds between two messages with counts."""

_MOST = 1_000_000
"""What no number of a plan reaches."""

_TOLD = (Made, Violated, Failed, Judged)


def hello(target: Target, edition_name: str) -> dict[str, str]:
    """Return what a worker says of itself."""
    return {
        "suite": suite_version(),
        "base URL": target.base_url,
        "namespace": target.namespace,
        "edition": edition_name,
    }


def difference(said: object, expected: Mapping[str, str]) -> str | None:
    """Say why a worker does not fit the run; None if it does."""
    if not isinstance(said, dict):
        return "it does not say what it asks"
    for name, value in expected.items():
        if said.get(name) != value:
            return f"its {name} is {said.get(name)!r}, and that of the master is {value!r}"
    return None


def event_in(data: object, bucket: str) -> Event | None:
    """Return the event in a message; None if workers report no such event, or if it is about another bucket."""
    try:
        event = events.from_json(dict(data)) if isinstance(data, dict) else None
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    if not isinstance(event, _TOLD):
        return None
    if isinstance(event, Made):
        place = place_of(event.path) if isinstance(event.path, str) else None
        if place is None or place.form is not Form.OBJECT or place.identifiers[0] != bucket:
            return None
    return event


def plan_in(data: object) -> LoadPlan:
    """Return the plan in a message. Raises Misconfigured if it is none that a master of this suite sends."""
    try:
        plan = LoadPlan.from_json(data) if isinstance(data, dict) else LoadPlan()
        texts = (plan.edition, plan.bucket, plan.shared)
        sound = is_run(plan.run) and all(isinstance(one, str) and one for one in texts)
        numbers = (plan.users, plan.workers, plan.seconds, plan.spawn_rate, plan.pause)
        sound = sound and all(isinstance(one, int | float) and 0 <= one < _MOST for one in numbers)
        sound = sound and isinstance(plan.other_namespace, str | None) and isinstance(plan.weights, dict)
        edition.expect_known(plan.edition)
    except (TypeError, LookupError):
        sound = False
    if not sound or plan.workers < 1 or flaw_of(plan.bucket) or flaw_of(plan.shared):
        raise Misconfigured("the master sends no plan that a worker can follow: is it of the same suite?")
    return plan


def counts(judged: Event, violations: int, *, gone: bool, done: bool, reasons: list[str]) -> dict[str, Any]:
    """Return the counts of a worker."""
    return {
        "judged": events.as_json(judged),
        "violations": violations,
        "gone": gone,
        "done": done,
        "reasons": reasons,
    }
