"""RESPONSE: what an accepted patch is answered with."""

from contracts.catalogue import sources
from contracts.catalogue.requirement import Area, Level, Requirement

_NULL_OR_ABSENT = "Null, and leaving the field out."

REQUIREMENTS = (
    Requirement(
        id="RESPONSE-ACCEPTED",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="A well-formed patch of an existing object is answered with 200.",
        source=f"{sources.BODY}: any field at the root, key_prefix, skip_duplicates",
        tolerates=(
            "A refused patch that changes nothing; refusals of an empty key_prefix, of unusual names, of strings over"
            " 200 characters, of nesting deeper than 5 and of bodies with more than 8 extra fields. Answers of 5xx"
            " are left to ERROR-NO-5XX."
        ),
    ),
    Requirement(
        id="RESPONSE-JSON",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="The body of an answer 200 is exactly one JSON object in UTF-8.",
        source=f"{sources.RESPONSE}; {sources.JSON} sections 2, 6 and 8.1",
        tolerates="White space around the object, any order of members, a content coding such as gzip.",
    ),
    Requirement(
        id="RESPONSE-CONTENT-TYPE",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="An answer 200 declares the media type application/json.",
        source=f"{sources.RESPONSE}; {sources.HTTP} section 8.3",
        tolerates="Parameters such as charset=utf-8, and any case.",
    ),
    Requirement(
        id="RESPONSE-BUCKET-ID",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="bucket_id is there, and a string.",
        source=f"{sources.RESPONSE}, bucket_id (required)",
        tolerates="Any form of identifier.",
    ),
    Requirement(
        id="RESPONSE-OBJECT-ID",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="object_id, where it is given, is a string.",
        source=f"{sources.RESPONSE}, object_id",
        tolerates="Leaving it out; any form of identifier; from 2026-06 on null, of which its source says nothing.",
    ),
    Requirement(
        id="RESPONSE-ADDRESSED",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="bucket_id and object_id are those of the object that the request addressed.",
        source=f"{sources.RESPONSE}, bucket_id, object_id; {sources.PATH}",
        tolerates="A missing object_id, and null for it; a bucket addressed by its name and answered with its id.",
    ),
    Requirement(
        id="RESPONSE-KEY-PREFIX",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="key_prefix is a string or null.",
        source=f"{sources.RESPONSE}, key_prefix",
        tolerates=_NULL_OR_ABSENT,
    ),
    Requirement(
        id="RESPONSE-BLOBS",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence=(
            "blobs is an array of objects; in each, blob_id is a string, key_prefix a string or null,"
            " properties an object."
        ),
        source=f"{sources.RESPONSE}, blobs",
        tolerates=(
            "Leaving out blobs, or any of these members; further members; an empty array; from 2026-06 on null for"
            " any of them."
        ),
    ),
    Requirement(
        id="RESPONSE-BLOB-PROPERTY",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="Each blob has property, a string.",
        source=f"{sources.RESPONSE}, blobs, property (required)",
        tolerates="An object without blobs.",
    ),
    Requirement(
        id="RESPONSE-BLOB-TYPE",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="Each blob has type, one of the edition's field types.",
        source=f"{sources.RESPONSE}, blobs, type (required); members carried from the document of 2026-02-16",
        tolerates="An object without blobs.",
    ),
    Requirement(
        id="RESPONSE-BLOB-DETAILS",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence=(
            "details of a blob is an object; filename, mime_type and hash are strings or null, size_bytes is"
            " an integer or null."
        ),
        source=f"{sources.RESPONSE}, blobs, details",
        tolerates="Leaving out details, or any of its members; further members; from 2026-06 on null for details.",
    ),
    Requirement(
        id="RESPONSE-SOURCE-DETAILS",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence=(
            "source_details is an array of objects; each has type, one of the edition's source types, and"
            " source_id, a string."
        ),
        source=f"{sources.RESPONSE}, source_details; members carried from the document of 2026-02-16",
        tolerates="Leaving it out; an empty array; further members; from 2026-06 on null.",
    ),
    Requirement(
        id="RESPONSE-ERROR",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="error is a string or null.",
        source=f"{sources.RESPONSE}, error",
        tolerates=_NULL_OR_ABSENT,
    ),
    Requirement(
        id="RESPONSE-DOCUMENT-COUNT",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="document_count is an integer or null.",
        source=f"{sources.RESPONSE}, document_count",
        tolerates=f"{_NULL_OR_ABSENT} A whole number written with a fraction of zero, as JSON Schema does.",
        since="2026-04",
    ),
    Requirement(
        id="RESPONSE-PRESIGNED-URL",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence="presigned_url of a blob is a string or null.",
        source=f"{sources.SDK_2026_06}, BlobModel, presigned_url",
        tolerates=f"{_NULL_OR_ABSENT} An object without blobs. Any text: an address is not called.",
        since="2026-06",
    ),
    Requirement(
        id="RESPONSE-CONSISTENCY",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence=(
            "consistency is an object or null; in it retriever_visible is there, and a string, recommended_header a"
            " string, write_token_available a boolean, expected_visible_within_ms an integer, poll an object and"
            " next_actions an array of objects."
        ),
        source=f"{sources.SDK_2026_06}, WriteConsistency",
        tolerates=f"{_NULL_OR_ABSENT} Null for any of its members but retriever_visible; further members.",
        since="2026-06",
    ),
    Requirement(
        id="RESPONSE-EDGES",
        level=Level.MUST,
        area=Area.RESPONSE,
        sentence=(
            "edges is an array of objects or null; each has type and target_object_id, which are strings,"
            " target_collection_id is a string or null, direction is out, in or null, attributes an object or null."
        ),
        source=f"{sources.SDK_2026_10}, EdgeModel",
        tolerates=f"{_NULL_OR_ABSENT} An empty array; any type of an edge; further members.",
        since="2026-10",
    ),
    Requirement(
        id="RESPONSE-WHOLE-NUMBERS",
        level=Level.SHOULD,
        area=Area.RESPONSE,
        sentence=(
            "document_count, size_bytes of a blob and status of an error envelope are written without a fraction and"
            " without an exponent."
        ),
        source=f"{sources.SDK}, StrictInt; {sources.JSON} section 6: software reads other forms as doubles",
        tolerates=f"{_NULL_OR_ABSENT} What is no whole number, which other clauses judge; user-defined fields.",
    ),
    Requirement(
        id="RESPONSE-CHARSET",
        level=Level.SHOULD,
        area=Area.RESPONSE,
        sentence="The media type of a JSON answer names no charset but utf-8.",
        source=f"{sources.JSON} section 8.1: UTF-8; section 11: the media type has no charset",
        tolerates="No charset; any case, and quotes; us-ascii over ASCII alone; answers that are no JSON object.",
    ),
)
