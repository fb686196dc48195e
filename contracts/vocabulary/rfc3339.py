"""Timestamps as RFC 3339 section 5.6 writes them: judged strictly, read leniently."""

import re
from datetime import UTC, datetime, timedelta

_DATE_TIME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"[Tt](?P<time>\d{2}:\d{2}):(?P<second>\d{2})(?P<fraction>\.\d+)?"
    r"(?P<offset>[Zz]|[+-]\d{2}:[0-5]\d)?",
    re.ASCII,
)


def explain_invalid(text: str) -> str | None:
    """Return why `text` is not an RFC 3339 date-time (section 5.6), in a few words; None if it is one."""
    parts = _DATE_TIME.fullmatch(text)
    if parts is None:
        return "is not of the form YYYY-MM-DDThh:mm:ss"
    if parts["offset"] is None:
        return "has no UTC offset"
    if _local(parts) is None:
        return "is no real date and time"
    return None


def instant(value: object) -> datetime | None:
    """Read `value` as a point in time, for comparing; None if that is not possible.

    Lenient, since TIME-FORMAT alone judges the form: without an offset, UTC is meant.
    """
    parts = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    return None if parts is None else _instant(parts)


def has_fraction(value: object) -> bool:
    """Whether the timestamp `value` says more than whole seconds."""
    parts = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    return parts is not None and bool((parts["fraction"] or "").strip(".0"))


def _precision(value: object) -> int:
    """Return how many digits of a second `value` says, six at most; none if all of them are zero."""
    parts = _DATE_TIME.fullmatch(value) if isinstance(value, str) and has_fraction(value) else None
    return 0 if parts is None else min(len(parts["fraction"]) - 1, 6)


def _cut(moment: datetime, digits: int) -> datetime:
    """Return `moment` with so many digits of its second."""
    step = 10 ** (6 - digits)
    return moment.replace(microsecond=moment.microsecond // step * step)


def _instant(parts: re.Match[str]) -> datetime | None:
    local = _local(parts)
    try:
        return local and local.astimezone(UTC) + timedelta(seconds=1 if parts["second"] == "60" else 0)
    except OverflowError:
        return None  # real, but in UTC before the year 1 or after 9999


def _local(parts: re.Match[str]) -> datetime | None:
    """Read what was written, a leap second as the second before it; None if there is no such date or time."""
    if parts["time"] >= "24":
        return None  # ISO 8601 knows 24:00, and so do newer Pythons; RFC 3339 does not
    second = "59" if parts["second"] == "60" else parts["second"]
    fraction = (parts["fraction"] or ".0")[:7]
    offset = (parts["offset"] or "Z").upper()
    try:
        return datetime.fromisoformat(f"{parts['date']}T{parts['time']}:{second}{fraction}{offset}")
    except ValueError:
        return None


def not_before(later: object, earlier: object) -> bool:
    """Whether `later` lies at or after `earlier`, as far as both can be read.

    Two of different precision are compared in the coarser one.
    """
    first, second = instant(earlier), instant(later)
    if first is None or second is None:
        return True
    digits = min(_precision(earlier), _precision(later))
    return _cut(first, digits) <= _cut(second, digits)
