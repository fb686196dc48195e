"""The result as one page that needs nothing else: no network, and no script to be read."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from markupsafe import Markup

from contracts.catalogue.remedies import remedies
from contracts.catalogue.sources import links
from contracts.vocabulary.body_text import shorten
from contracts.vocabulary.program import started_as
from reports import page_templates
from reports.renderings import chart, pretty_json, reached_again, text_difference
from reports.renderings.pretty_json import JsonLine, Place
from reports.renderings.replay_script import replay_command, script
from reports.result import verdict_words
from reports.result.facts import SIGNS, by_area, facts, milliseconds, sign_of
from reports.result.result import Result, ResultKind, Seen
from reports.result.verdicts import Judgement, Shown, Verdict

LONGEST = 4_000
"""Characters of a body that the page shows if it is not JSON; the whole stands in conformance.json."""

_LARGEST = 64_000
"""Characters of a JSON document that is shown line by line."""

_LINES = 40
"""Lines of a JSON document that are shown, about: its beginning, if nothing in it is marked."""

_MARKED_LINES = 16
"""Lines that are shown of one in which something is marked, about: that, and its beginning."""

_ID = re.compile(r"\b[A-Z]+(?:-[A-Z0-9]+)+\b", re.ASCII)
_ARCHIVED = {"all": "every exchange", "evidence": "the evidence"}


def render(result: Result) -> bytes:
    """Return `result` as an HTML document in UTF-8."""
    text = page_templates.page(
        "index.html.jinja",
        **_words(result),
        **_texts(result),
        chart=chart.of(result.load) if result.load else None,
        archive=result.kept in _ARCHIVED and result.kind is ResultKind.RUN,
        archived=_ARCHIVED.get(result.kept, ""),
        told={fact.name: fact.words for fact in facts(result)},
    )
    return text.encode("utf-8", "replace")


def _words(result: Result) -> dict[str, object]:
    """Return what the page says of the run, and in which order."""
    unasked: dict[str, list[Judgement]] = {}
    for judgement in result.unasked:
        unasked.setdefault(judgement.reason or "", []).append(judgement)
    unseen: dict[str, list[Seen]] = {}
    for seen in result.observations:
        if seen.outcome is None:
            unseen.setdefault(seen.reason or "", []).append(seen)
    return {
        "result": result,
        "began": result.began,
        "facts": [fact for fact in facts(result) if fact.words],
        "areas": list(by_area(result)),
        "occurring": [verdict for verdict in Verdict if result.count(verdict)],
        "violated": Verdict.VIOLATED,
        "broken": result.broken,
        "waived": [judgement for judgement in result.judgements if judgement.waiver],
        "unasked": list(unasked.items()),
        "unseen": list(unseen.items()),
        "lead": verdict_words.lead(result),
        "provisos": verdict_words.provisos(result),
        "signs": SIGNS,
        "sign": sign_of(result),
    }


def _texts(result: Result) -> dict[str, object]:
    """Return what the templates make of texts."""
    ids = {judgement.requirement.id for judgement in result.judgements}
    return {
        "cut": lambda body: shorten(body, LONGEST),
        "path": partial(reached_again.path_below, base_url=result.began.base_url),
        "parted": _parted,
        "script": lambda shown, name: script(shown, result.began, name=name),
        "replay_line": lambda name: replay_command(name, result.began, program=started_as()),
        "json_lines": json_lines,
        "place_in": _place_in,
        "linked": lambda text: _linked(text, ids),
        "source": _source,
        "remedies": remedies,
        "coded": _coded,
        "related": _related(result).__getitem__,
        "milliseconds": milliseconds,
        "at": lambda started: datetime.fromtimestamp(started, UTC).isoformat(),
    }


def json_lines(text: str, place: Place) -> list[JsonLine] | None:
    """Return the lines of a JSON document, with marks on what stands at `place`; None if it is none, or too long."""
    lines = pretty_json.pretty(text) if len(text) <= _LARGEST else None
    if lines is None:
        return None
    found = pretty_json.marked(lines, place)
    if len(place) > 1 and not any(line.marked for line in found):  # it may begin with the name of a schema
        found = pretty_json.marked(lines, place[1:])
    return pretty_json.excerpt(found, _MARKED_LINES if any(line.marked for line in found) else _LINES)


def _place_in(shown: Shown) -> Place:
    """Return the place that a finding names, by what was expected or, if that names none, by what came."""
    return pretty_json.place_in(shown.expected) or pretty_json.place_in(shown.actual)


def _parted(expected: str, actual: str) -> tuple[Markup, Markup]:
    """Return both texts with marks around what the other one does not have."""
    left, right = text_difference.parted(expected, actual)
    return page_templates.whole_pieces(left), page_templates.whole_pieces(right)


def _linked(text: str, ids: set[str]) -> Markup:
    """Return `text` with links to the requirements that it names."""
    return _replaced(_ID, text, lambda found: f"#{found[0]}" if found[0] in ids else None)


def _coded(text: str) -> Markup:
    """Return a text of this suite in which code stands between backticks."""
    pieces = text.split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(page_templates.breakable(one)) if index % 2 else page_templates.whole(one)
        for index, one in enumerate(pieces)
    )


def _source(text: str) -> Markup:
    """Return a source with links to where it can be read."""
    parts, position = Markup(), 0
    for start, end, address in sorted(links(text)):
        parts += page_templates.whole(text[position:start])
        parts += Markup('<a href="{}">{}</a>').format(address, page_templates.whole(text[start:end]))
        position = end
    return parts + page_templates.whole(text[position:])


def _replaced(pattern: re.Pattern[str], text: str, address_of: object) -> Markup:
    parts, position = Markup(), 0
    for found in pattern.finditer(text):
        address = address_of(found)  # type: ignore[operator]
        if address is not None:
            parts += page_templates.whole(text[position : found.start()])
            parts += Markup('<a href="{}">{}</a>').format(address, page_templates.whole(found[0]))
            position = found.end()
    return parts + page_templates.whole(text[position:])


def _related(result: Result) -> Mapping[str, list[str]]:
    """Return for each requirement those that its words name, that name it, or that the same test found broken."""
    related: dict[str, dict[str, None]] = {judgement.requirement.id: {} for judgement in result.judgements}
    together: dict[str, list[str]] = {}
    for judgement in result.judgements:
        about = judgement.requirement
        for other in _ID.findall(f"{about.sentence} {about.tolerates}"):
            if other in related and other != about.id:
                related[about.id][other] = None
                related[other][about.id] = None
        for test in dict.fromkeys(shown.test for shown in judgement.causes):
            for other in together.setdefault(test, []):
                related[about.id][other] = None
                related[other][about.id] = None
            together[test].append(about.id)
    return {name: [*others] for name, others in related.items()}
