"""The file `waivers.toml`: read and checked, described as a JSON Schema, and written.

A waiver that cannot be right is refused before anything is asked: a member missing or of the wrong type, a reason
that is none, an unknown requirement, a target that nobody knows.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from contracts.catalogue import CATALOGUE
from contracts.drift.finding import KINDS
from contracts.invariants.edition_fit import UNDECIDED
from contracts.vocabulary import toml
from contracts.vocabulary.events import Began
from contracts.vocabulary.files import text_of_file
from contracts.vocabulary.program import started_as
from reports.result.verdicts import Judgement, Waiver
from reports.result.waiver_text import fits, is_for, is_placeholder, matches

FILE = "waivers.toml"
_MEMBERS = {"requirement": str, "target": str, "reason": str, "ticket": str, "expires": date, "place": str}
_OPTIONAL = {"ticket", "place"}
_TABLE = re.compile(r"^\s*\[\[\s*waiver\s*\]\]", re.MULTILINE)
USUAL = timedelta(days=30)


class BadWaiver(Exception):  # noqa: N818 - read as a sentence: there is a bad waiver
    """A file of waivers cannot be used; the message names the line, and what to change there."""


@dataclass(frozen=True)
class DriftWaiver(Waiver):
    """Drift that is accepted for a while: `requirement` is the id of a finding, `place` a pattern for where it is."""

    place: str = "*"


@dataclass(frozen=True)
class WaiverPlace:
    """Where a waiver stands: its file, and its first and last line."""

    file: str
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.file} line {self.first}"

    @property
    def lines(self) -> str:
        """The lines of the whole table."""
        return f"lines {self.first} to {self.last} of {self.file}" if self.last > self.first else str(self)


def load(
    path: Path,
    today: date,
    targets: Iterable[str],
    began: Began | None = None,
    *,
    drift: bool = False,
    filled: bool = True,
) -> tuple[Waiver, ...]:
    """Read the waivers in `path`, also those whose day has passed.

    `targets` are all names and base URLs that a pattern may mean, of `drift` or else of runs: what waivers of the
    other kind may be for is not known here. If they have to be `filled` in, no reason may be a placeholder.

    Raises BadWaiver if the file cannot be read or one of them cannot be right, or is of the target of the run that
    `began` and of a requirement that its edition does not have. `today` is for the example of a day in its message.
    """
    known = tuple(targets)
    waivers: dict[tuple[str, str, str], Waiver] = {}
    for table, place in _tables(path):
        waiver = _waiver(table, place, today)
        if filled and is_placeholder(waiver.reason):
            raise BadWaiver(f"{place}: the reason of {waiver.requirement} is a placeholder: say why it is accepted")
        if isinstance(waiver, DriftWaiver) == drift:  # those of the other kind are meant for other names
            _expect_known(waiver, place, known)
        if began is not None and not isinstance(waiver, DriftWaiver):
            _expect_in_edition(waiver, place, began)
        where = waiver.place if isinstance(waiver, DriftWaiver) else ""
        first = waivers.setdefault((waiver.requirement, waiver.target, where), waiver)
        if first is not waiver:
            raise BadWaiver(
                f"{place}: {waiver.requirement} is waived in line {first.line} already: delete one of them"
            )
    return tuple(waivers.values())


def _tables(path: Path) -> list[tuple[dict[str, Any], WaiverPlace]]:
    """Return every table of the file, and where it stands. Raises BadWaiver if there is something else in it."""
    try:
        text = text_of_file(path)
        document = toml.parsed(text)
    except OSError as error:
        raise BadWaiver(f"{path} cannot be read ({error.strerror}): check --waivers") from None
    except ValueError as error:
        raise BadWaiver(f"{path} is no TOML: {error}") from None
    tables = document.pop("waiver", [])
    if document or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise BadWaiver(f"{path} holds something else than [[waiver]] tables: write each waiver as one")
    places = _places(path.name, text)
    if len(places) != len(tables):
        raise BadWaiver(f"{path} writes its waivers in another way than as [[waiver]] tables: write each as one")
    return list(zip(tables, places, strict=True))


def of_drift(
    path: Path, today: date, names: Iterable[str], targets: Iterable[str]
) -> tuple[tuple[DriftWaiver, str, str], ...]:
    """Read the waivers of drift in `path` that are meant for a document with one of `names`.

    Each comes with where it stands, and the lines of its table. `targets` are further names that a pattern may mean.
    Raises BadWaiver.
    """
    ours = tuple(names)
    found = [
        one
        for one in load(path, today, (*ours, *targets), drift=True)
        if isinstance(one, DriftWaiver) and is_for(one, ours)
    ]
    places = places_in(path) if found else {}
    return tuple((one, str(places[one.line]), places[one.line].lines) for one in found)


def _expect_known(waiver: Waiver, place: WaiverPlace, targets: tuple[str, ...]) -> None:
    if not fits(waiver.target, targets):
        raise BadWaiver(
            f"{place}: target {waiver.target!r} matches neither this target nor any in conformance.toml: name one,"
            " or its base URL"
        )


def _expect_in_edition(waiver: Waiver, place: WaiverPlace, began: Began) -> None:
    requirement = CATALOGUE[waiver.requirement]
    if UNDECIDED in began.best_fit:
        return
    if matches(waiver, began) and not requirement.holds_in(began.edition):
        raise BadWaiver(
            f"{place}: edition {began.edition} has no {requirement.id} ({requirement.told}): give another --edition,"
            f" or delete {place.lines}"
        )


def places_in(path: Path) -> dict[int, WaiverPlace]:
    """Return where each table of a file that was read before stands, by its first line."""
    return {place.first: place for place in _places(path.name, path.read_text("utf-8"))}


def _places(file: str, text: str) -> list[WaiverPlace]:
    """Find where each table stands, so that an error can name the line."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines, 1) if _TABLE.match(line)]
    ends = [*(start - 1 for start in starts[1:]), len(lines)]
    for index, (start, end) in enumerate(zip(starts, ends, strict=False)):
        last = end
        while last > start and not lines[last - 1].strip():
            last -= 1
        ends[index] = last
    return [WaiverPlace(file, start, end) for start, end in zip(starts, ends, strict=False)]


