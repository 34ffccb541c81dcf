"""The overview: in step with the readings whoever changes them, exact, and never trusted when stale."""

import math
import random
import shutil
import sqlite3
import statistics as stdlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

import myapp
from myapp.application import context
from myapp.document.check import check
from myapp.document.derive import filled
from myapp.document.open import open_document
from myapp.document.protocol import Document
from myapp.document.save_as import save_as
from myapp.document.server.document import open_server
from myapp.errors import Damaged
from myapp.library import extract
from myapp.notebook import editing, queries
from myapp.notebook.copying.transfer import transfer
from myapp.notebook.export import Export
from myapp.notebook.models import metadata
from myapp.notebook.overview import checking, keeping
from myapp.notebook.overview.chunk import Chunk
from myapp.notebook.overview.summing import CHUNK
from myapp.notebook.selection import Part
from myapp.notebook.sql import Sql
from myapp.notebook.statistics import ChannelStatistics
from myapp.schema.servers import server_url

SECOND = 1_000_000
READINGS = metadata.tables["readings"]


@pytest.fixture(params=["sqlite", "postgresql"])
def document(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Document]:
    """An empty document, in a file and on a server."""
    path = str(tmp_path / "a.myapp") if request.param == "sqlite" else request.getfixturevalue("postgres")()
    myapp.create(path)
    opening = (
        open_document(path, context())
        if request.param == "sqlite"
        else open_server(server_url(path), context())
    )
    with opening as opened:
        yield opened


def fill(document: Document, *channels: list[float], run: int = 1, step: int = SECOND) -> None:
    """Write a run with these values of each channel, as any program does: by SQL."""
    with document.writing() as connection:
        fill_by_sql(connection, *channels, run=run, step=step)


def fill_by_sql(connection: Connection, *channels: list[float], run: int = 1, step: int = SECOND) -> None:
    """Insert a run, its channels and its readings."""
    statement = "INSERT INTO runs (id, title, started_at) VALUES (:id, 't', 0)"
    connection.execute(text(statement), {"id": run})
    for number, values in enumerate(channels, 1):
        statement = "INSERT INTO channels (id, name, unit) VALUES (:id, :name, '') ON CONFLICT DO NOTHING"
        connection.execute(text(statement), {"id": number, "name": f"c{number}"})
        rows = [
            {"run_id": run, "channel_id": number, "time": place * step, "value": value}
            for place, value in enumerate(values)
        ]
        connection.execute(insert(READINGS), rows)


