"""Blame: a 5xx is shown by what fails again on a fresh object, or says that it does not."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from fixtures.reference.server import ReferenceServer
from tests.hostile.proxy import Asked, standing_before
from tests.hostile.sockets import Behaviour
from tests.relay import Asked as Request
from tests.relay import Relay, Reply
from tests.support import Conform, Objects

QUICK = ("--effort", "quick", "--seed", "1", "-k")
BROKEN = json.dumps({"success": False, "status": 500, "error": {"message": "no", "type": "t"}}).encode()


def violations(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    [found] = [one for one in result["requirements"] if one["id"] == "ERROR-NO-5XX"]
    shown: list[dict[str, Any]] = found["violations"]
    return shown


def breaks(connection: Any, _: bytes) -> None:
    """Answer 500."""
    connection.sendall(
        b"HTTP/1.1 500 No\r\nContent-Type: application/json\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n" % len(BROKEN) + BROKEN
    )


def test_the_patch_that_spoils_an_object_is_blamed(conform: Conform) -> None:
    """An innocent patch is shown with the stored one before it, on an object that saw no other."""
    run = conform(*QUICK, "test_merge_values", at="/faults/breaks-down-after-emoji")
    assert run.ids("violated") == {"ERROR-NO-5XX"}
    assert violations(run.result)
    for violation in violations(run.result):
        first, second = violation["exchanges"]
        assert max(json.dumps(json.loads(first["request"]["body"]), ensure_ascii=False)) > "\uffff"
        assert (first["response"]["status"], second["response"]["status"]) == (200, 500)
        assert violation["actual"].startswith("after the patch shown first was sent: 500")
        assert first["request"]["url"] == second["request"]["url"]


def test_a_patch_that_fails_again_is_shown_alone(conform: Conform) -> None:
    """A body that a fresh object fails at, too, is the whole evidence."""
    run = conform(*QUICK, "test_merge_values", at="/faults/breaks-down-on-emoji")
    assert violations(run.result)
    for violation in violations(run.result):
        [only] = violation["exchanges"]
        assert max(json.dumps(json.loads(only["request"]["body"]), ensure_ascii=False)) > "\uffff"
        assert violation["actual"].startswith("500")


def test_a_5xx_that_comes_once_says_so(conform: Conform, reference: Any) -> None:
    """A target that breaks down once is charged with it, and no body is said to do it again."""
    once: list[bytes] = []

    def instead(asked: Asked) -> Behaviour | None:
        if asked.method != "PATCH" or b"note" not in asked.body or once:
            return None
        once.append(asked.body)
        return breaks

    with standing_before(reference.base_url.removeprefix("http://"), instead) as where:
        run = conform(*QUICK, "test_merge_values", base_url=f"http://{where}")
    [violation] = violations(run.result)
    assert violation["actual"].startswith("not reproducible on a fresh object alone, which answers 200: 500")
    assert violation["exchanges"][-1]["response"]["status"] == 500


def test_a_5xx_of_an_object_handed_over_says_so(
    conform: Conform, reference: ReferenceServer, known: Mapping[str, str]
) -> None:
    """Without fresh objects nothing is sent again, and the evidence says that."""
    at = "/faults/breaks-down-after-emoji"
    bucket, identifier, _ = Objects(reference.base_url + at, known).make()
    place = ("--bucket", bucket, "--object", identifier, "--without", "set-up", "--allow-residue")
    run = conform(*QUICK, "test_merge_values", *place, at=at)
    assert violations(run.result)
    for violation in violations(run.result):
        assert violation["actual"].startswith("not repeated on a fresh object, since ")


def observations(result: Mapping[str, Any]) -> dict[str, str]:
    """The outcomes of the observations that were made."""
    return {one["id"]: one["outcome"] for one in result["observations"] if one["outcome"]}


def spoilt_by_surrogates(spoilt: set[str]) -> Callable[[Request, Callable[[Request], Reply]], Reply]:
    """Store a lone surrogate, and answer 500 from then on whenever that object is read or patched."""

    def bend(asked: Request, pass_on: Callable[[Request], Reply]) -> Reply:
        if asked.path in spoilt:
            return Reply(500, json.loads(BROKEN))
        if asked.method == "PATCH" and b"\\ud800" in asked.body:
            spoilt.add(asked.path)
            return pass_on(replace(asked, body=asked.body.replace(b"\\ud800", b"?")))
        return pass_on(asked)

    return bend


def test_a_lone_surrogate_that_spoils_an_object(conform: Conform, reference: ReferenceServer) -> None:
    """The patch with the surrogate is shown, no innocent one, and no observation is another one for it."""
    some = ("-k", "test_observations and (surrogate or name or nul or digits or nan)")
    faithful = observations(conform(*QUICK[:-1], *some).result)
    spoilt: set[str] = set()
    does = spoilt_by_surrogates(spoilt)
    with Relay(reference.base_url, lambda asked, _: does(asked, relay.pass_on)) as relay:
        run = conform(*QUICK[:-1], *some, base_url=relay.base_url)
    assert spoilt
    [violation] = violations(run.result)
    first, second = violation["exchanges"]
    assert "\\ud800" in first["request"]["body"]
    assert (first["response"]["status"], second["response"]["status"]) == (200, 500)
    assert violation["on_fresh_object"] == "yes"
    seen = observations(run.result)
    assert seen.pop("lone-surrogates") == "a ?"
    assert seen.items() <= faithful.items()


def test_workers_blame_as_one_process_does(conform: Conform) -> None:
    """With two workers each violation is a patch that spoils an object, with an innocent one behind it."""
    run = conform(*QUICK, "test_merge_values", "-n", "2", at="/faults/breaks-down-after-emoji")
    assert run.ids("violated") == {"ERROR-NO-5XX"}
    assert violations(run.result)
    for violation in violations(run.result):
        first, second = violation["exchanges"]
        assert max(json.dumps(json.loads(first["request"]["body"]), ensure_ascii=False)) > "\uffff"
        assert (first["response"]["status"], second["response"]["status"]) == (200, 500)


@pytest.mark.parametrize("budget", [13, 14, 18])
def test_a_budget_takes_no_violation_away(conform: Conform, budget: int) -> None:
    """A 5xx within the budget stands; if nothing is left to send it again with, the evidence says that."""
    options = ("test_text_comes_back", "--max-requests", str(budget))
    run = conform(*QUICK, *options, at="/faults/breaks-down-on-emoji")
    assert run.ids("violated") == {"ERROR-NO-5XX"}, run.output
    assert run.code == 1
    told = {"yes": "500", "not asked": "not repeated on a fresh object, since the run was over"}
    for violation in violations(run.result):
        assert violation["actual"].startswith(told[violation["on_fresh_object"]])
