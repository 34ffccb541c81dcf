"""What a driver's exceptions mean to a person: locks, space, permission, damage.

Imports no database library but the standard one, so that a document opens without any.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from myapp.errors import Cancelled, Damaged, InUse, MyappError, SystemRefused, shown

WAIT_SECONDS = 30.0
"""How long an upgrade waits for another program before it says so and gives up."""

_SQLITE_ERRORS: dict[int, str] = {
    sqlite3.SQLITE_FULL: "no space is left",
    sqlite3.SQLITE_READONLY: "it cannot be written",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_IOERR: "reading or writing failed",
    sqlite3.SQLITE_PERM: "permission was denied",
}

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_TOOBIG}

_NO_TEXT = "Could not decode to UTF-8"
"""How the sqlite3 module, which has no code for it, says that a stored text is none."""


@contextmanager
def translated(subject: str, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Turn what the driver says about locks, space, permission and damage into this program's errors."""
    try:
        yield
    except MyappError:
        raise
    except Exception as error:
        known = explain(error, subject, wait)
        if known is None:
            raise
        raise known from error


def explain(error: BaseException, subject: str, wait: float = WAIT_SECONDS) -> MyappError | None:
    """Return the error that a driver's exception (or its cause) means, None where it means no such thing."""
    for cause in _chain(error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return InUse(subject, wait)
        if getattr(cause, "sqlstate", None) == "55P03":  # lock_not_available
            return InUse(subject, wait)
        if code == sqlite3.SQLITE_INTERRUPT:
            return Cancelled(subject)
        if code in _DAMAGE:
            return Damaged(subject, first_line(cause))
        if is_no_text(cause):
            return Damaged(subject, first_line(cause).partition(" with text")[0])
        if code in _SQLITE_ERRORS:
            return SystemRefused(subject, f"{_SQLITE_ERRORS[code]} ({first_line(cause)})")
        if getattr(cause, "sqlstate", "") is None and type(cause).__name__ == "OperationalError":
            return SystemRefused(subject, first_line(cause))  # psycopg found no server
    return None


def is_no_text(error: BaseException) -> bool:
    """Tell whether the sqlite3 module met a stored text that is no UTF-8."""
    return type(error) is sqlite3.OperationalError and str(error).startswith(_NO_TEXT)


def first_line(error: BaseException) -> str:
    """Return what an exception says in one printable line, without SQLAlchemy's statement and link.

    It may quote what a document holds: a title with line breaks, or with a terminal's control codes.
    """
    text = str(getattr(error, "orig", None) or error)
    return shown(" ".join(map(str.strip, text.splitlines())).strip()) or type(error).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__
