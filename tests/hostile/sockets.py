"""Behaviours on a raw socket: ways of being no good target that begin below HTTP.

A behaviour is a function that is given an accepted connection and the head of the first request on it.
"""

import contextlib
import functools
import http.client
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import count

Behaviour = Callable[[socket.socket, bytes], None]
BEHAVIOURS: dict[str, Behaviour] = {}

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
MEGABYTE = b" " * 1_000_000


def behaviour(name: str) -> Callable[[Behaviour], Behaviour]:
    """Make a behaviour known under a name, which says what the target does."""

    def known(does: Behaviour) -> Behaviour:
        BEHAVIOURS[name] = does
        return does

    return known


@functools.cache
def bomb(megabytes: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return so many megabytes of spaces between two pieces, packed with gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = (before, *[MEGABYTE] * megabytes, after)
    return b"".join(map(packer.compress, pieces)) + packer.flush()


def _whole(body: bytes, head: bytes = HEAD) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _redirect(status: bytes, location: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nLocation: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % (status, location)


@behaviour("accepts and stays silent")
def accepts_and_stays_silent(_: socket.socket, __: bytes) -> None:
    threading.Event().wait()


@behaviour("drips a header a byte at a time")
def drips_a_header_a_byte_at_a_time(connection: socket.socket, _: bytes) -> None:
    for byte in HEAD + b"X-Slow: " + b"a" * 1000:
        connection.send(bytes([byte]))
        threading.Event().wait(0.2)


@behaviour("drips a body a byte at a time")
def drips_a_body_a_byte_at_a_time(connection: socket.socket, _: bytes) -> None:
    connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n{")
    while True:
        connection.send(b" ")
        threading.Event().wait(0.2)


@behaviour("closes before it answers")
def closes_before_it_answers(_: socket.socket, __: bytes) -> None:
    pass


@behaviour("closes in the middle of a header")
def closes_in_the_middle_of_a_header(connection: socket.socket, _: bytes) -> None:
    connection.sendall(HEAD[:30])


@behaviour("closes in the middle of a body")
def closes_in_the_middle_of_a_body(connection: socket.socket, _: bytes) -> None:
    connection.sendall(HEAD + b'Content-Length: 1000\r\n\r\n{"status": ')


@behaviour("resets the connection")
def resets_the_connection(connection: socket.socket, _: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


@behaviour("says a length that is too short")
def says_a_length_that_is_too_short(connection: socket.socket, _: bytes) -> None:
    connection.sendall(HEAD + b'Content-Length: 2\r\n\r\n{}{"and": "more"}')


@behaviour("says a length that is no number")
def says_a_length_that_is_no_number(connection: socket.socket, _: bytes) -> None:
    connection.sendall(HEAD + b"Content-Length: many\r\n\r\n{}")


@behaviour("never ends its body")
def never_ends_its_body(connection: socket.socket, _: bytes) -> None:
    connection.sendall(HEAD + b"\r\n[")
    while True:
        connection.sendall(MEGABYTE)


@behaviour("never ends its headers")
def never_ends_its_headers(connection: socket.socket, _: bytes) -> None:
    connection.sendall(HEAD)
    for number in count():
        connection.sendall(b"X-%d: %s\r\n" % (number, b"a" * 1000))


@behaviour("sends what is no gzip")
def sends_what_is_no_gzip(connection: socket.socket, _: bytes) -> None:
    connection.sendall(_whole(b"this is no gzip", HEAD + b"Content-Encoding: gzip\r\n"))


@behaviour("sends a gzip bomb")
def sends_a_gzip_bomb(connection: socket.socket, _: bytes) -> None:
    connection.sendall(_whole(bomb(300), HEAD + b"Content-Encoding: gzip\r\n"))


@behaviour("sends chunks without a length")
def sends_chunks_without_a_length(connection: socket.socket, _: bytes) -> None:
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n")


@behaviour("sends what is no UTF-8")
def sends_what_is_no_utf_8(connection: socket.socket, _: bytes) -> None:
    connection.sendall(_whole(b'{"status": "\xff\xfe\x80"}'))


@behaviour("sends what is no JSON")
def sends_what_is_no_json(connection: socket.socket, _: bytes) -> None:
    connection.sendall(_whole(b'{"status": '))


@behaviour("sends JSON of 100,000 levels")
def sends_json_of_100_000_levels(connection: socket.socket, _: bytes) -> None:
    connection.sendall(_whole(b'{"a":' * 100_000 + b"1" + b"}" * 100_000))


@behaviour("sends JSON of 100 megabytes")
def sends_json_of_100_megabytes(connection: socket.socket, _: bytes) -> None:
    connection.sendall(HEAD + b"Content-Length: 100000010\r\n\r\n" + b'{"a": "')
    for _number in range(100):
        connection.sendall(MEGABYTE)
    connection.sendall(b'"} ')


@behaviour("sends JSON of 100 megabytes, packed into one")
def sends_json_of_100_megabytes_packed(connection: socket.socket, _: bytes) -> None:
    connection.sendall(_whole(bomb(100, b"[", b"]"), HEAD + b"Content-Encoding: gzip\r\n"))


@behaviour("redirects to itself")
def redirects_to_itself(connection: socket.socket, _: bytes) -> None:
    connection.sendall(_redirect(b"307 Temporary Redirect", b"/v1/buckets"))


@behaviour("redirects to another host")
def redirects_to_another_host(connection: socket.socket, _: bytes) -> None:
    connection.sendall(_redirect(b"308 Permanent Redirect", b"http://elsewhere.example/v1"))


@behaviour("speaks HTTP/1.0")
def speaks_http_1_0(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{}")


@behaviour("speaks something else than HTTP")
def speaks_something_else_than_http(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"220 mail.example ESMTP ready\r\n")


@behaviour("answers before it is asked and goes on")
def answers_before_it_is_asked_and_goes_on(connection: socket.socket, _: bytes) -> None:
    while True:
        connection.sendall(_whole(b"{}"))


@behaviour("has a status that is none")
def has_a_status_that_is_none(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 999999 What\r\nContent-Length: 0\r\n\r\n")


@contextlib.contextmanager
def accept_each(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Let `serve` have every connection to a free port, each in a thread of its own, and return HOST:PORT."""

    def accept() -> None:
        with contextlib.suppress(OSError):  # the test is over
            while True:
                threading.Thread(target=handle, args=(listening.accept()[0],), daemon=True).start()

    def handle(connection: socket.socket) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):  # one of the two ends has gone
            serve(connection)

    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def serving(does: Behaviour, context: ssl.SSLContext | None = None) -> AbstractContextManager[str]:
    """Serve a behaviour on a free port, and return HOST:PORT."""
    return accept_each(lambda connection: _serve(connection, does, context))


def _serve(connection: socket.socket, does: Behaviour, context: ssl.SSLContext | None) -> None:
    with connection:
        secured = context.wrap_socket(connection, server_side=True) if context else connection
        with secured:
            does(secured, secured.recv(65536))
            secured.shutdown(socket.SHUT_WR)
            while secured.recv(65536):  # what is still coming would turn the end into a reset
                pass
