"""MERGE over other ways than the kept connection: a service of several workers answers as one does."""

from contracts.vocabulary.display import shown
from contracts.vocabulary.outcomes import Violation
from fixtures.checks.assertions import assert_stored, shown_name
from fixtures.examples.marks import requirement
from fixtures.http.answer import Answer
from fixtures.objects.settling import eventually
from fixtures.objects.subject import Subject

CONNECTIONS = 6
"""Connections over which an object is asked, each once: two workers are both met but for one run in 32."""


@requirement("MERGE-READ-BACK")
def test_every_connection_shows_what_was_patched(subject: Subject) -> None:
    subject.read_back()
    with subject.client.fresh_connections():
        for _ in range(CONNECTIONS // 2):
            subject.read()  # what a worker remembers of an object, it remembers from here on
    name, value = subject.fresh_name(), subject.fresh_text()
    patched = subject.patch({name: value})
    assert_stored(patched, {name: value})

    def read_over_all() -> None:
        with subject.client.fresh_connections():
            for _ in range(CONNECTIONS):
                read = subject.read(path=subject.path)  # sent once: `eventually` waits for a replica that lags
                assert_shows(read, name, value)

    eventually(read_over_all)


@requirement("MERGE-ONLY-SENT")
def test_patches_over_other_connections_keep_each_other(subject: Subject) -> None:
    bodies = [{subject.fresh_name(): subject.fresh_number()} for _ in range(CONNECTIONS)]
    with subject.client.fresh_connections():
        taken = [body for body in bodies if subject.attempt(body).accepted]

    def all_are_kept() -> None:
        state = subject.touch()
        for body in taken:
            assert_stored(state, body)

    eventually(all_are_kept)


def assert_shows(read: Answer, name: str, value: object) -> None:
    """Assert that GET gives a field as it was patched; an object that it does not find shows none."""
    if read.status == 404:
        raise Violation(f"the object, with {shown_name(name)} = {shown(value)}", read.summary)
    if read.accepted:
        assert_stored(read, {name: value})
