"""Replay: the exchanges that show a violation are sent again, on fresh objects, to the same or another target."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from contracts import invariants
from contracts.editions import edition
from contracts.vocabulary import curl
from contracts.vocabulary.display import shown as told
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import CutOff, Inconclusive, TargetGone
from contracts.vocabulary.program import started_as
from fixtures.http import credentials
from fixtures.http.api_paths import NO_BUCKETS, NO_OBJECTS, Form, path_of, place_of
from fixtures.http.client import Client
from fixtures.http.credentials import FOREIGN, NONE, OWN, REFUSED, Credential
from fixtures.objects.workspace import Workspace
from mixpeek_conformance.replays.told_again import told_again
from reports.renderings.replay_script import address, fresh_objects, made_with, of_objects
from reports.result.result import Result
from reports.result.verdicts import Judgement, Shown

_WORD = r"""(?:[\w@%+=:,./-]+|(?:'[^']*'|"'")+|\$'(?:[^'\\]|\\x[0-9a-f]{2})*')"""
_BODY = re.compile(rf"(?: --data-raw {_WORD})?", re.ASCII)
_PIPED = re.compile(r"printf '(?:[^'\\%]|%%|\\[0-7]{3}|\\x[0-9a-f]{2})*' \| ", re.ASCII)
"""How a command of this suite gives a body: as one word of the shell, or through a pipe if that cannot hold it."""

_BY_PIPE = " --data-binary @-"
_NAME = re.compile(r"[\w-]+", re.ASCII)
_SENT = ("GET", "PATCH", "DELETE")
"""Methods that a script sends to an object that it has made."""

_LENGTH = "987654321"
_CUT = re.compile(
    re.escape(credentials.cut_short(int(_LENGTH)).shell).replace(_LENGTH, r"(\d+)", 1).replace(_LENGTH, r"\d+")
)
_MORE = re.compile(r"Bearer \$\{MIXPEEK_API_KEY\}([A-Za-z0-9]+)")
_METHODS = ("GET", "PATCH")
_Place = tuple[str, str]
_Fields = Mapping[_Place, Mapping[str, Any]]
"""What objects were given when they were made, by their addresses in a report."""

_ABOUT_TIMES = ("TIME-", "IMMUTABLE-TIMESTAMPS")

_ABOUT_NOTHING = ("ERROR-UNKNOWN-BUCKET", "ERROR-UNKNOWN-OBJECT")


class ReplayOutcome(StrEnum):
    """What has become of a violation."""

    STANDS = "still stands"
    GONE = "no longer seen"
    UNCLEAR = "cannot be told"


@dataclass(frozen=True)
class Replayed:
    """What the replay of one violation has shown, and by what."""

    requirement: str
    outcome: ReplayOutcome
    because: str

    def as_json(self) -> dict[str, str]:
        """Return it as plain JSON."""
        return {"id": self.requirement, "outcome": self.outcome, "because": self.because}


def replay(result: Result, judgements: list[Judgement], client: Client, workspace: Workspace) -> Iterator[Replayed]:
    """Send again what shows each of `judgements` of `result`, on objects that `workspace` makes."""
    bucket = workspace.bucket()
    for judgement in judgements:
        name = judgement.requirement.id
        try:
            yield _replayed(name, judgement.violations[0], result, client, workspace, bucket)
        except TargetGone:
            raise
        except Inconclusive as reason:
            yield Replayed(name, ReplayOutcome.UNCLEAR, str(reason))


def _replayed(name: str, shown: Shown, result: Result, client: Client, workspace: Workspace, bucket: str) -> Replayed:
    recorded = of_objects(shown.exchanges)
    if not recorded or not all(exchange.curl for exchange in recorded):
        return Replayed(name, ReplayOutcome.UNCLEAR, "the report holds no whole exchange that could be sent again")
    if strange := next(
        (method for exchange in recorded if (method := exchange.request.method) not in _METHODS), None
    ):
        return Replayed(name, ReplayOutcome.UNCLEAR, f"the report holds a {told(strange)}, which is not sent again")
    if name in _ABOUT_NOTHING and not all(map(_names_nothing, recorded)):
        return Replayed(
            name, ReplayOutcome.UNCLEAR, f"what is nearly an identifier is another one now: {_advice(shown)}"
        )
    fields = made_with(shown.exchanges)
    sent = partial(_sent_again, recorded, fields, result, client, workspace, bucket)
    again = sent()
    if name in invariants.in_edition(result.began.edition):
        return _judged(name, again, result.began.edition)
    if name.startswith(_ABOUT_TIMES):
        return Replayed(name, ReplayOutcome.UNCLEAR, f"times are others in every run: {_advice(shown)}")
    if because := told_again(shown, recorded, again, sent):
        return Replayed(name, ReplayOutcome.STANDS, because)
    return Replayed(name, ReplayOutcome.UNCLEAR, f"{again[-1].line} is another answer than before: {_advice(shown)}")


def _sent_again(
    recorded: list[Exchange],
    fields: _Fields,
    result: Result,
    client: Client,
    workspace: Workspace,
    bucket: str,
) -> list[Exchange]:
    places = _places(recorded, fields, workspace, bucket)
    return [_send(exchange, result, client, places[address(exchange)]) for exchange in recorded]


def _names_nothing(exchange: Exchange) -> bool:
    """Whether a request names what the suite expects no target to have."""
    bucket, identifier = address(exchange)
    return bucket in NO_BUCKETS or identifier in NO_OBJECTS


def _places(
    recorded: list[Exchange], fields: _Fields, workspace: Workspace, bucket: str
) -> dict[tuple[str, str], _Place]:
    """Return where each exchange is sent again, by the bucket and the object that it names.

    That is what `workspace` makes, or what exists nowhere: a report does not decide what is patched.
    """
    made = {
        pair: str(workspace.object(bucket, fields=fields.get(pair))["object_id"])
        for pair in fresh_objects(recorded)
        if pair[0] not in NO_BUCKETS and pair[1] not in NO_OBJECTS
    }
    objects = {identifier: new for (_, identifier), new in made.items()}
    buckets = dict.fromkeys((old for old, _ in made), bucket)
    places = {}
    for pair in dict.fromkeys(map(address, recorded)):
        if pair[0] not in buckets:
            buckets[pair[0]] = pair[0] if pair[0] in NO_BUCKETS else workspace.bucket()
        nowhere = pair[1] if pair[1] in NO_OBJECTS else NO_OBJECTS[0]
        places[pair] = (buckets[pair[0]], made.get(pair) or objects.get(pair[1], nowhere))
    return places


def _advice(shown: Shown) -> str:
    return f"ask the check itself, {started_as()} run -k {shown.test.rpartition('::')[2].partition('[')[0]}"


def _judged(name: str, again: list[Exchange], name_of_edition: str) -> Replayed:
    """Judge the new exchanges by the invariant itself."""
    invariant, published = invariants.INVARIANTS[name], edition.load(name_of_edition)
    applicable = [one for one in again if invariant.judges(one, published, invariants.Operation.UPDATE)]
    for exchange in applicable:
        fault = invariant.find_violation(exchange, published)
        if fault is not None:
            return Replayed(name, ReplayOutcome.STANDS, f"expected {fault.expected}, got {fault.actual}")
    if applicable:
        return Replayed(name, ReplayOutcome.GONE, f"{len(applicable)} answers keep it")
    return Replayed(name, ReplayOutcome.UNCLEAR, f"the answer gives nothing to judge it by: {again[-1].line}")


def _send(recorded: Exchange, result: Result, client: Client, place: _Place) -> Exchange:
    request = recorded.request
    headers = {name.lower(): value for name, value in request.headers}
    bucket, identifier = place
    path = path_of("buckets", bucket, "objects", identifier)
    namespace = headers.get("x-namespace")
    try:
        return client.send(
            request.method,
            path,
            content=request.body,
            headers=[(name, value) for name, value in request.headers if name.lower() == "content-type"],
            credential=_credential(headers.get("authorization")),
            namespace=client.target.namespace if namespace == result.began.namespace else namespace,
            examined=recorded.response.status == 0,
        )
    except CutOff as lost:  # as it was recorded
        return lost.exchange


def is_ours(exchange: Exchange, base_url: str) -> bool:
    """Return whether a script may hold the command of an exchange: it sends the recorded request, and does no more.

    A report is data: what is handed to a shell has to be, to the letter, what this suite writes for the request, to
    an object below the `base_url` of the report.
    """
    sent, root = exchange.request, base_url.rstrip("/")
    place = place_of(sent.url.removeprefix(root)) if sent.url.startswith(f"{root}/") else None
    if place is None or place.form is not Form.OBJECT or sent.method not in _SENT:
        return False
    if not all(_is_plain(name, value) for name, value in sent.headers):
        return False
    bare, command = curl.command(sent.method, sent.url, sent.headers, None), exchange.curl or ""
    if piped := _PIPED.match(command):
        return command[piped.end() :] == f"{bare}{_BY_PIPE}"
    return command.startswith(bare) and _BODY.fullmatch(command[len(bare) :]) is not None


def _is_plain(name: str, value: str) -> bool:
    """Whether a header is one that a command can hold: of one line, and with a credential that this suite knows."""
    if not _NAME.fullmatch(name) or any(one in value for one in "\r\n\0"):
        return False
    if name.lower() != "authorization" or not value.strip():
        return True
    try:
        _credential(value)
    except Inconclusive:
        return False
    return True


def _credential(shell: str | None) -> Credential:
    """Return the credential that a record shows as a shell expression. Raises Inconclusive for an unknown one."""
    if shell is None:
        return NONE
    for known in (OWN, FOREIGN, *REFUSED):
        if known is not NONE and known.shell == shell:
            return known
    if found := _CUT.fullmatch(shell):
        return credentials.cut_short(int(found[1]))
    if found := _MORE.fullmatch(shell):
        return credentials.with_more(found[1])
    raise Inconclusive(f"the credential {shell} is not known to this suite")
