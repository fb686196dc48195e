"""Commands in processes that are forked from a warm one: each ends as a started one does, in a fraction of the time.

The warm process has imported everything, and collected the suites once (`tests.support.warm`): that is most of what a
command takes that asks little. The suites themselves are imported anew where the effort of a run, which is part of
them, generates examples; what is made of the document of the edition always is.
"""

import importlib
import multiprocessing
import os
import resource
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

from contracts.vocabulary.efforts import EFFORTS

_ROOT = Path(__file__).resolve().parents[2]
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.support.warm"])

AS_WARM = {f"--effort={one.name}" for one in EFFORTS.values() if not one.examples}
"""The efforts for which checks are as the warm process has imported them: they generate no example."""

FOR_AN_EDITION = "suites.test_openapi"
"""What is made of the document of an edition, with the seed of a run."""

COMMAND, PYTEST = "mixpeek_conformance.cli", "pytest"
"""The modules whose `main` may be run."""

AT_THE_START = ("CI", "COLUMNS", "HYPOTHESIS_", "LANG", "LC_", "PYTEST_", "PYTHON")
"""What the names of variables begin with that are read when a process begins or imports a library: none of them
reaches a process that is forked."""


def can_be(environment: Mapping[str, str]) -> bool:
    """Return whether a process that is forked can be one that begins with these variables.

    What is behind this checkout in the path of Python can be added to that of a fork.
    """
    path = environment.get("PYTHONPATH", str(_ROOT)).split(os.pathsep)
    others = environment.keys() - {"PYTHONPATH"}
    return path[0] == str(_ROOT) and not any(name.startswith(AT_THE_START) for name in others)


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, what it printed, kilobytes of memory at most, bytes that it wrote."""

    code: int
    output: str
    memory: int
    disk: int


def run(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str], seconds: float, *, module: str = COMMAND
) -> Ended:
    """Run the command in `folder`, and kill it after `seconds`. Raises TimeoutError if that was necessary.

    What it prints is in the folder too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    printed = folder / "printed.txt"
    code, memory = fork(folder, arguments, environment, seconds, (printed, printed), module)
    output = printed.read_bytes().decode("utf-8", "replace")
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Ended(code, output, memory, disk)


def fork(
    folder: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    seconds: float,
    printed: tuple[Path, Path],
    module: str = COMMAND,
) -> tuple[int, int]:
    """Return the exit code of a command, and the kilobytes of memory that it took at most, if it says so.

    `printed` are the files for what it prints, and for its errors. Raises TimeoutError if it took too long.
    """
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    given = (module, str(folder), list(arguments), dict(environment), sys.path, [str(one) for one in printed], theirs)
    process = _CONTEXT.Process(target=_child, args=given)
    with _own_environment():
        process.start()
    theirs.close()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        said = printed[1].read_text("utf-8", "replace")[-2000:]
        raise TimeoutError(f"the run did not end within {seconds} s: {said}")
    try:
        memory = ours.recv() if ours.poll() else 0
    except EOFError:  # it was killed
        memory = 0
    return process.exitcode, memory


@contextmanager
def _own_environment() -> Iterator[None]:
    """Let the process from which others are forked find this checkout, and nothing meant for others."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(("MIXPEEK_", *AT_THE_START)):
            del os.environ[name]
    os.environ["PYTHONPATH"] = str(_ROOT)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def is_anew(module: str, arguments: list[str]) -> bool:
    """Return whether a module of the suites depends on more than the warm process knew when it imported it."""
    options = set(map("=".join, pairwise(arguments))) | set(arguments)
    return module.partition(".")[0] == "suites" and (options.isdisjoint(AS_WARM) or module == FOR_AN_EDITION)


def _child(
    module: str,
    folder: str,
    arguments: list[str],
    environment: dict[str, str],
    path: list[str],
    printed: list[str],
    answer: Connection,
) -> None:
    """Be the command: what is left of the warm process are the modules that it has imported."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    sys.path[:] = [*path, *environment.get("PYTHONPATH", "").split(os.pathsep)[1:]]
    for name in [one for one in sys.modules if is_anew(one, arguments)]:
        del sys.modules[name]
    sys.argv[:] = ["mixpeek-conformance", *arguments]
    for number, name in enumerate(printed, start=1):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    try:
        code = importlib.import_module(module).main(arguments)
    finally:
        answer.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        answer.close()
    sys.exit(code)