def outside(document: Document, *statements: str) -> None:
    """Run statements as another program would: by SQL, without this program's transactions."""
    if document.on_server:
        import psycopg

        with psycopg.connect(document.path.replace("postgresql+psycopg", "postgresql")) as server:
            for statement in statements:
                server.execute(statement)
        return
    import sqlite3

    with closing(sqlite3.connect(document.path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def findings(document: Document) -> list[str]:
    """Return what a check says of the overview."""
    with document.reading() as connection:
        return checking.findings(Sql(connection))


def stale(document: Document) -> list[int]:
    """Return the runs that are noted."""
    with document.reading() as connection:
        return Sql(connection).column("SELECT run_id FROM overview_stale ORDER BY 1")


def shown(document: Document, *, exact: bool = False) -> tuple[queries.ChannelStatistics, ...]:
    """Return the statistics of run 1."""
    with document.reading() as connection:
        return queries.show(connection, 1, exact=exact).channels


def test_each_1024_readings_have_a_row_and_a_run_has_totals(document: Document) -> None:
    values = [float(number % 7) for number in range(CHUNK + 5)]
    values[700] = 99.0
    fill(document, values, values[:3])
    with document.reading() as connection:
        sql = Sql(connection)
        names = "channel_id, readings, first_at, last_at, maximum, maximum_at"
        rows = sql(f"SELECT {names} FROM overview ORDER BY 1, 3").fetchall()
        totals = sql("SELECT channel_id, readings, gaps, minimum_at FROM totals ORDER BY 1").fetchall()
    last = (CHUNK + 4) * SECOND
    assert list(map(tuple, rows)) == [
        (1, CHUNK, 0, (CHUNK - 1) * SECOND, 99.0, 700 * SECOND),
        (1, 5, CHUNK * SECOND, last, values[-1], last),
        (2, 3, 0, 2 * SECOND, 2.0, 2 * SECOND),
    ]
    assert list(map(tuple, totals)) == [(1, CHUNK + 5, 0, 0), (2, 3, CHUNK + 2, 0)]


@pytest.mark.parametrize(
    "values",
    [
        [random.Random(1).gauss(1e9, 1e-3) for _number in range(5000)],
        [float(number) for number in range(-2000, 3000)],
        [1e9, *(random.Random(2).random() * 1e-3 for _number in range(3000))],
        [5.0],
        [2.5] * 2049,
        [random.Random(3).uniform(-1e300, 1e300) for _number in range(1500)],
        [random.Random(4).uniform(0, 1e-300) for _number in range(1500)],
    ],
    ids=["large with little noise", "whole numbers", "an outlier first", "one", "constant", "huge", "tiny"],
)
def test_statistics_have_their_digits(document: Document, values: list[float]) -> None:
    """Against sums that lose no digit; the same from the overview and from readings."""
    fill(document, values)
    exponent = math.frexp(max(map(abs, values)))[1]
    scaled = [math.ldexp(value, -exponent) for value in values]
    mean = math.fsum(scaled) / len(scaled)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in scaled) / max(1, len(scaled) - 1))
    for channel in (*shown(document), *shown(document, exact=True)):
        assert math.ldexp(channel.mean or 0, -exponent) == pytest.approx(mean, rel=4e-16, abs=1e-17)
        if len(values) > 1:
            measured = math.ldexp(channel.deviation or 0, -exponent)
            assert measured == pytest.approx(deviation, rel=1e-9, abs=1e-15)
        assert (channel.minimum, channel.maximum) == (min(values), max(values))
        assert (channel.count, channel.first, channel.last) == (len(values), values[0], values[-1])


def test_whole_numbers_have_their_exact_mean(document: Document) -> None:
    values = [float(number * number % 1000) for number in range(4000)]
    fill(document, values)
    assert shown(document)[0].mean == stdlib.fmean(values)


def test_zeros_have_sums_and_need_no_reading_of_all_values(document: Document) -> None:
    fill(document, [0.0] * (CHUNK + 100))
    with document.driver_reading() as connection:
        rows = Sql(connection)("SELECT sum, differences, squares FROM totals").fetchall()
    assert rows == [(0, 0, 0)]


@pytest.mark.parametrize("missing", ["sum", "differences"])
def test_a_row_that_lacks_one_of_its_sums_has_no_mean(missing: str) -> None:
    chunk = Chunk(0, 2, 1.0, 1, 3.0, 1.0, 0, 3.0, 1, sum=4.0, differences=2.0, squares=2.0)
    assert chunk.mean == 2
    assert replace(chunk, **{missing: None}).mean is None


def test_an_infinite_value_has_no_mean_and_stops_nothing(document: Document) -> None:
    fill(document, [1.0, math.inf, 3.0])
    (channel,) = shown(document)
    assert (channel.mean, channel.deviation, channel.maximum) == (None, None, math.inf)
    assert findings(document) == []


