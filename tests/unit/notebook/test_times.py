"""Times in files: the ones that are read, to the microsecond, and the ones that are refused."""

import itertools
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.notebook.intake import time_detection, times

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30))  # noqa: DTZ001
PATTERNS = st.sampled_from(["%Y/%m/%d %H:%M:%S", "%Y%m%dT%H%M%S"])
OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def microseconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(microseconds=1)


def read(cell: str) -> int:
    """Read a cell in both ways, which must agree."""
    time_format = time_detection.detect([cell])
    assert time_format, cell
    one, many = time_format.read(cell), time_format.read_all([cell, cell])
    assert many == [one, one]
    return one


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1970-01-01", "1970-01-01"),
        ("2012/02/29", "2012-02-29"),
        ("2012/2/9 7:05", "2012-02-09T07:05"),
        ("19580329", "1958-03-29"),
        ("2010/01/01 01:00:00", "2010-01-01T01:00"),
        ("2010/01/01 01:00", "2010-01-01T01:00"),
        ("2010/01/01 01:00:00.25", "2010-01-01T01:00:00.250"),
        ("2010-01-01T01:02:03,000004", "2010-01-01T01:02:03.000004"),
        ("2010-01-01T01:02:03.0000049", "2010-01-01T01:02:03.000005"),
        ("2010-01-01T23:59:59.9999999", "2010-01-02T00:00:00"),
        ("2010-12-31 24:00", "2011-01-01"),
        ("2010-12-31T24:00:00.0Z", "2011-01-01"),
        ("201012312400", "2011-01-01"),
        ("2009-W53-5", "2010-01-01"),
        ("2010-001", "2010-01-01"),
        ("20100101:0102", "2010-01-01T01:02"),
        ("2010-01-01   01:02", "2010-01-01T01:02"),
        ("2010-01-01 01:02:03Z", "2010-01-01T01:02:03"),
        ("2010-01-01 01:02:03 UTC", "2010-01-01T01:02:03"),
        ("2010-01-01T01:02+01:00", "2010-01-01T00:02"),
        ("2010-01-01T01:02:03.5-0230", "2010-01-01T03:32:03.500"),
        ("2010-01-01T01:02:03+05", "2009-12-31T20:02:03"),
        ("20100101T010203", "2010-01-01T01:02:03"),
        ("20100101010203", "2010-01-01T01:02:03"),
        ("20100101 01:02:03.5", "2010-01-01T01:02:03.500"),
        (" 2010-01-01 ", "2010-01-01"),
    ],
)
def test_a_time_is_read_to_the_microsecond_in_utc(cell, expected):
    """Each way of writing gives the instant it means; without a zone that is UTC."""
    assert read(cell) == microseconds(datetime.fromisoformat(expected))


@pytest.mark.parametrize(
    "cell",
    [
        "", "x", "2012", "2012-13-01", "2012-02-30", "0000-01-01", "2012-1-01", "２０１２-01-01",
        "2012-W54-1", "2012-01/01", "20121301", "12:00:00", "2012-01-01T24:01", "2012-01-01T25:00",
        "2012-01-01T24:00:00.5", "2011-366", "2012-01-01 24:00 PM",
        "2012-01-01T10:60", "2012-01-01T10:00:60", "2012-01-01T10", "1577836800", "2012120112",
        "2012-01-01T10:00.5", "2012-01-01T10:00:00.", "2012-01-01T1000", "2012-01-01x10:00",
        "2012-01-01T10:00+24:00", "2012-01-01T10:00+01:99", "2012-01-01 10:00:00 CET",
    ],
)  # fmt: skip
def test_what_is_no_time_is_in_no_format(cell):
    """Impossible dates, half-written times and unknown zones are refused, not mended."""
    assert time_detection.detect([cell]) is None


def test_a_format_holds_whether_there_is_a_zone():
    """One file mixes no times with and without a zone: the meaning of the one without would be a guess."""
    with_zone, without = (
        time_detection.detect(["2012-01-01T00:00Z"]),
        time_detection.detect(["2012-01-01T00:00"]),
    )
    assert time_detection.count_fitting(with_zone, ["2012-01-01T00:00"]) == 0
    assert time_detection.count_fitting(without, ["2012-01-01T00:00Z"]) == 0


def test_rows_of_one_format_may_leave_out_what_is_zero():
    """Programs leave out a fraction or midnight where it is zero; that is the same format."""
    time_format = time_detection.detect(["2012-01-01 00:00:00.5"])
    cells = ["2012-01-01 00:00:00.5", "2012-01-01 00:00:01", "2012-01-02"]
    assert time_format.read_all(cells) == [time_format.read(cell) for cell in cells]


