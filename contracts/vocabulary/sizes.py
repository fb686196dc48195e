"""Sizes as people write them: 65536, 64K, 1.5MB, or all."""

import re

ALL = 1 << 62
"""More bytes than there are."""

_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


def size_of(text: str) -> int:
    """Read a size such as 65536, 64K, 1.5MB or `all`. Raise ValueError with what is wrong, and what to give."""
    if text.strip().lower() == "all":
        return ALL
    found = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,3})?)\s*([kmg]?)i?b?", text.strip().lower(), re.ASCII)
    if found is None:
        raise ValueError("is no size: give bytes, such as 65536, 64K or 10M, or all")
    return int(float(found[1]) * _UNITS[found[2]])
