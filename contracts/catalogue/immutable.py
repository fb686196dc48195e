"""IMMUTABLE: what the system keeps, and a body cannot set."""

from contracts.catalogue import sources
from contracts.catalogue.requirement import Area, Level, Requirement

_REFUSED_OR_IGNORED = "A refusal, and silently ignoring the name, which IMMUTABLE-REFUSED judges from 2026-10 on."


def _immutable(
    name: str, sentence: str, source: str, *, since: str | None = None, until: str | None = None
) -> Requirement:
    return Requirement(
        id=f"IMMUTABLE-{name}",
        level=Level.MUST,
        area=Area.IMMUTABLE,
        sentence=sentence,
        source=source,
        tolerates=_REFUSED_OR_IGNORED,
        since=since,
        until=until,
    )


REQUIREMENTS = (
    _immutable("IDENTITY", "object_id and bucket_id cannot be set through the body.", sources.DESCRIPTION),
    _immutable(
        "STATUS",
        "status cannot be set through the body.",
        f"{sources.DESCRIPTION}; {sources.RESPONSE}, status",
    ),
    _immutable("TIMESTAMPS", "created_at and updated_at cannot be set through the body.", sources.DESCRIPTION),
    _immutable(
        "BLOBS",
        "blobs cannot be set through the body.",
        f"{sources.BODY}: blobs is no field of the request",
    ),
    _immutable(
        "DERIVED",
        "document_count, source_details and error cannot be set through the body.",
        f"{sources.RESPONSE}: counted, traced and reported by the system",
    ),
    Requirement(
        id="IMMUTABLE-REFUSED",
        level=Level.MUST,
        area=Area.IMMUTABLE,
        sentence="A patch that names status, object_id or blobs is refused with 422.",
        source=f"{sources.SDK_2026_10}, description of the operation",
        tolerates=(
            "Ignoring or refusing any other name: these three are published as examples. Null for one of them."
            " Answers of 5xx are left to ERROR-NO-5XX, and what such a patch sets to the other clauses."
        ),
        since="2026-10",
    ),
)
