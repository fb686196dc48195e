"""MERGE: what a patch does to the object as a whole."""

import functools
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary.display import ABSENT, shown
from contracts.vocabulary.exchange import Headers
from contracts.vocabulary.json_equality import same_json
from contracts.vocabulary.outcomes import Inconclusive, Violation
from fixtures.checks.assertions import (
    assert_field,
    assert_no_effect,
    assert_stored,
    assert_unchanged,
    difference,
    shown_by,
    shows_refused,
    shows_what_it_sent,
)
from fixtures.checks.blobs import assert_same_blobs
from fixtures.checks.over_connections import over_connections
from fixtures.checks.patches_twice import RepeatedPatch, taken_for_another, walk
from fixtures.checks.read_back import Moved, assert_agrees
from fixtures.checks.refused_ways import FEW as FEW_WAYS
from fixtures.checks.refused_ways import assert_time_left_alone, refused_ways
from fixtures.checks.repeated_bodies import KEPT
from fixtures.examples.marks import each, requirement
from fixtures.examples.shared_answers import Shared
from fixtures.http.answer import Answer
from fixtures.http.api_paths import path_of
from fixtures.http.list_endpoint import objects_in
from fixtures.http.replica_lag import LONGEST
from fixtures.objects.field_names import DECLARED, names_in
from fixtures.objects.object_record import Snapshot
from fixtures.objects.settling import eventually, until
from fixtures.objects.subject import Subject
from fixtures.objects.workspace import SetUpFailed, Workspace
from fixtures.plan.batching import Plan
from fixtures.plan.transition_checks import assert_changes_are_taken
from fixtures.plan.transitions import CHANGES, TO_NULL, Chain
from fixtures.plugins.subject_fixtures import NewSubject
from fixtures.strategies import PREFIXES, Body, awkward, lists, patches, plain_values

NOT_KEY_PREFIX = ("KEY_PREFIX", "Key_Prefix", "keyPrefix", "KeyPrefix", "key-prefix", " key_prefix", "key_prefix ")
"""Names of fields of the user that some take for key_prefix."""

PREFIX_CHANGES = ("amber/birch/cedar", "Amber/Birch/Cedar", "Amber/Birch", "amber/birch/cedar")
"""Prefixes one after the other: in another case, a part of the one before, and the first one again."""

AT_CREATION: Body = {"madefirst": "first", "madekept": {"amber": ["birch"]}}
"""Fields that an object is made with, as far as the target takes some at the creation.

Replay makes an object with fields whose names begin like these, and with no others.
"""

OF_ONE: Body = {"skip_duplicates": True, "key_prefix": "of/one", "note": "of one"}
OF_ANOTHER: Body = {"key_prefix": "of/one", "note": None}
"""Patches that two objects are sent, one after the other; the second one goes to the older of them, with the same
key_prefix."""

ENVELOPES = (
    ("data", "attributes", "body", "object", "fields", "payload", "update", "document"),
    ("doc", "input", "values", "patch", "properties", "content", "params", "key_prefix"),
)
"""Names in which some wrap a whole body, as many as are patched at the same time."""

MANY = (250, 100, 20, 8)
"""Fields of one patch: fewer are asked if so many are refused, or do not all come back."""


@requirement("MERGE-MANY-FIELDS")
def test_many_fields_in_one_patch_all_come_back(subject: Subject) -> None:
    found = None
    for count in MANY:
        body = {name: count + number for number, name in enumerate(subject.fresh_names(count), 1)}
        answer = subject.attempt(body)
        if answer.status >= 500 or subject.is_gone:
            subject.leave_behind()
        if not answer.accepted:
            continue
        try:
            assert_stored(answer, body)
        except Violation as violation:
            violation.exchanges = (answer.exchange,)
            found = violation
        else:
            break  # fewer of them come back too
    if found is not None:
        raise found
    answer.expect_accepted()


@requirement("MERGE-REPLACED")
@each(chains=CHANGES)
def test_a_field_takes_every_value_after_every_other(subject: Subject, plan: Plan, chains: Sequence[Chain]) -> None:
    assert_changes_are_taken(subject, plan, chains)


