"""The summary on a terminal: colours where they are wanted, breaks that fit, and the verdict last."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.catalogue import CATALOGUE
from contracts.catalogue.remedies import remedies
from contracts.vocabulary.events import Left, Made
from fixtures.reference.server import ReferenceServer
from reports.renderings import html, terminal
from tests.reports.test_progress import in_a_terminal
from tests.support.commands import run_suite
from tests.support.results import BEGAN, asked, folded, kinds, violated

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
FEW = ("--effort", "smoke", "--seed", "1", "--requirement", "TIME-FORMAT")


def lines_of(*names: str, actual: str = "a = 2") -> list[str]:
    return list(
        terminal.lines(folded(*asked(*names), *(violated(name, actual) for name in names)), Path("it/index.html"))
    )


def test_the_verdict_is_the_last_line(tmp_path: Path) -> None:
    """Whatever the run was, nothing stands behind its verdict."""
    for result in kinds(tmp_path).values():
        assert list(terminal.lines(result))[-1].startswith(f"  verdict: {result.headline} ")


def test_one_hint_tells_how_to_waive_all_violations() -> None:
    """However many there are, one table is shown, that of the first."""
    lines = lines_of("MERGE-NULL", "TIME-FORMAT", "STATUS-ENUM")
    assert sum("[[waiver]]" in line for line in lines) == 1
    assert sum("to accept a violation" in line for line in lines) == 1
    assert not any("waiver" in line for line in lines_of())


def test_the_hint_says_how_the_run_would_end() -> None:
    """With all waived, a run is conformant with waivers, or still open by name."""
    found = (*asked("MERGE-NULL", "NAMESPACE-FOREIGN"), violated("MERGE-NULL"))
    told = "  with all of them waived, the run still ends with exit code 6: 1 MUST is open (NAMESPACE-FOREIGN)"
    assert told in terminal.lines(folded(*found))
    told = "  with all of them waived, the run is conformant with 1 waiver, and ends with exit code 0"
    assert told in terminal.lines(folded(*asked("MERGE-NULL"), violated("MERGE-NULL")))


def test_a_run_says_that_it_left_nothing_behind() -> None:
    """One line, also in a green run; none if nothing was made."""
    made = Made("/v1/buckets/b", "ours")
    removed = "  the target accepted the removal of all that the run made"
    assert removed in terminal.lines(folded(*asked(), made))
    assert removed not in terminal.lines(folded(*asked()))
    left = list(terminal.lines(folded(*asked(), made, Left("/v1/buckets/b"), Left("/v1/buckets/c"))))
    assert removed not in left
    assert "  2 things are still on the target: mixpeek-conformance sweep removes what can be removed" in left


def test_expected_and_actual_stand_below_each_other() -> None:
    """Without colours, a line of carets marks what differs."""
    lines = lines_of("MERGE-NULL")
    start = next(index for index, line in enumerate(lines) if line.startswith("      expected"))
    assert lines[start : start + 3] == ["      expected  a = 1", "      actual    a = 2", "                    ^"]


def test_the_verdict_is_broken_between_its_parts() -> None:
    """A number stays with what it counts; parts share a line if there is room."""
    [row] = list(terminal.verdict(folded(*asked()), alone=True))
    first, *rest = row.plain.strip().split("   ")
    for width in (len(first) + 4, 90, 100, 110):
        broken = [line.strip() for line in row.broken(width)]
        assert [part for line in broken for part in line.split("   ")] == [first, *rest]
        assert len(broken) == 2


def test_a_line_is_broken_between_words() -> None:
    """At 60 characters no line is longer, but for the one that is pasted; without a terminal none is broken."""
    result = folded(*asked("MERGE-NULL"), violated("MERGE-NULL", "a = " + "word " * 40))
    rows = list(terminal.rows(result, Path("it/index.html")))
    assert all(len(line) <= 60 for row in rows if not row.whole for line in row.broken(60))
    broken = next(list(row.broken(60)) for row in rows if row.plain.startswith("      actual"))
    assert len(broken) > 3
    assert all(line.startswith(" " * 16) for line in broken[1:])
    assert all(len(list(row.broken(None))) == 1 for row in rows)


def test_what_a_target_says_gives_no_colour_and_no_command() -> None:
    """Escapes of a target are shown as such, beside our own."""
    result = folded(*asked("MERGE-NULL"), violated("MERGE-NULL", "\x1b[31m red [bold]x[/] \n::error::y ##[z]"))
    text = "\n".join(line for row in terminal.rows(result) for line in row.coloured(None))
    assert "\\x1b[31m red [bold]x[/]" in COLOUR.sub("", text)
    assert "\x1b[31m red" not in text
    assert not any(line.startswith("::") for line in text.splitlines())


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
    ids=["usual", "NO_COLOR", "dumb"],
)
def test_a_terminal_has_colours_unless_it_says_no(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path, environment: dict[str, str], coloured: bool
) -> None:
    """The variables that programs respect are respected, and the last line is the verdict either way."""
    where = f"{reference.base_url}/faults/naive-timestamps"
    arguments = ["--base-url", where, "--result-only", *FEW]
    shown = in_a_terminal(arguments, {**known, **environment}, tmp_path)
    summary = shown.partition("= conformance =")[2]
    assert bool(COLOUR.search(summary)) is coloured
    plain = COLOUR.sub("", summary).replace("\r", "")
    assert re.search(r"\n  verdict: partial, non-conformant with edition [^\x1b]*exit 1\n*$", plain, re.DOTALL), plain
    assert " failed" not in plain


def test_colours_go_into_a_pipe_when_they_are_forced(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """FORCE_COLOR gives colours without a terminal, and breaks no line."""
    arguments = ("--base-url", reference.base_url, "--result-only", *FEW)
    done = run_suite(arguments, {**known, "FORCE_COLOR": "1"}, tmp_path)
    [last] = done.output.rstrip().splitlines()[-1:]
    assert COLOUR.search(last)
    assert COLOUR.sub("", last).startswith("  verdict: partial, inconclusive")


def test_what_is_not_shown_of_the_exchanges_is_said() -> None:
    """Two of them are shown, and how many there are before."""
    found = violated("MERGE-NULL")
    many = replace(found, exchanges=found.exchanges * 3)
    told = list(terminal.lines(folded(*asked("MERGE-NULL"), many)))
    assert "      4 exchanges before these are on the page" in told
    assert sum(line.startswith("      PATCH ") for line in told) == 2
    assert not any("before these" in line for line in terminal.lines(folded(*asked("MERGE-NULL"), found)))


def test_what_usually_causes_a_violation_stands_beside_it() -> None:
    """The first remedies, and where the others are told; none of a requirement that holds."""
    result = folded(*asked("MERGE-NULL"), violated("MERGE-NULL"))
    known = remedies(CATALOGUE["MERGE-NULL"])
    lines = list(terminal.lines(result))
    start = next(index for index, line in enumerate(lines) if line.startswith("      usually "))
    assert known[0].cause in lines[start]
    assert lines[start + 1].startswith("        fix")
    assert known[0].fix in lines[start + 1]
    assert (len(known) > 2) == any(line.endswith("more: mixpeek-conformance explain MERGE-NULL") for line in lines)
    assert not any("usually" in line for line in lines_of())
    page = html.render(result).decode()
    assert page.count('<div class="remedies">') == 1


def test_declarations_are_said_once() -> None:
    """A declaration stands in one line, and observations that were left out are no line."""
    result = folded(*asked("NAMESPACE-FOREIGN"), began=replace(BEGAN, without=["foreign-key"]))
    told = "\n".join(terminal.lines(result))
    assert told.count("--without foreign-key") == 1
    assert "observed 0 of" not in told


def test_lines_of_commands_fit_a_terminal(tmp_path: Path) -> None:
    """Each of them is broken at the width of the terminal; a pipe has it whole."""
    for arguments in (["requirements"], ["edition", "diff", "2026-04", "2026-10"], ["explain", "MERGE-NULL"]):
        shown = in_a_terminal([], {"COLUMNS": "80"}, tmp_path, command=arguments)
        lines = shown.replace("\r", "").splitlines()
        assert len(lines) > 10
        assert max(len(line) for line in lines if "::" not in line) <= 80  # the name of a check is one word
