"""The suite as a library: a run whose result is an object, and the judgement of single exchanges."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts import invariants
from contracts.editions import edition as editions
from contracts.invariants import Operation
from contracts.vocabulary.did_you_mean import advice
from contracts.vocabulary.exchange import Exchange, path_in
from contracts.vocabulary.outcomes import Violation
from fixtures.target.options import OPTIONS
from mixpeek_conformance.child_process import ended
from mixpeek_conformance.exchange_from_response import exchange_of
from mixpeek_conformance.har_reader.archive import Recorded
from mixpeek_conformance.streams import sentence_of
from reports.result import document
from reports.result.result import Result

_REPORT_DIR = "report-dir"


class NotRun(Exception):  # noqa: N818 - read as a sentence: the suite was not run
    """A run ended without a result; the message says why, and `exit_code` is that of the command."""

    def __init__(self, reason: str, exit_code: int) -> None:
        """Say the `reason`, which is the last line that the command printed."""
        super().__init__(reason)
        self.exit_code = exit_code


class NotJudged(ValueError):  # noqa: N818 - read as a sentence: the exchange was not judged
    """An exchange is not one of the operation, so that nothing can be said of it; the message names it."""


def run(*, api_key: str | None = None, arguments: Sequence[str] = (), **options: Any) -> Result:
    """Run the suite in a process of its own, and return its result.

    `options` are those of `mixpeek-conformance run`, with underscores: `base_url`, `effort`, `without=["delete"]`.
    Environment, `conformance.toml` and `waivers.toml` count as they do for the command. `api_key` stands in for
    MIXPEEK_API_KEY; `arguments` are handed to the command as they are, such as `("-k", "merge")`. Reports are written
    if `report_dir` is given, and nothing is left on the disk otherwise.

    Raises NotRun if there is no result, as with wrong use, and TypeError for an option that does not exist.
    """
    given = dict(options)
    folder = given.pop(_REPORT_DIR.replace("-", "_"), None)
    with tempfile.TemporaryDirectory(prefix="conformance-") as temporary:
        place = temporary if folder is None else os.fspath(folder)
        command = [sys.executable, "-P", "-m", "mixpeek_conformance", "run", f"--{_REPORT_DIR}={place}"]
        command += ["--no-annotations", *([] if folder is not None else ["--result-only"])]
        command += [*_arguments(given), *arguments]
        path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path if entry)
        environment = {**os.environ, "PYTHONPATH": path, **({} if api_key is None else {"MIXPEEK_API_KEY": api_key})}
        before = _written(Path(place))
        done = ended(command, environment)
        if _written(Path(place)) == before:
            raise NotRun(_last_line(done), done.returncode)
        return document.load(Path(place))


def judge(exchange: object, edition: str = editions.DEFAULT) -> list[Violation]:
    """Return the violations that one exchange shows, each with its `requirement` and its `finding`.

    `exchange` is a response of httpx or requests, or an Exchange. It is judged by every invariant of `edition`: the
    requirements that any exchange can be judged by. A PATCH of an object is judged, and a GET of one, which is
    answered with the same document. Keys of the request are blanked in all that is returned.

    Raises NotJudged for any other request, LookupError for an unknown edition, and TypeError for anything else than
    a response.
    """
    one = exchange if isinstance(exchange, Exchange) else exchange_of(exchange)
    operation = Operation.READING if one.request.method == "GET" else Operation.UPDATE
    if not operation.covers(one.request):
        raise NotJudged(
            f"{one.request.method} {path_in(one.request.url)} is not judged: only PATCH and GET of one object are"
        )
    return [
        _violation(one, requirement, finding.expected, finding.actual)
        for requirement, finding in invariants.judge(one, editions.load(edition), operation)
        if finding is not None
    ]


def _violation(exchange: Exchange, requirement: str, expected: str, actual: str) -> Violation:
    if isinstance(exchange, Recorded):
        blank = exchange.secrets.blank_text
        expected, actual = blank(expected), blank(actual)
    return Violation(expected, actual, requirement=requirement, exchanges=(exchange.evidence(),))


def _arguments(options: Mapping[str, Any]) -> list[str]:
    """Return options as they stand on a command line. Raises TypeError for an unknown one."""
    known = {option.name.replace("-", "_"): option for option in OPTIONS if option.given}
    words = []
    for name, value in options.items():
        if name not in known:
            otherwise = f"known are {', '.join(known)}"
            raise TypeError(f"run() has no option {name!r}: {advice(name, known, otherwise)}")
        option = known[name]
        if option.kind.flag:
            words += [option.flag] if value else []
        elif value is not None:
            values = value if option.kind.listed and not isinstance(value, str) else [value]
            words += [f"{option.flag}={one}" for one in values]
    return words


def _written(folder: Path) -> int | None:
    """Return when the result in `folder` was written, in nanoseconds; None if there is none."""
    path = folder / document.RESULT_FILE
    return path.stat().st_mtime_ns if path.exists() else None


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return sentence_of(said[-1]) if said else f"the command ended with exit code {done.returncode}"


__all__ = ["NotJudged", "NotRun", "exchange_of", "judge", "run"]
