"""The command `explain`: what is known of a requirement."""

import importlib
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from contracts.catalogue.remedies import remedies
from contracts.catalogue.requirement import Area, Requirement, declared
from contracts.catalogue.sources import addresses
from contracts.vocabulary.did_you_mean import advice
from contracts.vocabulary.documentation import base_url, page_of
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.line_width import width_of
from contracts.vocabulary.program import started_as
from fixtures.reference.deviations import FAULTS, Fault
from mixpeek_conformance.commands.requirements import members_of, of_edition
from mixpeek_conformance.layout import SUITES
from mixpeek_conformance.streams import put_json, say

_WIDEST = 100
_INDENT = " " * 13


def explain(ids: Sequence[str], name: str | None, *, as_json: bool = False) -> int:
    """Print what is known of the requirements `ids`: from its sentence to the usual causes and fixes."""
    try:
        asked = of_edition(name)
    except LookupError as error:
        say(f"mixpeek-conformance explain: {error}", error=True)
        return Exit.WRONG_USE
    for identifier in ids:
        if identifier.upper() not in asked:
            where = f" of edition {name}" if name is not None else ""
            close = advice(identifier.upper(), asked, f"{started_as()} requirements lists them")
            if identifier.upper() in list(Area):
                close = f"{started_as()} requirements --area {identifier.upper()} lists those of that area"
            say(f"mixpeek-conformance explain: {identifier} is no requirement{where}: {close}", error=True)
            return Exit.WRONG_USE
    if as_json:
        put_json([_members(asked[requirement_id.upper()]) for requirement_id in ids])
        return 0
    for number, identifier in enumerate(ids):
        if number:
            say("")
        for line in _explained(asked[identifier.upper()]):
            say(line)
    return 0


def _explained(one: Requirement) -> Iterator[str]:
    yield f"{one.id}  {one.level}  {one.area}{f'  ({one.told})' if one.told else ''}"
    yield from textwrap.wrap(one.sentence, _width(), initial_indent="  ", subsequent_indent="  ")
    yield from _part("source", one.source)
    for address in addresses(one.source):
        yield from _part("", address)
    yield from _part("tolerates", one.tolerates)
    if one.needs:
        yield from _part(
            "needs", f"{', '.join(sorted(one.needs))}; {declared(sorted(one.needs))} says that it is missing"
        )
    for number, check in enumerate(checks_of(one.id)):
        yield from _part("" if number else "checks", check)
    for number, fault in enumerate(faults_of(one.id)):
        yield from _part("" if number else "faults", f"{fault.name}: {fault.summary}")
    for remedy in remedies(one):
        yield from _part("cause", f"{remedy.where}: {remedy.cause}")
        yield from _part("  fix", remedy.fix)
    if base_url():
        yield from _part("page", page_of(one.id))


def _members(one: Requirement) -> dict[str, Any]:
    """Return what is known of a requirement as JSON shows it."""
    faults = [{"name": fault.name, "summary": fault.summary} for fault in faults_of(one.id)]
    causes = [{"where": each.where, "cause": each.cause, "fix": each.fix} for each in remedies(one)]
    return {**members_of(one), "checks": list(checks_of(one.id)), "faults": faults, "remedies": causes}


def _width() -> int:
    return min(width_of(sys.stdout) or _WIDEST, _WIDEST)


def _part(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, _width(), initial_indent=f"  {label:<11}", subsequent_indent=_INDENT, break_long_words=False
    )


def checks_of(identifier: str) -> Iterator[str]:
    """Yield the checks of a requirement, as `pytest` names them."""
    [folder] = importlib.import_module(SUITES).__path__
    for file in sorted(Path(folder).glob("test_*.py")):
        module = importlib.import_module(f"{SUITES}.{file.stem}")
        for name, check in vars(module).items():
            marks = list(getattr(check, "pytestmark", ())) if name.startswith("test_") else []
            marks += [mark for one in marks for value in one.args[1:2] for mark in _marks_of(value)]
            if any(mark.name == "requirement" and identifier in mark.args for mark in marks):
                yield f"suites/{file.name}::{name}"


def _marks_of(values: object) -> Iterator[object]:
    """Yield the marks of the parameters of a check that asks several requirements one after the other."""
    if isinstance(values, list):
        for value in values:
            yield from getattr(value, "marks", ())


def faults_of(identifier: str) -> Iterator[Fault]:
    """Yield the faults of the reference service that break a requirement."""
    return (fault for fault in FAULTS.values() if identifier in fault.breaks)
