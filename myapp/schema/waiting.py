"""Waits for another program's SQLite lock: silently at first, then notifies the user."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _Result = TypeVar("_Result")

PATIENCE_SECONDS = 0.5
"""How long a held database is waited for silently, and then between two notifications."""

OnWait = Callable[[], None]


def patiently(
    connection: sqlite3.Connection, action: Callable[[], _Result], wait: float, on_wait: OnWait | None
) -> _Result:
    """Do an action that may meet a lock, again and again for up to `wait` seconds.

    `on_wait` is called before each repetition, and may raise to give up. At the end SQLite's error
    (SQLITE_BUSY) is raised; its attribute `waited` says how long.
    """
    started = time.monotonic()
    try:
        if on_wait is None or wait <= PATIENCE_SECONDS:
            return action()
        return _repeatedly(connection, action, wait, on_wait)
    except sqlite3.OperationalError as error:
        if _is_busy(error):
            error.waited = min(round(time.monotonic() - started, 1), wait)  # type: ignore[attr-defined]
        raise


def _repeatedly(
    connection: sqlite3.Connection, action: Callable[[], _Result], wait: float, on_wait: OnWait
) -> _Result:
    deadline = time.monotonic() + wait
    try:
        _limit(connection, PATIENCE_SECONDS)
        while True:
            try:
                return action()
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() >= deadline:
                    raise
            on_wait()
    finally:
        _limit(connection, wait)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _limit(connection: sqlite3.Connection, seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
