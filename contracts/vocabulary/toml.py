"""TOML: a document, or one sentence that says what is wrong with the file."""

import tomllib
from typing import Any


def parsed(text: str) -> dict[str, Any]:
    """Return the document in `text`. Raises ValueError, with the reason, if there is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError:
        raise ValueError("it holds a number that is too long") from None
