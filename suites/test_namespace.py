"""NAMESPACE: the scope of a request."""

import functools
from collections.abc import Sequence

from contracts.vocabulary.display import shown
from contracts.vocabulary.outcomes import Inconclusive, Violation
from fixtures.checks.assertions import difference, shown_by
from fixtures.checks.out_of_reach import (
    NEAR,
    NOT_GIVEN,
    UNKNOWN,
    Way,
    assert_left_alone,
    assert_not_hidden,
    assert_out_of_reach,
    assert_tells_nothing,
    assert_unreadable,
    near,
    tried,
    without_namespace,
)
from fixtures.examples.marks import each, requirement
from fixtures.examples.shared_answers import Shared
from fixtures.http import credentials
from fixtures.http.answer import Answer
from fixtures.http.client import Client
from fixtures.http.list_endpoint import forms_of
from fixtures.objects.settling import eventually
from fixtures.objects.subject import Subject
from fixtures.objects.workspace import Workspace

FEW = 2
"""Ways to an object that are tried if few are enough."""


@requirement("NAMESPACE-MISSING")
@each(namespace=NOT_GIVEN)
def test_a_patch_without_a_namespace_is_refused(subject: Subject, shared: Shared, namespace: str | None) -> None:
    assert_out_of_reach(subject, without_namespace(subject, shared), Way(namespace))


@requirement("NAMESPACE-UNKNOWN")
@each(namespace=UNKNOWN)
def test_a_patch_in_an_unknown_namespace_is_refused(subject: Subject, shared: Shared, namespace: str) -> None:
    assert_out_of_reach(subject, without_namespace(subject, shared), Way(namespace))


@requirement("NAMESPACE-UNKNOWN")
@each(place=range(NEAR))
def test_a_patch_in_what_is_nearly_the_namespace_is_refused(subject: Subject, shared: Shared, place: int) -> None:
    made = without_namespace(subject, shared)
    way = Way(near(subject)[place])
    if way in made.by_way:  # a few are asked where few are enough
        assert_out_of_reach(subject, made, way)


@requirement("NAMESPACE-ISOLATED")
def test_another_namespace_neither_reads_nor_changes_the_object(
    subject: Subject, shared: Shared, other_namespace: str, bucket_elsewhere: str | None, workspace: Workspace
) -> None:
    buckets = (None, bucket_elsewhere, workspace.names.get(subject.bucket))  # a name is one in its namespace alone
    ways = [Way(other_namespace, bucket=bucket) for place, bucket in enumerate(buckets) if bucket or not place]
    assert_neither_reads_nor_changes(subject, ways[: FEW if shared.few else None], "NAMESPACE-ISOLATED")


@requirement("NAMESPACE-FOREIGN")
def test_another_organisation_neither_reads_nor_changes_the_object(
    subject: Subject, shared: Shared, foreign_namespace: str, workspace: Workspace
) -> None:
    forms = subject.client.target.namespace, *([] if shared.few else other_forms(subject.client))
    ways = [Way(name, credentials.FOREIGN) for name in (foreign_namespace, *forms)]
    if (bucket := workspace.names.get(subject.bucket)) is not None:
        ways.append(Way(foreign_namespace, credentials.FOREIGN, bucket))
    assert_neither_reads_nor_changes(subject, ways[: FEW if shared.few else None], "NAMESPACE-FOREIGN")


def other_forms(client: Client) -> list[str]:
    """Return the id of the namespace that goes by its name, or the name; none if the target lists no namespaces."""
    try:
        return [form for form in forms_of(client, client.target.namespace) if form != client.target.namespace]
    except Inconclusive:
        return []


def assert_neither_reads_nor_changes(subject: Subject, ways: Sequence[Way], requirement_id: str) -> None:
    """Assert that in no way the object is patched or read, or hidden from whoever reads it."""
    made = tried(subject, ways, read=True)
    for way in ways:
        assert_out_of_reach(subject, made, way)
        assert_tells_nothing(made, way)
    assert_unreadable(subject, made)
    assert_not_hidden(subject, made)
    assert_left_alone(subject, made, requirement_id)


@requirement("NAMESPACE-NAME-OR-ID")
def test_name_and_id_address_the_same_object(
    subject: Subject, shared: Shared, namespace_forms: tuple[str, str]
) -> None:
    given = subject.patch({"key_prefix": "as/given"})
    for form in namespace_forms:
        if form == subject.client.target.namespace:
            continue
        prefix = subject.fresh_text()
        if not shared.few:
            subject.read()  # what is kept of it by the form of the namespace must not be given behind the other one
        answer = subject.attempt({"key_prefix": prefix}, namespace=form)
        if answer.refused:
            raise Violation(f"200 with X-Namespace {shown(form)}", answer.summary)
        for name in ("bucket_id", "object_id"):
            if answer.expect_accepted()[name] != given[name]:
                raise difference(name, given[name], answer[name])
        if given["key_prefix"] == "as/given" and answer["key_prefix"] == given["key_prefix"]:
            with shown_by(given, answer):
                raise difference("key_prefix", prefix, answer["key_prefix"])
        if not shared.few:
            eventually(functools.partial(assert_shown_in_both, subject, given, answer))


def assert_shown_in_both(subject: Subject, given: Answer, answer: Answer) -> None:
    """Assert that the namespace as it was given does not keep the key_prefix from before the other form was used.

    A target may refuse a patch that sets nothing, which says nothing then.
    """
    read = subject.read(path=subject.path)
    look = read if read.accepted else subject.attempt({"skip_duplicates": True})
    before, now = given["key_prefix"], answer["key_prefix"]
    if look.accepted and before != now and before is not None and look["key_prefix"] == before:
        with shown_by(given, answer, look):
            raise difference("key_prefix", now, before)
