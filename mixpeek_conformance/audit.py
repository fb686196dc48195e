"""The audit: recorded traffic judged by every invariant; nothing is sent."""

import secrets
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from contracts import edition
from contracts.catalogue import CATALOGUE
from contracts.causes import traits_of
from contracts.events import Began, Event, Unasked, Violated
from contracts.invariants import INVARIANTS
from contracts.version import suite_version
from fixtures.archive import BadArchive, Count, exchanges
from fixtures.run import Tally
from reports import renderings
from reports.fold import fold
from reports.place import placed
from reports.result import Result

NEEDS_ASKING = "needs asking, and an audit sends nothing"
NOT_SHOWN = "no exchange of the traffic shows it"


def audit(path: Path, name: str, *, strict: bool = False) -> tuple[Result, Count, str | None]:
    """Judge the traffic in `path` by the edition `name`.

    Gives the result, what was read, and why not all of it was, if so. Raises BadArchive where nothing could be read,
    LookupError for an edition that is not known.
    """
    published = edition.load(name)
    tally, count, events = Tally(published), Count(), list[Event]()
    began, hosts, cut = time.time(), dict[str, None](), None
    try:
        for exchange in exchanges(path, count):
            parts = urlsplit(exchange.request.url)
            hosts[f"{parts.scheme}://{parts.netloc}"] = None
            for requirement, expected, actual in tally.judge(exchange):
                shown = [exchange.as_json()]
                traits = traits_of([exchange])
                events.append(Violated("audit", requirement, expected, actual, shown, invariant=True, traits=traits))
    except BadArchive as error:
        if not count.judged:
            raise
        cut = str(error)
    for one in CATALOGUE:
        events.append(Unasked("audit", [one], NEEDS_ASKING if one not in INVARIANTS else NOT_SHOWN))
    judged = tally.take("audit")
    first = Began(
        run=secrets.token_hex(4),
        suite=suite_version(),
        edition=name,
        effort="audit",
        seed=0,
        base_url=", ".join(hosts) or "no target",
        namespace="",
        target=path.name,
        embedded=False,
        without=[],
        strict=strict,
        started=began,
        workers=1,
    )
    shown_ids = {one for one, number in judged.counts.items() if number}
    kept = [one for one in events if not (isinstance(one, Unasked) and one.requirements[0] in shown_ids)]
    result = fold([first, *kept, judged], time.time(), interrupted=cut is not None)
    return replace(result, requests=count.judged), count, cut


def write(result: Result, given: str | None) -> tuple[Path, list[str]]:
    """Write the result and its renderings, without a copy of the traffic; gives the folder and what failed.

    Raise Unusable if the folder that was `given` is not for this suite to write to, OSError if it cannot be written.
    """
    place = placed(Path.cwd(), given, result.began.run, result.began.started)
    try:
        return place.folder, list(renderings.write(result, place.folder, None))
    finally:
        place.release()
