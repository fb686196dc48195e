"""A run that is held against an earlier one: what was wrong there does not count, and everything else does."""

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from junitparser import Error, Failure, JUnitXml, Skipped

from contracts.vocabulary.events import CheckInconclusive, Event, Failed, TargetUnreachable, Violated
from contracts.vocabulary.exit_codes import Exit
from reports.renderings import annotations, badge, code_quality, junit, registry, sarif, terminal
from reports.result import document
from reports.result.facts import sign_of
from reports.result.result import Result
from reports.result.verdicts import NOT_RUN, RunVerdict, Verdict
from reports.tables.baseline import BadBaseline, expect_comparable, hold, read
from reports.tables.compare import compare
from tests.reports.test_renderings import READERS, text_of, verdicts
from tests.support.commands import ROOT, Conform
from tests.support.results import AWKWARD, BEGAN, asked, folded, violated

OLD, NEW, OPEN = "MERGE-NULL", "TIME-FORMAT", "NAMESPACE-FOREIGN"
BEFORE = replace(BEGAN, run="0ldrun00", base_url="https://main.example")
NAIVE = 'created_at "2026-10-13T13:58:06.664000", which has no UTC offset'


def broken(name: str, actual: str, expected: str = "a = 1") -> Violated:
    return replace(violated(name, actual), expected=expected)


def unasked(name: str = OPEN, reason: str = "no second key") -> Event:
    return CheckInconclusive("t", [name], reason)


def run_of(*events: Event, before: bool = False, **options: str) -> Result:
    """A run in which all hold but those that `events` are about."""
    about = {
        name for one in events for name in (getattr(one, "requirements", None) or [getattr(one, "requirement", "")])
    }
    began = BEFORE if before else replace(BEGAN, options={"baseline": "kept", **options})
    return folded(*asked(*about), *events, began=began)


KEPT = run_of(broken(OLD, "a = 2"), unasked(), before=True)
SAME = hold(run_of(broken(OLD, "a = 3"), unasked()), KEPT, "kept")
WORSE = hold(run_of(broken(OLD, "a = 3"), broken(NEW, NAIVE), unasked()), KEPT, "kept")


def test_what_was_wrong_before_does_not_count() -> None:
    """The run passes, and neither its verdict nor its sign is that of a target that conforms."""
    assert SAME.exit_code is Exit.CONFORMANT
    assert SAME.verdict is RunVerdict.NON_CONFORMANT
    assert SAME.headline == "non-conformant, and no worse than the baseline"
    [line] = terminal.verdict(SAME, alone=True)
    assert "no worse than the baseline, edition 2026-04 (" in line.plain
    assert (sign_of(SAME).kind, json.loads(badge.render(SAME))["isError"]) == ("open", False)
    assert compare(KEPT, SAME).closes(strict=False) is False


@pytest.mark.parametrize(
    ("before", "now", "code"),
    [
        ([], [broken(NEW, NAIVE)], 1),  # it held
        ([broken(OLD, "a = 2")], [broken(OLD, "a = 2"), broken(NEW, NAIVE)], 1),
        ([unasked()], [broken(OPEN, "200")], 1),  # it could not be asked
        ([broken(NEW, NAIVE)], [broken(NEW, 'created_at "soon", which is no time')], 1),  # in another way
        ([broken(NEW, NAIVE)], [broken(NEW, NAIVE), broken(NEW, "created_at 7, a number")], 1),  # and in another one
        ([broken(NEW, NAIVE), broken(NEW, "created_at 7, a number")], [broken(NEW, NAIVE)], 0),
        ([broken(NEW, NAIVE)], [broken(NEW, NAIVE.replace("2026-10-13", "2027-01-02"))], 0),
        ([broken(OLD, "a = 2")], [unasked(OLD)], 6),  # nobody knows whether it is
        ([], [unasked()], 6),
        ([unasked()], [unasked()], 0),
        ([unasked()], [unasked(reason="the target refused it")], 6),
        ([unasked(reason="--max-requests 5 is reached")], [unasked(reason="--max-requests 5 is reached")], 6),
        ([unasked(reason=NOT_RUN)], [unasked(reason=NOT_RUN)], 6),
        ([broken(OLD, "a = 2")], [], 0),  # repaired
        ([broken(OLD, "a = 2")], [broken(OLD, "a = 2"), Failed("t", "boom")], 3),
        ([broken(OLD, "a = 2")], [broken(OLD, "a = 2"), TargetUnreachable("no answer")], 7),
    ],
)
def test_all_else_counts(before: list[Event], now: list[Event], code: int) -> None:
    """Whatever is newly broken, or open, ends the run as it would without a baseline, and `compare` agrees."""
    kept, found = run_of(*before, before=True), run_of(*now)
    held = hold(found, kept, "kept")
    assert held.exit_code == code
    assert held.verdict is found.verdict
    if code == 0:
        assert not compare(kept, held).worse
    elif code == 1:
        assert compare(kept, held).worse


def test_an_interrupted_run_is_not_forgiven() -> None:
    """A run that broke off passes by no baseline."""
    assert hold(replace(run_of(broken(OLD, "a = 2")), interrupted=True), KEPT, "kept").exit_code is Exit.INTERRUPTED


def test_without_a_report_nothing_is_forgiven(tmp_path: Path) -> None:
    """The first run has no baseline, says so, and ends as it would without the option."""
    assert read(tmp_path / "kept", "kept") is read(tmp_path, "kept") is None
    found = hold(run_of(broken(OLD, "a = 2")), None, "kept")
    assert (found.exit_code, found.headline) == (1, "non-conformant")
    assert any("there is no baseline at kept yet: everything counts" in line for line in terminal.lines(found))


