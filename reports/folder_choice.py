"""Where a run writes: a folder of its own below `reports`, or the one that was given; locked while it lasts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reports.recording import exchange_log, ledger
from reports.recording import report_folder as folders
from reports.recording.report_folder import LEDGER, REPORTS, Lock
from reports.renderings import registry


@dataclass(frozen=True)
class ReportPlace:
    """The folder of a run, which is its `own` unless it was given, and the lock on it; `told` is worth a line."""

    folder: Path
    run: str
    lock: Lock | None = None
    own: bool = False
    told: str | None = None

    def release(self) -> None:
        """Let others use the folder."""
        if self.lock is not None:
            self.lock.release()

    def unswept(self, *, left: bool) -> Iterator[Path]:
        """Yield the report folders of runs that left something: this one, and those beside it that were killed."""
        if (left and not ledger.is_settled(self.folder / LEDGER)) or ledger.unswept(self.folder / LEDGER):
            yield self.folder
        for other in folders.runs_in(self.folder.parent) if self.own else ():
            if other != self.folder and not ledger.is_settled(other / LEDGER) and not folders.is_locked(other):
                yield other


def placed(here: Path, given: str | None, run: str, started: float) -> ReportPlace:
    """Find the folder of a run that begins, lock it, and remove from it what an earlier run wrote.

    Raise Unusable if it is not for this run to write to, OSError if it cannot be written.
    """
    if not given:
        folder = folders.fresh(here / REPORTS, run, started)
        return ReportPlace(folder, run, Lock(folder), own=True, told=folders.point_at(folder))
    folder = here / given
    folders.make(folder)
    lock = Lock(folder)
    try:
        folders.claim(folder, registry.NAMES)
        ledger.clear(folder / LEDGER)
        exchange_log.clear(folder / LEDGER)
        registry.clear(folder)
    except BaseException:
        lock.release()
        raise
    return ReportPlace(folder, run, lock)
