"""Drivers for event loops: by URL where no loop runs, by `await` where one does, else refused in words."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from myapp.errors import InUse, MyappError, NotFound, SystemRefused, UpgradeFailed, UsageError
from myapp.schema import event_loop, stock
from myapp.schema.config import make_config
from myapp.schema.connections import as_url, create_migration_engine, exclusive
from myapp.schema.migrations import Migrations
from myapp.schema.recipes import run_migrations
from tests.migration_folders import FAILING, FOUR, TABLE, write

RECIPE = "await connection.run_sync(lambda c: Migrations(folder, c).upgrade())"


@pytest.fixture(params=["sqlite+aiosqlite", "postgresql+asyncpg", "postgresql+psycopg_async"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """An empty database by the URL of an asynchronous driver."""
    driver = str(request.param)
    if driver.startswith("sqlite"):
        return URL.create(driver, database=str(tmp_path / "a.db"))
    postgres: Callable[[], str] = request.getfixturevalue("postgres")
    return as_url(postgres()).set(drivername=driver)


@pytest.fixture
def plain(url: URL) -> URL:
    """The same database by a driver that waits."""
    backend = url.get_backend_name()
    return url.set(drivername="sqlite" if backend == "sqlite" else "postgresql+psycopg")


def run(url: URL, work: Callable[[AsyncEngine], Awaitable[Any]]) -> Any:
    """Do asynchronous work with an engine."""

    async def main() -> Any:
        engine = create_async_engine(url, poolclass=NullPool)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(main())


def test_a_url_is_enough_where_no_loop_runs(tmp_path: Path, url: URL, plain: URL) -> None:
    folder = write(tmp_path / "m", FOUR)
    migrations = Migrations(folder, url)
    assert (migrations.current(), len(migrations.plan())) == ((), 4)
    assert len(migrations.upgrade("0003")) == 3
    assert len(run_migrations(folder, url)) == 1
    assert migrations.current() == Migrations(folder, plain).current() == ("0004",)
    assert len(migrations.downgrade("0002")) == 2
    assert len(migrations.stamp("0004")) == 1
    assert migrations.losses("0003") == {}
    assert migrations.run(lambda context: context.dialect.name) == url.get_backend_name()
    assert migrations.differences("0004") == []


def test_a_failing_revision_leaves_nothing(tmp_path: Path, url: URL, plain: URL) -> None:
    folder = write(tmp_path / "m", {"0001": TABLE, "0002": FAILING})
    with pytest.raises(UpgradeFailed, match="0002: no more"):
        Migrations(folder, url).upgrade()
    assert Migrations(folder, plain).current() == ()


def test_an_interruption_leaves_nothing(tmp_path: Path, url: URL, plain: URL) -> None:
    folder = write(tmp_path / "m", {"0001": TABLE, "0002": "raise KeyboardInterrupt"})
    with pytest.raises(KeyboardInterrupt):
        Migrations(folder, url).upgrade()
    assert Migrations(folder, plain).current() == ()
    assert len(Migrations(folder, url).upgrade("0001")) == 1


def test_another_program_is_waited_for_no_longer_than_was_said(tmp_path: Path, url: URL, plain: URL) -> None:
    folder = write(tmp_path / "m", FOUR)
    waits: list[None] = []
    with exclusive(create_migration_engine(plain)), pytest.raises(InUse, match="waited"):
        Migrations(folder, url, wait=0.7, on_wait=lambda: waits.append(None)).upgrade()
    assert waits
    assert len(Migrations(folder, url).upgrade()) == 4


def test_the_command_takes_such_a_url(tmp_path: Path, url: URL, plain: URL) -> None:
    folder, output = write(tmp_path / "m", FOUR), io.StringIO()
    stock.main(["upgrade", "head"], folder, url=url)
    words = ["-x", f"url={url.render_as_string(hide_password=False)}", "current"]
    stock.main(words, folder, output=output)
    assert output.getvalue() == "0004 (head)\n"
    assert Migrations(folder, plain).current() == ("0004",)


def test_a_driver_that_waits_needs_no_loop_of_its_own_within_one(tmp_path: Path) -> None:
    folder, url = write(tmp_path / "m", FOUR), as_url(tmp_path / "a.db")

    async def upgrade() -> None:
        command.upgrade(make_config(folder, url=url), "head")

    asyncio.run(upgrade())
    assert Migrations(folder, url).current() == ("0004",)


def test_several_databases_share_a_loop(tmp_path: Path, url: URL) -> None:
    folder = write(tmp_path / "m", {"0001": "pass"})
    path = folder / "versions" / "0001_revision.py"
    path.write_text(path.read_text(encoding="utf-8").replace("grade():", "grade(engine_name):"))
    other = URL.create("sqlite+aiosqlite", database=str(tmp_path / "b.db"))
    migrations = Migrations(folder, {"one": url, "two": other})
    assert len(migrations.upgrade()) == 2
    assert migrations.current() == ("0001",)


def test_within_a_loop_a_connection_is_handed_over_and_awaited(tmp_path: Path, url: URL, plain: URL) -> None:
    folder = write(tmp_path / "m", FOUR)

    async def upgrade(engine: AsyncEngine) -> int:
        async with engine.connect() as connection:
            steps = await connection.run_sync(lambda c: Migrations(folder, c).upgrade())
            await connection.execute(text("INSERT INTO a VALUES (1)"))
            await connection.commit()
            assert await connection.run_sync(lambda c: Migrations(folder, c).current()) == ("0004",)
        return len(steps)

    assert run(url, upgrade) == 4
    assert Migrations(folder, plain).current() == ("0004",)


def test_within_a_transaction_of_the_callers_a_failure_undoes_the_upgrade_alone(
    tmp_path: Path, url: URL, plain: URL
) -> None:
    folder = write(tmp_path / "m", {"0001": TABLE, "0002": FAILING})

    async def upgrade(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            if url.get_backend_name() == "sqlite":
                await connection.exec_driver_sql("BEGIN")
            await connection.execute(text("CREATE TABLE mine (id INTEGER)"))
            with pytest.raises(UpgradeFailed):
                await connection.run_sync(lambda c: Migrations(folder, c).upgrade())
            await connection.execute(text("INSERT INTO mine VALUES (1)"))

    run(url, upgrade)
    assert Migrations(folder, plain).current() == ()


@pytest.mark.parametrize("given", ["engine", "connection", "url"])
def test_within_a_loop_anything_else_is_refused_with_the_line_to_write(
    tmp_path: Path, url: URL, given: str
) -> None:
    folder = write(tmp_path / "m", FOUR)

    async def upgrade(engine: AsyncEngine) -> str:
        async with engine.connect() as connection:
            database: Any = {"engine": engine, "connection": connection, "url": url}[given]
            with pytest.raises(UsageError) as caught:
                Migrations(folder, database).upgrade()
        return str(caught.value)

    line = run(url, upgrade)
    assert RECIPE in line
    assert "\n" not in line


def test_an_asynchronous_engine_is_refused_with_the_line_to_write_outside_of_a_loop_too(
    tmp_path: Path, url: URL
) -> None:
    engine = create_async_engine(url)
    with pytest.raises(UsageError, match="AsyncEngine") as caught:
        Migrations(write(tmp_path / "m", FOUR), engine)  # type: ignore[arg-type]
    assert RECIPE in str(caught.value)


def test_two_coroutines_that_await_one_after_the_other_both_migrate(
    tmp_path: Path, url: URL, plain: URL
) -> None:
    folder = write(tmp_path / "m", FOUR)

    async def upgrade(engine: AsyncEngine) -> list[int]:
        counts = []
        for _ in range(2):
            async with engine.connect() as connection:
                counts.append(len(await connection.run_sync(lambda c: Migrations(folder, c).upgrade())))
        return counts

    assert run(url, upgrade) == [4, 0]
    assert Migrations(folder, plain).current() == ("0004",)


def test_two_coroutines_at_once_are_told_apart_and_one_of_them_migrates(
    tmp_path: Path, url: URL, plain: URL
) -> None:
    folder = write(tmp_path / "m", FOUR)

    async def one(engine: AsyncEngine) -> object:
        try:
            async with engine.connect() as connection:
                return len(await connection.run_sync(lambda c: Migrations(folder, c, wait=2).upgrade()))
        except MyappError as error:
            return error

    async def both(engine: AsyncEngine) -> list[object]:
        return list(await asyncio.gather(one(engine), one(engine)))

    results = run(url, both)
    assert 4 in results
    (other,) = [result for result in results if result != 4] or [0]
    assert other == 0 or isinstance(other, InUse)
    assert Migrations(folder, plain).current() == ("0004",)


def test_threads_of_a_program_with_a_loop_migrate_by_url(tmp_path: Path, url: URL, plain: URL) -> None:
    folder = write(tmp_path / "m", FOUR)

    async def upgrade(_engine: AsyncEngine) -> int:
        return len(await asyncio.to_thread(Migrations(folder, url).upgrade))

    assert run(url, upgrade) == 4
    assert Migrations(folder, plain).current() == ("0004",)


def test_what_a_server_refuses_is_said_as_of_any_driver(tmp_path: Path, postgres: Callable[[], str]) -> None:
    folder, url = write(tmp_path / "m", FOUR), as_url(postgres())
    for driver in ("postgresql+asyncpg", "postgresql+psycopg_async", "postgresql+psycopg"):
        there = url.set(drivername=driver)
        with pytest.raises(NotFound):
            Migrations(folder, there.set(database="no_such_database")).current()
        nowhere = URL.create(driver, host="localhost", port=1, database="x")
        with pytest.raises(SystemRefused):
            Migrations(folder, nowhere).current()


def test_a_driver_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="aiomysql"):
        Migrations(write(tmp_path / "m", FOUR), "mysql+aiomysql://nowhere/x").upgrade()


def test_a_loop_that_cannot_be_run_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(*_args: object, **_options: object) -> None:
        raise ImportError("the greenlet library is required")

    monkeypatch.setattr("sqlalchemy.util.greenlet_spawn", missing)
    with pytest.raises(UsageError, match="greenlet"):
        event_loop.on_event_loop("a.db", lambda: None)
