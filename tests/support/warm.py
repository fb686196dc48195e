"""Imported by a process from which commands are forked: imports what any of them may need, and collects the suites.

Nothing is asked and nothing is kept but modules and templates: no setting, no key, no report.
"""

import gc
import importlib
import io
import pkgutil
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout
from importlib import resources

import mixpeek_conformance.commands
from mixpeek_conformance import cli
from reports import page_templates, renderings


def _warm() -> None:
    for room in (mixpeek_conformance.commands, renderings):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
    for part in resources.files(renderings).joinpath("page").iterdir():
        if part.name.endswith(".jinja"):
            page_templates.template(part.name)
    streams, handed = (sys.stdout, sys.stderr), io.StringIO()
    try:
        with redirect_stdout(handed), redirect_stderr(handed):
            code = cli.main(["run", "--collect-only", "--effort", "quick"])
    finally:
        sys.stdout, sys.stderr = streams
    if code:
        raise AssertionError(handed.getvalue())
    if threading.active_count() > 1:
        raise AssertionError("a thread does not outlive a fork")
    gc.collect()
    gc.freeze()


_warm()
