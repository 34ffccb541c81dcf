"""The revisions on SQLite and PostgreSQL: pytest-alembic's own tests, and each one's effect on the data."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from pytest_alembic import Config
from pytest_alembic.tests import (  # noqa: F401  (pytest runs them by these names)
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import URL, Engine, Row

from myapp import paths
from myapp.errors import UpgradeFailed
from myapp.notebook.models import metadata
from myapp.schema import fingerprint
from myapp.schema.config import make_config
from myapp.schema.connections import exclusive, reading
from myapp.schema.migrations import Migrations
from tests.fingerprints import fingerprint_of


@pytest.fixture
def alembic_config() -> Config:
    """The Config that pytest-alembic's tests run with."""
    return Config({"target_metadata": metadata}, alembic_config=make_config(paths.migrations_dir()))


@pytest.fixture
def alembic_engine(engine: Engine) -> Engine:
    """The database that pytest-alembic's tests run on."""
    return engine


@pytest.fixture
def migrations(database: URL) -> Migrations:
    """The shipped revisions on an empty database."""
    return Migrations(paths.migrations_dir(), database, metadata=metadata)


def run(engine: Engine, *statements: str) -> None:
    """Run statements and commit."""
    with exclusive(engine) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def rows(engine: Engine, query: str) -> Sequence[Row[tuple[object, ...]]]:
    """Return a query's rows."""
    with reading(engine) as connection:
        return connection.exec_driver_sql(query).all()


def test_models_and_migrations_make_the_same_schema(
    migrations: Migrations, engine: Engine, tmp_path: Path
) -> None:
    migrations.upgrade()
    with reading(engine) as connection:
        migrated = fingerprint_of(connection)
    migrations.downgrade("base")
    run(engine, "DROP TABLE alembic_version")
    with exclusive(engine) as connection:
        metadata.create_all(connection)
    migrations.stamp("head")
    with reading(engine) as connection:
        assert fingerprint.differences(fingerprint_of(connection), migrated) == []


def test_0002_makes_one_channel_of_each_name(migrations: Migrations, engine: Engine) -> None:
    migrations.upgrade("0001")
    run(
        engine,
        "INSERT INTO runs (title) VALUES ('a'), ('b')",
        "INSERT INTO readings (run_id, channel, time, value) VALUES"
        " (1, 'x', 't', 1), (2, 'x', 't', 2), (1, 'X [V]', 't', 3), (2, '', 't', 4)",
    )
    migrations.upgrade("0002")
    assert rows(engine, "SELECT name, unit FROM channels ORDER BY id") == [("", ""), ("X [V]", ""), ("x", "")]
    query = "SELECT name, value FROM readings JOIN channels ON channels.id = channel_id ORDER BY value"
    assert rows(engine, query) == [("x", 1), ("x", 2), ("X [V]", 3), ("", 4)]
    run(engine, "INSERT INTO readings (run_id, channel_id, time, value) VALUES (1, 1, 't', 5)")


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1970-01-01 00:00:00", 0),
        ("1969-12-31 23:59:59.000001", -999_999),
        ("2012-02-29", 1_330_473_600_000_000),
        ("2012-02-29 12:30", 1_330_518_600_000_000),
        ("2012-02-29T12:30:01.5", 1_330_518_601_500_000),
        (" 2012-02-29 12:30:01.123456 ", 1_330_518_601_123_456),
        ("0001-01-01 00:00:00", -62_135_596_800_000_000),
        ("9999-12-31 23:59:59.999999", 253_402_300_799_999_999),
    ],
)
def test_0003_converts_a_time_exactly(
    migrations: Migrations, engine: Engine, text: str, microseconds: int
) -> None:
    migrations.upgrade("0001")
    run(
        engine,
        f"INSERT INTO runs (title, started_at) VALUES ('a', '{text}')",
        f"INSERT INTO readings (run_id, channel, time, value) VALUES (1, 'x', '{text}', 1)",
    )
    migrations.upgrade("0003")
    assert rows(engine, "SELECT started_at FROM runs") == [(microseconds,)]
    assert rows(engine, "SELECT time FROM readings") == [(microseconds,)]
    migrations.downgrade("0002")
    [(back,)] = rows(engine, "SELECT time FROM readings")
    migrations.upgrade("0003")
    assert rows(engine, "SELECT time FROM readings") == [(microseconds,)]
    assert len(str(back)) in (19, 26)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday", "", "now", "2451545.5", "12:00:00", "2012-02-30 00:00:00", "2011-02-29", "2012-13-01",
        "2012-00-10", "2012-01-00", "2012-01-01 24:00:00", "2012-01-01 23:60:00", "2012-01-01 23:59:60",
        "2012-01-01 10:00:00Z", "2012-01-01 10:00:00+01:00", "2012-01-01 10:00:00.",
        "2012-01-01 10:00:00.1234567", "2012-01-01  10:00:00", "2012/01/01", "12-01-01", "0000-01-01",
        "2012-01-01 1:00", "+012-01-01", "2012-01-01 10:00:00.12x", "it's", "100%",
    ],
)  # fmt: skip
def test_0003_stops_at_what_is_no_time_names_it_and_changes_nothing(
    migrations: Migrations, engine: Engine, text: str
) -> None:
    migrations.upgrade("0002")
    quoted = text.replace("'", "''").replace("%", "%%" if engine.dialect.name == "postgresql" else "%")
    run(
        engine,
        "INSERT INTO runs (title, started_at) VALUES ('first', NULL), ('the bad one', '2012-01-01')",
        "INSERT INTO channels (name, unit) VALUES ('x', '')",
        "INSERT INTO readings (run_id, channel_id, time, value) VALUES (1, 1, '2012-01-01', 1)",
        f"INSERT INTO readings (run_id, channel_id, time, value) VALUES (2, 1, '{quoted}', 1)",
    )
    with pytest.raises(UpgradeFailed) as failed:
        migrations.upgrade()
    assert "run 2 “the bad one”" in str(failed.value)
    assert repr(text) in str(failed.value)
    assert migrations.current() == ("0002",)
    assert rows(engine, "SELECT time FROM readings ORDER BY id") == [("2012-01-01",), (text,)]


