"""The words that the project has given up, since the field has a better one, are not names in the code."""

import ast
from collections.abc import Iterator

import pytest

from tests.support.commands import ROOT
from tests.test_import_law import PACKAGES

MODULES = """ahead afterwards asking call exits faithful judgement listing many observing pace parts patience provide
realm scopes sequences set_up show stage story values wire world""".split()  # noqa: SIM905 - a line holds many words
"""Names of modules and folders that are gone."""

NAMES = """Again Asked Asking Gone Held Lent Pace Picture Realm Returned Story Telling Unasked Wire World ahead came
clause fault_of lent look_around pace picture realm reckoned settlers story wire wish world""".split()  # noqa: SIM905
"""Names of classes, functions, arguments, variables and members that are gone, with or without `_` in front."""

EXCEPTIONS: dict[tuple[str, str], str] = {}
"""A module and a name in it that stays, each with the reason."""


def names(tree: ast.AST) -> Iterator[str]:
    """Yield every name that the code of a module gives to something."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.alias(asname=str(name)):
                yield name


def retired(source: str) -> set[str]:
    return {name for name in names(ast.parse(source)) if name.lstrip("_") in NAMES}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_name_is_a_retired_word(package: str) -> None:
    """A module, class, function, argument or variable has a word of today, or a reason in EXCEPTIONS."""
    found = set()
    for path in (ROOT / package).rglob("*.py"):
        place = path.relative_to(ROOT)
        if "node_modules" not in place.parts:
            found |= {(str(place), name) for name in {*place.parent.parts, path.stem} if name in MODULES}
            found |= {(str(place), name) for name in retired(path.read_text("utf-8"))}
    assert found == {one for one in EXCEPTIONS if one[0].startswith(f"{package}/")}


TWICE = {"Position": "the reference service stands apart: it imports nothing of what judges it"}
"""Classes that two modules have under one name, each with the reason."""


def test_no_two_classes_have_one_name() -> None:
    """One word for one thing: a class of the house is the only one of its name."""
    homes: dict[str, set[str]] = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py") if package not in ("tests", "tools") else ():
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    homes.setdefault(node.name, set()).add(str(path.relative_to(ROOT)))
    assert {name for name, paths in homes.items() if len(paths) > 1} == TWICE.keys()


@pytest.mark.parametrize(
    "source",
    [
        "class Asking: ...",
        "def _fault_of(): ...",
        "def f(*, clause): ...",
        "wish = 1",
        "self._world = 1",
        "import a as pace",
    ],
)
def test_a_retired_word_is_seen(source: str) -> None:
    """Every place in which code gives a name is looked at."""
    assert len(retired(source)) == 1
