"""Remedies: what usually breaks a requirement, in which framework or store, and how it is mended.

They are advice to whoever reads a violation, and nothing is judged by them. A requirement without a remedy of its own
has those of its area.
"""

from dataclasses import dataclass

from contracts.catalogue.requirement import Area, Requirement


@dataclass(frozen=True)
class Remedy:
    """One usual cause and its fix, a sentence or two each; `where` is the framework, the store or the habit.

    `explains` are the ids of requirements that it breaks, and areas, whose requirements have it if they have none.
    """

    where: str
    cause: str
    fix: str
    explains: frozenset[str]


def remedies(requirement: Requirement) -> tuple[Remedy, ...]:
    """Return the remedies of `requirement`, or else those of its area, in the order of this table."""
    own = tuple(one for one in REMEDIES if requirement.id in one.explains)
    return own or tuple(one for one in REMEDIES if requirement.area in one.explains)


def _remedy(where: str, cause: str, fix: str, *explains: str) -> Remedy:
    return Remedy(where, cause, fix, frozenset(explains))


_IMMUTABLE = (
    "IMMUTABLE-IDENTITY",
    "IMMUTABLE-STATUS",
    "IMMUTABLE-TIMESTAMPS",
    "IMMUTABLE-BLOBS",
    "IMMUTABLE-DERIVED",
)
_UNKNOWN = ("ERROR-UNKNOWN-BUCKET", "ERROR-UNKNOWN-OBJECT")
_STORED = ("MERGE-TEXT", "MERGE-OBJECT", "MERGE-LIST", "MERGE-MANY-FIELDS", "MERGE-NAME", "MERGE-NAME-COMMON")
_MEMBERS = (
    "RESPONSE-BUCKET-ID",
    "RESPONSE-OBJECT-ID",
    "RESPONSE-KEY-PREFIX",
    "RESPONSE-BLOBS",
    "RESPONSE-BLOB-PROPERTY",
    "RESPONSE-SOURCE-DETAILS",
    "RESPONSE-ERROR",
)


_OF_ANSWERS = (
    _remedy(
        "FastAPI",
        "A handler returns `json.dumps(...)`, which is encoded once more: the body is a string of JSON.",
        "Return the value itself, or a `Response` with `media_type='application/json'`.",
        "RESPONSE-JSON",
    ),
    _remedy(
        "Go, net/http",
        "Without a Content-Type header the type is guessed from the body, and JSON is guessed to be text/plain.",
        'Set `w.Header().Set("Content-Type", "application/json")` before the first write.',
        "RESPONSE-CONTENT-TYPE",
        "ERROR-CONTENT-TYPE",
    ),
    _remedy(
        "a row that is answered as it is stored",
        "Ids are numbers in the database, or members have the names and types of columns.",
        "Answer from one schema of the response, and hold a test of every operation against that schema.",
        *_MEMBERS,
        Area.RESPONSE,
    ),
    _remedy(
        "node-postgres",
        "bigint, and so COUNT(*), comes out of the driver as a string.",
        "Cast it in the query (`COUNT(*)::int`), or `types.setTypeParser(20, Number)`.",
        "RESPONSE-DOCUMENT-COUNT",
        "RESPONSE-BLOB-DETAILS",
    ),
    _remedy(
        "Protocol Buffers",
        "The JSON mapping of proto3 writes int64 as a string.",
        "Use int32 or double in the message, or map the member by hand.",
        "RESPONSE-DOCUMENT-COUNT",
        "RESPONSE-BLOB-DETAILS",
    ),
    _remedy(
        "enumerations",
        "The name of a member is written and not its value, or the case of the database reaches the answer.",
        "Write the published value: `.value` in Python, `@JsonValue` in Jackson, `JsonStringEnumMemberName` in .NET.",
        "STATUS-MEMBER",
        "RESPONSE-BLOB-TYPE",
        "RESPONSE-SOURCE-DETAILS",
        Area.STATUS,
    ),
    _remedy(
        "answers made from the request",
        "The ids in the answer are those of the path, of a default or of another row, not those of the row patched.",
        "Answer from the row that the update returns (`UPDATE … RETURNING`).",
        "RESPONSE-ADDRESSED",
    ),
    _remedy(
        "Fastify, Pydantic and other strict validators",
        'The schema of the body forbids further members (`additionalProperties: false`, `extra="forbid"`).',
        "Allow further members at the root: they are the user's own fields.",
        "RESPONSE-ACCEPTED",
    ),
    _remedy(
        "Elasticsearch",
        "The first value of a field decides its type, dates in strings included, and other types are refused.",
        "Map the user's fields as `flattened`, or store them in an object with `enabled: false`.",
        "RESPONSE-ACCEPTED",
        "MERGE-REPLACED",
    ),
    _remedy(
        "signals, triggers and queues",
        "Every save puts the object in line for processing again, whatever was changed.",
        "Start processing when blobs change (`update_fields` in a signal of Django, `WHEN` in a trigger).",
        "STATUS-UNCHANGED",
    ),
)

