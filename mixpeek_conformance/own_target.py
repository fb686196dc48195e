"""Where the key of the reader goes: to the target that the reader's own settings name, never where a report says."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.vocabulary.display import shown
from fixtures.target import settings
from fixtures.target.target import Misconfigured, Target, base_url_of

_PORTS = {"http": 80, "https": 443}

ADVICE = "give --base-url, or --target with a table of conformance.toml, or set MIXPEEK_BASE_URL"


def own_target(given: Mapping[str, Any], recorded: object, namespace: str | None = None) -> Target:
    """Return the target that the options `given`, environment and `conformance.toml` name.

    `recorded` is the base URL in the report, which is shown and not used; `namespace` stands in if none is given.
    Raises Misconfigured if there is no such target.
    """
    return own_settings(given, recorded, namespace)[0]


def own_settings(
    given: Mapping[str, Any], recorded: object, namespace: str | None = None
) -> tuple[Target, Mapping[str, str]]:
    """Return the same target, and what was given for options that say how it is reached. Raises Misconfigured."""
    environment = dict(os.environ)
    if namespace and not given["target"]:
        environment["MIXPEEK_NAMESPACE"] = environment.get("MIXPEEK_NAMESPACE") or namespace
    missing = f"a report does not decide where a key is sent, this one is of {shown(recorded)}: {ADVICE}"
    if not (given["base-url"] or given["target"] or environment.get("MIXPEEK_BASE_URL")):
        raise Misconfigured(missing)
    known = settings.resolve(given, environment, Path.cwd())
    if known.target is None:
        raise Misconfigured(missing)
    return known.target, known.reached_by


def is_at(target: Target, recorded: object) -> bool:
    """Whether `recorded`, a base URL of a report, names the scheme, host, port and prefix of `target`."""
    return _place(target.base_url) == _place(recorded)


def _place(base_url: object) -> tuple[object, ...] | None:
    try:
        parts = urlsplit(base_url_of(str(base_url)))
        return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], parts.path
    except (Misconfigured, ValueError):
        return None
