"""Makes engines for a notebook on a server: errors become this program's, and a stop token ends the work."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine

from myapp.document.context import Context
from myapp.document.stopping import cancel_statements, check_before_statements
from myapp.schema.connections import create_migration_engine, subject
from myapp.schema.driver_errors import translated


@contextmanager
def server_engine(url: URL, context: Context) -> Iterator[Engine]:
    """Give an engine that keeps no connection open; the server lists its sessions by the application's name.

    Errors of its connections are translated; where the work was stopped, they all are Cancelled.
    """
    path = subject(url)
    engine = create_migration_engine(url, application_name=context.format.name)
    check_before_statements(engine, path, context.stop)
    cancel_statements(engine, context.stop)
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
