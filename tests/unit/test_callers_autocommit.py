"""Connections with the `autocommit` of Python 3.12: an upgrade on one is whole, or refused in one line."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from myapp.errors import MyappError, UpgradeFailed, UsageError
from myapp.schema.migrations import Migrations
from tests.migration_folders import BARE_ENV, ENV, FAILING, FOUR, PARENTS, REBUILD, TABLE, write
from tests.unit.test_callers_connections import (
    HAND_OVERS,
    HandOver,
    _autocommit,
    _fresh,
    _in_block,
    tables,
)

pytestmark = [
    pytest.mark.skipif(sys.version_info < (3, 12), reason="sqlite3 has `autocommit` from Python 3.12 on"),
    pytest.mark.parametrize("autocommit", [False, True]),
]

OWN_TRANSACTION = (_fresh, _autocommit)


def theirs(path: Path, autocommit: bool, foreign_keys: bool = False) -> Engine:
    """Return an engine of another application, whose driver begins all transactions by itself, or none."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"autocommit": autocommit})
    event.listen(engine, "connect", lambda raw, _record: _enforce(raw, foreign_keys, autocommit))
    return engine


def _enforce(raw: sqlite3.Connection, foreign_keys: bool, autocommit: bool) -> None:
    raw.autocommit = True  # the pragma does nothing within a transaction
    raw.execute(f"PRAGMA foreign_keys={foreign_keys:d}")
    raw.autocommit = autocommit


@pytest.mark.parametrize("env", [ENV, BARE_ENV], ids=["our env.py", "another env.py"])
@pytest.mark.parametrize("foreign_keys", [False, True])
@pytest.mark.parametrize("hand_over", HAND_OVERS)
def test_steps_that_are_reported_are_there_and_rows_too(
    tmp_path: Path, autocommit: bool, hand_over: HandOver, foreign_keys: bool, env: str
) -> None:
    folder = write(tmp_path / "migrations", {"0001": PARENTS, "0002": REBUILD}, env)
    engine = theirs(tmp_path / "a.db", autocommit, foreign_keys)
    accepted = hand_over in OWN_TRANSACTION or (hand_over is _in_block and not autocommit | foreign_keys)
    line = r"^[^\n]+ hand over a connection [^\n]+$"
    refused = nullcontext() if accepted else pytest.raises(UsageError, match=line)
    steps = []
    with refused, hand_over(engine) as connection:
        steps = Migrations(folder, connection).upgrade()
    assert bool(steps) == accepted
    assert tables(engine) == ({"parents", "children", "alembic_version"} if steps else set())
    if steps:
        with closing(sqlite3.connect(tmp_path / "a.db")) as look:
            assert look.execute("SELECT count(*) FROM children").fetchone() == (1,)


@pytest.mark.parametrize("hand_over", HAND_OVERS)
def test_a_failing_second_revision_leaves_nothing_of_the_first(
    tmp_path: Path, autocommit: bool, hand_over: HandOver
) -> None:
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": FAILING})
    engine = theirs(tmp_path / "a.db", autocommit)
    with pytest.raises(MyappError), hand_over(engine) as connection:
        Migrations(folder, connection).upgrade()
    assert tables(engine) == set()


def test_an_engine_and_a_connection_before_its_first_statement_are_upgraded(
    tmp_path: Path, autocommit: bool
) -> None:
    folder = write(tmp_path / "migrations", FOUR)
    engine = theirs(tmp_path / "a.db", autocommit)
    assert len(Migrations(folder, engine).upgrade("0002")) == 2
    with engine.connect() as connection:
        migrations = Migrations(folder, connection)
        assert (migrations.current(), len(migrations.upgrade())) == (("0002",), 2)
    assert Migrations(folder, engine).current() == ("0004",)


def test_a_connection_has_its_mode_again_after_an_upgrade_that_was_done_or_failed(
    tmp_path: Path, autocommit: bool
) -> None:
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": FAILING})
    engine = theirs(tmp_path / "a.db", autocommit, foreign_keys=True)

    def mode(connection: Connection) -> tuple[object, ...]:
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        pragmas = ("foreign_keys", "synchronous", "busy_timeout")
        values = [raw.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
        return (*values, raw.autocommit, raw.isolation_level, raw.in_transaction, connection.in_transaction())

    with engine.connect() as connection:
        before = mode(connection)
        migrations = Migrations(folder, connection)
        assert (migrations.current(), mode(connection)) == ((), before)
        assert (len(migrations.upgrade("0001")), mode(connection)) == (1, before)
        with pytest.raises(UpgradeFailed):
            migrations.upgrade()
        assert mode(connection) == before
        connection.exec_driver_sql("INSERT INTO a VALUES (1)")
        connection.commit()
    with closing(sqlite3.connect(tmp_path / "a.db")) as look:
        assert look.execute("SELECT id FROM a").fetchall() == [(1,)]


def test_a_caller_that_catches_the_failure_commits_its_own_work_alone(
    tmp_path: Path, autocommit: bool
) -> None:
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": FAILING})
    engine = theirs(tmp_path / "a.db", autocommit)
    with engine.begin() as connection:
        if autocommit:
            connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("CREATE TABLE mine (id INTEGER)")
        with pytest.raises(UpgradeFailed):
            Migrations(folder, connection).upgrade()
        connection.exec_driver_sql("INSERT INTO mine VALUES (1)")
        if autocommit:
            connection.exec_driver_sql("COMMIT")
    assert tables(engine) == {"mine"}
