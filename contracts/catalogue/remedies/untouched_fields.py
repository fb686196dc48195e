"""What breaks the fields that a patch does not name."""

from contracts.catalogue.remedies.remedy import remedy

REMEDIES = (
    remedy(
        "FastAPI, Pydantic",
        "`model_dump()` gives None for every field that was not sent, and None is stored.",
        "`model_dump(exclude_unset=True)`, and `model_fields_set` to tell null from absent.",
        "MERGE-ONLY-SENT",
        "MERGE-KEY-PREFIX",
    ),
    remedy(
        "Django REST framework",
        "A serializer without `partial=True` takes the defaults of the fields that were not sent.",
        "`Serializer(instance, data=request.data, partial=True)`, in `partial_update` too.",
        "MERGE-ONLY-SENT",
    ),
    remedy(
        "MongoDB",
        "`replaceOne`, or `$set` of the whole object of fields, puts the body in place of what was there.",
        "`$set` each field that was sent, by its own name.",
        "MERGE-ONLY-SENT",
    ),
    remedy(
        "PostgreSQL",
        "`jsonb_set` with SQL NULL as the new value is NULL as a whole, and wipes the column.",
        "Pass `'null'::jsonb`, or remove the field with `data - 'name'`.",
        "MERGE-ONLY-SENT",
        "MERGE-NULL",
    ),
    remedy(
        "Pydantic, Jackson",
        "`exclude_none=True`, and checks for null in a bean, cannot tell null from absent: null changes nothing.",
        "`exclude_unset=True`; in Java a `JsonNode`, a Map or `JsonNullable`.",
        "MERGE-NULL",
        "MERGE-KEY-PREFIX",
    ),
    remedy(
        "truthiness",
        "`if value:` in Python and `value || old` in JavaScript take false, 0, '' and null for absent.",
        "Ask whether the name is in the body: `'x' in body`, `Object.hasOwn(body, 'x')`.",
        "MERGE-FALSY",
        "MERGE-NULL",
        "MERGE-KEY-PREFIX",
        "MERGE-KEY-PREFIX-NULL",
    ),
    remedy(
        "ORMs",
        "Read, change, save: the last one to save writes back all that it has read.",
        "Change in one statement (`data = data || :patch`), or lock: `SELECT … FOR UPDATE`, a version and a retry;"
        " in Django `select_for_update()`.",
        "MERGE-CONCURRENT",
    ),
    remedy(
        "SQLAlchemy, Mongoose",
        "A change inside a JSON column or a Mixed field is not noticed, so that it is answered and never stored.",
        "`MutableDict.as_mutable(JSONB)` or `flag_modified`; in Mongoose `markModified`.",
        "MERGE-READ-BACK",
    ),
    remedy(
        "caches and replicas",
        "GET reads a cache that the patch does not clear, or a replica that lags for more than two seconds.",
        "Clear the entry within the patch, and read from the primary right after a write.",
        "MERGE-READ-BACK",
    ),
    remedy(
        "blobs in a table of their own",
        "Nested rows are deleted and made anew with every save, or a member of the body is taken for them.",
        "Leave the relation out of the update.",
        "MERGE-BLOBS",
    ),
    remedy(
        "counters and appended values",
        "An update that adds (`count + 1`, `$push`, `||` on a list) adds again if it is sent again.",
        "Set values, and let nothing that a client sees count the requests.",
        "MERGE-IDEMPOTENT",
    ),
    remedy(
        "values that objects share",
        "A mutable default in Python, a prototype in JavaScript, or an UPDATE whose WHERE is too wide.",
        "Make defaults by object (`default_factory`, `Object.create(null)`), and end every WHERE with the key.",
        "MERGE-OTHER-OBJECTS",
    ),
)
