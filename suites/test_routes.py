"""MERGE and RESPONSE over other ways than the kept connection: a service of several workers answers as one does."""

import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import cycle

from contracts.catalogue.requirement import Capability
from contracts.vocabulary import rfc3339
from contracts.vocabulary.display import ABSENT, shown
from contracts.vocabulary.json_equality import same_json
from contracts.vocabulary.outcomes import Violation
from fixtures.checks.assertions import (
    assert_stored,
    difference,
    fields_sent,
    shown_by,
    shown_name,
    shows_refused,
)
from fixtures.checks.refused_ways import TICK
from fixtures.examples.marks import requirement
from fixtures.examples.shared_answers import Shared
from fixtures.http.answer import Answer
from fixtures.http.api_paths import path_of
from fixtures.http.list_endpoint import objects_in
from fixtures.objects.settling import eventually
from fixtures.objects.subject import Subject
from fixtures.objects.workspace import Workspace

CONNECTIONS = 6
"""Connections over which an object is asked, each once: two workers are both met but for one run in 32."""

ROUND = ("PATCH", "PATCH", "GET", "PATCH", "GET", "GET")
"""What is sent, each over a connection of its own: if two workers take turns, each of them patches and reads.

A worker reads behind a patch of its own and, without one between, behind a patch of the other.
"""

ROUNDS = 2
"""How often it is sent; once if few are enough."""

KEPT = (2, 10)
"""Requests of two rounds that go over the connection which the run keeps: both read, in the same way, and the patches
between them came over others."""


@requirement("MERGE-READ-BACK")
def test_every_connection_shows_what_was_patched(subject: Subject, shared: Shared, workspace: Workspace) -> None:
    if not all(shows(read, fields) for fields, read in over_connections(subject, shared, workspace).reads):
        assert_every_connection_shows(subject, workspace)  # GET may lag: asked again, it may pass


@requirement("MERGE-ONLY-SENT")
def test_patches_over_other_connections_keep_each_other(
    subject: Subject, shared: Shared, workspace: Workspace
) -> None:
    asked = over_connections(subject, shared, workspace)
    if not shows(asked.look, asked.taken):
        assert_patches_keep_each_other(subject)


@requirement("RESPONSE-ADDRESSED")
def test_a_patch_through_the_name_of_the_bucket_is_answered_with_its_id(
    subject: Subject, shared: Shared, workspace: Workspace
) -> None:
    asked = over_connections(subject, shared, workspace)
    for _, answer in asked.by_name:
        if answer["bucket_id"] != asked.look["bucket_id"]:
            with shown_by(answer, asked.look):
                raise difference("bucket_id", asked.look["bucket_id"], answer["bucket_id"])


@requirement("MERGE-KEY-PREFIX")
def test_key_prefix_is_taken_through_the_name_of_the_bucket(
    subject: Subject, shared: Shared, workspace: Workspace
) -> None:
    for _, answer in over_connections(subject, shared, workspace).by_name:
        prefix = fields_sent(answer)["key_prefix"]
        if not shows_refused(answer.document, "key_prefix", prefix):
            other = subject.patch({"key_prefix": subject.fresh_text()})
            if shows_refused(other.document, "key_prefix", fields_sent(other)["key_prefix"]):
                with shown_by(answer, other):
                    raise difference("key_prefix", prefix, answer["key_prefix"])


@requirement("TIME-MOVES")
def test_updated_at_moves_through_the_name_of_the_bucket(
    subject: Subject, shared: Shared, workspace: Workspace
) -> None:
    for before, answer in over_connections(subject, shared, workspace).by_name:
        if before is not None and same_instant(before, answer):
            assert_moves_through(subject, subject.path_in(workspace.name_of(subject.bucket)))


@requirement("MERGE-OTHER-OBJECTS")
def test_no_object_of_the_bucket_shows_what_others_were_sent(
    subject: Subject, shared: Shared, workspace: Workspace
) -> None:
    subject.expect_custom_fields()
    over_connections(subject, shared, workspace)  # through the name of the bucket too
    for one in () if shared.few else objects_in(subject.client, subject.bucket):
        identifier = str(one.get("object_id"))
        if names := subject.senders.strange(identifier, one):
            read = subject.read(path=path_of("buckets", subject.bucket, "objects", identifier))
            if read.accepted and read[names[0]] is not ABSENT:
                expected = f"no {names[0]} in {identifier}, which was sent to other objects alone"
                raise Violation(expected, f"{names[0]} = {shown(read[names[0]])}", exchanges=(read.exchange,))


def same_instant(one: Answer, other: Answer) -> bool:
    """Tell whether two answers show the same updated_at, as far as it can be read."""
    instant = rfc3339.instant(one["updated_at"])
    return instant is not None and instant == rfc3339.instant(other["updated_at"])


def assert_moves_through(subject: Subject, path: str) -> None:
    """Assert that a patch through a path moves updated_at if others do; a clock of whole seconds is given one."""
    first = subject.change()
    time.sleep(TICK)
    second = subject.change()
    time.sleep(TICK)
    through = subject.attempt(subject.fresh_field(), path=path)
    if through.accepted and same_instant(second, through) and not same_instant(first, second):
        with shown_by(first, second, through):
            raise Violation(f"updated_at after {second['updated_at']}", f"updated_at {through['updated_at']}")


@dataclass(frozen=True)
class OverConnections:
    """The fields that were taken, what reads between them showed with those taken by then, and a last look.

    `by_name` are the answers to patches through the name of the bucket, each with the one before it.
    """

    taken: Mapping[str, object]
    reads: Sequence[tuple[Mapping[str, object], Answer]]
    look: Answer
    by_name: Sequence[tuple[Answer | None, Answer]]


def over_connections(subject: Subject, shared: Shared, workspace: Workspace) -> OverConnections:
    """Return what patches and reads in turn were answered over connections of their own; sent once."""
    rounds = 1 if shared.few else ROUNDS
    return shared.once("connections", lambda: _asked(subject, workspace, rounds), subject.fresh_one)


def _asked(subject: Subject, workspace: Workspace, rounds: int) -> OverConnections:
    taken: dict[str, object] = {}
    reads: list[tuple[Mapping[str, object], Answer]] = []
    by_name: list[tuple[Answer | None, Answer]] = []
    before, again = None, subject.fresh_name()
    reads_back = Capability.READ_BACK not in subject.client.target.without
    with subject.client.fresh_connections():
        ways = ways_to(subject, workspace) if reads_back and rounds > 1 else (None,)
    paths = cycle(path or subject.path for path in ways) if reads_back else None
    to_patch = cycle((ways[0], ways[0], ways[-1]))  # a reading in the other way stands behind each change of ways
    for place, method in enumerate(ROUND * rounds):
        is_kept = rounds > 1 and place in KEPT
        with nullcontext() if is_kept else subject.client.fresh_connections():
            if method == "PATCH":
                body, way = subject.fresh_field(), next(to_patch)
                body |= {again: subject.fresh_text()} if subject.takes_custom_fields else {}
                prefix = {} if way is None else {"key_prefix": subject.fresh_text()}
                if (answer := subject.attempt({**body, **prefix}, path=way)).accepted:
                    taken |= body
                    by_name += [(before, answer)] if way is not None else []
                    before = answer
            elif paths is not None:
                reads.append((dict(taken), subject.read(path=next(paths))))  # sent once
    return OverConnections(taken, reads, subject.touch(), by_name)


def shows(answer: Answer, fields: Mapping[str, object]) -> bool:
    """Tell whether an answer is an object with these fields."""
    return answer.accepted and all(same_json(answer[name], value) for name, value in fields.items())


def ways_to(subject: Subject, workspace: Workspace) -> tuple[str | None, str | None]:
    """Return two paths to the object: through the name of its bucket as well, if the target takes it for the id."""
    name = workspace.names.get(subject.bucket)
    by_name = None if name is None else subject.path_in(name)
    return None, by_name if by_name is not None and subject.read(path=by_name).accepted else None


def assert_every_connection_shows(subject: Subject, workspace: Workspace) -> None:
    """Assert that GET shows a patch over every connection, which it may do a moment later."""
    subject.read_back()
    ways = ways_to(subject, workspace)
    for way in dict.fromkeys(ways):
        assert_connections_show(subject, ways, way)
    assert_kept_connection_shows(subject)


def assert_connections_show(subject: Subject, ways: Sequence[str | None], way: str | None) -> None:
    """Assert that GET shows over every connection, and in every way, what is patched in one."""
    paths = cycle(path or subject.path for path in ways)
    [(name, value)] = (body := subject.fresh_field()).items()
    subject.attempt({name: subject.fresh_text()}, path=way)
    with subject.client.fresh_connections():
        for _ in range(CONNECTIONS // 2):
            subject.read(path=next(paths))  # what a worker remembers of an object, it remembers from here on
    assert_stored(subject.attempt(body, path=way).expect_accepted(), body)

    def read_over_all() -> None:
        with subject.client.fresh_connections():
            for _ in range(CONNECTIONS):
                read = subject.read(path=next(paths))  # sent once: `eventually` waits for a replica that lags
                assert_shows(read, name, value)

    eventually(read_over_all)


def assert_kept_connection_shows(subject: Subject) -> None:
    """Assert that GET shows, over the connection that the run keeps, what is patched over another one behind it."""
    [(name, value)] = (body := subject.fresh_field()).items()
    subject.read_back()
    with subject.client.fresh_connections():
        assert_stored(subject.attempt(body).expect_accepted(), body)
    eventually(lambda: assert_shows(subject.read(), name, value))


def assert_patches_keep_each_other(subject: Subject) -> None:
    """Assert that patches over connections of their own keep each other, which may show a moment later."""
    subject.expect_custom_fields()
    bodies = [{subject.fresh_name(): subject.fresh_number()} for _ in range(CONNECTIONS)]
    with subject.client.fresh_connections():
        taken = [body for body in bodies if subject.attempt(body).accepted]

    def all_are_kept() -> None:
        state = subject.touch()
        for body in taken:
            assert_stored(state, body)

    eventually(all_are_kept)


def assert_shows(read: Answer, name: str, value: object) -> None:
    """Assert that GET shows a field as it was patched; an object that it does not find shows none."""
    if read.status == 404:
        raise Violation(f"the object, with {shown_name(name)} = {shown(value)}", read.summary)
    if read.accepted:
        assert_stored(read, {name: value})
