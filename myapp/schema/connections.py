"""Opens engines that migrate, and connections that only read."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from myapp.errors import UsageError
from myapp.progress import WAIT_SECONDS
from myapp.schema import servers
from myapp.schema.advisory_lock import lock_shared
from myapp.schema.driver_errors import first_line, translated
from myapp.schema.locations import as_url, sqlite_url, subject
from myapp.schema.session import prepare_sessions
from myapp.schema.transaction import exclusive, raw_connection

__all__ = [
    "as_url",
    "create_migration_engine",
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
    its sessions by `application_name`. Raise UsageError for a driver that is missing, or for event loops.
    """
    options: dict[str, Any] = {"creator": creator} if creator else {}
    if url.get_backend_name() == "sqlite" and not creator:
        options["connect_args"] = {"timeout": wait}
    if url.get_backend_name() == "postgresql" and url.get_driver_name() == "psycopg":
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

    One that is `writable` may make temporary tables.
    """
    with translated(subject(owner.engine.url)):
        if isinstance(owner, Connection):
            with _as_it_was(owner):
                yield owner
            return
        with owner.connect() as connection:
            if owner.dialect.name == "postgresql" and not writable:
                connection.execution_options(postgresql_readonly=True)
            yield connection


@contextmanager
def _as_it_was(connection: Connection) -> Iterator[None]:
    begun = connection.in_transaction()
    try:
        yield
    finally:
        if not begun:
            connection.rollback()


def _create_engine(url: URL, options: dict[str, Any]) -> Engine:
    try:
        engine = create_engine(url, poolclass=NullPool, **options)
    except (ImportError, ArgumentError, TypeError, ValueError) as error:
        detail = f"{url.drivername} cannot be used here ({first_line(error)})"
        raise UsageError(f"{subject(url)}: {detail}: install its driver, or name another") from error
    if engine.dialect.is_async:
        remedy = (
            f"say {url.get_backend_name()}:// with another driver, or hand over a connection in `run_sync`"
        )
        raise UsageError(f"{subject(url)}: {url.drivername} is for event loops: {remedy}")
    return engine


def _leave_to_us(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the sqlite3 module's own mode commits around DDL