_OF_TIMES = (
    _remedy(
        "Python",
        "`datetime.utcnow()` and `datetime.now()` are naive: isoformat() has no offset.",
        "Use `datetime.now(UTC)`, and a column that keeps the zone: `DateTime(timezone=True)`, `timestamptz`.",
        "TIME-FORMAT",
        Area.TIMESTAMP,
    ),
    _remedy(
        "PyMongo",
        "Dates come back naive, even if they were stored with a zone.",
        "Make the client with `tz_aware=True`.",
        "TIME-FORMAT",
    ),
    _remedy(
        "Java and .NET",
        "LocalDateTime, and DateTime of an unspecified kind, are written without an offset.",
        "Use `OffsetDateTime` or `Instant`, and `DateTimeOffset`.",
        "TIME-FORMAT",
    ),
    _remedy(
        "Django",
        "auto_now is left alone by `QuerySet.update()`, and by `save(update_fields=[...])` without updated_at.",
        "Name updated_at in both.",
        "TIME-MOVES",
    ),
    _remedy(
        "whole rows that are replaced",
        "The row is written anew, so that the default of created_at is taken again.",
        "Update the columns that were sent; in MongoDB set created_at with `$setOnInsert`.",
        "TIME-CREATED-FIXED",
    ),
    _remedy(
        "two clocks",
        "The database sets created_at and the application updated_at, or two servers disagree.",
        "Take both from one clock, that of the database.",
        "TIME-ORDER",
        "TIME-NOT-BACKWARDS",
    ),
    _remedy(
        "PostgreSQL",
        "`now()` is when the transaction began: one that began early and ends late turns updated_at back.",
        "Set it with `clock_timestamp()`, after the row is locked.",
        "TIME-NOT-BACKWARDS",
    ),
    _remedy(
        "SQLAlchemy, and triggers that set updated_at",
        "The answer is made from the object in memory, before the database has set the time.",
        "Refresh the object, or take the row from `RETURNING`.",
        "TIME-READ-BACK",
    ),
)

