"""What breaks the form of an answer, its members and its status."""

from contracts.catalogue.remedies.remedy import remedy
from contracts.catalogue.requirement import Area

_MEMBERS = (
    "RESPONSE-BUCKET-ID",
    "RESPONSE-OBJECT-ID",
    "RESPONSE-KEY-PREFIX",
    "RESPONSE-BLOBS",
    "RESPONSE-BLOB-PROPERTY",
    "RESPONSE-SOURCE-DETAILS",
    "RESPONSE-ERROR",
)

REMEDIES = (
    remedy(
        "FastAPI",
        "A handler returns `json.dumps(...)`, which is encoded once more: the body is a string of JSON.",
        "Return the value itself, or a `Response` with `media_type='application/json'`.",
        "RESPONSE-JSON",
    ),
    remedy(
        "Go, net/http",
        "Without a Content-Type header the type is guessed from the body, and JSON is guessed to be text/plain.",
        'Set `w.Header().Set("Content-Type", "application/json")` before the first write.',
        "RESPONSE-CONTENT-TYPE",
        "ERROR-CONTENT-TYPE",
    ),
    remedy(
        "a row that is answered as it is stored",
        "Ids are numbers in the database, or members have the names and types of columns.",
        "Answer from one schema of the response, and hold a test of every operation against that schema.",
        *_MEMBERS,
        Area.RESPONSE,
    ),
    remedy(
        "node-postgres",
        "bigint, and so COUNT(*), comes out of the driver as a string.",
        "Cast it in the query (`COUNT(*)::int`), or `types.setTypeParser(20, Number)`.",
        "RESPONSE-DOCUMENT-COUNT",
        "RESPONSE-BLOB-DETAILS",
    ),
    remedy(
        "Protocol Buffers",
        "The JSON mapping of proto3 writes int64 as a string.",
        "Use int32 or double in the message, or map the member by hand.",
        "RESPONSE-DOCUMENT-COUNT",
        "RESPONSE-BLOB-DETAILS",
    ),
    remedy(
        "enumerations",
        "The name of a member is written and not its value, or the case of the database reaches the answer.",
        "Write the published value: `.value` in Python, `@JsonValue` in Jackson, `JsonStringEnumMemberName` in .NET.",
        "STATUS-MEMBER",
        "RESPONSE-BLOB-TYPE",
        "RESPONSE-SOURCE-DETAILS",
        Area.STATUS,
    ),
    remedy(
        "answers made from the request",
        "The ids in the answer are those of the path, of a default or of another row, not those of the row patched.",
        "Answer from the row that the update returns (`UPDATE … RETURNING`).",
        "RESPONSE-ADDRESSED",
    ),
    remedy(
        "Fastify, Pydantic and other strict validators",
        'The schema of the body forbids further members (`additionalProperties: false`, `extra="forbid"`).',
        "Allow further members at the root: they are the user's own fields.",
        "RESPONSE-ACCEPTED",
    ),
    remedy(
        "Elasticsearch",
        "The first value of a field decides its type, dates in strings included, and other types are refused.",
        "Map the user's fields as `flattened`, or store them in an object with `enabled: false`.",
        "RESPONSE-ACCEPTED",
        "MERGE-REPLACED",
    ),
    remedy(
        "signals, triggers and queues",
        "Every save puts the object in line for processing again, whatever was changed.",
        "Start processing when blobs change (`update_fields` in a signal of Django, `WHEN` in a trigger).",
        "STATUS-UNCHANGED",
    ),
)
