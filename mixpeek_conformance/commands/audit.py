"""The audit: recorded traffic judged by every invariant; nothing is sent."""

import os
import secrets
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from contracts import invariants
from contracts.catalogue import CATALOGUE
from contracts.editions import edition
from contracts.vocabulary.causes import Cause, cause_of, traits_of
from contracts.vocabulary.efforts import AUDIT
from contracts.vocabulary.events import Began, CheckInconclusive, Event, Failed, Violated
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.outcomes import Finding
from contracts.vocabulary.version import suite_version
from fixtures.redaction import output_gate
from fixtures.redaction.secret import Secret, know, publish
from fixtures.run.tally import Tally
from mixpeek_conformance import summary
from mixpeek_conformance.har_reader.archive import BadArchive, Count, Part, Recorded, exchanges
from mixpeek_conformance.streams import put_json, say
from reports.folder_choice import placed
from reports.recording.report_folder import Unusable
from reports.renderings import registry
from reports.result import document
from reports.result.fold import fold
from reports.result.result import Result
from reports.result.verdicts import NOT_RUN

NEEDS_ASKING = "needs asking, and an audit sends nothing"
NOT_SHOWN = "no exchange of the traffic shows it"
HOSTS = 5
"""Hosts that are named, at most."""

MOST_CREDENTIALS = 200
"""The most credentials of the traffic that are blanked in the whole report. In its own exchange each of them is
blanked."""

_BODY = frozenset((Part.BODY,))
_NEEDS = {
    "ERROR-NO-5XX": frozenset[Part](),
    "RESPONSE-CONTENT-TYPE": frozenset((Part.BODY, Part.TYPE)),
    "RESPONSE-CHARSET": frozenset((Part.BODY, Part.TYPE)),
    "AUTH-NO-REDIRECT": frozenset((Part.HEADERS,)),
    "ERROR-NO-INTERNALS": frozenset((Part.BODY, Part.SENT)),
    "AUTH-KEY-SECRET": frozenset((Part.BODY, Part.HEADERS, Part.KEY)),
}
"""The parts of an exchange that are needed to judge a requirement; by default the body of the answer."""


class _Found:
    """What the exchanges so far have shown."""

    def __init__(self, published: edition.Edition) -> None:
        self.tally = Tally(published)
        self.failures: list[Failed] = []
        self.hosts: dict[str, None] = {}
        self._credentials: dict[str, Secret] = {}
        self._violated: dict[tuple[str, Cause], Violated] = {}

    def judge(self, exchange: Recorded) -> None:
        """Judge an exchange by every requirement for which the file holds enough of it."""
        self._keep_credentials(exchange)
        parts = urlsplit(exchange.request.url)
        if len(self.hosts) <= HOSTS:
            self.hosts[f"{parts.scheme}://{parts.netloc}" if parts.netloc else "an unnamed host"] = None
            publish(parts.netloc)
        for requirement, expected, actual in self.tally.judge(
            exchange, lambda requirement: _NEEDS.get(requirement, _BODY) <= exchange.recorded
        ):
            finding = exchange.shown_finding(Finding(expected, actual))
            shown, traits = (exchange.evidence(),), traits_of([exchange.shown()])
            self._violated[requirement, cause_of(expected, actual, traits)] = Violated(
                "audit", requirement, finding.expected, finding.actual, shown, invariant=True, traits=traits
            )

    def _keep_credentials(self, exchange: Recorded) -> None:
        """Blank the credentials of one exchange in all others too."""
        for text, name in exchange.secrets.credentials:
            if text not in self._credentials and len(self._credentials) < MOST_CREDENTIALS:
                self._credentials[text] = Secret(text, name, key=False)

    def events(self, *, nothing: bool) -> Iterator[Event]:
        """Yield the findings, and the reasons why other requirements could not be judged."""
        judged = self.tally.take("audit")
        yield from self._violated.values()
        yield from self.failures
        edition_of_run = self.tally.edition.name
        for requirement in CATALOGUE.in_edition(edition_of_run):
            if not judged.counts.get(requirement):
                reason = NOT_SHOWN if requirement in invariants.in_edition(edition_of_run) else NEEDS_ASKING
                yield CheckInconclusive("audit", [requirement], NOT_RUN if nothing else reason)
        yield judged


