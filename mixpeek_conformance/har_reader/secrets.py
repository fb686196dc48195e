"""Secrets in recorded traffic: which headers and parameters carry them, and how an exchange is shown without them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contracts.editions import edition
from contracts.vocabulary import rfc3339
from contracts.vocabulary.exchange import Headers
from fixtures.redaction.redactor import Redactor
from fixtures.redaction.secret_shape import gives_away

KEY = "${MIXPEEK_API_KEY}"
KEY_NAME = "API key"
COOKIE = "cookie"

CREDENTIAL_HEADERS = frozenset(
    """
    authorization proxy-authorization x-authorization x-forwarded-authorization x-original-authorization
    x-serverless-authorization x-api-key api-key apikey x-apikey x-mixpeek-api-key x-goog-api-key x-functions-key
    x-rapidapi-key ocp-apim-subscription-key x-auth-key x-auth x-auth-token x-access-token x-forwarded-access-token
    x-id-token x-refresh-token x-session-token x-session-id x-token x-jwt x-jwt-assertion x-goog-iap-jwt-assertion
    x-vault-token x-shopify-access-token private-token x-gitlab-token x-github-token x-amz-security-token
    x-amzn-oidc-data x-amzn-oidc-accesstoken x-ms-token-aad-access-token x-ms-token-aad-id-token
    cf-access-jwt-assertion cf-access-token cf-access-client-secret x-client-secret x-secret x-signature
    x-hub-signature x-hub-signature-256 x-csrf-token x-csrftoken csrf-token x-xsrf-token dpop
    """.split()  # noqa: SIM905 - a list is read more easily as words
)
"""Headers whose value is a credential, and is blanked wherever else it stands."""

COOKIE_HEADERS = frozenset(("cookie", "set-cookie", "cookie2", "set-cookie2"))

CREDENTIAL_PARAMETERS = frozenset(
    """
    key api_key apikey api-key access_key accesskey token access_token accesstoken refresh_token id_token auth
    auth_token authtoken authorization password passwd pwd secret client_secret sig signature code session session_id
    sessionid sid jwt assertion subscription-key x-api-key x-amz-signature x-amz-security-token x-amz-credential
    x-goog-signature x-goog-credential awsaccesskeyid
    """.split()  # noqa: SIM905 - a list is read more easily as words
)
"""Parameters of an address whose value is a credential."""

_SECRET_WORDS = frozenset(
    "key apikey token secret password passwd signature credential credentials jwt session csrf xsrf".split()  # noqa: SIM905
)
"""Words in the name of a header whose own value is not shown."""

_SCHEMES = ("bearer", "basic", "digest", "token", "apikey", "negotiate", "ntlm", "dpop", "hawk", "aws4-hmac-sha256")
_ADDRESSES = frozenset(("location", "referer", "origin", "content-location", "link", "refresh"))
_PLACEHOLDER = re.compile(
    r"redact|mask|hidden|removed|filtered|saniti|omitted|example|placeholder|your|xxx|\*\*|\.\.\.|…|[$<{\[(%]",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"\$\{?MIXPEEK_[A-Z0-9_]+\}?", re.ASCII)
"""What an archive of this suite has in place of a key."""

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{12,}")
_LOOKS_SECRET = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9._~+/=-]{16,}")
_SHAPES = (
    re.compile(rb"\bsk_[A-Za-z0-9_-]{8,}"),
    re.compile(rb"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*"),
)


@dataclass(frozen=True)
class Secrets:
    """What must not be seen of one exchange: each secret with the name that is written in its place."""

    of: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Secrets({len(self.of)})"

    @property
    def credentials(self) -> Iterator[tuple[str, str]]:
        """What is secret wherever else it stands, with its name: no cookie, and no word that anybody may write."""
        return (one for one in self.of if one[1] != COOKIE and gives_away(one[0]))

    def blank(self, text: bytes) -> bytes:
        """Return `text` without secrets, and without what has the form of a key."""
        clean = _redactor(self.of).shown(text)
        for shape in _SHAPES:
            clean = shape.sub(f"[{KEY_NAME}]".encode(), clean)
        return clean

    def blank_text(self, text: str) -> str:
        """Return a text without secrets."""
        return self.blank(text.encode("utf-8", "backslashreplace")).decode("utf-8", "replace")


NOTHING = Secrets()


@lru_cache(maxsize=256)
def _redactor(of: tuple[tuple[str, str], ...]) -> Redactor:
    redactor = Redactor()
    for secret, name in of:
        redactor = redactor.also(secret, name)
    return redactor


def key_of(sent: Headers) -> str | None:
    """Return the key that a request shows with; None if the file does not hold it, as in one that was sanitised."""
    for name, value in sent:
        if name.lower() == "authorization":
            scheme, token = _split(value)
            if scheme.lower() in ("", "bearer") and _TOKEN.fullmatch(token) and not _PLACEHOLDER.search(token):
                return token
    return None


def repeats(key: str, *texts: bytes) -> bool:
    """Whether one of `texts` repeats `key`."""
    redactor = _redactor(((key, KEY_NAME),))
    return any(redactor.blank(text)[1] for text in texts)


def secrets_of(entry: dict[str, Any], sent: Headers, answered: Headers) -> Secrets:
    """Return every secret of an entry: of headers, cookies and addresses."""
    url = str(entry["request"].get("url"))
    strong = dict[str, str]()
    for name, value in (*sent, *answered):
        for part in _parts(name.lower(), value):
            strong.setdefault(part, KEY_NAME if name.lower() == "authorization" else name)
    for value, name in (*_in_address(url), *_in_parameters(entry["request"].get("queryString"))):
        strong.setdefault(value, name)
    known = {*url.replace("/", " ").replace("?", " ").split(), *_published()}
    for value in _cookies(entry, sent, answered):
        if value not in known and rfc3339.explain_invalid(value) is not None:
            strong.setdefault(value, COOKIE)
    clean = {secret.encode("utf-8", "replace").decode(): _name(name) for secret, name in strong.items()}
    return Secrets(tuple(sorted(pair for pair in clean.items() if len(pair[0]) >= 8)))


def _name(name: str) -> str:
    return name.encode("ascii", "replace").decode()[:40]


def shown_headers(headers: Headers, secrets: Secrets) -> Headers:
    """Return headers as they may be seen: a credential as the variable that gives it, or not at all."""
    shown = []
    for name, value in headers:
        folded = name.lower()
        if folded == "authorization":
            shown.append((name, _variable(value)))
        elif folded in CREDENTIAL_HEADERS | COOKIE_HEADERS or _SECRET_WORDS & set(re.split(r"[-_.]", folded)):
            shown.append((name, f"[{name}]"))
        else:
            text = _without_parameters(value) if folded in _ADDRESSES else value
            shown.append((name, secrets.blank_text(text)))
    return tuple(shown)


def without_key(headers: Headers) -> Headers:
    """Return headers in which the key stands as the variable that gives it."""
    return tuple((name, _variable(value) if name.lower() == "authorization" else value) for name, value in headers)


def _variable(value: str) -> str:
    return f"{_split(value)[0]} {KEY}".strip()


def _split(value: str) -> tuple[str, str]:
    """Part the value of Authorization into its scheme, if that is a known one, and the rest."""
    scheme, _, rest = value.strip().partition(" ")
    return (scheme, rest.strip()) if scheme.lower() in _SCHEMES and rest.strip() else ("", value.strip())


def _parts(name: str, value: str) -> Iterator[str]:
    """Yield what is secret in the value of a header."""
    if name in CREDENTIAL_HEADERS:
        _, rest = _split(value)
        if _VARIABLE.fullmatch(rest):
            return
        yield from (value.strip(), rest)
        yield from (one.strip(' "') for one in re.split(r"[,;\s]\s*|(?<=\w)=(?=\S)", rest))
    elif name in _ADDRESSES:
        yield from (secret for secret, _ in _in_address(value.strip("<> ")))
    elif _SECRET_WORDS & set(re.split(r"[-_.]", name)) and _LOOKS_SECRET.fullmatch(value.strip()):
        yield value.strip()


def _in_address(url: str) -> Iterator[tuple[str, str]]:
    try:
        parts = urlsplit(url)
        pairs = [*parse_qsl(parts.query), *parse_qsl(parts.fragment)]
    except ValueError:
        return
    yield from ((value, name) for name, value in pairs if name.lower() in CREDENTIAL_PARAMETERS)
    if parts.password:
        yield parts.password, "password"


def _in_parameters(pairs: object) -> Iterator[tuple[str, str]]:
    for parameter in pairs if isinstance(pairs, list) else ():
        if isinstance(parameter, dict) and str(parameter.get("name")).lower() in CREDENTIAL_PARAMETERS:
            yield str(parameter.get("value")), str(parameter.get("name"))


def _cookies(entry: dict[str, Any], sent: Headers, answered: Headers) -> Iterator[str]:
    """Yield the values of all cookies; attributes such as the domain are not secret."""
    for name, value in (*sent, *answered):
        pairs: Iterable[str] = ()
        if name.lower() in ("cookie", "cookie2"):
            pairs = value.split(";")
        elif name.lower() in ("set-cookie", "set-cookie2"):
            pairs = (one.partition(";")[0] for one in value.split("\n"))
        yield from (pair.partition("=")[2].strip(' "') for pair in pairs)
    for message in (entry.get("request"), entry.get("response")):
        cookies = message.get("cookies") if isinstance(message, dict) else None
        for cookie in cookies if isinstance(cookies, list) else ():
            if isinstance(cookie, dict):
                yield str(cookie.get("value") or "").strip(' "')


def _without_parameters(value: str) -> str:
    return re.sub(r"[?#]\S*", "", value)


@cache
def _published() -> frozenset[str]:
    """Return the words of all editions: names of members and values of enumerations are never secret."""
    schemas = (edition.load(name).document["components"]["schemas"] for name in edition.known())
    return frozenset(word for schema in schemas for word in _words(schema))


def _words(rule: Any) -> Iterator[str]:
    if isinstance(rule, dict):
        for name, inner in rule.items():
            if name == "properties" and isinstance(inner, dict):
                yield from inner
            yield from _words(inner)
    elif isinstance(rule, list):
        for inner in rule:
            yield from ([inner] if isinstance(inner, str) else _words(inner))
