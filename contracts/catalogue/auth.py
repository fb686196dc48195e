"""AUTH: who may patch."""

from contracts.catalogue import sources
from contracts.catalogue.requirement import Area, Level, Requirement

_EITHER_CODE = "401 and 403 alike. Answers of 5xx are left to ERROR-NO-5XX."


def _auth(
    name: str,
    sentence: str,
    source: str,
    tolerates: str = _EITHER_CODE,
    *,
    since: str | None = None,
    until: str | None = None,
) -> Requirement:
    return Requirement(
        id=f"AUTH-{name}",
        level=Level.MUST,
        area=Area.AUTH,
        sentence=sentence,
        source=source,
        tolerates=tolerates,
        since=since,
        until=until,
    )


REQUIREMENTS = (
    _auth(
        "MISSING",
        "A patch without an Authorization header is refused with 401 or 403.",
        f"{sources.HEADERS}, Authorization",
    ),
    _auth(
        "UNKNOWN-KEY",
        "A patch with a key that was never issued is refused with 401 or 403.",
        f"{sources.HEADERS}, Authorization; {sources.RESPONSES}, 401",
    ),
    _auth(
        "SCHEME",
        "A credential in any other form than `Bearer KEY` is refused with 401 or 403: Basic, the key alone,"
        " no key, a malformed header.",
        f"{sources.HEADERS}, Authorization: format; {sources.BEARER} section 2.1",
        f"{_EITHER_CODE} The word Bearer in any case.",
    ),
    _auth(
        "WHOLE-KEY",
        "The key counts as a whole and in its case: cut short, with more behind it or in another case it is"
        " refused with 401 or 403.",
        f"{sources.HEADERS}, Authorization; {sources.RESPONSES}, 401",
    ),
    _auth(
        "NO-EFFECT",
        "A patch that is refused for its credentials changes nothing.",
        f"{sources.RESPONSES}, 401, 403; {sources.HTTP} section 15.5.2",
        "Whatever is answered, as long as it is a refusal.",
    ),
    _auth(
        "NO-REDIRECT",
        "No patch is redirected to another host, nor from https to http: whoever follows hands the key over.",
        f"{sources.RESPONSES}, none of which redirects; {sources.BEARER} section 5.3",
        "A redirect on the same host, also to https or to another port; one without an address.",
    ),
    _auth(
        "KEY-SECRET",
        "No answer repeats a key.",
        f"{sources.BEARER} section 5.2",
        "A hint of up to 8 characters of a key.",
    ),
)
