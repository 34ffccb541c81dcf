"""Imports are complete or leave nothing behind."""

import csv
import hashlib
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, insert, select

from myapp.errors import BadData, Cancelled, UsageError
from myapp.notebook import importing, queries
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.models import metadata
from tests.unit.notebook.conftest import Amounts, CancelAt

TABLES = ("runs", "channels", "readings", "sources")
READINGS, SOURCES = metadata.tables["readings"], metadata.tables["sources"]
REAL = {
    "co2.csv": ("date", "%Y%m%d", 2284),
    "seattle-weather.csv": ("date", "%Y/%m/%d", 1461),
    "sf-temps.csv": ("date", "%Y/%m/%d %H:%M:%S", 8759),
}
NOW = 1_700_000_000_000_000


def counts(connection: Connection) -> dict[str, int]:
    return {
        name: connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()
        for name in TABLES
    }


def stored(connection: Connection, run_id: int) -> dict[str, dict[int, float]]:
    """Return a run's readings by channel and time."""
    channels = metadata.tables["channels"]
    query = select(channels.c.name, READINGS.c.time, READINGS.c.value).join(channels)
    found: dict[str, dict[int, float]] = {}
    for name, time, value in connection.execute(query.where(READINGS.c.run_id == run_id)):
        found.setdefault(name, {})[time] = value
    return found


