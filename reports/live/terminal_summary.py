"""What a run shows on the terminal when it ends: the summary, the verdict, and what may still be on the target."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from contracts.vocabulary import escaping
from contracts.vocabulary.program import started_as
from contracts.vocabulary.verbosity import QUIET
from reports.folder_choice import ReportPlace
from reports.live import progress
from reports.recording import ledger
from reports.recording.report_folder import LEDGER
from reports.renderings import registry, terminal
from reports.renderings.terminal_row import TerminalRow
from reports.result.document import RESULT_FILE
from reports.result.result import Result

_LEFT = "something was left on a target:"


def show_why_it_ended(reporter: Any) -> None:
    """Show what ended the checks, such as the first failure with `-x`, unless that was Ctrl-C."""
    message = reporter._keyboardinterrupt_memo.reprcrash.message  # noqa: SLF001 - pytest has no other name for it
    if "KeyboardInterrupt" not in message:
        reporter.write_sep("!", message)


def show_summary(
    reporter: pytest.TerminalReporter, config: pytest.Config, result: Result, place: ReportPlace
) -> None:
    """Show the summary; with `-q` of the command, what is wrong with the run itself, where errors go."""
    if is_quiet(config):
        sys.stderr.writelines(f"{row.plain}\n" for row in terminal.troubles(result) if row.plain)
        return
    folder, result_only = _from_here(place.folder, config), config.getoption("--result-only")
    reporter.section("conformance")
    page, carets = None if result_only else folder / registry.PAGE, not reporter.hasmarkup
    _show(reporter, terminal.rows(result, page, folder, carets=carets))
    if result_only:
        reporter.write_line(escaping.line(f"  {folder / RESULT_FILE}"))
    for unswept in place.unswept(left=bool(result.left)):
        line = f"  {_LEFT} {started_as()} sweep {_from_here(unswept, config)}"
        reporter.write_line(escaping.line(line))
    if not config.pluginmanager.has_plugin(progress.NAME):
        _show(reporter, terminal.verdict(result))


def show_verdict(reporter: Any, config: pytest.Config, result: Result) -> None:
    """Show the verdict, last of all."""
    _show(reporter, terminal.verdict(result, alone=is_quiet(config)))


def is_quiet(config: pytest.Config) -> bool:
    """Whether `-q` of the command was given."""
    return config.get_verbosity() <= QUIET


def _from_here(path: Path, config: pytest.Config) -> Path:
    """Return a path as it is shown: from the folder in which the run was started, if it is below that."""
    here = config.invocation_params.dir
    return path.relative_to(here) if path.is_relative_to(here) else path


def _show(reporter: Any, rows: Iterable[TerminalRow]) -> None:
    """Write `rows`, with colours and breaks if the terminal has them."""
    width = reporter._tw.fullwidth - 1 if reporter.isatty else None  # noqa: SLF001 - pytest has no other name for it
    for row in rows:
        for line in row.coloured(width) if reporter.hasmarkup else row.broken(width):
            reporter.write_line(line)


def tell_what_is_left(result: Result | None, place: ReportPlace) -> None:
    """Say what may still be on the target where errors go: no summary says it."""
    for what in () if result is None else result.left:
        sys.stderr.write(escaping.line(f"left behind on the target: {what}") + "\n")
    for folder in place.unswept(left=not ledger.is_settled(place.folder / LEDGER)):
        sys.stderr.write(escaping.line(f"{_LEFT} {started_as()} sweep {folder}") + "\n")
