"""The Allure results, as Allure shows them in a browser."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fixtures.reference.server import ReferenceServer
from reports.renderings import allure_results
from reports.result.result import Result
from reports.result.verdicts import Verdict
from tests.pages.conftest import PATIENCE, Open
from tests.support.commands import run_suite
from tests.support.results import kinds

Tool = Callable[..., str]

LOADS = 4
"""How often the page of Allure is loaded before it counts as empty."""


@pytest.fixture
def result(tmp_path: Path) -> Result:
    return kinds(tmp_path)["non-conformant"]


def test_allure_shows_the_requirements_with_their_verdicts(
    tool: Tool, open_page: Open, result: Result, tmp_path: Path
) -> None:
    """Allure counts as the report does, and has the evidence and the command to repeat."""
    allure_results.write(result, tmp_path / "allure-results")
    page = shown(open_page(generated(tool, tmp_path / "allure-results"), ours=False), "edition 2026-04")
    counts = Counter(one.verdict for one in result.judgements)
    words = page.locator("body").inner_text().split()
    for name, verdict in (("Passed", Verdict.HOLDS), ("Failed", Verdict.VIOLATED)):
        assert words[words.index(name) + 1] == str(counts[verdict])
    page.get_by_role("textbox").first.fill("MERGE-NULL")
    page.get_by_text(re.compile("^MERGE-NULL")).first.click()
    expect(page.get_by_text("expected a = 1").first).to_be_visible()
    expect(page.get_by_text("repeat it with a shell").first).to_be_visible()


def shown(page: Page, text: str) -> Page:
    """Return `page` with `text`; Allure's own page now and then stays empty, and is loaded again then."""
    for _ in range(LOADS - 1):
        with suppress(AssertionError):
            expect(page.get_by_text(text).first).to_be_visible(timeout=PATIENCE / LOADS)
            return page
        page.reload()
    expect(page.get_by_text(text).first).to_be_visible()
    return page


def generated(tool: Tool, results: Path) -> Path:
    """Return the page that Allure makes of `results`, as one file."""
    config, output = results.parent / "allurerc.mjs", results.parent / "page"
    config.write_text("export default { plugins: { awesome: { options: { singleFile: true } } } };")
    tool("allure", "generate", "--cwd", results.parent, "--config", config, "--output", output, results)
    return next(output.rglob("index.html"))


def test_allure_shows_the_checks_of_a_run_with_their_labels(
    tool: Tool, open_page: Open, reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """With --alluredir each check has requirement, severity, edition and exchanges."""
    where = f"{reference.base_url}/faults/put-semantics"
    options = ("--effort", "quick", "--seed", "1", "-k", "not_sent", "--result-only")
    run = run_suite(("--base-url", where, *options, "--alluredir", str(tmp_path / "checks")), known, tmp_path)
    assert run.code == 1, run.output
    check = "test_fields_that_were_not_sent_keep_their_values"
    page = shown(open_page(generated(tool, tmp_path / "checks"), ours=False), check)
    page.get_by_text(check).first.click()
    for text in ("MERGE-ONLY-SENT", "critical", "2026-04", "request", "response", "curl"):
        expect(page.get_by_text(text).first).to_be_visible()
