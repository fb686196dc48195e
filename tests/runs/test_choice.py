"""A choice of requirements: what is asked of it, and that its verdict is partial and never plainly green."""

import json
from dataclasses import replace

import pytest

from contracts.catalogue import CATALOGUE
from contracts.catalogue.requirement import Level
from contracts.vocabulary.events import CheckInconclusive, CheckPassed
from fixtures.target.settings import Settings
from fixtures.target.target import Misconfigured
from reports.renderings import badge, html, markdown, terminal
from reports.result import verdict_words
from reports.result.facts import sign_of
from reports.result.verdicts import RunVerdict
from tests.support.commands import Conform
from tests.support.results import BEGAN, asked, folded

PLAIN = Settings(None, "2026-04", "quick", frozenset())
EVERY = CATALOGUE.in_edition("2026-04")
MUSTS = {name for name, one in EVERY.items() if one.level is Level.MUST}


def test_requirements_and_areas_add_up_and_a_level_cuts_them() -> None:
    """Without any of them all are asked, and a requirement that the edition lacks is refused."""
    assert PLAIN.chosen(EVERY) is None
    assert replace(PLAIN, chosen_level="MUST").chosen(EVERY) == frozenset(MUSTS)
    both = replace(PLAIN, chosen_ids=frozenset(["TIME-FORMAT"]), chosen_areas=frozenset(["STATUS"]))
    statuses = {name for name in EVERY if name.startswith("STATUS-")}
    assert both.chosen(EVERY) == frozenset({"TIME-FORMAT", *statuses})
    assert replace(both, chosen_level="SHOULD").chosen(EVERY) == frozenset()
    with pytest.raises(Misconfigured, match="edition 2026-04 has no requirement FUTURE-ONE"):
        replace(PLAIN, chosen_ids=frozenset(["FUTURE-ONE"])).chosen(EVERY)


def test_a_part_that_passes_is_never_green() -> None:
    """All that binds was asked and holds: the exit code is 0, and every rendering says that it was a part."""
    shoulds = set(EVERY) - MUSTS
    part = folded(*asked(*shoulds), began=replace(BEGAN, options={"only": "MUST"}))
    assert (part.verdict, part.exit_code, part.headline) == (RunVerdict.CONFORMANT, 0, "partial, conformant")
    assert sign_of(part).kind == "open"
    assert json.loads(badge.render(part))["color"] == "lightgrey"
    assert '<header class="open">' in html.render(part).decode()
    assert verdict_words.provisos(part)[0].startswith("partial: the choice was only MUST, and ")
    whole = folded(*asked(), began=replace(BEGAN, options={"only": "MUST"}))
    assert (whole.partial, whole.headline) == (False, "conformant")


def test_what_was_not_chosen_is_one_line() -> None:
    """Neither areas nor requirements that nobody chose are listed, but on the page; what is open is."""
    chosen = replace(BEGAN, options={"requirement": "MERGE-NULL,TIME-FORMAT"})
    events = (CheckPassed("t", ["MERGE-NULL"], 3, 0), CheckInconclusive("t", ["TIME-FORMAT"], "no times"))
    result = folded(*events, began=chosen)
    lines = list(terminal.lines(result))
    assert [line for line in lines if " hold" in line and "/" in line] == [
        "  TIMESTAMP   0/1  hold   1 inconclusive",
        "  MERGE       1/1  hold",
    ]
    assert [line for line in lines if line.startswith("  ? ")] == ["  ? inconclusive: TIME-FORMAT: no times"]
    assert sum("partial: " in line for line in lines) == 1
    assert "not run" not in "".join(lines)
    summary = markdown.render(result).decode()
    assert "STATUS-MEMBER" not in summary
    assert "TIME-FORMAT" in summary
    assert 'id="STATUS-MEMBER"' in html.render(result).decode()


def test_an_area_is_asked_alone(conform: Conform) -> None:
    """The checks of the area are asked, and no others; the command names what was chosen."""
    outcome = conform("--effort", "smoke", "--area", "status", "--seed", "1")
    assert outcome.code == 6
    assert outcome.result["partial"] is True
    assert outcome.result["run"]["options"] == {"area": "STATUS"}
    assert outcome.ids("holds") >= {name for name in EVERY if name.startswith("STATUS-")}
    assert "MERGE-NULL" in outcome.ids("inconclusive")


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (("--requirement", "MERGE-NUL"), "--requirement 'MERGE-NUL' is not known: did you mean MERGE-NULL?"),
        (("--area", "mergers"), "did you mean MERGE?"),
        (("--only", "sometimes"), "--only 'sometimes' is not known: give one of MUST, SHOULD"),
        (("--keep", "some"), "--keep 'some' is not known: give one of all, evidence, none"),
    ],
)
def test_a_misspelt_choice_is_one_line(conform: Conform, arguments: tuple[str, ...], advice: str) -> None:
    """It ends with exit code 4 before anything is sent, and says what may have been meant."""
    outcome = conform(*arguments)
    assert (outcome.code, len(outcome.output.strip().splitlines())) == (4, 1)
    assert advice in outcome.sentence
