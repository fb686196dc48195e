"""The plugin for other projects, which pytest loads wherever the suite is installed: a fixture for their tests.

It adds no option, and imports nothing of the suite until somebody asks for it: by the fixture, or by
`pytest --pyargs mixpeek_conformance`, which runs the suites with the pytest of that project.
"""

import argparse
import runpy
from collections.abc import Callable, Sequence
from typing import Any

import pytest

_PACKAGE = "mixpeek_conformance"


@pytest.fixture(scope="session")
def assert_conforms() -> Callable[..., None]:
    """Return a function that takes a response of httpx or requests, and fails the test if it breaks the contract.

    `edition` chooses the edition; with `strict`, a violated SHOULD fails too. A response to anything else than a
    PATCH or a GET of one object raises NotJudged, so that no test passes that judges nothing.
    """
    from mixpeek_conformance.assertion import assert_conforms as asserting  # noqa: PLC0415 - only who asks waits for it

    def asserted(response: Any, **options: Any) -> None:
        __tracebackhide__ = True
        asserting(response, **options)

    return asserted


def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser, args: Sequence[str]) -> None:
    """Load the plugins of the suites, and with them their options, if the package is to be collected.

    pytest itself looks for the conftest.py of a package only when it collects it, and knows no new option by then.
    Raises pytest.UsageError if another plugin has an option of the same name.
    """
    if "--pyargs" not in args or not any(one.partition(".")[0] == _PACKAGE for one in args):
        return
    from mixpeek_conformance.layout import ROOT  # noqa: PLC0415 - see above

    try:
        for name in runpy.run_path(str(ROOT / "conftest.py"))["pytest_plugins"]:
            early_config.pluginmanager.import_plugin(name)
        parser.parse_known_args(list(args))
    except (ValueError, argparse.ArgumentError) as error:
        raise pytest.UsageError(
            f"another plugin is in the way of the suite ({error}): leave it out with -p no:NAME, or call"
            " mixpeek-conformance run, which loads no other plugin"
        ) from None
