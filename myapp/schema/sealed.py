"""Keeps a transaction whole while revisions run in it: they may not end it, nor change how it works.

SQLite asks an authorizer before it prepares a statement (https://www.sqlite.org/c3ref/set_authorizer.html),
whoever sends it: a revision's `COMMIT`, the driver's `commit()`, `executescript`, `ATTACH`, `PRAGMA`.
PostgreSQL has no such thing; there the transaction's number shows afterwards that it was ended.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection

from myapp.errors import Cancelled, UpgradeFailed
from myapp.schema.driver_errors import is_denial

_TRANSACTION, _PRAGMA, _ATTACH, _DETACH = 22, 19, 24, 25
_NAMES = {_ATTACH: "ATTACH", _DETACH: "DETACH"}
READING_PRAGMAS = frozenset(
    {
        *("foreign_key_check", "foreign_key_list", "index_info", "index_list", "index_xinfo"),
        *("integrity_check", "quick_check", "table_info", "table_list", "table_xinfo"),
    }
)
HEADER_PRAGMAS = frozenset({"application_id", "user_version"})


@contextmanager
def sealed(connection: Connection, subject: str) -> Iterator[None]:
    """Refuse, by name, what would end or change the connection's transaction; raise UpgradeFailed then.

    Raise Cancelled where Ctrl-C came while SQLite asked whether a statement may run.
    """
    if connection.dialect.name == "postgresql":
        number = _postgresql_transaction(connection)
        yield
        if _postgresql_transaction(connection) != number:
            raise UpgradeFailed(subject, "the upgrade", "a revision ended the transaction by itself")
        return
    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    denied: list[str] = []
    raw.set_authorizer(lambda *asked: _answer(denied, *asked))
    try:
        yield
    except Exception as error:
        if denied:
            raise UpgradeFailed(subject, str(error), f"{denied[0]} is not for a revision") from error
        if is_denial(error):  # by nobody: Ctrl-C met the authorizer, and the driver denied in its place
            raise Cancelled(subject) from error
        raise
    finally:
        with contextlib.suppress(sqlite3.ProgrammingError):  # closed, after an interruption
            raw.set_authorizer(None)
    if denied:
        raise UpgradeFailed(subject, "the upgrade", f"a revision tried {denied[0]}, which is not for it")


def _answer(
    denied: list[str], action: int, first: str | None, second: str | None, *_where: str | None
) -> int:
    if action == _TRANSACTION:
        denied.append(first or "a transaction")
    elif action in _NAMES:
        denied.append(_NAMES[action])
    elif action == _PRAGMA and second is not None and first not in READING_PRAGMAS | HEADER_PRAGMAS:
        denied.append(f"PRAGMA {first}")
    else:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _postgresql_transaction(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT txid_current()").scalar_one())
