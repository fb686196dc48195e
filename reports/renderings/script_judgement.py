"""How a script for a shell tells a violation again: by the last answer, and by nothing that the report could run.

A shell reads no JSON. A finding about a status is told by the status, one about a member by the text of that member,
as the answer had it. A script that has neither says that it cannot tell.
"""

import json
import re
import shlex
from collections.abc import Sequence

from contracts.vocabulary import escaping
from contracts.vocabulary.display import shown
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import UNREADABLE
from reports.renderings import pretty_json
from reports.result.verdicts import Shown

LONGEST = 2_000
"""Characters of a member by which a violation is told, at most."""

_TIMES = ("created_at", "updated_at")
_STATUS = re.compile(r"[1-5](?:\d\d|xx)\b", re.ASCII)
_BETWEEN = re.compile(r'" *: *')
_DIGITS = re.compile(r"[0-9]+")
_UNTOLD = "cannot be told by a shell: mixpeek-conformance replay asks the check"
_COMPARED = 30
"""Characters of a value that the finding has to show."""

HELPERS = r"""
answered() {  # of the status that the run saw: show the answer, and see that it has the same
  printf '%s\n' "$answer"
  status=$(printf '%s\n' "$answer" | sed -n 's/^HTTP\/[0-9.]* *\([0-9]*\).*/\1/p' | grep -v '^1' | head -n 1)
  [ "$status" = "$1" ] || told="cannot be told: answered ${status:-nothing}, and not $1 as in the run"
}
member() {  # the last answer on one line, without space around colons
  printf '%s\n' "$answer" | tr -d '\r\n' | sed 's/" *: */":/g'
}
tell() {  # of a requirement, what was expected, and what came in the run
  printf '%s\n' "$1: $told" "  expected  $2" "  actual    $3"
  case $told in 'seen again') code=1 ;; cannot*) [ "$code" = 1 ] || code=6 ;; esac
}""".strip()


def judging(finding: Shown, exchanges: Sequence[Exchange]) -> list[str]:
    """Return the lines of a script that judge the answer to the last of `exchanges`, which are sent again."""
    last = exchanges[-1]
    if kept := statuses(finding, last):
        status = last.response.status
        judged = f"case $status in {status}) told='seen again' ;; {kept}) told='not seen' ;; esac"
        return [f"before=$told; answered {status}", f'[ -n "$before" ] || {judged}']
    answered, found = f"answered {last.response.status}", _of_member(finding, last)
    if found is None:
        return [answered, f'told="${{told:-{_UNTOLD}}}"']
    sign, without_digits = found
    digits = " | sed 's/[0-9][0-9]*/#/g'" if without_digits else ""
    shows = '*"$sign",* | *"$sign"}* | *"$sign "*'
    judged = f"{shows}) told='seen again' ;; *) told='not seen'"
    if sign.endswith(":"):  # it is missing
        judged = "*\"$sign\"*) told='not seen' ;; *) told='seen again'"
    return [answered, f"sign={shlex.quote(sign)}", f'[ -n "$told" ] || case $(member{digits}) in {judged} ;; esac']


def statuses(finding: Shown, last: Exchange) -> str:
    """Return the statuses that were expected, as a pattern of the shell; empty if the finding is of another kind."""
    status = str(last.response.status)
    if not (_STATUS.match(finding.expected) and _STATUS.match(finding.actual) and finding.actual.startswith(status)):
        return ""
    found = _STATUS.findall(finding.expected.split(" for ", 1)[0])
    return "|".join(dict.fromkeys(one.replace("x", "?") for one in found))


def _of_member(finding: Shown, last: Exchange) -> tuple[str, bool] | None:
    """Return the text of the member by which a finding is told, and whether digits in it differ from run to run.

    It is a name without a value if the answer lacks it; None if no member tells it.
    """
    name, members = member_of(finding, last), last.response.members
    if name is None or members is None:
        return None
    label = f"{json.dumps(name, ensure_ascii=False)}:"
    if name not in members:
        return (label, False) if label.isprintable() else None
    text = _written(last.response.text, name, members[name])
    if text is None:
        return None
    return (_DIGITS.sub("#", text), True) if name in _TIMES else (text, False)


def member_of(finding: Shown, last: Exchange) -> str | None:
    """Return the name of the member that a finding is about, if the `last` answer shows what is said of it."""
    place = pretty_json.place_in(finding.expected) or pretty_json.place_in(finding.actual)
    members = last.response.members
    if not place or members is None or not last.response.complete:
        return None
    name = str(place[0])
    is_shown = _shows(finding.actual, members[name], place[1:]) if name in members else finding.actual == f"no {name}"
    return name if is_shown else None


def _shows(actual: str, value: object, steps: Sequence[str | int]) -> bool:
    """Whether what came, as a finding says, is the value at the end of `steps` in a member."""
    for step in steps:
        try:
            value = value[step]  # type: ignore[index]
        except (TypeError, KeyError, IndexError):
            return actual.startswith("no ")
    return shown(value)[:_COMPARED] in actual


def _written(body: str, name: str, value: object) -> str | None:
    """Return a member as the answer has it, on one line; None if it is too long, or is not found there."""
    decoder = json.JSONDecoder(strict=False)
    for found in re.finditer(re.escape(json.dumps(name, ensure_ascii=False)) + r"\s*:\s*", body):
        try:
            known, end = decoder.raw_decode(body, found.end())
        except UNREADABLE:
            continue
        text = _BETWEEN.sub('":', body[found.start() : end].replace("\r", "").replace("\n", ""))
        if known == value and len(text) <= LONGEST and text.isprintable():
            return text
    return None


def quoted(text: str) -> str:
    """Return a text of the report as one word of the shell, on one line."""
    return shlex.quote(escaping.line(text))
