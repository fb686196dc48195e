"""The plugin that finds out what the service that runs a build is to be told."""

from pathlib import Path

import pytest

from mixpeek_conformance.ci import announce
from reports.result.result import Result


class Announcer:
    """Keeps the result of a run until pytest has ended, and given the streams back."""

    _found: tuple[Result, Path | None] | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Take what is to be told, unless that was ruled out."""
        from reports.plugin import result_of  # not before pytest has loaded it as a plugin

        if not config.getoption("--no-annotations"):
            self._found = result_of(config)

    def announce(self) -> None:
        """Tell it, if there is a result."""
        if self._found is not None:
            announce(*self._found)
