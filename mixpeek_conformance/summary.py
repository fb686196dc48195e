"""The summary that a command prints by itself, as a run does: with colours and breaks if standard output has them."""

import os
import sys
from pathlib import Path
from typing import TextIO

from contracts.vocabulary.line_width import width_of
from fixtures.redaction import output_gate
from mixpeek_conformance.streams import put
from reports.renderings import terminal
from reports.result.result import Result


def show(result: Result, page: Path) -> None:
    """Print the summary of `result`, whose page is `page`; on a terminal its lines fit, and have colours."""
    colours = _has_colours(sys.stdout)
    if colours:
        output_gate.stand(coloured=True)
    width = width_of(sys.stdout)
    for row in terminal.summary(result, from_here(page), carets=not colours):
        for line in row.coloured(width) if colours else row.broken(width):
            put(line)


def from_here(path: Path) -> Path:
    """Return a path as it is shown: from the folder in which the command was started, if it is below that."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _has_colours(stream: TextIO | None) -> bool:
    """Whether colours are wanted, by the variables that say so, or else by whether somebody sits before `stream`."""
    if stream is None or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
