"""Local times: each instant is converted by its zone; an ambiguous or missing hour is refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myapp.errors import UsageError
from myapp.notebook.intake import zones

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAMES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Monrovia"]


def microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def shown(instant: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return a zone's local time at an instant, as if it were UTC, and 1 where the clock shows it again."""
    local = (EPOCH + timedelta(microseconds=instant)).astimezone(zone)
    return microseconds(local.replace(tzinfo=UTC)), local.fold


@settings(deadline=None)
@given(st.integers(-3 * 10**15, 4 * 10**15), st.sampled_from(NAMES))
def test_every_instant_survives_its_clock(instant, name):
    """The clock's time is the instant's, the first or second time that it is shown."""
    zone = zones.zone_of(name)
    time, fold = shown(instant, zone)
    assert zones.LocalTimes(zone, ("earlier", "later")[fold]).utc([time]) == [instant]


@settings(deadline=None)
@given(st.integers(0, 86_400), st.sampled_from(NAMES), st.sampled_from([1, 900, 3600]))
def test_rows_in_order_are_told_apart_by_it(offset, name, step):
    """A clock that is read on at least as often as it is put back gives all its instants back."""
    zone = zones.zone_of(name)
    start = microseconds(datetime(2024, 10, 26, tzinfo=UTC)) + offset * 1_000_000
    instants = [start + i * step * 1_000_000 for i in range(200)]
    times = [shown(instant, zone) for instant in instants]
    while times[0][1]:  # an order that begins in the doubled hour tells nothing
        times, instants = times[1:], instants[1:]
    if zones.LocalTimes(zone, "earlier").utc([times[0][0]]) != zones.LocalTimes(zone, "later").utc(
        [times[0][0]]
    ):
        return
    assert zones.LocalTimes(zone, "order").utc([time for time, _ in times]) == instants
    one_by_one = zones.LocalTimes(zone, "order")
    assert [one_by_one.utc([time])[0] for time, _ in times] == instants


def test_series_that_are_mixed_have_an_order_each():
    """Two channels of a long file may show the doubled hour at once."""
    local = zones.LocalTimes(zones.zone_of("Europe/Berlin"), "order")
    half_past = [microseconds(datetime(2024, 10, 27, hour, 30, tzinfo=UTC)) for hour in (1, 2, 2)]
    times = [time for time in half_past for _ in "ab"]
    instants = local.utc(times, list("ababab"))
    assert instants == [half_past[0] - 7_200_000_000 + n * 3_600_000_000 for n in (0, 0, 1, 1, 2, 2)]


@pytest.mark.parametrize(
    ("text", "hours"), [("+01:00", 1), ("UTC+1", 1), ("GMT-0530", -5.5), ("-10", -10), ("UTC", 0), ("gmt", 0)]
)
def test_a_zone_may_be_an_offset(text, hours):
    """Many loggers run on the same offset all year."""
    assert zones.LocalTimes(zones.zone_of(text)).utc([0]) == [round(-hours * 3_600_000_000)]


@pytest.mark.parametrize("text", ["", "Mars", "/etc/localtime", "+24:00", "+01:99", "a\0b", "x" * 300])
def test_what_is_no_zone_is_bad_usage(text):
    """It is refused in one line."""
    with pytest.raises(UsageError, match="no time zone"):
        zones.zone_of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-31", "2024-05-30T22:00"),
        ("2024-05-31T12:00Z", "2024-05-31T12:00"),
        ("2024-01-31 12:00", "2024-01-31T11:00"),
    ],
)
def test_a_start_is_local_unless_it_has_a_zone(text, expected):
    """It is in the zone of the file's times."""
    instant = zones.instant(text, zones.zone_of("Europe/Berlin"))
    assert instant == microseconds(datetime.fromisoformat(expected).replace(tzinfo=UTC))


@pytest.mark.parametrize("text", ["soon", "2024-10-27 02:30", "2024-03-31 02:30", "12:00"])
def test_a_start_that_is_none_is_bad_usage(text):
    """Neither words nor times that a clock shows twice or never are instants."""
    with pytest.raises(UsageError):
        zones.instant(text, zones.zone_of("Europe/Berlin"))
