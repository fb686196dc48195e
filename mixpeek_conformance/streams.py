"""What a command prints, and the streams it prints to: nothing that becomes of them changes how the command ends."""

import contextlib
import io
import os
import re
import sys
from typing import TextIO

_SPEAKER = re.compile(r"mixpeek-conformance(?: [a-z]+)*: ", re.ASCII)
_LIKE_A_KEY = re.compile(r"(?<![A-Za-z0-9])sk_[A-Za-z0-9_-]{8,}")


def say(line: object, *, error: bool = False, hang: int | None = None) -> None:
    """Print one line, whatever a target, a report or a ledger has put into it; an `error` goes where errors go.

    What looks like a key in an error is blanked: somebody may have written one where none is taken. On a terminal
    that has no room for it, a line with a `hang` is broken, and goes on below that character.
    """
    from contracts.vocabulary.line_width import fitted
    from fixtures.redaction import output_gate

    stream = sys.stderr if error else sys.stdout
    text = output_gate.line(_LIKE_A_KEY.sub("[API key]", str(line)) if error else line)
    print(text if hang is None else fitted(text, hang, stream), file=stream, flush=True)


def sentence_of(line: str) -> str:
    """Return what a line of the command says is wrong, without the name of the command in front of it."""
    return _SPEAKER.sub("", line, count=1) if _SPEAKER.match(line) else line


def put(text: str, *, error: bool = False) -> None:
    """Print a text of several lines, each of which was escaped for its medium; an `error` goes where errors go."""
    print(text.removesuffix("\n"), file=sys.stderr if error else sys.stdout, flush=True)


def put_json(value: object) -> None:
    """Print `value` as one JSON document, without secrets, in which nothing acts on a terminal."""
    from contracts.vocabulary import escaping
    from fixtures.redaction import output_gate

    put(escaping.document(output_gate.shown(value)))


def open_closed() -> None:
    """Lead the standard streams nowhere that were closed when the command began, as jobs and daemons begin.

    Otherwise the next file that is opened takes the place of such a stream, and is written to in its stead.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is not None:
            continue
        with contextlib.suppress(OSError):
            os.fstat(number)
            continue
        mode = os.O_RDONLY if name == "stdin" else os.O_WRONLY
        opened = os.open(os.devnull, mode)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        os.set_inheritable(number, True)
        setattr(sys, name, open(number, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        setattr(sys, f"__{name}__", getattr(sys, name))


class _Undisturbed(io.FileIO):
    """A file whose reader may go away, or whose disk may fill: what it does not take any more is dropped."""

    def write(self, data: object, /) -> int:
        """Write `data`, or drop it."""
        try:
            return super().write(data)  # type: ignore[arg-type]
        except BlockingIOError:
            raise
        except OSError:
            return memoryview(data).nbytes  # type: ignore[arg-type]


def undisturbed(stream: TextIO | None) -> TextIO | None:
    """Return `stream` such that writing to it raises nothing; None if there is no such stream.

    Characters that its encoding does not have are written as escapes. A stream that stands for the real one, as in
    a test, stays as it is.
    """
    if stream is None or all(stream is not real for real in (sys.__stdout__, sys.__stderr__)):
        return stream
    try:
        stream.flush()
        raw = _Undisturbed(stream.fileno(), "w", closefd=False)
    except (OSError, ValueError):
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering if isinstance(stream, io.TextIOWrapper) else True,
    )
