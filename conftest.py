"""The plugins that make up the suite, in the order in which a run meets them."""

import pytest

from mixpeek_conformance.pytest_run import refused_keys

pytest_plugins = [
    "fixtures.plugins.printing",
    "fixtures.plugins.interruption",
    "fixtures.plugins.options",
    "fixtures.plugins.dry_run",
    "fixtures.plugins.session",
    "fixtures.plugins.lanes",
    "fixtures.plugins.doctor",
    "fixtures.plugins.around_checks",
    "fixtures.plugins.pytest_fixtures",
    "fixtures.plugins.subject_fixtures",
    "reports.plugin",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Refuse a key on the command line, which pytest would repeat."""
    refused_keys.add_to(parser)
