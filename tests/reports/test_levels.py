"""Levels of the suite: a requirement that is new to a gate is reported, and does not count until the gate says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from contracts.catalogue import CATALOGUE
from contracts.catalogue.levels import LEVELS, LISTED, NEWEST, is_within, level_of
from reports.renderings import junit, terminal
from reports.result.verdicts import RunVerdict
from tests.support.commands import Conform
from tests.support.results import BEGAN, asked, folded, violated

NEW = "MERGE-ENCODING"
OLD = "MERGE-NULL"


def test_every_requirement_has_one_level() -> None:
    """Levels list requirements of the catalogue, each once, and what they do not list is of the newest."""
    listed = [one for ids in LISTED.values() for one in ids]
    assert len(listed) == len(set(listed)) == 71
    assert set(listed) < set(CATALOGUE)
    assert level_of(OLD) == "0.1"
    assert level_of(NEW) == level_of("MADE-UP") == NEWEST == LEVELS[-1]


def test_a_level_has_what_came_before_it() -> None:
    """The newest level has all, and so does one that this suite does not know."""
    assert is_within(OLD, "0.1")
    assert not is_within(NEW, "0.1")
    assert all(is_within(one, level) for one in CATALOGUE for level in (NEWEST, "9.9"))


@pytest.mark.parametrize(
    ("requirement", "level", "verdict"),
    [
        (NEW, None, RunVerdict.NON_CONFORMANT),
        (NEW, NEWEST, RunVerdict.NON_CONFORMANT),
        (NEW, "0.1", RunVerdict.CONFORMANT),
        (OLD, "0.1", RunVerdict.NON_CONFORMANT),
    ],
)
def test_what_counts(requirement: str, level: str | None, verdict: RunVerdict) -> None:
    """A new requirement that is violated, or could not be asked, does not count; an old one does."""
    began = replace(BEGAN, options={} if level is None else {"suite-level": level})
    assert folded(*asked(requirement), violated(requirement), began=began).verdict is verdict
    unasked = folded(*asked(requirement), began=began).verdict
    assert unasked is (verdict if verdict is RunVerdict.CONFORMANT else RunVerdict.INCONCLUSIVE)


def test_reports_say_that_it_is_new() -> None:
    """The terminal shows the violation with what lets it count, and JUnit skips it."""
    result = folded(*asked(NEW), violated(NEW), began=replace(BEGAN, options={"suite-level": "0.1"}))
    told = f"does not count: new in level {NEWEST} of the suite (--suite-level {NEWEST} lets it count)"
    assert any(told in line for line in terminal.lines(result))
    assert b"violated, and does not count" in junit.render(result)
    assert result.exit_code == 0


def test_a_run_at_a_level(conform: Conform, tmp_path: Path) -> None:
    """The level of the file is that of the run; another one than those of the suite is refused."""
    (tmp_path / "conformance.toml").write_text('[targets.gate]\nsuite-level = "0.1"\n', "utf-8")
    outcome = conform(
        "--target", "gate", "-k", "ERROR-NO-BODY", "--effort=smoke", at="/faults/no-body-is-an-empty-patch"
    )
    assert outcome.result["run"]["options"]["suite-level"] == "0.1"
    assert outcome.code != 1
    wrong = conform("--suite-level", "7")
    assert wrong.code == 4
    assert "--suite-level '7' is not known: give one of 0.1, " in wrong.sentence
