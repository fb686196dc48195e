"""The exit codes, of the command as of pytest: its meanings, and two more.

Which one a run ends with, `reports.result.exit_code` decides.
"""

from enum import IntEnum


class Exit(IntEnum):
    """How a run ended."""

    CONFORMANT = 0
    NON_CONFORMANT = 1
    INTERRUPTED = 2
    SUITE_FAILED = 3
    WRONG_USE = 4
    NOTHING_ASKED = 5
    INCONCLUSIVE = 6
    UNREACHABLE = 7
