"""Copies between databases of both kinds: the same rows, the same digest, or one clear line and nothing."""

from __future__ import annotations

import math
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, event, func, insert, select, text, update
from sqlalchemy.pool import NullPool

from myapp.errors import BadData, Cancelled, SystemRefused
from myapp.notebook.copying import row_reader
from myapp.notebook.copying import transfer as transfers
from myapp.notebook.copying.copy_format import RowLayout, length_of
from myapp.notebook.copying.digest import WHOLE, digest
from myapp.notebook.copying.row_reader import PIECE, RowReader
from myapp.notebook.copying.transfer import transfer
from myapp.notebook.models import metadata
from myapp.notebook.selection import Selection, resolve
from myapp.notebook.sql import Sql
from tests.fingerprints import fingerprint_of
from tests.unit.notebook.conftest import Amounts, CancelAt, sqlite_engine

TABLES = metadata.tables
RUNS, CHANNELS, READINGS, TAGS = (TABLES[name] for name in ("runs", "channels", "readings", "tags"))
FULL = ["runs", "channels", "readings", "tags", "run_tags", "sources", "attachments"]
PAIRS = [(a, b) for a in ("sqlite", "postgresql") for b in ("sqlite", "postgresql")]
LARGE = bytes(range(256)) * (PIECE // 256) + b"the rest"

ROWS: dict[str, list[dict[str, object]]] = {
    "document": [{"id": 1, "created_by": "myapp 0.1.0", "written_by": "myapp 0.7.0"}],
    "runs": [
        {"id": 1, "title": "", "started_at": -(2**63), "notes": None},
        {"id": 7, "title": "Mauna Loa CO₂ 🌋\n\\N\t%s", "started_at": 2**63 - 1, "notes": ""},
        {"id": 2**31 - 2, "title": "last", "started_at": 0, "notes": "it's “odd”"},
    ],
    "channels": [{"id": 1, "name": "a", "unit": ""}, {"id": 3, "name": "a", "unit": "°C"}],
    "readings": [
        {"run_id": run, "channel_id": channel, "time": time, "value": value}
        for run, channel, time, value in [
            (7, 3, -(2**63), 5e-324), (7, 3, 2**63 - 1, -1.7976931348623157e308), (7, 1, 0, 0.1),
            (1, 1, 0, math.inf), (1, 1, -1, -math.inf), (1, 3, 5, 2**53 + 1.0), (1, 3, 6, 3.0),
        ]
    ],
    "tags": [{"id": 1, "name": "wet"}, {"id": 2, "name": "ümlaut"}],
    "run_tags": [{"run_id": 7, "tag_id": 2}, {"run_id": 1, "tag_id": 1}],
    "sources": [
        {"id": 4, "run_id": 7, "file_name": "a.csv", "sha256": "0" * 64, "size": 2**40, "imported_at": -5}
    ],
    "attachments": [
        {"id": n, "run_id": 7, "name": f"{n}.bin", "sha256": "", "size": len(content), "added_at": n,
         "content": content}
        for n, content in enumerate([b"", b"\0\xff", LARGE], 1)
    ],
}  # fmt: skip


@pytest.fixture
def notebook(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Connection]]:
    """Make empty notebooks on either database, each in a transaction that is rolled back at the end."""
    opened: list[tuple[Engine, Connection]] = []

    def make(kind: str) -> Connection:
        if kind == "sqlite":
            engine = sqlite_engine(tmp_path / f"{len(opened)}.db")
        else:
            engine = create_engine(request.getfixturevalue("postgres")(), poolclass=NullPool)
        metadata.create_all(engine)
        opened.append((engine, engine.connect()))
        return opened[-1][1]

    yield make
    for engine, connection in opened:
        connection.close()
        engine.dispose()


def fill(connection: Connection, names: list[str] | None = None) -> Connection:
    """Write ROWS into an empty notebook."""
    for name in names or ["document", *FULL]:
        connection.execute(insert(TABLES[name]), ROWS[name])
    return connection


