"""What the tests stand on: a reference service, and the suite run against it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from fixtures.examples.check_run import CheckRun
from fixtures.examples.under_way import under_way
from fixtures.reference.server import ReferenceServer
from tests.support.commands import Conform, Objects, Outcome, run_suite

settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-runs", action="store_true", help="leave out the tests that start a run of the suite")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Let workers share what is slow to make; the marks of xdist say nothing to pytest 9.2."""
    from tests.support.scheduling import ByRoom

    return ByRoom(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, with `--no-runs`, what takes long and shows nothing to a coverage of this process."""
    if config.getoption("--no-runs"):
        runs = [item for item in items if "conform" in getattr(item, "fixturenames", ())]
        items[:] = [item for item in items if item not in runs]
        config.hook.pytest_deselected(items=runs)


@pytest.fixture(scope="session")
def reference() -> Iterator[ReferenceServer]:
    with ReferenceServer() as server:
        yield server


@pytest.fixture(scope="session")
def known(reference: ReferenceServer) -> Mapping[str, str]:
    """The environment that reaches the reference service."""
    return reference.credentials.environment


@pytest.fixture
def conform(reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path) -> Conform:
    """Run the suite against the reference service, or one of its faults or variants, or any other base URL."""

    def run(
        *arguments: str, at: str = "", base_url: str = "", renderings: bool = False, **environment: str
    ) -> Outcome:
        where = base_url or f"{reference.base_url}{at}"
        only = () if renderings else ("--result-only",)
        return run_suite(("--base-url", where, *only, *arguments), {**known, **environment}, tmp_path)

    return run


@pytest.fixture
def now() -> Iterator[CheckRun]:
    """The run of a check under way, as a run begins one for each check."""
    check_run = CheckRun("test_it", "MERGE-INTEGER")
    with under_way(check_run):
        yield check_run


@pytest.fixture
def objects(reference: ReferenceServer, known: Mapping[str, str]) -> Objects:
    return Objects(reference.base_url, known)
