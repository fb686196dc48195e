"""A run that is over before all was asked: what it leaves open never holds."""

import itertools
import re
from collections.abc import Mapping
from typing import Any

import pytest

from contracts.invariants import INVARIANTS
from fixtures.reference.server import ReferenceServer
from tests.hostile.proxy import ReceivedRequest, standing_before
from tests.hostile.sockets import Behaviour, resets_the_connection
from tests.support.commands import Conform, run_suite

QUICK = ("--effort", "quick", "--seed", "1")
SOME = ("-k", "test_merge_values.py and (text or integers or fractions)")


@pytest.fixture(scope="module")
def whole(reference: ReferenceServer, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, int]:
    """What a run that is not cut short judges."""
    folder = tmp_path_factory.mktemp("whole")
    environment = reference.credentials.environment
    outcome = run_suite(("--base-url", reference.base_url, "--result-only", *QUICK, *SOME), environment, folder)
    return judged(outcome.result)


def judged(result: Mapping[str, Any]) -> dict[str, int]:
    """How many examples were judged of each requirement that holds, and that only checks of its own can judge."""
    ours = [one for one in result["requirements"] if one["verdict"] == "holds" and one["id"] not in INVARIANTS]
    return {one["id"]: one["asked"] for one in ours}


@pytest.mark.parametrize(
    "cut",
    [
        ("--max-requests", "22"),
        ("--max-requests", "28"),
        ("--max-requests", "36"),
        pytest.param(("--max-requests", "30", "-n", "2"), marks=pytest.mark.slow),
        ("--max-time", "3s", "--rate", "8"),
    ],
    ids=" ".join,
)
def test_what_a_cut_leaves_open_never_holds(conform: Conform, whole: Mapping[str, int], cut: tuple[str, ...]) -> None:
    """A requirement holds if all its examples were judged, and is inconclusive if the run was over before that."""
    outcome = conform(*QUICK, *SOME, *cut)
    held = judged(outcome.result)
    assert held.items() < whole.items(), outcome.output
    assert outcome.ids("inconclusive") >= whole.keys() - held.keys()
    assert outcome.code == 6


def test_a_cut_check_says_how_much_it_judged(conform: Conform) -> None:
    """The reason names the limit and the examples before it."""
    outcome = conform(*QUICK, "--max-requests", "12", "-k", "test_text_comes_back")
    [found] = [one for one in outcome.result["requirements"] if one["id"] == "MERGE-TEXT"]
    assert found["verdict"] == "inconclusive"
    assert re.fullmatch(
        r"not sent: --max-requests 12 is reached in this process; \d+ examples? of the check could be judged",
        found["reason"],
    )
    assert found["asked"] > 0


@pytest.mark.parametrize("after", [9, 12])
def test_a_target_that_dies_leaves_checks_open(
    conform: Conform, whole: Mapping[str, int], reference: ReferenceServer, after: int
) -> None:
    """A check that had judged some examples when the target died is inconclusive."""
    seen = itertools.count()

    def instead(asked: ReceivedRequest) -> Behaviour | None:
        return resets_the_connection if asked.method == "PATCH" and next(seen) > after else None

    with standing_before(reference.base_url.removeprefix("http://"), instead) as where:
        outcome = conform(*QUICK, *SOME, "--gone-after", "2", base_url=f"http://{where}")
    assert outcome.code == 7
    assert judged(outcome.result).items() < whole.items()
