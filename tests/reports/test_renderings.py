"""The renderings: all of them tell the same requirements with the same outcomes, whatever kind of run it was."""

import json
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft4Validator
from junitparser import Error, Failure, JUnitXml, Properties, Skipped

from contracts.catalogue import sources
from contracts.vocabulary import documentation
from contracts.vocabulary.exchange import Exchange, Request, Response
from fixtures.reference.deviations import FAULTS
from reports.recording import exchange_log
from reports.recording.report_folder import LEDGER
from reports.renderings import allure_results, badge, code_quality, html, junit, markdown, registry, sarif, terminal
from reports.result import document
from reports.result.result import Result
from reports.result.verdicts import Verdict
from tests.support.commands import ROOT, Conform
from tests.support.results import AWKWARD, asked, folded, kinds, violated

KINDS = (
    "conformant",
    "non-conformant",
    "strict",
    "inconclusive",
    "not applicable",
    "interrupted",
    "gone",
    "failed",
    "waived",
    "demonstration",
    "limited",
)
Outcomes = dict[str, str]


@pytest.fixture(params=KINDS)
def result(request: pytest.FixtureRequest, tmp_path: Path) -> Result:
    one: Result = kinds(tmp_path)[request.param]
    return one


def verdicts(result: Result) -> Outcomes:
    return {one.requirement.id: str(one.verdict) for one in result.judgements}


def from_document(result: Result) -> Outcomes:
    return {one["id"]: one["verdict"] for one in json.loads(document.render(result))["requirements"]}


def from_junit(result: Result) -> Outcomes:
    properties: Any = Properties
    suites: list[Any] = [
        suite for suite in JUnitXml.fromstring(junit.render(result)) if suite.name != "the suite itself"
    ]
    return {
        case.name: next(one.value for one in case.child(properties) if one.name == "verdict")
        for suite in suites
        for case in suite
    }


def from_sarif(result: Result) -> Outcomes:
    [run] = json.loads(sarif.render(result))["runs"]
    rules = {one["id"]: one["properties"]["verdict"] for one in run["tool"]["driver"]["rules"]}
    found = {one["ruleId"]: "waived" if one.get("suppressions") else "violated" for one in run["results"]}
    assert found == {name: verdict for name, verdict in rules.items() if verdict in ("violated", "waived")}
    return rules


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.outcomes: Outcomes = {}
        self.classes: list[str] = []
        self.current: str | None = None
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.fetched += [str(value) for name, value in attributes if name in ("src", "href") and value]
        if tag == "details" and "requirement" in str(given.get("class")):
            self.current = given["id"]
        self.classes = str(given.get("class", "")).split()

    def handle_data(self, text: str) -> None:
        if self.current and "verdict" in self.classes and text.strip():
            self.outcomes[self.current] = text.strip().partition(" ")[2]
            self.current = None


def from_html(result: Result) -> Outcomes:
    page = _Page()
    page.feed(html.render(result).decode())
    links = [one for one in page.fetched if not one.startswith("#")]
    assert {one for one in links if not one.startswith("https://")} <= {"conformance.json", "exchanges.har"}
    assert {urlsplit(one).hostname for one in links} <= {
        None,
        "mixpeek.com",
        "www.rfc-editor.org",
        "pypi.org",
        "owasp.org",
    }
    return page.outcomes


def from_allure(result: Result) -> Outcomes:
    with TemporaryDirectory() as folder:
        allure_results.write(result, Path(folder))
        read = [json.loads(path.read_text("utf-8")) for path in Path(folder).glob("*-result.json")]
    outcomes = {}
    for one in read:
        labels = {label["name"]: label["value"] for label in one.get("labels", [])}
        if "requirement" in labels:
            outcomes[labels["requirement"]] = labels["verdict"]
            known = result.baseline is not None and labels["requirement"] in result.baseline.known
            assert one["status"] == ("skipped" if known else allure_results._STATUS[Verdict(labels["verdict"])])
            assert labels["severity"] in ("critical", "minor")
    return outcomes


def from_markdown(result: Result) -> Outcomes:
    text = markdown.render(result).decode()
    outcomes: Outcomes = {}
    verdict = ""
    for line in text.splitlines():
        if line.startswith("### "):
            verdict = line[4:].lower()
        elif found := re.match(r"- \*\*([A-Z0-9-]+)\*\*", line):
            outcomes[found[1]] = verdict
        elif re.fullmatch(r"[A-Z0-9-]+(, [A-Z0-9-]+)*", line):
            outcomes |= dict.fromkeys(line.split(", "), "holds")
    return outcomes


