"""Every exchange of a run as an HTTP archive (HAR 1.2), kept as it happens and joined at the end."""

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import harfile

from contracts.exchange import Exchange, header

_LINES = "exchanges-*.lines"


class _Unanswered(harfile.Response):
    """What stands in place of a response: status 0, and the reason in `_error`, as browsers write it."""

    def asdict(self) -> dict[str, Any]:
        """Return the members of the archive."""
        return {**super().asdict(), "_error": self.comment}


class Recorder:
    """The file to which one process appends its exchanges; they are redacted from the moment they exist."""

    def __init__(self, folder: Path, worker: str) -> None:
        """Append to a file of `worker` in `folder`. Raises OSError where that cannot be written."""
        folder.mkdir(parents=True, exist_ok=True)
        self.failure: OSError | None = None
        self._lock = threading.Lock()
        self._file = (folder / _LINES.replace("*", worker)).open("a", encoding="utf-8", errors="replace")

    def keep(self, exchange: Exchange) -> None:
        """Append `exchange`."""
        request, response = exchange.request, exchange.response
        line = (
            exchange.started,
            exchange.elapsed,
            (request.method, request.url, request.headers, _text(request.body or b"")),
            (response.status, response.headers, _text(response.body), response.version, response.error),
        )
        with self._lock:  # some checks ask from several threads
            try:
                self._file.write(json.dumps(line) + "\n")
            except OSError as error:
                self.failure = error

    def close(self) -> None:
        """Close the file; what a full disk did not take is left out of the archive, and `failure` says why."""
        try:
            self._file.close()
        except OSError as error:
            self.failure = error


def clear(folder: Path) -> None:
    """Remove what an earlier run has kept."""
    for path in folder.glob(_LINES):
        path.unlink()


def write(ledger: Path, archive: Path, version: str) -> None:
    """Join what all processes have kept in `ledger` into `archive`, one exchange after the other in memory.

    Raises OSError where it cannot be written.
    """
    creator = harfile.Creator(name="mixpeek-conformance", version=version)
    with archive.open("w", encoding="utf-8") as file, harfile.HarFile.open(file, creator=creator) as har:
        for line in _lines(ledger):
            _add(har, *line)


def _lines(ledger: Path) -> Iterator[list[Any]]:
    for path in sorted(ledger.glob(_LINES)):
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    yield json.loads(line)
                except ValueError:  # a crash cut it short
                    continue


def _add(har: harfile.HarFile, started: float, elapsed: float, sent: list[Any], came: list[Any]) -> None:
    method, url, sent_headers, (sent_text, sent_encoding) = sent
    status, headers, (text, encoding), version, error = came
    milliseconds = round(elapsed * 1000, 3)
    mime = header(headers, "content-type") or ""
    post = harfile.PostData(
        mimeType=header(sent_headers, "content-type") or "",
        text=sent_text,
        comment="base64: the bytes are no UTF-8" if sent_encoding else None,
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
            bodySize=len(sent_text),
        ),
        response=(_Unanswered if error else harfile.Response)(
            status=status,
            statusText="",
            httpVersion=version,
            headers=[harfile.Record(*pair) for pair in headers],
            content=harfile.Content(size=len(text), mimeType=mime, text=text, encoding=encoding),
            redirectURL=header(headers, "location") or "",
            bodySize=len(text),
            comment=error or None,
        ),
        timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
    )


def _text(body: bytes) -> tuple[str, str | None]:
    """Give a body as text; what is no UTF-8 in base64, with the name of that encoding."""
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), "base64"
