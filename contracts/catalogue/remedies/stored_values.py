"""What breaks the values that are stored: null, numbers, texts, objects, lists."""

from contracts.catalogue.remedies.remedy import remedy
from contracts.catalogue.requirement import Area

_STORED = ("MERGE-TEXT", "MERGE-OBJECT", "MERGE-LIST", "MERGE-MANY-FIELDS", "MERGE-NAME", "MERGE-NAME-COMMON")

REMEDIES = (
    remedy(
        "FastAPI, Pydantic",
        'Models leave out what they do not declare: the body by `extra="ignore"`, the answer by `response_model`.',
        'ConfigDict(extra="allow") on the model of the body and on that of the answer.',
        *_STORED,
        Area.MERGE,
    ),
    remedy(
        "Django REST framework",
        "`validated_data` has the declared fields alone.",
        "Take the rest from `request.data`, into a JSONField.",
        *_STORED,
        Area.MERGE,
    ),
    remedy(
        "Mongoose, Fastify",
        "`strict: true` drops what the schema does not declare; fast-json-stringify drops it from the answer.",
        "A Mixed field, and `additionalProperties: true` in the schema of the answer.",
        *_STORED,
    ),
    remedy(
        "MySQL",
        "Columns or connections in utf8 (utf8mb3) refuse or cut characters beyond U+FFFF, such as emoji.",
        "utf8mb4 for the table and for the connection.",
        "MERGE-TEXT",
        "ERROR-NO-5XX",
    ),
    remedy(
        "normalisation",
        "Text is brought to one normal form (NFC) for search, and stored in that form.",
        "Keep the text as it was sent, and normalise a copy for the search.",
        "MERGE-TEXT",
        "MERGE-NAME",
        "MERGE-NAME-INSIDE",
    ),
    remedy(
        "Django REST framework, Laravel",
        "`CharField` has `trim_whitespace=True`; TrimStrings and ConvertEmptyStringsToNull are on for every request.",
        "`trim_whitespace=False`; leave the route out of both middlewares.",
        "MERGE-TEXT-LITERAL",
        "MERGE-KEY-PREFIX",
    ),
    remedy(
        "Newtonsoft.Json",
        "A string that looks like a date becomes a DateTime in a JObject, and is written in another form.",
        "`DateParseHandling = DateParseHandling.None`.",
        "MERGE-TEXT-LITERAL",
    ),
    remedy(
        "sanitisers",
        "Markup is escaped or taken out when it is stored.",
        "Store what was sent, and escape where a page shows it.",
        "MERGE-TEXT-LITERAL",
    ),
    remedy(
        "limits on the way",
        "Express takes bodies of 100 kB by default, nginx of 1 MB; VARCHAR(n) cuts silently if MySQL is not strict.",
        "`express.json({limit: '1mb'})`, `client_max_body_size`, TEXT or JSON columns; refuse what is too long.",
        "MERGE-TEXT-LONG",
    ),
    remedy(
        "numbers in columns",
        "INTEGER has 32 bits, REAL and float32 have 24 bits of precision, and a format such as %f has six digits.",
        "bigint and double precision, or a JSON column; let the JSON library write the number.",
        "MERGE-INTEGER",
        "MERGE-FLOAT",
    ),
    remedy(
        "Go, encoding/json; Jackson",
        "`omitempty` and `JsonInclude.NON_EMPTY` leave out false, 0, '' and whatever is empty.",
        "Drop them, or use pointers, and keep the user's fields as `json.RawMessage` or JsonNode.",
        "MERGE-FALSY",
    ),
    remedy(
        "PHP; Mongoose; DynamoDB's document client",
        "`json_decode($body, true)` makes [] of {}; `minimize` drops {}; `convertEmptyValues` makes null of ''.",
        "Decode to objects; `minimize: false`; leave `convertEmptyValues` off.",
        "MERGE-FALSY",
        "MERGE-OBJECT",
    ),
    remedy(
        "depth",
        "Elasticsearch takes 20 levels, MongoDB 100, and a recursive copy in Python about a thousand calls.",
        "Refuse what is deeper with 422, and test the limit.",
        "MERGE-OBJECT",
        "ERROR-NO-5XX",
    ),
    remedy(
        "lists as sets or typed arrays",
        "`$addToSet`, DynamoDB sets and Python's set drop repeated items; `text[]` turns all items into text.",
        "Keep lists in JSON.",
        "MERGE-LIST",
    ),
    remedy(
        "lodash, MySQL, PostgreSQL",
        "`_.merge` merges lists item by item; JSON_MERGE_PRESERVE and `||` on two lists append.",
        "Replace at the root: `{...old, ...patch}`, JSON_SET, `data || :patch` on the object of fields.",
        "MERGE-REPLACED",
    ),
    remedy(
        "Rails",
        "Deep munge takes null out of lists: `[null]` arrives as `[]`.",
        "`config.action_dispatch.perform_deep_munge = false`.",
        "MERGE-NESTED-NULL",
    ),
    remedy(
        "PostgreSQL, Jackson",
        "`jsonb_strip_nulls` and `JsonInclude.NON_NULL` take null members out, at some depths and not at others.",
        "Leave null where it was sent, at every depth.",
        "MERGE-NESTED-NULL",
    ),
    remedy(
        "Elasticsearch, a column for each field",
        "An index takes 1,000 fields by default, and a table has a limit of its own.",
        "One `flattened` field, or one JSON column, for all of the user's fields.",
        "MERGE-MANY-FIELDS",
    ),
)
