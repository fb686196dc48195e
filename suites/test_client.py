"""CLIENT: what the clients that people use can read; asked if a program reads the responses."""

from contracts.vocabulary.outcomes import Inconclusive
from fixtures.checks.client_readings import Readings
from fixtures.checks.plain_answers import plain_answers, refusals
from fixtures.examples.marks import requirement
from fixtures.examples.shared_answers import Shared
from fixtures.objects.subject import Subject


@requirement("CLIENT-READS-OBJECT")
def test_the_client_reads_what_it_is_answered(subject: Subject, shared: Shared, readings: Readings) -> None:
    judged = [readings.assert_read(answer) for answer in (*plain_answers(subject, shared), subject.read())]
    if not any(judged):
        raise Inconclusive("no answer was one that the client has a type for")


@requirement("CLIENT-READS-ERROR")
def test_the_client_reads_how_it_is_refused(subject: Subject, shared: Shared, readings: Readings) -> None:
    wrong = subject.attempt({"key_prefix": {"an": "object"}})
    judged = [readings.assert_read(answer) for answer in (*refusals(subject, shared), wrong)]
    if not any(judged):
        raise Inconclusive("no refusal was one that the client has a type for")
