"""The messages between a master and its workers, sent by Locust. A message is data: it is checked before it is used.

No key is in any message: each machine has its own.
"""

from collections.abc import Mapping
from typing import Any

from contracts.vocabulary import events
from contracts.vocabulary.events import Event, Failed, Judged, Made, Violated
from contracts.vocabulary.version import suite_version
from fixtures.http.api_paths import Form, place_of
from fixtures.target.target import Target

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

_TOLD = (Made, Violated, Failed, Judged)


def hello(target: Target, edition: str) -> dict[str, str]:
    """Return what a worker says of itself."""
    return {
        "suite": suite_version(),
        "base URL": target.base_url,
        "namespace": target.namespace,
        "edition": edition,
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


def counts(judged: Event, violations: int, *, gone: bool, done: bool, reasons: list[str]) -> dict[str, Any]:
    """Return the counts of a worker."""
    return {
        "judged": events.as_json(judged),
        "violations": violations,
        "gone": gone,
        "done": done,
        "reasons": reasons,
    }