READERS: dict[str, Callable[[Result], Outcomes]] = {
    "conformance.json": from_document,
    "junit.xml": from_junit,
    "conformance.sarif": from_sarif,
    "index.html": from_html,
    "summary.md": from_markdown,
    "allure-results": from_allure,
}


@pytest.mark.parametrize("name", READERS)
def test_every_rendering_tells_the_same_outcomes(result: Result, name: str) -> None:
    """Each has a reader, and tells the same requirements."""
    assert READERS[name](result) == verdicts(result)


@pytest.mark.parametrize("name", [one for one in READERS if one != "conformance.json"])
def test_every_rendering_shows_the_options_that_were_given(name: str, tmp_path: Path) -> None:
    """What was given for an option that has no fact of its own stands in each of them."""
    text = text_of(kinds(tmp_path)["limited"], name, tmp_path / "allure")
    assert "10m" in text
    assert re.search("max.?time", text, re.IGNORECASE)


def test_allure_tells_the_edition(result: Result, tmp_path: Path) -> None:
    """The environment of Allure's report names the edition."""
    allure_results.write(result, tmp_path / "allure")
    assert "edition=2026-04" in (tmp_path / "allure" / "environment.properties").read_text("utf-8")


def test_the_terminal_counts_the_same(result: Result) -> None:
    """It names what does not hold."""
    text = "\n".join(terminal.lines(result))
    for one in result.judgements:
        if one.verdict in (Verdict.VIOLATED, Verdict.WAIVED):
            assert one.requirement.id in text
    assert f"({result.count(Verdict.HOLDS)} of {len(result.judgements)} requirements hold)" in text


def text_of(result: Result, name: str, folder: Path) -> str:
    """All that a rendering says, with the characters that its format escapes."""
    if name == "terminal":
        return "\n".join(terminal.lines(result))
    if name == "allure-results":
        allure_results.write(result, folder)
        return "\n".join(path.read_text("utf-8") for path in folder.glob("*"))
    return registry.FILES[name](result).decode()


@pytest.mark.parametrize("name", [*READERS, "terminal", "allure-results"])
def test_every_cause_is_shown_in_every_rendering(name: str, tmp_path: Path) -> None:
    """Of three causes of one violated requirement each has its finding, and says whether it was seen again."""
    again = zip(("first", "second", "third"), ("yes", "no", "not asked"), strict=True)
    found = [replace(violated("MERGE-NULL", word), on_fresh_object=fresh) for word, fresh in again]
    text = text_of(folded(*asked("MERGE-NULL"), *found), name, tmp_path / "allure")
    for word in ("first", "second", "third"):
        assert word in text
    if name != "conformance.json":
        for words, times in (("seen again on a fresh object", 2), ("not seen again on a fresh object", 1)):
            assert text.count(words) >= times
        assert "not asked" not in text.replace("could not be asked", "")


def test_a_reader_of_junit_is_red_where_the_exit_code_is(result: Result) -> None:
    """A pipeline that looks at JUnit alone comes to the same end."""
    cases = [case for suite in JUnitXml.fromstring(junit.render(result)) for case in suite]
    found = Counter(type(one) for case in cases for one in case.result)
    red = found[Failure] + found[Error] > 0
    assert result.exit_code == 2 or red == (result.exit_code != 0)  # an interrupted run may be either
    binding = [one for one in result.judgements if result.binds(one)]
    assert found[Failure] == sum(1 for one in binding if one.verdict is Verdict.VIOLATED)
    assert found[Skipped] == len(cases) - found[Failure] - found[Error] - result.count(Verdict.HOLDS)


# The schema is OASIS's, errata 01 of SARIF 2.1.0: docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/
SARIF = Draft4Validator(json.loads((ROOT / "tests" / "published" / "sarif-schema-2.1.0.json").read_text("utf-8")))


def test_the_sarif_log_is_what_its_schema_says(result: Result) -> None:
    """The code-scanning pages that read it refuse a log that is otherwise."""
    SARIF.validate(json.loads(sarif.render(result)))


