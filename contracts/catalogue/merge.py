"""MERGE: what a patch does to the object."""

from contracts.catalogue import sources
from contracts.catalogue.requirement import Area, Capability, Level, Requirement

_EXTRA = f"{sources.BODY}: user-defined fields at the root"
_CUSTOM_FIELDS = frozenset((Capability.CUSTOM_FIELDS,))
_ONLY_SENT = f"{sources.DESCRIPTION}: only the fields that are sent change"
_REFUSAL = "A patch that is refused: it says nothing about storing. Whether it may be refused is RESPONSE-ACCEPTED."


def _stored(
    name: str, sentence: str, tolerates: str = "", *, since: str | None = None, until: str | None = None
) -> Requirement:
    """Return a requirement on a kind of extra field that must come back as it was sent."""
    return Requirement(
        id=f"MERGE-{name}",
        level=Level.MUST,
        area=Area.MERGE,
        sentence=sentence,
        source=_EXTRA,
        tolerates=f"{tolerates} {_REFUSAL}".strip(),
        needs=_CUSTOM_FIELDS,
        since=since,
        until=until,
    )


def _merged(
    name: str,
    sentence: str,
    source: str = _ONLY_SENT,
    tolerates: str = _REFUSAL,
    *needs: Capability,
    since: str | None = None,
    until: str | None = None,
) -> Requirement:
    """Return a requirement on what the whole object looks like after a patch."""
    return Requirement(
        id=f"MERGE-{name}",
        level=Level.MUST,
        area=Area.MERGE,
        sentence=sentence,
        source=source,
        tolerates=tolerates,
        needs=frozenset(needs),
        since=since,
        until=until,
    )


REQUIREMENTS = (
    _stored("TEXT", "Text comes back code point for code point, whatever its script or normal form."),
    _stored(
        "TEXT-LITERAL",
        "Text that looks like a date, a number, a constant or markup, or has space around it, comes back as it was.",
    ),
    _stored("TEXT-LONG", "Long text comes back whole."),
    _stored(
        "INTEGER",
        "Integers up to ±(2^53 − 1) come back with the same value.",
        "Another way to write the same number (1 and 1.0), RFC 8259 section 6.",
    ),
    _stored(
        "FLOAT",
        "Fractions come back with the full precision of a double.",
        "Another way to write the same number.",
    ),
    _stored(
        "FALSY",
        "true, false, zero, the empty string, the empty array and the empty object come back as they were.",
        "0 and 0.0 alike.",
    ),
    _stored("OBJECT", "Nested objects come back with the same members, at any depth in reason."),
    _stored("LIST", "Lists come back with the same items, in order, repeated ones included."),
    _stored(
        "NESTED-NULL",
        "A null inside an object or a list comes back as null.",
        "A null member of an object removed, and objects merged deeply, if a field that is null at the root is"
        " removed too (JSON Merge Patch, RFC 7396): every time, or never. Null as an item of a list always stays.",
    ),
    _stored("MANY-FIELDS", "Many fields in one patch all come back."),
    _stored(
        "NAME",
        "A field comes back under exactly its name: any script, case, punctuation and space.",
        "Names with NUL, lone surrogates or control characters are not sent.",
    ),
    _stored(
        "NAME-COMMON",
        "Names that services like to use themselves, such as type, id and name, are names like any other.",
        "Names of response fields, of later editions, and metadata are not sent.",
    ),
    _stored(
        "NAME-INSIDE",
        "A member of an object comes back under exactly its name, at any depth.",
        "Names with NUL, lone surrogates or control characters are not sent.",
    ),
    Requirement(
        id="MERGE-ENCODING",
        level=Level.MUST,
        area=Area.MERGE,
        sentence="The same JSON is taken for the same, however it is written: escapes, space, exponents, headers.",
        source="RFC 8259, sections 2, 4, 6, 7 and 11; RFC 9110, sections 8.3.1 and 12.5.1",
        tolerates=(
            "What is refused, or changed, in UTF-8 and compact too, unless it is refused there as what cannot be read"
            f" (400, 415, 422), and taken in escapes. {_REFUSAL}"
        ),
        needs=_CUSTOM_FIELDS,
    ),
    _merged(
        "REPLACED",
        "A field that is sent again takes the new value: the old one is gone, a list is not appended to.",
        _ONLY_SENT,
        f"Objects as values are not judged: replaced or merged, the contract leaves it open. {_REFUSAL}",
        Capability.CUSTOM_FIELDS,
    ),
    _merged(
        "ONLY-SENT",
        "Fields that were not sent keep their values.",
        tolerates=f"Changes of status, updated_at and document_count. {_REFUSAL}",
    ),
    _merged(
        "NULL",
        "A field that is sent as null does not keep its old value.",
        _ONLY_SENT,
        f"The field kept as null, and the field removed. {_REFUSAL}",
        Capability.CUSTOM_FIELDS,
    ),
    _merged(
        "KEY-PREFIX",
        "key_prefix takes the string that was sent; emptied, it does not keep its old value.",
        f"{sources.BODY}, key_prefix",
        f"A leading or trailing slash added or taken away; an empty string answered as null, left out, or"
        f" refused. {_REFUSAL}",
    ),
    _merged(
        "KEY-PREFIX-NULL",
        "A null for key_prefix does the same every time: it clears the prefix, or it leaves it alone.",
        f"{sources.BODY}, key_prefix: string or null",
        f"Either of the two; cleared to null, to an empty string or left out. {_REFUSAL}",
    ),
    _merged(
        "BLOBS",
        "A patch leaves the blobs as they are.",
        f"{_ONLY_SENT}; {sources.BODY}: blobs is no field of the request",
        "Addresses of a blob that are made anew (presigned_url), any order, no blobs in the answer, or not all of"
        " their members; what was null filled in; a key_prefix of a blob that follows the object's."
        f" {_REFUSAL}",
    ),
    _merged(
        "IDEMPOTENT",
        "The same patch sent twice leaves the state that it left the first time.",
        tolerates=f"Changes of status, updated_at and document_count. {_REFUSAL}",
    ),
    _merged(
        "READ-BACK",
        "What a patch is answered is what GET gives afterwards.",
        sources.RESPONSE,
        "Null and absent alike; what the answer to a patch leaves out; the status of an object that is being"
        " processed or moves once; a later updated_at; a document_count that cannot be read or moves once; a"
        f" read-back that lags up to two seconds. {_REFUSAL}",
        Capability.READ_BACK,
    ),
    _merged(
        "OTHER-OBJECTS",
        "A patch leaves other objects as they were.",
        f"{sources.PATH}: the one object that is addressed",
        f"Changes of status, updated_at and document_count. {_REFUSAL}",
        Capability.READ_BACK,
        Capability.SET_UP,
    ),
    _merged(
        "CONCURRENT",
        "Of patches of different fields at the same time, none is lost.",
        _ONLY_SENT,
        "Patches that are refused, such as with 409: they need not take effect. Fields that are lost without"
        " concurrency are left to MERGE-ONLY-SENT.",
        Capability.CUSTOM_FIELDS,
    ),
)
