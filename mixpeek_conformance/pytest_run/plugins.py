"""The pytest plugins of a run that the command starts: those that the suite stands on, and its own, by name.

pytest imports this module in every process of a run, with `-p`, and looks for no other plugin.
"""

import runpy

from mixpeek_conformance.layout import ROOT, claim_names

claim_names()

pytest_plugins = [
    "_hypothesis_pytestplugin",
    "schemathesis.pytest.plugin",
    "xdist.plugin",
    *runpy.run_path(str(ROOT / "conftest.py"))["pytest_plugins"],
]
