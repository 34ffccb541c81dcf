"""Waiting for a lock repeats what met it and nothing else, and who holds a database is said only if known."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from myapp.schema.holders import held_by_this_process, holding
from myapp.schema.waiting import OnWait, patiently

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux lists all locks")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that waits for nothing by itself."""
    with closing(sqlite3.connect(tmp_path / "a.db", timeout=0, isolation_level=None)) as opened:
        yield opened


def busy_timeout(connection: sqlite3.Connection) -> int:
    """Return the milliseconds that SQLite itself waits."""
    (milliseconds,) = connection.execute("PRAGMA busy_timeout").fetchone()
    return int(milliseconds)


def test_who_waits_not_at_all_does_the_action_as_it_is(connection: sqlite3.Connection) -> None:
    assert patiently(connection, lambda: busy_timeout(connection), 0, lambda: None) == 0


@pytest.mark.parametrize(("on_wait", "milliseconds"), [(list, 500), (None, 3000)])
def test_the_connections_own_limit_holds_again_after_a_wait(
    connection: sqlite3.Connection, on_wait: OnWait | None, milliseconds: int
) -> None:
    connection.execute("PRAGMA busy_timeout=7")
    assert patiently(connection, lambda: busy_timeout(connection), 3, on_wait) == milliseconds
    assert busy_timeout(connection) == 7


def test_an_error_that_is_no_lock_is_raised_at_once(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        patiently(
            connection,
            lambda: connection.execute("SELECT * FROM nowhere"),
            3,
            lambda: pytest.fail("nothing is waited for"),
        )


def test_a_change_is_known_by_any_name_of_its_file_and_only_while_it_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with holding(str(tmp_path / "a.db")):
        assert held_by_this_process("a.db")
    assert held_by_this_process("a.db") is None
    with holding("postgresql://db/trip"):
        assert held_by_this_process("postgresql://db/trip")
    assert held_by_this_process("postgresql://db/trip") is None


@LINUX
def test_a_lock_of_another_kind_than_sqlites_holds_no_database(tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / "a.db").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert held_by_this_process(file.name) is None
        fcntl.lockf(file, fcntl.LOCK_EX)
        assert held_by_this_process(file.name)
