"""What breaks the names of fields, and those of the system."""

from contracts.catalogue.remedies.remedy import remedy
from contracts.catalogue.requirement import Area

_IMMUTABLE = (
    "IMMUTABLE-IDENTITY",
    "IMMUTABLE-STATUS",
    "IMMUTABLE-TIMESTAMPS",
    "IMMUTABLE-BLOBS",
    "IMMUTABLE-DERIVED",
)

REMEDIES = (
    remedy(
        "MongoDB",
        "`$set` takes a dot in a name for a path, `a.b` for a member of `a`, and refuses a `$` in front.",
        "An update with a pipeline and `$setField`, or fields as a list of names and values.",
        "MERGE-NAME",
        "MERGE-NAME-INSIDE",
    ),
    remedy(
        "keys in another case",
        "djangorestframework-camel-case, humps and `DictionaryKeyPolicy` of .NET rename the user's keys too.",
        "Rename declared members alone (`JSON_UNDERSCOREIZE` with `ignore_fields`; no DictionaryKeyPolicy).",
        "MERGE-NAME",
        "MERGE-NAME-INSIDE",
    ),
    remedy(
        "JavaScript, Express",
        "A field named `__proto__` or `constructor` sets a prototype when objects are copied member by member.",
        "`Object.create(null)` or a Map; `structuredClone` in place of a merge by hand.",
        "MERGE-NAME",
        "MERGE-NAME-INSIDE",
        "MERGE-OTHER-OBJECTS",
    ),
    remedy(
        "Go, encoding/json",
        "Names of struct fields are matched in any case: `Key_Prefix` and `STATUS` set key_prefix and status.",
        "Decode into `map[string]json.RawMessage` and look up exact names, or use encoding/json/v2.",
        "MERGE-KEY-PREFIX",
        "MERGE-NAME",
        *_IMMUTABLE,
    ),
    remedy(
        "Rails",
        "Parameters of the route (id, controller, action) win over fields of the body with these names.",
        "Read the body from `request.request_parameters`.",
        "MERGE-NAME-COMMON",
    ),
    remedy(
        "DynamoDB, MongoDB",
        "name, type and status are reserved words of expressions; `_id` cannot be set.",
        "`ExpressionAttributeNames` for every name; the user's fields below one attribute of the document.",
        "MERGE-NAME-COMMON",
    ),
    remedy(
        "middlewares that compare headers",
        "`content_type == 'application/json'` fails for a charset, another case or a space.",
        "Parse the media type, and leave the decoding of the body to the JSON library.",
        "MERGE-ENCODING",
    ),
    remedy(
        "mass assignment",
        "`setattr` in a loop, `Object.assign(row, body)`, `**body` and `permit!` let the body set any column.",
        "Copy the declared members by name, and put all others into one column of their own.",
        *_IMMUTABLE,
        Area.IMMUTABLE,
    ),
    remedy(
        "fields that are spread over the answer",
        "`{...row, ...row.custom}` lets a user's field named status hide the real one.",
        "Spread the user's fields first, or refuse system names.",
        *_IMMUTABLE,
    ),
)
