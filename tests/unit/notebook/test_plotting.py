"""Pictures: few points that draw the same as all, breaks at gaps, marks that can be read."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from myapp.errors import UsageError
from myapp.notebook import plotting, sampling, time_axis
from myapp.notebook.models import metadata
from myapp.notebook.sampling import Line
from myapp.notebook.selection import Part
from myapp.notebook.sql import Sql

RUNS, CHANNELS, READINGS = (metadata.tables[name] for name in ("runs", "channels", "readings"))
SECOND, DAY = 1_000_000, 86_400_000_000
RUN = Part((1,), None, None, None)


def _lines(engine, columns, width=100, part=RUN):
    """Return the lines of a run with these (time, value) pairs for each channel."""
    with engine.connect() as connection:  # rolled back at the end
        connection.execute(insert(RUNS), {"id": 1, "title": "t", "started_at": 0})
        for number, readings in enumerate(columns, 1):
            connection.execute(insert(CHANNELS), {"id": number, "name": f"c{number}", "unit": "V"})
            rows = [{"run_id": 1, "channel_id": number, "time": t, "value": v} for t, v in readings]
            connection.execute(insert(READINGS), rows)
        return sampling.lines(Sql(connection), part, width)


def test_few_readings_are_drawn_each_at_its_time(shared_engine):
    """Nothing is rounded where there is room."""
    readings = [(-5 * SECOND, 1.0), (0, 2.5), (SECOND, -1.0), (2 * SECOND, 3.0)]
    (line,) = _lines(shared_engine, [readings])
    assert [point for piece in line.pieces for point in piece] == readings
    assert (line.name, line.unit, line.title) == ("c1", "V", "c1 [V]")


def test_of_many_readings_extremes_and_ends_are_kept(shared_engine):
    """A spike of a single reading is seen however small the picture."""
    readings = [(n * SECOND, float(n % 7)) for n in range(5000)]
    readings[3333] = (3333 * SECOND, 99.0)
    (line,) = _lines(shared_engine, [readings], width=50)
    points = [point for piece in line.pieces for point in piece]
    assert len(points) <= 4 * 50
    assert (points[0], points[-1]) == (readings[0], readings[-1])
    assert max(value for _time, value in points) == 99.0
    assert len(line.pieces) == 1


@pytest.mark.parametrize("count", [40, 5000])
def test_a_line_breaks_where_readings_are_missing(shared_engine, count):
    """Also where it is read less often than another channel of the run, which is no gap."""
    often = [(n * SECOND, 1.0) for n in range(count) if not count // 2 < n < count // 2 + count // 10]
    seldom = [(n * SECOND, 2.0) for n in range(0, count, 10)]
    often_line, seldom_line = _lines(shared_engine, [often, seldom])
    assert [len(often_line.pieces), len(seldom_line.pieces)] == [2, 1]
    assert often_line.pieces[1][0][0] == (count // 2 + count // 10) * SECOND


def test_infinite_values_and_nothing_at_all_are_no_points(shared_engine):
    """Old documents may hold infinite values; a run may hold none that can be drawn."""
    (line,) = _lines(shared_engine, [[(0, float("inf")), (1, 1.0), (2, -float("inf")), (3, 1e308)]])
    assert line.pieces == (((1, 1.0),),)
    assert _lines(shared_engine, [[(0, float("inf"))]]) == []
    assert _lines(shared_engine, [[(0, 1.0)]], part=Part((1,), None, 5, None)) == []


finite = st.floats(-sampling.LARGEST, sampling.LARGEST)
points = st.lists(st.tuples(st.integers(-(2**60), 2**60), finite), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            Line,
            st.text(max_size=5),
            st.sampled_from(["", "V"]),
            st.lists(points.map(tuple), min_size=1, max_size=3).map(tuple),
        ),
        min_size=1,
        max_size=3,
    )
)
@example([Line("", "", (((0, 2.2250738585072014e-308),),))])
@example([Line("\x00\ud800<&>", "\x1b", (((0, 0.0),),))])
@example([Line("a", "V", (((0, 1e9), (1, 1e9 + 1e-6)),)), Line("b", "", (((0, -8e307), (5, 8e307)),))])
def test_any_lines_make_a_picture_that_is_xml(lines):
    """Whatever the names, and however near or far apart values and times are."""
    ET.fromstring(plotting.svg("title \x01 & <b>", lines))


def test_a_panel_a_unit_with_its_names_and_one_time_axis():
    """Units stand at the axes and names in the legends; the axis says UTC and the whole span."""
    lines = [
        Line("inside", "°C", (((0, 1.0), (DAY, 2.0)),)),
        Line("outside", "°C", (((0, 1.0), (DAY, 2.0)),)),
        Line("wind", "m/s", (((0, 1.0), (DAY, 2.0)),)),
    ]
    root = ET.fromstring(plotting.svg("north face", lines))
    texts = [(element.text or "").strip() for element in root.iter("{http://www.w3.org/2000/svg}text")]
    for expected in ("north face", "inside", "outside", "wind", "°C", "wind [m/s]", "01-01 12:00"):
        assert texts.count(expected) == 1
    assert "UTC, from 1970-01-01 to 1970-01-02" in texts


def test_a_picture_is_drawn_as_png():
    """Twice as wide as the SVG, and with the letters of the shipped font."""
    picture = plotting.svg("title", [Line("a", "", (((0, 1.0), (DAY, 2.0)),))])
    drawn = plotting.png(picture)
    assert drawn[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(drawn[16:20], "big") == 2 * plotting.WIDTH
    assert len(drawn) > len(plotting.png(picture.replace("title", " ")))


def test_too_many_lines_for_one_picture_are_refused():
    """The message says what to do."""
    with pytest.raises(UsageError, match="choose some with channels"):
        plotting.svg("t", [Line(f"c{n}", "", (((0, 1.0),),)) for n in range(plotting.MOST_LINES + 1)])
    with pytest.raises(UsageError, match="choose some with channels"):
        plotting.svg("t", [Line("c", f"u{n}", (((0, 1.0),),)) for n in range(plotting.MOST_PANELS + 1)])


def _us(*moment):
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (_us(2024, 2, 28), _us(2024, 3, 7), ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"]),
        (_us(2023, 11, 15), _us(2024, 5, 2), ["2023-12", "2024-01", "2024-02", "2024-04"]),
        (_us(1990, 1, 1), _us(2024, 1, 1), ["1990", "1995", "2000", "2005", "2010", "2015", "2020"]),
        (0, 4 * SECOND, ["00:00:00", "00:00:01", "00:00:02", "00:00:03", "00:00:04"]),
        (0, 3, ["00:00:00", "00:00:00.000001", "00:00:00.000002", "00:00:00.000003"]),
    ],
)  # fmt: skip
def test_times_are_marked_where_a_person_would(start, end, expected):
    """Round days, months, years and fractions of seconds; a month has the days that it has."""
    labels = [label for _time, label in time_axis.marks(start, end, most=9)]
    assert set(expected) <= set(labels) or set(labels) <= set(expected)
    assert 2 <= len(labels) <= 10


@given(st.integers(-(2**62), 2**62), st.integers(0, 2**62))
def test_time_marks_are_few_and_inside(start, length):
    """For any span that a document can hold."""
    found = time_axis.marks(start, start + length, most=9)
    assert len(found) <= 14
    assert all(start <= time <= start + length for time, _label in found)


@given(st.floats(-1e300, 1e300), st.floats(1e-9, 1e300))
def test_value_marks_are_few_inside_and_told_from_each_other(low, size):
    """For any range that a double can tell apart."""
    high = low + size
    if high - low > 1e-12 * max(abs(low), abs(high)):
        values, labels = plotting.value_marks(low, high)
        assert 1 <= len(values) <= 10
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        (0, "0:00:00"),
        (250_000, "0:00:00.25"),
        (-90 * SECOND, "-0:01:30"),
        (26 * 3600 * SECOND + 1, "26:00:00.000001"),
        (3 * DAY, "3 d"),
        (3 * DAY + 4 * 3600 * SECOND, "3 d 4:00:00"),
    ],
)
def test_a_duration_is_written_with_all_its_digits(microseconds, text):
    """A difference of two cursors is exact."""
    assert time_axis.duration(microseconds) == text


@given(st.integers(-(2**60), 2**60), st.integers(1, 2**60), st.integers(2, 12))
def test_marks_of_durations_are_inside_in_order_distinct_and_few(start, length, most):
    """For the axis of runs that are drawn from their starts."""
    found = time_axis.duration_marks(start, start + length, most)
    times = [time for time, _label in found]
    assert times == sorted(times)
    assert all(start <= time <= start + length for time in times)
    assert len({label for _time, label in found}) == len(found) <= most + 1
