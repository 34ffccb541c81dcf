"""Exports import to equal readings, whatever the table and the names are."""

import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from myapp.errors import Cancelled, Damaged, NotFound, UsageError
from myapp.notebook import export, importing, queries
from myapp.notebook.export import Export
from myapp.notebook.intake.names import name_and_unit
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.models import metadata
from myapp.notebook.sampling import lines
from myapp.notebook.selection import Part, Selection
from myapp.notebook.sql import Sql
from tests.unit.notebook.conftest import CancelAt

RUNS, CHANNELS, READINGS = (metadata.tables[name] for name in ("runs", "channels", "readings"))
MINUTE = 60_000_000
RUN = 1_000_001
"""Beyond the ids that PostgreSQL gives to what the test imports."""


def _fill(connection, columns):
    """Write the run with readings by (name, unit) and time; return them."""
    connection.execute(insert(RUNS), {"id": RUN, "title": "t", "started_at": 0})
    for number, ((name, unit), readings) in enumerate(columns.items(), RUN):
        connection.execute(insert(CHANNELS), {"id": number, "name": name, "unit": unit})
        rows = [{"run_id": RUN, "channel_id": number, "time": t, "value": v} for t, v in readings.items()]
        connection.execute(insert(READINGS), rows)


def _readings(connection, run_id):
    query = select(CHANNELS.c.name, CHANNELS.c.unit, READINGS.c.time, READINGS.c.value).join(READINGS)
    rows = connection.execute(query.where(READINGS.c.run_id == run_id))
    return {(name, unit, time): value.hex() for name, unit, time, value in rows}


@pytest.fixture
def filled(shared_engine):
    """A connection to a run of two channels at times of their own, one of a name with brackets."""
    with shared_engine.connect() as connection:
        columns = {
            ("wind, gusts", "m/s"): {0: 0.1, MINUTE: 1e-07, 3 * MINUTE: -2.5},
            ("a [b]", ""): {MINUTE + 1: 4.0, 2 * MINUTE: 1e22},
        }
        _fill(connection, columns)
        yield connection


def test_csv_has_a_column_a_channel_and_gaps_where_it_has_no_reading(filled):
    """Units and awkward names stand in the header; times have as many decimals as they need."""
    assert "".join(Export(filled, "t").csv()) == (
        'time,a [b] [],"wind, gusts [m/s]"\n'
        "1970-01-01T00:00:00Z,,0.1\n"
        "1970-01-01T00:01:00Z,,1e-07\n"
        "1970-01-01T00:01:00.000001Z,4.0,\n"
        "1970-01-01T00:02:00Z,1e+22,\n"
        "1970-01-01T00:03:00Z,,-2.5\n"
    )


def test_json_lines_are_an_object_for_each_reading(filled):
    """By time, with the channel's name and unit in each."""
    lines = [json.loads(line) for line in "".join(Export(filled, RUN).json_lines()).splitlines()]
    assert lines[0] == {"time": "1970-01-01T00:00:00Z", "channel": "wind, gusts", "unit": "m/s", "value": 0.1}
    assert [line["value"] for line in lines] == [0.1, 1e-07, 4.0, 1e22, -2.5]


def test_a_part_is_chosen_by_channel_and_time(filled):
    """A channel without a chosen reading has no column."""
    part = Selection(channels=("wind, gusts [m/s]", "a [b]"), start=1, end=MINUTE + 1)
    assert "".join(Export(filled, RUN, part).csv()).splitlines(keepends=True) == [
        'time,"wind, gusts [m/s]"\n',
        "1970-01-01T00:01:00Z,1e-07\n",
    ]
    assert list(Export(filled, RUN, Selection(start=9 * MINUTE)).csv()) == ["time\n"]
    with pytest.raises(NotFound):
        Export(filled, RUN, Selection(channels=("none",)))


@pytest.mark.parametrize("time", [-62_135_596_800_000_001, 253_402_300_800_000_000, 2**62])
def test_a_time_that_no_date_can_say_is_refused(shared_engine, time):
    """It would not come back; the rest can be exported."""
    with shared_engine.connect() as connection:
        _fill(connection, {("a", ""): {0: 1.0, time: 2.0}})
        with pytest.raises(UsageError, match="from_time or to_time"):
            list(Export(connection, RUN).csv())