_OF_FIELDS_THAT_STAY = (
    _remedy(
        "FastAPI, Pydantic",
        "`model_dump()` gives None for every field that was not sent, and None is stored.",
        "`model_dump(exclude_unset=True)`, and `model_fields_set` to tell null from absent.",
        "MERGE-ONLY-SENT",
        "MERGE-KEY-PREFIX",
    ),
    _remedy(
        "Django REST framework",
        "A serializer without `partial=True` takes the defaults of the fields that were not sent.",
        "`Serializer(instance, data=request.data, partial=True)`, in `partial_update` too.",
        "MERGE-ONLY-SENT",
    ),
    _remedy(
        "MongoDB",
        "`replaceOne`, or `$set` of the whole object of fields, puts the body in place of what was there.",
        "`$set` each field that was sent, by its own name.",
        "MERGE-ONLY-SENT",
    ),
    _remedy(
        "PostgreSQL",
        "`jsonb_set` with SQL NULL as the new value is NULL as a whole, and wipes the column.",
        "Pass `'null'::jsonb`, or remove the field with `data - 'name'`.",
        "MERGE-ONLY-SENT",
        "MERGE-NULL",
    ),
    _remedy(
        "Pydantic, Jackson",
        "`exclude_none=True`, and checks for null in a bean, cannot tell null from absent: null changes nothing.",
        "`exclude_unset=True`; in Java a `JsonNode`, a Map or `JsonNullable`.",
        "MERGE-NULL",
        "MERGE-KEY-PREFIX",
    ),
    _remedy(
        "truthiness",
        "`if value:` in Python and `value || old` in JavaScript take false, 0, '' and null for absent.",
        "Ask whether the name is in the body: `'x' in body`, `Object.hasOwn(body, 'x')`.",
        "MERGE-FALSY",
        "MERGE-NULL",
        "MERGE-KEY-PREFIX",
        "MERGE-KEY-PREFIX-NULL",
    ),
    _remedy(
        "ORMs",
        "Read, change, save: the last one to save writes back all that it has read.",
        "Change in one statement (`data = data || :patch`), or lock: `SELECT … FOR UPDATE`, a version and a retry;"
        " in Django `select_for_update()`.",
        "MERGE-CONCURRENT",
    ),
    _remedy(
        "SQLAlchemy, Mongoose",
        "A change inside a JSON column or a Mixed field is not noticed, so that it is answered and never stored.",
        "`MutableDict.as_mutable(JSONB)` or `flag_modified`; in Mongoose `markModified`.",
        "MERGE-READ-BACK",
    ),
    _remedy(
        "caches and replicas",
        "GET reads a cache that the patch does not clear, or a replica that lags for more than two seconds.",
        "Clear the entry within the patch, and read from the primary right after a write.",
        "MERGE-READ-BACK",
    ),
    _remedy(
        "blobs in a table of their own",
        "Nested rows are deleted and made anew with every save, or a member of the body is taken for them.",
        "Leave the relation out of the update.",
        "MERGE-BLOBS",
    ),
    _remedy(
        "counters and appended values",
        "An update that adds (`count + 1`, `$push`, `||` on a list) adds again if it is sent again.",
        "Set values, and let nothing that a client sees count the requests.",
        "MERGE-IDEMPOTENT",
    ),
    _remedy(
        "values that objects share",
        "A mutable default in Python, a prototype in JavaScript, or an UPDATE whose WHERE is too wide.",
        "Make defaults by object (`default_factory`, `Object.create(null)`), and end every WHERE with the key.",
        "MERGE-OTHER-OBJECTS",
    ),
)

