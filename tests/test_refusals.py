"""Refusals: they are blamed for what they did, and not for what was accepted, nor for a target that takes nothing."""

from collections.abc import Iterator

import pytest

from contracts.judgement import Inconclusive, Violation
from fixtures.assertions import assert_refused, shows_refused
from fixtures.subject import Subject
from tests.support import Answers, Conform, client_of


class Moved(Answers):
    """Accepts patches until one says that the service has moved, and redirects them from then on."""

    def do_PATCH(self) -> None:  # noqa: N802 - the name that the server looks for
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.moved = getattr(self.server, "moved", False) or b"move" in body  # type: ignore[attr-defined]
        moved = self.server.moved  # type: ignore[attr-defined]
        self.answer(308 if moved else 200, *([("Location", f"{self.path}/")] if moved else []))


@pytest.fixture
def subject() -> Iterator[Subject]:
    with client_of(Moved) as client:
        yield Subject(client, "b", "obj_1", {})


def test_a_redirect_of_every_patch_is_no_missing_refusal(subject: Subject) -> None:
    """If a patch with nothing wrong is not accepted either, nothing can be said of one that must be refused."""
    subject.expect_patchable()
    answer = subject.attempt({"note": "move"})
    with pytest.raises(Inconclusive, match="308"):
        assert_refused(answer, twin=subject)


def test_a_patch_that_must_be_refused_and_is_accepted_is_a_violation(subject: Subject) -> None:
    """An accepted patch needs no twin."""
    with pytest.raises(Violation, match="expected 4xx"):
        assert_refused(subject.attempt({"note": 1}), twin=subject)


@pytest.mark.parametrize(
    ("state", "name", "value", "shows"),
    [
        ({"note": "wordb"}, "note", "wordb", True),
        ({"note": "worda"}, "note", "wordb", False),
        ({}, "note", "wordb", False),
        ({"key_prefix": "wordb/"}, "key_prefix", "wordb", True),
        ({"key_prefix": None}, "key_prefix", "wordb", False),
    ],
)
def test_the_refused_value_alone_is_looked_for(state: dict[str, object], name: str, value: str, shows: bool) -> None:
    """What else became of a field is not the doing of a refused patch."""
    assert shows_refused(state, name, value) is shows


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_late_write_is_not_blamed_on_a_refusal(conform: Conform, seed: str) -> None:
    """A target that writes after it answers keeps the clauses of refusals."""
    only = "AUTH or NAMESPACE or test_errors or test_namespace or changes_nothing"
    run = conform("--effort", "quick", "--seed", seed, "-k", only, at="/faults/writes-after-answering")
    assert not run.ids("violated")
    assert {"AUTH-NO-EFFECT", "NAMESPACE-MISSING", "NAMESPACE-UNKNOWN", "ERROR-ATOMIC"} <= run.ids("holds")
