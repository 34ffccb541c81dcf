"""Waits for another program's SQLite lock: silently at first, then notifies the user."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress

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
    (SQLITE_BUSY) is raised; its attribute `waited` says how long. The connection's own limit holds again.
    """
    started = time.monotonic()
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    try:
        if on_wait is None or wait <= PATIENCE_SECONDS:
            _limit(connection, wait)
            return action()
        _limit(connection, PATIENCE_SECONDS)
        return _repeatedly(action, started + wait, on_wait)
    except sqlite3.OperationalError as error:
        if _is_busy(error):
            error.waited = min(round(time.monotonic() - started, 1), wait)  # type: ignore[attr-defined]
        raise
    finally:
        with suppress(sqlite3.Error):  # closed, or stopped
            connection.execute(f"PRAGMA busy_timeout={before}")


def _repeatedly(action: Callable[[], _Result], deadline: float, on_wait: OnWait) -> _Result:
    while True:
        try:
            return action()
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() >= deadline:
                raise
        on_wait()


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _limit(connection: sqlite3.Connection, seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
