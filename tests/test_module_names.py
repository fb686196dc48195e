"""Modules are called by their names of today, also in documents, in commands and in programs that stand in a text."""

import re
import sys

import pytest

from tests.support.commands import ROOT
from tests.test_import_law import PACKAGES

_PACKAGE = f"(?:{'|'.join(PACKAGES)})"
_IMPORT = re.compile(rf"\bfrom ({_PACKAGE}(?:\.\w+)*) import (\w+)")
_MODULE = re.compile(rf"(?:python|\{{sys\.executable\}}) -m ({_PACKAGE}(?:\.\w+)*)")
_FILE = re.compile(rf"`({_PACKAGE}/[\w/]+\.py)`")
TEXTS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "tox.ini", *ROOT.glob("*/**/*.py"))
    if path.name != "CHANGELOG.md" and path.relative_to(ROOT).parts[0] in (path.name, "docs", *PACKAGES)
)


def unknown(text: str) -> set[str]:
    """Return the modules and files in `text` that are not there."""
    lost = {module for module in _MODULE.findall(text) if not _is_module(module)}
    lost |= {f"{module}.{name}" for module, name in _IMPORT.findall(text) if not _gives(module, name)}
    return lost | {name for name in _FILE.findall(text) if not (ROOT / name).exists()}


def _is_module(name: str) -> bool:
    place = ROOT / name.replace(".", "/")
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def _gives(module: str, name: str) -> bool:
    package = ROOT / module.replace(".", "/") / "__init__.py"
    if not package.is_file():
        return _is_module(module)
    return _is_module(f"{module}.{name}") or re.search(rf"\b{name}\b", package.read_text("utf-8")) is not None


def test_every_module_in_a_text_is_there() -> None:
    """A module that moves takes its name along everywhere."""
    lost = {str(path.relative_to(ROOT)): unknown(path.read_text("utf-8")) for path in TEXTS}
    assert {path: names for path, names in lost.items() if names} == {}


@pytest.mark.parametrize(
    "text",
    [
        "from " + "fixtures import attic",
        "from " + "fixtures.attic import a",
        "python -m " + "tools.a",
        "`tools/" + "a.py`",
    ],
)
def test_a_module_that_is_gone_is_seen(text: str) -> None:
    """Imports, commands and paths are all looked at."""
    assert len(unknown(text)) == 1


def test_no_module_beside_a_script_is_named_like_one_of_python() -> None:
    """A file that is started by its path finds its neighbours before the modules of Python."""
    neighbours = (ROOT / "fixtures" / "reference").iterdir()
    assert {path.stem for path in neighbours} & set(sys.stdlib_module_names) == set()
