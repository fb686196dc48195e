"""Builds the wheel: one package, in which the rooms of the house have names of their own.

In a checkout they are `contracts`, `fixtures`, `reports` and `suites`. In a wheel they stand inside
`mixpeek_conformance`, and every import of them says so: whoever installs the suite may have packages of those names.
"""

import ast
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "mixpeek_conformance"
ROOMS = ("contracts", "fixtures", "reports", "suites")
_FILES = ("conftest.py", "pyproject.toml")
_SEARCHED = re.compile(r'^pythonpath = \["\."\]\n', re.MULTILINE)
"""What lets pytest find the rooms of a checkout. Those of a wheel are found like any installed package."""


class Own(BuildHookInterface):  # type: ignore[type-arg, misc, unused-ignore]
    """Puts the package together in a folder of its own; an editable installation has the checkout as it is."""

    _folder: str | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Let the wheel hold the package with its own names."""
        if version == "editable":
            return
        self._folder = tempfile.mkdtemp(prefix="wheel-")
        package = Path(self._folder) / PACKAGE
        assemble(Path(self.root), package)
        build_data["force_include"][str(package)] = PACKAGE

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - as hatch calls it
        """Remove the folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def assemble(root: Path, package: Path) -> None:
    """Write the package to `package`: the rooms of the checkout at `root`, under their own names."""
    for source in (root / PACKAGE, *(root / name for name in ROOMS)):
        target = package if source.name == PACKAGE else package / source.name
        for path in _files(source, packages=source.name == "reports"):
            _write(root, path, target / path.relative_to(source))
    for name in _FILES:
        _write(root, root / name, package / name)


def _files(folder: Path, *, packages: bool = False) -> Iterator[Path]:
    """Yield the files of a package, and of the folders in it or, as of `reports/`, of those that are `packages`.

    That folder also holds what runs left there.
    """
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name != "__pycache__" and (not packages or (path / "__init__.py").exists()):
            yield from _files(path)
        elif path.is_file() and path.suffix != ".pyc":
            yield path


def _write(root: Path, source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if source.suffix == ".py":
        content = renamed(content, root)
    elif source.name == "pyproject.toml":
        content = _SEARCHED.sub("", content.decode()).encode()
    target.write_bytes(content)


def renamed(source: bytes, root: Path) -> bytes:
    """Return a module with the rooms under their own names: in imports, and in texts that name a module.

    Raise ValueError for `import fixtures.run`, which binds a name that the wheel does not have.
    """
    lines = source.splitlines(keepends=True)
    for line, column in sorted(_places(ast.parse(source), lines, root), reverse=True):
        text = lines[line - 1]
        lines[line - 1] = text[:column] + f"{PACKAGE}.".encode() + text[column:]
    return b"".join(lines)


def _places(tree: ast.Module, lines: list[bytes], root: Path) -> Iterator[tuple[int, int]]:
    """Yield line and column, in bytes, of each name of a room."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), level=0) if _is_ours(module):
                yield node.lineno, lines[node.lineno - 1].index(module.encode(), node.col_offset + len("from"))
            case ast.Import():
                for name in node.names:
                    if _is_ours(name.name) and name.asname is None:
                        raise ValueError(f"import {name.name}: write from … import …, which a wheel can rename")
                    if _is_ours(name.name):
                        yield name.lineno, name.col_offset
            case ast.Constant(value=str(text)) if _names_a_module(text, root):
                start = lines[node.lineno - 1].find(text.encode(), node.col_offset)
                if start >= 0:
                    yield node.lineno, start


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in ROOMS


def _names_a_module(text: str, root: Path) -> bool:
    """Return whether a text is the name of a module inside a room, as in `pytest_plugins`."""
    if not (_is_ours(text) and re.fullmatch(r"\w+(\.\w+)+", text)):
        return False
    path = root.joinpath(*text.split("."))
    return path.is_dir() or path.with_name(f"{path.name}.py").is_file()
