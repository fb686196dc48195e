"""The gate between two runs: it closes for what got worse, and for nothing else."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.vocabulary.events import CheckInconclusive, Event, Failed, Observed, TargetUnreachable
from reports.result import document
from reports.result.result import Result
from reports.tables.compare import RunChange, compare
from reports.tables.gate import unusable
from tests.support.commands import Done, command
from tests.support.results import BEGAN, asked, exchange, folded, violated

NAME = "MERGE-NULL"
HOLDS = folded(*asked())
VIOLATED = folded(*asked(NAME), violated(NAME))
UNASKED = folded(*asked(NAME), CheckInconclusive("t", [NAME], "no answer"))


def without(result: Result, name: str) -> Result:
    return replace(result, judgements=tuple(one for one in result.judgements if one.requirement.id != name))


@pytest.mark.parametrize(
    ("before", "now", "change", "closes"),
    [
        (HOLDS, VIOLATED, RunChange.NEWLY_VIOLATED, True),
        (UNASKED, VIOLATED, RunChange.NEWLY_VIOLATED, True),
        (HOLDS, UNASKED, RunChange.NEWLY_INCONCLUSIVE, True),
        (VIOLATED, UNASKED, RunChange.NEWLY_INCONCLUSIVE, True),
        (VIOLATED, HOLDS, RunChange.REPAIRED, False),
        (UNASKED, HOLDS, RunChange.REPAIRED, False),
        (without(HOLDS, NAME), VIOLATED, RunChange.NEW, False),
        (without(HOLDS, NAME), HOLDS, RunChange.NEW, False),
        (VIOLATED, without(HOLDS, NAME), RunChange.GONE, False),
    ],
)
def test_a_change_of_verdict_has_a_name(before: Result, now: Result, change: RunChange, closes: bool) -> None:
    """It closes the gate only if it is for the worse."""
    found = compare(before, now)
    assert [(one.change, one.id) for one in found.entries] == [(change, NAME)]
    assert found.closes(strict=False) is found.closes(strict=True) is closes


@pytest.mark.parametrize("same", [HOLDS, VIOLATED, UNASKED])
def test_what_stays_the_same_is_no_change(same: Result) -> None:
    """A violation that was there before closes no gate."""
    found = compare(same, same)
    assert (found.entries, found.notes, found.closes(strict=True)) == ((), (), False)


def test_a_changed_observation_closes_a_strict_gate_alone() -> None:
    """Without `--strict` it is shown, and closes nothing."""

    def seen(outcome: str | None) -> list[Event]:
        return [*asked(), Observed("t", "empty-patch", outcome, None if outcome else "no answer", exchange())]

    found = compare(folded(*seen("accepted")), folded(*seen("refused with 422")))
    assert [(one.change, one.before, one.now) for one in found.entries] == [
        (RunChange.OBSERVED, "accepted", "refused with 422")
    ]
    assert (found.closes(strict=False), found.closes(strict=True)) == (False, True)
    assert compare(folded(*seen("accepted")), folded(*seen(None))).entries == ()


def test_runs_of_another_kind_are_compared_with_a_note() -> None:
    """Another target, edition, suite or seed is said, and left to the reader."""
    other = replace(
        HOLDS, began=replace(BEGAN, seed=8, suite="0.2.0", edition="2026-06", base_url="https://o.example")
    )
    assert compare(HOLDS, other).notes == (
        "the target was https://m.example, and is https://o.example",
        "the edition was 2026-04, and is 2026-06",
        "the suite was 0.1.0, and is 0.2.0",
        "the seed was 7, and is 8",
    )


BUDGET = CheckInconclusive("t", [NAME], "not sent: --max-requests 20 is reached in this process")
NO_RUN = {
    "failed": (folded(*asked(), Failed("test_it", "boom")), "failed: the suite itself broke off in test_it"),
    "interrupted": (folded(*asked(), interrupted=True), "was interrupted before its end"),
    "gone": (
        folded(*asked(), TargetUnreachable("no answer to 5 requests")),
        "lost its target: no answer to 5 requests",
    ),
    "empty": (replace(HOLDS, judgements=()), "contains no requirements"),
    "unasked": (folded(), "asked no requirement"),
}
LESS = {
    "demonstration": (
        replace(BEGAN, embedded=True),
        "is a demonstration: it asked the suite's own reference service",
    ),
    "effort": (replace(BEGAN, effort="smoke"), "asked less: effort smoke, and quick in the baseline"),
    "without": (replace(BEGAN, without=["read-back"]), "declared more to be missing: --without read-back"),
    "read-only": (
        replace(BEGAN, read_only=True),
        "sent nothing but GET (--read-only), and the baseline sent patches",
    ),
}


@pytest.mark.parametrize("kind", NO_RUN)
def test_a_run_that_broke_off_closes_the_gate(kind: str) -> None:
    """A run that is not whole neither passes a gate nor serves as its baseline, and says why."""
    result, sentence = NO_RUN[kind]
    found = compare(HOLDS, result)
    assert found.closes(strict=False)
    assert any(one.startswith(f"the current run {sentence}") for one in found.objections), found.objections
    assert sentence in (unusable(result) or "")
    assert unusable(HOLDS) is None


@pytest.mark.parametrize("kind", LESS)
def test_a_run_that_asked_less_closes_the_gate(kind: str) -> None:
    """A run that asked less than its baseline closes the gate with one sentence; one that asked as much does not."""
    began, sentence = LESS[kind]
    less = replace(HOLDS, began=began)
    [told] = compare(HOLDS, less).objections
    assert told.startswith(f"the current run {sentence}")
    assert compare(less, HOLDS).objections == ()
    if not began.embedded:
        assert compare(less, less).objections == ()


@pytest.mark.parametrize(
    ("current", "sentence"),
    [
        (folded(*asked(NAME)), f"the current run is a selection of checks: it left out {NAME}"),
        (folded(*asked(NAME), BUDGET), f"the current run used up its requests (--max-requests): it left out {NAME}"),
    ],
)
def test_a_partial_run_closes_the_gate(current: Result, sentence: str) -> None:
    """A selection of checks closes the gate, whatever the baseline had asked."""
    for before in (HOLDS, VIOLATED, current):
        assert compare(before, current).objections == (sentence,)


def test_an_unknown_effort_is_not_ranked() -> None:
    """An effort of another release is a note, and closes nothing."""
    other = replace(HOLDS, began=replace(BEGAN, effort="250"))
    assert (compare(HOLDS, other).closes(strict=True), len(compare(HOLDS, other).notes)) == (False, 1)


Command = Callable[..., Done]


@pytest.fixture
def gate(tmp_path: Path) -> Command:
    for name, result in (("before", HOLDS), ("now", VIOLATED)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "conformance.json").write_bytes(document.render(result))

    def run(*arguments: str) -> Done:
        return command("compare", *arguments, environment={}, folder=tmp_path)

    return run


def test_the_command_gives_text_markdown_and_json(gate: Command) -> None:
    """All three name the change; the gate opens for a repair and for no change."""
    text = gate("before", "now")
    assert text.returncode == 1
    assert (
        "✗ newly violated       MERGE-NULL                 holds -> violated: expected a = 1, got a = 2"
        in text.stdout
    )
    assert (
        "| **newly violated** | MERGE-NULL | holds | violated |"
        in gate("before", "now", "--format", "markdown").stdout
    )
    told = json.loads(gate("before", "now/conformance.json", "--format", "json").stdout)
    assert (told["worse"], told["changes"][0]["id"]) == (True, NAME)
    assert gate("now", "before").returncode == gate("now", "now").returncode == 0


def test_the_command_closes_for_a_run_that_is_not_whole(gate: Command, tmp_path: Path) -> None:
    """The exit code is 1 for such a current run, and 4 for such a baseline."""
    (tmp_path / "broken.json").write_bytes(document.render(NO_RUN["failed"][0]))
    closed = gate("before", "broken.json")
    assert (closed.returncode, closed.stdout.splitlines()[-1]) == (
        1,
        "  cannot be told whether it is worse than before",
    )
    assert json.loads(gate("before", "broken.json", "--format", "json").stdout)["worse"] is True
    refused = gate("broken.json", "before")
    assert (refused.returncode, refused.stderr.count("\n"), refused.stdout) == (4, 1, "")
    assert "broken.json is no baseline: the baseline failed" in refused.stderr


def test_a_file_that_is_no_result_is_wrong_use(gate: Command, tmp_path: Path) -> None:
    """A missing or other file is one line, with its name."""
    (tmp_path / "other.json").write_text("[]")
    for path in ("missing", "other.json"):
        done = gate("before", path)
        assert (done.returncode, done.stderr.count("\n")) == (4, 1)
        assert done.stderr.startswith(f"mixpeek-conformance compare: {path}")
