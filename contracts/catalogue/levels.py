"""Levels: which requirements a release of the suite had, so that no gate turns red since the suite was upgraded.

A level is the version of a release that brought requirements. Those that no level lists are of the newest one, which
is not released yet, or was just now: a new requirement needs no entry. A release that follows one with new
requirements lists those of the one before: see `CONTRIBUTING.md`.
"""

from collections.abc import Mapping

NEWEST = "0.2"
"""The level of all requirements that stand in none of `LISTED`."""

LISTED: Mapping[str, frozenset[str]] = {
    "0.1": frozenset(
        """
        RESPONSE-ACCEPTED RESPONSE-JSON RESPONSE-CONTENT-TYPE RESPONSE-BUCKET-ID RESPONSE-OBJECT-ID RESPONSE-ADDRESSED
        RESPONSE-KEY-PREFIX RESPONSE-BLOBS RESPONSE-BLOB-PROPERTY RESPONSE-BLOB-TYPE RESPONSE-BLOB-DETAILS
        RESPONSE-SOURCE-DETAILS RESPONSE-ERROR RESPONSE-DOCUMENT-COUNT STATUS-MEMBER STATUS-UNCHANGED TIME-FORMAT
        TIME-CREATED-FIXED TIME-ORDER TIME-NOT-BACKWARDS TIME-MOVES MERGE-TEXT MERGE-TEXT-LITERAL MERGE-TEXT-LONG
        MERGE-INTEGER MERGE-FLOAT MERGE-FALSY MERGE-OBJECT MERGE-LIST MERGE-NESTED-NULL MERGE-MANY-FIELDS MERGE-NAME
        MERGE-NAME-COMMON MERGE-REPLACED MERGE-ONLY-SENT MERGE-NULL MERGE-KEY-PREFIX MERGE-KEY-PREFIX-NULL MERGE-BLOBS
        MERGE-IDEMPOTENT MERGE-READ-BACK MERGE-OTHER-OBJECTS MERGE-CONCURRENT IMMUTABLE-IDENTITY IMMUTABLE-STATUS
        IMMUTABLE-TIMESTAMPS IMMUTABLE-BLOBS IMMUTABLE-DERIVED AUTH-MISSING AUTH-UNKNOWN-KEY AUTH-SCHEME
        AUTH-WHOLE-KEY AUTH-NO-EFFECT AUTH-NO-REDIRECT AUTH-KEY-SECRET NAMESPACE-MISSING NAMESPACE-UNKNOWN
        NAMESPACE-ISOLATED NAMESPACE-FOREIGN NAMESPACE-NAME-OR-ID ERROR-FORM ERROR-ENVELOPE ERROR-STATUS
        ERROR-UNKNOWN-BUCKET ERROR-UNKNOWN-OBJECT ERROR-OTHER-BUCKET ERROR-MALFORMED ERROR-WRONG-TYPE ERROR-ATOMIC
        ERROR-NO-5XX ERROR-NO-INTERNALS
        """.split()  # noqa: SIM905 - a list is read more easily as words
    ),
}
"""The requirements that each released level brought."""

LEVELS = (*LISTED, NEWEST)
"""The levels, oldest first."""


def level_of(requirement: str) -> str:
    """Return the level that brought `requirement`."""
    return next((level for level, ids in LISTED.items() if requirement in ids), NEWEST)


def is_within(requirement: str, level: str) -> bool:
    """Return whether a release of `level` had `requirement`; of a level that is not known, each has all."""
    return level not in LEVELS or LEVELS.index(level_of(requirement)) <= LEVELS.index(level)
