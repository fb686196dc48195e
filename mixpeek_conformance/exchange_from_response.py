"""A response of httpx or requests as an exchange, whose secrets are known and shown nowhere."""

import time
from typing import Any

from contracts.vocabulary.exchange import Headers, Request, Response
from mixpeek_conformance.har_reader.archive import Part, Recorded
from mixpeek_conformance.har_reader.secrets import KEY_NAME, key_of, repeats, secrets_of, without_key


def exchange_of(response: Any) -> Recorded:
    """Return what a client library has sent and received, as it can be judged.

    `response` is one of httpx or requests, or anything else with their members. Its body has to be read. Raises
    TypeError for anything else.
    """
    try:
        sent, status = response.request, int(response.status_code)
        method, url = str(sent.method).upper(), str(sent.url)
        asked, answered = _headers(sent.headers), _headers(_whole(response))
        body, received = _body(sent), bytes(response.content)
    except AttributeError as error:
        raise TypeError(f"{type(response).__name__} is no response of httpx or requests: {error}") from None
    key = key_of(asked)
    texts = (received, "\n".join(value for _, value in answered).encode("utf-8", "replace"))
    return Recorded(
        1,
        Request(method, url, without_key(asked), body),
        Response(status, answered, received),
        time.time(),
        _seconds(response),
        (KEY_NAME,) if key and repeats(key, *texts) else (),
        frozenset(Part),
        secrets_of({"request": {"url": url}}, asked, answered),
    )


def _whole(response: Any) -> Any:
    """Return the headers of a response: requests joins those of the same name, and urllib3 behind it does not."""
    return getattr(getattr(response, "raw", None), "headers", None) or response.headers


def _headers(headers: Any) -> Headers:
    pairs = headers.multi_items() if hasattr(headers, "multi_items") else headers.items()
    return tuple((_text(name), _text(value)) for name, value in pairs)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _body(sent: Any) -> bytes | None:
    """Return the body of a request; None if there is none, or if it was streamed and is gone."""
    if hasattr(sent, "body"):
        body = sent.body
    else:
        try:
            body = sent.content or None
        except RuntimeError:  # httpx has not kept a stream
            body = None
    if isinstance(body, str):
        return body.encode("utf-8", "replace")
    return bytes(body) if isinstance(body, bytes | bytearray) else None


def _seconds(response: Any) -> float:
    """Return how long it took; 0 if that is not known, as long as a response of httpx is open."""
    try:
        return float(response.elapsed.total_seconds())
    except (AttributeError, RuntimeError):
        return 0.0
