"""Rewritings that code, pack and swell an answer."""

import functools
import gzip
import socket
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.hostile.proxy import Answered, ReceivedRequest, Victim
from tests.hostile.rewriting import JSON, REWRITINGS, of_object, rewriting, with_body, with_members, with_raw
from tests.hostile.sockets import MEGABYTE, Behaviour, bomb, resets_the_connection


def _coded(
    coding: bytes, encode: Callable[[bytes], bytes], _: ReceivedRequest, answered: Answered, __: Victim
) -> Answered:
    return with_body(answered, encode(answered.body), (b"Content-Encoding", coding))


@functools.cache
def _deflated() -> bytes:
    return zlib.compress(MEGABYTE * 200, 1)


REWRITINGS |= {
    "packs a gigabyte into gzip in gzip": partial(_coded, b"gzip, gzip", lambda _: gzip.compress(bomb(1000))),
    "packs with gzip ten times": partial(
        _coded, b", ".join([b"gzip"] * 10), lambda body: [body := gzip.compress(body) for _ in range(10)][-1]
    ),
    "packs a gigabyte with gzip": partial(_coded, b"gzip", lambda _: bomb(1000)),
    "packs 200 megabytes with deflate": partial(_coded, b"deflate", lambda _: _deflated()),
    "answers in a coding that nobody asked for": partial(_coded, b"br", lambda body: body),
    "answers in a coding that does not exist": partial(_coded, b"klingon", lambda body: body),
    "breaks gzip off in the middle": partial(_coded, b"gzip", lambda body: gzip.compress(body)[:-9]),
    "puts more behind the end of gzip": partial(_coded, b"gzip", lambda body: gzip.compress(body) + b"more"),
}


@rewriting("sends ten megabytes with every answer")
def ten_megabytes(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_members(answered, padding="x" * 10_000_000)


@rewriting("sends eight megabytes of NUL with every answer")
def eight_megabytes_of_nul(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_body(answered, b"\0" * 8_000_000)


@rewriting("sends a text of four megabytes as status")
def long_status(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_members(answered, status="é\n" * 2_000_000) if of_object(answered) else answered


@rewriting("sends 300,000 empty objects")
def many_values(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_raw(answered, b'"note": [' + b"{}," * 300_000 + b"{}]")


@rewriting("sends 10,000 objects of one member")
def many_small_objects(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_raw(answered, b'"note": [' + b'{"a": 1.5},' * 9_999 + b'{"a": 1.5}]')


@rewriting("sends 300 kilobytes of markup with every answer")
def much_markup(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_members(answered, note="<b>&amp;" * 40_000)


@rewriting("sends headers of 90 kilobytes")
def many_headers(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_body(answered, answered.body, *((b"X-%d" % at, b"y" * 900) for at in range(100)))


@rewriting("sends 1,500 headers")
def thousands_of_headers(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    return with_body(answered, answered.body, *((b"X-%d" % at, b"y") for at in range(1_500)))


@rewriting("sends another answer behind each")
def answers_twice(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    unasked = Answered(200, (JSON,), b'{"bucket_id": "bkt_7", "object_id": "obj_7"}')
    length = b"%d" % len(answered.body)
    return with_body(answered, answered.body + unasked.raw(), (b"Content-Length", length))


@rewriting("says two lengths that differ")
def two_lengths(_: ReceivedRequest, answered: Answered, __: Victim) -> Answered:
    lengths = ((b"Content-Length", b"%d" % length) for length in (len(answered.body), len(answered.body) + 5))
    return with_body(answered, answered.body, *lengths)


@rewriting("sends interim answers without end")
def endless_interim(_: ReceivedRequest, __: Answered, ___: Victim) -> Behaviour:
    def does(connection: Any, _: bytes) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100)

    return does


@rewriting("resets the connection behind each answer")
def resets_behind(_: ReceivedRequest, answered: Answered, __: Victim) -> Behaviour:
    def does(connection: socket.socket, _: bytes) -> None:
        connection.sendall(answered.raw())
        resets_the_connection(connection, b"")

    return does


@rewriting("sends each answer in chunks of one byte")
def tiny_chunks(_: ReceivedRequest, answered: Answered, __: Victim) -> bytes:
    chunks = b"".join(b"1;a=b\r\n%c\r\n" % byte for byte in answered.body)
    coded = (*answered.headers, (b"Transfer-Encoding", b"chunked"), (b"Connection", b"close"))
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in coded)
    return b"HTTP/1.1 %d OK\r\n%s\r\n%s0\r\nX-Trailer: yes\r\n\r\n" % (answered.status, lines, chunks)
