"""The history: a line a run, what was newly broken and newly fixed, and a page of it all."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.catalogue import CATALOGUE
from contracts.vocabulary.events import CheckPassed
from reports.recording.report_folder import Unusable
from reports.result.result import Result
from reports.tables import history
from tests.support.commands import Conform
from tests.support.results import BEGAN, asked, folded, violated


def run(number: int, *broken: str, only: str = "", target: str = "staging") -> Result:
    """The result of the run `number`, of which the requirements `broken` are; or a choice that asked one alone."""
    began = replace(BEGAN, run=f"run{number}", started=1000.0 + number, target=target)
    if only:
        chosen = replace(began, options={"requirement": only})
        return folded(CheckPassed("t", [only], 1, 0), began=chosen)
    return folded(*asked(*broken), *map(violated, broken), began=began)


def changes(folder: Path) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    with (folder / history.LINES).open("rb") as file:
        return [(one.broken, one.fixed) for one in history.changes(list(history.read(file)))]


def test_what_is_newly_broken_and_newly_fixed_is_told(tmp_path: Path) -> None:
    """A requirement that a run did not ask is compared with the last run that did."""
    for one in (
        run(1),
        run(2, "MERGE-NULL"),
        run(3, only="TIME-FORMAT"),
        run(4, "MERGE-NULL", "TIME-FORMAT"),
        run(5),
    ):
        history.add(tmp_path, one, tmp_path / "reports" / "index.html")
    assert changes(tmp_path) == [
        ((), ()),
        (("MERGE-NULL",), ()),
        ((), ()),
        (("TIME-FORMAT",), ()),
        ((), ("TIME-FORMAT", "MERGE-NULL")),
    ]
    page = (tmp_path / history.PAGE).read_text("utf-8")
    assert 'href="reports/index.html"' in page
    assert "newly fixed: " in page


def test_each_target_has_a_part_and_text_from_outside_is_text(tmp_path: Path) -> None:
    """A name is escaped, and the target that was asked last comes first."""
    history.add(tmp_path, run(1), None)
    history.add(tmp_path, run(2, target="<b>&\u2028"), None)
    page = (tmp_path / history.PAGE).read_text("utf-8")
    assert "<b>&" not in page
    assert page.index("&lt;b&gt;&amp;") < page.index("staging")


def test_lines_that_are_none_are_left_out(tmp_path: Path) -> None:
    """A line that was cut, and one that somebody made up, harm no other."""
    history.add(tmp_path, run(1), None)
    strange = {**history.line_of(run(2), tmp_path, None), "kind": "<script>", "report": "javascript:alert(1)"}
    with (tmp_path / history.LINES).open("a") as file:
        file.write(json.dumps(strange) + '\n{"history_version": 1, "requirements": 7}\n[]\n{"cut": ')
    history.add(tmp_path, run(3), None)
    assert len(changes(tmp_path)) == 3
    page = (tmp_path / history.PAGE).read_text("utf-8")
    assert "<script>" not in page
    assert "javascript:" not in page
    assert len((tmp_path / history.LINES).read_text().splitlines()) == 6


@pytest.mark.parametrize("name", [history.LINES, history.PAGE])
def test_a_file_of_somebody_else_is_refused(tmp_path: Path, name: str) -> None:
    """What no run wrote, and what is a link, is left alone."""
    (tmp_path / name).write_text("mine")
    with pytest.raises(Unusable, match="was not written by this suite"):
        history.expect_ours(tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to("/dev/null")
    with pytest.raises(Unusable, match="symbolic link"):
        history.expect_ours(tmp_path)


def test_a_run_keeps_a_history_and_opens_its_page(conform: Conform, tmp_path: Path) -> None:
    """One line with the verdict of every requirement; the browser that the user names is given the page."""
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "$1" > "$(dirname "$0")/opened"\n')
    browser.chmod(0o755)
    chosen = ("--effort", "smoke", "--requirement", "time-format", "--open")
    outcome = conform(*chosen, "--history", "past", renderings=True, BROWSER=f"{browser} %s")
    assert outcome.code == 6, outcome.output
    [line] = (tmp_path / "past" / history.LINES).read_text("utf-8").splitlines()
    told = json.loads(line)
    assert (told["exit_code"], told["headline"], told["report"]) == (6, "partial, inconclusive", "../index.html")
    assert told["requirements"].keys() == CATALOGUE.in_edition("2026-04").keys()
    assert {"p50_seconds", "p95_seconds", "p99_seconds"} == told["latency"]["PATCH"].keys()
    assert (tmp_path / "opened").read_text("utf-8").strip() == (tmp_path / "index.html").as_uri()
    entries = json.loads((tmp_path / "exchanges.har").read_text("utf-8"))["log"]["entries"]
    evidence = {one["example"]["exchange"]["started"] for one in outcome.result["requirements"] if one["example"]}
    assert len(entries) == len(evidence) < outcome.result["run"]["requests"]


def test_what_cannot_be_opened_or_kept_is_refused_at_once(conform: Conform, tmp_path: Path) -> None:
    """Nothing is asked, and one line says which option is wrong."""
    assert conform("--open").sentence.endswith("--result-only writes none: leave out one of them")
    (tmp_path / "history.jsonl").write_text("mine")
    refused = conform("--report-dir", str(tmp_path / "it"), "--history", ".")
    assert refused.code == 4
    assert "give another --history" in refused.sentence