@pytest.mark.aside
@requirement("MERGE-REPLACED")
@each(values=(("amber", "birch", "amber"),))
def test_a_patch_that_was_sent_before_takes_effect_again(
    subject: Subject, shared: Shared, values: Sequence[str]
) -> None:
    name, *others = subject.fresh_names(4)
    *before, again = values
    for place, value in enumerate(before):
        fields = alike(others, value) if place else {}
        answer = subject.patch({name: value, **fields})
        if not same_json(answer[name], value):
            raise Inconclusive("the field does not take other values either: nothing can be said of one sent before")
        assert_alike_taken(subject, answer, fields)
    assert_field(subject.patch({name: again}), name, again)
    if not shared.few:
        eventually(lambda: assert_not_held(subject.touch(), name, before[-1]))  # the answer may be one that was kept


def assert_not_held(look: Answer, name: str, old: object) -> None:
    """Assert that a field does not hold the value before the last one; that it is lost, MERGE-ONLY-SENT judges."""
    if same_json(look[name], old):
        raise Violation(f"{name} other than {shown(old)}, as before the last patch", f"{name} = {shown(old)}")


def alike(names: Sequence[str], text: str) -> dict[str, object]:
    """Return fields of which one holds the text, and two the same number, which grows with the text."""
    return dict(zip(names, (text, len(text) * 10 + ord(text[0]), len(text) * 10 + ord(text[0])), strict=True))


def assert_alike_taken(subject: Subject, answer: Answer, fields: Mapping[str, object]) -> None:
    """Assert that fields were taken beside others of the same value, if each of them is taken alone."""
    for name, value in fields.items():
        if not same_json(answer[name], value) and same_json(subject.patch({name: value})[name], value):
            with shown_by(answer):
                raise difference(name, value, answer[name], requirement="MERGE-MANY-FIELDS")


@requirement("MERGE-REPLACED")
@given(value=plain_values())
def test_a_field_that_is_sent_again_takes_the_new_value(subject: Subject, value: object) -> None:
    name = subject.fresh_name()
    subject.patch({name: ["an", "old", "list"]})
    assert_field(subject.patch({name: value}), name, value)
    assert_field(subject.patch({name: "a new text"}), name, "a new text")


@requirement("MERGE-REPLACED")
@given(value=plain_values())
def test_a_list_that_is_sent_again_is_not_appended_to(subject: Subject, value: object) -> None:
    name = subject.fresh_name()
    subject.patch({name: ["old one", "old two"]})
    new = [value, "new one", "new two"]
    actual = subject.patch({name: new})[name]
    if not isinstance(actual, list) or "old one" in actual or "old two" in actual or "new one" not in actual:
        raise difference(name, new, actual)


@requirement("MERGE-ONLY-SENT")
def test_fields_that_were_not_sent_keep_their_values(subject: Subject, shared: Shared) -> None:
    for step in walk(subject, shared).accepted():
        with shown_by(step.before, step.once):
            assert_unchanged(step.became, step.was, apart_from=taken_for_another(step.body, step.became))
        if step.twice is not None and step.stayed is not None:
            with shown_by(step.once, step.twice):
                assert_unchanged(step.stayed, step.became, apart_from=taken_for_another(step.body, step.stayed))


@requirement("MERGE-ONLY-SENT")
@given(body=patches())
def test_no_patch_touches_a_field_that_it_does_not_send(subject: Subject, body: Body) -> None:
    body = subject.few_names(body)
    before = subject.snapshot(subject.patch(subject.few_names(KEPT)))
    assert_unchanged(subject.snapshot(subject.patch(body)), before, apart_from=body)


@requirement("MERGE-REPLACED", "MERGE-ONLY-SENT")
def test_what_an_object_was_made_with_is_patched_like_the_rest(
    subject: Subject, shared: Shared, new_subject: NewSubject
) -> None:
    if shared.few or not (subject.made and subject.takes_custom_fields):
        return
    try:
        born = new_subject(AT_CREATION)
    except SetUpFailed:
        return  # whether a creation takes such fields is no clause of this operation
    held = {name: value for name, value in AT_CREATION.items() if same_json(born.original.get(name), value)}
    new = born.fresh_field()
    for body in ({"madefirst": "second", **new}, {"metadata": {"inmetadata": subject.fresh_text()}}):
        answer = born.attempt(body)
        if not answer.accepted or ("madefirst" in body and not shows_all_of(answer, new)):
            continue  # a target that takes no such field in a patch, other checks judge
        held |= {name: value for name, value in body.items() if name in held}
        for name, value in held.items():
            if not same_json(answer[name], value):
                requirement_id = "MERGE-REPLACED" if name in body else "MERGE-ONLY-SENT"
                raise difference(name, value, answer[name], requirement=requirement_id)