def expected(path, time_column, pattern) -> dict[str, dict[int, str]]:
    """Read a file the plain way: its numeric fields by channel and time, as text."""
    found: dict[str, dict[int, str]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            moment = datetime.strptime(row.pop(time_column), pattern).replace(tzinfo=UTC)
            for name, cell in row.items():
                if cell and name != "weather":
                    found.setdefault(name, {})[round(moment.timestamp()) * 1_000_000] = cell
    return found


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_is_imported_whole(engine, data, name):
    """Counts, sums and every single reading agree with the file."""
    time_column, pattern, rows = REAL[name]
    cells = expected(data / name, time_column, pattern)
    with engine.begin() as connection:
        result = importing.import_csv(connection, data / name, now_us=NOW)
        readings = stored(connection, result.run_id)
        channels = queries.show(connection, result.run_id).channels
    assert {n: {t: float(c) for t, c in cs.items()} for n, cs in cells.items()} == readings
    assert result.readings == sum(map(len, cells.values()))
    assert result.gaps == rows * len(cells) - result.readings
    for channel in channels:
        numbers = [Decimal(cell) for cell in cells[channel.name].values()]
        assert channel.count == len(numbers)
        assert channel.mean * channel.count == pytest.approx(float(sum(numbers)), rel=1e-12)
        assert (channel.minimum, channel.maximum) == (float(min(numbers)), float(max(numbers)))


def test_the_text_column_of_the_weather_is_said_to_be_skipped(connection, data):
    """What is not imported is named."""
    result = importing.import_csv(connection, data / "seattle-weather.csv")
    assert result.skipped == ("weather",)
    assert [name for name, _ in result.channels] == ["precipitation", "temp_max", "temp_min", "wind"]


def test_an_import_records_its_file(engine, data):
    """Name, digest, size and time of the import are kept; the title is the file's name without suffix."""
    content = (data / "co2.csv").read_bytes()
    with engine.begin() as connection:
        result = importing.import_csv(connection, data / "co2.csv", now_us=NOW)
        source = connection.execute(select(SOURCES)).one()
        run = queries.show(connection, "co2").run
    assert (source.file_name, source.size, source.imported_at) == ("co2.csv", len(content), NOW)
    assert source.sha256 == hashlib.sha256(content).hexdigest()
    assert (run.title, run.started_at, run.ended_at) == ("co2", result.started_at, result.ended_at)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
def test_a_fault_on_the_last_line_leaves_nothing(engine, write):
    """An import that is rolled back leaves the document as it was, however much it had written."""
    lines = "".join(f"2020-01-01 00:00:00.{n:06},{n}\n" for n in range(20_000))
    with pytest.raises(BadData) as caught, engine.begin() as connection:
        importing.import_csv(connection, write("time,a\n" + lines + "2020-01-02,x\n"))
    assert (caught.value.line, caught.value.column) == (20_002, 2)
    with engine.begin() as connection:
        assert counts(connection) == dict.fromkeys(TABLES, 0)


def test_the_same_file_is_refused_until_it_is_asked_for_again(engine, write):
    """A file is known by its content, under any name; the refusal names the run that has it."""
    text = "time,a\n2020-01-01,1\n"
    with engine.begin() as connection:
        first = importing.import_csv(connection, write(text, name="one.csv"))
    with pytest.raises(BadData, match=rf"run {first.run_id} \(one\)"), engine.begin() as connection:
        importing.import_csv(connection, write(text, name="two.csv"))
    with engine.begin() as connection:
        second = importing.import_csv(connection, write(text, name="two.csv"), again=True)
        assert counts(connection) == {"runs": 2, "channels": 1, "readings": 2, "sources": 2}
    assert second.run_id != first.run_id


def test_channels_are_shared_by_name_and_unit(connection, write):
    """A second run measures the same channel where name and unit are the same, and another one where not."""
    importing.import_csv(connection, write("time,a [V],b\n2020-01-01,1,2\n"), title="one")
    importing.import_csv(connection, write("time,a [V],b [V]\n2020-01-01,1,2\n"), title="two")
    channels = metadata.tables["channels"]
    names = connection.execute(select(channels.c.name, channels.c.unit).order_by(channels.c.id)).all()
    assert [tuple(name) for name in names] == [("a", "V"), ("b", ""), ("b", "V")]


def seconds(order) -> str:
    return "".join(f"2020-01-01 {n // 3600:02}:{n // 60 % 60:02}:{n % 60:02},{n}\n" for n in order)


@pytest.mark.parametrize(
    "order", [range(9000), range(8999, -1, -1), sorted(range(9000), key=lambda n: n * 7919 % 9000)]
)
def test_rows_may_come_in_any_order(engine, write, order):
    """The time is the key: forwards, backwards or mixed, the readings are the same."""
    with engine.begin() as connection:
        result = importing.import_csv(connection, write("time,a\n" + seconds(order)))
        readings = stored(connection, result.run_id)["a"]
    start = result.started_at
    assert readings == {start + n * 1_000_000: float(n) for n in range(9000)}
    assert start == int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    assert result.ended_at == start + 8999 * 1_000_000


@pytest.mark.parametrize(
    ("rows", "line"), [([5, 5], 3), ([*range(9000), 3], 9002), ([*range(9000, 0, -1), 8999], 9002)]
)
def test_a_second_reading_at_one_time_is_refused_by_line_and_column(engine, write, rows, line):
    """Near or far from the first one, it is found, and neither of the two is taken."""
    with pytest.raises(BadData, match="second reading") as caught, engine.begin() as connection:
        importing.import_csv(connection, write("time,a\n" + seconds(rows)))
    assert (caught.value.line, caught.value.column) == (line, 2)


def test_the_first_of_several_doubles_is_named(connection, write):
    """Reading order decides, not the order of columns."""
    text = "time,a,b\n2020-01-01,1,1\n2020-01-02,1,1\n2020-01-01,,2\n2020-01-02,2,2\n"
    with pytest.raises(BadData) as caught:
        importing.import_csv(connection, write(text))
    assert (caught.value.line, caught.value.column) == (4, 3)


def test_two_rows_of_one_time_may_fill_each_others_gaps(connection, write):
    """A gap is no reading, so it is not a double either."""
    result = importing.import_csv(connection, write("time,a,b\n2020-01-01,1,\n2020-01-01,,2\n"))
    assert (result.readings, result.gaps) == (2, 2)


def test_the_start_is_that_of_the_first_reading(connection, write):
    """A row that holds gaps only starts no run."""
    result = importing.import_csv(connection, write("time,a,b\n2020-01-01,,\n2020-01-03,1,\n2020-01-02,1,\n"))
    assert result.started_at == int(datetime(2020, 1, 2, tzinfo=UTC).timestamp()) * 1_000_000
    assert (result.channels, result.skipped) == ((("a", ""),), ("b",))
    assert (result.readings, result.gaps) == (2, 1)


def test_a_file_of_gaps_is_refused(connection, write):
    """A run without a reading has no start."""
    with pytest.raises(BadData, match="no readings"):
        importing.import_csv(connection, write("time,a\n2020-01-01,\n2020-01-02,NaN\n"))


def test_progress_rises_to_the_size_of_the_file(connection, data):
    """Progress is told in bytes and ends at the whole."""
    progress = Amounts()
    size = (data / "sf-temps.csv").stat().st_size
    importing.import_csv(connection, data / "sf-temps.csv", progress=progress)
    assert progress.all == sorted(progress.all)
    assert progress.all[-1] == (size, size)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("stream", [False, True])
def test_a_progress_that_raises_cancels_the_import(engine, data, number, stream):
    """Of a file or a stream, whose size is unknown: Cancelled reaches the caller, who rolls back."""
    content = (data / "sf-temps.csv").read_bytes()
    source = io.BytesIO(content) if stream else data / "sf-temps.csv"
    with pytest.raises(Cancelled), engine.begin() as connection:
        importing.import_csv(connection, source, progress=CancelAt(number))
    with engine.begin() as connection:
        assert counts(connection) == dict.fromkeys(TABLES, 0)


def test_the_look_whether_a_file_is_there_already_may_be_cancelled(connection, data):
    """It reads the whole file, which may be large."""
    importing.import_csv(connection, data / "sf-temps.csv")
    with pytest.raises(Cancelled):
        importing.import_csv(connection, data / "sf-temps.csv", progress=CancelAt(1))


def test_an_import_leaves_the_transaction_to_its_caller(connection, data):
    """Nothing is committed behind the caller's back."""
    importing.import_csv(connection, data / "co2.csv")
    assert connection.in_transaction()
    connection.rollback()
    assert counts(connection) == dict.fromkeys(TABLES, 0)


def test_every_double_arrives_in_the_database(engine, write):
    """Any readings at any times, in any order, are in the database (SQLite keeps no sign of a zero)."""
    moments = st.integers(-60_000_000_000_000_000, 250_000_000_000_000_000)
    values = st.floats(allow_nan=False, allow_infinity=False)

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=30)
    @given(st.dictionaries(moments, values, min_size=1))
    def check(readings):
        rows = [f"{iso(time)},{value!r}\n" for time, value in readings.items()]
        with engine.begin() as connection:
            path = write("time,a\n" + "".join(rows))
            result = importing.import_csv(connection, path, again=True)
            found = stored(connection, result.run_id)["a"]
            connection.rollback()
        assert found == readings

    check()


