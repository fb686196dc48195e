"""A body as a JSON document, read leniently, so that one fault does not hide the others."""

import json
from functools import lru_cache
from itertools import chain, islice
from typing import Any

DEEPEST = 200
"""The most levels of a document that are read: values are judged level by level."""

MOST = 50_000
"""The most values of a document that are read: in memory they take many times the length of the text."""


class TooMuch(ValueError):  # noqa: N818 - read as a sentence: the document is too much
    """A document that may well be JSON, and is more than this suite reads; the message says in which way."""


_TOO_DEEP = "the document is nested too deeply to be read"
_TOO_LONG = "the document holds a number with more digits than this suite reads"
_TOO_LARGE = "the document takes more memory than there is"
_TOO_MANY = "the document holds more values than this suite reads"


def document_in(body: bytes) -> Any:
    """Return the document that `body` begins with.

    Takes a byte order mark, NaN and what stands behind the document, which RESPONSE-JSON judges.
    Raises ValueError if no document can be made out, and TooMuch if it is more than this suite reads.
    """
    try:
        text = body.decode("utf-8-sig", "replace").lstrip()
        document = json.JSONDecoder().raw_decode(text)[0]
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise TooMuch(_TOO_DEEP) from None
    except MemoryError:
        raise TooMuch(_TOO_LARGE) from None
    except ValueError:
        raise TooMuch(_TOO_LONG) from None
    containers = text.count("[") + text.count("{")
    if len(text) >= MOST or containers >= DEEPEST:  # a value takes a character at least, and a level a container
        _expect_little(document)
    return document


def document_or_error(body: bytes) -> tuple[Any, ValueError | None]:
    """Return what `document_in` returns, or the error that it raises."""
    try:
        return document_in(body), None
    except ValueError as error:
        return None, error


@lru_cache(maxsize=2)
def read_of_late(body: bytes) -> tuple[Any, ValueError | None]:
    """Return what `document_or_error` returns, from memory for the last two bodies."""
    return document_or_error(body)


def _expect_little(document: Any) -> None:
    """Raise TooMuch for more levels or more values than are read."""
    level, values = [document], 0
    for _ in range(DEEPEST):
        inner = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = list(islice(chain.from_iterable(inner), MOST))
        values += len(level)
        if values >= MOST:
            raise TooMuch(_TOO_MANY)
        if not level:
            return
    raise TooMuch(_TOO_DEEP)