@requirement("MERGE-NULL")
@each(chains=(TO_NULL,))
def test_null_does_not_leave_an_old_value_of_any_kind(subject: Subject, plan: Plan, chains: Sequence[Chain]) -> None:
    assert_changes_are_taken(subject, plan, chains, to_null=True)


@requirement("MERGE-NULL")
@given(value=plain_values() | lists())
def test_null_does_not_leave_the_old_value(subject: Subject, value: object) -> None:
    subject.patch({"note": value})
    actual = subject.patch({"note": None})["note"]
    if actual is not None and actual is not ABSENT:
        raise difference("note", None, actual)


@requirement("MERGE-KEY-PREFIX")
@awkward(prefix=PREFIXES)
@given(prefix=st.from_regex(r"[a-z]{1,12}(/[a-z0-9]{1,12}){0,4}", fullmatch=True))
def test_key_prefix_takes_what_was_sent(subject: Subject, prefix: str) -> None:
    actual = subject.patch({"key_prefix": prefix})["key_prefix"]
    if not isinstance(actual, str) or actual.strip("/") != prefix.strip("/"):
        raise difference("key_prefix", prefix, actual)


@pytest.mark.aside
@requirement("MERGE-KEY-PREFIX")
@each(prefixes=(PREFIX_CHANGES,))
def test_key_prefix_takes_every_value_after_another(subject: Subject, prefixes: Sequence[str]) -> None:
    for prefix in prefixes:
        actual = subject.patch({"key_prefix": prefix})["key_prefix"]
        if not isinstance(actual, str) or actual.strip("/") != prefix:
            raise difference("key_prefix", prefix, actual)


@requirement("MERGE-KEY-PREFIX")
def test_an_empty_key_prefix_does_not_keep_the_old_one(subject: Subject) -> None:
    subject.patch({"key_prefix": "amber/birch/"})
    emptied = subject.attempt({"key_prefix": ""})
    if emptied.accepted and not is_empty(emptied["key_prefix"]):
        raise difference("key_prefix", "", emptied["key_prefix"])


@requirement("MERGE-KEY-PREFIX")
def test_no_other_name_sets_key_prefix(subject: Subject) -> None:
    subject.expect_custom_fields()
    text = subject.fresh_text()
    inside = {"amber": {"key_prefix": text}, "birch": [{"key_prefix": text}]}
    answer = subject.attempt({**dict.fromkeys(NOT_KEY_PREFIX, text), **inside})
    if answer.accepted and answer["key_prefix"] == text:
        raise Violation("key_prefix as it was, since it was not sent", f"key_prefix = {shown(text)}")


@requirement("MERGE-KEY-PREFIX", "MERGE-MANY-FIELDS", "MERGE-NULL")
@each(skip=(True, False))
def test_declared_fields_and_others_are_taken_beside_each_other(subject: Subject, skip: bool) -> None:
    subject.expect_custom_fields()
    prefix = subject.fresh_name()
    ask = functools.partial(sent_over_others, subject, to_null=skip)
    sent, answer = ask({"skip_duplicates": skip, "key_prefix": prefix})
    shows = answer["key_prefix"]
    if not isinstance(shows, str) or shows.strip("/") != prefix:
        expect_taken(subject, {"key_prefix": f"{prefix}alone"})
        raise difference("key_prefix", prefix, shows, requirement="MERGE-KEY-PREFIX")
    for name in not_taken(sent, answer):
        if not_taken(*ask({})):
            raise Inconclusive("fields are not taken without the declared ones either: nothing can be said of both")
        requirement_id = "MERGE-NULL" if sent[name] is None else "MERGE-MANY-FIELDS"
        raise difference(name, sent[name], answer[name], requirement=requirement_id)


