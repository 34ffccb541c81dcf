"""Opens engines that migrate, and connections that only read."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from myapp.errors import UsageError
from myapp.progress import WAIT_SECONDS
from myapp.schema import libraries, servers
from myapp.schema.advisory_lock import lock_shared
from myapp.schema.driver_errors import first_line, translated
from myapp.schema.event_loop import create_looping_engine, needs_event_loop
from myapp.schema.locations import as_url, is_private_memory, sqlite_url, subject
from myapp.schema.session import prepare_sessions
from myapp.schema.transaction import exclusive, opened, raw_connection

__all__ = [
    "as_url",
    "connected",
    "create_migration_engine",
    "demand_lasting",
    "exclusive",
    "lock_shared",
    "reading",
    "sqlite_url",
    "subject",
]


def create_migration_engine(
    url: URL,
    creator: Callable[[], sqlite3.Connection] | None = None,
    wait: float = WAIT_SECONDS,
    application_name: str = "",
) -> Engine:
    """Return an engine without a pool, whose connections have the settings that migrations need.

    `creator` opens the SQLite connection instead of the URL; `wait` is in seconds. A PostgreSQL server lists
    its sessions by `application_name`. Raise UsageError for a driver that is missing. The engine of one for
    event loops works in a loop only: see event_loop.py.
    """
    libraries.used()
    options: dict[str, Any] = {"creator": creator} if creator else {}
    if url.get_backend_name() == "sqlite" and not creator:
        options["connect_args"] = {"timeout": wait}
    if url.get_backend_name() == "postgresql" and url.get_driver_name() in ("psycopg", "psycopg_async"):
        options["connect_args"] = servers.connect_options(url, application_name)
    engine = _create_engine(url, options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_to_us)
        event.listen(engine, "begin", lambda connection: raw_connection(connection).execute("BEGIN"))
    elif engine.dialect.name == "postgresql":
        prepare_sessions(engine, wait)
    return engine


@contextmanager
def reading(owner: Engine | Connection, *, writable: bool = False) -> Iterator[Connection]:
    """Give a connection to read with, a new one or the caller's; what it begins is rolled back.

    One that is `writable` may make tables for that time. Any other refuses to write, so that nothing is lost
    in silence; within a transaction of the caller's, what is written is the caller's.
    """
    with translated(subject(owner.engine.url)), connected(owner) as connection:
        if connection.in_transaction():
            yield connection
            return
        try:
            with nullcontext() if writable else _read_only(connection):
                yield connection
        finally:
            connection.rollback()


@contextmanager
def connected(owner: Engine | Connection) -> Iterator[Connection]:
    """Give a new connection of an engine, or the caller's own."""
    if isinstance(owner, Connection):
        yield owner
        return
    with opened(owner) as connection:
        yield connection


@contextmanager
def _read_only(connection: Connection) -> Iterator[None]:
    """Refuse to write until the transaction that is begun here ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = raw_connection(connection)
    (before,) = raw.execute("PRAGMA query_only").fetchone()
    raw.execute("PRAGMA query_only=1")
    try:
        yield
    finally:
        with suppress(sqlite3.Error):  # closed, after an interruption
            raw.execute(f"PRAGMA query_only={before}")


def demand_lasting(url: URL) -> None:
    """Raise UsageError for a SQLite database in memory: nothing would be left of what is done there."""
    if is_private_memory(url):
        fact = f"{subject(url)} is a database in memory, which ends with its connection"
        raise UsageError(f"{fact}: hand over the connection, or name a file")


def _create_engine(url: URL, options: dict[str, Any]) -> Engine:
    try:
        create = create_looping_engine if needs_event_loop(url) else create_engine
        return create(url, poolclass=NullPool, **options)
    except (ImportError, NoSuchModuleError) as error:
        detail = f"{url.drivername} cannot be used here ({first_line(error)})"
        raise UsageError(f"{subject(url)}: {detail}: install its driver, or name another") from error
    except (ArgumentError, TypeError, ValueError) as error:
        raise UsageError(f"{subject(url)}: this URL cannot be used ({first_line(error)})") from error


def _leave_to_us(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the sqlite3 module's own mode commits around DDL