def test_0003_takes_an_empty_start_for_none(migrations: Migrations, engine: Engine) -> None:
    migrations.upgrade("0002")
    run(engine, "INSERT INTO runs (title, started_at) VALUES ('a', ''), ('b', '  '), ('c', NULL)")
    migrations.upgrade("0003")
    assert rows(engine, "SELECT started_at FROM runs") == [(None,)] * 3


def test_0004_moves_readings_of_one_key_apart_and_drops_none(migrations: Migrations, engine: Engine) -> None:
    migrations.upgrade("0003")
    times = [5, 5, 5, 6, 6, 100, 7, 9]
    values = ", ".join(f"(1, 1, {time}, {number})" for number, time in enumerate(times))
    run(
        engine,
        "INSERT INTO runs (title) VALUES ('a')",
        "INSERT INTO channels (name, unit) VALUES ('x', '')",
        f"INSERT INTO readings (run_id, channel_id, time, value) VALUES {values}",
    )
    migrations.upgrade("0004")
    kept = [(5, 0), (6, 1), (7, 2), (8, 3), (9, 4), (10, 6), (11, 7), (100, 5)]
    assert rows(engine, "SELECT time, value FROM readings ORDER BY time") == kept


def test_0004_keeps_what_hangs_on_a_run_by_cascade(migrations: Migrations, engine: Engine) -> None:
    migrations.upgrade("0003")
    run(
        engine,
        "INSERT INTO runs (title, started_at) VALUES ('a', 7), ('b', NULL), ('c', NULL)",
        "INSERT INTO channels (name, unit) VALUES ('x', '')",
        "INSERT INTO readings (run_id, channel_id, time, value) VALUES"
        " (1, 1, 8, 1), (2, 1, 9, 2), (2, 1, 3, 4)",
        "INSERT INTO tags (name) VALUES ('t')",
        "INSERT INTO run_tags (run_id, tag_id) VALUES (1, 1), (2, 1)",
    )
    migrations.upgrade("0004")
    assert rows(engine, "SELECT run_id, time, value FROM readings") == [(1, 8, 1), (2, 3, 4), (2, 9, 2)]
    assert rows(engine, "SELECT run_id, tag_id FROM run_tags ORDER BY 1") == [(1, 1), (2, 1)]
    assert rows(engine, "SELECT started_at, notes FROM runs ORDER BY id") == [
        (7, None),
        (3, None),
        (0, "(start not recorded)"),
    ]


