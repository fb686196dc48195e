"""What schemathesis makes of the edition's OpenAPI document: its findings are charged to requirements."""

from typing import Any

import pytest

from contracts.editions.edition import Edition
from contracts.vocabulary.outcomes import Inconclusive, Violation
from fixtures.checks import schemathesis_cases
from fixtures.checks.assertions import assert_refused
from fixtures.examples.marks import requirement
from fixtures.objects.subject import Subject

pytestmark = pytest.mark.aside

every_case = schemathesis_cases.cases("coverage", "all")
valid_cases = schemathesis_cases.cases("fuzzing", "positive")
broken_cases = schemathesis_cases.cases("fuzzing", "negative")


@every_case.parametrize()
@requirement("RESPONSE-ACCEPTED", "ERROR-NO-BODY", "ERROR-MALFORMED", "ERROR-WRONG-TYPE")
def test_every_corner_of_the_document_is_answered_as_it_says(case: Any, subject: Subject, edition: Edition) -> None:
    if case.method != "PATCH":
        raise Inconclusive("a method of another operation")
    answer = schemathesis_cases.send(case, subject)
    fault = schemathesis_cases.explain_invalid(case)
    if fault is not None:
        assert_refused(answer, what=fault.sentence, requirement=fault.requirement, twin=subject)
    elif schemathesis_cases.is_plain(case) and 200 < answer.status < 500:
        raise Violation("200", answer.summary, requirement="RESPONSE-ACCEPTED")
    schemathesis_cases.assert_conforms(case, answer, edition)


@valid_cases.parametrize()
@pytest.mark.generated
@requirement("RESPONSE-JSON", "RESPONSE-CONTENT-TYPE")
def test_valid_bodies_are_answered_as_the_document_says(case: Any, subject: Subject, edition: Edition) -> None:
    answer = schemathesis_cases.send(case, subject)
    answer.expect_accepted()
    schemathesis_cases.assert_conforms(case, answer, edition)


@broken_cases.parametrize()
@pytest.mark.generated
@requirement("ERROR-NO-BODY", "ERROR-MALFORMED", "ERROR-WRONG-TYPE")
def test_broken_bodies_are_refused_as_the_document_says(case: Any, subject: Subject, edition: Edition) -> None:
    fault = schemathesis_cases.explain_invalid(case)
    answer = schemathesis_cases.send(case, subject)
    if fault is None:
        raise Inconclusive("a body with nothing wrong that must be refused")
    assert_refused(answer, what=fault.sentence, requirement=fault.requirement, twin=subject)
    schemathesis_cases.assert_conforms(case, answer, edition)