def sent_over_others(
    subject: Subject, beside: Mapping[str, object], *, to_null: bool
) -> tuple[dict[str, object], Answer]:
    """Send fields beside those of `beside`, in place of what they held; return them, and the answer.

    They hold what might be taken for a duplicate: a value that another field has too, and an item that stands twice.
    """
    first, listed, gone, new = subject.fresh_names(4)
    old, text = subject.fresh_text(), subject.fresh_text()
    prefix = beside.get("key_prefix")
    other = {"key_prefix": prefix.upper() if to_null else f"{prefix}/amber"} if isinstance(prefix, str) else {}
    subject.patch({first: old, listed: [old], gone: old, **other})
    sent: dict[str, object] = {first: text, listed: [text, old, text], new: text, **({gone: None} if to_null else {})}
    ends_with_declared = {**sent, **beside} if to_null else {**beside, **sent}
    return sent, subject.patch({first: text, **ends_with_declared})


def not_taken(sent: Mapping[str, object], answer: Answer) -> list[str]:
    """Return the fields that an answer does not show as they were sent; one that is null may be gone."""
    return [
        name
        for name, value in sent.items()
        if not (same_json(answer[name], value) or (value is None and answer[name] is ABSENT))
    ]


def expect_taken(subject: Subject, body: Mapping[str, object]) -> None:
    """See that a patch of one kind of fields is taken alone. Raise Inconclusive if not: its check judges that."""
    answer = subject.patch(body)
    if not all(same_json(answer[name], value) for name, value in body.items()):
        raise Inconclusive("fields are not taken alone either: nothing can be said of several kinds of them together")


@requirement("MERGE-KEY-PREFIX-NULL")
def test_null_for_key_prefix_does_the_same_every_time(unpatched: Subject, shared: Shared) -> None:
    subject = unpatched
    outcomes = []
    for prefix in ("first", "second/deeper", "third")[: 2 if shared.few else None]:
        before = subject.patch({"key_prefix": prefix})
        beside = {"note": prefix} if subject.takes_custom_fields else {"skip_duplicates": True}
        nulled = subject.attempt({"key_prefix": None, **beside})  # never a patch of nulls alone
        if nulled.refused:
            with shown_by(subject.patch(beside), nulled):
                raise Violation("200 for null beside what is taken", nulled.summary, requirement="RESPONSE-ACCEPTED")
        outcomes.append(made_of_prefix(before, nulled.expect_accepted()))
    alone = [step for step in walk(subject, shared).accepted() if nulls_prefix_alone(step)]
    outcomes += [made_of_prefix(step.before, step.once) for step in alone]
    if len(set(outcomes)) > 1:
        raise Violation("key_prefix cleared every time, or left alone every time", ", then ".join(outcomes))


def made_of_prefix(before: Answer, nulled: Answer) -> str:
    """Say what a null has made of key_prefix. Raise Violation if it has made it another one."""
    was, now = before["key_prefix"], nulled["key_prefix"]
    if not is_empty(now) and not same_json(now, was):
        raise Violation(f"key_prefix null, or {shown(was)} as before", f"key_prefix {shown(now)}")
    return "cleared" if is_empty(now) else "left alone"


def nulls_prefix_alone(step: RepeatedPatch) -> bool:
    """Tell whether a patch sets no more than a key_prefix to null, where there was one."""
    nothing_else = all(value is None for value in step.body.values())
    return nothing_else and "key_prefix" in step.body and not is_empty(step.before["key_prefix"])


@requirement("MERGE-BLOBS")
def test_a_patch_leaves_the_blobs_as_they_are(subject: Subject, shared: Shared) -> None:
    for step in walk(subject, shared).accepted():
        start = step.start
        for answer in (start.answer, step.once):
            with shown_by(answer):
                assert_same_blobs(answer, start.original)
        if step.read is not None and start.sight is not None:
            with shown_by(start.sight, step.once, step.read):
                assert_same_blobs(step.read, start.sight.document, strict=True)


@requirement("MERGE-BLOBS")
@given(body=patches())
def test_no_patch_changes_the_blobs(unpatched: Subject, body: Body) -> None:
    subject, before = unpatched, unpatched.first_sight()
    assert_same_blobs(subject.patch(subject.few_names(body)), subject.original)
    after = subject.read() if before else subject.touch()
    if after.accepted:
        assert_same_blobs(after, before or subject.original, strict=before is not None)


