"""A violation as a script that repeats it, and says whether it is seen again.

It makes fresh objects, sends the same requests, and takes the key from the environment. Any shell of POSIX runs it.
"""

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from contracts.vocabulary import escaping
from contracts.vocabulary.events import Began
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.program import NAME
from reports.renderings import script_judgement
from reports.renderings.reached_again import EXTRA_HEADERS, VARIABLE, extra_headers, lines_of, missing, options_of
from reports.result.verdicts import Judgement, Shown

_CURL = re.compile(r"^(printf '[^']*' \| )?curl ")
_NOWHERE = "conformance-no-such-bucket"

_OF_BASH = " --data-raw $'"
"""How earlier releases gave a body that is no text: not every shell reads that."""

LONGEST = 20_000
"""Characters; a script that would be longer is not given."""

_AT_CREATION = re.compile("made[a-z]+", re.ASCII)
"""The names of the fields that checks give an object when they make it."""

_OBJECTS = re.compile(r"/v1/buckets/(?P<bucket>[^/?]+)/objects$")
_OBJECT = re.compile(r"/v1/buckets/(?P<bucket>[^/?]+)/objects/(?P<object>[^/?]+)")
_MAKE = """\
ask() {  # of a method, a path and perhaps a body: what the target answers
  send -sS -X "$1" "$base$2" -H "Authorization: Bearer $MIXPEEK_API_KEY" -H "X-Namespace: $namespace" \\
    ${3:+-H 'Content-Type: application/json' --data-raw "$3"}
}
make() {  # of a path, a body and a member: the id that the target gives what it makes, if it can stand in a path
  id=$(ask POST "$1" "$2" | tr -d '\\n' | sed 's/.*"'"$3"'" *: *"\\([^"]*\\)".*/\\1/')
  case $id in ''|.|..|list|*[!A-Za-z0-9._~-]*) id=conformance-no-such-$3 ;; esac
  echo "$id"
}
ours() { ask GET "/v1/buckets/$1" | tr -d '\\n' | grep -q '"bucket_name" *: *"'"$name"'"'; }"""
_KEY = missing("MIXPEEK_API_KEY", "the key of the target")
_NAME = "name=conformance-repeat-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n')"
_BUCKET = """{"bucket_name": "'"$name"'", "bucket_schema": {"properties": {"content": {"type": "text"}}}}"""
_BLOB = {"property": "content", "type": "text", "data": "made to repeat a violation"}


def script(shown: Shown, began: Began, target: Iterable[str] | None = None, name: str = "it") -> str | None:
    """Return the script; None where a request was cut, or all would be too long.

    It needs a shell (POSIX), curl and sed. Objects that the recorded requests patched with success are made anew;
    what was unknown then stays as it was. `target` are the lines that name the target, by default that of the run;
    `name` is what the script calls the violation. It ends with 1 if that is seen again, with 0 if not, with 6 if it
    cannot tell, and with 4 if the environment lacks the key or an extra header.
    """
    part = _part(shown, began, name)
    return None if part is None else _whole([part], extra_headers(shown.exchanges), began, target)


def told(judgement: Judgement, began: Began, target: Iterable[str] | None = None) -> str | None:
    """Return one script for all causes of a violation; None if there is none."""
    return told_together([judgement], began, target)


def told_together(judgements: Iterable[Judgement], began: Began, target: Iterable[str] | None = None) -> str | None:
    """Return one script for all causes of some violations, each below what it shows; None if none has one."""
    causes = [(judgement.requirement.id, shown) for judgement in judgements for shown in judgement.causes]
    made = [(name, shown, _part(shown, began, name)) for name, shown in causes]
    parts = [f"# {escaping.line(f'{name}: {shown.told}')}\n{part}" for name, shown, part in made if part]
    headers = extra_headers(exchange for _, shown, part in made if part for exchange in shown.exchanges)
    return _whole(parts, headers, began, target) if parts else None


