"""The plugin that keeps the ledger, and at the end folds it into the result, the summary and the exit code."""

import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.events import Began, Event, Failed
from reports import document, ledger, terminal
from reports.document import RESULT_FILE
from reports.fold import fold
from reports.ledger import Ledger
from reports.result import Result, Verdict

_LEDGER = pytest.StashKey[Ledger]()
_RESULT = pytest.StashKey[Result]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add where reports go."""
    group = parser.getgroup("conformance")
    group.addoption(
        "--report-dir",
        metavar="FOLDER",
        default="reports/latest",
        help="where the result and its renderings are written (default reports/latest)",
    )


def folder_of(config: pytest.Config) -> Path:
    """Give the folder of the reports."""
    return config.invocation_params.dir / str(config.getoption("--report-dir"))


@pytest.hookimpl
def pytest_conformance_event(config: pytest.Config, event: Event) -> None:
    """Write `event` to this process's ledger."""
    if _LEDGER not in config.stash:
        worker = getattr(config, "workerinput", {}).get("workerid", "main")
        folder = folder_of(config) / "ledger"
        try:
            if isinstance(event, Began):
                ledger.clear(folder)
            config.stash[_LEDGER] = Ledger(folder / f"{worker}.jsonl")
        except OSError as error:
            raise pytest.UsageError(f"--report-dir {folder_of(config)} cannot be written: {error.strerror}") from None
    config.stash[_LEDGER].write(event)


@pytest.hookimpl
def pytest_conformance_abort(config: pytest.Config) -> None:
    """Write the result of a run that asked nothing."""
    _finish(config, interrupted=False)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
    """Fold the ledgers once everything is cleaned up, and let the verdict be the exit code."""
    outcome = yield
    config = session.config
    if _LEDGER in config.stash and not hasattr(config, "workerinput"):
        if exitstatus in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
            return outcome
        result = _finish(
            config,
            interrupted=exitstatus == pytest.ExitCode.INTERRUPTED,
            failed=exitstatus == pytest.ExitCode.TESTS_FAILED,
        )
        session.exitstatus = result.exit_code
    return outcome


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show the summary."""
    if _RESULT in config.stash:
        terminalreporter.section("conformance")
        for line in terminal.lines(config.stash[_RESULT]):
            terminalreporter.write_line(line)
        terminalreporter.write_line(f"  {folder_of(config) / RESULT_FILE}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the ledger."""
    if _LEDGER in config.stash:
        config.stash[_LEDGER].close()


def _finish(config: pytest.Config, *, interrupted: bool, failed: bool = False) -> Result:
    folder = folder_of(config)
    result = fold(ledger.read(folder / "ledger"), time.time(), interrupted=interrupted)
    if failed and not result.failures and not result.count(Verdict.VIOLATED):
        unknown = Failed(
            "pytest", "a test failed that the ledger knows nothing of: a worker process may have crashed"
        )
        result = replace(result, failures=(unknown,))
    config.stash[_RESULT] = result
    document.write(result, folder)
    return result