_OF_VALUES = (
    _remedy(
        "FastAPI, Pydantic",
        'Models leave out what they do not declare: the body by `extra="ignore"`, the answer by `response_model`.',
        'ConfigDict(extra="allow") on the model of the body and on that of the answer.',
        *_STORED,
        Area.MERGE,
    ),
    _remedy(
        "Django REST framework",
        "`validated_data` has the declared fields alone.",
        "Take the rest from `request.data`, into a JSONField.",
        *_STORED,
        Area.MERGE,
    ),
    _remedy(
        "Mongoose, Fastify",
        "`strict: true` drops what the schema does not declare; fast-json-stringify drops it from the answer.",
        "A Mixed field, and `additionalProperties: true` in the schema of the answer.",
        *_STORED,
    ),
    _remedy(
        "MySQL",
        "Columns or connections in utf8 (utf8mb3) refuse or cut characters beyond U+FFFF, such as emoji.",
        "utf8mb4 for the table and for the connection.",
        "MERGE-TEXT",
        "ERROR-NO-5XX",
    ),
    _remedy(
        "normalisation",
        "Text is brought to one normal form (NFC) for search, and stored in that form.",
        "Keep the text as it was sent, and normalise a copy for the search.",
        "MERGE-TEXT",
        "MERGE-NAME",
        "MERGE-NAME-INSIDE",
    ),
    _remedy(
        "Django REST framework, Laravel",
        "`CharField` has `trim_whitespace=True`; TrimStrings and ConvertEmptyStringsToNull are on for every request.",
        "`trim_whitespace=False`; leave the route out of both middlewares.",
        "MERGE-TEXT-LITERAL",
        "MERGE-KEY-PREFIX",
    ),
    _remedy(
        "Newtonsoft.Json",
        "A string that looks like a date becomes a DateTime in a JObject, and is written in another form.",
        "`DateParseHandling = DateParseHandling.None`.",
        "MERGE-TEXT-LITERAL",
    ),
    _remedy(
        "sanitisers",
        "Markup is escaped or taken out when it is stored.",
        "Store what was sent, and escape where a page shows it.",
        "MERGE-TEXT-LITERAL",
    ),
    _remedy(
        "limits on the way",
        "Express takes bodies of 100 kB by default, nginx of 1 MB; VARCHAR(n) cuts silently if MySQL is not strict.",
        "`express.json({limit: '1mb'})`, `client_max_body_size`, TEXT or JSON columns; refuse what is too long.",
        "MERGE-TEXT-LONG",
    ),
    _remedy(
        "numbers in columns",
        "INTEGER has 32 bits, REAL and float32 have 24 bits of precision, and a format such as %f has six digits.",
        "bigint and double precision, or a JSON column; let the JSON library write the number.",
        "MERGE-INTEGER",
        "MERGE-FLOAT",
    ),
    _remedy(
        "Go, encoding/json; Jackson",
        "`omitempty` and `JsonInclude.NON_EMPTY` leave out false, 0, '' and whatever is empty.",
        "Drop them, or use pointers, and keep the user's fields as `json.RawMessage` or JsonNode.",
        "MERGE-FALSY",
    ),
    _remedy(
        "PHP; Mongoose; DynamoDB's document client",
        "`json_decode($body, true)` makes [] of {}; `minimize` drops {}; `convertEmptyValues` makes null of ''.",
        "Decode to objects; `minimize: false`; leave `convertEmptyValues` off.",
        "MERGE-FALSY",
        "MERGE-OBJECT",
    ),
    _remedy(
        "depth",
        "Elasticsearch takes 20 levels, MongoDB 100, and a recursive copy in Python about a thousand calls.",
        "Refuse what is deeper with 422, and test the limit.",
        "MERGE-OBJECT",
        "ERROR-NO-5XX",
    ),
    _remedy(
        "lists as sets or typed arrays",
        "`$addToSet`, DynamoDB sets and Python's set drop repeated items; `text[]` turns all items into text.",
        "Keep lists in JSON.",
        "MERGE-LIST",
    ),
    _remedy(
        "lodash, MySQL, PostgreSQL",
        "`_.merge` merges lists item by item; JSON_MERGE_PRESERVE and `||` on two lists append.",
        "Replace at the root: `{...old, ...patch}`, JSON_SET, `data || :patch` on the object of fields.",
        "MERGE-REPLACED",
    ),
    _remedy(
        "Rails",
        "Deep munge takes null out of lists: `[null]` arrives as `[]`.",
        "`config.action_dispatch.perform_deep_munge = false`.",
        "MERGE-NESTED-NULL",
    ),
    _remedy(
        "PostgreSQL, Jackson",
        "`jsonb_strip_nulls` and `JsonInclude.NON_NULL` take null members out, at some depths and not at others.",
        "Leave null where it was sent, at every depth.",
        "MERGE-NESTED-NULL",
    ),
    _remedy(
        "Elasticsearch, a column for each field",
        "An index takes 1,000 fields by default, and a table has a limit of its own.",
        "One `flattened` field, or one JSON column, for all of the user's fields.",
        "MERGE-MANY-FIELDS",
    ),
)

