"""What `--alluredir` shows of each check, by allure-pytest: requirements as labels, violations as attachments.

`reports.renderings.allure_results` is the other view: one result a requirement, made from the result of the run.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import allure
import pytest

from contracts.catalogue import CATALOGUE
from contracts.catalogue.requirement import Level, Requirement
from contracts.vocabulary.events import Began, Event, Violated
from reports.live import allure_gate
from reports.renderings.allure_results import parts


class Labels:
    """The plugin of a process whose checks go to Allure."""

    def __init__(self, config: pytest.Config) -> None:
        """Label what `config` collects; a worker process is told the edition, the others hear of it."""
        self._edition: str = getattr(config, "workerinput", {}).get("edition", "")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker the edition."""
        node.workerinput["edition"] = self._edition

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Label the check with its edition, its requirements, their areas and the highest of their levels."""
        ids = [str(one) for mark in item.iter_markers("requirement") for one in mark.args]
        requirements = [one for name in ids if (one := CATALOGUE[name]).holds_in(self._edition)]
        for name, value in self._labels(requirements):
            item.add_marker(pytest.mark.allure_label(value, label_type=name))
        for requirement in requirements:
            link = f"../index.html#{requirement.id}"
            item.add_marker(pytest.mark.allure_link(link, link_type="link", name=requirement.source))

    def _labels(self, requirements: list[Requirement]) -> Iterator[tuple[str, str]]:
        yield "edition", self._edition
        for area in dict.fromkeys(str(requirement.area) for requirement in requirements):
            yield "area", area
            yield "feature", area
        for requirement in requirements:
            yield "requirement", requirement.id
        if requirements:
            yield (
                "severity",
                "critical" if any(requirement.level is Level.MUST for requirement in requirements) else "minor",
            )

    @pytest.hookimpl
    def pytest_conformance_event(self, event: Event) -> None:
        """Attach the exchanges of a violation to the check under way."""
        if isinstance(event, Began):
            self._edition = event.edition
        if isinstance(event, Violated):
            for exchange in event.exchanges:
                for name, text in parts(exchange):
                    with contextlib.suppress(KeyError):  # no check is under way that it could be attached to
                        allure.attach(text, f"{event.requirement}: {name}", allure.attachment_type.TEXT)


def register(config: pytest.Config) -> None:
    """Label the checks of `config` where `--alluredir` asks for them."""
    if config.getoption("allure_report_dir", None):
        allure_gate.stand(config)
        config.pluginmanager.register(Labels(config), "conformance-labels")
