"""The one transaction in which a schema changes: on a new connection, or on one that the caller hands over.

SQLite: the driver in autocommit with foreign keys off, BEGIN EXCLUSIVE, all statements,
`foreign_key_check`, COMMIT with `synchronous=EXTRA`. PostgreSQL: one transaction under an advisory
lock, so that programs that start together upgrade once.

A connection that is handed over without a transaction is prepared in the same way, and put back as it was
after the commit. Within the caller's transaction nothing can be prepared: it is checked, and all that was
done is undone if a revision fails.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, cast

from sqlalchemy import Connection, Engine

from myapp.errors import SystemRefused, UpgradeFailed, UsageError
from myapp.progress import WAIT_SECONDS
from myapp.schema.advisory_lock import lock_exclusively, own_limit
from myapp.schema.driver_errors import first_line, translated
from myapp.schema.holders import holding
from myapp.schema.locations import subject
from myapp.schema.sealed import sealed
from myapp.schema.waiting import OnWait, patiently

_CHANGING = "schema change"
"""The key in `Connection.info` while a schema is changed on it; its value are the failures within."""

_OR = "hand over a connection before its first statement, an engine or the URL"

_NO_COMMIT = "its driver is set to `autocommit=True`, with which its commit() does nothing"

_PRAGMAS = {"foreign_keys": 0, "synchronous": 3}


@contextmanager
def exclusive(
    engine: Engine, wait: float = WAIT_SECONDS, on_wait: OnWait | None = None
) -> Iterator[Connection]:
    """Give a connection in the transaction that changes the schema; commits, or rolls back on any error.

    `on_wait` is called while another program holds the database. Raise InUse if that lasts longer than `wait`
    seconds, UpgradeFailed if a revision tries to end the transaction or leaves a row without its parent.
    """
    with (
        translated(subject(engine.url), wait),
        opened(engine) as connection,
        _own(connection, wait, on_wait),
    ):
        yield connection


@contextmanager
def opened(engine: Engine) -> Iterator[Connection]:
    """Give a new connection; raise SystemRefused where a driver leaves the network's errors as they are."""
    try:
        connection = engine.connect()
    except OSError as error:
        raise SystemRefused(subject(engine.url), first_line(error)) from error
    with connection:
        yield connection


@contextmanager
def handed_over(
    connection: Connection, wait: float, on_wait: OnWait | None, *, rebuilding: bool = True
) -> Iterator[None]:
    """Change the schema on the caller's connection: in a transaction of our own where the caller has none.

    `rebuilding` is whether revisions run, which may rebuild tables. Raise UsageError, before anything is
    done, for a connection whose transaction would not undo a failure or whose foreign keys would delete rows.
    """
    failures = connection.info.get(_CHANGING)
    if failures is not None:
        with _noted(failures):
            yield
        return
    with translated(subject(connection.engine.url), wait):
        if connection.in_transaction():
            with _callers(connection, wait, on_wait, rebuilding):
                yield
        else:
            with _own(connection, wait, on_wait):
                yield


def is_changing(connection: Connection) -> bool:
    """Return whether a schema is being changed on a connection, which has the database for itself then."""
    return _CHANGING in connection.info


@contextmanager
def _own(connection: Connection, wait: float, on_wait: OnWait | None) -> Iterator[None]:
    """Begin the transaction, seal it, and commit or roll back."""
    _demand_transactions(connection)
    name = subject(connection.engine.url)
    with _prepared(connection, wait, on_wait), connection.begin():
        _lock(connection, "EXCLUSIVE", wait, on_wait)
        with _changing(connection, name), sealed(connection, name):
            yield
            check_foreign_keys(connection, name)


@contextmanager
def _callers(connection: Connection, wait: float, on_wait: OnWait | None, rebuilding: bool) -> Iterator[None]:
    """Work within the caller's transaction, of which a failure undoes nothing but this work."""
    _demand_transactions(connection)
    if connection.dialect.name == "sqlite":
        _demand_safe(connection, rebuilding)
    name = subject(connection.engine.url)
    with _undone(connection, wait, on_wait), _changing(connection, name), sealed(connection, name):
        yield
        check_foreign_keys(connection, name)


@contextmanager
def _changing(connection: Connection, name: str) -> Iterator[None]:
    """Mark a connection; what failed on it and was caught on the way is not committed."""
    failures: list[BaseException] = []
    info = connection.info  # asked for now: Ctrl-C within a statement invalidates the connection
    info[_CHANGING] = failures
    try:
        with holding(name):
            yield
    finally:
        del info[_CHANGING]
    if failures:
        raise UpgradeFailed(name, "the upgrade", "a part of it had failed") from failures[0]


@contextmanager
def _noted(failures: list[BaseException]) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        failures.append(error)
        raise


@contextmanager
def _undone(connection: Connection, wait: float, on_wait: OnWait | None) -> Iterator[None]:
    """Undo what is done within the caller's transaction if it fails."""
    if connection.dialect.name == "sqlite" and not _driver_in_transaction(connection):
        _lock(connection, "IMMEDIATE", wait, on_wait)
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):
                raw_connection(connection).execute("ROLLBACK")
            raise
    elif connection.dialect.name == "postgresql":
        with own_limit(connection):
            lock_exclusively(connection, wait, on_wait)
            with connection.begin_nested():
                yield
    elif connection.dialect.name == "sqlite":
        with connection.begin_nested():
            yield
    else:
        yield


