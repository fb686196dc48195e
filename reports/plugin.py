"""The plugin that keeps the ledger, and at the end folds it into the result, the summary and the exit code."""

import sys
import time
from collections.abc import Generator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contracts.vocabulary import escaping
from contracts.vocabulary.events import Began, Event, Made, Unwritten
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.sizes import size_of
from reports import end_of_run, given_files
from reports.folder_choice import ReportPlace, placed
from reports.live import allure_labels, browser, progress, terminal_summary
from reports.recording import ledger
from reports.recording.deferred_signals import Finishing
from reports.recording.exchange_log import Recorder
from reports.recording.ledger import Ledger
from reports.recording.report_folder import LEDGER, REPORTS, Unusable
from reports.renderings import registry, terminal
from reports.result.fold import fold_or_fail
from reports.result.result import Result
from reports.result.verdicts import Verdict

UNKNOWN = "a test failed that the ledger knows nothing of: a worker process may have crashed"

_LEDGER = pytest.StashKey[Ledger]()

_RECORDER = pytest.StashKey[Recorder]()
_RESULT = pytest.StashKey[Result]()
_FINISHING = pytest.StashKey[Finishing]()

_SIZES = ("--keep-bodies", "--keep-archive")
_KEPT = pytest.StashKey[tuple[int, ...]]()
_PLACE = pytest.StashKey[ReportPlace]()
_BEGAN = pytest.StashKey[Began]()
_LOST = pytest.StashKey[bool]()
_TOLD = pytest.StashKey[bool]()
DOCTORS = "reports/doctor"
"""Where the ledger of a doctor goes if no folder is given, so that the report of a run stays as it is."""


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read how much is kept, show progress, and label checks for Allure if that is asked for."""
    config.stash[_KEPT] = tuple(size_of(config.getoption(name)) for name in _SIZES)
    allure_labels.register(config)
    if not hasattr(config, "workerinput"):
        progress.register(config)
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and config.pluginmanager.has_plugin(progress.NAME):
            # The verdict comes last, in place of pytest's own counts; it says by itself that a run was interrupted.
            reporter.summary_stats = partial(_show_verdict, config, reporter)
            reporter._report_keyboardinterrupt = partial(terminal_summary.show_why_it_ended, reporter)  # noqa: SLF001 - its only name


def folder_of(config: pytest.Config) -> Path:
    """Return the folder of the reports; there is one as soon as the run began."""
    return config.stash[_PLACE].folder


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker where to write, and for which run."""
    place = node.config.stash[_PLACE]
    node.workerinput["conformance_reports"] = {"folder": str(place.folder), "run": place.run}


@pytest.hookimpl
def pytest_conformance_event(config: pytest.Config, event: Event) -> None:
    """Write `event` to this process's ledger."""
    if isinstance(event, Began):
        given_files.baseline_of(config)  # which may be the report in the folder that this run writes to
    if _LEDGER not in config.stash:
        try:
            _open(config, event)
        except Unusable as error:
            raise pytest.UsageError(escaping.line(str(error))) from None
        except OSError as error:
            given = config.getoption("--report-dir") or REPORTS
            sentence = f"--report-dir {given} cannot be written: {error.strerror}"
            raise pytest.UsageError(escaping.line(sentence)) from None
    if isinstance(event, Began):
        config.stash[_BEGAN] = event
        given_files.expect_usable(config, event)
    config.stash[_LEDGER].write(event)


@pytest.hookimpl
def pytest_conformance_exchange(config: pytest.Config, exchange: Exchange) -> None:
    """Keep `exchange` for the archive."""
    if _RECORDER in config.stash:
        config.stash[_RECORDER].keep(exchange)


@pytest.hookimpl
def pytest_conformance_seed(config: pytest.Config) -> int | None:
    """Return the seed of the run that this one is held against; None without one."""
    before = given_files.baseline_of(config)
    return None if before is None else before.began.seed


