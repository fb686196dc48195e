"""Writes the three stubs of a new requirement: `python -m tools.new_requirement ID LEVEL AREA SENTENCE`.

A stub is not a requirement yet: `pytest tests/contracts/test_contract.py` names what is still to be filled in.
"""

import argparse
import ast
import json
import re
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from contracts.catalogue import CATALOGUE
from contracts.catalogue.requirement import Area, Level, Requirement

ROOT = Path(__file__).resolve().parents[1]
_WRONG_USE = 2

PREFIXES = {requirement.area: requirement.id.partition("-")[0] for requirement in CATALOGUE.values()}
"""What the ids of an area begin with."""

_ENTRY = """\
    Requirement(
        id="{id}",
        level=Level.{level},
        area=Area.{area},
        sentence={sentence},
        source="",
        tolerates="",
    ),
"""

_CHECK = """

@requirement("{id}")
def test_{name}(subject: Subject) -> None:
    subject.patch({{"note": "an extra field"}})
    raise NotImplementedError("raise Violation(expected, actual) if the answer breaks {id}")
"""

_FAULT = '''

@fault("{id}")
def {name}(rules: Rules) -> Rules:
    """Breaks {id}: say in which way, and name the function after it."""
    return rules
'''


class Refused(Exception):  # noqa: N818 - read as a sentence: the requirement is refused
    """No stub can be written; the message says why, and what to do."""


@dataclass(frozen=True)
class Stub:
    """One file, as it was and as it becomes."""

    path: Path
    before: str
    after: str

    @property
    def line(self) -> int:
        """The number of the first line that is new."""
        pairs = zip(self.before.splitlines(), self.after.splitlines(), strict=False)
        return next((number for number, (old, new) in enumerate(pairs, 1) if old != new), self.before.count("\n") + 1)


class _Parser(argparse.ArgumentParser):
    """A parser that ends wrong use with one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(_WRONG_USE, f"new_requirement: {message}\n")


def stubs(identifier: str, level: str, area: str, sentence: str) -> list[Stub]:
    """Return the catalogue entry, the check and the fault of a new requirement, none of them written yet.

    Raises Refused if the requirement cannot be added, or if a file is not as this tool knows it.
    """
    wanted = _requirement(identifier, level, area, " ".join(sentence.split()))
    module = wanted.area.lower()
    fields = {
        "id": wanted.id,
        "level": wanted.level.name,
        "area": wanted.area.name,
        "sentence": _literal(wanted.sentence),
        "name": _name_of(wanted.sentence),
    }
    fault = {**fields, "name": f"breaks_{wanted.id.lower().replace('-', '_')}"}
    return [
        _stub(f"contracts/catalogue/{module}.py", lambda text: _with_entry(text, _ENTRY.format(**fields))),
        _stub(f"suites/test_{module}.py", lambda text: _with_function(text, _CHECK.format(**fields))),
        _stub(f"fixtures/reference/faults/{module}.py", lambda text: _with_function(text, _FAULT.format(**fault))),
    ]


def _requirement(identifier: str, level: str, area: str, sentence: str) -> Requirement:
    if area not in list(Area):
        raise Refused(f"area {area!r} is not known: give one of {', '.join(Area)}")
    if level not in list(Level):
        raise Refused(f"level {level!r} is not known: give one of {', '.join(Level)}")
    if identifier in CATALOGUE:
        raise Refused(f"{identifier} is in the catalogue already: {CATALOGUE[identifier].sentence}")
    prefix = PREFIXES[Area(area)]
    if identifier.partition("-")[0] != prefix:
        raise Refused(f"the ids of area {area} begin with {prefix}-, and {identifier!r} does not")
    if not re.search(r"\w", sentence) or not sentence.endswith("."):
        raise Refused("the sentence is the clause, with a full stop at its end")
    if taken := next(
        (requirement.id for requirement in CATALOGUE.values() if requirement.sentence == sentence), None
    ):
        raise Refused(f"{taken} says the same")
    try:
        return Requirement(identifier, Level(level), Area(area), sentence, source="")
    except ValueError as error:
        raise Refused(str(error)) from None


def _name_of(sentence: str) -> str:
    """Return the name of a check: the clause, cut after a word, so that it is read at a glance."""
    words = re.sub(r"[^a-z0-9]+", " ", sentence.lower()).strip()
    return textwrap.wrap(words, 50)[0].replace(" ", "_") if words else "the_clause"


def _literal(sentence: str) -> str:
    """Return `sentence` as Python writes it, over several lines if it is long."""
    whole = json.dumps(sentence, ensure_ascii=False)
    if len(whole) <= 95:
        return whole
    lines = textwrap.wrap(sentence, 90, break_long_words=False, break_on_hyphens=False)
    parts = [lines[0], *(f" {line}" for line in lines[1:])]
    return "(\n" + "".join(f"            {json.dumps(part, ensure_ascii=False)}\n" for part in parts) + "        )"


def _stub(name: str, change: Callable[[str], str]) -> Stub:
    path = ROOT / name
    try:
        before = path.read_text("utf-8")
    except OSError as error:
        raise Refused(f"{name} cannot be read ({error.strerror}): run this in a checkout") from None
    try:
        after = change(before)
        ast.parse(after)
    except (SyntaxError, ValueError) as error:
        raise Refused(f"{name} is not as this tool knows it ({error}): add the stub by hand") from None
    return Stub(path, before, after)


def _with_entry(text: str, entry: str) -> str:
    """Return a module of the catalogue with one more requirement at its end. Raises ValueError if it has no list."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Tuple):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "REQUIREMENTS" for target in targets):
                lines = text.splitlines(keepends=True)
                end = (node.end_lineno or 0) - 1
                if lines[end].strip() == ")":
                    return "".join([*lines[:end], entry, *lines[end:]])
    raise ValueError("no REQUIREMENTS = ( ... )")