@pytest.mark.parametrize("name", [*READERS, "terminal"])
def test_every_rendering_says_what_is_forgiven(name: str, tmp_path: Path) -> None:
    """Each tells the verdict on the target, what does not count, and by which run."""
    text = re.sub(r"<wbr>|\\", "", text_of(SAME, name, tmp_path / "allure"))
    assert "no worse than the baseline" in text or '"no_worse": true' in text
    assert re.search(r"baseline too|known from the baseline|baselineState|0ldrun00", text)
    if name in READERS:
        assert READERS[name](SAME) == verdicts(SAME)


@pytest.mark.parametrize("name", ["index.html", "summary.md", "terminal"])
def test_people_read_which_run_and_which_requirements(name: str, tmp_path: Path) -> None:
    """The run and its target are named, and both kinds of what is forgiven."""
    text = re.sub(r"<[^>]*>", "", text_of(WORSE, name, tmp_path / "allure")).replace("\\", "")
    assert "0ldrun00" in text
    assert "//main.example" in text.replace(" ", "")
    assert f"violated as in the baseline, and not counted: {OLD}" in text
    assert f"open as in the baseline, for the same reason, and not counted: {OPEN}" in text
    assert f"1 MUST is newly broken: {NEW}" in text
    assert "violated in the same way in the baseline too" in text


def test_ci_is_red_for_what_is_new_alone() -> None:
    """JUnit fails, annotations are errors and issues critical for what is newly broken, and for nothing else."""
    cases = {case.name: case.result for suite in JUnitXml.fromstring(junit.render(WORSE)) for case in suite}
    kinds = {name: type(one) for name, result in cases.items() for one in result}
    assert [name for name, kind in kinds.items() if kind in (Failure, Error)] == [NEW]
    assert kinds[OLD] is kinds[OPEN] is Skipped
    assert "known from the baseline" in str(cases[OLD][0].message)
    told = {one.title.partition(" ")[0]: one.severity for one in annotations.annotations(WORSE)}
    assert told == {NEW: "error", OLD: "notice"}
    assert {one["check_name"]: one["severity"] for one in json.loads(code_quality.render(WORSE))} == {
        NEW: "critical",
        OLD: "info",
    }
    results = json.loads(sarif.render(WORSE))["runs"][0]["results"]
    assert {one["ruleId"]: one["baselineState"] for one in results} == {NEW: "new", OLD: "unchanged"}
    lines = list(terminal.lines(WORSE))
    first = {name: next(at for at, line in enumerate(lines) if f"✗ {name} " in line) for name in (NEW, OLD)}
    assert first[NEW] < first[OLD]


def test_it_is_read_again_as_it_was_written(tmp_path: Path) -> None:
    """The file keeps its schema, gives the same result, and can be a baseline itself."""
    schema = json.loads((ROOT / "reports" / "conformance.schema.json").read_text("utf-8"))
    for one in (SAME, WORSE, hold(run_of(), None, AWKWARD)):
        Draft202012Validator(schema).validate(document.as_json(one))
        again = document.as_written(one)
        assert (again.baseline is None, again.exit_code, again.headline) == (False, one.exit_code, one.headline)
        assert list(registry.write(one, tmp_path, None)) == []
    assert document.as_written(SAME).baseline == SAME.baseline
    (tmp_path / "conformance.json").write_bytes(document.render(WORSE))
    kept = read(tmp_path, "kept")
    assert kept is not None
    assert {one.requirement.id for one in kept.judgements if one.verdict is Verdict.VIOLATED} == {OLD, NEW}


def test_a_run_may_write_over_its_baseline(conform: Conform) -> None:
    """The report is read before the folder is cleared, and gives the seed unless another one is named."""
    broken = partial(conform, "-k", "timestamps", "--effort=smoke", at="/faults/naive-timestamps")
    first = broken()
    assert first.code == 1
    again = broken("--baseline", str(first.folder))
    assert again.result["baseline"]["known"] == ["TIME-FORMAT"]
    assert again.result["run"]["seed"] == first.result["run"]["seed"]
    other = broken("--baseline", str(first.folder), "--seed", "7")
    assert (other.result["baseline"]["known"], other.result["run"]["seed"]) == (["TIME-FORMAT"], 7)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (replace(KEPT, interrupted=True), "was interrupted before its end"),
        (replace(KEPT, began=replace(BEFORE, effort="audit")), "is of kind audit: give the report of a run"),
        (folded(), "asked no requirement"),
        (None, "is no conformance.json of this suite"),
    ],
)
def test_what_is_no_whole_run_is_no_baseline(kept: Result | None, said: str, tmp_path: Path) -> None:
    """Such a report is refused in one sentence."""
    (tmp_path / "conformance.json").write_bytes(b"[]" if kept is None else document.render(kept))
    with pytest.raises(BadBaseline, match=said):
        read(tmp_path, "kept")


def test_a_demonstration_forgives_no_deployment() -> None:
    """A demonstration is held against demonstrations, and a deployment against deployments."""
    shown = replace(KEPT, began=replace(BEFORE, embedded=True))
    expect_comparable(shown, "kept", embedded=True)
    expect_comparable(KEPT, "kept", embedded=False)
    with pytest.raises(BadBaseline, match="is a demonstration, which forgives no deployment"):
        expect_comparable(shown, "kept", embedded=False)
    with pytest.raises(BadBaseline, match="is of a deployment"):
        expect_comparable(KEPT, "kept", embedded=True)
