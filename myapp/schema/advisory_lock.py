"""PostgreSQL's lock between programs: an upgrade takes it alone, writers share it."""

import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from myapp.schema.driver_errors import LOCK_TIMEOUT
from myapp.schema.session import milliseconds
from myapp.schema.waiting import PATIENCE_SECONDS, OnWait

ADVISORY_LOCK = zlib.crc32(b"alembic migrations")
"""The key of the lock; a constant, since every program that migrates must use the same."""


def lock_exclusively(connection: Connection, wait: float, on_wait: OnWait | None) -> None:
    """Take the lock alone until the end of the transaction, and wait for each other lock for `wait` seconds.

    It is waited for in short turns, in the server's queue; `on_wait` is called between them, and may raise to
    give up. At the end the server's error is raised.
    """
    started = time.monotonic()
    turn = min(wait, PATIENCE_SECONDS)
    while (error := _timeout(connection, turn)) is not None:
        waited = time.monotonic() - started
        if waited >= wait:
            raise error
        turn = min(wait - waited, PATIENCE_SECONDS)
        if on_wait:
            on_wait()
    _limit_waiting(connection, wait)


def _timeout(connection: Connection, wait: float) -> DBAPIError | None:
    """Wait for the lock; return the server's error where that takes too long."""
    try:
        with connection.begin_nested():
            _limit_waiting(connection, wait)
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_TIMEOUT:
            raise
        return error
    return None


@contextmanager
def own_limit(connection: Connection) -> Iterator[None]:
    """Let a caller's transaction wait for locks as before, after what is done in it."""
    before = connection.exec_driver_sql("SHOW lock_timeout").scalar_one()
    try:
        yield
    finally:
        with suppress(SQLAlchemyError):  # the session has ended
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{before}'")


def lock_shared(connection: Connection, wait: float) -> None:
    """Take the shared lock of a writer: other writers may go on, an upgrade waits for this transaction's end.

    Waits up to `wait` seconds for an upgrade under way; the server then reports lock_not_available.
    """
    _limit_waiting(connection, wait)
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({ADVISORY_LOCK})")


def _limit_waiting(connection: Connection, wait: float) -> None:
    """Set the time that this transaction waits for each lock, in seconds."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds(wait)}")