@given(MOMENTS, st.sampled_from(["T", " "]))
def test_every_moment_survives_iso(moment, separator):
    """What Python writes as ISO 8601 is read back to the microsecond."""
    assert read(moment.isoformat(separator)) == microseconds(moment)


@given(MOMENTS, OFFSETS)
def test_every_zone_is_taken_off(moment, zone):
    """An offset from UTC changes how an instant is written and not which one it is."""
    aware = moment.replace(tzinfo=zone)
    assert read(aware.isoformat()) == microseconds(aware)


@given(st.lists(MOMENTS.filter(lambda m: m.year > 999)), PATTERNS)
def test_many_cells_are_read_as_one_by_one(moments, pattern):
    """The fast way for whole columns gives what the plain one gives."""
    cells = [moment.strftime(pattern) for moment in moments]
    time_format = time_detection.detect([datetime(2000, 1, 1, tzinfo=UTC).strftime(pattern)])
    expected = [microseconds(moment.replace(microsecond=0)) for moment in moments]
    assert time_format.read_all(cells) == expected == [time_format.read(cell) for cell in cells]


@given(st.text(alphabet="0123456789-/:TZ+. ", max_size=24))
def test_the_fast_way_takes_nothing_that_the_plain_one_refuses(cell):
    """For any text, a column of it is read to the same value or refused in every format."""
    for known in times.FORMATS:
        one = outcome(known.read, cell)
        assert outcome(known.read_all, [cell]) == (one if one is ValueError else [one])


def test_midnight_may_be_the_hour_24_of_the_day_before():
    """24:00 is the next day's midnight in a column of other times too; later than that there is nothing."""
    time_format = time_detection.detect(["2012-01-01 23:00"])
    hours = time_format.read_all(["2012-01-01 23:00", "2012-01-01 24:00", "2012-01-02 01:00"])
    assert [b - a for a, b in itertools.pairwise(hours)] == [3_600_000_000, 3_600_000_000]
    with pytest.raises(ValueError, match="24"):
        time_format.read_all(["2012-01-01 23:00", "2012-01-01 24:30"])


@pytest.mark.parametrize("hour", ["25", "99"])
def test_an_hour_that_no_clock_shows_is_refused_in_a_column_too(hour):
    """A day has 24 hours."""
    time_format = time_detection.detect(["2012-01-01 23:00"])
    with pytest.raises(ValueError, match=hour):
        time_format.read_all(["2012-01-01 23:00", f"2012-01-01 {hour}:00"])


@st.composite
def columns(draw):
    """Return cells of one style that may differ in their zone, their half, a digit or a line end."""
    pattern = draw(st.sampled_from(STYLES))
    moments = draw(st.lists(MOMENTS.filter(lambda m: m.year > 999), min_size=1, max_size=4))
    ends = st.sampled_from(
        ["", "", "", ".25", ",1234567", "Z", " UTC", "+0130", "-23:59", "+24:00", " AM", " pm"]
    )
    cells = [moment.strftime(pattern) + draw(ends) for moment in moments]
    place, character = draw(st.integers(0, len(cells[0]))), draw(st.sampled_from(["", *"0123456789:/-. \n"]))
    return [cells[0][:place] + character + cells[0][place + draw(st.integers(0, 1)) :], *cells[1:]]


STYLES = [
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S", "%d-%b-%Y %H:%M",
    "%Y%m%d %H%M%S", "%Y%m%d%H%M%S", "%Y-%m-%d", "%Y-%m",
]  # fmt: skip


@given(columns())
def test_a_column_is_read_as_its_cells_are(cells):
    """Whatever the cells share, all are read to the values that each has, or the column is refused."""
    for known in times.FORMATS:
        one_by_one = [outcome(known.read, cell) for cell in cells]
        expected = ValueError if ValueError in one_by_one else one_by_one
        assert outcome(known.read_all, cells) == expected


def outcome(read, argument):
    """Return the result of a reader, or ValueError where it raises that."""
    try:
        return read(argument)
    except ValueError:
        return ValueError


def test_memory_does_not_grow_with_the_number_of_times():
    """A format keeps nothing of the times that it has read."""
    time_format = time_detection.detect(["2012-01-01 00:00:00.000000"])
    tracemalloc.start()
    for second in range(10):
        time_format.read_all([f"2012-01-01 00:00:{second:02}.{fraction:06}" for fraction in range(5_000)])
        time_format.read_all([f"2012-01-01 00:{fraction % 60:02}" for fraction in range(5_000)])
    assert tracemalloc.get_traced_memory()[0] < 100_000
    tracemalloc.stop()