def iso(microseconds: int) -> str:
    days, rest = divmod(microseconds, 86_400_000_000)
    clock, fraction = divmod(rest, 1_000_000)
    date = datetime.fromordinal(days + 719_163).date()
    return f"{date.isoformat()}T{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}.{fraction:06}"


def test_a_title_of_the_callers_is_taken(connection, data):
    """The caller's title goes before the file's name."""
    assert importing.import_csv(connection, data / "co2.csv", title="Mauna Loa").title == "Mauna Loa"
    assert queries.show(connection, "Mauna Loa").run.readings == 2225


@pytest.mark.parametrize("title", ["", " ", "a\0b", "caf\udce9", "a\x1bb"])
def test_what_cannot_be_a_title_is_refused(connection, data, title):
    """As by renaming."""
    with pytest.raises(UsageError, match="cannot be a title"):
        importing.import_csv(connection, data / "co2.csv", title=title)
    assert queries.runs(connection) == []


@pytest.mark.parametrize("name", ["skip", "missing", "time", "comment"])
def test_an_option_that_is_no_text_is_refused(name):
    """No format of a file could keep it."""
    for odd in ("caf\udce9", "a\0b"):
        with pytest.raises(UsageError, match="is no text") as caught:
            ImportOptions(**{name: (odd,) if name in ("skip", "missing") else odd})
        assert caught.value.setting == name


def test_a_run_that_was_there_is_not_touched(connection, data):
    """An import adds; what other runs hold stays as it was."""
    runs = metadata.tables["runs"]
    connection.execute(insert(runs).values(title="old", started_at=5, notes="kept"))
    importing.import_csv(connection, data / "co2.csv")
    old = queries.show(connection, "old")
    assert (old.run.started_at, old.notes, old.channels) == (5, "kept", ())


SKIP = ImportOptions(on_error="skip-all")


def in_order(readings: dict[int, float]) -> list[float]:
    """Return the values by time, in whatever order a database gives them."""
    return [readings[time] for time in sorted(readings)]


def test_a_long_file_is_imported_by_channel(engine, write):
    """Names and units make channels, and each has its readings; an empty value is a gap."""
    rows = ["time,channel,unit,value"]
    rows += [
        f"2024-01-01 00:{n // 60:02}:{n % 60:02},{c},V,{n + i}"
        for n in range(3000)
        for i, c in enumerate("ab")
    ]
    with engine.begin() as connection:
        result = importing.import_csv(connection, write("\n".join([*rows, "2024-01-02,a,V,", ""])))
        readings = stored(connection, result.run_id)
    assert (result.channels, result.readings, result.gaps) == ((("a", "V"), ("b", "V")), 6000, 1)
    assert in_order(readings["b"]) == [float(n + 1) for n in range(3000)]


