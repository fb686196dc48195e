"""How a reader reaches the target of a run again: by options of a command, or by what a script tells curl."""

import re
import shlex
from collections.abc import Iterable, Mapping

from contracts.vocabulary.efforts import AUDIT
from contracts.vocabulary.events import Began
from contracts.vocabulary.exchange import Exchange

FLAGS = ("allow-production", "insecure", "http2", "no-request-id", "no-traceparent")
"""Options without a value that say how a target is reached."""

VALUES = (
    "targets-file",
    "other-namespace",
    "timeout",
    "gone-after",
    "rate",
    "ca-bundle",
    "client-cert",
    "client-key",
    "headers-file",
)
"""Those with a value, beside those that name the target itself."""

_OF_CURL = {"ca-bundle": "--cacert", "client-cert": "--cert", "client-key": "--key"}
_HEADER = re.compile(r"[A-Za-z0-9-]+")
VARIABLE = re.compile(r"\$\{(MIXPEEK_HEADER_[A-Z0-9_]+)\}")


EXTRA_HEADERS = """\
send() (  # by curl, with the extra headers that MIXPEEK_HEADER_X_GATE and the like hold in the environment
  for name in $(env | sed -n 's/^MIXPEEK_HEADER_\\([A-Z0-9_]*\\)=.*/\\1/p'); do
    eval "value=\\$MIXPEEK_HEADER_$name"
    set -- -H "$(echo "$name" | tr _ -): $value" "$@"
  done
  curl "$@"
)"""
"""A function of a script, in a shell of its own: the environment of its reader says what is sent, and no report."""


def missing(variable: str, what: str) -> str:
    """Return the line of a script that ends it with 4 if a `variable` is not set, and says what that is."""
    sentence = shlex.quote(f"{variable} is missing: export it, {what}")
    return f'[ -n "${{{variable}:-}}" ] || {{ echo {sentence} >&2; exit 4; }}'


FROM_ENVIRONMENT = (
    missing("MIXPEEK_BASE_URL", "where the target is"),
    missing("MIXPEEK_NAMESPACE", "the namespace to work in"),
    "base=${MIXPEEK_BASE_URL%/} namespace=$MIXPEEK_NAMESPACE",
    "base=${base%/v1}",
)
"""The target of a script that is left to whoever runs it."""


def target_lines(base_url: str, namespace: str, reached_by: Mapping[str, str]) -> tuple[str, ...]:
    """Return the lines of a script that name its target, and how curl reaches it."""
    words = ["--insecure"] if "insecure" in reached_by else []
    for name, option in _OF_CURL.items():
        if given := reached_by.get(name):
            # a colon in the name of a certificate would begin its password
            words += [option, given.replace("\\", "\\\\").replace(":", "\\:") if option == "--cert" else given]
    way = (f'curl() {{ command curl {shlex.join(words)} "$@"; }}',) if words else ()
    return (f"base={shlex.quote(base_url)}", f"namespace={shlex.quote(namespace)}", *way)


def lines_of(began: Began) -> tuple[str, ...]:
    """Return the lines of a script that name the target of a run, and how curl reaches it."""
    return target_lines(began.base_url, began.namespace, began.reached_by)


def options_of(began: Began) -> str:
    """Return the options by which a reader reaches the target of a run, whose key is in the environment.

    What the table of the target says is not said again.
    """
    given = {name: text for name, text in began.reached_by.items() if name not in began.from_table}
    target = None if began.effort == AUDIT else began.target  # the name of an audit is that of its file
    words = ["--target", target] if target else []
    if not target or "base-url" in given:
        words += ["--base-url", began.base_url]
    words += ["--namespace", began.namespace] if began.namespace else []
    words += [f"--{name}" for name in FLAGS if name in given]
    words += [word for name in VALUES if name in given for word in (f"--{name}", given[name])]
    return shlex.join(words)


def extra_headers(exchanges: Iterable[Exchange]) -> dict[str, str]:
    """Return the extra headers of some requests, each with the variable that stands for its value in reports."""
    return {
        name: variable[1]
        for exchange in exchanges
        for name, value in exchange.request.headers
        if (variable := VARIABLE.fullmatch(value)) and _HEADER.fullmatch(name)
    }


def path_below(url: str, base_url: str) -> str:
    """Return what stands behind the base URL of a target, or else behind the host."""
    base = base_url.rstrip("/")
    return url.removeprefix(base) if url.startswith(f"{base}/") else "/" + url.split("://", 1)[-1].partition("/")[2]
