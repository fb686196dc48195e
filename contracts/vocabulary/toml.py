"""TOML as people write it: whatever stands in a file, reading it ends in a document or in one sentence."""

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
