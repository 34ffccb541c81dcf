"""A connection of aiosqlite that a caller hands over: an upgrade on it is whole, refused, or undone."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from myapp.errors import UpgradeFailed, UsageError
from myapp.schema.config import MigrationUnderWay
from myapp.schema.migrations import Migrations, Step
from tests.migration_folders import BARE_ENV, ENV, FAILING, FOUR, PARENTS, REBUILD, TABLE, write

HandOver = Callable[[AsyncEngine], AbstractAsyncContextManager[AsyncConnection]]

MODES = [
    {},
    *(
        pytest.param(
            {"autocommit": autocommit},
            marks=pytest.mark.skipif(
                sys.version_info < (3, 12), reason="sqlite3 has `autocommit` from Python 3.12 on"
            ),
        )
        for autocommit in (False, True)
    ),
]
"""How the application connects."""


def theirs(path: Path, mode: dict[str, Any] | None = None) -> AsyncEngine:
    """Return an engine of another application."""
    return create_async_engine(f"sqlite+aiosqlite:///{path}", poolclass=NullPool, connect_args=mode or {})


@asynccontextmanager
async def _fresh(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        yield connection


@asynccontextmanager
async def _in_block(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.begin() as connection:
        yield connection


@asynccontextmanager
async def _after_a_statement(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        await connection.exec_driver_sql("SELECT 1")
        yield connection


@asynccontextmanager
async def _autocommit(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")


HAND_OVERS = [_fresh, _in_block, _after_a_statement, _autocommit]


async def upgraded(engine: AsyncEngine, folder: Path, hand_over: HandOver = _fresh) -> list[Step]:
    """Upgrade as README.md says it."""
    async with hand_over(engine) as connection:
        return await connection.run_sync(lambda c: Migrations(folder, c).upgrade())


def tables(path: Path) -> set[str]:
    """Return the names of the tables that are there for others."""
    with closing(sqlite3.connect(path)) as look:
        return {name for (name,) in look.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


@pytest.mark.parametrize("hand_over", HAND_OVERS)
@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("foreign_keys", [False, True])
@pytest.mark.parametrize("env", [ENV, BARE_ENV], ids=["our env.py", "another env.py"])
def test_steps_that_are_reported_are_there_and_rows_too(
    tmp_path: Path, hand_over: HandOver, mode: dict[str, Any], foreign_keys: bool, env: str
) -> None:
    folder = write(tmp_path / "migrations", {"0001": PARENTS, "0002": REBUILD}, env)
    engine = theirs(tmp_path / "a.db", mode)
    if foreign_keys:
        enforce = "PRAGMA foreign_keys=ON"
        event.listen(engine.sync_engine, "connect", lambda raw, _record: raw.execute(enforce).close())
    accepted = _accepted(hand_over, mode.get("autocommit"), foreign_keys)
    line = "^[^\n]+: this connection cannot be upgraded on: [^\n]+$"
    refused = nullcontext() if accepted else pytest.raises(UsageError, match=line)
    steps = []
    with refused:
        steps = asyncio.run(upgraded(engine, folder, hand_over))
    assert bool(steps) == accepted
    assert tables(tmp_path / "a.db") == ({"parents", "children", "alembic_version"} if steps else set())
    if steps:
        with closing(sqlite3.connect(tmp_path / "a.db")) as look:
            assert look.execute("SELECT count(*) FROM children").fetchone() == (1,)


def _accepted(hand_over: HandOver, autocommit: bool | None, foreign_keys: bool) -> bool:
    """Return whether a connection can be upgraded on; one that has always begun ignores the pragma."""
    if autocommit is None:
        return hand_over in (_fresh, _autocommit) or (hand_over is _in_block and not foreign_keys)
    return not autocommit and hand_over is _in_block


@pytest.mark.parametrize("hand_over", HAND_OVERS)
def test_a_failing_second_revision_leaves_nothing_of_the_first(tmp_path: Path, hand_over: HandOver) -> None:
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": FAILING})
    expected = UsageError if hand_over is _after_a_statement else UpgradeFailed
    with pytest.raises(expected):
        asyncio.run(upgraded(theirs(tmp_path / "a.db"), folder, hand_over))
    assert tables(tmp_path / "a.db") == set()


@pytest.mark.parametrize("hand_over", [_fresh, _in_block, _autocommit])
@pytest.mark.parametrize("statement", ["COMMIT", "ROLLBACK"])
def test_a_revision_that_ends_the_transaction_is_not_reported_as_an_upgrade(
    tmp_path: Path, hand_over: HandOver, statement: str
) -> None:
    """This driver has no authorizer that would deny the statement."""
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": f"op.execute('{statement}')"})
    with pytest.raises(UpgradeFailed, match="ended the transaction by itself"):
        asyncio.run(upgraded(theirs(tmp_path / "a.db"), folder, hand_over))


def test_of_two_coroutines_at_once_the_second_is_refused_in_words(tmp_path: Path) -> None:
    folder = write(tmp_path / "migrations", FOUR)
    done, refused = asyncio.run(_at_once(folder, tmp_path / "a.db", tmp_path / "b.db"))
    assert isinstance(done, list)
    assert len(done) == 4
    assert isinstance(refused, MigrationUnderWay)
    assert "await that one first, or use a thread for each" in str(refused)
    assert sorted(map(len, (tables(tmp_path / name) for name in ("a.db", "b.db")))) == [0, 2]
    for name in ("a.db", "b.db"):
        asyncio.run(upgraded(theirs(tmp_path / name), folder))
        assert Migrations(folder, tmp_path / name).current() == ("0004",)


async def _at_once(folder: Path, *paths: Path) -> list[list[Step] | BaseException]:
    """Upgrade two databases in two coroutines; return the results, first that of the one which did it."""
    upgrades = (upgraded(theirs(path), folder) for path in paths)
    results = await asyncio.gather(*upgrades, return_exceptions=True)
    return sorted(results, key=lambda result: isinstance(result, BaseException) or not result)


def test_a_connection_is_as_it_was_after_an_upgrade(tmp_path: Path) -> None:
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": FAILING})

    async def used() -> None:
        async with theirs(tmp_path / "a.db").connect() as connection:
            before = await connection.run_sync(_mode)
            await connection.run_sync(lambda c: Migrations(folder, c).upgrade("0001"))
            assert await connection.run_sync(_mode) == before
            with pytest.raises(UpgradeFailed):
                await connection.run_sync(lambda c: Migrations(folder, c).upgrade())
            assert await connection.run_sync(_mode) == before
            await connection.exec_driver_sql("INSERT INTO a VALUES (1)")
            await connection.commit()

    asyncio.run(used())
    with closing(sqlite3.connect(tmp_path / "a.db")) as look:
        assert look.execute("SELECT id FROM a").fetchall() == [(1,)]


def _mode(connection: Any) -> tuple[object, ...]:
    raw = connection.connection.dbapi_connection
    pragmas = ("foreign_keys", "synchronous", "busy_timeout")
    values = [raw.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
    return (*values, raw.isolation_level, connection.in_transaction())
