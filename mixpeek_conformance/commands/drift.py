"""The command `drift`: the OpenAPI document that a deployment publishes, held against the edition."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from contracts.drift.comparison import compare
from contracts.drift.document import BadDocument
from contracts.drift.document_reader import read
from contracts.drift.lines import Lines
from contracts.editions import edition
from contracts.vocabulary.exit_codes import Exit
from fixtures.http.published_document import NoDocument, content_of
from fixtures.http.slowness import Slowness
from fixtures.redaction import output_gate
from fixtures.target import document_source
from fixtures.target.document_source import DocumentSource
from fixtures.target.target import Misconfigured
from fixtures.target.targets_file import names_and_urls, path_of
from mixpeek_conformance.streams import put, say
from reports.drift import renderings
from reports.drift.report import DriftReport, judge
from reports.recording.report_folder import Unusable, claim, write_whole
from reports.result import waiver_file
from reports.result.waiver_file import BadWaiver, DriftWaiver


def drift(document: str | None, given: Mapping[str, Any], form: str, report_dir: Path | None, *, strict: bool) -> int:
    """Compare the document with the edition, show and write what differs, and return the exit code."""
    today = datetime.now(UTC).date()
    try:
        source = document_source.resolve(document, given, os.environ, Path.cwd())
        published = edition.load(source.edition)
        accepted = _waivers(source, given, today)
        if report_dir is not None:
            claim(report_dir, {name: words for name, (_, words) in renderings.FILES.items()})
        report = _report(source, published, accepted, today, strict=strict)
        shown = output_gate.shown(report)
        if report_dir is not None:
            _write(shown, report_dir)
    except NoDocument as error:
        return _wrong(error, error.code)
    except BadDocument as error:
        return _wrong(f"{source.label} cannot be compared: {error}", Exit.WRONG_USE)
    except (Misconfigured, LookupError, BadWaiver, Unusable) as error:
        return _wrong(error, Exit.WRONG_USE)
    except OSError as error:
        return _wrong(f"{report_dir} cannot be written: {error.strerror}", Exit.WRONG_USE)
    _show(shown, form, today, source.names[0])
    return report.exit_code


def _report(
    source: DocumentSource,
    published: edition.Edition,
    accepted: tuple[tuple[DriftWaiver, str, str], ...],
    today: date,
    *,
    strict: bool,
) -> DriftReport:
    """Read the document, and compare it. Raises NoDocument and BadDocument."""
    content = content_of(source, Slowness(partial(say, error=True)))
    found = compare(published.document, read(content))
    lines = Lines(content if found.drifts and source.url is None else b"")
    judged, errors = judge(found.drifts, accepted, source.label, lines.of, today)
    return DriftReport(published.name, source.label, found.operations, judged, strict, errors)


def _waivers(
    source: DocumentSource, given: Mapping[str, Any], today: date
) -> tuple[tuple[DriftWaiver, str, str], ...]:
    """Return the waivers that are meant for the document. Raises BadWaiver."""
    path = Path.cwd() / (given["waivers"] or waiver_file.FILE)
    if not given["waivers"] and not path.exists():
        return ()
    known = names_and_urls(path_of(given["targets-file"], Path.cwd()))
    return waiver_file.of_drift(path, today, source.names, known)


def _write(report: DriftReport, folder: Path) -> None:
    """Write every rendering of `report` to `folder`. Raises OSError."""
    for name, (render, _) in renderings.FILES.items():
        write_whole(folder / name, render(report).encode("utf-8", "replace"))


def _show(report: DriftReport, form: str, today: date, target: str) -> None:
    match form:
        case "json":
            put(renderings.as_json(report))
        case "sarif":
            put(renderings.sarif(report))
        case "markdown":
            put(renderings.markdown(report))
        case _:
            for line in renderings.lines(report, today, target):
                say(line)


def _wrong(error: object, code: Exit) -> int:
    say(f"mixpeek-conformance drift: {error}", error=True)
    return code
