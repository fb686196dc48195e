"""ERRORS: how a request is refused."""

from contracts.catalogue import sources
from contracts.catalogue.requirement import Area, Capability, Level, Requirement

_LEFT_TO_5XX = "Answers of 5xx are left to ERROR-NO-5XX."

REQUIREMENTS = (
    Requirement(
        id="ERROR-FORM",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence=(
            "The body of a refusal is a JSON object in the published form: the error envelope or, with 422,"
            " the validation form."
        ),
        source=f"{sources.RESPONSES}, 400 to 422",
        tolerates=(
            "Either form with 422, until ERROR-ENVELOPE-ONLY comes with 2026-10. Codes that are not of 400 to 422,"
            " or that the edition does not list, such as 405, 413, 415 and 429, in any form. Further members."
        ),
    ),
    Requirement(
        id="ERROR-CONTENT-TYPE",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="A refusal that is a JSON object declares the media type application/json.",
        source=f"{sources.RESPONSES}, 400 to 422, content application/json; {sources.HTTP} section 8.3",
        tolerates=(
            "Parameters such as charset=utf-8, any case, and media types of their own for errors in JSON, such as"
            " application/problem+json. Refusals that are no JSON object are left to ERROR-FORM. Codes that the"
            " edition does not list."
        ),
    ),
    Requirement(
        id="ERROR-ENVELOPE",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence=(
            "In an error envelope success is false, error.message and error.type are strings, and"
            " error.details is an object or null."
        ),
        source=f"{sources.ERROR_RESPONSE}, ErrorDetail",
        tolerates="Leaving out success or details; further members; codes that the edition does not list.",
    ),
    Requirement(
        id="ERROR-STATUS",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="An error envelope has status, an integer that equals the HTTP status.",
        source=f"{sources.ERROR_RESPONSE}, status (required)",
        tolerates="The validation form of 422, which has no status; codes that the edition does not list.",
    ),
    Requirement(
        id="ERROR-CODE",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="In an error envelope error.code is a string or null.",
        source=f"{sources.SDK_2026_06}, ErrorDetail, code",
        tolerates="Leaving it out; any text; codes that the edition does not list.",
        since="2026-06",
    ),
    Requirement(
        id="ERROR-ENVELOPE-ONLY",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="422, 429 and 503 are answered in the error envelope as well.",
        source=f"{sources.SDK_2026_10}, responses of the operation, 422, 429, 503",
        tolerates=(
            "400 in place of 422. A target that is never busy: then 422 alone is judged. Bodies of 422 that are"
            " neither of the two forms are left to ERROR-FORM. Further members."
        ),
        since="2026-10",
    ),
    Requirement(
        id="ERROR-UNKNOWN-BUCKET",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="A patch in a bucket that does not exist is refused with 404, and changes nothing.",
        source=f"{sources.RESPONSES}, 404",
        tolerates=_LEFT_TO_5XX,
    ),
    Requirement(
        id="ERROR-UNKNOWN-OBJECT",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="A patch of an object that does not exist is refused with 404, and creates nothing.",
        source=f"{sources.RESPONSES}, 404",
        tolerates=_LEFT_TO_5XX,
    ),
    Requirement(
        id="ERROR-OTHER-BUCKET",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="A patch of an object under another bucket than its own is refused with 404, and changes nothing.",
        source=f"{sources.PATH}; {sources.RESPONSES}, 404",
        tolerates=_LEFT_TO_5XX,
        needs=frozenset({Capability.SET_UP}),
    ),
    Requirement(
        id="ERROR-DELETED-OBJECT",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="A patch of an object that was deleted is refused with 404, and does not bring the object back.",
        source=f"{sources.RESPONSES}, 404; Mixpeek API reference, Delete Object",
        tolerates=(
            "410 alike (RFC 9110 section 15.5.11). A deletion that takes up to two seconds: until then the object"
            f" may be patched and read. {_LEFT_TO_5XX}"
        ),
        needs=frozenset({Capability.SET_UP, Capability.DELETE}),
    ),
    Requirement(
        id="ERROR-NO-BODY",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="A patch without a body, or with an empty one, is refused with 4xx.",
        source="Mixpeek OpenAPI document 0.81 (2026-02-16), requestBody of the operation (required: true)",
        tolerates=f"Any code of 4xx. White space alone is no empty body. {_LEFT_TO_5XX}",
    ),
    Requirement(
        id="ERROR-MALFORMED",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="A body that is no JSON object is refused with 4xx.",
        source=f"{sources.BODY} (application/json, required); {sources.RESPONSES}, 400, 422",
        tolerates=f"Any code of 4xx. NaN, a byte order mark and null in place of a body are not sent. {_LEFT_TO_5XX}",
    ),
    Requirement(
        id="ERROR-WRONG-TYPE",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="An object or an array for key_prefix or skip_duplicates is refused with 4xx.",
        source=f"{sources.BODY}, key_prefix, skip_duplicates; {sources.RESPONSES}, 422",
        tolerates=f"Any code of 4xx. Scalars of the wrong type are not judged: they may be coerced. {_LEFT_TO_5XX}",
    ),
    Requirement(
        id="ERROR-ATOMIC",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="A patch that is refused for its body leaves nothing half-applied.",
        source=f"{sources.RESPONSES}, 400, 422; {sources.HTTP} section 15.5; RFC 5789 section 2",
        tolerates="Any refusal.",
    ),
    Requirement(
        id="ERROR-NO-5XX",
        level=Level.MUST,
        area=Area.ERRORS,
        sentence="No patch is answered with a server error, or makes the server close the connection unanswered.",
        source=(
            f"{sources.HTTP} section 15.6: 5xx says that the server failed, not the request; section 15: a client"
            " takes a status beyond 599 for 5xx; section 3.4: a server responds to a request with a response"
        ),
        tolerates=(
            "502, 503 and 504, which a gateway or a busy service gives: they are asked again, and leave a check"
            " inconclusive where they stay; in a load run 429, and 503 with Retry-After, alone. 501 and 505"
            " for what a server does not speak. A closed connection,"
            " unless the same patch closes it again, on a fresh object, between two patches of nothing that are"
            " answered; one with a body of more than 8 KB; an answer that is late."
        ),
    ),
    Requirement(
        id="ERROR-NO-INTERNALS",
        level=Level.SHOULD,
        area=Area.ERRORS,
        sentence="No refusal shows a stack trace, a file path of the server, a query or the words of a driver.",
        source="RFC 9457 section 5; OWASP API Security Top 10 2023, API8",
        tolerates="Anything that the request itself contained; the words of a query without a condition or a list of"
        " columns; paths that are not below a folder of a server's disk.",
    ),
)
