"""A command of the suite in a process of its own, which is left to end by itself."""

import subprocess
from collections.abc import Mapping, Sequence


def ended(command: Sequence[str], environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, and return what it printed.

    If this process is interrupted, so is the command, which still removes what it made: it is waited for, and not
    killed as `subprocess.run` does. Raises KeyboardInterrupt then.
    """
    process = subprocess.Popen(  # noqa: S603 - this very program
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        output, errors = process.communicate()
    except KeyboardInterrupt:
        process.communicate()
        raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)
