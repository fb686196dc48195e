"""Causes: what it is about a request that makes a target break a requirement, as far as the evidence shows.

A cause is the form of the finding, and the unusual traits of the request. A violation that shows the same finding
with fewer traits explains those with more: a target that fails at an empty patch fails at any patch.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from contracts.vocabulary.exchange import Exchange, header
from contracts.vocabulary.lenient_json import DEEPEST
from contracts.vocabulary.outcomes import UNREADABLE

LONGEST = 64_000
"""Bytes of a body whose traits are looked for."""

_BLANK = re.compile(r'(?:^|[\s=])"(?:\s|\\[nrt])*"')
"""A text in a finding that has nothing to see."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x01-\x1f]")
_KEY = "Bearer ${MIXPEEK_API_KEY}"
_USUAL_KEY = re.compile(r"Bearer \$\{?\w+\}?")
_MEMBER = re.compile(r'"((?:[^"\\]|\\.)+)"\s*:')
_CONTAINER = re.compile(r"([\[{])[^\[\]{}]+([\]}])")
_NOT_OF_THE_USER = ("key_prefix", "skip_duplicates")
_SYSTEM = frozenset(
    ("object_id", "bucket_id", "status", "created_at", "updated_at", "document_count", "source_details", "error")
) | {"blobs"}
_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}

Item = TypeVar("Item")


@dataclass(frozen=True)
class Cause:
    """The form of a finding, and the unusual traits of the request that led to it."""

    form: str
    traits: frozenset[str]

    def explains(self, other: "Cause") -> bool:
        """Whether `other` is not a cause of its own beside this one."""
        return self.form == other.form and self.traits <= other.traits


def cause_of(expected: str, actual: str, traits: Iterable[str]) -> Cause:
    """Return the cause of a finding about a request with `traits`."""
    return Cause(f"{_form(expected)} / {_form(actual)}", frozenset(traits))


def weight(expected: str, actual: str, size: int) -> tuple[bool, int]:
    """Return how hard a finding of so many characters or bytes is to read: least is best.

    A text of letters that lost its space tells more than a text of space that is empty, however small that is.
    """
    return bool(_BLANK.search(expected) and _BLANK.search(actual)), size


def lasting_cause(expected: str, actual: str, exchanges: Sequence[Exchange]) -> Cause:
    """Return the cause of a finding as another run would find it: without the names and keys that are its own.

    A list or an object in the finding has no content.
    """
    names = sorted({name for exchange in exchanges for name in _made_up(exchange)}, key=len, reverse=True)
    found = re.compile("|".join(map(re.escape, names))) if names else None
    texts = [found.sub("field", text) if found else text for text in (expected, actual)]
    form = " / ".join(_form(text) for text in texts)
    while (emptied := _CONTAINER.sub(r"\1\2", form)) != form:
        form = emptied
    return Cause(form, frozenset(trait for trait in traits_of(exchanges) if not _USUAL_KEY.fullmatch(trait)))


def _made_up(exchange: Exchange) -> Iterator[str]:
    """Yield the names of fields in a request that are neither the contract's nor too short to be told from words."""
    for name in _MEMBER.findall((exchange.request.text or "")[:LONGEST]):
        if len(name) > 2 and name not in _SYSTEM and name not in _NOT_OF_THE_USER:
            yield name


def distinct(
    items: Iterable[Item], cause: Callable[[Item], Cause], size: Callable[[Item], tuple[bool, int]]
) -> list[Item]:
    """Return those of `items` that no other one explains, the plainest and smallest first, by their `weight`."""
    kept: list[tuple[Cause, Item]] = []
    for item in sorted(items, key=lambda one: (len(cause(one).traits), size(one))):
        found = cause(item)
        if not any(known.explains(found) for known, _ in kept):
            kept.append((found, item))
    return [item for _, item in kept]


def traits_of(exchanges: Iterable[Exchange]) -> list[str]:
    """Return what is unusual about the request that the last of `exchanges` shows, sorted."""
    last = next(iter(reversed(list(exchanges))), None)
    return [] if last is None else sorted(set(_traits(last)))