def _with_function(text: str, function: str) -> str:
    """Return a module with one more function at its end. Raises ValueError if it lacks a name that is needed."""
    tree = ast.parse(text)
    imported = {
        name.asname or name.name for node in tree.body if isinstance(node, ast.ImportFrom) for name in node.names
    }
    added = ast.parse(function).body[0]
    needed = {node.id for node in ast.walk(added) if isinstance(node, ast.Name)} - {"subject", "rules"}
    if missing := sorted(needed - imported - {"NotImplementedError"}):
        raise ValueError(f"it does not import {', '.join(missing)}")
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    if isinstance(added, ast.FunctionDef) and added.name in names:
        raise ValueError(f"it has a function {added.name}")
    return f"{text.rstrip()}\n{function}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the stubs, and say where they are. Returns 2, with one line, for what cannot be added."""
    parser = _Parser(prog="python -m tools.new_requirement", description=__doc__)
    parser.add_argument("id", metavar="ID", help="such as RESPONSE-COUNT-NATURAL; begins as the ids of the area do")
    parser.add_argument("level", metavar="LEVEL", help="MUST or SHOULD")
    parser.add_argument("area", metavar="AREA", help=", ".join(Area))
    parser.add_argument("sentence", metavar="SENTENCE", help="the clause, with a full stop")
    given = parser.parse_args(arguments)
    try:
        written = stubs(given.id, given.level, given.area, given.sentence)
        for stub in written:
            stub.path.write_text(stub.after, "utf-8")
    except (Refused, OSError) as error:
        print(f"new_requirement: {error}", file=sys.stderr)
        return _WRONG_USE
    for stub in written:
        print(f"{stub.path.relative_to(ROOT).as_posix()}:{stub.line}")
    print("next: pytest tests/contracts/test_contract.py names what is still to be filled in")
    return 0


if __name__ == "__main__":
    sys.exit(main())
