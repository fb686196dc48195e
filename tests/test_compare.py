"""The gate between two runs: it closes for what got worse, and for nothing else."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.events import Event, Observed, Unasked
from reports import document
from reports.compare import Change, compare
from reports.result import Result
from tests.results import BEGAN, asked, exchange, folded, violated
from tests.support import Done, command

NAME = "MERGE-NULL"
HOLDS = folded(*asked())
VIOLATED = folded(*asked(NAME), violated(NAME))
UNASKED = folded(*asked(NAME), Unasked("t", [NAME], "no answer"))


def without(result: Result, name: str) -> Result:
    return replace(result, judgements=tuple(one for one in result.judgements if one.requirement.id != name))


@pytest.mark.parametrize(
    ("before", "now", "change", "closes"),
    [
        (HOLDS, VIOLATED, Change.NEWLY_VIOLATED, True),
        (UNASKED, VIOLATED, Change.NEWLY_VIOLATED, True),
        (HOLDS, UNASKED, Change.NEWLY_INCONCLUSIVE, True),
        (VIOLATED, UNASKED, Change.NEWLY_INCONCLUSIVE, True),
        (VIOLATED, HOLDS, Change.REPAIRED, False),
        (UNASKED, HOLDS, Change.REPAIRED, False),
        (without(HOLDS, NAME), VIOLATED, Change.NEW, False),
        (without(HOLDS, NAME), HOLDS, Change.NEW, False),
        (VIOLATED, without(HOLDS, NAME), Change.GONE, False),
    ],
)
def test_a_change_of_verdict_has_a_name_and_closes_the_gate_only_where_it_is_worse(
    before: Result, now: Result, change: Change, closes: bool
) -> None:
    found = compare(before, now)
    assert [(one.change, one.id) for one in found.entries] == [(change, NAME)]
    assert found.closes(strict=False) is found.closes(strict=True) is closes


@pytest.mark.parametrize("same", [HOLDS, VIOLATED, UNASKED])
def test_what_stays_the_same_is_no_change(same: Result) -> None:
    found = compare(same, same)
    assert (found.entries, found.notes, found.closes(strict=True)) == ((), (), False)


def test_an_observation_that_changed_closes_the_gate_only_when_strict() -> None:
    def seen(outcome: str | None) -> list[Event]:
        return [*asked(), Observed("t", "empty-patch", outcome, None if outcome else "no answer", exchange())]

    found = compare(folded(*seen("accepted")), folded(*seen("refused with 422")))
    assert [(one.change, one.before, one.now) for one in found.entries] == [
        (Change.OBSERVED, "accepted", "refused with 422")
    ]
    assert (found.closes(strict=False), found.closes(strict=True)) == (False, True)
    assert compare(folded(*seen("accepted")), folded(*seen(None))).entries == ()


def test_runs_of_another_kind_are_compared_with_a_note() -> None:
    other = replace(
        HOLDS, began=replace(BEGAN, seed=8, suite="0.2.0", edition="2026-06", base_url="https://o.example")
    )
    assert compare(HOLDS, other).notes == (
        "the target was https://m.example, and is https://o.example",
        "the edition was 2026-04, and is 2026-06",
        "the suite was 0.1.0, and is 0.2.0",
        "the seed was 7, and is 8",
    )


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


def test_a_file_that_is_no_result_is_wrong_use(gate: Command, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("[]")
    for path in ("missing", "other.json"):
        done = gate("before", path)
        assert (done.returncode, done.stderr.count("\n")) == (4, 1)
        assert done.stderr.startswith(f"mixpeek-conformance compare: {path}")
