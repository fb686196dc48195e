"""Invariants of refusals: their form, and what they must not give away."""

import re
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from contracts.editions.edition import Edition
from contracts.invariants.internals import INTERNALS
from contracts.invariants.invariant import Invariant
from contracts.vocabulary import escaping
from contracts.vocabulary.body_text import text_of
from contracts.vocabulary.display import ABSENT, shown
from contracts.vocabulary.exchange import Exchange, header
from contracts.vocabulary.outcomes import Finding

_LOOKED_AT = 100_000
"""Bytes of a refusal that are searched: what is shown by mistake stands in front, and patterns take their time."""

_ESCAPE = re.compile(r'\\(["\\/nrt])')


_LAST_STATUS = 599
"""The last status of HTTP."""

_BUSY = (429, 503)
"""The codes of a target that is busy: editions that list them say in which form."""


def _refused(exchange: Exchange, edition: Edition) -> bool:
    """Whether this is a refusal with a code that the edition lists; other 5xx than 503 are ERROR-NO-5XX's."""
    status = exchange.response.status
    return status in edition.error_codes and (status < 500 or status in _BUSY)


def _readable_refusal(exchange: Exchange, edition: Edition) -> bool:
    return _refused(exchange, edition) and exchange.response.unread is None


def _not_busy(exchange: Exchange, edition: Edition) -> bool:
    return _readable_refusal(exchange, edition) and exchange.response.status not in _BUSY


def _with_a_form_of_its_own(exchange: Exchange, edition: Edition) -> bool:
    """Whether this is an answer that other editions take in another form than the envelope."""
    if not _readable_refusal(exchange, edition):
        return False
    members, status = exchange.response.members, exchange.response.status
    return status in _BUSY or (status == 422 and members is not None and ("error" in members or _has_detail(members)))


def _envelope(exchange: Exchange) -> dict[str, Any] | None:
    members = exchange.response.members
    return members if members is not None and "error" in members else None


def _form(exchange: Exchange, edition: Edition) -> Finding | None:
    members = exchange.response.members
    expected = "an error envelope"
    if members is None:
        kind = escaping.line(exchange.response.content_type) or "no content type"
        return Finding(f"{expected}, in JSON", f"{kind}: {shown(text_of(exchange.response.body))}")
    if exchange.response.status == 422 and "error" not in members:
        if not edition.has_validation_form:
            return None if _has_detail(members) else Finding(expected, f"an object without error: {shown(members)}")
        fault = edition.find_violation(members, "ValidationErrors")
        return fault and Finding(f"{expected}, or the validation form ({fault.expected})", fault.actual)
    return None if "error" in members else Finding(expected, f"an object without error: {shown(members)}")


def _has_detail(members: dict[str, Any]) -> bool:
    """Whether `members` are of the validation form, which ERROR-ENVELOPE-ONLY judges where it is none any more."""
    return isinstance(members.get("detail"), list)


def _envelope_only(exchange: Exchange, _: Edition) -> Finding | None:
    members, status = exchange.response.members, exchange.response.status
    if members is not None and "error" in members:
        return None
    expected = f"an error envelope with {status}"
    if members is None:
        kind = escaping.line(exchange.response.content_type) or "no content type"
        return Finding(expected, f"{kind}: {shown(text_of(exchange.response.body))}")
    what = "the validation form" if status == 422 else "an object without error"
    return Finding(expected, f"{what}: {shown(members)}")


def _is_object(exchange: Exchange, edition: Edition) -> bool:
    return _readable_refusal(exchange, edition) and exchange.response.members is not None


def _content_type(exchange: Exchange, _: Edition) -> Finding | None:
    declared = exchange.response.content_type
    if declared == "application/json" or (declared.startswith("application/") and declared.endswith("+json")):
        return None
    return Finding("application/json", f"{shown(declared) if declared else 'no content type'} for a JSON object")


def _has_envelope(exchange: Exchange, edition: Edition) -> bool:
    return _readable_refusal(exchange, edition) and _envelope(exchange) is not None


def _members_of_envelope(exchange: Exchange, edition: Edition) -> Finding | None:
    envelope = _envelope(exchange) or {}
    if "success" in envelope and (fault := edition.find_violation(envelope["success"], "ErrorEnvelope", "success")):
        return fault
    error = envelope["error"]
    known = {name: one for name, one in error.items() if name != "code"} if isinstance(error, dict) else error
    return edition.find_violation(known, "ErrorEnvelope", "error")


def _has_error(exchange: Exchange, edition: Edition) -> bool:
    return _has_envelope(exchange, edition) and isinstance((_envelope(exchange) or {}).get("error"), dict)


