"""The pytest plugins of a run that the command starts: those that the suite stands on, and its own, by name.

pytest imports this module in every process of a run, with `-p`, and looks for no other plugin.
"""

import runpy

import pytest

from mixpeek_conformance.layout import ROOT, claim_names

claim_names()

pytest_plugins = [
    "_hypothesis_pytestplugin",
    "xdist.plugin",
    *runpy.run_path(str(ROOT / "conftest.py"))["pytest_plugins"],
]

_LATE = "schemathesis.pytest.plugin"
"""What only collecting needs: it takes as long to import as a third of all else."""


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Load what collecting needs, once the preflight was made; those who only examine a target do without."""
    session.config.pluginmanager.import_plugin(_LATE)
