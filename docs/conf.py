"""How Sphinx builds the documentation: `tox run -e docs`."""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from contracts.vocabulary.version import suite_version  # noqa: E402 - of this checkout
from tools import document_reference  # noqa: E402

document_reference.write(DOCS)

project = "mixpeek-conformance"
author = "the mixpeek-conformance authors"
release = suite_version()
html_title = f"{project} {release}"
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_show_copyright = False
html_show_sphinx = False
smartquotes = False  # what is quoted is what is sent
