"""A violation of an object with a history is asked again on a fresh one, and the evidence says what came."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from fixtures.reference.server import ReferenceServer
from tests.relay import Asked, Relay, Reply
from tests.support import Conform, Objects

QUICK = ("--effort", "quick", "--seed", "1", "-k", "test_integers_come_back")


def evidence(result: dict[str, Any]) -> list[dict[str, Any]]:
    """What is shown of the one requirement that is violated."""
    [found] = [one for one in result["requirements"] if one["verdict"] == "violated"]
    violations: list[dict[str, Any]] = found["violations"]
    return violations


def spoils_numbers(*, behind: int) -> Callable[[Asked, Callable[[], Reply]], Reply]:
    """Answer with other numbers, from the patch behind the first few of each object on."""
    patches = Counter[str]()

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        reply = onward()
        patches[asked.path] += asked.method == "PATCH"
        if asked.method != "PATCH" or patches[asked.path] <= behind or not reply.accepted:
            return reply
        numbers = {
            name: value + 1
            for name, value in reply.document.items()
            if type(value) is int and name != "document_count"
        }
        return Reply(reply.status, {**reply.document, **numbers})

    return bend


@pytest.mark.parametrize(("behind", "expected"), [(0, {"yes"}), (1, {"no"})])
def test_the_evidence_says_what_a_fresh_object_shows(
    conform: Conform, reference: ReferenceServer, behind: int, expected: set[str]
) -> None:
    """What only an object with a history shows stands, and says that a fresh object does not show it."""
    with Relay(reference.base_url, spoils_numbers(behind=behind)) as relay:
        run = conform(*QUICK, base_url=relay.base_url)
    assert run.code == 1
    assert {one["on_fresh_object"] for one in evidence(run.result)} == expected
    [told] = expected
    assert f"seen on a fresh object: {told}" in run.output


def test_an_object_handed_over_is_not_asked_again(
    conform: Conform, reference: ReferenceServer, objects: Objects
) -> None:
    """Where no fresh object may be made, the evidence says that none was asked."""
    bucket, identifier, _ = objects.make()
    with Relay(reference.base_url, spoils_numbers(behind=0)) as relay:
        place = ("--bucket", bucket, "--object", identifier, "--without", "set-up", "--allow-residue")
        run = conform(*QUICK, *place, base_url=relay.base_url)
    assert {one["on_fresh_object"] for one in evidence(run.result)} == {"not asked"}


def test_each_cause_is_asked_again_once(conform: Conform, reference: ReferenceServer) -> None:
    """However many examples show a cause, a fresh object is made for it once."""
    with Relay(reference.base_url, spoils_numbers(behind=1)) as relay:
        run = conform(*QUICK, "--effort", "standard", base_url=relay.base_url)
        made = [one for one in relay.asked if one.method == "POST" and one.path.endswith("/objects")]
    assert evidence(run.result)
    assert len(made) <= 2 + 5 + 1  # of the preflight and of the check, one for each cause, and room for one
