"""The page of a report, opened in the browser of whoever started the run."""

import os
import webbrowser
from pathlib import Path


def show(page: Path) -> str | None:
    """Open `page`; return why it was not opened, if so."""
    if os.environ.get("CI"):
        return f"--open opens nothing in CI: the page is {page}"
    try:
        opened = webbrowser.open(page.absolute().as_uri())
    except (webbrowser.Error, OSError, ValueError):
        opened = False
    return None if opened else f"--open found no browser: the page is {page}"
