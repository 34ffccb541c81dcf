"""A connection that a caller hands over: an upgrade is whole and committed, refused in words, or undone."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.pool import NullPool

from myapp.errors import InUse, MyappError, UpgradeFailed, UsageError
from myapp.schema.config import make_config
from myapp.schema.connections import create_migration_engine, exclusive
from myapp.schema.migrations import Migrations
from tests.migration_folders import BARE_ENV, FAILING, FOUR, PARENTS, REBUILD, TABLE, write

HandOver = Callable[[Engine], AbstractContextManager[Connection]]


@pytest.fixture
def theirs(database: URL) -> Engine:
    """An engine as another application has it, with the driver's default mode."""
    return create_engine(database, poolclass=NullPool)


def enforce_foreign_keys(engine: Engine) -> None:
    """Do what SQLAlchemy's documentation recommends for SQLite."""
    event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA foreign_keys=ON"))


def tables(engine: Engine) -> set[str]:
    """Return the names of the tables that are there for others."""
    return set(inspect(engine).get_table_names())


@contextmanager
def _fresh(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


@contextmanager
def _in_block(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection


@contextmanager
def _after_a_statement(engine: Engine) -> Iterator[Connection]:
    """A transaction that a statement began and that nobody commits."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        yield connection


@contextmanager
def _begun(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.commit()


@contextmanager
def _autocommit(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


HAND_OVERS = [_fresh, _in_block, _after_a_statement, _begun, _autocommit]


@pytest.mark.parametrize("hand_over", HAND_OVERS)
@pytest.mark.parametrize("foreign_keys", [False, True])
def test_sqlite_steps_that_are_reported_are_there_and_rows_too(
    tmp_path: Path, hand_over: HandOver, foreign_keys: bool
) -> None:
    folder = write(tmp_path / "migrations", {"0001": PARENTS, "0002": REBUILD})
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    if foreign_keys:
        enforce_foreign_keys(engine)
    accepted = hand_over in (_fresh, _autocommit) or (hand_over is _in_block and not foreign_keys)
    refused = nullcontext() if accepted else pytest.raises(UsageError, match="hand over a connection")
    steps = []
    with refused, hand_over(engine) as connection:
        steps = Migrations(folder, connection).upgrade()
    expected = {"parents", "children", "alembic_version"} if steps else set()
    assert tables(engine) == expected
    if steps:
        with engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM children")).scalar_one() == 1
    assert bool(steps) == accepted


@pytest.mark.parametrize("hand_over", HAND_OVERS)
@pytest.mark.parametrize("env", ["", BARE_ENV], ids=["our env.py", "another env.py"])
def test_a_failing_second_revision_leaves_nothing_of_the_first(
    tmp_path: Path, theirs: Engine, hand_over: HandOver, env: str
) -> None:
    revisions = {"0001": TABLE, "0002": FAILING}
    folder = write(tmp_path / "migrations", revisions, env) if env else write(tmp_path / "m", revisions)
    with pytest.raises(MyappError), hand_over(theirs) as connection:
        Migrations(folder, connection).upgrade()
    assert tables(theirs) == set()


@pytest.mark.parametrize("first", ["the caller", "the upgrade"])
def test_a_caller_that_catches_the_failure_commits_its_own_work_and_nothing_of_the_upgrade(
    tmp_path: Path, theirs: Engine, first: str
) -> None:
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": FAILING})
    mine = "CREATE TABLE mine (id INTEGER)"
    with theirs.begin() as connection:
        if first == "the caller":
            if theirs.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql(mine)
        with pytest.raises(UpgradeFailed):
            Migrations(folder, connection).upgrade()
        connection.exec_driver_sql(mine if first == "the upgrade" else "INSERT INTO mine VALUES (1)")
    assert tables(theirs) == {"mine"}


def test_an_upgrade_in_a_callers_transaction_waits_for_that_of_another_program(
    tmp_path: Path, theirs: Engine
) -> None:
    folder = write(tmp_path / "migrations", FOUR)
    with exclusive(create_migration_engine(theirs.url)), theirs.begin() as connection:
        with pytest.raises(InUse):
            Migrations(folder, connection, wait=0.1).upgrade()
        connection.rollback()
    assert tables(theirs) == set()


@pytest.mark.parametrize("hand_over", [_fresh, _in_block])
def test_a_callers_connection_waits_as_long_as_was_said_and_no_more_after_it(
    tmp_path: Path, hand_over: HandOver
) -> None:
    """Not as long as its driver was told to: here, not at all."""
    folder = write(tmp_path / "migrations", FOUR)
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}", poolclass=NullPool, connect_args={"timeout": 0})
    for target, on_wait in (("0002", None), ("0004", list)):
        with holding_for(0.3, tmp_path / "a.db"), hand_over(engine) as connection:
            migrations = Migrations(folder, connection, wait=60, on_wait=on_wait)
            assert len(migrations.upgrade(target)) == 2
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 0
        with holding_for(0.3, tmp_path / "a.db"), hand_over(engine) as connection:
            assert Migrations(folder, connection, wait=60, on_wait=on_wait).current() == (target,)
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 0


@pytest.mark.parametrize("second", ["pass", FAILING])
def test_a_callers_transaction_on_a_server_waits_for_locks_as_before_an_upgrade_in_it(
    tmp_path: Path, postgres: Callable[[], str], second: str
) -> None:
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": second})
    with create_engine(postgres(), poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '7s'")
        with nullcontext() if second == "pass" else pytest.raises(UpgradeFailed):
            Migrations(folder, connection, wait=3).upgrade()
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar_one() == "7s"


@contextmanager
def holding_for(seconds: float, path: Path) -> Iterator[None]:
    """Hold a SQLite file, as another program does, and let it go after a time."""
    holder = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(seconds, holder.close)
    release.start()
    yield
    release.join()


def test_what_failed_in_an_exclusive_transaction_is_not_committed_by_a_caller_that_catches_it(
    tmp_path: Path, database: URL, engine: Engine
) -> None:
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": FAILING})
    with (
        pytest.raises(UpgradeFailed, match="a part of it had failed"),
        exclusive(engine) as connection,
        pytest.raises(UpgradeFailed, match="no more"),
    ):
        Migrations(folder, connection).upgrade()
    assert tables(engine) == set()


def test_a_connection_is_as_it_was_after_an_upgrade(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    enforce_foreign_keys(engine)
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": FAILING})

    def mode(connection: Connection) -> tuple[object, ...]:
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        pragmas = ("foreign_keys", "synchronous", "busy_timeout")
        values = [raw.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
        return (*values, raw.isolation_level, connection.in_transaction())

    with engine.connect() as connection:
        before = mode(connection)
        migrations = Migrations(folder, connection)
        assert (migrations.current(), mode(connection)) == ((), before)
        migrations.upgrade("0001")
        assert (migrations.current(), mode(connection)) == (("0001",), before)
        with pytest.raises(UpgradeFailed):
            migrations.upgrade()
        assert mode(connection) == before
        connection.execute(text("INSERT INTO a VALUES (1)"))
        connection.commit()


def test_a_row_without_its_parent_is_refused_on_a_connection_that_is_handed_over(tmp_path: Path) -> None:
    orphan = f"{PARENTS}\n    op.execute('INSERT INTO children VALUES (9)')"
    folder = write(tmp_path / "migrations", {"0001": orphan})
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    for hand_over in (_fresh, _in_block):
        with (
            pytest.raises(UpgradeFailed, match="rows point nowhere") as failed,
            hand_over(engine) as connection,
        ):
            Migrations(folder, connection).upgrade()
        assert failed.value.of_content
        assert tables(engine) == set()


def test_a_stamp_after_create_all_needs_no_other_connection(tmp_path: Path) -> None:
    """It rebuilds no table: foreign keys that are enforced do no harm."""
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    enforce_foreign_keys(engine)
    folder = write(tmp_path / "migrations", FOUR)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (id INTEGER)")
        Migrations(folder, connection).stamp("head")
    assert Migrations(folder, engine).current() == ("0004",)


def test_an_engine_is_a_database(tmp_path: Path, theirs: Engine) -> None:
    folder = write(tmp_path / "migrations", FOUR)
    migrations = Migrations(folder, theirs)
    assert len(migrations.upgrade()) == 4
    assert Migrations(folder, theirs).current() == ("0004",)
    assert migrations.upgrade() == []


@pytest.mark.parametrize("hand_over", [_fresh, _in_block])
def test_a_postgresql_connection_that_commits_each_statement_is_refused(
    tmp_path: Path, postgres: Callable[[], str], hand_over: HandOver
) -> None:
    engine = create_engine(postgres(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    folder = write(tmp_path / "migrations", FOUR)
    with hand_over(engine) as connection, pytest.raises(UsageError, match="commits each statement"):
        Migrations(folder, connection).upgrade()
    assert tables(engine) == set()


@pytest.mark.parametrize("hand_over", [_fresh, _in_block])
def test_alembics_own_upgrade_on_a_callers_connection_is_whole_too(
    tmp_path: Path, hand_over: HandOver
) -> None:
    """Alembic's cookbook: the connection in `config.attributes`."""
    folder = write(tmp_path / "migrations", {"0001": PARENTS, "0002": REBUILD, "0003": FAILING})
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(Exception, match="no more"), hand_over(engine) as connection:
        command.upgrade(make_config(folder, attributes={"connection": connection}), "head")
    assert tables(engine) == set()
    enforce_foreign_keys(engine)
    with engine.connect() as connection:
        command.upgrade(make_config(folder, attributes={"connection": connection}), "0002")
    with closing(sqlite3.connect(tmp_path / "a.db")) as look:
        assert look.execute("SELECT count(*) FROM children").fetchone() == (1,)


def test_a_migration_engine_is_prepared_as_any_other(tmp_path: Path) -> None:
    engine = create_migration_engine(URL.create("sqlite", database=str(tmp_path / "a.db")))
    with exclusive(engine) as connection:
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        assert raw.execute("PRAGMA foreign_keys").fetchone() == (0,)
        assert raw.execute("PRAGMA synchronous").fetchone() == (3,)