def test_a_violation_leads_to_the_page_of_its_requirement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SARIF and JUnit name the page of each requirement, and SARIF tells the usual causes too."""
    result = kinds(tmp_path)["non-conformant"]
    [run] = json.loads(sarif.render(result))["runs"]
    [rule] = [one for one in run["tool"]["driver"]["rules"] if one["id"] == "MERGE-NULL"]
    assert rule["helpUri"] == sources.ADDRESSES[sources.PAGE]
    assert "exclude_unset" in rule["help"]["text"]
    monkeypatch.setattr(documentation, "base_url", lambda: "https://docs.example")
    monkeypatch.setattr(sarif, "base_url", documentation.base_url)
    page = "https://docs.example/reference/requirements/MERGE-NULL.html"
    rules = json.loads(sarif.render(result))["runs"][0]["tool"]["driver"]["rules"]
    assert page in [one["helpUri"] for one in rules]
    assert page in junit.render(result).decode()


def test_a_violation_leads_to_its_sources(tmp_path: Path) -> None:
    """What the clause rests on has an address for people and for programs, in every rendering that has room."""
    result = kinds(tmp_path)["non-conformant"]
    rfc, page = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6", sources.ADDRESSES[sources.PAGE]
    assert f"                {rfc}" in terminal.lines(result)
    assert f"]({rfc})" in markdown.render(result).decode()
    assert f'<a href="{rfc}">' in html.render(result).decode()
    assert f"{page} {rfc}" in junit.render(result).decode()
    [told] = [one for one in document.as_json(result)["requirements"] if one["id"] == "TIME-FORMAT"]
    assert [one["url"] for one in told["sources"]] == [page, rfc]
    assert " ".join(one["text"] for one in told["sources"]).endswith("RFC 3339 section 5.6")
    for rule in json.loads(sarif.render(result))["runs"][0]["tool"]["driver"]["rules"]:
        assert urlsplit(rule["helpUri"]).scheme == "https", rule["id"]


@pytest.mark.parametrize(
    ("source", "urls"),
    [
        (
            "RFC 9110 section 15.6: 5xx; section 15: a status; section 3.4: one",
            ["#section-15.6", "#section-15", "#section-3.4"],
        ),
        ("RFC 8259, sections 2, 4; RFC 9110", ["rfc8259#section-2", "rfc9110"]),
        ("Mixpeek SDK 1.3.17 (2026-06-20), BlobModel", ["https://pypi.org/project/mixpeek/1.3.17/"]),
        ("OWASP API Security Top 10 2023, API8", ["https://owasp.org/API-Security/editions/2023/en/0x11-t10/"]),
        ("a paper; section 2 of it", []),
    ],
)
def test_sources_have_addresses(source: str, urls: list[str]) -> None:
    """Each place that a source names comes with its own, or with none."""
    found = sources.addresses(source)
    assert len(found) == len(urls)
    assert all(one.endswith(url) for one, url in zip(found, urls, strict=True))


def test_the_badge_shows_the_verdict(result: Result) -> None:
    """It is green only for a deployment that conforms without any waiver."""
    shown = json.loads(badge.render(result))
    demonstration = "demonstration: " if result.demonstration else ""
    assert shown["schemaVersion"] == 1
    assert shown["message"].startswith(f"{demonstration}{result.verdict}")
    assert shown["message"].endswith("effort quick)")
    waived = result.count(Verdict.WAIVED) > 0
    assert (shown["color"] == "brightgreen") == (result.verdict == "conformant" and not (demonstration or waived))


def test_a_badge_counts_what_decides_it(tmp_path: Path) -> None:
    """A red one says how many are violated, an open one how many were not asked: what is declared is beside it."""
    found = kinds(tmp_path)["non-conformant"]
    declared = tuple(
        replace(one, verdict=Verdict.NOT_APPLICABLE) if one.verdict is Verdict.HOLDS else one
        for one in found.judgements
    )
    for red in (found, replace(found, judgements=declared)):
        assert json.loads(badge.render(red))["message"] == "non-conformant (2 MUSTs violated, effort quick)"
    told = json.loads(badge.render(folded(*asked("NAMESPACE-FOREIGN"))))["message"]
    assert told == "inconclusive (1 MUST not asked, effort quick)"


def test_text_from_outside_is_text_everywhere(tmp_path: Path) -> None:
    """What a target sends is escaped in HTML and in XML."""
    found = kinds(tmp_path)["non-conformant"]
    page = html.render(found).decode()
    assert "a <b>" not in page
    assert "a &lt;b&gt;" in page
    [case] = [
        case for suite in JUnitXml.fromstring(junit.render(found)) for case in suite if case.name == "MERGE-NULL"
    ]
    assert AWKWARD.replace("\0", "\ufffd") in case.result[0].message


def test_what_is_no_utf_8_is_replaced_in_every_rendering(tmp_path: Path) -> None:
    """A lone surrogate in an answer costs no report."""
    broken = folded(*asked("MERGE-NULL"), violated("MERGE-NULL", "a lone \ud800 surrogate"))
    assert list(registry.write(broken, tmp_path, tmp_path / "ledger")) == []
    assert "a lone ? surrogate" in (tmp_path / "index.html").read_text("utf-8")


def test_a_rendering_that_fails_takes_no_other_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in one is told, and all the others are written."""

    def fail(_: Result) -> bytes:
        raise ZeroDivisionError("boom")

    monkeypatch.setitem(registry.FILES, "junit.xml", fail)
    lost = list(map(str, registry.write(kinds(tmp_path)["conformant"], tmp_path, tmp_path / "ledger")))
    assert lost == ["junit.xml could not be written: ZeroDivisionError: boom"]
    assert {path.name for path in tmp_path.iterdir()} >= {*registry.FILES, "allure-results"} - {"junit.xml"}