CHANGES = {
    "added": "INSERT INTO readings VALUES (1, 1, 500, 77.0)",
    "changed": "UPDATE readings SET value = 77.0 WHERE run_id = 1 AND time = 0",
    "deleted": "DELETE FROM readings WHERE run_id = 1 AND time > 0",
    "moved": "UPDATE readings SET run_id = 2 WHERE run_id = 1",
    "taken with its run": "DELETE FROM readings; DELETE FROM runs",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_another_program_changes_is_noted_read_and_mended_by_the_next_writing(
    document: Document, change: str
) -> None:
    fill(document, [1.0, 2.0, 3.0], [4.0, 5.0])
    fill(document, [6.0], run=2, step=7)
    if change == "moved":
        outside(document, "DELETE FROM readings WHERE run_id = 2")
    outside(document, *CHANGES[change].split("; "))
    assert stale(document)
    assert findings(document) == []  # noted is not wrong: nobody reads it
    with document.reading() as connection:
        before = queries.runs(connection)
        details = [queries.show(connection, run.id) for run in before]
        exact = [queries.show(connection, run.id, exact=True) for run in before]
    assert details == exact
    with document.writing():
        pass
    assert (stale(document), findings(document)) == ([], [])
    with document.reading() as connection:
        assert queries.runs(connection) == before
        assert [queries.show(connection, run.id) for run in before] == details


def test_many_rows_of_another_program_are_noted_once_whatever_their_conflict_clause(tmp_path: Path) -> None:
    path = myapp.create(tmp_path / "a.myapp")
    with open_document(path, context()) as document:
        fill(document, [1.0])
        rows = "SELECT 1, 1, value, 1.0 FROM json_each('[1,2,3]')"
        for clause in ("", "OR ABORT", "OR FAIL", "OR ROLLBACK", "OR IGNORE", "OR REPLACE"):
            outside(document, "DELETE FROM readings", f"INSERT {clause} INTO readings {rows}")
            assert stale(document) == [1]


def test_a_wrong_overview_is_found_by_a_check(document: Document) -> None:
    fill(document, [1.0, 2.0, 3.0], [4.0] * 1500)
    assert findings(document) == []
    for wrong in (
        "UPDATE overview SET maximum = 9 WHERE channel_id = 1",
        "UPDATE totals SET readings = 4 WHERE channel_id = 1",
        "UPDATE totals SET gaps = 1 WHERE channel_id = 2",
        "DELETE FROM overview WHERE channel_id = 2 AND first_at > 0",
        "DELETE FROM overview WHERE channel_id = 1",
        "DELETE FROM totals WHERE channel_id = 2",
        "UPDATE overview SET sum = NULL WHERE channel_id = 1",
        "UPDATE overview SET squares = squares + 1 WHERE channel_id = 1",
        "UPDATE overview SET differences = differences + 1e-3 WHERE channel_id = 1",
    ):
        with document.reading() as connection:
            saved = {
                table: connection.execute(text(f"SELECT * FROM {table}")).all()
                for table in ("overview", "totals")
            }
        outside(document, wrong)
        channel = wrong.partition("channel_id = ")[2][0]
        assert findings(document) == [f"that of run 1, channel {channel} is not of its readings"], wrong
        with document.writing() as connection:
            for table, rows in saved.items():
                connection.execute(text(f"DELETE FROM {table}"))
                connection.execute(insert(metadata.tables[table]), [row._asdict() for row in rows])


def test_an_overview_of_a_wrong_type_is_a_finding_of_a_check(tmp_path: Path) -> None:
    with open_document(myapp.create(tmp_path / "a.myapp"), context()) as document:
        fill(document, [1.0, 2.0])
        outside(document, "UPDATE overview SET minimum = 'low'")
        assert findings(document) == ["that of run 1, channel 1 is not of its readings"]


def test_a_part_of_a_run_whose_first_channel_has_gaps_counts_them(tmp_path: Path) -> None:
    with open_document(myapp.create(tmp_path / "a.myapp"), context()) as document:
        fill(document, [1.0, 2.0], [3.0] * 4)
        made = extract(document, myapp.Selection(runs=(1,)), tmp_path / "part.myapp", context())
    assert health_of(made) == ("ok", [])
    with myapp.open(made) as notebook:
        assert [channel.gaps for channel in notebook.show(1).channels] == [2, 0]


def test_runs_that_are_deleted_leave_no_row(document: Document) -> None:
    fill(document, [1.0, 2.0])
    fill(document, [3.0], run=2)
    with document.writing() as connection:
        editing.delete_runs(connection, [1])
    with document.reading() as connection:
        sql = Sql(connection)
        for table in ("overview", "totals"):
            assert sql.column(f"SELECT DISTINCT run_id FROM {table}") == [2]
    assert (stale(document), findings(document)) == ([], [])


@pytest.mark.parametrize("value", ["'x'", "NULL", "x'00'"])
@pytest.mark.parametrize("time", [0, SECOND])
def test_a_run_with_no_number_for_a_value_stays_noted_and_others_are_written(
    tmp_path: Path, value: str, time: int
) -> None:
    path = myapp.create(tmp_path / "a.myapp")
    with open_document(path, context()) as document:
        fill(document, [1.0, 2.0])
        nullable = "replace(sql, 'value DOUBLE NOT NULL', 'value DOUBLE')"
        where = "WHERE name = 'readings'"
        outside(document, "PRAGMA writable_schema = ON", f"UPDATE sqlite_master SET sql = {nullable} {where}")
        outside(document, f"UPDATE readings SET value = {value} WHERE time = {time}")
        back = "replace(sql, 'value DOUBLE', 'value DOUBLE NOT NULL')"
        outside(document, "PRAGMA writable_schema = ON", f"UPDATE sqlite_master SET sql = {back} {where}")
        fill(document, [3.0], run=2)
        with document.reading() as connection, pytest.raises(Damaged):
            queries.show(connection, 1)
        assert stale(document) == [1]
        with document.reading() as connection:
            assert [run.readings for run in queries.runs(connection)] == [2, 1]


def test_a_column_of_a_picture_has_eight_points_however_many_chunks_lie_in_it(tmp_path: Path) -> None:
    path = myapp.create(tmp_path / "a.myapp")
    values = [float(number % 7) for number in range(100 * CHUNK)]
    values[CHUNK * 31 + 5], values[CHUNK * 77 + 9] = -50.0, 80.0
    with open_document(path, context()) as document:
        fill(document, values)
        part = Part((1,), None, None, None)
        with document.reading() as connection:
            drawn = [each.value for each in queries.readings(connection, part, 10)]
    assert len(drawn) <= 8 * 10
    assert (min(drawn), max(drawn)) == (-50.0, 80.0)


def test_a_run_with_a_time_that_is_no_number_stays_noted(tmp_path: Path) -> None:
    """SQLite sorts a text behind all times: no chunk would hold it, and nobody would see it."""
    path = myapp.create(tmp_path / "a.myapp")
    with open_document(path, context()) as document:
        fill(document, [1.0, 2.0])
        outside(document, "INSERT INTO readings (run_id, channel_id, time, value) VALUES (1, 1, 'later', 5)")
        fill(document, [3.0], run=2)
        assert stale(document) == [1]
        with document.reading() as connection, pytest.raises(Damaged, match="'later'"):
            queries.show(connection, 1)


def test_a_reading_of_a_channel_that_is_not_there_is_damage_to_whatever_reads_it(tmp_path: Path) -> None:
    path = myapp.create(tmp_path / "a.myapp")
    with open_document(path, context()) as document:
        fill(document, [1.0, 2.0])
        lost = "INSERT INTO readings (run_id, channel_id, time, value) VALUES (1, 77, 0, 5)"
        outside(document, "PRAGMA foreign_keys = OFF", lost)
        part = Part((1,), None, None, None)
        readers: list[Callable[[Any], object]] = [
            lambda connection: queries.show(connection, 1),
            lambda connection: queries.show(connection, 1, exact=True),
            lambda connection: list(queries.readings(connection, part)),
            lambda connection: list(queries.readings(connection, part, 100)),
            lambda connection: list(Export(connection, 1).csv()),
        ]
        for read in readers:
            with (
                document.driver_reading() as connection,
                pytest.raises(Damaged, match="of the channel 77, which is not there"),
            ):
                read(connection)


def test_the_triggers_are_there_again_after_an_import_and_a_deletion(tmp_path: Path) -> None:
    path = myapp.create(tmp_path / "a.myapp")
    with open_document(path, context()) as document:
        for _time in range(2):
            with document.writing() as connection:
                with keeping.noting(Sql(connection)):
                    fill_by_sql(connection, [1.0])
                assert Sql(connection).column("SELECT run_id FROM overview_stale") == []
                keeping.note(Sql(connection), {1: 1})
            outside(document, "UPDATE readings SET value = 5")
            assert stale(document) == [1]
            with document.writing() as connection:
                editing.delete_runs(connection, [1])


def demand_equal(kept: Sequence[ChannelStatistics], exact: Sequence[ChannelStatistics]) -> None:
    """Sums may differ in their last digits: each release of SQLite adds in its own way."""
    for one, other in zip(kept, exact, strict=True):
        assert (one.mean, one.deviation) == pytest.approx((other.mean, other.deviation), rel=1e-13)
        assert replace(one, mean=0.0, deviation=0.0) == replace(other, mean=0.0, deviation=0.0)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 5000), (10, 5000), (0, 4000), (1500, 3500), (100, 200), (9000, 9999)]
)
def test_a_part_of_the_time_has_the_statistics_of_its_readings(
    document: Document, start: int, end: int
) -> None:
    rng = random.Random(5)
    values = [rng.gauss(0, 1) for _number in range(5000)]
    fill(document, values, values[::-1])
    some = values[start:end]
    selected = myapp.Selection(start=start * SECOND, end=end * SECOND)
    with document.reading() as connection:
        channels = queries.show(connection, 1, selected).channels
        exact = queries.show(connection, 1, selected, exact=True).channels
    assert len(channels) == len(exact) == (2 if some else 0)
    demand_equal(channels, exact)
    for channel, part in zip(channels, (some, values[::-1][start:end]), strict=False):
        assert channel.count == len(part)
        assert (channel.minimum, channel.maximum, channel.gaps) == (min(part), max(part), 0)
        assert channel.mean == pytest.approx(math.fsum(part) / len(part), abs=1e-15)
        assert channel.deviation == pytest.approx(stdlib.stdev(part), rel=1e-12)


