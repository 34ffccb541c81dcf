"""Turns exceptions of the database drivers into this program's errors.

Imports no database library but sqlite3, since every document is opened through it.
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

_SERVER_DRIVERS = ("psycopg", "asyncpg", "sqlalchemy.dialects.postgresql.asyncpg")
"""The modules of exceptions that have a server's SQLSTATE."""

LOCK_TIMEOUT = "55P03"
_SERVER_HELD = {LOCK_TIMEOUT, "40001"}
"""PostgreSQL's lock_not_available and serialization_failure: a wait ends the first only."""

_DEADLOCK = "40P01"

_READ_ONLY = "25006"

NEW_ENUM_VALUE = "55P04"
"""PostgreSQL's unsafe_new_enum_value_usage: a fault of revisions, see failures.py."""

_SERVER_DAMAGE = {"XX001", "XX002"}
"""PostgreSQL's data_corrupted and index_corrupted."""

_SERVER_REFUSALS = ("08", "28", "42501", "25006", "53", "54", "55", "57", "58", "22021", "22P05")
"""SQLSTATE prefixes that mean a refusal, not a bug: connection, authorization, privilege, a read-only
standby, resources, limits, state, an operator, its system, an encoding."""

_FAULTY_OPTIONS = ("invalid connection option", "bad value for")
"""Beginnings of the driver's messages about faulty connection options; they have no SQLSTATE."""

_DAMAGE_BY_TEXT = {
    "unsupported file format": "its schema has a format that no SQLite knows",
    "integer overflow": "its counts are too large to be added",
}
"""What SQLite's messages mean that have the code of faulty statements."""

_NO_TEXT = "Could not decode to UTF-8"
"""The beginning of the sqlite3 module's error for a stored text that is not UTF-8; it has no code."""


class Deadlock(InUse):
    """A server ended one of two changes that waited for each other: nothing of it is there."""

    def __str__(self) -> str:
        fact = "the server ended this change, since it and another program's waited for each other"
        return f"{shown(self.path)}: {fact}: try again, nothing of it was written"


@contextmanager
def translated(subject: str, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Turn a driver's exceptions about locks, space, permission and damage into this program's errors."""
    try:
        yield
    except Cancelled as error:
        error.subject = error.subject or subject
        raise
    except MyappError:
        raise
    except Exception as error:
        meaning = explain(error, subject, wait)
        if meaning is None:
            raise
        raise meaning from error


def explain(error: BaseException, subject: str, wait: float = WAIT_SECONDS) -> MyappError | None:
    """Return the error for the user that a driver's exception (or its cause) means, None for a bug."""
    for cause in chain(error):
        if type(cause).__module__.startswith(_SERVER_DRIVERS):
            return _explain_server(cause, subject, wait)
        if isinstance(cause, UnicodeError) and "'idna' codec" in str(cause):  # before it is resolved
            return UsageError(f"{shown(subject)}: no server can have this name ({first_line(cause)})")
        meaning = _explain_sqlite(cause, subject)
        if meaning:
            return meaning
    return None


def in_use(subject: str, waited: float = 0) -> InUse:
    """Return the error for a database that is held; it says who holds it as far as that is known."""
    from myapp.schema.holders import held_by_this_process  # here, since every start imports this module

    return InUse(subject, waited, own=held_by_this_process(subject))


def is_no_text(error: BaseException) -> bool:
    """Return whether the sqlite3 module could not decode a stored text."""
    return type(error) is sqlite3.OperationalError and str(error).startswith(_NO_TEXT)


def is_read_only(error: BaseException) -> bool:
    """Return whether a statement was refused because it writes in a transaction that only reads."""
    return any(
        getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY
        or getattr(cause, "sqlstate", None) == _READ_ONLY
        for cause in chain(error)
    )


def is_denial(error: BaseException) -> bool:
    """Return whether an exception comes from an authorizer's denial.

    By its text: it has no code if SQLite was denied a statement of its own, as it runs to rename a table.
    """
    messages = [str(cause) for cause in chain(error) if isinstance(cause, sqlite3.Error)]
    return any("not authorized" in message or "is prohibited" in message for message in messages)


def _explain_sqlite(error: BaseException, subject: str) -> MyappError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return in_use(subject, getattr(error, "waited", 0))
    if code == sqlite3.SQLITE_INTERRUPT:
        return Cancelled(subject)
    if code in _DAMAGE:
        return Damaged(subject, first_line(error))
    if isinstance(error, sqlite3.OperationalError) and str(error) in _DAMAGE_BY_TEXT:
        return Damaged(subject, _DAMAGE_BY_TEXT[str(error)])
    if is_no_text(error):
        return Damaged(subject, first_line(error).partition(" with text")[0])
    if code not in _SQLITE_ERRORS:
        return None
    from myapp.schema.windows import keeps_out

    if keeps_out(subject):
        return in_use(subject)
    return SystemRefused(subject, f"{_SQLITE_ERRORS[code]} ({first_line(error)})")


def _explain_server(error: BaseException, subject: str, wait: float) -> MyappError | None:
    """Return the error that a driver's exception means; without a SQLSTATE it is about connecting."""
    import re

    state, message = getattr(error, "sqlstate", None), server_message(error)
    if state in _SERVER_HELD:
        return in_use(subject, wait if state == LOCK_TIMEOUT else 0)
    if state == _DEADLOCK:
        return Deadlock(subject)
    if state == NEW_ENUM_VALUE:
        return None
    if state in _SERVER_DAMAGE:
        return Damaged(subject, message, "ask who keeps the server for a backup")
    if state == "3D000" or (state is None and re.search(r'database ".*" does not exist', message)):
        return NotFound(subject, message)
    if state and state.startswith(_SERVER_REFUSALS):
        return SystemRefused(subject, message)
    if state is None and type(error).__name__ in ("OperationalError", "ConnectionTimeout"):
        return SystemRefused(subject, message)
    if state is None and message.startswith(_FAULTY_OPTIONS):
        return UsageError(f"{shown(subject)}: {message}")
    if state is None and "cannot contain NUL" in message:
        return BadData(subject, 0, 0, "a text with a NUL character, which PostgreSQL cannot hold")
    return None


def server_message(error: BaseException) -> str:
    """Return the message of a server or its driver in one line; of several attempts to connect, the first."""
    message = first_line(error).partition("Multiple connection attempts failed")[0]
    return message.removeprefix("connection failed: ").rstrip(" :")


def first_line(error: BaseException) -> str:
    """Return an exception's message as one printable line, without SQLAlchemy's statement and link.

    It may quote content of a document: a title with line breaks, or with a terminal's control codes.
    """
    text = str(getattr(error, "orig", None) or error)
    return shown(" ".join(map(str.strip, text.splitlines())).strip()) or type(error).__name__


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception, what the driver raised for it, and its causes."""
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__
