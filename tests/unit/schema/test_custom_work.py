"""Work that a program does itself with Alembic's objects: it reads, or it writes and is committed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Column, Engine, Integer, Text, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from myapp.errors import UpgradeFailed, UsageError
from myapp.schema.migrations import Migrations
from tests.migration_folders import BARE_ENV, ENV, FOUR, write

ENVIRONMENTS = pytest.mark.parametrize("env", [ENV, BARE_ENV], ids=["our env.py", "another env.py"])


@pytest.fixture
def theirs(database: URL) -> Engine:
    """An engine of the program's own."""
    return create_engine(database, poolclass=NullPool)


def tables(engine: Engine) -> set[str]:
    """Return the names of the tables that others see."""
    return set(inspect(engine).get_table_names())


def insert(context: MigrationContext) -> None:
    """Write a row."""
    assert context.connection is not None
    context.connection.execute(text("INSERT INTO a VALUES (7)"))


def create(context: MigrationContext) -> None:
    """Make a table by Alembic's operations."""
    Operations(context).create_table("made", Column("id", Integer))


@ENVIRONMENTS
def test_a_function_reads_in_the_context_of_env_py(tmp_path: Path, database: URL, env: str) -> None:
    migrations = Migrations(write(tmp_path / "m", FOUR, env), database)
    migrations.upgrade("0002")
    assert migrations.run(lambda context: context.get_current_revision()) == "0002"
    assert migrations.run(lambda context: context.dialect.name) == database.get_backend_name()


@ENVIRONMENTS
@pytest.mark.parametrize("write_something", [insert, create])
@pytest.mark.parametrize("by", ["url", "engine", "connection"])
def test_a_function_that_writes_is_refused_and_not_undone_in_silence(
    tmp_path: Path,
    database: URL,
    theirs: Engine,
    env: str,
    write_something: Callable[[MigrationContext], None],
    by: str,
) -> None:
    folder = write(tmp_path / "m", FOUR, env)
    Migrations(folder, database).upgrade()
    with theirs.connect() as connection:
        databases = {"url": database, "engine": theirs, "connection": connection}
        migrations = Migrations(folder, databases[by])  # type: ignore[arg-type]
        with pytest.raises(UsageError, match="write=True"):
            migrations.run(write_something)
        assert not connection.in_transaction()
        connection.execute(text("INSERT INTO a VALUES (1)"))  # it may write again
        connection.commit()


@ENVIRONMENTS
@pytest.mark.parametrize("by", ["url", "engine", "connection"])
def test_a_function_that_may_write_is_committed(
    tmp_path: Path, database: URL, theirs: Engine, env: str, by: str
) -> None:
    folder = write(tmp_path / "m", FOUR, env)
    Migrations(folder, database).upgrade()
    with theirs.connect() as connection:
        databases = {"url": database, "engine": theirs, "connection": connection}
        Migrations(folder, databases[by]).run(create, write=True)  # type: ignore[arg-type]
    assert "made" in tables(theirs)
    assert Migrations(folder, database).current() == ("0004",)


@ENVIRONMENTS
def test_what_a_function_wrote_before_it_failed_is_undone(
    tmp_path: Path, database: URL, theirs: Engine, env: str
) -> None:
    def fail(context: MigrationContext) -> None:
        create(context)
        raise LookupError("on purpose")

    migrations = Migrations(write(tmp_path / "m", FOUR, env), database)
    with pytest.raises(LookupError, match="on purpose"):
        migrations.run(fail, write=True)
    assert tables(theirs) == set()


def test_what_is_written_in_the_callers_transaction_is_the_callers(
    tmp_path: Path, database: URL, engine: Engine
) -> None:
    folder = write(tmp_path / "m", FOUR)
    Migrations(folder, database).upgrade()
    with engine.begin() as connection:
        Migrations(folder, connection).run(insert)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM a")).scalar_one() == 1


def test_operations_alter_a_table_outside_of_a_revision(
    tmp_path: Path, database: URL, theirs: Engine
) -> None:
    def add_column(context: MigrationContext) -> None:
        with Operations(context).batch_alter_table("a") as batch:
            batch.add_column(Column("note", Text))

    migrations = Migrations(write(tmp_path / "m", FOUR), database)
    migrations.upgrade()
    migrations.run(add_column, write=True)
    assert {column["name"] for column in inspect(theirs).get_columns("a")} == {"id", "note"}


def test_an_env_py_that_configures_nothing_runs_no_function(tmp_path: Path, database: URL) -> None:
    migrations = Migrations(write(tmp_path / "m", FOUR, "pass\n"), database)
    for may_write in (False, True):
        with pytest.raises(UpgradeFailed, match="configured no context"):
            migrations.run(insert, write=may_write)