def test_few_rows_draw_the_picture_of_many_readings(document: Document) -> None:
    """With every spike at its time, from the overview and from readings alike."""
    rng = random.Random(6)
    values = [rng.gauss(0, 1) for _number in range(20_000)]
    values[12_345] = 50.0
    fill(document, values)
    with document.reading() as connection:
        for columns in (20, 1000):
            part = Part(None, None, None, None)
            drawn = list(queries.readings(connection, part, columns))
            assert len(drawn) <= 4 * max(columns, 21)
            stored = {(time * SECOND, value) for time, value in enumerate(values)}
            assert {(each.time, each.value) for each in drawn} <= stored
            assert (12_345 * SECOND, 50.0) in {(each.time, each.value) for each in drawn}
            assert [each.time for each in drawn] == sorted(each.time for each in drawn)


def test_a_line_breaks_at_a_gap_within_a_chunk(document: Document) -> None:
    with document.writing() as connection:
        fill_by_sql(connection, [float(number % 5) for number in range(100 * CHUNK)])
        connection.execute(text("UPDATE readings SET time = time + 90000000000 WHERE time > 50000000000"))
    from myapp.notebook.sampling import lines

    with document.reading() as connection:
        (line,) = lines(Sql(connection), Part((1,), None, None, None), 40)
    assert len(line.pieces) == 2
    assert line.pieces[0][-1][0] == 50_000 * SECOND


