"""Functions, modules and the names of tests are short, so that each is read at a glance; tests say what holds."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.commands import ROOT
from tests.test_import_law import PACKAGES

LINES_OF_A_FUNCTION, LINES_OF_A_MODULE, LETTERS_OF_A_TEST = 40, 300, 60

LONG_MODULES = {
    "fixtures/http/client.py": "one request, from what is asked to the exchange: sent again, given up, blanked",
    "fixtures/objects/subject.py": "the words in which every check asks its object",
    "fixtures/reference/faults/errors_form.py": "a module of faults an area",
    "fixtures/reference/faults/merge.py": "a module of faults an area",
    "fixtures/reference/operators/literals.py": "a module of operators a kind of values",
    "fixtures/reference/operators/names.py": "a module of operators a kind of values",
    "fixtures/reference/operators/twins.py": "a module of operators a kind of values",
    "fixtures/strategies/edge_cases.py": "the table of awkward values",
    "fixtures/target/options.py": "the table of options",
    "suites/test_merge.py": "the checks of one area, each a few lines",
    "suites/test_observations.py": "the observations, each a few lines",
}
"""Modules that are one thing all the same, each with what it is."""

MODULES = {
    str(path.relative_to(ROOT)): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "node_modules" not in path.parts
}


@cache
def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]


def every_test() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield every test of the suite itself, with the module that it stands in."""
    for name, path in MODULES.items():
        if name.startswith("tests/"):
            yield from ((f"{name}: {test.name}", test) for test in functions(path) if test.name.startswith("test_"))


@pytest.mark.parametrize("package", [name for name in PACKAGES if name != "tests"])
def test_no_function_is_long(package: str) -> None:
    """A function has 40 lines at most, with its signature and its docstring."""
    long = {
        f"{name}: {function.name}": lines
        for name, path in MODULES.items()
        if name.startswith(f"{package}/")
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_no_module_is_long() -> None:
    """A module has 300 lines at most, or stands in LONG_MODULES with its reason; one that does has more."""
    ours = {name: path for name, path in MODULES.items() if not name.startswith("tests/")}
    long = {name for name, path in ours.items() if len(path.read_text("utf-8").splitlines()) > LINES_OF_A_MODULE}
    assert long == LONG_MODULES.keys()


def test_no_test_has_a_long_name() -> None:
    """What a name of 60 letters does not say, the docstring says."""
    assert [place for place, test in every_test() if len(test.name) > LETTERS_OF_A_TEST] == []


def test_every_test_says_what_holds() -> None:
    """A test has a docstring: the input, the result or the reason that its name has no room for."""
    assert [place for place, test in every_test() if not ast.get_docstring(test)] == []