def _open(config: pytest.Config, event: Event) -> None:
    """Open the files of this process; a run that begins finds its folder first. Raise Unusable or OSError."""
    handed: dict[str, Any] = getattr(config, "workerinput", {})
    worker = handed.get("workerid", "main")
    if _PLACE not in config.stash:
        known = handed.get("conformance_reports")
        if known:
            config.stash[_PLACE] = ReportPlace(Path(known["folder"]), known["run"])
        elif isinstance(event, Began):
            given = config.getoption("--report-dir") or (DOCTORS if config.getoption("--doctor") else None)
            config.stash[_PLACE] = place = placed(config.invocation_params.dir, given, event.run, event.started)
            reporter = config.pluginmanager.get_plugin("terminalreporter")
            if place.told and reporter is not None:
                reporter.write_line(escaping.line(f"  {place.told}"))
    _open_as(config, worker, handed.get("workercount", 1))
    config.add_cleanup(partial(_tell_what_is_left, config))  # also of a doctor, for whom nothing is unconfigured


def _open_as(config: pytest.Config, worker: str, workers: int) -> None:
    """Open the ledger of `worker`, and its share of the archive, one of so many. Raise OSError."""
    place = config.stash[_PLACE]
    folder = place.folder / LEDGER
    config.stash[_LEDGER] = Ledger(folder / f"{worker}.jsonl", place.run)
    only = config.getoption("--result-only") or config.getoption("--doctor")
    if not only and config.getoption("--keep") == "all":
        longest, most = config.stash[_KEPT]
        config.stash[_RECORDER] = Recorder(folder, worker, place.run, longest=longest, most=most // workers)


@pytest.hookimpl
def pytest_conformance_lane_begins(config: pytest.Config, name: str, lanes: int) -> None:
    """Write to files of its own in a process that was forked."""
    _open_as(config, name, lanes)


@pytest.hookimpl
def pytest_conformance_lane_ends(config: pytest.Config) -> None:
    """Close the files of a process that was forked."""
    _close_archive(config)
    config.stash[_LEDGER].close()


@pytest.hookimpl
def pytest_conformance_unwritten(config: pytest.Config) -> Unwritten | None:
    """Return what the ledger did not take."""
    return config.stash[_LEDGER].take_unwritten()


@pytest.hookimpl
def pytest_conformance_not_written(config: pytest.Config, unwritten: Unwritten) -> None:
    """Keep what the ledger of a lane did not take, as if it were that of this process."""
    config.stash[_LEDGER].not_written(unwritten)


@pytest.hookimpl
def pytest_conformance_outstanding(config: pytest.Config) -> list[Made]:
    """Return what is still there of what the run made, by its ledger."""
    book = config.stash.get(_LEDGER, None)
    if book is None:
        return []
    folder, run = folder_of(config) / LEDGER, config.stash[_PLACE].run
    return [] if ledger.given_up(folder, run) else ledger.outstanding(folder, book.unwritten, run)[1]


@pytest.hookimpl
def pytest_conformance_abort(config: pytest.Config, interrupted: bool) -> int:
    """Write the result of a run that asked nothing, and return the exit code of its verdict."""
    if _BEGAN not in config.stash:  # it was interrupted before it had a folder
        return Exit.INTERRUPTED
    _close_archive(config)
    result = _finish(config, interrupted=interrupted)
    # A waiver that this run cannot judge is not a reason to end it otherwise.
    return Exit.INCONCLUSIVE if result.waiver_errors and not result.report_errors else result.exit_code


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
    """Fold the ledgers once everything is cleaned up, and let the verdict be the exit code."""
    outcome = yield
    config = session.config
    _close_archive(config)
    if _LEDGER in config.stash and not hasattr(config, "workerinput"):
        if exitstatus == pytest.ExitCode.USAGE_ERROR:
            return outcome
        result = _finish(
            config,
            interrupted=exitstatus == pytest.ExitCode.INTERRUPTED,
            failed=exitstatus in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERNAL_ERROR),
        )
        session.exitstatus = result.exit_code
    return outcome


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show the summary."""
    if _RESULT not in config.stash:
        return
    terminal_summary.show_summary(terminalreporter, config, config.stash[_RESULT], config.stash[_PLACE])
    config.stash[_TOLD] = not terminal_summary.is_quiet(config)


def _show_verdict(config: pytest.Config, reporter: Any) -> None:
    """Show the verdict, last of all."""
    if _RESULT in config.stash:
        terminal_summary.show_verdict(reporter, config, config.stash[_RESULT])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the files, and say last what nobody may miss: pytest has counted its tests by now."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    ours = config.pluginmanager.has_plugin(progress.NAME)
    if (
        not ours
        and reporter is not None
        and _RESULT in config.stash
        and (last := terminal.last_line(config.stash[_RESULT]))
    ):
        reporter.write_line(last, light=True)  # grey
    _open_page(config)
    _close_archive(config)
    if _LEDGER in config.stash:
        config.stash[_LEDGER].close()
    if _PLACE in config.stash:
        config.stash[_PLACE].release()
    if _FINISHING in config.stash:
        config.stash[_FINISHING].release()


def result_of(config: pytest.Config) -> tuple[Result, Path | None] | None:
    """Return the result of the run, and the folder of its renderings, if there are any; None without a result."""
    if _RESULT not in config.stash:
        return None
    return config.stash[_RESULT], None if config.getoption("--result-only") else folder_of(config)


def _open_page(config: pytest.Config) -> None:
    """Open the page, if that was asked for and there is one."""
    if _RESULT in config.stash and config.getoption("--open"):
        page = folder_of(config) / registry.PAGE
        if page.exists() and (reason := browser.show(page)):
            sys.stderr.write(f"{escaping.line(reason)}\n")


def _tell_what_is_left(config: pytest.Config) -> None:
    """Say what may still be on the target, if no summary did: the run was interrupted, or ended before its checks."""
    if config.stash.get(_TOLD, False) or _LEDGER not in config.stash or hasattr(config, "workerinput"):
        return
    terminal_summary.tell_what_is_left(config.stash.get(_RESULT, None), config.stash[_PLACE])


def _close_archive(config: pytest.Config) -> None:
    """Close what the archive is made of, and tell what was too much for it."""
    recorder = config.stash.get(_RECORDER, None)
    if recorder is not None and not recorder.closed:
        recorder.close()
        if recorder.cut is not None:
            config.stash[_LEDGER].write(recorder.cut)


def _finish(config: pytest.Config, *, interrupted: bool, failed: bool = False) -> Result:
    """Fold what happened into the result, and write it; a signal waits until that is done."""
    finishing = config.stash[_FINISHING] = config.stash.get(_FINISHING, None) or Finishing()
    result = _folded(config, interrupted=interrupted, failed=failed)
    folder, only = folder_of(config), bool(config.getoption("--result-only"))
    lost = _LOST in config.stash  # who knows whose folder it is now
    result = end_of_run.with_history(result, given_files.history_of(config), None if only else folder / registry.PAGE)
    result = result if lost else end_of_run.render(result, folder, only=only)
    if finishing.interrupted and not (result.interrupted or lost):
        result = replace(result, interrupted=True)
        list((registry.write_result if only else registry.write)(result, folder, None))
    config.stash[_RESULT] = result
    return result


def _folded(config: pytest.Config, *, interrupted: bool, failed: bool) -> Result:
    place, book, recorder = config.stash[_PLACE], config.stash[_LEDGER], config.stash.get(_RECORDER, None)
    recorded = end_of_run.events_of(place, config.stash[_BEGAN], book.unwritten)
    if recorded.lost:
        config.stash[_LOST] = True
    failures = {"the ledger": book.failure, "the archive": recorder.failure if recorder else None}
    result = end_of_run.with_report_errors(
        fold_or_fail(recorded.events, time.time(), interrupted=interrupted),
        *([recorded.lost] if recorded.lost else []),
        *end_of_run.unwritten(place.folder, failures),
    )
    if failed and not (result.failures or result.report_errors or result.count(Verdict.VIOLATED)):
        result = end_of_run.with_failure(result, "pytest", UNKNOWN)
    shown: Result = config.hook.pytest_conformance_shown(value=given_files.applied(config, result))
    return shown