@pytest.mark.parametrize("far", [0, 9000])
def test_second_readings_are_left_out_where_that_is_said(engine, write, far):
    """The first of each time is kept, the others are reported in reading order, and channels stay."""
    text = "time,a,b\n" + "".join(f"{line[:-1]},\n" for line in seconds(range(far + 2)).splitlines(True))
    text += "2020-01-01 00:00:00,7,7\n2020-01-01 00:00:01,7,7\n2020-01-01 00:00:01,7,8\n2021-01-01,,9\n"
    faults = []
    with engine.begin() as connection:
        result = importing.import_csv(connection, write(text), SKIP, report=faults.append)
        readings = stored(connection, result.run_id)
    assert [(fault.line - far, fault.column) for fault in faults] == [(4, 2), (5, 2), (6, 2), (6, 3)]
    assert (result.faults, result.readings) == (4, far + 2 + 3)
    assert in_order(readings["a"]) == [float(n) for n in range(far + 2)]
    assert in_order(readings["b"]) == [7.0, 7.0, 9.0]


def faulty(good: int, bad: int) -> str:
    """Return a file with rows of good fields, and rows with a field that cannot be read."""
    return "time,a,b\n" + "".join(
        f"2020-01-01 00:{n // 60:02}:{n % 60:02},{'x' if n < bad else 1},{'y' if n < bad else 1}\n"
        for n in range(good + bad)
    )


def test_more_faults_than_are_left_out_in_silence_are_refused(connection, write):
    """Of a hundred rows five may be left out; six are a file that is read wrongly, unless that is said."""
    skip = ImportOptions(on_error="skip")
    result = importing.import_csv(connection, write(faulty(95, 5)), skip)
    assert (result.readings, result.faults) == (190, 10)
    path = write(faulty(94, 6))
    with pytest.raises(BadData, match=r"6 of 100 rows \(6 %\) .* 'x': on_error skip-all") as caught:
        importing.import_csv(connection, path, skip)
    refused = caught.value
    assert (refused.line, refused.column, refused.setting, refused.values) == (
        2,
        2,
        "on_error",
        ("skip-all",),
    )
    assert importing.import_csv(connection, path, SKIP).faults == 12


def test_second_readings_count_as_rows_that_are_left_out(connection, write):
    """A file in which every row repeats names both what leaves them out and what keeps them."""
    rows = "".join("2020-01-01 00:00:00,1\n" for _ in range(50))
    with pytest.raises(BadData, match=r"49 of 50 rows .* on_error skip-all .*; repeated spread keeps all"):
        importing.import_csv(connection, write(f"time,a\n{rows}"), ImportOptions(on_error="skip"))


def test_what_was_left_out_is_no_gap(connection, write):
    """Gaps are fields that were empty."""
    text = "time,a,b\n2020-01-01,x,1\n2020-01-02,,2\nnever,3,3\n2020-01-04,4,4\n"
    result = importing.import_csv(connection, write(text), SKIP)
    assert (result.readings, result.gaps, result.faults) == (4, 1, 2)


def test_a_file_that_is_there_already_is_refused_before_it_is_imported(connection, write, monkeypatch):
    """Its size and digest tell, so that nobody waits for the end of a long import to hear it."""
    path = write("time,a\n2020-01-01,1\n")
    importing.import_csv(connection, path)
    monkeypatch.setattr(importing, "CsvFile", lambda *_: pytest.fail("it was read"))
    with pytest.raises(BadData, match="already, as run 1"):
        importing.import_csv(connection, path)


def test_a_stream_that_is_there_already_is_refused_at_its_end(connection, write):
    """Its digest is known only then."""
    path = write("time,a\n2020-01-01,1\n")
    result = importing.import_csv(connection, io.BytesIO(path.read_bytes()))
    assert result.title == "standard input"
    with pytest.raises(BadData, match="already, as run 1"):
        importing.import_csv(connection, io.BytesIO(path.read_bytes()))
    with pytest.raises(BadData, match="already, as run 1"):
        importing.import_csv(connection, path)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_double_is_told_with_its_line_and_column_on_a_server_too(engine, write):
    """COPY says no more than that there is one; the file's place is found as on SQLite."""
    lines = "".join(f"2020-01-01 00:00:00.{n:06},{n},{n}\n" for n in range(9_000))
    with pytest.raises(BadData) as caught, engine.begin() as connection:
        importing.import_csv(connection, write("time,a,b\n" + lines + "2020-01-01 00:00:00.000007,,1\n"))
    assert (caught.value.line, caught.value.column) == (9_002, 3)
    with engine.begin() as connection:
        assert counts(connection) == dict.fromkeys(TABLES, 0)
