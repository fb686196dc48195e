"""Hostile targets: a run against each ends, tells the truth, stays small, touches and leaks nothing."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from fixtures.reference.server import ReferenceServer
from tests.hostile import table
from tests.hostile.proxy import standing_before, unsteady
from tests.hostile.table import NAMES, result_in
from tests.support.commands import environment_of
from tests.support.forked import run
from tools.hostile_table import INTRODUCTION, TABLE, row


@pytest.mark.parametrize("name", NAMES)
def test_a_run_ends_and_says_why(name: str, tmp_path: Path, reference: ReferenceServer) -> None:
    """A run against a hostile target keeps every limit, and says what the table says."""
    assert row(name, tmp_path, reference) in TABLE.read_text("utf-8").splitlines()


def test_the_table_has_these_rows_and_no_others() -> None:
    """HOSTILE.md lists every hostile target once, in order, and at least eighty of them."""
    rows = TABLE.read_text("utf-8").removeprefix(INTRODUCTION).splitlines()
    assert [line.split(" | ")[0].removeprefix("| ") for line in rows] == list(NAMES)
    assert len(NAMES) >= 80


@pytest.mark.parametrize(
    ("every", "dead"),
    [(40, range(0)), (10_000, range(300, 304))],
    ids=["resets at random", "dies half-way through and comes back"],
)
def test_a_network_that_comes_and_goes(every: int, dead: range, reference: ReferenceServer, tmp_path: Path) -> None:
    """Connections that break off violate no requirement."""
    known: Mapping[str, str] = reference.credentials.environment
    target = reference.base_url.removeprefix("http://")
    with standing_before(target, unsteady(every, dead)) as where:
        options = ("--base-url", f"http://{where}", "--report-dir", str(tmp_path / "reports"), *table.SHORT)
        ended = run(tmp_path, ("run", *options, "--effort", "quick", "--seed", "1"), environment_of(known), 200)
    result = result_in(tmp_path)
    assert ended.code in (0, 6), ended.output
    assert result["summary"]["violated"] == 0
    assert result["suite_errors"] == []
    assert result["summary"]["holds"] > 30