def test_an_error_in_between_leaves_the_triggers_and_trusts_no_overview(tmp_path: Path) -> None:
    """Also for a caller that goes on and commits."""
    path = myapp.create(tmp_path / "a.myapp")
    with open_document(path, context()) as document:
        fill(document, [1.0])
        with document.writing() as connection:
            sql = Sql(connection)
            with pytest.raises(sqlite3.IntegrityError), keeping.noting(sql):
                sql("INSERT OR FAIL INTO readings VALUES (1, 1, 5, 7.0), (1, 1, 5, 7.0)")
            assert sql.column("SELECT run_id FROM overview_stale") == [keeping.ANY]
        assert (stale(document), findings(document)) == ([], [])
        outside(document, "DELETE FROM readings")
        assert stale(document) == [1]


def test_nothing_is_noted_where_sqlite_has_rolled_back_by_itself(tmp_path: Path) -> None:
    """As it does where a disk is full or fails: what is done after that is in no transaction."""
    path = myapp.create(tmp_path / "a.myapp")
    with open_document(path, context()) as document:
        fill(document, [1.0])
        before = Path(path).read_bytes()
        with (
            suppress(sqlite3.Error),
            document.driver_writing() as connection,
            keeping.noting(Sql(connection)),
        ):
            connection.execute("DELETE FROM readings")
            connection.execute("ROLLBACK")
            connection.execute("no SQL")
        assert Path(path).read_bytes() == before