def test_a_run_writes_every_rendering(conform: Conform, tmp_path: Path) -> None:
    """Nothing of the run before is left in the folder."""
    (tmp_path / "allure-results").mkdir()
    (tmp_path / "allure-results" / "old-result.json").write_text("{}")
    (tmp_path / "conformance.json").write_bytes(document.render(folded(*asked())))
    (tmp_path / "notes.txt").write_text("somebody else's")
    run = conform(
        *("--effort", "smoke", "--seed", "1", "--in-flight", "2", "--keep", "all"),
        at="/faults/put-semantics",
        renderings=True,
    )
    assert {path.name for path in tmp_path.iterdir()} == {
        *registry.FILES,
        "allure-results",
        "exchanges.har",
        "ledger",
        "notes.txt",
    }
    assert not (tmp_path / "allure-results" / "old-result.json").exists()
    assert not list((tmp_path / "ledger").glob("exchanges*"))  # they are in the archive
    archive: dict[str, Any] = json.loads((tmp_path / "exchanges.har").read_text("utf-8"))["log"]
    assert archive["version"] == "1.2"
    assert len(archive["entries"]) == run.result["run"]["requests"]
    assert {entry["request"]["method"] for entry in archive["entries"]} >= {"PATCH", "GET", "POST", "DELETE"}
    sent = [one["value"] for entry in archive["entries"] for one in entry["request"]["headers"]]
    assert "Bearer $MIXPEEK_API_KEY" in sent
    expected = {name for name, verdict in from_document_file(tmp_path).items() if verdict == "violated"}
    assert expected == FAULTS["put-semantics"].breaks


def from_document_file(folder: Path) -> Outcomes:
    return verdicts(document.load(folder))


def test_only_the_result_is_written_where_that_is_asked_for(conform: Conform, tmp_path: Path) -> None:
    """--result-only leaves nothing in the folder but it and the ledger."""
    conform("--effort", "quick", "-k", "null_does_not")
    assert {path.name for path in tmp_path.iterdir()} == {"conformance.json", "ledger"}


def test_exchanges_of_several_threads_are_kept_whole(tmp_path: Path) -> None:
    """None is lost, and none is cut by another one."""
    kept = Exchange(
        1, Request("PATCH", "https://m.example", (), b"x" * 5_000), Response(200, (), b"y" * 5_000), 0.0, 0.0
    )
    recorder = exchange_log.Recorder(tmp_path, "main")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(recorder.keep, [kept] * 400))
    recorder.close()
    exchange_log.write(tmp_path, tmp_path / "exchanges.har", "0.1.0")
    entries = json.loads((tmp_path / "exchanges.har").read_text("utf-8"))["log"]["entries"]
    assert len(entries) == 400
    assert {entry["response"]["content"]["text"] for entry in entries} == {"y" * 5_000}


@pytest.mark.parametrize("kind", ["non-conformant", "demonstration", "conformant", "waived"])
def test_gitlab_is_told_what_is_violated(kind: str, tmp_path: Path) -> None:
    """Each violated requirement is an issue, with the members that GitLab asks for, and a print of its own."""
    result = kinds(tmp_path)[kind]
    issues = json.loads(code_quality.render(result))
    broken = [one.requirement.id for one in result.judgements if one.verdict in (Verdict.VIOLATED, Verdict.WAIVED)]
    assert [one["check_name"] for one in issues if one["check_name"] != "waiver"] == broken
    assert len({one["fingerprint"] for one in issues}) == len(issues)
    for one in issues:
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert one["location"] == {"path": "conformance.json", "lines": {"begin": 1}}
        assert "\n" not in one["description"]


READ_ELSEWHERE = {
    "gl-code-quality-report.json": test_gitlab_is_told_what_is_violated,  # it tells violations alone
    "badge.json": test_the_badge_shows_the_verdict,  # it tells no requirements
    "exchanges.har": test_a_run_writes_every_rendering,  # it has no verdicts
}


def test_every_rendering_has_a_reader() -> None:
    """What the registry writes is read by a reader of all requirements, or by the test that is named here."""
    assert {*READERS, *READ_ELSEWHERE} == {*registry.NAMES} - {LEDGER}  # from which the result is folded