def command(traffic: Path, name: str | None, report_dir: str | None, *, strict: bool, as_json: bool = False) -> int:
    """Judge the traffic in a file, write the reports, and return the exit code of the verdict.

    `as_json`, the result is printed, and what was read is told where errors go.
    """
    know(os.environ)
    try:
        result, count, cut = audit(traffic, edition.DEFAULT if name is None else name, strict=strict)
        folder, lost = write(result, report_dir)
    except (BadArchive, Unusable, LookupError, OSError) as error:
        say(f"mixpeek-conformance audit: {error}", error=True)
        return Exit.WRONG_USE
    except Exception as error:  # noqa: BLE001 - its message may hold what stands in the file
        say(f"mixpeek-conformance audit: the suite itself failed ({where(error)}): report it", error=True)
        return Exit.SUITE_FAILED
    if as_json:
        put_json(document.as_json(output_gate.shown(result)))
    for line in told(count):
        say(line, error=as_json)
    if not as_json:
        summary.show(result, folder / registry.PAGE)
    for failure in lost:
        say(failure, error=as_json)
    if cut:
        say(f"mixpeek-conformance audit: {cut}", error=True)
    if lost:
        return Exit.WRONG_USE if all(one.by_the_folder for one in lost) else Exit.SUITE_FAILED
    return result.exit_code


def audit(path: Path, name: str, *, strict: bool = False) -> tuple[Result, Count, str | None]:
    """Judge the traffic in `path` by the edition `name`.

    Return the result, what was read, and why not all of it was, if so. Raise BadArchive if nothing could be read,
    LookupError for an edition that is not known.
    """
    found, count, cut, began = _Found(edition.load(name)), Count(), None, time.time()
    try:
        for exchange in exchanges(path, count):
            try:
                found.judge(exchange)
            except Exception as error:  # noqa: BLE001 - whatever one exchange does to us, the others are judged
                found.failures.append(Failed(f"audit of exchange {exchange.number}", where(error)))
    except BadArchive as error:
        if not count.judged:
            raise
        cut = str(error)
    hosts = list(found.hosts)
    first = Began(
        run=secrets.token_hex(4),
        suite=suite_version(),
        edition=name,
        effort=AUDIT,
        seed=0,
        base_url=", ".join([*hosts[:HOSTS], *(["others"] if len(hosts) > HOSTS else [])]) or "no target",
        namespace="",
        target=path.name,
        embedded=False,
        without=[],
        strict=strict,
        started=began,
        workers=1,
    )
    events = found.events(nothing=not count.judged)
    result = fold([first, *events], time.time(), interrupted=cut is not None)
    return replace(result, requests=count.judged), count, cut


def told(count: Count) -> Iterator[str]:
    """Yield what was read, and what could not be."""
    line = f"  {count.judged:,} exchanges judged, {count.other - count.unanswered:,} of other operations"
    line += f", {count.broken:,} unreadable"
    yield line + (f", {count.unanswered:,} without an answer of the target" if count.unanswered else "")
    yield from (f"  {one}" for one in count.damage)
    if count.broken > len(count.damage):
        yield f"  and {count.broken - len(count.damage):,} more cannot be read"


def where(error: Exception) -> str:
    """Say where in the suite an error arose, without its message, which may repeat what a file holds."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"


def write(result: Result, given: str | None) -> tuple[Path, list[registry.Lost]]:
    """Write the result and its renderings, without a copy of the traffic. Return the folder and what failed.

    Raise Unusable if the folder that was `given` is not for this suite to write to, OSError if it cannot be written.
    """
    place = placed(Path.cwd(), given, result.began.run, result.began.started)
    try:
        return place.folder, list(registry.write(output_gate.shown(result), place.folder, None))
    finally:
        place.release()
