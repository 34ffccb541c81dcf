"""What a driver's exceptions mean to a person: locks, space, permission, damage.

Imports no database library but the standard one, so that a document opens without any.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from myapp.errors import (
    BadData,
    Cancelled,
    Damaged,
    InUse,
    MyappError,
    NotFound,
    SystemRefused,
    UsageError,
    shown,
)
from myapp.progress import WAIT_SECONDS

_SQLITE_ERRORS: dict[int, str] = {
    sqlite3.SQLITE_FULL: "no space is left",
    sqlite3.SQLITE_READONLY: "it cannot be written",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_IOERR: "reading or writing failed",
    sqlite3.SQLITE_PERM: "permission was denied",
}

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_TOOBIG}

_SERVER_HELD = {"55P03", "40001", "40P01"}
"""PostgreSQL's lock_not_available, serialization_failure, deadlock_detected."""

_SERVER_REFUSALS = ("08", "28", "42501", "25006", "53", "54", "55", "57", "58", "22021", "22P05")
"""How the codes begin by which PostgreSQL refuses what is no fault of ours: connection, authorization,
privilege, a read-only standby, resources, limits, state, an operator, its system, an encoding."""

_NO_TEXT = "Could not decode to UTF-8"
"""How the sqlite3 module, which has no code for it, says that a stored text is none."""


@contextmanager
def translated(subject: str, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Turn what the driver says about locks, space, permission and damage into this program's errors."""
    try:
        yield
    except Cancelled as error:
        error.subject = error.subject or subject
        raise
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
        if code == sqlite3.SQLITE_INTERRUPT:
            return Cancelled(subject)
        if code in _DAMAGE:
            return Damaged(subject, first_line(cause))
        if is_no_text(cause):
            return Damaged(subject, first_line(cause).partition(" with text")[0])
        if code in _SQLITE_ERRORS:
            return SystemRefused(subject, f"{_SQLITE_ERRORS[code]} ({first_line(cause)})")
        if type(cause).__module__.startswith("psycopg"):
            return _explain_server(cause, subject, wait)
    return None


def is_no_text(error: BaseException) -> bool:
    """Tell whether the sqlite3 module met a stored text that is no UTF-8."""
    return type(error) is sqlite3.OperationalError and str(error).startswith(_NO_TEXT)


def is_denial(error: BaseException) -> bool:
    """Tell whether an authorizer's answer is at the bottom of an exception.

    The code is lost where SQLite asked for a statement of its own, as it runs them to rename a table.
    """
    found = [cause for cause in _chain(error) if isinstance(cause, sqlite3.Error)]
    return any("not authorized" in str(cause) or "is prohibited" in str(cause) for cause in found)


def _explain_server(error: BaseException, subject: str, wait: float) -> MyappError | None:
    """Return what an error of psycopg's means; one without a code is the connection's own."""
    import re

    state, said = getattr(error, "sqlstate", None), server_words(error)
    if state in _SERVER_HELD:
        return InUse(subject, wait)
    if state == "3D000" or (state is None and re.search(r'database ".*" does not exist', said)):
        return NotFound(subject, said)
    if state and state.startswith(_SERVER_REFUSALS):
        return SystemRefused(subject, said)
    if state is None and type(error).__name__ in ("OperationalError", "ConnectionTimeout"):
        return SystemRefused(subject, said)
    if state is None and "invalid connection option" in said:
        return UsageError(f"{shown(subject)}: {said}")
    if state is None and "cannot contain NUL" in said:
        return BadData(subject, 0, 0, "a text with a NUL character, which PostgreSQL cannot hold")
    return None


def server_words(error: BaseException) -> str:
    """Return what a server or its driver says, in one line: of several attempts to connect, the first."""
    words = first_line(error).partition("Multiple connection attempts failed")[0]
    return words.removeprefix("connection failed: ").rstrip(" :")


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
