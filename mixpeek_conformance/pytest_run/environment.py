"""What the environment may say to the pytest that the command starts: nothing.

It speaks to the pytest of the user's own project: options, plugins, warnings, places to write to.
"""

import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOREIGN = ("PYTEST_", "HYPOTHESIS_", "SCHEMATHESIS_", "PYTHONWARNINGS", "PYTHONOPTIMIZE", "PYTHONINSPECT")
"""What the names of variables begin with that change what pytest, Hypothesis or Python does."""

_KEPT = ("PYTEST_XDIST_AUTO_NUM_WORKERS",)


_SIZES = ("COLUMNS", "LINES")
_SIZE = re.compile(r"[0-9]{1,4}", re.ASCII)
"""What a terminal has of columns or lines: pytest makes a line as long as it is told."""


@contextmanager
def own_environment() -> Iterator[None]:
    """Let this process, and those that it starts, run without what is meant for other projects."""
    before, options = dict(os.environ), list(sys.warnoptions)
    for name, value in before.items():
        if (name.startswith(_FOREIGN) and name not in _KEPT) or (name in _SIZES and not _SIZE.fullmatch(value)):
            del os.environ[name]
    os.environ |= {
        "HYPOTHESIS_NO_PLUGINS": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(_cache()),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONSAFEPATH": "1",  # a module in the folder of the user is none of the standard library
    }
    sys.warnoptions.clear()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.warnoptions[:] = options
        os.environ.clear()
        os.environ |= before


def _cache() -> Path:
    """Return the folder where Hypothesis keeps its tables of Unicode: none in the folder of the user."""
    given = os.environ.get("XDG_CACHE_HOME")
    try:
        cache = Path(given) if given else Path.home() / ".cache"
        folder = cache.absolute() / "mixpeek-conformance"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # no home, or none that can be written to
        return Path(tempfile.gettempdir()) / "mixpeek-conformance"
    return folder
