"""MERGE and RESPONSE over other ways than the kept connection: a service of several workers answers as one does."""

import time
from collections.abc import Mapping, Sequence
from itertools import cycle

from contracts.vocabulary import rfc3339
from contracts.vocabulary.display import shown
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
from fixtures.checks.over_connections import over_connections, ways_to
from fixtures.checks.refused_ways import TICK
from fixtures.examples.marks import requirement
from fixtures.examples.shared_answers import Shared
from fixtures.http.answer import Answer
from fixtures.objects.settling import eventually
from fixtures.objects.subject import Subject
from fixtures.objects.workspace import Workspace

CONNECTIONS = 6
"""Connections over which an object is asked, each once: two workers are both met but for one run in 32."""


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


def shows(answer: Answer, fields: Mapping[str, object]) -> bool:
    """Tell whether an answer is an object with these fields."""
    return answer.accepted and all(same_json(answer[name], value) for name, value in fields.items())


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
