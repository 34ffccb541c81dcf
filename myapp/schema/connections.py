"""Opens engines, and the one transaction in which a schema changes.

SQLite: a connection in driver autocommit with foreign keys off, BEGIN EXCLUSIVE, all statements,
`foreign_key_check`, COMMIT with `synchronous=EXTRA`. PostgreSQL: one transaction under an advisory
lock, so that programs that start together upgrade once.
"""

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

from myapp.errors import StrPath, UpgradeFailed
from myapp.progress import WAIT_SECONDS
from myapp.schema import servers
from myapp.schema.driver_errors import translated
from myapp.schema.sealed import sealed
from myapp.schema.session import milliseconds, prepare_sessions
from myapp.schema.waiting import OnWait, patiently

ADVISORY_LOCK = zlib.crc32(b"alembic migrations")
"""The key of PostgreSQL's lock; a constant, since every program that migrates must use the same."""

_SECRETS = frozenset({"password", "sslpassword"})


def sqlite_url(path: StrPath) -> URL:
    """Return the URL of a SQLite file of any name.

    A string such as `f"sqlite:///{path}"` would open another file if the path holds `?` or `%20`.
    """
    return URL.create("sqlite", database=os.path.abspath(os.fspath(path)))


def as_url(database: StrPath | URL) -> URL:
    """Return the URL of a database; a string without `://` is the path of a SQLite file."""
    if isinstance(database, URL):
        return database
    if isinstance(database, str) and "://" in database:
        return make_url(database)
    return sqlite_url(database)


def create_migration_engine(
    url: URL,
    creator: Callable[[], sqlite3.Connection] | None = None,
    wait: float = WAIT_SECONDS,
    application_name: str = "",
) -> Engine:
    """Return an engine without a pool, whose SQLite transactions begin as this module describes.

    `creator` opens the SQLite connection instead of the URL; `wait` is in seconds. A PostgreSQL server lists
    its sessions by `application_name`.
    """
    options: dict[str, Any] = {"creator": creator} if creator else {}
    if url.get_backend_name() == "sqlite" and not creator:
        options["connect_args"] = {"timeout": wait}
    if url.get_backend_name() == "postgresql" and url.get_driver_name() == "psycopg":
        options["connect_args"] = servers.connect_options(url, application_name)
    engine = create_engine(url, poolclass=NullPool, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        prepare_sessions(engine, wait)
    return engine


@contextmanager
def exclusive(
    engine: Engine, wait: float = WAIT_SECONDS, on_wait: OnWait | None = None
) -> Iterator[Connection]:
    """Give a connection in the transaction that changes the schema; commits, or rolls back on any error.

    `on_wait` is called if another program holds the database. Raise InUse if that lasts longer than `wait`
    seconds, UpgradeFailed if a revision tries to end the transaction or leaves a row without its parent.
    """
    name = subject(engine.url)
    with translated(name, wait), engine.connect() as connection:
        connection.execution_options(sqlite_begin="EXCLUSIVE", wait=wait, on_wait=on_wait)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                _lock_postgresql(connection, wait, on_wait)
            with sealed(connection, name):
                yield connection
                _check_foreign_keys(connection, name)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose transaction is rolled back at the end."""
    with translated(subject(engine.url)), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(postgresql_readonly=True)
        yield connection


def subject(url: URL) -> str:
    """Return a database as errors and logs name it: a file's path, or a URL without its secrets."""
    if url.get_backend_name() == "sqlite" and url.database:
        return url.database
    return url.difference_update_query(_SECRETS & set(url.query)).render_as_string(hide_password=True)


def _check_foreign_keys(connection: Connection, subject: str) -> None:
    """Raise UpgradeFailed if a row's parent is missing in SQLite, which enforced no foreign keys so far."""
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        tables = sorted({f"{row[0]} → {row[2]}" for row in orphans})
        raise UpgradeFailed(
            subject, "foreign_key_check", f"{len(orphans)} rows point nowhere ({', '.join(tables)})"
        )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Driver autocommit: the sqlite3 module's own mode commits around DDL. The pragmas have no effect
    # inside a transaction, so they are set before one begins.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA synchronous=EXTRA")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    begin = f"BEGIN {options.get('sqlite_begin', 'DEFERRED')}"
    patiently(raw, lambda: raw.execute(begin), options.get("wait", WAIT_SECONDS), options.get("on_wait"))


def _lock_postgresql(connection: Connection, wait: float, on_wait: OnWait | None) -> None:
    attempt = f"SELECT pg_try_advisory_xact_lock({ADVISORY_LOCK})"
    if on_wait and not connection.exec_driver_sql(attempt).scalar_one():
        on_wait()
    _limit_waiting(connection, wait)
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")


def share_postgresql(connection: Connection, wait: float) -> None:
    """Take the shared lock of a writer: other writers may go on, an upgrade waits for this transaction's end.

    Waits up to `wait` seconds for an upgrade under way; the server then reports lock_not_available.
    """
    _limit_waiting(connection, wait)
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({ADVISORY_LOCK})")


def _limit_waiting(connection: Connection, wait: float) -> None:
    """Set the time that this transaction waits for each lock, in seconds."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds(wait)}")
