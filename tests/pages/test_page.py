"""`index.html` and `targets.html` as people meet them: in a browser, without a script, on paper, by keyboard."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from contracts.vocabulary.events import Event, Judged, Slow
from fixtures.reference.server import ReferenceServer
from reports.renderings import html
from reports.result.result import Result
from reports.result.verdicts import Verdict
from reports.tables import history
from reports.tables.target_matrix import TargetRun, Targets
from tests.pages.conftest import NODE, Open
from tests.support.commands import run_suite
from tests.support.results import BEGAN, asked, exchange, folded, kinds, violated

AXE = NODE / "axe-core" / "axe.min.js"


@pytest.fixture
def results(tmp_path: Path) -> dict[str, Result]:
    return kinds(tmp_path)


@pytest.fixture
def written(results: dict[str, Result], tmp_path: Path) -> Path:
    """The page of a run that violates three requirements."""
    return save(results["non-conformant"], tmp_path)


def save(result: Result, folder: Path) -> Path:
    path = folder / "index.html"
    path.write_bytes(html.render(result))
    return path


def rows(page: Page) -> Locator:
    return page.locator("details.requirement")


def shown(page: Page) -> list[str]:
    """The requirements that can be seen."""
    return [str(one.get_attribute("id")) for one in rows(page).all() if one.is_visible()]


def test_the_verdict_is_the_first_thing(open_page: Open, results: dict[str, Result], tmp_path: Path) -> None:
    """Whatever kind of run it was, it is the heading near the upper edge, and the title of the tab."""
    for name, result in results.items():
        page = open_page(save(result, tmp_path))
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_contain_text(str(result.verdict))
        box = heading.bounding_box()
        assert box is not None, name
        assert box["y"] < 150, name
        assert page.title().startswith(f"{result.headline}: ")


def test_what_is_broken_leads_to_its_evidence(open_page: Open, written: Path) -> None:
    """One click from the list shows what was expected, and the exchange."""
    page = open_page(written)
    page.get_by_role("link", name="TIME-FORMAT").first.click()
    row = page.locator("#TIME-FORMAT")
    expect(row).to_be_in_viewport()
    expect(row).to_contain_text("a = 1")
    expect(row.get_by_text("PATCH https://m.example/v1/buckets/b/objects/o").first).to_be_visible()


def test_search_and_filter_show_what_they_say(open_page: Open, written: Path, results: dict[str, Result]) -> None:
    """The rows that are left, the number above them and the areas agree."""
    page, result = open_page(written), results["non-conformant"]
    every = len(result.judgements)
    status = page.get_by_role("status")
    expect(status).to_have_text(f"{every} of {every} requirements shown")
    page.get_by_label(f"holds ({result.count(Verdict.HOLDS)})").uncheck()
    others = [one.requirement.id for one in result.judgements if one.verdict is not Verdict.HOLDS]
    assert shown(page) == others
    expect(status).to_have_text(f"{len(others)} of {every} requirements shown")
    expect(page.get_by_role("heading", name="AUTH")).to_be_hidden()
    page.get_by_role("searchbox").fill("TIME format")
    assert shown(page) == ["TIME-FORMAT"]
    page.get_by_role("searchbox").fill("xyzzy")
    assert shown(page) == []
    page.get_by_role("searchbox").fill("")
    page.get_by_label("violated (3)").uncheck()
    page.get_by_label(f"not applicable ({result.count(Verdict.NOT_APPLICABLE)})").uncheck()
    page.get_by_label(f"holds ({result.count(Verdict.HOLDS)})").check()
    assert len(shown(page)) == result.count(Verdict.HOLDS)


def test_an_address_with_a_requirement_opens_it(open_page: Open, written: Path) -> None:
    """A link from a ticket or a terminal ends at the row, opened."""
    row = open_page(written, "#AUTH-MISSING").locator("#AUTH-MISSING")
    expect(row).to_have_attribute("open", "")
    expect(row).to_be_in_viewport()


def test_without_a_script_everything_can_be_read(open_page: Open, written: Path) -> None:
    """Rows open and commands are there; what needs a script is not shown."""
    page = open_page(written, java_script_enabled=False)
    expect(page.locator("#filter")).to_be_hidden()
    page.locator("#TIME-FORMAT .repeat > summary").first.click()
    expect(page.locator("#TIME-FORMAT .paste").first).to_be_visible()
    expect(page.locator("button.copy").first).to_be_hidden()
    held = page.locator("#AUTH-MISSING")
    expect(held.locator(".source")).to_be_hidden()
    held.locator("summary").click()
    expect(held.locator(".source")).to_be_visible()


def test_everything_is_reached_with_the_keyboard(open_page: Open, written: Path) -> None:
    """The first Tab offers to skip the head, and the focus can be seen."""
    page = open_page(written)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.url.endswith("#requirements")
    summary = page.locator("#AUTH-MISSING > summary")
    for _ in range(400):
        page.keyboard.press("Tab")
        if summary.evaluate("one => one === document.activeElement"):
            break
    expect(summary).to_be_focused()
    assert summary.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator("#AUTH-MISSING")).to_have_attribute("open", "")


def test_paper_shows_the_evidence_and_no_controls(open_page: Open, written: Path) -> None:
    """A row that was closed on the screen is open on paper, on white."""
    page = open_page(written)
    page.locator("#TIME-FORMAT > summary").click()
    expect(page.locator("#TIME-FORMAT")).not_to_have_attribute("open", "")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator("#TIME-FORMAT .finding").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    expect(page.locator("#TIME-FORMAT .exchange pre").first).to_be_visible()
    expect(page.locator("#TIME-FORMAT .paste").first).to_be_hidden()
    assert page.pdf().startswith(b"%PDF-")


def test_dark_and_light_differ(open_page: Open, written: Path) -> None:
    """The page follows what the reader has chosen for the system."""
    colours = {
        scheme: open_page(written, color_scheme=scheme).evaluate(
            "[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.body).color]"
        )
        for scheme in ("light", "dark")
    }
    assert colours["light"] != colours["dark"]


@pytest.mark.parametrize("kind", ["non-conformant", "inconclusive", "failed", "waived"])
def test_a_page_is_for_screen_readers_too(
    open_page: Open, results: dict[str, Result], kind: str, tmp_path: Path
) -> None:
    """Axe finds nothing in a red, an open, a failed and a waived report, with everything opened."""
    page = open_page(save(results[kind], tmp_path), color_scheme="light")
    assert accessible(page) == []
    assert readable_in_the_dark(page) == []


def test_the_table_of_targets_is_for_screen_readers_too(
    open_page: Open, results: dict[str, Result], tmp_path: Path
) -> None:
    """Axe finds nothing, also beside a target that could not be read."""
    path = tmp_path / "targets.html"
    asked = (TargetRun(name, one.exit_code, one) for name, one in results.items())
    path.write_bytes(Targets((*asked, TargetRun("unread", 4, failure="no key"))).html())
    page = open_page(path, color_scheme="light")
    assert accessible(page) == []
    assert readable_in_the_dark(page) == []


def accessible(page: Page) -> list[str]:
    """What axe finds wrong, with everything opened."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.evaluate(AXE.read_text("utf-8"))
    return wrong(page.evaluate("axe.run()"))


