"""Waiting for another program's lock on a SQLite database: a moment in silence, then told to the person."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _Result = TypeVar("_Result")

PATIENCE_SECONDS = 0.5
"""How long a held database is waited for in silence."""

OnWait = Callable[[], None]


def patiently(
    connection: sqlite3.Connection, action: Callable[[], _Result], wait: float, on_wait: OnWait | None
) -> _Result:
    """Do what may meet a lock, twice if need be; `on_wait` is called before the second time.

    The whole takes up to `wait` seconds, after which SQLite's error (SQLITE_BUSY) is raised.
    """
    if on_wait is None or wait <= PATIENCE_SECONDS:
        return action()
    try:
        _limit(connection, PATIENCE_SECONDS)
        return action()
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
            raise
    finally:
        _limit(connection, wait)
    on_wait()
    return action()


def _limit(connection: sqlite3.Connection, seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
