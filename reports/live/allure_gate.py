"""What allure-pytest writes itself, without secrets: results, containers and attachments."""

from pathlib import Path
from typing import Any

import allure_commons
import attr
import pytest
from allure_commons import hookimpl
from allure_commons.logger import AllureFileLogger

_Logger: Any = AllureFileLogger


class AllureGate(_Logger):  # type: ignore[misc]
    """Stands in for the logger that writes the files, and lets everything pass the gate."""

    def __init__(self, config: pytest.Config, before: Any) -> None:
        """Write to the folder of `before`, from now on."""
        super().__init__(config.getoption("allure_report_dir"))
        self._config, self._before = config, before
        allure_commons.plugin_manager.unregister(before)
        allure_commons.plugin_manager.register(self)

    def pytest_unconfigure(self) -> None:
        """Put the logger back, which allure-pytest will look for."""
        allure_commons.plugin_manager.unregister(self)
        allure_commons.plugin_manager.register(self._before)

    @hookimpl
    def report_result(self, result: Any) -> None:
        """Write a result."""
        super().report_result(self._blanked(result))

    @hookimpl
    def report_container(self, container: Any) -> None:
        """Write a container."""
        super().report_container(self._blanked(container))

    @hookimpl
    def report_globals(self, globals_item: Any) -> None:
        """Write what belongs to no check."""
        super().report_globals(self._blanked(globals_item))

    @hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        """Write an attachment."""
        super().report_attached_data(self._shown(body), file_name)

    @hookimpl
    def report_attached_file(self, source: str, file_name: str) -> None:
        """Write a copy of a file."""
        super().report_attached_data(self._shown(Path(source).read_bytes()), file_name)

    def _shown(self, value: Any) -> Any:
        return self._config.hook.pytest_conformance_shown(value=value)

    def _blanked(self, item: Any) -> Any:
        """Blank every text in `item`, in its place."""
        if isinstance(item, list):
            return [self._blanked(one) for one in item]
        if not attr.has(type(item)):
            return self._shown(item)
        for field in attr.fields(type(item)):
            setattr(item, field.name, self._blanked(getattr(item, field.name)))
        return item


def stand(config: pytest.Config) -> None:
    """Let what allure-pytest writes in this process pass the gate."""
    for plugin in allure_commons.plugin_manager.get_plugins():
        if isinstance(plugin, AllureFileLogger) and not isinstance(plugin, AllureGate):
            config.pluginmanager.register(AllureGate(config, plugin))