@requirement("MERGE-IDEMPOTENT")
def test_the_same_patch_twice_leaves_the_same_state(subject: Subject, shared: Shared) -> None:
    for step in walk(subject, shared).accepted():
        if step.twice is not None and step.stayed is not None:
            with shown_by(step.once, step.twice):
                assert_same_state(step.body, step.became, step.stayed)
        elif step.twice is not None and step.twice.refused:
            assert_taken_again(subject, step.body)


def assert_taken_again(subject: Subject, body: Mapping[str, Any]) -> None:
    """Assert that a patch that was accepted is accepted once more, if others are."""
    once, twice = subject.attempt(body), subject.attempt(body)
    if once.accepted and twice.refused:
        subject.change()
        with shown_by(once, twice):
            raise Violation("200 for the same patch again", twice.summary, requirement="RESPONSE-ACCEPTED")


@requirement("MERGE-IDEMPOTENT")
@given(body=patches())
def test_any_patch_twice_leaves_the_same_state(subject: Subject, body: Body) -> None:
    body = subject.few_names(body)
    assert_same_state(body, *(subject.snapshot(subject.patch(body)) for _ in range(2)))


def assert_same_state(body: Mapping[str, object], once: Snapshot, twice: Snapshot) -> None:
    """Assert that a patch leaves the same twice, as far as it sends it: the rest, MERGE-ONLY-SENT judges."""
    assert_unchanged(twice, once, apart_from=(once.keys() | twice.keys()) - body.keys())


@requirement("MERGE-READ-BACK")
def test_what_was_answered_is_what_get_gives(subject: Subject, shared: Shared) -> None:
    held: dict[str, object] = {}
    for step in walk(subject, shared).accepted():
        if not step.agrees:  # GET may lag, or the object have moved: asked again, both may pass
            for body in step.read_otherwise():
                subject.attempt({name: held[name] for name in body if name in held})
                assert_read_back(subject, body, step.read_with)
            assert_read_back(subject, step.body, step.read_with)
            assert_read_back(subject, step.start.body, step.read_with)
        held |= step.body


@requirement("MERGE-READ-BACK")
@given(body=patches())
def test_what_any_patch_is_answered_is_what_get_gives(subject: Subject, body: Body) -> None:
    assert_read_back(subject, subject.few_names(body))


def assert_read_back(subject: Subject, body: Mapping[str, object], headers: Headers = ()) -> None:
    """Assert that GET shows a patch as it was answered, which it may do a moment later."""

    def ask() -> None:
        subject.read_back(headers)  # what is kept of this answer must not be given behind the patch
        answered = subject.patch(body)
        eventually(lambda: assert_agrees(subject, answered, subject.read_back(headers)))

    try:
        ask()
    except Moved:
        ask()  # what moved by itself, once, is at rest by now


@requirement("MERGE-OTHER-OBJECTS")
@awkward(body=(OF_ONE, OF_ANOTHER))
@given(body=patches())
def test_a_patch_leaves_other_objects_as_they_were(
    subject: Subject, neighbour: Subject, shared: Shared, body: Body
) -> None:
    one, other = subject, neighbour
    if body == OF_ONE and not shared.few:
        subject.leave_behind()  # two objects that were made one right after the other
    if None in body.values():
        assert_taken_by_both(subject, neighbour, OF_ONE)
        one, other = neighbour, subject
    before = other.read_back()
    if other is subject:
        assert_nothing_taken_from(subject, neighbour, before)
    patched = one.patch(body)
    after = other.read_back()
    for name in body:
        if before.document.get(name) != after.document.get(name) and not other.was_answered(name, after[name]):
            with shown_by(before, patched, after):
                raise difference(name, before[name], after[name])


def assert_taken_by_both(subject: Subject, neighbour: Subject, body: Mapping[str, Any]) -> None:
    """Assert that a patch takes effect that was sent for another object before, if another one of it does."""
    answer = neighbour.attempt(body)
    if not answer.accepted or shows_all_of(answer, body):
        return
    own = neighbour.patch(neighbour.fresh_field())
    name, text = neighbour.fresh_name(), neighbour.fresh_text()
    both = {"skip_duplicates": True, name: text, "key_prefix": text}
    first, again = subject.patch(both), neighbour.patch(both)
    if shows_what_it_sent(own) and same_json(first[name], text) and not same_json(again[name], text):
        with shown_by(first, again):
            raise difference(name, text, again[name])


def assert_nothing_taken_from(subject: Subject, neighbour: Subject, look: Answer) -> None:
    """Assert that an object keeps what it was sent if another is sent the same, unless `look` shows that it does."""
    answered = {name: value for name, value in OF_ONE.items() if subject.was_answered(name, value)}
    if shows_all_of(look, answered):
        return
    both = {name: value if value is True else subject.fresh_text() for name, value in OF_ONE.items()}
    held = subject.patch(both)
    read = until(time.monotonic() + LONGEST, subject.read_back, lambda read: shows_all_of(read, both))
    if not shows_all_of(read, both):
        return  # MERGE-READ-BACK judges that
    taken = neighbour.patch(both)
    after = subject.read_back()
    for name in missing_from(after, both)[:1]:
        with shown_by(held, taken, after):
            raise difference(name, both[name], after[name])


def shows_all_of(answer: Answer, body: Mapping[str, Any]) -> bool:
    """Tell whether an answer shows the fields of a patch."""
    return not missing_from(answer, body)


def missing_from(answer: Answer, body: Mapping[str, Any]) -> list[str]:
    """Return the fields of a patch that an answer does not show; slashes around a key_prefix may come and go."""
    fields = {name: value for name, value in body.items() if name != "skip_duplicates"}
    return [name for name, value in fields.items() if not shows_refused(answer.document, name, value)]


@requirement("MERGE-OTHER-OBJECTS")
def test_no_member_of_a_patch_appears_in_another_object(subject: Subject, neighbour: Subject) -> None:
    subject.expect_custom_fields()
    names = [f"from{subject.fresh_name()}" for _ in range(4)]
    inside: list[dict[str, object]] = [{"__proto__": {names[0]: 1}}, {"constructor": {"prototype": {names[1]: 1}}}]
    inside += [{"note": {"__proto__": {names[2]: 1}}}, {"text": {"constructor": {"prototype": {names[3]: 1}}}}]
    together = subject.attempt({name: value for body in inside for name, value in body.items()})
    if not together.accepted:
        accepted = [body for body in inside if subject.attempt(body).accepted]
        if not accepted:
            together.expect_accepted()
    nothing = neighbour.attempt({})  # which a function that keeps its argument takes for what it was given before
    for look in (nothing if nothing.accepted else neighbour.touch(), neighbour.read()):
        seen = set(names_in(look.document)) if look.accepted else ()
        appeared = [name for name in names if name in seen]
        if appeared:
            with shown_by(together, look):
                raise Violation(f"no {appeared[0]}, which another object was sent", f"{appeared[0]} in this one")


@requirement("MERGE-OTHER-OBJECTS")
def test_no_object_of_the_bucket_shows_what_others_were_sent(
    subject: Subject, shared: Shared, workspace: Workspace
) -> None:
    subject.expect_custom_fields()
    over_connections(subject, shared, workspace)  # through the name of the bucket too
    for one in () if shared.few else objects_in(subject.client, subject.bucket):
        identifier = str(one.get("object_id"))
        if names := subject.senders.strange(identifier, one):
            read = subject.read(path=path_of("buckets", subject.bucket, "objects", identifier))
            if read.accepted and read[names[0]] is not ABSENT:
                expected = f"no {names[0]} in {identifier}, which was sent to other objects alone"
                raise Violation(expected, f"{names[0]} = {shown(read[names[0]])}", exchanges=(read.exchange,))


@requirement("MERGE-OTHER-OBJECTS")
def test_no_patch_makes_up_for_one_of_another_object_that_was_refused(
    subject: Subject, neighbour: Subject, shared: Shared, workspace: Workspace
) -> None:
    neighbour.expect_patchable()
    updated = neighbour.updated
    ways = refused_ways(None if shared.few else workspace.names.get(neighbour.bucket))
    refused: dict[str, str] = {}
    for way in FEW_WAYS if shared.few else ways:
        answer = way.send(neighbour, body := neighbour.fresh_field())
        refused |= body if answer.refused else {}
        if answer.accepted and way.requirement == "AUTH-NO-EFFECT":
            with shown_by(answer):
                raise Violation("401 or 403 for a patch without a key", answer.summary, requirement="AUTH-MISSING")
    at_once = neighbour.read_back()
    assert_time_left_alone(neighbour, at_once, updated, ways)
    shown_at_once = at_once.document  # other checks judge that
    refused = {name: text for name, text in refused.items() if not shows_refused(shown_at_once, name, text)}
    subject.patch(subject.note())
    assert_no_effect(neighbour, refused)


@requirement("MERGE-CONCURRENT")
@each(names=ENVELOPES)
def test_of_concurrent_patches_of_different_fields_none_is_lost(subject: Subject, names: Sequence[str]) -> None:
    bodies = enveloped(subject, names)
    answers = subject.patch_at_once(bodies)
    written = [(body, answer) for body, answer in zip(bodies, answers, strict=True) if answer.accepted]
    if len(written) < 2:
        left_to = ("ERROR-NO-5XX",) if all(one.accepted or one.status >= 500 for one in answers) else ()
        raise Inconclusive(f"fewer than two of {len(bodies)} concurrent patches were accepted", left_to=left_to)
    state = subject.touch()
    for body, answer in written:
        try:
            with shown_by(answer, state):  # the patch that was lost, and the object without it
                if not shows_all_of(state, body):
                    assert_stored(state, body)
        except Violation:
            assert_not_unwrapped(subject, body)
            expect_kept_in_turn(subject, body)
            raise


def enveloped(subject: Subject, names: Sequence[str]) -> list[Mapping[str, object]]:
    """Return bodies of one field each: with an object in it, under a name in which some wrap a whole body.

    A name under which the target shows a member of its own gives way to a plain one.
    """
    usable = [
        name if subject.made and name not in subject.original else None for name in names if name not in DECLARED
    ]
    bodies = [{name or subject.fresh_name(): {subject.fresh_name(): place}} for place, name in enumerate(usable, 2)]
    return [*bodies, *({name: subject.fresh_text()} for name in names if name in DECLARED)]


def assert_not_unwrapped(subject: Subject, body: Mapping[str, object]) -> None:
    """Assert that a body of one field is taken alone if one under a plain name is."""
    [(name, value)] = body.items()
    if subject.made:
        subject.leave_behind()
    plain = {subject.fresh_name(): value}
    if not shows_what_it_sent(subject.patch(plain)):
        raise Inconclusive("an object in a field is not taken without concurrency either")
    alone = subject.patch(body)
    if not shows_what_it_sent(alone):
        with shown_by(alone):
            raise difference(name, value, alone[name], requirement="MERGE-NAME-COMMON")


def expect_kept_in_turn(subject: Subject, body: Mapping[str, object]) -> None:
    """See that two patches of different fields, one after the other, keep both. Raise Inconclusive if they do not.

    The loss of a field that no other patch competes for is MERGE-ONLY-SENT's to judge, and that a key_prefix is not
    taken over another one MERGE-KEY-PREFIX's.
    """
    for name in body.keys() & {"key_prefix"}:
        subject.patch({name: subject.fresh_text()})
        again = {name: subject.fresh_text()}
        if not shows_all_of(subject.patch(again), again):
            reason = "key_prefix is not taken over another one: nothing can be said of concurrent patches"
            raise Inconclusive(reason, left_to=("MERGE-KEY-PREFIX",))
    first, second = subject.fresh_name(), subject.fresh_name()
    subject.patch({first: 1})
    subject.patch({second: 2})
    state = subject.touch()
    if not (same_json(state[first], 1) and same_json(state[second], 2)):
        reason = "patches one after the other lose fields too: nothing can be said of concurrent ones"
        raise Inconclusive(reason, left_to=("MERGE-ONLY-SENT",))


def is_empty(prefix: object) -> bool:
    """Tell whether an answer shows no key_prefix; slashes around it may come and go."""
    return prefix is None or prefix is ABSENT or (isinstance(prefix, str) and not prefix.strip("/"))
