"""The observations: what the contract leaves open, and a run records of a target without judging it."""

from dataclasses import dataclass

from contracts.catalogue import sources
from contracts.vocabulary.period import Period

_NO_CODE = "refused, without a code"
_NOT_SAID = "nothing is said"


@dataclass(frozen=True)
class Observation(Period):
    """One freedom of the contract. `open` says what the sources say, or fail to say, about `question`.

    `by_reader` says that a program has to read the responses for it to be found out.

    `since` and `until` say which editions leave it open: by default all.
    """

    id: str
    question: str
    open: str
    by_reader: bool = False


_EVERY = (
    Observation(
        "missing-key-code",
        "What is a patch without credentials answered with?",
        "401 in the document of 2026-02-16, 403 in an older guide",
    ),
    Observation(
        "unknown-key-code",
        "What is a patch with a key that was never issued answered with?",
        "401 in the document of 2026-02-16, 403 in an older guide",
    ),
    Observation(
        "missing-namespace-code",
        "What is a patch without X-Namespace answered with?",
        f"{sources.HEADERS}, X-Namespace: {_NO_CODE}",
    ),
    Observation(
        "unknown-namespace-code",
        "What is a patch in a namespace that does not exist answered with?",
        f"{sources.HEADERS}, X-Namespace: {_NO_CODE}",
    ),
    Observation(
        "other-namespace-code",
        "What is a patch of an object of another namespace answered with?",
        f"{sources.RESPONSES}: 403 or 404",
    ),
    Observation(
        "validation-form",
        "In which form is a wrong type refused?",
        "HTTPValidationError in the document of 2026-02-16, the error envelope from 2026-10 on",
        until="2026-10",
    ),
    Observation(
        "malformed-body-code",
        "What is a body that is no JSON answered with?",
        f"{sources.RESPONSES}: 400 or 422",
    ),
    Observation(
        "null-body",
        "What is null in place of the whole body answered with?",
        f"{sources.BODY} is required, and null is JSON",
    ),
    Observation(
        "byte-order-mark",
        "What becomes of a body behind a byte order mark?",
        f"{sources.JSON} section 8.1: may be ignored or be an error",
    ),
    Observation(
        "not-a-number",
        "What becomes of NaN, which JSON does not have?",
        f"{sources.JSON} sections 6 and 9: a parser may take extensions",
    ),
    Observation(
        "duplicate-names",
        "Which of two members of the same name counts?",
        f"{sources.JSON} section 4: not predictable",
    ),
    Observation(
        "wrong-content-type",
        "What is a JSON body declared as text/plain answered with?",
        f"{sources.BODY}: application/json; no code for anything else",
    ),
    Observation(
        "merge-patch-content-type",
        "What is a body declared as application/merge-patch+json answered with?",
        f"{sources.BODY}: application/json; RFC 7396 gives patches of this kind a type of their own",
    ),
    Observation(
        "empty-patch",
        "What is a patch that sets nothing answered with?",
        f"{sources.BODY}: no field is required",
    ),
    Observation(
        "system-names",
        "Are system names in the body refused or ignored?",
        "Both until 2026-10, which refuses status, object_id and blobs with 422, as examples",
    ),
    Observation(
        "later-system-names",
        "What becomes of names that only later editions keep to themselves?",
        f"{sources.BODY}: any field at the root",
    ),
    Observation(
        "custom-fields",
        "Are custom fields taken, ignored with a warning, or refused?",
        "Taken, by the text of the operation; that of the SDK 1.3.783 has them ignored with a warning, later refused",
    ),
    Observation(
        "null-extra-field",
        "What does null make of a user-defined field?",
        f"{sources.BODY}: kept as null and removed are both read from it",
    ),
    Observation(
        "null-key-prefix",
        "What does null make of key_prefix?",
        f"{sources.BODY}, key_prefix: string or null",
    ),
    Observation(
        "metadata-object",
        "What becomes of an object named metadata?",
        f"{sources.BODY}: no nested metadata; a field like any other, or spread over the root",
    ),
    Observation(
        "object-sent-again",
        "Is an object that is sent again replaced, or merged into the old one?",
        f"{sources.BODY}: {_NOT_SAID}",
    ),
    Observation(
        "skip-duplicates-coercion",
        "Which scalars does skip_duplicates take?",
        f"{sources.BODY}, skip_duplicates: boolean or null; frameworks coerce",
    ),
    Observation(
        "key-prefix-coercion",
        "What becomes of a number sent as key_prefix?",
        f"{sources.BODY}, key_prefix: string or null; frameworks coerce",
    ),
    Observation(
        "integers-beyond-2-53",
        "What becomes of an integer beyond 2^53?",
        f"{sources.JSON} section 6: not interoperable",
    ),
    Observation(
        "integers-beyond-64-bits",
        "What becomes of an integer beyond 64 bits?",
        f"{sources.JSON} section 6: not interoperable",
    ),
    Observation(
        "nul",
        "What becomes of text with U+0000?",
        f"{sources.JSON} section 7 has it, many databases do not",
    ),
    Observation(
        "lone-surrogates",
        "What becomes of text with a lone surrogate?",
        f"{sources.JSON} section 8.2: not predictable",
    ),
    Observation(
        "text-of-attacks",
        "What is text answered with that looks like an attack: markup, SQL, a path?",
        f"{sources.BODY}: any field at the root; gateways refuse some text",
    ),
    Observation("empty-name", "What becomes of a field whose name is empty?", f"{sources.BODY}: {_NOT_SAID}"),
    Observation("name-length", "How long may a name be?", f"{sources.BODY}: {_NOT_SAID}"),
    Observation("text-length", "How long may a text be?", f"{sources.BODY}: {_NOT_SAID}"),
    Observation("depth", "How deep may a value be nested?", f"{sources.BODY}: {_NOT_SAID}"),
    Observation("field-count", "How many fields may a patch have?", f"{sources.BODY}: {_NOT_SAID}"),
    Observation("body-size", "How large may a body be?", f"{sources.BODY}: {_NOT_SAID}"),
    Observation(
        "timestamp-offset",
        "With which UTC offset are timestamps written?",
        f"{sources.DATE_TIME}: any",
    ),
    Observation(
        "timestamp-precision",
        "How many digits do fractions of a second have?",
        f"{sources.DATE_TIME}: any number, or none",
    ),
    Observation(
        "updated-at-after-no-change",
        "Does a patch that changes nothing move updated_at?",
        f"{sources.RESPONSE}, updated_at: {_NOT_SAID}",
    ),
    Observation(
        "bucket-by-name",
        "Does a bucket's name address it as its id does?",
        f"{sources.PATH}, bucket_identifier: the guides have both",
    ),
    Observation("fresh-status", "Which status does a fresh object have?", "DRAFT until 2026-06, PENDING later"),
    Observation(
        "document-count",
        "Does the answer to a patch count the documents?",
        f"{sources.RESPONSE}, document_count: integer or null",
        since="2026-04",
    ),
    Observation(
        "unset-fields",
        "Are fields without a value answered as null, or left out?",
        f"{sources.RESPONSE}: nullable and optional",
    ),
    Observation(
        "further-fields",
        "Which fields does an answer have that the edition does not know?",
        f"{sources.RESPONSE}: further fields are allowed",
    ),
    Observation(
        "rate-limit-headers",
        "Which headers tell of limits, and identify the request?",
        "guides: X-RateLimit-* and x-request-id may be there",
    ),
    Observation(
        "second-opinion",
        "With what does schemathesis find fault that no requirement speaks of?",
        "schemathesis reads the document of the edition more strictly, or otherwise, than the requirements do",
    ),
    Observation(
        "client-drops",
        "Which members of an answer does the vendor's client drop?",
        "further members are allowed, and a model keeps those of an object's root alone",
        by_reader=True,
    ),
)

OBSERVATIONS: dict[str, Observation] = {one.id: one for one in _EVERY}
"""Every observation of every edition by its id, in the order of the reports."""


def in_edition(edition: str, *, read: bool = True) -> dict[str, Observation]:
    """Return the observations of what `edition` leaves open, without those by a reader if none does `read`."""
    asked = (observation for observation in OBSERVATIONS.values() if read or not observation.by_reader)
    return {one.id: one for one in asked if one.holds_in(edition)}
