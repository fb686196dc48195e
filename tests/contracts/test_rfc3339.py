"""Timestamps: what RFC 3339 takes for a date-time, and how two of them compare."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary.rfc3339 import explain_invalid, has_fraction, instant, not_before

GOOD = {
    "2026-10-13T13:58:06Z": datetime(2026, 10, 13, 13, 58, 6, tzinfo=UTC),
    "2026-10-13t13:58:06z": datetime(2026, 10, 13, 13, 58, 6, tzinfo=UTC),
    "2026-10-13T13:58:06+00:00": datetime(2026, 10, 13, 13, 58, 6, tzinfo=UTC),
    "2026-10-13T13:58:06-00:00": datetime(2026, 10, 13, 13, 58, 6, tzinfo=UTC),
    "2026-10-13T13:58:06+05:30": datetime(2026, 10, 13, 8, 28, 6, tzinfo=UTC),
    "2026-10-13T13:58:06-23:59": datetime(2026, 10, 14, 13, 57, 6, tzinfo=UTC),
    "2026-10-13T13:58:06.5Z": datetime(2026, 10, 13, 13, 58, 6, 500_000, tzinfo=UTC),
    "2026-10-13T13:58:06.25Z": datetime(2026, 10, 13, 13, 58, 6, 250_000, tzinfo=UTC),
    "2026-10-13T13:58:06.664Z": datetime(2026, 10, 13, 13, 58, 6, 664_000, tzinfo=UTC),
    "2026-10-13T13:58:06.1234Z": datetime(2026, 10, 13, 13, 58, 6, 123_400, tzinfo=UTC),
    "2026-10-13T13:58:06.12345Z": datetime(2026, 10, 13, 13, 58, 6, 123_450, tzinfo=UTC),
    "2026-10-13T13:58:06.123456Z": datetime(2026, 10, 13, 13, 58, 6, 123_456, tzinfo=UTC),
    "2026-10-13T13:58:06.1234567Z": datetime(2026, 10, 13, 13, 58, 6, 123_456, tzinfo=UTC),
    "2026-10-13T13:58:06.12345678Z": datetime(2026, 10, 13, 13, 58, 6, 123_456, tzinfo=UTC),
    "2026-10-13T13:58:06.123456789Z": datetime(2026, 10, 13, 13, 58, 6, 123_456, tzinfo=UTC),
    "2016-12-31T23:59:60Z": datetime(2017, 1, 1, tzinfo=UTC),
    "2016-12-31T15:59:60-08:00": datetime(2017, 1, 1, tzinfo=UTC),
    "2024-02-29T00:00:00Z": datetime(2024, 2, 29, tzinfo=UTC),
    "0001-01-01T00:00:00Z": datetime(1, 1, 1, tzinfo=UTC),
    "9999-12-31T23:59:59Z": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
}

NO_FORM = "is not of the form YYYY-MM-DDThh:mm:ss"
NO_OFFSET = "has no UTC offset"
NOT_REAL = "is no real date and time"

BAD = {
    "2026-10-13T13:58:06.664000": NO_OFFSET,
    "2026-10-13T13:58:06": NO_OFFSET,
    "2026-10-13T13:58:06+0000": NO_FORM,
    "2026-10-13T13:58:06+00": NO_FORM,
    "2026-10-13T13:58:06+5:30": NO_FORM,
    "2026-10-13T13:58:06+05:60": NO_FORM,
    "2026-10-13T13:58:06 Z": NO_FORM,
    "2026-10-13T13:58:06Z\n": NO_FORM,
    " 2026-10-13T13:58:06Z": NO_FORM,
    "2026-10-13 13:58:06Z": NO_FORM,
    "2026-10-13T13:58Z": NO_FORM,
    "2026-10-13T13:58:06.Z": NO_FORM,
    "2026-10-13T13:58:06,5Z": NO_FORM,
    "2026-10-13": NO_FORM,
    "20261013T135806Z": NO_FORM,
    "26-10-13T13:58:06Z": NO_FORM,
    "+002026-10-13T13:58:06Z": NO_FORM,
    "1760363886": NO_FORM,
    "Tue, 13 Oct 2026 13:58:06 GMT": NO_FORM,
    "２０２６-10-13T13:58:06Z": NO_FORM,
    "2026-10-13T13:58:0٦Z": NO_FORM,
    "": NO_FORM,
    "2026-13-01T13:58:06Z": NOT_REAL,
    "2026-00-01T13:58:06Z": NOT_REAL,
    "2026-02-30T13:58:06Z": NOT_REAL,
    "2026-02-29T13:58:06Z": NOT_REAL,
    "2026-10-13T24:00:00Z": NOT_REAL,
    "2026-10-13T25:58:06Z": NOT_REAL,
    "2026-10-13T13:60:06Z": NOT_REAL,
    "2026-10-13T13:58:61Z": NOT_REAL,
    "2026-10-13T13:58:06+24:00": NOT_REAL,
}

OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=OFFSETS)  # noqa: DTZ001 - hypothesis adds the zone


@pytest.mark.parametrize("text", GOOD)
def test_a_date_time_is_accepted_and_read(text: str) -> None:
    """Small letters, any offset, any precision and leap seconds are within RFC 3339."""
    assert explain_invalid(text) is None
    assert instant(text) == GOOD[text]


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_refused_with_its_reason(text: str) -> None:
    """The reason tells a wrong form, a missing offset and an impossible date apart."""
    assert explain_invalid(text) == BAD[text]


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "9999-12-31T23:59:60Z"])
def test_a_real_moment_out_of_reach_of_a_datetime_is_no_fault(text: str) -> None:
    """Python cannot hold it, for which no target is to blame."""
    assert explain_invalid(text) is None
    assert instant(text) is None


@pytest.mark.parametrize("value", [None, 0, 1760363886, True, [], {}, "", "2026-13-01T00:00:00Z", "yesterday"])
def test_what_is_no_moment_is_not_read(value: object) -> None:
    """Numbers, null, containers and other texts yield None, and not an error."""
    assert instant(value) is None
    assert not has_fraction(value)


def test_without_an_offset_utc_is_read() -> None:
    """The missing offset is one violation; clauses on time can be judged all the same."""
    assert instant("2026-10-13T13:58:06.5") == datetime(2026, 10, 13, 13, 58, 6, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("2026-10-13T13:58:06Z", False),
        ("2026-10-13T13:58:06.0Z", False),
        ("2026-10-13T13:58:06.000000Z", False),
        ("2026-10-13T13:58:06.001Z", True),
        ("2026-10-13T13:58:06.100", True),
    ],
)
def test_a_fraction_is_what_says_more_than_whole_seconds(text: str, more: bool) -> None:
    """Zeros alone may come from a target that keeps whole seconds."""
    assert has_fraction(text) is more


@pytest.mark.parametrize(
    ("later", "earlier", "holds"),
    [
        ("2026-10-13T13:58:07Z", "2026-10-13T13:58:06Z", True),
        ("2026-10-13T13:58:06Z", "2026-10-13T13:58:06Z", True),
        ("2026-10-13T13:58:05Z", "2026-10-13T13:58:06Z", False),
        ("2026-10-13T15:58:06+02:00", "2026-10-13T13:58:06Z", True),
        ("2026-10-13T15:58:05+02:00", "2026-10-13T13:58:06Z", False),
        ("2026-10-13T13:58:06.25Z", "2026-10-13T13:58:06.5Z", False),
        ("2026-10-13T13:58:06Z", "2026-10-13T13:58:06.5Z", True),
        ("2026-10-13T13:58:06.5Z", "2026-10-13T13:58:06Z", True),
        ("2026-10-13T13:58:05Z", "2026-10-13T13:58:06.5Z", False),
        ("2026-10-13T13:58:06.123Z", "2026-10-13T13:58:06.123456Z", True),
        ("2026-10-13T13:58:06.12Z", "2026-10-13T13:58:06.129999Z", True),
        ("2026-10-13T13:58:06.122Z", "2026-10-13T13:58:06.123456Z", False),
        ("2026-10-13T13:58:06.123456Z", "2026-10-13T13:58:06.123456789Z", True),
        ("2026-10-13T13:58:06.000Z", "2026-10-13T13:58:06.9Z", True),
        (None, "2026-10-13T13:58:06Z", True),
        ("2026-10-13T13:58:06Z", "yesterday", True),
    ],
)
def test_moments_compare_as_far_as_they_can_be_read(later: object, earlier: object, holds: bool) -> None:
    """If one is written more coarsely, only what both say is compared; offsets do not matter."""
    assert not_before(later, earlier) is holds


@given(MOMENTS)
def test_every_moment_that_python_writes_is_read_back(moment: datetime) -> None:
    """Each is accepted, and is the same moment when it is read."""
    text = moment.isoformat()
    assert explain_invalid(text) is None
    assert instant(text) == moment
    assert has_fraction(text) is (moment.microsecond > 0)


@given(MOMENTS)
def test_the_same_moment_without_its_offset_is_refused(moment: datetime) -> None:
    """The missing offset is the reason that is given, whatever the moment."""
    assert explain_invalid(moment.replace(tzinfo=None).isoformat()) == NO_OFFSET


@given(MOMENTS, MOMENTS)
def test_of_two_moments_one_is_not_before_the_other(one: datetime, other: datetime) -> None:
    """The later of any two is never taken for the earlier, whatever their offsets and fractions."""
    earlier, later = sorted((one, other))
    assert not_before(later.isoformat(), earlier.isoformat())


@given(st.text())
def test_any_text_is_judged_and_read_without_an_error(text: str) -> None:
    """A text is read only if it is valid but for its offset, and is never before itself."""
    assert (instant(text) is None) or explain_invalid(text) in (None, NO_OFFSET)
    assert not_before(text, text)
