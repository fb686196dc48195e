"""Copies of this checkout, in which a test may write."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.support.commands import ROOT

SUITE = ("contracts", "fixtures", "mixpeek_conformance", "reports", "suites")
"""The parts of which the command is made."""

_WRITTEN = ("20*", "latest", "proof", "doctor", "targets", "earlier-*")
"""What runs have left in `reports/`, and no copy needs."""


def copy_of(parts: Iterable[str], folder: Path) -> Path:
    """Copy `parts` of this checkout to `folder`, and return that."""
    for name in parts:
        ignored = shutil.ignore_patterns("__pycache__", "node_modules", *(_WRITTEN if name == "reports" else ()))
        shutil.copytree(ROOT / name, folder / name, ignore=ignored, symlinks=True)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder
