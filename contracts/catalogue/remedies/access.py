"""What breaks authentication, and the isolation of namespaces."""

from contracts.catalogue.remedies.remedy import remedy
from contracts.catalogue.requirement import Area

REMEDIES = (
    remedy(
        "routes without the guard",
        "Authentication is added by route, and PATCH was forgotten, or a default user stands in.",
        "Refuse by default: a dependency of the application, `DEFAULT_PERMISSION_CLASSES`, a middleware.",
        "AUTH-MISSING",
        "AUTH-UNKNOWN-KEY",
        Area.AUTH,
    ),
    remedy(
        "headers taken apart by hand, as in Express",
        "`header.replace('Bearer ', '')` takes the key alone; `split(' ')[1]` takes any scheme, and ignores what"
        " stands behind the key.",
        "Require exactly two parts, and compare the first with bearer in any case.",
        "AUTH-SCHEME",
        "AUTH-WHOLE-KEY",
    ),
    remedy(
        "keys that are looked up",
        "A collation of MySQL compares without case and without the space behind; LIKE and startswith take a part.",
        "Store a hash of the key and look that up, or use a binary collation (utf8mb4_bin).",
        "AUTH-WHOLE-KEY",
    ),
    remedy(
        "order",
        "The change is made, or put in a queue, before the key is looked at.",
        "Authenticate in front of the handler, and open the transaction behind it.",
        "AUTH-NO-EFFECT",
    ),
    remedy(
        "Starlette, FastAPI",
        "The redirect to the path without its slash is absolute; behind a proxy that ends TLS it leads to http.",
        "`redirect_slashes=False`, or `--proxy-headers` with `--forwarded-allow-ips`.",
        "AUTH-NO-REDIRECT",
    ),
    remedy(
        "error messages",
        "A validation error of FastAPI repeats its `input`, and debug pages show the headers of the request.",
        "Leave out `input` for headers, and turn debugging off.",
        "AUTH-KEY-SECRET",
    ),
    remedy(
        "a default namespace",
        "`Header(default=None)` and `or 'default'` put a request without a namespace into a shared one.",
        "Require the header, and refuse an empty one.",
        "NAMESPACE-MISSING",
        Area.NAMESPACE,
    ),
    remedy(
        "namespaces that are made when they are used",
        "`get_or_create`, or a schema or a collection of that name, makes what was not there.",
        "Look the namespace up, and refuse one that is not there.",
        "NAMESPACE-UNKNOWN",
    ),
    remedy(
        "queries without the tenant",
        "The object is found by its id alone; row-level security of PostgreSQL does not bind the owner of a table.",
        "Put the namespace of the key into every WHERE; `FORCE ROW LEVEL SECURITY`.",
        "NAMESPACE-ISOLATED",
        "NAMESPACE-FOREIGN",
        Area.NAMESPACE,
    ),
    remedy(
        "caches",
        "Answers are kept by URL alone, without the key and the namespace.",
        "`Vary: Authorization, X-Namespace`, and both in the key of a cache of your own.",
        "NAMESPACE-ISOLATED",
        "NAMESPACE-FOREIGN",
    ),
    remedy(
        "names and ids",
        "The header is looked up as an id, and as a name in another place.",
        "Turn it into the id once, in front of every handler.",
        "NAMESPACE-NAME-OR-ID",
    ),
)
