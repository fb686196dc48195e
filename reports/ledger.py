"""The ledger: the events of a run, one JSON line each, one file a process."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

from contracts import events
from contracts.events import Event


class Ledger:
    """The file to which one process appends its events; each line is on disk when `write` returns."""

    def __init__(self, path: Path) -> None:
        """Append to `path`, making its folder. Raises OSError where that cannot be written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")

    def write(self, event: Event) -> None:
        """Append `event`."""
        line = json.dumps(events.as_json(event), ensure_ascii=False).encode("utf-8", "replace").decode()
        with self._lock:  # some checks ask from several threads
            self._file.write(line + "\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read(folder: Path) -> Iterator[Event]:
    """Read every event that was written below `folder`; a line that a crash cut short is left out."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as lines:
            for line in lines:
                try:
                    yield events.from_json(json.loads(line))
                except (ValueError, KeyError, TypeError):
                    continue


def clear(folder: Path) -> None:
    """Remove the ledgers of an earlier run."""
    for path in folder.glob("*.jsonl"):
        path.unlink()