def _code(exchange: Exchange, edition: Edition) -> Finding | None:
    error = (_envelope(exchange) or {})["error"]
    return edition.find_violation(error["code"], "ErrorDetail", "code") if "code" in error else None


def _names_refused(exchange: Exchange, edition: Edition) -> set[str]:
    """Return the names in the body of a patch that the edition refuses, and that are given a value."""
    body = exchange.request.body or b""
    if not any(name.encode() in body for name in edition.refused_names):
        return set()
    given = exchange.request.members or {}
    return {name for name in edition.refused_names if given.get(name) is not None}


def _taken_or_invalid(exchange: Exchange, edition: Edition) -> bool:
    """Whether a patch that names what is refused was taken, or found invalid: other codes say nothing of its body."""
    return exchange.response.status in (200, 422) and bool(_names_refused(exchange, edition))


def _taken(exchange: Exchange, edition: Edition) -> Finding | None:
    if exchange.response.status == 422:
        return None
    return Finding(f"422 for {', '.join(sorted(_names_refused(exchange, edition)))} in the body", "200")


def _status(exchange: Exchange, _: Edition) -> Finding | None:
    envelope = _envelope(exchange) or {}
    status = envelope.get("status", ABSENT)
    if status == exchange.response.status:
        return None
    actual = "no status" if status is ABSENT else f"status {shown(status)}"
    return Finding(f"status {exchange.response.status} in the envelope, as in HTTP", actual)


def _server_error(exchange: Exchange, _: Edition) -> Finding | None:
    status = exchange.response.status
    if status == 0:
        return Finding("an answer", f"none: {exchange.response.error}")
    if status < 500 or 501 <= status <= 505:
        return None
    # RFC 9110 section 15: beyond 599 there is no status, and a client takes such a one for 5xx.
    invalid = ", which is no status of HTTP and counts as 5xx," if status > _LAST_STATUS else ""
    return Finding("no 5xx", f"{status}{invalid} {shown(text_of(exchange.response.body))}")


def _any_refusal(exchange: Exchange, _: Edition) -> bool:
    return exchange.response.status >= 400


def _internals(exchange: Exchange, _: Edition) -> Finding | None:
    sent = _unescaped(text_of(exchange.request.body or b"")) + unquote(exchange.request.url)
    answered = _unescaped(text_of(exchange.response.body[:_LOOKED_AT]))
    for pattern in INTERNALS:
        for found in pattern.finditer(answered):
            if found[0] not in sent:
                return Finding("no trace, path, query or driver's message of the server", shown(found[0]))
    return None


def _unescaped(text: str) -> str:
    """Return `text` with the escapes of JSON strings as a reader knows them, whether or not it is well-formed."""
    return _ESCAPE.sub(lambda found: {"n": "\n", "r": "\n", "t": "\t"}.get(found[1], found[1]), text)


def _redirect(exchange: Exchange, _: Edition) -> Finding | None:
    if not 300 <= exchange.response.status < 400:
        return None
    asked, location = urlsplit(exchange.request.url), header(exchange.response.headers, "location") or ""
    try:
        led = urlsplit(urljoin(exchange.request.url, location))
        elsewhere = led.hostname != asked.hostname or (asked.scheme == "https" and led.scheme != "https")
    except ValueError:
        return None  # an address that cannot be read leads nowhere
    if not elsewhere:
        return None
    return Finding(
        f"no redirect from {asked.scheme}://{asked.netloc}", f"{exchange.response.status} to {shown(location)}"
    )


def _any_exchange(_: Exchange, __: Edition) -> bool:
    return True


def _key(exchange: Exchange, _: Edition) -> Finding | None:
    if not exchange.leaked:
        return None
    return Finding("no key in the answer", f"the answer repeats {' and '.join(exchange.leaked)}")


INVARIANTS = (
    Invariant("IMMUTABLE-REFUSED", _taken_or_invalid, _taken),
    Invariant("ERROR-FORM", _not_busy, _form),
    Invariant("ERROR-CONTENT-TYPE", _is_object, _content_type),
    Invariant("ERROR-ENVELOPE", _has_envelope, _members_of_envelope),
    Invariant("ERROR-STATUS", _has_envelope, _status),
    Invariant("ERROR-CODE", _has_error, _code, schema="ErrorDetail", member="code"),
    Invariant("ERROR-ENVELOPE-ONLY", _with_a_form_of_its_own, _envelope_only),
    Invariant("ERROR-NO-5XX", _any_exchange, _server_error),
    Invariant("ERROR-NO-INTERNALS", _any_refusal, _internals),
    Invariant("AUTH-NO-REDIRECT", _any_exchange, _redirect),
    Invariant("AUTH-KEY-SECRET", _any_exchange, _key, everywhere=True),
)