def readable_in_the_dark(page: Page) -> list[str]:
    """What has too little contrast in dark colours, once axe is on the page: nothing else hangs on the colours."""
    page.emulate_media(color_scheme="dark")
    return wrong(page.evaluate("axe.run({runOnly: ['color-contrast']})"))


def wrong(found: dict[str, Any]) -> list[str]:
    """Each rule of axe that is broken, with the first place."""
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}: {one['nodes'][0]['failureSummary']}"
        for one in found["violations"]
    ]


def test_nothing_is_wider_than_a_telephone(open_page: Open, written: Path) -> None:
    """Nobody has to scroll sideways at 390 pixels."""
    page = open_page(written, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


BROKEN_WORDS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.checkVisibility() || node.parentElement.closest("script, style")) continue;
    for (const word of node.data.matchAll(/[\\p{L}\\p{N}]+(?:[_.,:-][\\p{L}\\p{N}]+)*/gu)) {
      if (word[0].length > 32) continue;
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
      if (new Set(boxes.map((box) => Math.round(box.top))).size > 1) found.push(word[0]);
    }
  }
  return found;
}"""
"""Words and numbers, with the hyphens, points and colons inside them, that stand on more than one line."""


@pytest.mark.parametrize("width", [390, 1280])
def test_no_word_or_number_is_broken(open_page: Open, results: dict[str, Result], tmp_path: Path, width: int) -> None:
    """Not of a table, an id, a date or a verdict, with everything opened; and axe finds nothing at that width."""
    long = replace(exchange('{"a": "2026-11-26T14:33:08.271698"}'), started=1795703588.2810478)
    told = violated("TIME-FORMAT", '"2026-11-26T14:33:08.271698", which has no UTC offset')
    result = folded(*asked("TIME-FORMAT"), replace(told, exchanges=(long,)), *(one for one in timed()))
    page = open_page(
        save(replace(result, observations=results["waived"].observations), tmp_path),
        viewport={"width": width, "height": 844},
    )
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate(BROKEN_WORDS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert accessible(page) == []


def timed() -> Iterator[Event]:
    """What a run tells of the time that answers took."""
    yield Judged("t", {}, elapsed={"PATCH": [0.001, 1.5, 0.25], "GET": [12.0]})
    yield Slow(
        "suites/test_it.py::test_it",
        "PATCH",
        "/v1/buckets/bkt_0123456789/objects/obj_0123456789",
        200,
        1795703588.5,
        1.5,
    )


def test_the_first_screen_has_the_verdict_and_the_evidence(open_page: Open, tmp_path: Path) -> None:
    """What is expected, what came, and the member in the answer stand on the first screen, before the areas."""
    result = folded(*asked("MERGE-NULL"), violated("MERGE-NULL"))
    page = open_page(save(result, tmp_path), viewport={"width": 1280, "height": 800})
    row = page.locator("#MERGE-NULL")
    for part in (row.get_by_text("Expected", exact=True), row.locator(".exchange[open] mark").first):
        expect(part).to_be_in_viewport()
    expect(row.locator(".exchange[open] mark")).to_have_text('  "a": 2')
    assert [str(one.get_attribute("id")) for one in rows(page).all() if one.get_attribute("open") is not None] == [
        "MERGE-NULL"
    ]
    boxes = (page.locator(one).bounding_box() for one in ("#broken", "nav", "#observations", "#run"))
    heights = [box["y"] for box in boxes if box]
    assert (sorted(heights), len(heights)) == (heights, 4)


def test_what_is_waived_has_a_section(open_page: Open, results: dict[str, Result], tmp_path: Path) -> None:
    """Behind what is broken stand what is waived, until when, why, with its ticket, and what came in its place."""
    page = open_page(save(results["waived"], tmp_path), viewport={"width": 390, "height": 844})
    section = page.get_by_role("region", name="What is waived")
    expect(section.get_by_role("link")).to_have_text(["MERGE-NULL"])
    for told in ("2027-01-01", "TICKET-1", "Actual"):
        expect(section).to_contain_text(told)
    assert page.locator("section h2").all_inner_texts()[:2] == ["What is broken", "What is waived"]
    expect(page.get_by_role("region", name="Observations").locator("tbody tr")).to_have_count(1)
    nav = page.get_by_role("navigation", name="Areas")
    assert nav.evaluate("nav => nav.scrollWidth <= nav.clientWidth")
    expect(nav.get_by_role("columnheader", name="waived")).to_be_visible()
    assert accessible(page) == []


def test_a_violated_should_says_that_it_does_not_count(open_page: Open, tmp_path: Path) -> None:
    """It stands below the MUSTs that are broken, and the head admits it."""
    names = ("ERROR-NO-INTERNALS", "TIME-FORMAT")
    page = open_page(save(folded(*asked(*names), *map(violated, names)), tmp_path))
    assert shown(page)[:2] == ["TIME-FORMAT", "ERROR-NO-INTERNALS"]
    expect(page.locator("#ERROR-NO-INTERNALS .reason")).to_contain_text("does not count")
    expect(page.locator("header")).to_contain_text("1 violated SHOULD is not counted")


def test_a_button_copies_the_evidence(open_page: Open, written: Path) -> None:
    """With a script, what stands in a box is on the clipboard after a click, and the button says so."""
    page = open_page(written, permissions=["clipboard-read", "clipboard-write"])
    box = page.locator("#TIME-FORMAT .exchange[open] .copyable").nth(1)
    box.get_by_role("button", name="Copy").click()
    expect(box.get_by_role("button")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == box.locator("pre").inner_text()


def test_requirements_lead_to_their_source_and_to_each_other(open_page: Open, written: Path) -> None:
    """An RFC is a link, and so is a requirement that another one names."""
    page = open_page(written, "#TIME-READ-BACK")
    row = page.locator("#TIME-READ-BACK")
    row.get_by_role("link", name="TIME-MOVES").first.click()
    expect(page.locator("#TIME-MOVES")).to_have_attribute("open", "")
    links = page.locator("#TIME-FORMAT .source a").evaluate_all("all => all.map(one => one.href)")
    assert "https://www.rfc-editor.org/rfc/rfc3339#section-5.6" in links


def test_the_history_is_for_screen_readers_and_telephones_too(open_page: Open, tmp_path: Path) -> None:
    """Ten runs of two targets fit a telephone, and axe finds nothing."""
    for number in range(10):
        began = replace(
            BEGAN, run=f"r{number}", started=1795703588.0 + number * 86_400, target=f"target-{number % 2}"
        )
        broken = ("MERGE-NULL",) if number % 3 == 2 else ()
        told = folded(*asked(*broken), *map(violated, broken), *timed(), began=began)
        history.add(tmp_path, told, tmp_path / "index.html")
    page = open_page(tmp_path / "history.html", viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_text("newly broken: MERGE-NULL").first).to_be_visible()
    assert accessible(page) == []


def test_what_differs_between_targets_comes_first(open_page: Open, tmp_path: Path) -> None:
    """The head of the table stays in sight below the rows that are alike."""
    runs = (folded(*asked()), folded(*asked("TIME-MOVES"), violated("TIME-MOVES")))
    path = tmp_path / "targets.html"
    path.write_bytes(Targets(tuple(TargetRun(f"t{at}", one.exit_code, one) for at, one in enumerate(runs))).html())
    telephone = open_page(path, viewport={"width": 390, "height": 844}).get_by_role("region")
    assert telephone.evaluate("one => one.scrollWidth <= one.clientWidth")
    page = open_page(path)
    names = page.locator("tbody th[scope=row]").all_inner_texts()
    assert names[:2] == ["verdict", "TIME-MOVES"]
    page.locator(".sticky").evaluate("one => one.scrollTo(0, one.scrollHeight)")
    expect(page.get_by_role("link", name="t1")).to_be_in_viewport()


def test_the_page_alone_repeats_a_violation_with_one_paste(
    open_page: Open, reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """Whoever has nothing but the page pastes one script."""
    where = f"{reference.base_url}/faults/put-semantics"
    run = run_suite(("--base-url", where, "--effort", "quick", "--seed", "1", "-k", "not_sent"), known, tmp_path)
    assert "MERGE-ONLY-SENT" in run.ids("violated"), run.output
    page = open_page(tmp_path / "index.html")
    expect(page.locator("#MERGE-ONLY-SENT .finding").first).to_contain_text("kept")
    page.locator("#MERGE-ONLY-SENT .repeat > summary").first.click()
    pasted = page.locator("#MERGE-ONLY-SENT .paste").first.inner_text()
    done = subprocess.run(
        ["bash", "-c", pasted],
        env={"PATH": os.environ["PATH"], "MIXPEEK_API_KEY": known["MIXPEEK_API_KEY"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert answers[0]["kept"] == "as it was", done.stdout + done.stderr
    assert "kept" not in answers[-1]
