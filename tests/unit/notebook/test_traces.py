"""Samples of parts of a run: exact, with what leads into them and the whole's gaps, on both databases."""

import pytest
from sqlalchemy import insert

from myapp.errors import Damaged
from myapp.notebook import statistics, traces
from myapp.notebook.models import metadata
from myapp.notebook.overview import keeping
from myapp.notebook.selection import Part
from myapp.notebook.sql import Sql

RUNS, CHANNELS, READINGS = (metadata.tables[name] for name in ("runs", "channels", "readings"))
SECOND = 1_000_000
COUNT = 6000
GAP = range(2500, 2800)


def _value(second):
    return 99.0 if second == 4321 else float(second % 17)


@pytest.fixture(params=[True, False], ids=["overview in step", "overview stale"])
def connection(shared_engine, request):
    """A run with a channel of 1 Hz and a gap, and one of few readings, whose last cannot be drawn."""
    with shared_engine.connect() as opened:  # rolled back at the end
        opened.execute(insert(RUNS), {"id": 1, "title": "t", "started_at": 0})
        opened.execute(
            insert(CHANNELS),
            [{"id": 1, "name": "often", "unit": "V"}, {"id": 2, "name": "few", "unit": ""}],
        )
        sql = Sql(opened)
        often = [(1, second, _value(second)) for second in range(COUNT) if second not in GAP]
        few = [(2, 0, 1.0), (2, 10, 2.0), (2, 20, float("inf"))]
        rows = [
            {"run_id": 1, "channel_id": channel, "time": second * SECOND, "value": value}
            for channel, second, value in often + few
        ]
        opened.execute(insert(READINGS), rows)
        if request.param:
            keeping.settle(sql)
        yield opened


def _points(sample):
    return [point for piece in sample.pieces for point in piece]


def test_the_traces_of_a_run_have_the_ends_that_can_be_drawn(connection):
    few, often = traces.traces(connection, 1)
    assert (few.title, few.start, few.end) == ("few", 0, 10 * SECOND)
    assert (often.title, often.start, often.end) == ("often [V]", 0, (COUNT - 1) * SECOND)
    assert traces.traces(connection, 2) == []


def test_the_whole_has_its_extremes_ends_and_gaps_in_few_points(connection):
    often = traces.traces(connection, 1)[1]
    sample = traces.whole(connection, often, 40)
    points = _points(sample)
    assert len(points) <= 4 * (40 + 2)
    assert (points[0], points[-1]) == ((0, 0.0), (often.end, _value(COUNT - 1)))
    assert max(value for _time, value in points) == 99.0
    assert len(sample.pieces) == 2
    assert sample.longest_step == pytest.approx(1.6 * SECOND, rel=0.01)


def test_a_part_is_exact_and_has_the_readings_beside_it(connection):
    often = traces.traces(connection, 1)[1]
    longest = traces.whole(connection, often, 40).longest_step
    part = traces.part(connection, often, 100 * SECOND + 1, 110 * SECOND - 1, 500, longest)
    assert _points(part) == [(second * SECOND, _value(second)) for second in range(100, 111)]


@pytest.mark.parametrize("margin", [1, 50, 2000])
def test_a_gap_is_one_at_every_zoom_also_where_nothing_else_is_seen(connection, margin):
    often = traces.traces(connection, 1)[1]
    longest = traces.whole(connection, often, 40).longest_step
    start, end = (GAP.start - margin) * SECOND, (GAP.stop + margin) * SECOND
    part = traces.part(connection, often, start, end, 300, longest)
    assert len(part.pieces) == 2
    assert part.pieces[0][-1] == ((GAP.start - 1) * SECOND, _value(GAP.start - 1))


def test_inside_a_gap_there_are_only_the_two_readings_beside_it(connection):
    often = traces.traces(connection, 1)[1]
    longest = traces.whole(connection, often, 40).longest_step
    inside = traces.part(connection, often, 2600 * SECOND, 2700 * SECOND, 300, longest)
    assert [[time // SECOND for time, _value in piece] for piece in inside.pieces] == [[2499], [2800]]


def test_between_two_readings_the_line_that_joins_them_is_a_part(connection):
    few = traces.traces(connection, 1)[0]
    longest = traces.whole(connection, few, 40).longest_step
    part = traces.part(connection, few, 3 * SECOND, 4 * SECOND, 300, longest)
    assert part.pieces == (((0, 1.0), (10 * SECOND, 2.0)),)


def test_the_nearest_reading_is_found_on_both_sides(connection):
    few = traces.traces(connection, 1)[0]
    known = {-5: 1.0, 4: 1.0, 5: 1.0, 6: 2.0, 10: 2.0, 99: 2.0}
    for second, value in known.items():
        assert traces.nearest(connection, few, second * SECOND)[1] == value


def test_the_statistics_of_a_part_are_those_of_its_readings(connection):
    few, often = traces.traces(connection, 1)
    start, end = 5 * SECOND, 3000 * SECOND
    found = traces.statistics_between(connection, [few, often], start, end)
    exact = statistics.statistics(Sql(connection), 1, Part((1,), (1,), start, end + 1), exact=True)[0]
    assert found[often].gaps is None
    assert (found[often].count, found[often].minimum, found[often].maximum) == (
        exact.count,
        exact.minimum,
        exact.maximum,
    )
    assert (found[often].mean, found[often].deviation) == pytest.approx((exact.mean, exact.deviation))
    assert traces.statistics_between(connection, [few], 11 * SECOND, 12 * SECOND) == {}


def test_a_reading_that_is_no_number_is_damage(connection):
    if Sql(connection).dialect != "sqlite":
        pytest.skip("a server holds no text in a column of numbers")
    often = traces.traces(connection, 1)[1]
    connection.exec_driver_sql("UPDATE readings SET value = 'x' WHERE channel_id = 1 AND time = 5000000")
    with pytest.raises(Damaged):
        traces.nearest(connection, often, 5 * SECOND)
