"""The pytest plugins of a run that the command starts: those that the suite stands on, and its own, by name.

pytest imports this module in every process of a run, with `-p`, and looks for no other plugin.
"""

import importlib
import runpy

import pytest

from mixpeek_conformance.layout import ROOT, claim_names

claim_names()

_NAMES = (
    "_hypothesis_pytestplugin",
    "xdist.plugin",
    *runpy.run_path(str(ROOT / "conftest.py"))["pytest_plugins"],
)

_LATE = "schemathesis.pytest.plugin"
"""What only collecting needs: it takes as long to import as a third of all else."""


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the plugins: those of `pytest_plugins` pytest looks for in all packages that are installed."""
    for name in _NAMES:
        if not pluginmanager.is_blocked(name) and pluginmanager.get_plugin(name) is None:
            pluginmanager.register(importlib.import_module(name), name)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Load what collecting needs, once the preflight was made; those who only examine a target do without."""
    session.config.pluginmanager.import_plugin(_LATE)
