"""The result as JUnit XML: one test case a requirement, one test suite an area.

A violation that binds is a failure and an inconclusive requirement that binds an error, so that a reader of JUnit
is red where the exit code is. Waived, not applicable, and a SHOULD that does not hold, are skipped with their reason.
"""

from collections.abc import Sequence
from typing import Any

from junitparser import Error, Failure, JUnitXml, Properties, Property, Skipped, TestCase, TestSuite

from contracts.catalogue.requirement import Area
from contracts.catalogue.sources import addresses
from contracts.vocabulary import escaping
from contracts.vocabulary.documentation import page_of
from reports.renderings import replay_script
from reports.result.facts import by_area, facts
from reports.result.load import Load
from reports.result.result import Result
from reports.result.verdicts import Judgement, Verdict


def render(result: Result) -> bytes:
    """Return `result` as an XML document in UTF-8."""
    document: Any = JUnitXml(f"mixpeek-conformance {result.began.edition}")
    for area, judgements in by_area(result):
        document.add_testsuite(_suite(area, judgements, result))
    if result.load is not None and result.load.max_p95 is not None:
        document.add_testsuite(_limits(result.load))
    if result.failures:
        broken = TestSuite("the suite itself")
        for failure in result.failures:
            case = TestCase(_clean(failure.test), "conformance.suite")
            case.result = [Error("the suite itself failed", "suite-error")]
            case.system_err = _clean(failure.error)
            broken.add_testcase(case)
        document.add_testsuite(broken)
    document.update_statistics()
    text: bytes = document.tostring()
    return text


def _limits(load: Load) -> TestSuite:
    """Return the limits that the user has set for the load, which are not requirements."""
    suite, case = TestSuite("load"), TestCase("max-p95", "conformance.load")
    if load.over_limit is not None:
        case.result = [Failure(_clean(load.over_limit), "limit")]
    suite.add_testcase(case)
    return suite


def _suite(area: Area, judgements: Sequence[Judgement], result: Result) -> TestSuite:
    suite = TestSuite(str(area))
    for fact in facts(result):
        suite.add_property(fact.name, _clean(fact.text))
    for judgement in judgements:
        suite.add_testcase(_case(judgement, result))
    return suite


def _case(judgement: Judgement, result: Result) -> Any:
    requirement, binds = judgement.requirement, result.binds(judgement)
    case: Any = TestCase(requirement.id, f"conformance.{requirement.area}")
    properties: Any = Properties()  # type: ignore[no-untyped-call]
    for name, value in (
        ("verdict", judgement.verdict),
        ("level", requirement.level),
        ("sentence", requirement.sentence),
        ("source", requirement.source),
        ("source-url", " ".join(addresses(requirement.source))),
        ("page", page_of(requirement.id)),
        ("asked", judgement.asked),
    ):
        properties.add_property(Property(name, _clean(str(value))))
    case.append(properties)
    outcome = judgement.told or judgement.reason or ""
    message = _clean("\n".join(filter(None, (outcome, result.of_edition(judgement)))))
    match judgement.verdict:
        case Verdict.VIOLATED if binds:
            case.result = [Failure(message, "violation")]
        case Verdict.INCONCLUSIVE if binds:
            case.result = [Error(message, "inconclusive")]
        case Verdict.HOLDS:
            pass
        case verdict:
            because = judgement.waiver.reason if judgement.waiver else message
            known = " (known from the baseline)" if result.is_known(judgement) else ""
            verb = f"{verdict}, and does not count{known}" if known or verdict is Verdict.VIOLATED else verdict
            case.result = [Skipped(_clean(f"{verb}: {because}"), str(verdict).replace(" ", "-"))]
    if judgement.causes:
        exchanges = (exchange for shown in judgement.causes for exchange in shown.exchanges)
        lines = (line for exchange in exchanges for line in (exchange.line, exchange.marks) if line)
        case.system_out = _clean(replay_script.told(judgement, result.began) or "\n".join(lines))
    return case


def _clean(text: str) -> str:
    """Return `text` without what XML 1.0 cannot hold."""
    return escaping.xml(text)
