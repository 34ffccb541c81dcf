"""Keeps revisions from ending the transaction they run in, or changing its settings.

SQLite asks an authorizer before it prepares any statement (https://www.sqlite.org/c3ref/set_authorizer.html):
a revision's `COMMIT`, the driver's `commit()`, `executescript`, `ATTACH`, `PRAGMA`. PostgreSQL has no
authorizer; there the transaction's id shows afterwards whether a revision ended it. SQLite's drivers for
event loops have none either; there a savepoint shows it. Other databases have nothing of the sort.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from myapp.errors import Cancelled, UpgradeFailed
from myapp.schema.driver_errors import chain, is_denial

_DENIED = {sqlite3.SQLITE_ATTACH: "ATTACH", sqlite3.SQLITE_DETACH: "DETACH"}
READING_PRAGMAS = frozenset(
    {
        *("foreign_key_check", "foreign_key_list", "index_info", "index_list", "index_xinfo"),
        *("integrity_check", "quick_check", "table_info", "table_list", "table_xinfo"),
    }
)
HEADER_PRAGMAS = frozenset({"application_id", "user_version"})

_SAVEPOINT = "whole_upgrade"
_ENDING = {
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM),
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT),
}
"""Errors after which SQLite may have rolled the transaction back by itself."""


@contextmanager
def sealed(connection: Connection, subject: str) -> Iterator[None]:
    """Deny statements that would end the transaction or change its settings; raise UpgradeFailed for one.

    Raise Cancelled if Ctrl-C came while SQLite called the authorizer.
    """
    if connection.dialect.name == "postgresql":
        transaction_id = _transaction_id(connection)
        with _not_ended(connection, subject):
            yield
        if _transaction_id(connection) != transaction_id:
            raise _ended(subject)
        return
    raw: object = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        with _not_ended(connection, subject):
            yield
        return
    if not isinstance(raw, sqlite3.Connection):  # a driver of SQLite for event loops, without an authorizer
        with _not_ended(connection, subject), _savepoint(connection, subject):
            yield
        return
    denied: list[str] = []
    raw.set_authorizer(lambda *request: _authorize(denied, *request))
    try:
        yield
    except Exception as error:
        if denied:
            raise _denial(subject, denied[0], error) from error
        if is_denial(error):  # Ctrl-C ended the authorizer, which the driver reports as a denial
            raise Cancelled(subject) from error
        raise
    finally:
        with contextlib.suppress(sqlite3.ProgrammingError):  # closed, after an interruption
            raw.set_authorizer(None)
    if denied:
        raise UpgradeFailed(subject, "the upgrade", f"a revision tried {denied[0]}, which is not for it")


@contextmanager
def _not_ended(connection: Connection, subject: str) -> Iterator[None]:
    """Raise UpgradeFailed where a revision's own `commit()` is what failed: it has committed before."""
    try:
        yield
    except Exception as error:
        if not connection.in_transaction():
            raise _ended(subject) from error
        raise


@contextmanager
def _savepoint(connection: Connection, subject: str) -> Iterator[None]:
    """Raise UpgradeFailed where a savepoint is gone at the end, as it is when its transaction has ended."""
    connection.exec_driver_sql(f"SAVEPOINT {_SAVEPOINT}")
    try:
        yield
    except Exception as error:
        codes = {getattr(cause, "sqlite_errorcode", 0) & 0xFF for cause in chain(error)}
        if not codes & _ENDING and not _released(connection):
            raise _ended(subject) from error
        raise
    if not _released(connection):
        raise _ended(subject)


def _released(connection: Connection) -> bool:
    try:
        connection.exec_driver_sql(f"RELEASE {_SAVEPOINT}")
    except OperationalError:
        return False
    return True


def _ended(subject: str) -> UpgradeFailed:
    detail = "a revision ended the transaction by itself"
    return UpgradeFailed(subject, "the upgrade", detail, unchanged=False)


def _denial(subject: str, statement: str, error: Exception) -> UpgradeFailed:
    step, detail = "the upgrade", str(error)
    if isinstance(error, UpgradeFailed):
        step, detail = error.step, error.detail
    return UpgradeFailed(subject, step, f"{detail}: {statement} is not for a revision")


def _authorize(
    denied: list[str], action: int, first: str | None, second: str | None, *_database: str | None
) -> int:
    """Allow or deny one action of a statement, and note the name of a denied one."""
    if action == sqlite3.SQLITE_TRANSACTION:
        denied.append(first or "a transaction")
    elif action in _DENIED:
        denied.append(_DENIED[action])
    elif (
        action == sqlite3.SQLITE_PRAGMA
        and second is not None
        and first not in READING_PRAGMAS | HEADER_PRAGMAS
    ):
        denied.append(f"PRAGMA {first}")
    else:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _transaction_id(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT txid_current()").scalar_one())
