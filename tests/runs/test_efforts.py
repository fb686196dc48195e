"""Efforts: what each of them asks and leaves out, and what few requests are spent on."""

import pytest

from contracts.catalogue.requirement import Area, Level
from contracts.vocabulary.efforts import EFFORTS
from tests.support.catalogue import OURS
from tests.support.client_responses import STRICT
from tests.support.commands import Conform


@pytest.mark.parametrize("effort", ["smoke", "quick"])
def test_an_effort_sends_no_more_than_it_says(conform: Conform, effort: str) -> None:
    """A whole run sends as many requests as it announces, within a fifth, and leaves no requirement out."""
    run = conform("--effort", effort, "--seed", "1", "--without", "foreign-key")
    assert run.code == 0, run.output
    assert run.result["run"]["requests"] == pytest.approx(EFFORTS[effort].requests, rel=0.2)
    assert not run.ids("inconclusive")


def test_every_report_says_what_smoke_left_out(conform: Conform) -> None:
    """A reader of any report sees that less was asked."""
    run = conform("--effort", "smoke", "-k", "timestamps_keep", renderings=True)
    for name in ("summary.md", "index.html", "junit.xml"):
        assert "all but the first of each check" in (run.folder / name).read_text("utf-8"), name


def test_smoke_asks_every_clause(conform: Conform) -> None:
    """No requirement is left out, whatever is left out of it."""
    run = conform("--effort", "smoke", "--seed", "4", "--reader", STRICT)
    assert run.ids("holds") == set(OURS)


def test_few_requests_go_to_must_in_every_area(conform: Conform) -> None:
    """A run that may send few requests looks into every area, and at no SHOULD before every area had its turn."""
    run = conform("--effort", "quick", "--max-requests", "100", "--seed", "1")
    holds = [OURS[one] for one in run.ids("holds")]
    assert {one.area for one in holds} == set(Area) - {Area.CLIENT}
    assert sum(one.level is Level.MUST for one in holds) > len(OURS) / 2
