"""The page of `drift` as people meet it: in a browser, on a telephone, with a screen reader."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from contracts.drift.comparison import compare
from contracts.drift.document import Document
from contracts.editions import edition
from reports.drift import renderings
from reports.drift.report import DriftReport, DriftVerdict, judge
from tests.pages.conftest import Open
from tests.pages.test_page import accessible
from tests.support.drifts import edit, published

NAMES = ("DRIFT-REQUEST-REQUIRED", "DRIFT-RESPONSE-ENUM", "DRIFT-RESPONSE-NULLABLE")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The page of a document that has drifted in three points."""
    document = published()
    edits = {
        "schemas/ObjectPatch/required": ["key_prefix"],
        "schemas/BucketObject/properties/error": {"type": "string"},
    }
    edit(document, {"set": edits, "append": {"schemas/Status/enum": "PAUSED"}})
    found = compare(edition.load().document, Document(document))
    judged, _ = judge(found.drifts, (), "api.json")
    page = tmp_path / "index.html"
    page.write_text(renderings.html(DriftReport("2026-04", "api.json", found.operations, judged)), "utf-8")
    return page


def test_what_breaks_is_open_and_stands_first(open_page: Open, path: Path) -> None:
    """The verdict is the heading, and what breaks nobody is closed."""
    page = open_page(path)
    expect(page.get_by_role("heading", level=1)).to_contain_text(DriftVerdict.DRIFT.capitalize())
    rows = page.locator("details.requirement").all()
    assert [row.locator(".id").inner_text() for row in rows] == list(NAMES)
    assert [row.get_attribute("open") is not None for row in rows] == [True, True, False]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_drift_is_for_screen_readers_too(open_page: Open, path: Path, scheme: str) -> None:
    """Axe finds nothing wrong."""
    assert accessible(open_page(path, color_scheme=scheme)) == []


def test_drift_is_not_wider_than_a_telephone(open_page: Open, path: Path) -> None:
    """Nothing has to be moved sideways."""
    page = open_page(path, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