def test_an_export_may_be_cancelled_and_its_rows_are_released(shared_engine):
    """At any report, while the error is still held; the connection can be used at once."""
    with shared_engine.connect() as connection:
        _fill(connection, {("a", ""): dict.fromkeys(range(12000), 1.0)})
        for number, pieces in ((1, "csv"), (2, "json_lines")):
            progress = CancelAt(number)
            with pytest.raises(Cancelled) as caught:
                list(getattr(Export(connection, RUN, progress=progress), pieces)())
            assert caught.value.subject == "the test"
            assert progress.calls == number
            assert "".join(Export(connection, RUN).csv()).count("\n") == 12_001


@pytest.mark.parametrize("row", ["5, 'text'", "'text', 5.0", "5, x'00'"])
def test_a_text_where_a_number_should_be_is_damage(connection, row):
    """SQLite would hold one; it is neither written nor drawn nor counted."""
    _fill(connection, {("a", ""): {0: 1.0}})
    connection.exec_driver_sql(f"INSERT INTO readings VALUES (1000001, 1000001, {row})")
    for read in (
        lambda: list(Export(connection, RUN).csv()),
        lambda: list(Export(connection, RUN).json_lines()),
        lambda: lines(Sql(connection), Part((RUN,), None, None, None), 100),
        lambda: queries.show(connection, RUN),
    ):
        with pytest.raises(Damaged):
            read()


names = st.one_of(
    st.sampled_from(
        ["a", "a [b]", "a (b)", "a [b] (c)", "[", "]x", "a,b", '"', "'", "a;b\tc", "time", "date", "ö"]
    ),
    st.text(st.characters(codec="utf-8"), max_size=8),
)
units = st.one_of(st.sampled_from(["", "°C", "m/s", "m [abs]", "(x)", "]"]), st.text(max_size=4))


def _stored(pair):
    """Whether an import can make such a channel."""
    name, unit = pair
    return export.header(name, unit) is not None


pairs = st.tuples(names, units).map(lambda p: (" ".join(p[0].split()), p[1].strip())).filter(_stored)
seconds = st.integers(-62_000_000_000, 253_000_000_000).map(lambda s: s * 1_000_000)
moments = st.one_of(seconds, st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999))
numbers = st.floats(allow_nan=False, allow_infinity=False)
readings = st.dictionaries(moments, numbers, min_size=1, max_size=8)
tables = st.dictionaries(pairs, readings, min_size=1, max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables)
@example({("a", ""): {0: 1.5}, ("a", "b"): {0: 2.5}, ("a [b]", ""): {0: 3.5, 1: 5e-324}})
@example({("date", ""): {0: 20240101.0}, ("time", "s"): {0: -1.5}})
def test_what_is_exported_imports_to_equal_readings(shared_engine, tmp_path_factory, table):
    """To the last bit and microsecond, with every name and unit that an import can make."""
    path = tmp_path_factory.getbasetemp() / "round-trip.csv"
    with shared_engine.connect() as connection:
        _fill(connection, table)
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(Export(connection, RUN).csv())
        again = importing.import_csv(connection, path, ImportOptions(missing=("none",))).run_id
        assert _readings(connection, again) == _readings(connection, RUN)


@given(names, units)
def test_a_header_is_what_an_import_reads_as_this_channel(name, unit):
    """Or there is none, and then no import can have made the channel."""
    title = export.header(name, unit)
    if title is not None:
        assert name_and_unit(title) == (name, unit)


@given(st.text(max_size=12))
def test_what_an_import_has_read_has_a_header(title):
    """Every channel that came from a file can go back into one."""
    name, unit = name_and_unit(title)
    if name and (name + unit).isprintable():
        assert export.header(name, unit) is not None


def test_an_export_does_not_grow_in_memory_with_the_readings(connection):
    """A hundred thousand rows pass in a few hundred kilobytes."""
    _fill(connection, {("a", ""): {0: 1.0}})
    many = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
        INSERT INTO readings (run_id, channel_id, time, value) SELECT 1000001, 1000001, i * 1000000, i FROM n
    """
    connection.exec_driver_sql(many)
    out = Export(connection, RUN)
    tracemalloc.start()
    assert sum(piece.count("\n") for piece in out.csv()) == 100_002
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000