_OF_NAMES = (
    _remedy(
        "MongoDB",
        "`$set` takes a dot in a name for a path, `a.b` for a member of `a`, and refuses a `$` in front.",
        "An update with a pipeline and `$setField`, or fields as a list of names and values.",
        "MERGE-NAME",
        "MERGE-NAME-INSIDE",
    ),
    _remedy(
        "keys in another case",
        "djangorestframework-camel-case, humps and `DictionaryKeyPolicy` of .NET rename the user's keys too.",
        "Rename declared members alone (`JSON_UNDERSCOREIZE` with `ignore_fields`; no DictionaryKeyPolicy).",
        "MERGE-NAME",
        "MERGE-NAME-INSIDE",
    ),
    _remedy(
        "JavaScript, Express",
        "A field named `__proto__` or `constructor` sets a prototype when objects are copied member by member.",
        "`Object.create(null)` or a Map; `structuredClone` in place of a merge by hand.",
        "MERGE-NAME",
        "MERGE-NAME-INSIDE",
        "MERGE-OTHER-OBJECTS",
    ),
    _remedy(
        "Go, encoding/json",
        "Names of struct fields are matched in any case: `Key_Prefix` and `STATUS` set key_prefix and status.",
        "Decode into `map[string]json.RawMessage` and look up exact names, or use encoding/json/v2.",
        "MERGE-KEY-PREFIX",
        "MERGE-NAME",
        *_IMMUTABLE,
    ),
    _remedy(
        "Rails",
        "Parameters of the route (id, controller, action) win over fields of the body with these names.",
        "Read the body from `request.request_parameters`.",
        "MERGE-NAME-COMMON",
    ),
    _remedy(
        "DynamoDB, MongoDB",
        "name, type and status are reserved words of expressions; `_id` cannot be set.",
        "`ExpressionAttributeNames` for every name; the user's fields below one attribute of the document.",
        "MERGE-NAME-COMMON",
    ),
    _remedy(
        "middlewares that compare headers",
        "`content_type == 'application/json'` fails for a charset, another case or a space.",
        "Parse the media type, and leave the decoding of the body to the JSON library.",
        "MERGE-ENCODING",
    ),
    _remedy(
        "mass assignment",
        "`setattr` in a loop, `Object.assign(row, body)`, `**body` and `permit!` let the body set any column.",
        "Copy the declared members by name, and put all others into one column of their own.",
        *_IMMUTABLE,
        Area.IMMUTABLE,
    ),
    _remedy(
        "fields that are spread over the answer",
        "`{...row, ...row.custom}` lets a user's field named status hide the real one.",
        "Spread the user's fields first, or refuse system names.",
        *_IMMUTABLE,
    ),
)

