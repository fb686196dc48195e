"""Rewritings that set cookies, repeat the key, and say what a terminal, a log or a page takes for its own."""

import itertools
import json
from dataclasses import replace
from functools import partial

from tests.hostile.proxy import Answered, ReceivedRequest, Victim
from tests.hostile.rewriting import REWRITINGS, rewriting, with_body, with_members
from tests.support.encodings import ENCODINGS, RAW


@rewriting("sets a session cookie")
def session_cookie(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_body(answered, answered.body, (b"Set-Cookie", b"session=abcdef0123456789; Path=/; HttpOnly"))


@rewriting("sets forty cookies with every answer")
def forty_cookies(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_body(
        answered, answered.body, *((b"Set-Cookie", b"c%d=%s; Path=/" % (at, b"x" * 1500)) for at in range(40))
    )


@rewriting("repeats the key in a header")
def key_in_header(asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    return with_body(answered, answered.body, (b"X-You-Are", asked.key))


@rewriting("repeats the key in a header line that is none")
def key_in_bad_header(asked: ReceivedRequest, _: Answered, __: Victim) -> bytes:
    return b"HTTP/1.1 200 OK\r\nbad header Bearer " + asked.key + b"\r\nContent-Length: 2\r\n\r\n{}"


@rewriting("repeats the key in a status line that is none")
def key_in_status_line(asked: ReceivedRequest, _: Answered, __: Victim) -> bytes:
    return b"HTTP/1.1 20O " + asked.key + b"\r\nContent-Length: 2\r\n\r\n{}"


@rewriting("repeats the key in a length that is none")
def key_in_length(asked: ReceivedRequest, _: Answered, __: Victim) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: " + asked.key + b"\r\n\r\n{}"


@rewriting("repeats the key in the address of a redirect")
def key_in_location(asked: ReceivedRequest, _: Answered, __: Victim) -> Answered:
    location = b"https://elsewhere.example/?key=" + asked.key
    return Answered(307, ((b"Location", location),), b"", b"Temporary Redirect")


@rewriting("repeats the key as the name of a member")
def key_as_name(asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    return with_members(answered, **{asked.key.decode("latin-1"): 1})


def _forms(asked: ReceivedRequest) -> dict[str, str]:
    """The key in a portion of the encodings that text can hold: the next answer has the next ones."""
    key, names = asked.key.decode("latin-1"), list(ENCODINGS)
    first = next(_portions[0]) * _AT_ONCE
    return {name: ENCODINGS[name](key).decode() for name in (names * 2)[first % len(names) :][:_AT_ONCE]}


_AT_ONCE = 16
_portions = [itertools.count()]


def begin() -> None:
    """Let the next answer have the first portion of the encodings: a row comes out alike behind any other."""
    _portions[0] = itertools.count()


@rewriting("repeats the key in every encoding, in its body")
def key_encoded(asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    return replace(answered, body=json.dumps({**answered.members, **_forms(asked)}, ensure_ascii=False).encode())


@rewriting("repeats the key in every encoding, in its headers")
def key_encoded_in_headers(asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    pairs = (
        (b"X-%d" % number, form.encode().replace(b"\n", b" ")) for number, form in enumerate(_forms(asked).values())
    )
    return with_body(answered, answered.body, *pairs)


@rewriting("repeats the key in every encoding, in its refusals")
def key_encoded_in_refusals(asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    message = "; ".join(_forms(asked).values())
    return (
        answered
        if answered.status < 400
        else replace(
            answered,
            body=json.dumps({"success": False, "status": answered.status, "error": {"message": message}}).encode(),
        )
    )


@rewriting("repeats the key in UTF-16 and over several lines")
def key_raw(asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    return replace(answered, body=b" ".join(encode(asked.key.decode("latin-1")) for encode in RAW.values()))


@rewriting("repeats the key 30,000 times, in quotation marks")
def key_again_and_again(asked: ReceivedRequest, answered: Answered, _: Victim) -> Answered:
    return with_members(answered, note="'".join(asked.key.decode("latin-1")) * 30_000)


TEXTS = {
    "commands of CI": "\n::error::x\n##vso[task.setvariable variable=a]b ##[error]c ##teamcity[message text='d']\n",
    "escape codes of a terminal": "\x1b]0;title\x07\x1b[2J\x1b[31m\x9b31m\x1bP\x1b\\\x00\x08",
    "marks that turn the direction of text": "\u202eabc\u2066\u200f\u2028",
    "letters that nobody sees": "a\U000e0062\U000e0063\u3164\xad\u034f\ufe0f\uffa0",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)></pre></textarea>",
    "Markdown": "@everyone #1 ![x](http://elsewhere.example/x.png) [y](javascript:1) www.elsewhere.example |`",
    "the ends of XML": "]]>-->\ufffe\uffff\x01<![CDATA[",
    "shell": "'; rm -rf /tmp/hostile $(touch x) `touch y` \\",
}


def _said(text: str, _: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    error = {"success": False, "status": 400, "error": {"type": text, "message": text}}
    if answered.status >= 300:
        return replace(answered, body=json.dumps(error).encode())
    return with_members(answered, status=text, error=text, **{text: text})


for _what, _text in TEXTS.items():
    REWRITINGS[f"says {_what} everywhere"] = partial(_said, _text)
