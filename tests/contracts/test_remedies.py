"""The usual causes of violations, and their fixes; and where the page of a requirement is."""

import tomllib
from collections.abc import Iterator
from importlib import metadata

import pytest

from contracts.catalogue import CATALOGUE
from contracts.catalogue.remedies import REMEDIES, Remedy, remedies
from contracts.catalogue.requirement import Area, Level, Requirement
from contracts.vocabulary import documentation
from tests.support.commands import ROOT

KNOWN = {*CATALOGUE, *Area}


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    """Let no answer about the address outlive a test."""
    documentation.base_url.cache_clear()
    yield
    documentation.base_url.cache_clear()


def test_every_requirement_has_a_cause_and_a_fix() -> None:
    """Whoever reads a violation is told what to look at."""
    assert [one for one, each in CATALOGUE.items() if not remedies(each)] == []


@pytest.mark.parametrize("area", Area)
def test_a_new_requirement_has_those_of_its_area(area: Area) -> None:
    """A requirement without remedies of its own is not left without any."""
    assert remedies(Requirement("NEW-CLAUSE", Level.MUST, area, "A sentence.", "A source"))


@pytest.mark.parametrize("remedy", REMEDIES, ids=lambda one: f"{one.where}: {one.cause[:20]}")
def test_a_remedy_names_what_there_is_and_is_short(remedy: Remedy) -> None:
    """It explains requirements and areas that exist, in two sentences that fit on two lines of a terminal."""
    assert remedy.explains
    assert remedy.explains <= KNOWN
    assert max(len(remedy.cause), len(remedy.fix)) < 180
    assert remedy.cause.endswith(".")
    assert remedy.fix.endswith((".", "…"))


def known_deviations() -> list[tuple[str, str]]:
    """The requirements that ordinary applications are known to break, each with the framework."""
    path = ROOT / "tests" / "stacks" / "deviations.toml"
    return [(name, one) for name, broken in tomllib.loads(path.read_text("utf-8")).items() for one in broken]


@pytest.mark.parametrize(("framework", "requirement"), known_deviations())
def test_what_an_application_breaks_is_explained(framework: str, requirement: str) -> None:
    """A requirement that an application of `tests/stacks` breaks has a remedy that names its framework."""
    assert [one for one in remedies(CATALOGUE[requirement]) if framework in one.where.lower()]


@pytest.mark.parametrize(
    ("urls", "page"),
    [
        ([], "reference/requirements/MERGE-NULL.html"),
        (["Source, https://git.example/it"], "reference/requirements/MERGE-NULL.html"),
        (
            ["Documentation, https://docs.example/it/"],
            "https://docs.example/it/reference/requirements/MERGE-NULL.html",
        ),
    ],
)
def test_the_address_is_that_of_the_project(urls: list[str], page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`project.urls` says where the documentation is, and nothing else does."""

    class Metadata:
        def get_all(self, name: str) -> list[str] | None:
            assert name == "Project-URL"
            return urls or None

    monkeypatch.setattr(metadata, "metadata", lambda _: Metadata())
    assert documentation.page_of("MERGE-NULL") == page
