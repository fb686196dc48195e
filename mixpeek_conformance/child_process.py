"""A command of the suite in a process of its own, which is left to end by itself."""

import contextlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence

from fixtures.run import sigterm

_running: set[subprocess.Popen[str]] = set()


def ended(command: Sequence[str], environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, and return what it printed.

    If this process is interrupted, so is the command, which still removes what it made: it is waited for, and not
    killed as `subprocess.run` does. Raises KeyboardInterrupt then.
    """
    process = subprocess.Popen(  # noqa: S603 - this very program
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    _running.add(process)
    try:
        output, errors = process.communicate()
    except KeyboardInterrupt:
        process.communicate()
        raise
    finally:
        _running.discard(process)
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


@contextlib.contextmanager
def ending_with_this_one() -> Iterator[None]:
    """Let commands that other threads wait for end in order too if this process is terminated.

    Ctrl-C they hear of by themselves.
    """
    try:
        yield
    except KeyboardInterrupt as interruption:
        if sigterm.is_termination(interruption):
            for process in tuple(_running):
                process.terminate()
        raise
