"""The width of lines: broken between words to fit the terminal that shows them, whole in a pipe and in a file."""

import shutil
import sys
import textwrap
from typing import TextIO

_NARROWEST = 24
"""Characters that a line has below a hang, at least."""

_LEAST = 6
"""The hang of lines that have less room."""


def width_of(stream: TextIO | None) -> int | None:
    """Return how many characters fit into a line of `stream`; None if it is no terminal."""
    return shutil.get_terminal_size().columns if stream is not None and stream.isatty() else None


def fitted(line: str, hang: int = 0, stream: TextIO | None = None) -> str:
    """Return `line`, broken between words if a terminal has no room for it; what is broken goes on below `hang`."""
    width = width_of(sys.stdout if stream is None else stream)
    if width is None or len(line) <= width or "\n" in line:
        return line
    hang = hang if width - hang >= _NARROWEST else _LEAST
    return textwrap.fill(
        line, width, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False, expand_tabs=False
    )
