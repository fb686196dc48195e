"""Every exchange of a run as an HTTP archive (HAR 1.2), kept as it happens and joined at the end."""

import base64
import json
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import harfile

from contracts.vocabulary.events import Cut
from contracts.vocabulary.exchange import Exchange, header
from reports.recording.report_folder import replacing

LONGEST = 64 * 1024
"""Bytes of a body that the archive keeps, unless `--keep-bodies` says otherwise."""

MOST = 200_000_000
"""Bytes of the whole archive, about, unless `--keep-archive` says otherwise."""

_LINES = "exchanges-*.lines"
_FRAME = 1_000
"""Bytes that an entry of the archive has beside its texts, about."""


class _Unanswered(harfile.Response):
    """What stands in place of a response: status 0, and the reason in `_error`, as browsers write it."""

    def asdict(self) -> dict[str, Any]:
        """Return the members of the archive."""
        return {**super().asdict(), "_error": self.comment}


class Recorder:
    """The file to which one process appends its exchanges; they are redacted from the moment they exist.

    Bodies are cut after `longest` bytes, and whole exchanges left out after `most`, before anything of them is
    written; `cut` counts both.
    """

    def __init__(self, folder: Path, worker: str, run: str = "", *, longest: int = LONGEST, most: int = MOST) -> None:
        """Append to a file of `worker` in `folder`. Raises OSError if that cannot be written."""
        folder.mkdir(parents=True, exist_ok=True)
        self.failure: OSError | None = None
        self._longest, self._room = longest, most
        self._bodies = self._left_out = 0
        self.closed = False
        self._lock = threading.Lock()
        path = folder / _LINES.replace("*", f"{run}-{worker}")
        self._file = path.open("a", encoding="utf-8", errors="replace", buffering=1)  # a crash loses no line

    def keep(self, exchange: Exchange) -> None:
        """Append `exchange`, or count it if there is no room for it."""
        sent, received = exchange.request.body or b"", exchange.response.body
        with self._lock:  # some checks ask from several threads
            if self._room <= 0:
                self._left_out += 1
                return
            written = json.dumps(_line(exchange, self._longest)) + "\n"
            self._room -= len(written) + _FRAME
            if self._room < 0:
                self._room = 0
                self._left_out += 1
                return
            self._bodies += (len(sent) > self._longest) + (len(received) > self._longest)
            try:
                self._file.write(written)
            except OSError as error:
                self.failure = error

    @property
    def cut(self) -> Cut | None:
        """What the archive lacks of this process's exchanges; None if it has it all."""
        return Cut(self._bodies, self._left_out) if self._bodies or self._left_out else None

    def close(self) -> None:
        """Close the file; what a full disk did not take is left out of the archive, and `failure` says why."""
        self.closed = True
        try:
            self._file.close()
        except OSError as error:
            self.failure = error


def clear(folder: Path) -> None:
    """Remove what an earlier run has kept."""
    for path in folder.glob(_LINES):
        path.unlink()


def write(ledger: Path, archive: Path, version: str, run: str = "", comment: str | None = None) -> None:
    """Join what all processes of `run` have kept in `ledger` into `archive`, with one exchange in memory at a time.

    What stood there before stands there until the archive is whole. Raise OSError if it cannot be written.
    """
    _write(archive, version, comment, _lines(ledger, run))


def write_those(exchanges: Iterable[Exchange], archive: Path, version: str, comment: str | None = None) -> None:
    """Write `exchanges` into `archive`, each once, in their order in time. Raise OSError if it cannot be written."""
    ordered = {(exchange.started, exchange.request.method, exchange.request.url): exchange for exchange in exchanges}
    lines = (_line(one, sys.maxsize) for _, one in sorted(ordered.items()))
    _write(archive, version, comment, lines)


def _write(archive: Path, version: str, comment: str | None, lines: Iterable[Sequence[Any]]) -> None:
    creator = harfile.Creator(name="mixpeek-conformance", version=version, comment=comment)
    with (
        replacing(archive) as beside,
        beside.open("w", encoding="utf-8", errors="replace") as file,
        harfile.HarFile.open(file, creator=creator) as har,
    ):
        for line in lines:
            _add(har, *line)


def _line(exchange: Exchange, longest: int) -> tuple[Any, ...]:
    """Return what is kept of an exchange, with bodies of `longest` bytes at most."""
    request, response = exchange.request, exchange.response
    return (
        exchange.started,
        exchange.elapsed,
        (request.method, request.url, request.headers, _text(request.body or b"", longest)),
        (response.status, response.headers, _text(response.body, longest), response.version, response.error),
    )


def _lines(ledger: Path, run: str) -> Iterator[list[Any]]:
    for path in sorted(ledger.glob(_LINES.replace("*", f"{run}*"))):
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    yield json.loads(line)
                except ValueError:  # a crash cut it short
                    continue


def _add(har: harfile.HarFile, started: float, elapsed: float, sent: Sequence[Any], received: Sequence[Any]) -> None:
    method, url, sent_headers, (sent_text, sent_encoding, sent_size) = sent
    status, headers, (text, encoding, size), version, error = received
    milliseconds = round(elapsed * 1000, 3)
    mime = header(headers, "content-type") or ""
    post = harfile.PostData(
        mimeType=header(sent_headers, "content-type") or "",
        text=sent_text,
        comment=_told(sent_text, sent_encoding, sent_size),
    )
    har.add_entry(
        startedDateTime=datetime.fromtimestamp(started, UTC),
        time=milliseconds,
        request=harfile.Request(
            method=method,
            url=url,
            httpVersion=version,
            headers=[harfile.Record(*pair) for pair in sent_headers],
            queryString=[harfile.Record(*pair) for pair in parse_qsl(urlsplit(url).query)],
            postData=post if sent_text else None,
            bodySize=sent_size,
        ),
        response=(_Unanswered if error else harfile.Response)(
            status=status,
            statusText="",
            httpVersion=version,
            headers=[harfile.Record(*pair) for pair in headers],
            content=harfile.Content(
                size=size, mimeType=mime, text=text, encoding=encoding, comment=_told(text, None, size)
            ),
            redirectURL=header(headers, "location") or "",
            bodySize=size,
            comment=error or None,
        ),
        timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
    )


def _told(text: str, encoding: str | None, size: int) -> str | None:
    """Say what of a body the archive holds in another form than it was sent, or does not hold."""
    notes = ["base64: the bytes are no UTF-8"] if encoding else []
    if not encoding and len(text.encode("utf-8", "replace")) < size:
        notes.append(f"cut: {size:,} bytes were sent (--keep-bodies keeps more)")
    return "; ".join(notes) or None


def _text(body: bytes, longest: int) -> tuple[str, str | None, int]:
    """Return a body, cut after `longest` bytes, as text, and how long it was.

    What is not UTF-8 is in base64, with the name of that encoding.
    """
    kept = body[:longest]
    try:
        return kept.decode("utf-8"), None, len(body)
    except UnicodeDecodeError as error:
        if len(kept) < len(body) and error.start >= len(kept) - 3 and error.reason == "unexpected end of data":
            return kept[: error.start].decode("utf-8"), None, len(body)  # it was cut within a character
        return base64.b64encode(kept).decode(), "base64", len(body)