def _lock(connection: Connection, mode: str, wait: float, on_wait: OnWait | None) -> None:
    """Wait for the other programs, and keep them out until the transaction ends."""
    if connection.dialect.name == "postgresql":
        lock_exclusively(connection, wait, on_wait)
    if connection.dialect.name == "sqlite":
        raw = raw_connection(connection)
        if _driver_in_transaction(connection):  # by an event of the engine; it has locked nothing yet
            raw.execute("ROLLBACK")
        patiently(raw, lambda: raw.execute(f"BEGIN {mode}"), wait, on_wait)


@contextmanager
def _prepared(connection: Connection, wait: float, on_wait: OnWait | None) -> Iterator[None]:
    """Set the modes of SQLite and its driver from before BEGIN to after COMMIT, then set them back."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = raw_connection(connection)
    if _driver_in_transaction(connection) and getattr(raw, "autocommit", None) is not False:
        raise _refused(connection, "its driver is in a transaction that SQLAlchemy did not begin", _OR)
    mode = _set_autocommit(raw)
    if not _driver_ends_transactions(connection):
        raise _refused(connection, _NO_COMMIT, "connect without that")
    before: dict[str, int] = {}
    for name, value in _PRAGMAS.items():  # some read the schema, for which they wait
        before[name] = patiently(raw, partial(_pragma, raw, name), wait, on_wait)
        _set_pragmas(raw, {name: value} if before[name] != value else {})
    try:
        yield
    finally:
        with suppress(sqlite3.Error):  # closed, after an interruption
            _set_pragmas(raw, {name: value for name, value in before.items() if _PRAGMAS[name] != value})
            _restore_autocommit(raw, mode)


def _pragma(raw: Any, name: str) -> int:
    return int(raw.execute(f"PRAGMA {name}").fetchone()[0])


def _set_pragmas(raw: Any, values: dict[str, int]) -> None:
    for name, value in values.items():
        raw.execute(f"PRAGMA {name}={value}")


def _set_autocommit(raw: Any) -> tuple[Any, Any]:
    """Keep the driver from beginning and ending transactions, which it does around DDL; return its mode."""
    mode = (getattr(raw, "autocommit", None), raw.isolation_level)
    if mode[0] in (True, False):
        raw.autocommit = True  # Python 3.12 and newer: leave the transaction that it always has, then go back
        raw.autocommit = sqlite3.LEGACY_TRANSACTION_CONTROL  # type: ignore[attr-defined,unused-ignore]
    if mode[1] is not None:
        raw.isolation_level = None
    return mode


def _restore_autocommit(raw: Any, mode: tuple[Any, Any]) -> None:
    if mode[1] is not None:
        raw.isolation_level = mode[1]
    if mode[0] in (True, False):
        raw.autocommit = mode[0]


def _demand_transactions(connection: Connection) -> None:
    """Raise UsageError for a connection that commits each statement by itself."""
    if connection.dialect.name == "sqlite":
        return
    with suppress(NotImplementedError, AttributeError):
        if connection.dialect.detect_autocommit_setting(cast(Any, raw_connection(connection))):
            fact = "it commits each statement by itself (AUTOCOMMIT)"
            raise _refused(connection, fact, "hand over one that does not, or the URL")


def _demand_safe(connection: Connection, rebuilding: bool) -> None:
    """Raise UsageError where a caller's transaction in SQLite would not undo a failure, or lose rows."""
    raw: Any = raw_connection(connection)
    # With Python 3.12's `autocommit=False`, which adapters hide, a transaction says nothing of the caller.
    always_begun = not isinstance(raw, sqlite3.Connection) or getattr(raw, "autocommit", None) is False
    if always_begun or not _driver_in_transaction(connection):
        if not _driver_ends_transactions(connection):
            raise _refused(connection, _NO_COMMIT, _OR)
        if getattr(connection, "_trans_context_manager", None) is None:
            fact = "a statement began its transaction, which may end without a commit"
            raise _refused(connection, fact, f"begin it by `with connection.begin():`, or {_OR}")
    if rebuilding and raw.execute("PRAGMA foreign_keys").fetchone()[0]:
        fact = "it enforces foreign keys, and rebuilding a table would delete the rows that refer to it"
        raise _refused(connection, fact, _OR)


def _driver_ends_transactions(connection: Connection) -> bool:
    """Return whether the driver's commit() does anything: not with Python 3.12's `autocommit=True`."""
    raw: Any = raw_connection(connection)
    if isinstance(raw, sqlite3.Connection):
        return getattr(raw, "autocommit", None) is not True
    if _driver_in_transaction(connection):
        return True
    raw.execute("BEGIN")  # an adapter for event loops hides the mode
    raw.rollback()
    if not _driver_in_transaction(connection):
        return True
    raw.execute("ROLLBACK")
    return False


def _refused(connection: Connection, fact: str, remedy: str) -> UsageError:
    return UsageError(
        f"{subject(connection.engine.url)}: this connection cannot be upgraded on: {fact}; {remedy}"
    )


def check_foreign_keys(connection: Connection, subject: str) -> None:
    """Raise UpgradeFailed if a row's parent is missing in SQLite, which enforced no foreign keys so far."""
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        tables = sorted({f"{row[0]} → {row[2]}" for row in orphans})
        detail = f"{len(orphans)} rows point nowhere ({', '.join(tables)})"
        raise UpgradeFailed(subject, "foreign_key_check", detail, of_content=True)


def raw_connection(connection: Connection) -> sqlite3.Connection:
    """Return the driver's connection, or the adapter that takes its place on an event loop."""
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


def _driver_in_transaction(connection: Connection) -> bool:
    return bool(getattr(connection.connection.driver_connection, "in_transaction", False))
