"""Waivers: what they accept, and how they are held to account."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from contracts.vocabulary.events import CheckInconclusive
from reports.result import waivers
from reports.result.result import Result, RunVerdict, Verdict
from reports.result.waivers import BadWaiver
from tests.support.commands import Conform
from tests.support.results import BEGAN, asked, folded, violated

TODAY = date(2026, 11, 24)
TARGETS = ("staging", "https://m.example", "production")
GOOD = """
[[waiver]]
requirement = "MERGE-NULL"
target = "stag*"
reason = "known since March"
ticket = "T-1"
expires = 2026-12-24

[[waiver]]
requirement = "TIME-FORMAT"
target = "production"
reason = "another target"
expires = 2026-12-24
"""


def applied(folder: Path, result: Result, text: str = GOOD) -> Result:
    file = folder / "waivers.toml"
    file.write_text(text)
    return waivers.apply(result, waivers.load(file, TODAY, TARGETS), file)


def verdict(result: Result, name: str) -> Verdict:
    return next(one.verdict for one in result.judgements if one.requirement.id == name)


def test_a_violation_is_waived_and_stays_in_sight(tmp_path: Path) -> None:
    result = applied(tmp_path, folded(*asked("MERGE-NULL"), violated("MERGE-NULL")))
    [waived] = [one for one in result.judgements if one.verdict is Verdict.WAIVED]
    assert (waived.requirement.id, waived.waiver and waived.waiver.reason) == ("MERGE-NULL", "known since March")
    assert waived.violations
    assert (result.verdict, result.exit_code, result.waiver_errors) == (RunVerdict.CONFORMANT, 0, ())


def test_a_waiver_of_another_target_waives_nothing(tmp_path: Path) -> None:
    found = folded(*asked("MERGE-NULL", "TIME-FORMAT"), violated("MERGE-NULL"), violated("TIME-FORMAT"))
    result = applied(tmp_path, found)
    assert (verdict(result, "TIME-FORMAT"), result.exit_code) == (Verdict.VIOLATED, 1)


def test_a_waiver_of_what_holds_is_an_error_with_the_lines_to_delete(tmp_path: Path) -> None:
    result = applied(tmp_path, folded(*asked()))
    assert result.waiver_errors == (
        "waivers.toml line 2: MERGE-NULL holds on staging: delete lines 2 to 7 of waivers.toml",
    )
    assert result.exit_code == 4


def test_a_waiver_of_what_could_not_be_asked_is_an_error(tmp_path: Path) -> None:
    result = applied(tmp_path, folded(*asked("MERGE-NULL"), CheckInconclusive("t", ["MERGE-NULL"], "no answer")))
    [error] = result.waiver_errors
    assert error.startswith(
        "waivers.toml line 2: MERGE-NULL is waived on staging, and is inconclusive there (no answer)"
    )


@pytest.mark.parametrize(
    "found", [folded(*asked(), interrupted=True), folded(*asked("MERGE-NULL"))], ids=["interrupted", "a selection"]
)
def test_a_run_that_did_not_mean_to_ask_says_nothing_of_a_waiver(tmp_path: Path, found: Result) -> None:
    assert applied(tmp_path, found).waiver_errors == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("MERGE-NULL", "MERGE-NIL"), "line 2: there is no requirement MERGE-NIL"),
        (('target = "stag*"', 'target = "stage"'), "line 2: target 'stage' matches neither this target nor any"),
        (("expires = 2026-12-24\n\n", "expires = 2026-11-24\n\n"), "expired on 2026-11-24: delete lines 2 to 7"),
        (('reason = "known since March"\n', ""), "line 2: reason is missing: add it"),
        (('reason = "known since March"', 'reason = ""'), "line 2: reason is not a text, as in reason ="),
        (
            ("expires = 2026-12-24\n\n", 'expires = "soon"\n\n'),
            "line 2: expires is not a day, as in expires = 2026-12-24",
        ),
        (("ticket", "tickets"), "line 2: tickets is no member of a waiver"),
        (("TIME-FORMAT", "MERGE-NULL"), None),
        (
            ('[[waiver]]\nrequirement = "T', '[[wavier]]\nrequirement = "T'),
            "holds something else than [[waiver]] tables",
        ),
        (('"stag*"', "stag*"), "is no TOML"),
    ],
)
def test_a_waiver_that_cannot_be_right_is_refused_by_its_line(
    tmp_path: Path, change: tuple[str, str], message: str | None
) -> None:
    file = tmp_path / "waivers.toml"
    assert change[0] in GOOD
    file.write_text(GOOD.replace(*change, 1))
    if message is None:
        assert len(waivers.load(file, TODAY, TARGETS)) == 2
        return
    with pytest.raises(BadWaiver) as caught:
        waivers.load(file, TODAY, TARGETS)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_waiver_of_what_the_edition_lacks_is_refused(tmp_path: Path) -> None:
    """It would waive nothing; for another target, whose edition may have the clause, it stays."""
    file = tmp_path / "waivers.toml"
    file.write_text(GOOD.replace("MERGE-NULL", "RESPONSE-EDGES"))
    with pytest.raises(BadWaiver) as caught:
        waivers.load(file, TODAY, TARGETS, BEGAN)
    assert str(caught.value) == (
        "waivers.toml line 2: edition 2026-04 has no RESPONSE-EDGES (since 2026-10): give another --edition, or"
        " delete lines 2 to 7 of waivers.toml"
    )
    assert len(waivers.load(file, TODAY, TARGETS, replace(BEGAN, edition="2026-10"))) == 2
    assert len(waivers.load(file, TODAY, TARGETS, replace(BEGAN, target="other", base_url="https://o.example"))) == 2


def test_the_same_waiver_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text(GOOD + GOOD)
    with pytest.raises(BadWaiver, match="line 15: MERGE-NULL is waived in line 2 already"):
        waivers.load(file, TODAY, TARGETS)


def test_the_stanza_of_a_violation_is_a_waiver_of_it(tmp_path: Path) -> None:
    found = folded(*asked("MERGE-NULL"), violated("MERGE-NULL"))
    [broken] = [one for one in found.judgements if one.verdict is Verdict.VIOLATED]
    result = applied(tmp_path, found, waivers.stanza(broken, BEGAN, TODAY))
    assert (verdict(result, "MERGE-NULL"), result.exit_code) == (Verdict.WAIVED, 0)


def test_a_run_takes_its_waivers_from_the_file_beside_it(conform: Conform, tmp_path: Path) -> None:
    only = ("--effort", "quick", "--seed", "1", "-k", "not_backwards or updated_at_does")
    broken = conform(*only, at="/faults/put-semantics")
    assert broken.code == 6
    (tmp_path / "waivers.toml").write_text('[[waiver]]\nrequirement = "NO-SUCH"\n')
    refused = conform(*only, at="/faults/put-semantics")
    assert refused.code == 4
    assert "waivers.toml line 1: target is missing: add it" in refused.output


def test_a_waived_violation_leaves_the_run_conformant_but_for_the_rest(conform: Conform, tmp_path: Path) -> None:
    (tmp_path / "accepted.toml").write_text(
        '[[waiver]]\nrequirement = "TIME-FORMAT"\ntarget = "*/faults/naive-timestamps"\n'
        'reason = "since the beginning"\nexpires = 2999-01-01\n'
    )
    only = ("--effort", "smoke", "--seed", "1", "-m", "not observation", "--waivers", "accepted.toml")
    run = conform(*only, at="/faults/naive-timestamps")
    assert (run.code, run.ids("waived"), run.ids("violated")) == (0, {"TIME-FORMAT"}, set())
    assert "~ TIME-FORMAT  waived until 2999-01-01: since the beginning" in run.output


def test_a_run_leaves_waivers_of_drift_alone(tmp_path: Path) -> None:
    """Their target is a document, which a run does not know; drift leaves those of runs alone in turn."""
    file, written = tmp_path / "waivers.toml", ""
    for name, target in (("DRIFT-PATH", "openapi.json"), ("TIME-FORMAT", "https://elsewhere.example")):
        written += f'[[waiver]]\nrequirement = "{name}"\ntarget = "{target}"\nreason = "x"\nexpires = 2999-01-01\n'
    file.write_text(written, "utf-8")
    today = date(2026, 1, 1)
    assert len(waivers.load(file, today, ["https://elsewhere.example"])) == 2
    assert len(waivers.of_drift(file, today, ["openapi.json"], [])) == 1
