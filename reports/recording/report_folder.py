"""The folder of a report: each run has its own, locked while it lasts, and nothing that is not ours is touched."""

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: the lock is a file there
    fcntl = None  # type: ignore[assignment]

REPORTS = Path("reports")
LATEST = "latest"
RESULT_FILE = "conformance.json"
LEDGER = "ledger"

_IGNORE = b"# Reports are no sources: git leaves this folder alone as long as this file is in it.\n*\n"
_IGNORE_LATEST = (
    b"# The newest report is no source. What else is in this folder is not said here.\n/.gitignore\n/latest\n"
)
_OF_A_RUN = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[0-9a-f]+")
_BEGINNING = 4_000
"""Bytes of a file that tell whether a run of this suite wrote it."""

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|targets\.(html|md)|.*\.", re.IGNORECASE)


class Unusable(Exception):  # noqa: N818 - read as a sentence: the folder is unusable
    """A folder cannot be written to by this run; the message says why and what to do."""


class Lock:
    """The lock on a report folder: it ends with this process at the latest."""

    def __init__(self, folder: Path) -> None:
        """Lock `folder`. Raise Unusable if another run holds it, OSError if it cannot be locked at all."""
        self._file: Path | None = None
        self._open: int | None = None
        try:
            if fcntl is None:
                raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
            self._open = os.open(folder, os.O_RDONLY)
            fcntl.flock(self._open, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise Unusable(_in_use(folder)) from None
        except OSError:  # a file system without such locks
            self.release()
            self._file = _lock_file(folder)

    def release(self) -> None:
        """Let others use the folder."""
        if self._open is not None:
            os.close(self._open)
            self._open = None
        if self._file is not None:
            self._file.unlink(missing_ok=True)
            self._file = None


def _in_use(folder: Path) -> str:
    return f"{folder} is the report folder of a run that still goes on: give another --report-dir, or wait for it"


def _lock_file(folder: Path) -> Path:
    path = folder / ".lock"
    for _ in range(2):
        try:
            with path.open("x") as file:
                file.write(str(os.getpid()))
        except FileExistsError:
            if _is_alive(path):
                raise Unusable(_in_use(folder)) from None
            path.unlink(missing_ok=True)
        else:
            return path
    raise Unusable(_in_use(folder))


def _is_alive(lock: Path) -> bool:
    """Return whether the process that wrote `lock` is still there; a lock that nobody can read counts as held."""
    try:
        os.kill(int(lock.read_text()), 0)
    except ProcessLookupError:
        return False
    except (OSError, ValueError):
        return True
    return True


def is_locked(folder: Path) -> bool:
    """Return whether a run is at work in `folder`."""
    try:
        Lock(folder).release()
    except Unusable:
        return True
    except OSError:
        return False
    return False


def fresh(reports: Path, run: str, started: float) -> Path:
    """Make the folder of a run below `reports`, named by its start and its id. Raise OSError if that fails."""
    make(reports)
    folder = reports / f"{datetime.fromtimestamp(started, UTC):%Y-%m-%dT%H-%M-%SZ}-{run}"
    make(folder)
    return folder


def make(folder: Path) -> None:
    """Make a folder that git leaves alone; one that is there already stays as it is. Raise OSError if that fails."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        folder.mkdir(exist_ok=True)  # which raises if it is no folder
    else:
        (folder / ".gitignore").write_bytes(_IGNORE)


def claim(folder: Path, names: Iterable[str] | Mapping[str, bytes]) -> None:
    """See that files of these `names` may be written to `folder`, which was given by the user.

    Raise Unusable if one of them is a link, or stands there and this suite did not write it; OSError if the folder
    cannot be made. With a mapping, a file is known by its first words, otherwise by the report in `folder`.
    """
    make(folder)
    there = [folder / name for name in names if os.path.lexists(folder / name)]
    ledger = folder / LEDGER
    for path in (*there, *_inside(ledger), *_inside(ledger / "unswept")):
        if path.is_symlink():
            raise Unusable(
                f"{path} is a symbolic link, and may lead anywhere: remove it, or give another --report-dir"
            )
    if isinstance(names, Mapping):
        foreign = next((path for path in there if names[path.name] not in _beginning(path)), None)
    else:
        foreign = next((path for path in there if not (path.is_dir() and not _inside(path))), None)
        foreign = None if is_ours(folder) else foreign
    if foreign is not None:
        raise Unusable(f"{foreign} was not written by this suite: give another --report-dir, or move it away")


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []


def is_ours(folder: Path) -> bool:
    """Return whether a run of this suite wrote to `folder`: its result tells, or its ledger."""
    result = _beginning(folder / RESULT_FILE)
    if b'"schema_version"' in result and b'"verdict"' in result:
        return True
    return any(b'"event": "began"' in _beginning(path) for path in (folder / LEDGER).rglob("*.jsonl"))


def _beginning(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file():
        return b""
    try:
        with path.open("rb") as file:
            return file.read(_BEGINNING)
    except OSError:
        return b""


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path` whole, or not at all. Raise OSError."""
    with replacing(path) as beside:
        beside.write_bytes(data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Lend a name beside `path` to write to; what stands there at the end takes its place at once."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield beside
        beside.replace(path)
    finally:
        if beside.is_dir():
            shutil.rmtree(beside, ignore_errors=True)
        else:
            beside.unlink(missing_ok=True)


def point_at(folder: Path) -> str | None:
    """Let `latest` beside `folder` lead to it. Return a sentence if that took another form than a symbolic link.

    A folder that was there before keeps its files: git is told to leave `latest` alone, unless it was told something.
    """
    with contextlib.suppress(OSError), folder.with_name(".gitignore").open("xb") as file:
        file.write(_IGNORE_LATEST)
    latest, sentence = folder.with_name(LATEST), None
    if latest.is_dir() and not latest.is_symlink():
        if not is_ours(latest):
            return f"{latest} is a folder that no run of this suite wrote: it stays, and the report is in {folder}"
        earlier = next(
            one for number in range(1, 10_000) if not (one := folder.with_name(f"earlier-{number}")).exists()
        )
        latest.replace(earlier)
        sentence = f"{latest} held a report of an earlier version: it is now {earlier}"
    try:
        with replacing(latest) as beside:
            beside.symlink_to(folder.name, target_is_directory=True)
    except (OSError, NotImplementedError) as error:
        try:
            write_whole(latest, f"{folder.name}\n".encode())
        except OSError as worse:
            return f"{latest} cannot be written ({worse.strerror}): the report is in {folder}"
        return f"{latest} cannot be a symbolic link ({error}): it is a text file that names the folder"
    return sentence


def pointed(path: Path) -> Path:
    """Return where `path` leads if it is a text file that `point_at` wrote, otherwise `path` itself."""
    if path.name != LATEST or not path.is_file():
        return path
    name = _beginning(path).decode("utf-8", "replace").strip()
    return path.with_name(name) if _OF_A_RUN.fullmatch(name) else path


def runs_in(reports: Path) -> list[Path]:
    """Return the folders of runs below `reports`, the newest first."""
    found = (path for path in _inside(reports) if _OF_A_RUN.fullmatch(path.name) and path.is_dir())
    return sorted((path for path in found if not path.is_symlink()), reverse=True)


def name_for(target: str, taken: set[str]) -> str:
    """Return the name of a folder for a `target`, whatever that is called, and add it to those that are `taken`.

    It is the target's own name if every file system takes that, and otherwise one that is like it.
    """
    name = target
    if not _PLAIN.fullmatch(name) or _RESERVED.fullmatch(name) or name.casefold() in taken:
        readable = re.sub(r"[^A-Za-z0-9_-]+", "-", target).strip("-")[:60] or "target"
        name = f"{readable}-{hashlib.sha256(target.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    taken.add(name.casefold())
    return name
