"""The renderings of the result: the files of a report folder, and what makes each of them."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from reports.recording import exchange_log
from reports.recording.report_folder import LEDGER, write_whole
from reports.renderings import allure_results, badge, code_quality, html, junit, markdown, sarif
from reports.result import document
from reports.result.result import Result

PAGE = "index.html"
ARCHIVE = "exchanges.har"
ALLURE = "allure-results"
FILES: dict[str, Callable[[Result], bytes]] = {
    document.RESULT_FILE: document.render,
    PAGE: html.render,
    "junit.xml": junit.render,
    "summary.md": markdown.render,
    "badge.json": badge.render,
    "conformance.sarif": sarif.render,
    "gl-code-quality-report.json": code_quality.render,
}
NAMES = (*FILES, ARCHIVE, ALLURE, LEDGER)
"""All that a run writes to its folder."""


@dataclass(frozen=True)
class Lost:
    """A rendering that could not be written: its name, and why."""

    name: str
    error: Exception
    what: str = "could not be written"

    @property
    def by_the_folder(self) -> bool:
        """Whether it is the folder that did not take it, and not a mistake of the suite."""
        return isinstance(self.error, OSError)

    @property
    def why(self) -> str:
        """Why, in a few words."""
        reason = self.error.strerror if isinstance(self.error, OSError) else None
        return reason or f"{type(self.error).__name__}: {self.error}"

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.name} {self.what}: {self.why}"


def write(result: Result, folder: Path, ledger: Path | None) -> Iterator[Lost]:
    """Write every rendering of `result` to `folder`. Yield each that could not be written.

    The exchanges come from `ledger`; without it there is no archive of them. A rendering that fails takes no other
    with it.
    """
    try:
        result = document.as_written(result)
    except Exception as error:  # noqa: BLE001 - each rendering takes the result as it is
        yield Lost(document.RESULT_FILE, error, "cannot be read again")
    makers: dict[str, Callable[[], object]] = {
        name: partial(_write, render, result, folder / name) for name, render in FILES.items()
    }
    makers[ALLURE] = partial(allure_results.write, result, folder / ALLURE)
    if ledger is not None and result.kept != "none":
        makers[ARCHIVE] = partial(_write_archive, result, ledger, folder / ARCHIVE)
    yield from _made(makers)


def write_result(result: Result, folder: Path, ledger: Path | None) -> Iterator[Lost]:  # noqa: ARG001 - as `write` takes it
    """Write the result alone. Yield it if it could not be written."""
    yield from _made({document.RESULT_FILE: partial(_write, document.render, result, folder / document.RESULT_FILE)})


def _made(makers: Mapping[str, Callable[[], object]]) -> Iterator[Lost]:
    for name, make in makers.items():
        try:
            make()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other renderings and the verdict stand
            yield Lost(name, error)


def _write_archive(result: Result, ledger: Path, archive: Path) -> None:
    """Write the exchanges that the run was to keep. Raises OSError."""
    began = result.began
    if result.kept == "evidence":
        exchange_log.write_those(result.evidence, archive, began.suite, "the evidence alone (--keep all keeps more)")
    else:
        exchange_log.write(ledger, archive, began.suite, began.run, result.archive_told)


def _write(render: Callable[[Result], bytes], result: Result, path: Path) -> None:
    """Write a rendering whole, or not at all. Raises OSError, and whatever the rendering does."""
    write_whole(path, render(result))


def clear(folder: Path) -> None:
    """Remove what an earlier run has written to `folder`, and nothing else."""
    for name in (*FILES, ARCHIVE):
        (folder / name).unlink(missing_ok=True)
    if (folder / ALLURE).is_dir():
        # The folder stays: with `--alluredir`, allure-pytest has made it already.
        for path in (folder / ALLURE).iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