def health_of(path: Path | str) -> tuple[str, list[int]]:
    """Return the outcome of a check of the overview, and the runs that are noted."""
    with open_document(path, context()) as document:
        return check(path, context()).checks["overview"], stale(document)


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0005", "0006", "0007"])
def test_every_upgrade_makes_it(documents: Path, tmp_path: Path, revision: str) -> None:
    path = shutil.copy(documents / f"{revision}.myapp", tmp_path / "a.myapp")
    new = save_as(documents / f"{revision}.myapp", tmp_path / "b.myapp", context())
    assert health_of(path) == health_of(new) == ("ok", [])


PARTS = {
    "all": myapp.Selection(),
    "runs": myapp.Selection(runs=(1, 3)),
    "a channel": myapp.Selection(channels=("temp_max",)),
    "times": myapp.Selection(start=1_330_000_000_000_000, end=1_350_000_000_000_000),
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("noted", [False, True], ids=["in step", "stale"])
def test_every_part_has_it(documents: Path, tmp_path: Path, part: str, noted: bool) -> None:
    path = shutil.copy(documents / "0007.myapp", tmp_path / "a.myapp")
    with open_document(path, context()) as document:
        if noted:
            outside(document, "UPDATE readings SET value = value + 1 WHERE run_id = 1")
        made = extract(document, PARTS[part], tmp_path / "part.myapp", context())
    assert health_of(made) == ("ok", [])
    with myapp.open(made) as notebook:
        for run in notebook.runs():
            kept, exact = (notebook.show(run.id, exact=exact).channels for exact in (False, True))
            demand_equal(kept, exact)


def test_a_rescue_and_a_copy_to_a_server_and_back_have_it(
    documents: Path, tmp_path: Path, postgres: Callable[[], str]
) -> None:
    rescued = tmp_path / "rescued.myapp"
    assert set(myapp.rescue(documents / "0007.myapp", rescued).kept).isdisjoint(keeping.TABLES)
    assert health_of(rescued) == ("ok", [])
    url = myapp.create(postgres())
    whole = Part(None, None, None, None)
    with open_document(rescued, context()) as source, open_server(server_url(url), context()) as server:
        with source.reading() as before, server.writing() as target:
            transfer(before, target, whole)
        assert (stale(server), findings(server)) == ([], [])
        with server.reading() as there, filled(tmp_path / "back.myapp", context()) as back:
            transfer(there, back, whole)
    assert health_of(tmp_path / "back.myapp") == ("ok", [])
