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
    early_config.pluginmanager.register(_Names(), f"{_PACKAGE}.names")


class _Names:
    """Sees that checks of the suite get its own fixtures: a conftest.py of the user may have some of these names."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Raise pytest.UsageError if a fixture of somebody else hides one of the suite."""
        for item in items:
            if not _module_of(getattr(item, "obj", None)).startswith(f"{_PACKAGE}.suites"):
                continue
            for name, known in getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {}).items():
                modules = [_module_of(one.func) for one in known]
                if any(module.startswith(_PACKAGE) for module in modules) and not modules[-1].startswith(_PACKAGE):
                    raise pytest.UsageError(
                        f"the fixture {name!r} of {modules[-1]} hides that of the suite: add --noconftest, or call"
                        " mixpeek-conformance run, which loads nothing of yours"
                    )


def _module_of(thing: object) -> str:
    return str(getattr(thing, "__module__", ""))
