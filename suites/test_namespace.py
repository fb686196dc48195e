"""NAMESPACE: the scope of a request."""

from contracts.vocabulary.display import shown
from contracts.vocabulary.outcomes import Violation
from fixtures.checks.assertions import assert_no_effect, assert_refused, difference
from fixtures.examples.marks import each, requirement
from fixtures.http import credentials
from fixtures.http.api_paths import path_of
from fixtures.http.credentials import Credential
from fixtures.objects.subject import Subject

NOT_GIVEN = (None, "")
UNKNOWN = ("ns_0c0ffee000", "conformance-no-such-namespace", "no namespace/../at all", "ns_", "*")


@requirement("NAMESPACE-MISSING")
@each(namespace=NOT_GIVEN)
def test_a_patch_without_a_namespace_is_refused(subject: Subject, namespace: str | None) -> None:
    assert_out_of_reach(subject, namespace=namespace)


@requirement("NAMESPACE-UNKNOWN")
@each(namespace=UNKNOWN)
def test_a_patch_in_an_unknown_namespace_is_refused(subject: Subject, namespace: str) -> None:
    assert_out_of_reach(subject, namespace=namespace)


@requirement("NAMESPACE-ISOLATED")
def test_another_namespace_neither_reads_nor_changes_the_object(
    subject: Subject, other_namespace: str, bucket_elsewhere: str | None
) -> None:
    assert_out_of_reach(subject, namespace=other_namespace)
    assert_unreadable(subject, namespace=other_namespace)
    if bucket_elsewhere is not None:
        assert_out_of_reach(subject, namespace=other_namespace, bucket=bucket_elsewhere)
        assert_unreadable(subject, namespace=other_namespace, bucket=bucket_elsewhere)


@requirement("NAMESPACE-FOREIGN")
def test_another_organisation_neither_reads_nor_changes_the_object(subject: Subject, foreign_namespace: str) -> None:
    for namespace in (foreign_namespace, subject.client.target.namespace):
        assert_out_of_reach(subject, namespace=namespace, credential=credentials.FOREIGN)
        assert_unreadable(subject, namespace=namespace, credential=credentials.FOREIGN)


@requirement("NAMESPACE-NAME-OR-ID")
def test_name_and_id_address_the_same_object(subject: Subject, namespace_forms: tuple[str, str]) -> None:
    given = subject.patch({"key_prefix": "as/given"})
    for form in namespace_forms:
        answer = subject.attempt({"key_prefix": "as/given"}, namespace=form)
        if answer.refused:
            raise Violation(f"200 with X-Namespace {shown(form)}", answer.summary)
        for name in ("bucket_id", "object_id"):
            if answer.expect_accepted()[name] != given[name]:
                raise difference(name, given[name], answer[name])


def assert_out_of_reach(
    subject: Subject, *, namespace: str | None, credential: Credential = credentials.OWN, bucket: str | None = None
) -> None:
    """Assert that a patch which is accepted as it should be sent is refused in `namespace`, without effect.

    With `bucket`, it is sent through a bucket that is there.
    """
    subject.expect_patchable()
    body = {"note": subject.fresh_text()}
    answer = subject.attempt(body, namespace=namespace, credential=credential, path=_through(subject, bucket))
    where = f"X-Namespace {shown(namespace)} with {credential.name}"
    if bucket is not None:
        where += f", through bucket {bucket}"
    assert_refused(answer, what=where, twin=subject)
    assert_no_effect(subject, body)


def assert_unreadable(
    subject: Subject, *, namespace: str, credential: Credential = credentials.OWN, bucket: str | None = None
) -> None:
    """Assert that the object cannot be read in `namespace`, right after it was read as it should be."""
    subject.read()  # what is kept of this answer, by its URL alone, must not be given to others
    answer = subject.read(namespace=namespace, credential=credential, path=_through(subject, bucket))
    members = answer.exchange.response.members or {}
    if answer.accepted and members.get("object_id") == subject.identifier:
        raise Violation(f"4xx for GET with X-Namespace {shown(namespace)}", answer.summary)


def _through(subject: Subject, bucket: str | None) -> str | None:
    """Return where the object would be in another bucket; None for where it is."""
    return None if bucket is None else path_of("buckets", bucket, "objects", subject.identifier)