def test_0006_finds_titles_notes_and_tags_and_follows_their_changes(
    migrations: Migrations, engine: Engine
) -> None:
    migrations.upgrade("0005")
    run(
        engine,
        "INSERT INTO runs (title, started_at, notes) VALUES ('Großer Regen', 1, 'roof'), ('Wind', 2, NULL)",
        "INSERT INTO tags (name) VALUES ('weather')",
        "INSERT INTO run_tags (run_id, tag_id) VALUES (1, 1)",
    )
    migrations.upgrade()
    assert (search(engine, "regen"), search(engine, "roof"), search(engine, "weather")) == ([1], [1], [1])
    run(
        engine,
        "UPDATE runs SET title = 'Schnee', notes = 'cellar' WHERE id = 1",
        "INSERT INTO run_tags (run_id, tag_id) VALUES (2, 1)",
        "UPDATE tags SET name = 'climate' WHERE id = 1",
        "INSERT INTO runs (title, started_at) VALUES ('third', 3)",
    )
    assert (search(engine, "regen"), search(engine, "schnee"), search(engine, "cellar")) == ([], [1], [1])
    assert (search(engine, "weather"), search(engine, "climate"), search(engine, "third")) == (
        [],
        [1, 2],
        [3],
    )
    run(engine, "DELETE FROM run_tags WHERE run_id = 1", "DELETE FROM runs WHERE id = 3")
    assert (search(engine, "climate"), search(engine, "third")) == ([2], [])


def search(engine: Engine, word: str) -> list[object]:
    """Return the ids of the runs that full-text search finds."""
    query = f"SELECT rowid FROM search WHERE search MATCH '{word}' ORDER BY 1"
    if engine.dialect.name == "postgresql":
        pattern = f"to_tsquery('simple', '{word}')"
        query = (
            f"SELECT id FROM runs WHERE search @@ {pattern} UNION SELECT run_id FROM run_tags"
            f" JOIN tags ON tags.id = tag_id WHERE tags.search @@ {pattern} ORDER BY 1"
        )
    return [row[0] for row in rows(engine, query)]


def test_every_downgrade_is_refused_while_it_would_lose_something(
    migrations: Migrations, engine: Engine
) -> None:
    migrations.upgrade()
    run(
        engine,
        "INSERT INTO runs (title, started_at, notes) VALUES ('a', 1, 'note')",
        "INSERT INTO channels (name, unit) VALUES ('x', 'V')",
        "INSERT INTO sources (run_id, file_name, sha256, size, imported_at) VALUES (1, 'f', 's', 1, 1)",
    )
    assert migrations.losses("base") == {
        "0005": {"sources": 1},
        "0003": {"notes": 1},
        "0002": {"units": 1, "channels without readings": 1},
        "0001": {"runs": 1},
    }
    with pytest.raises(UpgradeFailed, match="revision 0005: the downgrade would lose 1 sources"):
        migrations.downgrade("0001")
    with pytest.raises(UpgradeFailed, match="revision 0002: the downgrade would lose 1 units"):
        migrations.downgrade("0001", lose=["0005", "0003"])
    assert migrations.current() == ("0007",)
    migrations.downgrade("0001", lose=["0005", "0003", "0002"])
    assert rows(engine, "SELECT title FROM runs") == [("a",)]


def test_a_document_keeps_its_readings_down_to_0001_and_up_again(tmp_path: Path, documents: Path) -> None:
    path = tmp_path / "copy.myapp"
    path.write_bytes((documents / "0006.myapp").read_bytes())
    query = "SELECT run_id, channel_id, time, value FROM readings ORDER BY 1, 2, 3"
    with sqlite3.connect(path) as connection:
        before = connection.execute(query).fetchall()
    connection.close()
    migrations = Migrations(paths.migrations_dir(), path)
    migrations.downgrade("0001", lose=["0005", "0003", "0002"])
    migrations.upgrade()
    with sqlite3.connect(path) as connection:
        after = connection.execute(query).fetchall()
    connection.close()
    assert after == before
