"""Runs of the command in processes that are forked from a warm one, each with its limits measured.

A process that has imported the libraries already starts a run in a tenth of the time.
"""

import importlib
import multiprocessing
import os
import resource
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

_WARM = ["hypothesis", "schemathesis", "schemathesis.pytest", "httpx", "jsonschema", "jinja2", "harfile", "pytest"]
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(_WARM)


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, what it printed, kilobytes of memory at most, bytes that it wrote."""

    code: int
    output: str
    memory: int
    disk: int


COMMAND, PYTEST = "mixpeek_conformance.cli", "pytest"
"""The modules whose `main` may be run."""


def run(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str], seconds: float, *, module: str = COMMAND
) -> Ended:
    """Run the command in `folder`, and kill it after `seconds`. Raises TimeoutError if that was necessary."""
    folder.mkdir(parents=True, exist_ok=True)
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    printed = folder / "printed.txt"
    process = _CONTEXT.Process(
        target=_child, args=(module, str(folder), list(arguments), dict(environment), sys.path, theirs)
    )
    process.start()
    theirs.close()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
        raise TimeoutError(f"the run did not end within {seconds} s: {printed.read_text('utf-8', 'replace')[-2000:]}")
    code, memory = ours.recv() if ours.poll() else (-1, 0)
    output = printed.read_bytes().decode("utf-8", "replace")
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Ended(code, output, memory, disk)


def _child(
    module: str, folder: str, arguments: list[str], environment: dict[str, str], path: list[str], answer: Connection
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:] = path
    printed = os.open("printed.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(printed, number)
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    code = -1
    try:
        code = int(importlib.import_module(module).main(arguments))
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except BaseException:  # noqa: BLE001 - what a user would see on the terminal
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    answer.send((code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
    answer.close()
