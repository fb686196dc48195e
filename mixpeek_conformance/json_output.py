"""`--json`: standard output holds one JSON document and nothing else, however the command ends."""

import contextlib
import itertools
import sys
from collections.abc import Iterator, Sequence

from fixtures.redaction.output_gate import Gate
from mixpeek_conformance.pytest_run.engine import split
from mixpeek_conformance.streams import put_json, sentence_of

FLAG = "--json"
_FORM, _JSON = "--format", "json"
_HELP = ("-h", "--help", "--help-all", "-V", "--version")


def is_asked_for(arguments: Sequence[str]) -> bool:
    """Return whether a command with these `arguments` prints JSON."""
    given, _ = split(arguments)
    if set(_HELP) & set(given):
        return False
    pairs = itertools.pairwise(given)
    return FLAG in given or f"{_FORM}={_JSON}" in given or (_FORM, _JSON) in pairs


@contextlib.contextmanager
def kept_free() -> Iterator[None]:
    """Let everything that is printed go where errors go: standard output is kept for the document."""
    with contextlib.redirect_stdout(sys.stderr):
        yield


@contextlib.contextmanager
def whole(arguments: Sequence[str], ended_with: Sequence[int]) -> Iterator[None]:
    """Print why there is no document, as one, if the command with these `arguments` prints none.

    `ended_with` has the exit code in the end.
    """
    out, errors = sys.stdout, sys.stderr
    before = (_lines(out), _lines(errors))
    yield
    if not is_asked_for(arguments) or _lines(out) != before[0]:
        return
    said = errors.last if isinstance(errors, Gate) and errors.lines != before[1] else ""
    put_json({"exit_code": ended_with[-1], "error": sentence_of(said) or None})


def _lines(stream: object) -> int:
    return stream.lines if isinstance(stream, Gate) else 0
