"""The files that a run is judged by beside the contract: waivers, a baseline, a history.

They are read before anything is asked. What is wrong with one of them is wrong use, in one line.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.vocabulary import escaping
from contracts.vocabulary.events import Began
from reports.recording.report_folder import Unusable
from reports.result import waiver_file, waivers
from reports.result.result import Result
from reports.result.verdicts import Waiver
from reports.result.waiver_file import BadWaiver
from reports.tables import baseline, history
from reports.tables.baseline import BadBaseline

_WAIVERS = pytest.StashKey[tuple[Path, tuple[Waiver, ...]]]()
_BASELINE = pytest.StashKey[Result | None]()


def expect_usable(config: pytest.Config, began: Began) -> None:
    """Read the waivers, and see that the baseline fits the run and that a history can be kept.

    Raise pytest.UsageError if one of them cannot be used.
    """
    _load_waivers(config, began)
    _expect_comparable(config, began)
    _claim_history(config)


def applied(config: pytest.Config, result: Result) -> Result:
    """Return `result` with its waivers, and held against its baseline."""
    if _WAIVERS in config.stash:
        path, loaded = config.stash[_WAIVERS]
        result = waivers.apply(result, loaded, path)
    if given := config.getoption("--baseline"):
        result = baseline.hold(result, baseline_of(config), given)
    return result


def history_of(config: pytest.Config) -> Path | None:
    """Return the folder of the history; None if none is kept."""
    given = config.getoption("--history")
    return config.invocation_params.dir / given if given else None


def baseline_of(config: pytest.Config) -> Result | None:
    """Return the result that the run is held against, which is read once, before anything is asked."""
    given = config.getoption("--baseline")
    if given and _BASELINE not in config.stash:
        with _wrong_files_are_wrong_use():
            config.stash[_BASELINE] = baseline.read(config.invocation_params.dir / given, given)
    return config.stash.get(_BASELINE, None)


def _claim_history(config: pytest.Config) -> None:
    """See that a history can be kept before anything is asked, and that there will be a page to open."""
    if config.getoption("--open") and config.getoption("--result-only"):
        raise pytest.UsageError("--open opens the page, and --result-only writes none: leave out one of them")
    folder = history_of(config)
    try:
        if folder is not None:
            history.expect_ours(folder)
    except Unusable as error:
        raise pytest.UsageError(escaping.line(str(error).replace("--report-dir", "--history"))) from None
    except OSError as error:
        raise pytest.UsageError(escaping.line(f"--history {folder} cannot be written: {error.strerror}")) from None


def _load_waivers(config: pytest.Config, began: Began) -> None:
    """Read the waivers before anything is asked, so that a bad one costs nothing."""
    given, folder = config.getoption("--waivers"), config.invocation_params.dir
    path = folder / (given or waiver_file.FILE)
    if not given and not path.exists():
        return
    targets = [*filter(None, (began.base_url, began.target)), *config.hook.pytest_conformance_targets(config=config)]
    with _wrong_files_are_wrong_use():
        config.stash[_WAIVERS] = path, waiver_file.load(path, datetime.now(UTC).date(), targets, began)


def _expect_comparable(config: pytest.Config, began: Began) -> None:
    before = baseline_of(config)
    if before is not None:
        with _wrong_files_are_wrong_use():
            baseline.expect_comparable(before, config.getoption("--baseline"), embedded=began.embedded)


@contextmanager
def _wrong_files_are_wrong_use() -> Iterator[None]:
    """Raise pytest.UsageError in place of what says that waivers or a baseline cannot be used."""
    try:
        yield
    except (BadWaiver, BadBaseline) as error:
        raise pytest.UsageError(escaping.line(str(error))) from None
