"""Opens, creates and upgrades a document on a PostgreSQL server, which is read and written like a file.

There is nothing to back up or copy. Others share the database: it is upgraded only where the caller says
so, in one transaction under the advisory lock of schema/connections.py, and whoever writes holds that lock
shared, so that no schema changes under a writer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import URL, Connection, text

from myapp.document.context import Context
from myapp.document.format import DocumentFormat
from myapp.document.meter import step_description
from myapp.document.server.engine import reading, server_engine
from myapp.document.server.state import (
    demand_document,
    demand_empty,
    demand_head,
    demand_utf8,
    state,
    tables,
)
from myapp.document.upgrade import Upgraded
from myapp.errors import MyappError, SystemRefused, UpgradeFailed
from myapp.schema.connections import exclusive, lock_shared, subject
from myapp.schema.migrations import Migrations


class ServerDocument:
    """An open document at head on a server; see protocol.py for the promises."""

    on_server = True
    copied = False
    backup_without_header = ""
    additional: Sequence[str] = ()
    writable = True

    def __init__(self, url: URL, context: Context) -> None:
        self.path = subject(url)
        self.context = context
        self.upgraded: Upgraded | None = None
        self._url = url

    def with_context(self, context: Context) -> "ServerDocument":
        """Return the same open document for work with another progress, wait and stop token."""
        return ServerDocument(self._url, context)

    @contextmanager
    def driver_reading(self) -> Iterator[Any]:
        """Give the driver's connection, in a transaction that reads only."""
        with self.reading() as connection:
            yield connection.connection.driver_connection

    @contextmanager
    def driver_writing(self) -> Iterator[Any]:
        """Give the driver's connection in one transaction; the errors are those of `writing`."""
        with self.writing() as connection:
            yield connection.connection.driver_connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a SQLAlchemy connection in a transaction that reads only and sees one state throughout."""
        with reading(self._url, self.context) as connection:
            self._demand_head(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a SQLAlchemy connection in one transaction: committed at the end, or nothing happened.

        Raise SystemRefused where the role may not write, InUse where an upgrade is under way for long.
        """
        with (
            server_engine(self._url, self.context) as engine,
            engine.connect() as connection,
            connection.begin(),
        ):
            lock_shared(connection, self.context.wait)
            self._demand_head(connection)
            yield connection
            self.context.format.settle(connection, progress=self.context.progress)
            _record(connection, self.context.format)

    def _demand_head(self, connection: Connection) -> None:
        demand_head(demand_document(connection, self.path, self.context.format), self.path, self.context)


@contextmanager
def open_server(
    url: URL, context: Context, *, upgrade: bool = False, metadata: str | None = None
) -> Iterator[ServerDocument]:
    """Give an open document at head; an older one is upgraded first only with `upgrade`.

    An upgrade is compared with the models in `metadata` before it is committed. Raise UpgradeNeeded
    (older), NewerDocument, NotADocument (empty, or another program's), SystemRefused, InUse, UpgradeFailed.
    """
    document = ServerDocument(url, context)
    with reading(url, context) as connection:
        revision = demand_document(connection, document.path, context.format)
    if upgrade and revision != context.format.head:
        document.upgraded = upgrade_server(url, context, metadata)
    else:
        demand_head(revision, document.path, context)
    yield document


def create_server(url: URL, context: Context) -> str:
    """Make a new document in an empty database, whole or not at all; return its URL without the secrets.

    Raise SystemRefused where the database is not empty, or this role may not make tables in it.
    """
    path, format = subject(url), context.format
    with _exclusive(url, context) as connection:
        if state(connection, path, format) is not None:
            raise SystemRefused(path, "there is a document in it already", "choose an empty database")
        _fill(connection, path, format)
        _record(connection, format)
    return path


@contextmanager
def filled_server(url: URL, context: Context) -> Iterator[Connection]:
    """Give the one transaction that fills an empty database, or a document at head without content.

    Once it is committed, the server makes the statistics of its tables by which it plans. Raise the errors of
    `create_server` for anything else.
    """
    path, format = subject(url), context.format
    with _exclusive(url, context) as connection:
        revision = state(connection, path, format)
        if revision is None:
            _fill(connection, path, format)
        else:
            demand_head(revision, path, context)
        demand_empty(connection, path, format.record)
        filled = tables(connection)
        yield connection
        format.settle(connection, progress=context.progress)
        _record(connection, format)
    _analyze(url, context, filled)


def upgrade_server(url: URL, context: Context, metadata: str | None = None) -> Upgraded | None:
    """Upgrade a document on a server to head in one transaction; None where another program was first."""
    path, format = subject(url), context.format
    with _exclusive(url, context) as connection:
        revision = demand_document(connection, path, format)
        if revision == format.head:
            return None
        migrations = Migrations(
            format.migrations,
            connection,
            metadata=metadata,
            manifest=format.manifest,
            on_step=lambda steps, index: context.progress.step(step_description(steps, index)),
        )
        steps = tuple(str(step) for step in migrations.upgrade(format.head))
        format.settle(connection, progress=context.progress)
        _verify(migrations, path)
        _record(connection, format)
    return Upgraded(path, revision, format.head, steps, "")


@contextmanager
def changing(url: URL, context: Context) -> Iterator[Connection]:
    """Give a connection to a document at head that nobody else uses, in one transaction."""
    path = subject(url)
    with _exclusive(url, context) as connection:
        demand_head(demand_document(connection, path, context.format), path, context)
        yield connection


def _record(connection: Connection, format: DocumentFormat) -> None:
    connection.execute(text(format.record.writer(":program")), {"program": format.program})


def _fill(connection: Connection, path: str, format: DocumentFormat) -> None:
    demand_utf8(connection, path)
    migrations = Migrations(format.migrations, connection, manifest=format.manifest)
    migrations.upgrade(format.head)


def _analyze(url: URL, context: Context, names: Sequence[str]) -> None:
    """Make the statistics of tables; where that fails, the server does it by itself some minutes later.

    In the transaction that fills them a cluster refuses it.
    """
    with suppress(MyappError), server_engine(url, context) as engine, engine.begin() as connection:
        quote = connection.dialect.identifier_preparer.quote_identifier
        connection.exec_driver_sql(f"ANALYZE {', '.join(map(quote, names))}")  # a warning for others' tables


def _verify(migrations: Migrations, path: str) -> None:
    if migrations.metadata is None:
        return
    different = [" ".join(str(each).split()) for each in migrations.compare()]
    if different:
        raise UpgradeFailed(path, "the comparison with the models", "; ".join(different[:3]))


@contextmanager
def _exclusive(url: URL, context: Context) -> Iterator[Connection]:
    with (
        server_engine(url, context) as engine,
        exclusive(engine, context.wait, context.progress.waiting) as connection,
    ):
        yield connection
