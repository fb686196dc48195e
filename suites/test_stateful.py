"""All areas together: patches, reads, refused patches and foreign credentials in any order, beside a plain model."""

from typing import Any

import pytest
from hypothesis import strategies as st

from fixtures.checks.assertions import assert_refused
from fixtures.examples.marks import requirement
from fixtures.http import credentials
from fixtures.http.api_paths import NO_OBJECTS, path_of
from fixtures.http.credentials import NEVER_ISSUED, NONE, NOT_THE_WHOLE_KEY, OTHER_FORMS, Credential
from fixtures.stateful.machine import ObjectMachine, in_any_order, step
from fixtures.stateful.objects import ObjectSet
from fixtures.strategies import WORDS, plain_values

UNAUTHORIZED = (401, 403)
NOT_FOUND = (404,)
CLAUSES = {
    **dict.fromkeys((NONE,), "AUTH-MISSING"),
    **dict.fromkeys(NEVER_ISSUED, "AUTH-UNKNOWN-KEY"),
    **dict.fromkeys(OTHER_FORMS, "AUTH-SCHEME"),
    **dict.fromkeys(NOT_THE_WHOLE_KEY, "AUTH-WHOLE-KEY"),
}
BROKEN: tuple[dict[str, Any], ...] = ({"key_prefix": {"an": "object"}}, {"skip_duplicates": ["an array"]})

places = st.integers(0, 2)
names = st.sampled_from(WORDS[:4])
bodies = st.dictionaries(names, st.none() | plain_values(), min_size=1, max_size=3)


class AnyOrder(ObjectMachine):
    """Each step asks one thing of one object, and sees what became of it."""

    @step(place=places, body=bodies)
    def patch(self, place: int, body: dict[str, Any]) -> None:
        one = self.objects.turn_to(place)
        body = one.subject.few_names(body)
        answer = one.subject.attempt(body)
        if answer.accepted:
            one.learn(answer, body)
        one.look("MERGE-ONLY-SENT")

    @step(place=places, body=bodies)
    def patch_twice(self, place: int, body: dict[str, Any]) -> None:
        one = self.objects.turn_to(place)
        body = one.subject.few_names(body)
        one.learn(one.subject.patch(body), body)
        again = one.subject.patch(body)
        one.model.holds(one.subject.snapshot(again), "MERGE-IDEMPOTENT")
        one.look("MERGE-ONLY-SENT")

    @step(place=places)
    def read(self, place: int) -> None:
        one = self.objects.turn_to(place)
        if self.objects.reads:
            one.read()

    @step("ERROR-ATOMIC", place=places, broken=st.sampled_from(BROKEN), body=bodies)
    def patch_that_is_refused(self, place: int, broken: dict[str, Any], body: dict[str, Any]) -> None:
        one = self.objects.turn_to(place)
        refused = one.refused(body)
        if not refused.keys().isdisjoint(broken):
            broken = one.subject.broken_field()
        one.subject.attempt({**refused, **broken}).expect_refused()
        one.look_for(refused, "ERROR-ATOMIC")

    @step("AUTH-NO-EFFECT", *CLAUSES.values(), place=places, credential=st.sampled_from(tuple(CLAUSES)), body=bodies)
    def patch_with_a_wrong_key(self, place: int, credential: Credential, body: dict[str, Any]) -> None:
        one = self.objects.turn_to(place)
        refused = one.refused(body)
        answer = one.subject.attempt(refused, credential=credential)
        assert_refused(answer, UNAUTHORIZED, credential.name, CLAUSES[credential], twin=one.subject)
        one.look_for(refused, "AUTH-NO-EFFECT")

    @step("NAMESPACE-ISOLATED", place=places, body=bodies)
    def patch_through_another_namespace(self, place: int, body: dict[str, Any]) -> None:
        one = self.objects.turn_to(place)
        for namespace in self.objects.namespaces_beside(one):
            refused = one.refused(body)
            answer = one.subject.attempt(refused, namespace=namespace)
            assert_refused(answer, what="another namespace", requirement="NAMESPACE-ISOLATED", twin=one.subject)
            one.look_for(refused, "NAMESPACE-ISOLATED")

    @step("NAMESPACE-FOREIGN", place=places, body=bodies)
    def patch_as_another_organisation(self, place: int, body: dict[str, Any]) -> None:
        one = self.objects.turn_to(place)
        for namespace in self.objects.foreign_namespaces(one):
            refused = one.refused(body)
            answer = one.subject.attempt(refused, namespace=namespace, credential=credentials.FOREIGN)
            assert_refused(
                answer, what="another organisation's key", requirement="NAMESPACE-FOREIGN", twin=one.subject
            )
            one.look_for(refused, "NAMESPACE-FOREIGN")

    @step("ERROR-OTHER-BUCKET", "ERROR-UNKNOWN-OBJECT", place=places, body=bodies)
    def patch_at_another_address(self, place: int, body: dict[str, Any]) -> None:
        one = self.objects.turn_to(place)
        for path in self.objects.paths_beside(one) if self.asks("ERROR-OTHER-BUCKET") else ():
            refused = one.refused(body)
            answer = one.subject.attempt(refused, path=path)
            assert_refused(answer, NOT_FOUND, "another bucket", "ERROR-OTHER-BUCKET", one.subject)
            one.look_for(refused, "ERROR-OTHER-BUCKET")
        if not self.asks("ERROR-UNKNOWN-OBJECT"):
            return
        unknown = path_of("buckets", one.subject.bucket, "objects", NO_OBJECTS[0])
        answer = one.subject.attempt(one.refused(body), path=unknown)
        assert_refused(answer, NOT_FOUND, "an unknown object", "ERROR-UNKNOWN-OBJECT", one.subject)


@pytest.mark.aside
@pytest.mark.generated
@requirement(
    "MERGE-ONLY-SENT",
    "MERGE-REPLACED",
    "MERGE-NULL",
    "MERGE-KEY-PREFIX",
    "MERGE-IDEMPOTENT",
    "MERGE-READ-BACK",
    "MERGE-OTHER-OBJECTS",
    "TIME-CREATED-FIXED",
    "TIME-NOT-BACKWARDS",
    "AUTH-MISSING",
    "AUTH-UNKNOWN-KEY",
    "AUTH-SCHEME",
    "AUTH-WHOLE-KEY",
    "AUTH-NO-EFFECT",
    "NAMESPACE-ISOLATED",
    "NAMESPACE-FOREIGN",
    "ERROR-ATOMIC",
    "ERROR-OTHER-BUCKET",
    "ERROR-UNKNOWN-OBJECT",
)
def test_the_clauses_hold_in_any_order(object_set: ObjectSet) -> None:
    in_any_order(AnyOrder, object_set)
