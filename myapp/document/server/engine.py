"""Makes engines for a document on a server: errors become this program's, and a stop token ends the work."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from psycopg import Cursor, Error, ServerCursor
from sqlalchemy import URL, Connection, Engine, event

from myapp.document.context import Context
from myapp.progress import StopToken
from myapp.schema.connections import create_migration_engine, subject
from myapp.schema.driver_errors import translated
from myapp.schema.session import use_one_schema


@contextmanager
def server_engine(url: URL, context: Context) -> Iterator[Engine]:
    """Give an engine that keeps no connection open; the server lists its sessions by the application's name.

    Errors of its connections are translated; where the work was stopped, they all are Cancelled.
    """
    path = subject(url)
    engine = create_migration_engine(url, wait=context.wait, application_name=context.format.name)
    use_one_schema(engine)
    _listen(engine, context.stop)
    with translated(path, context.wait):
        try:
            yield engine
        except Exception:
            context.stop.check(path)  # the server calls it a refusal
            raise


@contextmanager
def reading(url: URL, context: Context) -> Iterator[Connection]:
    """Give a connection in a transaction that reads only and sees one state throughout."""
    with server_engine(url, context) as engine, engine.connect() as connection:
        yield connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _listen(engine: Engine, stop: StopToken) -> None:
    """Check the token before each statement, and let the thread that stops it cancel the running one."""

    def opened(connection: Any, record: Any) -> None:
        connection.cursor_factory = _stoppable(Cursor, stop)
        connection.server_cursor_factory = _stoppable(ServerCursor, stop)
        record.info["cancel"] = partial(_cancel, connection)
        stop.add_callback(record.info["cancel"])

    def closing(_connection: Any, record: Any) -> None:
        stop.remove_callback(record.info["cancel"])

    event.listen(engine, "connect", opened)
    event.listen(engine, "close", closing)


def _stoppable(base: Any, stop: StopToken) -> Any:
    """Return a class of cursors that check the token first; SQLAlchemy's statements go through them too."""

    class StoppableCursor(base):  # type: ignore[misc]
        def execute(self, *arguments: Any, **options: Any) -> Any:
            stop.check()
            return super().execute(*arguments, **options)

        def executemany(self, *arguments: Any, **options: Any) -> Any:
            stop.check()
            return super().executemany(*arguments, **options)

        def copy(self, *arguments: Any, **options: Any) -> Any:
            stop.check()
            return super().copy(*arguments, **options)

        def fetchmany(self, *arguments: Any, **options: Any) -> Any:
            stop.check()
            return super().fetchmany(*arguments, **options)

    return StoppableCursor


def _cancel(connection: Any) -> None:
    with suppress(Error):  # where the server cannot be reached, the statement ends by itself
        connection.cancel_safe()  # does nothing on a closed connection
