"""What breaks refusals: their status codes, and their form."""

from contracts.catalogue.remedies.remedy import remedy
from contracts.catalogue.requirement import Area

_UNKNOWN = ("ERROR-UNKNOWN-BUCKET", "ERROR-UNKNOWN-OBJECT")

REMEDIES = (
    remedy(
        "FastAPI, Django REST framework, Spring",
        'Errors have the form of the framework: `{"detail": …}`, or timestamp, status, error and path.',
        "One handler for all: `EXCEPTION_HANDLER`, `@ControllerAdvice`, one for Starlette's HTTPException too.",
        "ERROR-FORM",
        "ERROR-ENVELOPE",
        "ERROR-STATUS",
        Area.ERRORS,
    ),
    remedy(
        "gateways and servers in front",
        "nginx, a gateway or the router itself refuses with a page in HTML, before the application is asked.",
        "`error_page` with a body in JSON, and a handler for 404 and 405 of the router.",
        "ERROR-FORM",
        "ERROR-CONTENT-TYPE",
    ),
    remedy(
        "envelopes made by hand",
        "The code in the body is a constant, a string, or was changed in one of two places.",
        "Make the answer and its envelope in one function that takes the code once.",
        "ERROR-STATUS",
        "ERROR-ENVELOPE",
    ),
    remedy(
        "updates that match nothing",
        "An UPDATE of no rows is no error, and `upsert` or `update_or_create` makes the row.",
        "Look at the number of rows (`matched_count`, `rowcount`), and answer 404 if it is none.",
        *_UNKNOWN,
        "ERROR-DELETED-OBJECT",
    ),
    remedy(
        "objects found by id alone",
        "The bucket in the path is not part of the query.",
        "WHERE bucket_id = … AND object_id = …",
        "ERROR-OTHER-BUCKET",
    ),
    remedy(
        "soft deletion",
        "The update has no condition on deleted_at, or a cache still has the object.",
        "Put the condition into the one place that finds objects, and clear the cache when one is deleted.",
        "ERROR-DELETED-OBJECT",
    ),
    remedy(
        "Express, Django REST framework, FastAPI",
        "Without a body `req.body` (Express 4) and `request.data` are empty objects; `Body(None)` makes it optional.",
        "Look at the length of the raw body; make the parameter required.",
        "ERROR-NO-BODY",
    ),
    remedy(
        "Go, Jackson",
        "`json.NewDecoder(r.Body).Decode` and Jackson stop after the first value: what stands behind is not read.",
        "`json.Unmarshal` of the whole body; `FAIL_ON_TRAILING_TOKENS`.",
        "ERROR-MALFORMED",
    ),
    remedy(
        "Express",
        "`express.json` replaces bytes that are not UTF-8, and takes the rest.",
        "In its option `verify`, decode the buffer with `new TextDecoder('utf-8', {fatal: true})`.",
        "ERROR-MALFORMED",
    ),
    remedy(
        "bodies that are any JSON",
        "A list or a string is taken as a body, since nothing asks for an object.",
        "Declare the type of the body, and refuse what is no object with 422.",
        "ERROR-MALFORMED",
    ),
    remedy(
        "values without a type",
        "The store takes anything, or `str(value)` turns an object into text.",
        "Declare string or null, boolean or null, and refuse objects and lists.",
        "ERROR-WRONG-TYPE",
    ),
    remedy(
        "Django, SQLAlchemy, Mongoose",
        "Some fields are stored before another one is refused: each statement commits by itself.",
        "Validate all of the body first; `transaction.atomic()`, one session for each request, one `updateOne`.",
        "ERROR-ATOMIC",
    ),
    remedy(
        "PostgreSQL",
        "jsonb refuses \\u0000 and lone surrogates, a B-tree index rows over 2,704 bytes, and nobody catches it.",
        "Refuse such text with 422 before it is stored; index a hash, or with GIN.",
        "ERROR-NO-5XX",
    ),
    remedy(
        "Python's json, as in FastAPI and Django",
        "A lone surrogate and 1e999 (infinity) are read, and fail when they are stored or written. Deep JSON raises"
        " RecursionError, an integer of over 4,300 digits ValueError.",
        "Refuse with 422 where the body is read: `text.encode()`, `math.isfinite`, and both errors caught.",
        "ERROR-NO-5XX",
    ),
    remedy(
        "debugging in production",
        "`DEBUG = True`, `FastAPI(debug=True)`, NODE_ENV other than production, `include-stacktrace`, `str(error)`.",
        "Turn them off, and answer with a fixed sentence and an id that the log has too.",
        "ERROR-NO-INTERNALS",
    ),
)