def _waiver(table: dict[str, Any], place: WaiverPlace, today: date) -> Waiver:
    for name in table:
        if name not in _MEMBERS:
            raise BadWaiver(f"{place}: {name} is no member of a waiver: those are {', '.join(_MEMBERS)}")
    for name, kind in _MEMBERS.items():
        value = table.get(name)
        if value is None and name not in _OPTIONAL:
            raise BadWaiver(f"{place}: {name} is missing: add it")
        if value is not None and (type(value) is not kind or value == ""):
            example = f"a day, as in {name} = {today + USUAL}" if kind is date else f'a text, as in {name} = "…"'
            raise BadWaiver(f"{place}: {name} is not {example}")
    waiver = Waiver(
        table["requirement"], table["target"], table["reason"], table["expires"], table.get("ticket"), place.first
    )
    if waiver.requirement in KINDS:
        waiver = DriftWaiver(**asdict(waiver), place=table.get("place", "*"))
    elif "place" in table:
        raise BadWaiver(f"{place}: place is for findings of drift, whose ids begin with DRIFT-: leave it out")
    elif waiver.requirement.startswith("DRIFT-"):
        raise BadWaiver(f"{place}: drift finds nothing of the name {waiver.requirement}: its report says the ids")
    elif waiver.requirement not in CATALOGUE:
        raise BadWaiver(
            f"{place}: there is no requirement {waiver.requirement}: {started_as()} requirements lists them"
        )
    return waiver


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, by which editors complete and check it."""
    text = {"type": "string", "minLength": 1}
    properties: dict[str, Any] = {
        "requirement": {"enum": [*CATALOGUE, *KINDS], "description": "what is violated, or has drifted"},
        "target": {**text, "description": "a pattern of names in conformance.toml, or of base URLs"},
        "place": {**text, "description": "of drift alone: a pattern for where the difference is"},
        "reason": {**text, "description": "why it is accepted"},
        "ticket": {**text, "description": "where it is tracked"},
        "expires": {
            "type": "string",
            "format": "date",
            "description": "the first day on which it no longer holds, without quotes",
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FILE,
        "description": "Violations that mixpeek-conformance accepts for a while: one [[waiver]] each.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "waiver": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": [name for name in _MEMBERS if name not in _OPTIONAL],
                    "properties": properties,
                },
            }
        },
    }


def stanza(
    judgement: Judgement,
    began: Began,
    today: date,
    *,
    expires: date | None = None,
    reason: str = "…",
    ticket: str | None = "…",
) -> str:
    """Return the waiver of a violation as it stands in the file: by default for a month, with a reason to fill in."""
    lines = [
        "[[waiver]]",
        f'requirement = "{judgement.requirement.id}"',
        f'target = "{quoted(_literal(began.target or began.base_url))}"',
        f'reason = "{quoted(reason)}"',
    ]
    lines += [] if ticket is None else [f'ticket = "{quoted(ticket)}"']
    return "\n".join([*lines, f"expires = {expires or today + USUAL}"])


def _literal(text: str) -> str:
    """Return the pattern that matches `text` alone, whatever brackets it holds."""
    return re.sub(r"[*?\[]", r"[\g<0>]", text)


def quoted(text: str) -> str:
    """Return `text` as it stands between quotes in TOML, on one line that does nothing on its way there."""
    plain = "".join(one if one.isprintable() and one not in '"\\' else f"\\U{ord(one):08x}" for one in text)
    return plain.replace("##", "#\\u0023")
