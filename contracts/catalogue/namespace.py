"""NAMESPACE: the scope of a request."""

from contracts.catalogue import sources
from contracts.catalogue.requirement import Area, Capability, Level, Requirement

_ANY_4XX = "Any code of 4xx. Answers of 5xx are left to ERROR-NO-5XX."

REQUIREMENTS = (
    Requirement(
        id="NAMESPACE-MISSING",
        level=Level.MUST,
        area=Area.NAMESPACE,
        sentence="A patch whose X-Namespace is missing or empty is refused with 4xx.",
        source=f"{sources.HEADERS}, X-Namespace (REQUIRED)",
        tolerates=_ANY_4XX,
    ),
    Requirement(
        id="NAMESPACE-UNKNOWN",
        level=Level.MUST,
        area=Area.NAMESPACE,
        sentence="A patch in a namespace that does not exist, or that no name could have, is refused with 4xx.",
        source=f"{sources.HEADERS}, X-Namespace; {sources.RESPONSES}, 404",
        tolerates=_ANY_4XX,
    ),
    Requirement(
        id="NAMESPACE-ISOLATED",
        level=Level.MUST,
        area=Area.NAMESPACE,
        sentence="From another namespace of the same key an object is neither readable nor changed.",
        source=f"{sources.HEADERS}, X-Namespace: scoping of all resources",
        tolerates=_ANY_4XX,
        needs=frozenset({Capability.OTHER_NAMESPACE}),
    ),
    Requirement(
        id="NAMESPACE-FOREIGN",
        level=Level.MUST,
        area=Area.NAMESPACE,
        sentence="To another organisation's key an object is neither readable nor changed.",
        source=f"{sources.HEADERS}, Authorization, X-Namespace; {sources.RESPONSES}, 403, 404",
        tolerates=_ANY_4XX,
        needs=frozenset({Capability.FOREIGN_KEY}),
    ),
    Requirement(
        id="NAMESPACE-NAME-OR-ID",
        level=Level.MUST,
        area=Area.NAMESPACE,
        sentence="A namespace's name and its id address the same object.",
        source=f"{sources.HEADERS}, X-Namespace: name or id",
        tolerates="A target that lists no namespaces: then only the given form is known, and nothing is asked.",
        needs=frozenset({Capability.NAMESPACE_LIST}),
    ),
)