def stored(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of a notebook's content by table, in order."""
    found = {name: connection.execute(select(TABLES[name])).all() for name in FULL}
    return {name: sorted(map(tuple, rows), key=repr) for name, rows in found.items()}


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_a_copy_has_every_row_and_the_same_digest(
    notebook: Callable[[str], Connection], pair: tuple[str, str]
) -> None:
    source, target = fill(notebook(pair[0])), notebook(pair[1])
    progress = Amounts()
    done = transfer(source, target, WHOLE, progress)
    assert stored(target) == stored(source)
    assert done.rows == {name: len(ROWS[name]) for name in FULL}
    assert done.sha256 == digest(source) == digest(target)
    assert progress.all == sorted(progress.all)
    assert progress.all[-1][0] == progress.all[-1][1] >= len(LARGE)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_a_copy_may_be_cancelled_at_every_stage_and_leaves_nothing(
    notebook: Callable[[str], Connection], pair: tuple[str, str]
) -> None:
    """Reading, sending, and comparing both sides: streams are closed, and a rollback leaves nothing."""
    source, target = fill(notebook(pair[0])), notebook(pair[1])
    source.commit()
    expected = digest(source)
    everything = CancelAt(0)
    transfer(source, target, WHOLE, everything)
    target.rollback()
    assert everything.calls > 15
    for number in range(1, everything.calls + 1, 5):
        with pytest.raises(Cancelled):
            transfer(source, target, WHOLE, CancelAt(number))
        source.rollback()
        target.rollback()
        assert not any(stored(target).values())
    assert transfer(source, target, WHOLE).sha256 == expected


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_a_long_table_may_be_cancelled_within(
    notebook: Callable[[str], Connection], pair: tuple[str, str]
) -> None:
    source, target = fill(notebook(pair[0]), ["runs", "channels"]), notebook(pair[1])
    source.execute(insert(READINGS), [
        {"run_id": 1, "channel_id": 1, "time": time, "value": time} for time in range(30_000)
    ])  # fmt: skip
    source.commit()
    for number in (4, 9):
        with pytest.raises(Cancelled):
            transfer(source, target, WHOLE, CancelAt(number))
        source.rollback()
        target.rollback()
        assert stored(target)["readings"] == []
        assert source.execute(select(func.count()).select_from(READINGS)).scalar_one() == 30_000


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_after_a_copy_the_next_insert_has_the_next_number(
    notebook: Callable[[str], Connection], pair: tuple[str, str]
) -> None:
    source, target = fill(notebook(pair[0])), notebook(pair[1])
    transfer(source, target, WHOLE)
    made = [
        target.execute(insert(RUNS).values(title="next", started_at=0)),
        target.execute(insert(CHANNELS).values(name="next", unit="")),
        target.execute(insert(TAGS).values(name="next")),
    ]
    assert [each.inserted_primary_key[0] for each in made] == [2**31 - 1, 4, 3]


def test_what_is_copied_is_found_by_its_words(notebook: Callable[[str], Connection]) -> None:
    """The full-text index is made from what arrives, on both databases."""
    there = notebook("postgresql")
    transfer(fill(notebook("sqlite")), there, WHOLE)
    back = notebook("sqlite")
    transfer(there, back, WHOLE)
    for connection in (there, back):
        assert resolve(connection, Selection(text="mauna ümlaut")).run_ids == (7,)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_a_part_is_copied_by_the_same_selection(
    notebook: Callable[[str], Connection], pair: tuple[str, str]
) -> None:
    source, target = fill(notebook(pair[0])), notebook(pair[1])
    part = resolve(source, Selection(runs=(1, 7), channels=("a [°C]",), start=0, end=6))
    done = transfer(source, target, part)
    assert stored(target)["readings"] == [(1, 3, 5, 2**53 + 1.0)]
    assert {name: count for name, count in done.rows.items() if count} == {
        "runs": 1, "channels": 1, "readings": 1, "tags": 1, "run_tags": 1,
    }  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_a_copy_of_nothing_is_empty(notebook: Callable[[str], Connection], pair: tuple[str, str]) -> None:
    target = notebook(pair[1])
    assert sum(transfer(notebook(pair[0]), target, WHOLE).rows.values()) == 0
    assert target.execute(insert(TAGS).values(name="first")).inserted_primary_key == (1,)


CHANGES = {
    "a double's last bit": update(READINGS)
    .where(READINGS.c.value == 0.1)
    .values(value=math.nextafter(0.1, 1)),
    "a time": update(READINGS).where(READINGS.c.time == -1).values(time=-2),
    "no notes and empty notes": update(RUNS).where(RUNS.c.id == 1).values(notes=""),
    "a letter": update(TAGS).where(TAGS.c.id == 1).values(name="wet "),
    "a byte of a file": update(TABLES["attachments"]).where(TABLES["attachments"].c.id == 2).values(
        content=b"\0\xfe"
    ),
    "a row less": TABLES["run_tags"].delete().where(TABLES["run_tags"].c.tag_id == 1),
    "a row more": insert(TAGS).values(id=9, name="new"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_digest_tells_every_difference(notebook: Callable[[str], Connection], kind: str) -> None:
    connection = fill(notebook(kind))
    digests = {digest(connection)}
    for change in CHANGES.values():
        with connection.begin_nested() as changed:
            connection.execute(change)
            digests.add(digest(connection))
            changed.rollback()
    assert len(digests) == len(CHANGES) + 1


def test_the_digest_is_the_same_on_both_databases_whatever_the_order_of_writing(
    notebook: Callable[[str], Connection],
) -> None:
    """It names one content: this one, as the module says how."""
    sqlite, server = fill(notebook("sqlite")), notebook("postgresql")
    for name in FULL:
        server.execute(insert(TABLES[name]), ROWS[name][::-1])
    assert digest(sqlite) == digest(server)


def test_the_sign_of_a_zero_is_no_difference(notebook: Callable[[str], Connection]) -> None:
    """SQLite keeps none; PostgreSQL does, and a copy to another server too."""
    source = fill(notebook("postgresql"), ["runs", "channels"])
    source.execute(insert(READINGS).values(run_id=1, channel_id=1, time=0, value=-0.0))
    file, server = notebook("sqlite"), notebook("postgresql")
    assert transfer(source, file, WHOLE).sha256 == transfer(source, server, WHOLE).sha256
    assert math.copysign(1, server.execute(select(READINGS.c.value)).scalar_one()) == -1


@pytest.mark.parametrize(
    ("table", "row", "words"),
    [
        ("runs", {"id": 5, "title": "a\0b", "started_at": 0}, ["runs", "id 5", "title", "NUL"]),
        ("runs", {"id": 2**31, "title": "", "started_at": 0}, ["runs", "id 2147483648", "too large"]),
        ("tags", {"id": 2**40, "name": "far"}, ["tags", str(2**40), "too large"]),
        (
            "attachments",
            {"id": 2, "run_id": 1, "name": "\0", "sha256": "", "size": 0, "added_at": 0, "content": b""},
            ["attachments", "id 2", "name", "NUL"],
        ),
    ],
)
def test_what_a_server_cannot_hold_is_named_by_table_and_row(
    notebook: Callable[[str], Connection], table: str, row: dict[str, object], words: list[str]
) -> None:
    source, target = notebook("sqlite"), notebook("postgresql")
    fill(source, ["runs"])
    source.execute(insert(TABLES[table]).values(row))
    with pytest.raises(BadData) as caught, target.begin_nested():
        transfer(source, target, WHOLE, names=("trip.myapp", "the server"))
    assert [word for word in ["trip.myapp", *words] if word not in str(caught.value)] == []


def test_a_text_that_is_no_utf8_is_named_by_table_and_row(notebook: Callable[[str], Connection]) -> None:
    source = notebook("sqlite")
    source.execute(text("INSERT INTO tags VALUES (3, CAST(x'61EDB08062' AS TEXT))"))  # a lone surrogate
    with pytest.raises(BadData, match=r"the row of tags with id 3 has in name letters that are no UTF-8"):
        transfer(source, notebook("postgresql"), WHOLE)


def test_a_nan_on_a_server_is_named_and_not_made_into_something_else(
    notebook: Callable[[str], Connection],
) -> None:
    source = fill(notebook("postgresql"), ["runs", "channels", "readings"])
    source.execute(insert(READINGS).values(run_id=7, channel_id=1, time=-5, value=math.nan))
    with pytest.raises(BadData, match="run_id 7, channel_id 1, time -5 is NaN"):
        transfer(source, notebook("sqlite"), WHOLE)
    other = notebook("postgresql")
    assert transfer(source, other, WHOLE).rows["readings"] == len(ROWS["readings"]) + 1
    assert math.isnan(other.execute(select(READINGS.c.value).where(READINGS.c.time == -5)).scalar_one())


def test_a_value_too_long_for_a_file_is_bad_data_and_no_damage(
    notebook: Callable[[str], Connection],
) -> None:
    source, target = notebook("postgresql"), notebook("sqlite")
    source.execute(insert(RUNS).values(id=1, title="long" * 5000, started_at=0))
    Sql(target).driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 9000)
    with pytest.raises(BadData, match="string or blob too big"):
        transfer(source, target, WHOLE)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_readings_of_no_run_are_refused_in_one_line(notebook: Callable[[str], Connection], kind: str) -> None:
    source = fill(notebook("sqlite"), ["runs", "channels"])
    source.commit()
    source.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    source.execute(insert(READINGS).values(run_id=99, channel_id=1, time=0, value=0))
    with pytest.raises(BadData, match="breaks a rule of a notebook"):
        transfer(source, notebook(kind), WHOLE)


def test_after_a_copy_the_server_holds_the_same_rules_as_before(
    notebook: Callable[[str], Connection],
) -> None:
    target = notebook("postgresql")
    before = fingerprint_of(target)
    transfer(fill(notebook("sqlite")), target, WHOLE)
    assert fingerprint_of(target) == before
    assert any("fk_readings_run_id_runs" in name for name in before)


def test_a_copy_that_is_not_equal_at_the_end_is_refused(
    notebook: Callable[[str], Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = fill(notebook("sqlite")), notebook("postgresql")

    def lose_one(_writer: object, _numbered: object) -> None:
        target.execute(READINGS.delete().where(READINGS.c.time == 6))

    monkeypatch.setattr(transfers._ServerWriter, "_finish", lose_one)
    with pytest.raises(SystemRefused, match=r"digest .* is not the source's"):
        transfer(source, target, WHOLE)


@pytest.mark.parametrize("pair", [("sqlite", "postgresql"), ("postgresql", "sqlite")], ids="-".join)
def test_memory_does_not_grow_with_the_readings(
    notebook: Callable[[str], Connection], pair: tuple[str, str]
) -> None:
    source, target = fill(notebook(pair[0]), ["runs", "channels"]), notebook(pair[1])
    many = 100_000
    series = {"sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"}
    numbers = series.get(pair[0], "WITH n(i) AS (SELECT generate_series(1, {}))").format(many)
    source.execute(text(f"INSERT INTO readings {numbers} SELECT 1, 1, i, i * 0.1 FROM n"))
    assert digest(source)  # what is loaded once is loaded
    tracemalloc.start()
    try:
        assert transfer(source, target, WHOLE).rows["readings"] == many
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000, "more than blocks of a stream"


def test_a_copy_takes_a_number_of_statements_that_does_not_grow_with_the_rows(
    notebook: Callable[[str], Connection],
) -> None:
    source, target = fill(notebook("sqlite")), notebook("postgresql")
    statements: list[str] = []
    event.listen(target, "before_cursor_execute", lambda *call: statements.append(call[2]))
    transfer(source, target, WHOLE)
    assert len(statements) < 40


@given(st.lists(st.integers(0, 60), max_size=6), st.integers(0, 40))
@settings(deadline=None)
def test_a_servers_stream_may_be_cut_anywhere(cuts: list[int], size: int) -> None:
    data = row_reader.HEADER + bytes(range(size)) + row_reader.TRAILER
    ends = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    messages = [data[start:end] for start, end in pairwise(ends)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_reader, "BLOCK", 32)
        assert b"".join(row_reader._without_frame(messages)) == bytes(range(size))


def test_the_format_is_that_of_the_server(notebook: Callable[[str], Connection]) -> None:
    """What COPY sends of the same row is the same, byte for byte."""
    connection = fill(notebook("postgresql"))
    for name in ("runs", "readings"):
        layout = RowLayout(TABLES[name])
        sent = b"".join(RowReader(connection, "").packed(layout, WHOLE))
        rows = connection.execute(text(f"SELECT {layout.names} FROM {name} ORDER BY {layout.key}"))
        assert sent == b"".join(layout.pack(row) for row in rows)
    assert length_of(5) == b"\0\0\0\x05"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_reading_a_notebook_for_its_digest_writes_nothing(
    notebook: Callable[[str], Connection], kind: str
) -> None:
    connection = fill(notebook(kind))
    connection.commit()
    if kind == "postgresql":
        connection.execute(text("SET TRANSACTION READ ONLY"))
    else:
        connection.execute(text("PRAGMA query_only = ON"))
    before = connection.execute(select(func.count()).select_from(READINGS)).scalar_one()
    assert digest(connection)
    assert connection.execute(select(func.count()).select_from(READINGS)).scalar_one() == before


@pytest.mark.long
def test_five_million_readings_go_to_a_server_and_back_equal(notebook: Callable[[str], Connection]) -> None:
    demand_round_trip(notebook, 5_000_000)


def test_twenty_thousand_readings_go_to_a_server_and_back_equal(
    notebook: Callable[[str], Connection],
) -> None:
    demand_round_trip(notebook, 20_000)


def demand_round_trip(notebook: Callable[[str], Connection], many: int) -> None:
    """Demand that random readings come back from a server with the digest that they had."""
    source = fill(notebook("sqlite"))
    source.execute(text("DELETE FROM readings"))
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many})"
    values = "CASE i % 2 WHEN 0 THEN 1 ELSE 7 END, 1, random() / 2 + i, random() / 1e9"
    source.execute(text(f"INSERT OR IGNORE INTO readings {numbers} SELECT {values} FROM n"))
    there, back = notebook("postgresql"), notebook("sqlite")
    sent, returned = transfer(source, there, WHOLE), transfer(there, back, WHOLE)
    assert sent == returned
    assert sent.rows["readings"] > many * 0.99
    assert sent.sha256 == digest(source) == digest(back)
