"""What stands in a waiver as text: whether its reason is one, and whether its target is the one that is meant."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from contracts.vocabulary.events import Began
from reports.result.verdicts import Waiver

UNFILLED = "and not looked into yet"
"""How a reason ends that `waivers` writes if none is given."""

_PLACEHOLDERS = frozenset(
    (
        "todo", "to do", "tbd", "tba", "tbc", "fixme", "fix me", "fill in", "fill me in", "fill this in",
        "fill in reason", "fill in the reason", "fill in the reasons", "fill in a reason", "todo fill in the reason",
        "todo fill in reason", "to be filled in", "to be done", "to be defined", "todo reason", "add a reason",
        "add reason", "todo fill in", "reason", "reason here", "the reason", "your reason", "your reason here",
        "insert reason", "insert reason here", "enter reason", "why", "text", "placeholder", "changeme", "change me",
        "replace me", "n a", "na", "none", "null", "nil", "xxx", "lorem ipsum",
    )
)  # fmt: skip
_PORTS = {"https": ":443", "http": ":80"}


def is_placeholder(reason: str) -> bool:
    """Return whether `reason` says nothing: no letter or digit, what holds the place of one, or a text of ours."""
    words = " ".join(re.findall(r"\w+", reason.casefold().replace("_", " ")))
    return not words or words in _PLACEHOLDERS or words.endswith(UNFILLED)


def matches(waiver: Waiver, began: Began) -> bool:
    """Whether `waiver` is meant for the target of the run, by its name or its base URL."""
    return is_for(waiver, (began.target, began.base_url))


def is_for(waiver: Waiver, names: Iterable[str | None]) -> bool:
    """Whether `waiver` is meant for what has one of these `names`."""
    return fits(waiver.target, names)


def fits(pattern: str, names: Iterable[str | None]) -> bool:
    """Return whether one of `names`, of targets or their base URLs, is meant by `pattern`.

    A base URL is the same with or without a slash or `/v1` behind it, a port that its scheme has anyway (RFC 3986
    section 6.2.3), or capitals in its scheme and host (section 6.2.2.1).
    """
    return any(_fits(pattern, name) for name in names if name)


def _fits(pattern: str, name: str) -> bool:
    scheme, separator, _ = name.partition("://")
    if fnmatchcase(name, pattern) or not separator:
        return fnmatchcase(name, pattern)
    return fnmatchcase(_plain(name, scheme), _plain(pattern, scheme))


def _plain(url: str, usual: str) -> str:
    """Return a base URL, or a pattern of some, in one form; one without a scheme has the `usual` one."""
    scheme, separator, rest = url.rpartition("://")
    host, _, path = rest.partition("/")
    host = host.lower().removesuffix(_PORTS.get((scheme or usual).lower(), "")).removesuffix(".")
    path = f"/{path}".rstrip("/").removesuffix("/v1").rstrip("/")
    return f"{scheme.lower()}{separator}{host}{path}"