def _form(text: str) -> str:
    """Return a finding without the values in it."""
    text = re.sub(r"^.{0,200}? = ", "= ", text, flags=re.DOTALL)
    text = re.sub(r'"(?:[^"\\]|\\.)*(?:"|$)', '"', text[:500], flags=re.DOTALL)
    text = re.sub(r"\(U\+[^)]*\)", "", text)
    text = re.sub(r"\b(obj|bkt|ns)_\w+", r"\1_", text)
    text = re.sub(r"^no [\w-]+$", "no field", text)
    return re.sub(r"-?\d[\d.]*", "#", text)[:120].strip()


def _traits(exchange: Exchange) -> Iterator[str]:
    request = exchange.request
    if request.method != "PATCH":
        yield request.method
    if not request.names_an_object:
        yield "another path"
    credential = header(request.headers, "authorization")
    if credential is None:
        yield "no Authorization"
    elif credential != _KEY:
        yield re.sub(r"\}\w+", "}…", re.sub(r"\d+", "#", credential))
    namespace = header(request.headers, "x-namespace")
    if not namespace:
        yield "no X-Namespace" if namespace is None else "an empty X-Namespace"
    kind = header(request.headers, "content-type")
    if kind not in (None, "application/json"):
        yield f"Content-Type {kind}"
    if request.body is not None:
        yield from _of_body(request.body)


def _of_body(body: bytes) -> Iterator[str]:
    if len(body) > LONGEST:
        yield "a large body"
        return
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        yield "no UTF-8"
        return
    if text.startswith("\ufeff"):
        yield "a byte order mark"
    found: set[str] = set()
    try:
        document = _decoder(found).decode(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        yield f"no JSON: {error.msg}" if text.strip() else "no body"
        return
    except UNREADABLE:
        yield "more than Python reads"
        return
    yield from found
    if not isinstance(document, dict):
        yield _KINDS.get(type(document), "a number")
        return
    yield from _of_fields(document)
    yield from _of_values(document)


def _decoder(found: set[str]) -> json.JSONDecoder:
    """Return a decoder that notes which numbers and names it has `found` unusual."""

    def constant(name: str) -> float:
        found.add(name.removeprefix("-"))
        return 0.5

    def integer(digits: str) -> int:
        beyond = len(digits) > 18 and (len(digits) > 20 or abs(int(digits)) >= 2**63)
        if beyond or len(digits) > 15:
            found.add("an integer beyond 64 bits" if beyond else "an integer beyond 15 digits")
        return 0

    def fraction(digits: str) -> float:
        found.add("a fraction" if abs(float(digits)) < float("inf") else "a number beyond a double")
        return 0.5

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            found.add("repeated names")
        return dict(pairs)

    return json.JSONDecoder(
        parse_constant=constant, parse_int=integer, parse_float=fraction, object_pairs_hook=members, strict=False
    )


def _of_fields(document: dict[str, Any]) -> Iterator[str]:
    if len(document) > 8:
        yield "many fields"
    for name, value in document.items():
        if name in _NOT_OF_THE_USER:
            yield f"{name} of {_KINDS.get(type(value), 'a number')}"
        elif name in _SYSTEM:
            yield f"the name {name}"
        elif not _PLAIN.fullmatch(name):
            yield from ("a name of its own kind", *(f"a name with {trait}" for trait in _of_text(name)))


def _of_values(document: dict[str, Any]) -> Iterator[str]:
    level: list[Any] = [value for name, value in document.items() if name not in _NOT_OF_THE_USER]
    for depth in range(DEEPEST):
        if depth == 5 and level:
            yield "a deep value"
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict | list):
                yield _KINDS[type(value)]
                inner += [*value, *value.values()] if isinstance(value, dict) else value
            elif isinstance(value, str):
                yield from (f"a text with {trait}" for trait in _of_text(value))
            elif value is None:
                yield "null" if depth == 0 else "null inside"
        level = inner


def _of_text(text: str) -> Iterator[str]:
    if "\0" in text:
        yield "U+0000"
    if not text.isascii():
        if _SURROGATE.search(text):
            yield "a lone surrogate"
        yield "a character beyond the basic plane" if max(text) > "\uffff" else "characters beyond ASCII"
    if _CONTROL.search(text):
        yield "a control character"
    if len(text) > 200:
        yield "more than 200 characters"
    if "$" in text or "." in text:
        yield "a dollar sign or a dot"
