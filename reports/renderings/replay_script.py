"""A violation as a bash script that repeats it: fresh objects, the same requests, the key from the environment."""

import re
import shlex
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from contracts.vocabulary import escaping
from contracts.vocabulary.events import Began
from contracts.vocabulary.exchange import Exchange
from reports.result.result import Judgement, Shown

_NOWHERE = "conformance-no-such-bucket"

LONGEST = 20_000
"""Characters; a script that would be longer is not given."""

_OBJECT = re.compile(r"/v1/buckets/(?P<bucket>[^/?]+)/objects/(?P<object>[^/?]+)")
_MAKE = """\
ask() {  # of a method, a path and perhaps a body: what the target answers
  curl -sS -X "$1" "$base$2" -H "Authorization: Bearer $MIXPEEK_API_KEY" -H "X-Namespace: $namespace" \\
    ${3:+-H 'Content-Type: application/json' --data-raw "$3"}
}
make() {  # of a path, a body and a member: the id that the target gives what it makes, if it can stand in a path
  local id=$(ask POST "$1" "$2" | tr -d '\\n' | sed -E 's/.*"'"$3"'" *: *"([^"]*)".*/\\1/')
  case $id in ''|.|..|list|*[!A-Za-z0-9._~-]*) id=conformance-no-such-$3 ;; esac
  echo "$id"
}
ours() { ask GET "/v1/buckets/$1" | tr -d '\\n' | grep -qE '"bucket_name" *: *"'"$name"'"'; }"""
_BUCKET = """{"bucket_name": "'"$name"'", "bucket_schema": {"properties": {"content": {"type": "text"}}}}"""
_BLOB = '{"blobs": [{"property": "content", "type": "text", "data": "made to repeat a violation"}]}'


FROM_ENVIRONMENT = (
    "base=${MIXPEEK_BASE_URL:?export it: where the target is}",
    "namespace=${MIXPEEK_NAMESPACE:?export it: the namespace to work in}",
)
"""The target of a script that is left to whoever runs it."""


def target_lines(base_url: str, namespace: str) -> tuple[str, str]:
    """Return the lines of a script that name its target."""
    return f"base={shlex.quote(base_url)}", f"namespace={shlex.quote(namespace)}"


def script(shown: Shown, began: Began, target: Iterable[str] | None = None) -> str | None:
    """Return the script, which needs bash, curl and sed; None where a request was cut, or all would be too long.

    Objects that the recorded requests patched with success are made anew; what was unknown then stays as it was.
    `target` are the lines that name the target, by default that of the run.
    """
    if not shown.exchanges or not all(one.curl for one in shown.exchanges):
        return None
    named = target_lines(began.base_url, began.namespace) if target is None else target
    text = "\n".join(_lines(shown.exchanges, began, named))
    return text if len(text) <= LONGEST else None


def _lines(exchanges: Iterable[Exchange], began: Began, target: Iterable[str]) -> Iterator[str]:
    repeated = of_objects(exchanges)
    names = fresh_objects(repeated)
    yield "# export MIXPEEK_API_KEY=sk_..."
    yield from target
    if names:
        yield _MAKE
        yield "name=conformance-repeat-$RANDOM$RANDOM$RANDOM"
        yield f"bucket=$(make /v1/buckets '{_BUCKET}' bucket_id)"
        yield 'ours "$bucket" || bucket=$name  # the name is an identifier too, and nobody else has it'
    for variable in dict.fromkeys(names.values()):
        yield f"{variable}=$(make \"/v1/buckets/$bucket/objects\" '{_BLOB}' object_id)"
    for one in repeated:
        if one.marks:
            yield f"# in the run: {escaping.line(one.marks)}"
        yield _command(one, began, names)
        yield "echo"
    if names:
        yield 'ask DELETE "/v1/buckets/$bucket" > /dev/null'


def told(judgement: Judgement, began: Began, target: Iterable[str] | None = None) -> str | None:
    """Return the scripts of all causes of a violation, each below what it shows; None if there is none."""
    named = None if target is None else tuple(target)
    scripts = ((shown, script(shown, began, named)) for shown in judgement.causes)
    name = judgement.requirement.id
    parts = [f"# {escaping.line(f'{name}: {shown.told}')}\n{text}" for shown, text in scripts if text]
    return "\n\n".join(parts) or None


def command_for(requirement: str, began: Began, report: str = "REPORT") -> str:
    """Return the command that prints the script of a `requirement` in a `report`, for its target, and runs it."""
    target = f"--target {shlex.quote(began.target)}" if began.target else f"--base-url {shlex.quote(began.base_url)}"
    return f"mixpeek-conformance replay --script {report} {requirement} {target} | bash"


def fresh_objects(exchanges: list[Exchange]) -> dict[tuple[str, str], str]:
    """Return the objects that have to be made anew, each with the variable that holds its id."""
    accepted = [one for one in exchanges if one.response.status < 300]
    pairs = dict.fromkeys(address(one) for one in accepted or exchanges)
    return {pair: f"object{number}" for number, pair in enumerate(pairs, 1)}


def of_objects(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Return the exchanges that name an object: those that are repeated."""
    return [one for one in exchanges if _OBJECT.search(urlsplit(one.request.url).path)]


def address(exchange: Exchange) -> tuple[str, str]:
    """Return the bucket and the object that an exchange names, as they stand in its path."""
    found = _OBJECT.search(urlsplit(exchange.request.url).path)
    return (found["bucket"], found["object"]) if found else ("", "")


def _command(exchange: Exchange, began: Began, names: dict[tuple[str, str], str]) -> str:
    """Return the curl command of an exchange, with what was made anew in place of what was there then."""
    url = exchange.request.url
    bucket, identifier = address(exchange)
    again = url.replace(began.base_url, "$base", 1)
    if (bucket, identifier) in names:
        again = again.replace(f"/buckets/{bucket}/", "/buckets/$bucket/").replace(
            f"/objects/{identifier}", f"/objects/${names[bucket, identifier]}"
        )
    elif any(known == bucket for known, _ in names):
        again = again.replace(f"/buckets/{bucket}/", "/buckets/$bucket/")
    else:  # a record does not decide what is patched: in no bucket but that of the script itself
        again = again.replace(f"/buckets/{bucket}/", f"/buckets/{_NOWHERE}/")
    command = (exchange.curl or "").replace(shlex.quote(url), f'"{again}"', 1)
    for name, value in exchange.request.headers:
        if name.lower() == "x-namespace" and value == began.namespace:
            command = command.replace(shlex.quote(f"{name}: {value}"), f'"{name}: $namespace"', 1)
    return command
