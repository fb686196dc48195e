"""The plugin that finds out what the service that runs a build is to be told."""

from pathlib import Path

import pytest

from mixpeek_conformance.ci import announce
from reports.result.result import Result


class Announcer:
    """Keeps the result of a run until pytest has ended, and given the streams back."""

    _found: tuple[Result, Path | None] | None = None
    _silent = False

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Take what is to be told."""
        from reports.plugin import result_of  # not before pytest has loaded it as a plugin

        self._found = result_of(config)
        self._silent = bool(config.getoption("--no-annotations"))

    @property
    def result(self) -> Result | None:
        """The result of the run; None without one."""
        return self._found[0] if self._found else None

    def announce(self) -> None:
        """Tell it, if there is a result, unless that was ruled out."""
        if self._found is not None and not self._silent:
            announce(*self._found)