def _whole(parts: Iterable[str], headers: Mapping[str, str], began: Began, target: Iterable[str] | None) -> str:
    """Return a script of some parts, as a shell of its own: what is pasted ends no shell of its reader.

    If the run sent extra `headers`, it needs their values in the environment, as the key is. Which it sends is up to
    the environment of its reader: no report chooses that.
    """
    named = lines_of(began) if target is None else target
    needed = [_KEY, *(missing(variable, f"the extra header {name}") for name, variable in headers.items())]
    helpers = (EXTRA_HEADERS, _MAKE, script_judgement.HELPERS)
    lines = ("(", "# export MIXPEEK_API_KEY=sk_...", *needed, *named, *helpers, "code=0")
    return "\n".join((*lines, "\n\n".join(parts), "exit $code", ")"))


def _part(shown: Shown, began: Began, name: str) -> str | None:
    """Return what repeats and judges one violation; None if it cannot be repeated by a shell."""
    repeated = of_objects(shown.exchanges)
    if not repeated or not all(exchange.curl and _OF_BASH not in exchange.curl for exchange in shown.exchanges):
        return None
    text = "\n".join(_lines(shown, repeated, began, name))
    return text if len(text) <= LONGEST else None


def _lines(shown: Shown, repeated: list[Exchange], began: Began, name: str) -> Iterator[str]:
    names, fields = fresh_objects(repeated), made_with(shown.exchanges)
    yield "told="
    if names:
        yield _NAME
        yield f"bucket=$(make /v1/buckets '{_BUCKET}' bucket_id)"
        yield 'ours "$bucket" || bucket=$name  # the name is an identifier too, and nobody else has it'
    for pair, variable in names.items():
        body = shlex.quote(json.dumps({"blobs": [_BLOB], **fields.get(pair, {})}))
        yield f'{variable}=$(make "/v1/buckets/$bucket/objects" {body} object_id)'
    for number, exchange in enumerate(repeated, 1):
        if exchange.marks:
            yield f"# in the run: {escaping.line(exchange.marks)}"
        yield f"answer=$({_command(exchange, began, names)})"
        if number < len(repeated):
            yield f"answered {exchange.response.status}"
    yield from script_judgement.judging(shown, repeated)
    if names:
        yield 'ask DELETE "/v1/buckets/$bucket" > /dev/null'
    yield f"tell {' '.join(map(script_judgement.quoted, (name, shown.expected, shown.actual)))}"


def replay_command(requirement: str, began: Began, report: str = "REPORT", program: str = NAME) -> str:
    """Return the command that sends again what breaks a `requirement`, to the target of its `report`."""
    return f"{program} replay {report} {requirement} {options_of(began)}"


def command_for(requirement: str, began: Began, report: str = "REPORT", program: str = NAME) -> str:
    """Return the command that prints the script of a `requirement` in a `report`, for its target, and runs it."""
    return f"{program} replay --script {report} {requirement} {options_of(began)} | sh"


def fresh_objects(exchanges: list[Exchange]) -> dict[tuple[str, str], str]:
    """Return the objects that have to be made anew, each with the variable that holds its id."""
    accepted = [exchange for exchange in exchanges if exchange.response.status < 300]
    pairs = dict.fromkeys(address(one) for one in accepted or exchanges)
    return {pair: f"object{number}" for number, pair in enumerate(pairs, 1)}


def made_with(exchanges: Iterable[Exchange]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the fields that checks gave an object when it was made, by its address, if that was recorded.

    Of a record nothing else is taken: it does not decide what a target is asked to make.
    """
    made = {}
    for exchange in exchanges:
        where = _OBJECTS.search(urlsplit(exchange.request.url).path)
        identifier = (exchange.response.members or {}).get("object_id")
        if exchange.request.method == "POST" and where is not None and isinstance(identifier, str):
            fields = exchange.request.members or {}
            made[where["bucket"], identifier] = {
                name: value for name, value in fields.items() if _AT_CREATION.fullmatch(name)
            }
    return made


def of_objects(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Return the exchanges that name an object: those that are repeated."""
    return [exchange for exchange in exchanges if _OBJECT.search(urlsplit(exchange.request.url).path)]


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
    command = _CURL.sub(r"\1send ", exchange.curl or "").replace(shlex.quote(url), f'"{again}"', 1)
    for name, value in exchange.request.headers:
        if name.lower() == "x-namespace" and value == began.namespace:
            command = command.replace(shlex.quote(f"{name}: {value}"), f'"{name}: $namespace"', 1)
        elif VARIABLE.fullmatch(value):
            command = command.replace(f' -H "{name}: {value}"', "", 1)
    return command