_OF_ACCESS = (
    _remedy(
        "routes without the guard",
        "Authentication is added by route, and PATCH was forgotten, or a default user stands in.",
        "Refuse by default: a dependency of the application, `DEFAULT_PERMISSION_CLASSES`, a middleware.",
        "AUTH-MISSING",
        "AUTH-UNKNOWN-KEY",
        Area.AUTH,
    ),
    _remedy(
        "headers taken apart by hand, as in Express",
        "`header.replace('Bearer ', '')` takes the key alone; `split(' ')[1]` takes any scheme, and ignores what"
        " stands behind the key.",
        "Require exactly two parts, and compare the first with bearer in any case.",
        "AUTH-SCHEME",
        "AUTH-WHOLE-KEY",
    ),
    _remedy(
        "keys that are looked up",
        "A collation of MySQL compares without case and without the space behind; LIKE and startswith take a part.",
        "Store a hash of the key and look that up, or use a binary collation (utf8mb4_bin).",
        "AUTH-WHOLE-KEY",
    ),
    _remedy(
        "order",
        "The change is made, or put in a queue, before the key is looked at.",
        "Authenticate in front of the handler, and open the transaction behind it.",
        "AUTH-NO-EFFECT",
    ),
    _remedy(
        "Starlette, FastAPI",
        "The redirect to the path without its slash is absolute; behind a proxy that ends TLS it leads to http.",
        "`redirect_slashes=False`, or `--proxy-headers` with `--forwarded-allow-ips`.",
        "AUTH-NO-REDIRECT",
    ),
    _remedy(
        "error messages",
        "A validation error of FastAPI repeats its `input`, and debug pages show the headers of the request.",
        "Leave out `input` for headers, and turn debugging off.",
        "AUTH-KEY-SECRET",
    ),
    _remedy(
        "a default namespace",
        "`Header(default=None)` and `or 'default'` put a request without a namespace into a shared one.",
        "Require the header, and refuse an empty one.",
        "NAMESPACE-MISSING",
        Area.NAMESPACE,
    ),
    _remedy(
        "namespaces that are made when they are used",
        "`get_or_create`, or a schema or a collection of that name, makes what was not there.",
        "Look the namespace up, and refuse one that is not there.",
        "NAMESPACE-UNKNOWN",
    ),
    _remedy(
        "queries without the tenant",
        "The object is found by its id alone; row-level security of PostgreSQL does not bind the owner of a table.",
        "Put the namespace of the key into every WHERE; `FORCE ROW LEVEL SECURITY`.",
        "NAMESPACE-ISOLATED",
        "NAMESPACE-FOREIGN",
        Area.NAMESPACE,
    ),
    _remedy(
        "caches",
        "Answers are kept by URL alone, without the key and the namespace.",
        "`Vary: Authorization, X-Namespace`, and both in the key of a cache of your own.",
        "NAMESPACE-ISOLATED",
        "NAMESPACE-FOREIGN",
    ),
    _remedy(
        "names and ids",
        "The header is looked up as an id, and as a name in another place.",
        "Turn it into the id once, in front of every handler.",
        "NAMESPACE-NAME-OR-ID",
    ),
)

