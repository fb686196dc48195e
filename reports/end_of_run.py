"""The end of a run, as its folder sees it: what was told is read again, and what the folder did not take is said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from contracts.catalogue import CATALOGUE
from contracts.vocabulary.events import Began, CheckInconclusive, Event, Failed
from reports.folder_choice import ReportPlace
from reports.recording import exchange_log, ledger
from reports.recording.report_folder import LEDGER
from reports.renderings import registry
from reports.result.result import Result
from reports.tables import history as tables_history


@dataclass(frozen=True)
class RunEvents:
    """The events of a run; `lost` says in a sentence that the folder has lost them, if it has."""

    events: list[Event]
    lost: str | None = None


def events_of(place: ReportPlace, began: Began, unwritten: Sequence[Event]) -> RunEvents:
    """Read again what happened in the run of `place`, with what a full disk did not take."""
    try:
        events = [*ledger.read(place.folder / LEDGER, place.run), *unwritten]
        sentence = f"the ledger in {place.folder} was removed while the run went on: what it found is lost"
    except OSError as error:
        events = [*unwritten]
        sentence = f"the ledger in {place.folder} cannot be read ({error.strerror}): what the run found is lost"
    if any(isinstance(event, Began) for event in events):
        return RunEvents(events)
    requirements = list(CATALOGUE.in_edition(began.edition))
    return RunEvents([began, *events, CheckInconclusive("reports", requirements, sentence)], sentence)


def unwritten(folder: Path, failures: Mapping[str, OSError | None]) -> Iterator[str]:
    """Yield a sentence for each part of the reports that could not be written as the run went on."""
    for name, failure in failures.items():
        if failure is not None:
            yield f"{name} could not be written to {folder}: {failure.strerror}"


def render(result: Result, folder: Path, *, only: bool) -> Result:
    """Write every rendering, or `only` the result; if one fails, the others tell it."""
    write = partial(registry.write_result if only else registry.write, folder=folder, ledger=folder / LEDGER)
    lost = list(write(result))
    if not lost:
        exchange_log.clear(folder / LEDGER)  # the archive has them all
        return result
    refused: dict[str, list[str]] = {}
    for rendering in lost:
        if rendering.by_the_folder:
            refused.setdefault(rendering.why, []).append(rendering.name)
        else:
            result = with_failure(result, "reports", str(rendering))
    sentences = (f"{', '.join(names)} could not be written to {folder}: {why}" for why, names in refused.items())
    result = with_report_errors(result, *sentences)
    list(write(result))
    return result


def with_history(result: Result, history: Path | None, page: Path | None) -> Result:
    """Add the run to a `history`, if one is kept; if that does not take it, return the result with that said."""
    if history is None:
        return result
    try:
        tables_history.add(history, result, page)
    except OSError as error:
        return with_report_errors(result, f"--history {history} cannot be written: {error.strerror}")
    return result


def with_failure(result: Result, test: str, error: str) -> Result:
    """Return `result` with one more failure of the suite."""
    return replace(result, failures=(*result.failures, Failed(test, error)))


def with_report_errors(result: Result, *errors: str) -> Result:
    """Return `result` with more that the folder of the reports did not take."""
    return replace(result, report_errors=(*result.report_errors, *errors))
