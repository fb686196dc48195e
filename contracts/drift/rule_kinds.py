"""The kinds of rules of a schema, such as a length or a set of values: put together, and compared.

Every kind says whether one value of it allows less than another, whatever keyword it was written with.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.drift.finding import Change
from contracts.vocabulary.display import shown


@dataclass(frozen=True)
class Rule:
    """The value of a rule, and the JSON pointer of the keyword that says it."""

    value: Any
    pointer: str


@dataclass(frozen=True)
class RuleKind:
    """One kind of rule: the subject of its findings, how two of them add up, and which of two allows less."""

    subject: str
    both: Callable[[Any, Any], Any]
    change: Callable[[Any, Any], Change | None]
    told: Callable[[Any], str]


def key_of(value: Any) -> str:
    """Return a text that two values of JSON share if they are the same."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return json.dumps(value, sort_keys=True, default=str)


def combined(one: Mapping[str, Rule], other: Mapping[str, Rule]) -> dict[str, Rule]:
    """Return the rules of a value that keeps `one` and `other`."""
    rules = dict(one)
    for name, rule in other.items():
        if name in rules:
            rules[name] = Rule(RULES[name].both(rules[name].value, rule.value), rule.pointer)
        else:
            rules[name] = rule
    return rules


def _by_set(edition: frozenset[str] | None, document: frozenset[str] | None) -> Change | None:
    """Compare sets of rules, each of which allows less."""
    ours, theirs = edition or frozenset(), document or frozenset()
    if ours == theirs:
        return None
    if ours < theirs:
        return Change.NARROWER
    return Change.WIDER if theirs < ours else Change.CHANGED


def _by_size(sign: int) -> Callable[[Any, Any], Change | None]:
    """Compare limits: a larger one allows less with `sign` 1, and more with -1."""

    def change(edition: Any, document: Any) -> Change | None:
        ours = -math.inf if edition is None else sign * edition
        theirs = -math.inf if document is None else sign * document
        if ours == theirs:
            return None
        return Change.NARROWER if theirs > ours else Change.WIDER

    return change


def _by_edge(sign: int) -> Callable[[Any, Any], Change | None]:
    """Compare the edges of a range of numbers, each with whether it is outside of the range itself."""

    def change(edition: Any, document: Any) -> Change | None:
        none = (-math.inf, False)
        ours = none if edition is None else (sign * edition[0], edition[1])
        theirs = none if document is None else (sign * document[0], document[1])
        if ours == theirs:
            return None
        return Change.NARROWER if theirs > ours else Change.WIDER

    return change


def _by_values(edition: Mapping[str, Any] | None, document: Mapping[str, Any] | None) -> Change | None:
    if edition is None or document is None:
        return None if edition is document else Change.NARROWER if edition is None else Change.WIDER
    lost, more = edition.keys() - document.keys(), document.keys() - edition.keys()
    if lost:
        return Change.CHANGED if more else Change.NARROWER
    return Change.WIDER if more else None


def _by_multiples(edition: frozenset[Any] | None, document: frozenset[Any] | None) -> Change | None:
    ours, theirs = edition or frozenset(), document or frozenset()
    if len(ours) == len(theirs) == 1 and ours != theirs:
        (one,), (other,) = ours, theirs
        if math.fmod(other, one) == 0:
            return Change.NARROWER
        return Change.WIDER if math.fmod(one, other) == 0 else Change.CHANGED
    return _by_set(edition, document)


def _outer(sign: int) -> Callable[[Any, Any], Any]:
    return lambda one, other: max((one, other), key=lambda edge: (sign * edge[0], edge[1]))


def kept(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of `one` that `other` has too."""
    return {key: value for key, value in one.items() if key in other}


def _edge(words: str) -> Callable[[Any], str]:
    return lambda value: (
        f"{'more than' if words == 'least' else 'less than'} {shown(value[0])}"
        if value[1]
        else (f"at {words} {shown(value[0])}")
    )


def _named(keyword: str) -> Callable[[Any], str]:
    return lambda value: f"{keyword} {shown(value)}"


def _listed(keyword: str) -> Callable[[Any], str]:
    return lambda value: f"{keyword} " + " and ".join(sorted(map(str, value)))


def _quoted(keyword: str) -> Callable[[Any], str]:
    return lambda value: f"{keyword} " + " and ".join(shown(one) for one in sorted(map(str, value)))


def _set(subject: str, told: Callable[[Any], str]) -> RuleKind:
    return RuleKind(subject, lambda one, other: one | other, _by_set, told)


_LEAST = RuleKind("BOUNDS", max, _by_size(1), str)
_MOST = RuleKind("BOUNDS", min, _by_size(-1), str)

RULES: dict[str, RuleKind] = {
    "whole": RuleKind("TYPE", lambda *_: True, lambda e, d: _by_size(1)(e and 1, d and 1), lambda _: "integer"),
    "values": RuleKind("ENUM", kept, _by_values, lambda value: f"one of {', '.join(map(shown, value.values()))}"),
    "format": _set("FORMAT", _listed("format")),
    "pattern": _set("PATTERN", _quoted("pattern")),
    "contentEncoding": _set("FORMAT", _listed("contentEncoding")),
    "contentMediaType": _set("FORMAT", _listed("contentMediaType")),
    "low": RuleKind("BOUNDS", _outer(1), _by_edge(1), _edge("least")),
    "high": RuleKind("BOUNDS", _outer(-1), _by_edge(-1), _edge("most")),
    "multipleOf": RuleKind("BOUNDS", lambda one, other: one | other, _by_multiples, _listed("a multiple of")),
    **{
        name: RuleKind(_LEAST.subject, _LEAST.both, _LEAST.change, _named(name))
        for name in ("minLength", "minItems", "minProperties")
    },
    **{
        name: RuleKind(_MOST.subject, _MOST.both, _MOST.change, _named(name))
        for name in ("maxLength", "maxItems", "maxProperties")
    },
    "uniqueItems": RuleKind(
        "UNIQUE", lambda *_: True, lambda e, d: _by_size(1)(e and 1, d and 1), lambda _: "unique"
    ),
    "written": _set("KEYWORD", lambda value: " and ".join(sorted(one[:60] for one in value))),
}
"""How each rule adds up and compares, by its name."""

LIMITS = ("minLength", "maxLength", "low", "high", "whole", "multipleOf")
"""The rules of which `keeps` knows whether a value keeps them."""


def keeps(value: Any, rules: Mapping[str, Rule]) -> bool:
    """Whether a text or a number keeps the limits among `rules`; a pattern and a format are not looked at."""
    low, high = rules.get("low"), rules.get("high")
    if isinstance(value, str):
        shortest, longest = rules.get("minLength"), rules.get("maxLength")
        return (shortest is None or len(value) >= shortest.value) and (longest is None or len(value) <= longest.value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    multiples = rules["multipleOf"].value if "multipleOf" in rules else ()
    return (
        (low is None or (value > low.value[0] if low.value[1] else value >= low.value[0]))
        and (high is None or (value < high.value[0] if high.value[1] else value <= high.value[0]))
        and ("whole" not in rules or float(value).is_integer())
        and all(math.fmod(value, multiple) == 0 for multiple in multiples)
    )