_OF_REFUSALS = (
    _remedy(
        "FastAPI, Django REST framework, Spring",
        'Errors have the form of the framework: `{"detail": …}`, or timestamp, status, error and path.',
        "One handler for all: `EXCEPTION_HANDLER`, `@ControllerAdvice`, one for Starlette's HTTPException too.",
        "ERROR-FORM",
        "ERROR-ENVELOPE",
        "ERROR-STATUS",
        Area.ERRORS,
    ),
    _remedy(
        "gateways and servers in front",
        "nginx, a gateway or the router itself refuses with a page in HTML, before the application is asked.",
        "`error_page` with a body in JSON, and a handler for 404 and 405 of the router.",
        "ERROR-FORM",
        "ERROR-CONTENT-TYPE",
    ),
    _remedy(
        "envelopes made by hand",
        "The code in the body is a constant, a string, or was changed in one of two places.",
        "Make the answer and its envelope in one function that takes the code once.",
        "ERROR-STATUS",
        "ERROR-ENVELOPE",
    ),
    _remedy(
        "updates that match nothing",
        "An UPDATE of no rows is no error, and `upsert` or `update_or_create` makes the row.",
        "Look at the number of rows (`matched_count`, `rowcount`), and answer 404 if it is none.",
        *_UNKNOWN,
        "ERROR-DELETED-OBJECT",
    ),
    _remedy(
        "objects found by id alone",
        "The bucket in the path is not part of the query.",
        "WHERE bucket_id = … AND object_id = …",
        "ERROR-OTHER-BUCKET",
    ),
    _remedy(
        "soft deletion",
        "The update has no condition on deleted_at, or a cache still has the object.",
        "Put the condition into the one place that finds objects, and clear the cache when one is deleted.",
        "ERROR-DELETED-OBJECT",
    ),
    _remedy(
        "Express, Django REST framework, FastAPI",
        "Without a body `req.body` (Express 4) and `request.data` are empty objects; `Body(None)` makes it optional.",
        "Look at the length of the raw body; make the parameter required.",
        "ERROR-NO-BODY",
    ),
    _remedy(
        "Go, Jackson",
        "`json.NewDecoder(r.Body).Decode` and Jackson stop after the first value: what stands behind is not read.",
        "`json.Unmarshal` of the whole body; `FAIL_ON_TRAILING_TOKENS`.",
        "ERROR-MALFORMED",
    ),
    _remedy(
        "Express",
        "`express.json` replaces bytes that are not UTF-8, and takes the rest.",
        "In its option `verify`, decode the buffer with `new TextDecoder('utf-8', {fatal: true})`.",
        "ERROR-MALFORMED",
    ),
    _remedy(
        "bodies that are any JSON",
        "A list or a string is taken as a body, since nothing asks for an object.",
        "Declare the type of the body, and refuse what is no object with 422.",
        "ERROR-MALFORMED",
    ),
    _remedy(
        "values without a type",
        "The store takes anything, or `str(value)` turns an object into text.",
        "Declare string or null, boolean or null, and refuse objects and lists.",
        "ERROR-WRONG-TYPE",
    ),
    _remedy(
        "Django, SQLAlchemy, Mongoose",
        "Some fields are stored before another one is refused: each statement commits by itself.",
        "Validate all of the body first; `transaction.atomic()`, one session for each request, one `updateOne`.",
        "ERROR-ATOMIC",
    ),
    _remedy(
        "PostgreSQL",
        "jsonb refuses \\u0000 and lone surrogates, a B-tree index rows over 2,704 bytes, and nobody catches it.",
        "Refuse such text with 422 before it is stored; index a hash, or with GIN.",
        "ERROR-NO-5XX",
    ),
    _remedy(
        "Python's json, as in FastAPI and Django",
        "A lone surrogate and 1e999 (infinity) are read, and fail when they are stored or written. Deep JSON raises"
        " RecursionError, an integer of over 4,300 digits ValueError.",
        "Refuse with 422 where the body is read: `text.encode()`, `math.isfinite`, and both errors caught.",
        "ERROR-NO-5XX",
    ),
    _remedy(
        "debugging in production",
        "`DEBUG = True`, `FastAPI(debug=True)`, NODE_ENV other than production, `include-stacktrace`, `str(error)`.",
        "Turn them off, and answer with a fixed sentence and an id that the log has too.",
        "ERROR-NO-INTERNALS",
    ),
)

_OF_CLIENTS = (
    _remedy(
        "answers that are not the published model",
        "A member has a type, or an enumeration a value, that the client generated from the document does not know.",
        "Serialize every answer from the published schema, and generate the client in CI from what is deployed.",
        "CLIENT-READS-OBJECT",
        Area.CLIENT,
    ),
    _remedy(
        "JavaScript, pandas, jsonb",
        "Whole numbers are written as 3.0 or 1e2 once they went through a float, and a strict client refuses them.",
        "Keep counts and sizes integers, and cast them before they are written.",
        "CLIENT-READS-OBJECT",
    ),
    _remedy(
        "gateways and servers in front",
        "A refusal is text or HTML, or an envelope without the members that the client's model requires.",
        "Let the gateway answer with the published envelope, and its status as an integer.",
        "CLIENT-READS-ERROR",
    ),
)

REMEDIES: tuple[Remedy, ...] = (
    *_OF_ANSWERS,
    *_OF_TIMES,
    *_OF_FIELDS_THAT_STAY,
    *_OF_VALUES,
    *_OF_NAMES,
    *_OF_ACCESS,
    *_OF_REFUSALS,
    *_OF_CLIENTS,
)
