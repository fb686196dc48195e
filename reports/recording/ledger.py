"""The ledger: the events of a run, one JSON line each, one file a process."""

import contextlib
import errno
import json
import os
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from contracts.vocabulary import events
from contracts.vocabulary.events import (
    Began,
    Borrowed,
    Event,
    Left,
    Made,
    Removed,
    Restored,
    TargetUnreachable,
    Unwritten,
)

_RUN = "run_id"
"""The member of a line that names the run it belongs to."""

_PLAIN = re.compile(r"[0-9A-Za-z-]{1,64}")
_OBJECT = dict[str, Any]
_LONGEST = 16_000_000
"""Bytes of a line that tells what was made or lent, at most: no answer of a target is longer, whatever is escaped."""

UNSWEPT = "unswept"
"""The folder below a ledger that keeps the ledgers of earlier runs that could not clean up."""


class Ledger:
    """The file to which one process appends its events; each line is on disk when `write` returns.

    Events that a full disk did not take are kept in `unwritten`, and `failure` says why.
    """

    def __init__(self, path: Path, run: str = "") -> None:
        """Append to `path` what happens in `run`, making the folder. Raise OSError if that cannot be written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._run = run
        self.unwritten: list[Event] = []
        self.failure: OSError | None = None
        self._lock = threading.Lock()
        self._file = open(path, "ab", buffering=0, opener=_open_no_link)  # noqa: SIM115 - it is closed by `close`

    def write(self, event: Event) -> None:
        """Append `event`.

        Raises OSError if the line says what is about to be made or patched: nobody could find that again.
        """
        members = {**events.as_json(event), **({_RUN: self._run} if self._run else {})}
        line = json.dumps(members, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        with self._lock:  # some checks ask from several threads
            end = self._file.tell()
            try:
                if self._file.write(line) != len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            except OSError as error:
                self.failure = error
                with contextlib.suppress(OSError):
                    self._file.truncate(end)
                if isinstance(event, Made | Borrowed):
                    raise
                self.unwritten.append(event)

    def take_unwritten(self) -> Unwritten | None:
        """Return what the disk did not take since this was last called; None if it took it all."""
        if self.failure is None:
            return None
        taken, self.unwritten = tuple(self.unwritten), []
        number, self.failure = self.failure.errno or errno.EIO, None
        return Unwritten(taken, number)

    def not_written(self, unwritten: Unwritten) -> None:
        """Keep what the ledger of another process did not take."""
        self.unwritten += unwritten.events
        self.failure = OSError(unwritten.why, os.strerror(unwritten.why))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _open_no_link(path: str, flags: int) -> int:
    """Open a file as `open` does, and refuse a symbolic link, which may lead anywhere."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def read(folder: Path, run: str | None = None, longest: int = -1) -> Iterator[Event]:
    """Read every event that was written below `folder`, or those of one `run`. Raises OSError.

    A line that a crash cut short is left out, and so is one that a process of an earlier run has added since, and
    one of more than `longest` bytes, if that is given.
    """
    for path in sorted(folder.glob("*.jsonl")):
        if not path.is_file():  # opening a pipe may wait for ever
            continue
        with path.open("rb") as lines:
            for line in _lines(lines, longest):
                try:
                    members = json.loads(line)
                    of_run = members.pop(_RUN, None)
                    event = events.from_json(members)
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    continue
                if _is_sound(event) and (run is None or of_run == run):
                    yield event


def _lines(file: BinaryIO, longest: int) -> Iterator[bytes]:
    """Return the lines of a file without those of more than `longest` bytes, which take no memory."""
    is_rest = False
    while line := file.readline(longest):
        if not is_rest and (line.endswith(b"\n") or longest < 0 or len(line) < longest):
            yield line
        is_rest = not line.endswith(b"\n")


def _is_sound(event: Event) -> bool:
    """Whether what should be text is text, and what should be an object is one."""
    kinds = ((field.type, getattr(event, field.name)) for field in fields(event))
    return all(isinstance(value, str if kind is str else dict) for kind, value in kinds if kind in (str, _OBJECT))


def outstanding(
    folder: Path, unwritten: Iterable[Event] = (), run: str | None = None
) -> tuple[Began | None, list[Made]]:
    """Return the run whose ledger is in `folder`, and what it made and is not known to have removed, oldest first.

    `unwritten` are events that a full disk did not take. With `run`, the events of no other run count.
    """
    began, made = None, dict[str, list[Made]]()  # a target can give two buckets one id, and so one path
    for event in chain(read(folder, run, _LONGEST), unwritten):
        match event:
            case Began():
                began = event
            case Made():
                made.setdefault(event.path, []).append(event)
            case Removed():
                made.pop(event.path, None)
    return began, list(dict.fromkeys(chain.from_iterable(made.values())))


def borrowed(folder: Path) -> list[Borrowed]:
    """Return the objects that were handed over to the run whose ledger is in `folder`, and are not as they were."""
    out: dict[str, Borrowed] = {}
    for event in read(folder, longest=_LONGEST):
        match event:
            case Borrowed():
                out.setdefault(event.path, event)  # what it was before the first patch that may still show
            case Restored():
                out.pop(event.path, None)
    return list(out.values())


def given_up(folder: Path, run: str | None = None) -> bool:
    """Whether the run itself says that it left something, or that its target was gone: trying at once is no use."""
    return any(isinstance(event, TargetUnreachable | Left) for event in read(folder, run, _LONGEST))


def is_settled(folder: Path) -> bool:
    """Return whether nothing is left of the run whose ledger is in `folder`: a demonstration takes it all with it.

    A ledger that cannot be read settles nothing.
    """
    try:
        began, made = outstanding(folder)
        return began is None or began.embedded or not (made or borrowed(folder))
    except OSError:
        return False


def unswept(folder: Path) -> list[Path]:
    """Return the ledgers of earlier runs that are kept below `folder`, since what they made may still be there."""
    return sorted(path for path in (folder / UNSWEPT).glob("*") if path.is_dir() and not path.is_symlink())


def clear(folder: Path) -> None:
    """Remove the ledgers of an earlier run, or keep them aside where what it made may still be there."""
    began, made = outstanding(folder)
    name = began.run if began and _PLAIN.fullmatch(began.run) else "unknown"  # a file says so: it may be anything
    aside = folder / UNSWEPT / name if began and (made or borrowed(folder)) else None
    if aside:
        aside.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.jsonl"):
        path.replace(aside / path.name) if aside else path.unlink()
