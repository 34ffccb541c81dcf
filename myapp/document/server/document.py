"""A database on a server that holds one notebook: to whoever reads or writes it the same as a document.

It has no file, so nothing is backed up or copied here. Others share it: it is upgraded only where the
caller says so, in one transaction under the advisory lock of schema/connections.py, and whoever writes
holds that lock shared, so that no schema changes under a writer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, text

from myapp.document.format import Format
from myapp.document.open import Document
from myapp.document.progress import Progress, Silent, step_words
from myapp.document.server.state import demand_empty, demand_utf8, server_engine, state
from myapp.document.upgrade import Upgraded
from myapp.errors import NotADocument, SystemRefused, UpgradeFailed, UpgradeNeeded
from myapp.schema.connections import exclusive, share_postgresql, subject
from myapp.schema.driver_errors import WAIT_SECONDS, translated
from myapp.schema.migrations import Migrations

_RECORD_WRITER = text(
    """
    INSERT INTO document (id, created_by, written_by) VALUES (1, :program, :program)
    ON CONFLICT (id) DO UPDATE SET written_by = excluded.written_by
    WHERE document.written_by <> excluded.written_by
    """
)


class ServerDocument(Document):
    """An open notebook at head on a server; `path` is its URL without what is secret in it."""

    on_server = True

    def __init__(self, url: URL, kind: Format, wait: float = WAIT_SECONDS) -> None:
        super().__init__(subject(url), kind, wait)
        self.url = url

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """Give the driver's connection, in a transaction that reads only."""
        with self.reading() as connection:
            yield connection.connection.driver_connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a SQLAlchemy connection in a transaction that reads only and sees one state throughout."""
        with _reading(self.url, self.kind, self.wait) as connection:
            self._demand_head(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a SQLAlchemy connection in one transaction: committed at the end, or nothing happened.

        Raise SystemRefused where the role may not write, InUse where an upgrade is under way for long.
        """
        engine = server_engine(self.url, self.kind)
        with translated(self.path, self.wait), engine.connect() as connection, connection.begin():
            share_postgresql(connection, self.wait)
            self._demand_head(connection)
            yield connection
            connection.execute(_RECORD_WRITER, {"program": self.kind.program})

    def _demand_head(self, connection: Connection) -> None:
        revision = state(connection, self.path, self.kind)
        if revision is None:
            raise _nothing_in(self.path, self.kind)
        if revision != self.kind.head:
            raise _older(self.path, revision, self.kind)


@contextmanager
def open_server(
    url: URL,
    kind: Format,
    *,
    upgrade: bool = False,
    metadata: str | None = None,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
) -> Iterator[ServerDocument]:
    """Give an open notebook at head; an older one is upgraded first only with `upgrade`.

    An upgrade is compared with the models in `metadata` before it is committed. Raise UpgradeNeeded
    (older), NewerDocument, NotADocument (empty, or another program's), SystemRefused, InUse, UpgradeFailed.
    """
    document = ServerDocument(url, kind, wait)
    with _reading(url, kind, wait) as connection:
        revision = state(connection, document.path, kind)
    if revision is None:
        raise _nothing_in(document.path, kind)
    if revision != kind.head:
        if not upgrade:
            raise _older(document.path, revision, kind)
        document.upgraded = upgrade_server(url, kind, metadata, progress, wait)
    yield document


def create_server(url: URL, kind: Format, wait: float = WAIT_SECONDS) -> str:
    """Make a new notebook in an empty database, whole or not at all, and return its URL as it is shown.

    Raise SystemRefused where the database is not empty, or this role may not make tables in it.
    """
    path = subject(url)
    engine = server_engine(url, kind)
    with exclusive(engine, wait) as connection:
        if state(connection, path, kind) is not None:
            raise SystemRefused(path, "there is a notebook in it already", "choose an empty database")
        _fill(connection, path, kind)
        connection.execute(_RECORD_WRITER, {"program": kind.program})
    return path


@contextmanager
def filled_server(
    url: URL, kind: Format, progress: Progress | None = None, wait: float = WAIT_SECONDS
) -> Iterator[Connection]:
    """Give the one transaction that fills an empty database, or a notebook at head without content.

    Raise what `create_server` raises for anything else.
    """
    path = subject(url)
    with exclusive(server_engine(url, kind), wait, (progress or Silent()).waiting) as connection:
        revision = state(connection, path, kind)
        if revision is None:
            _fill(connection, path, kind)
        elif revision != kind.head:
            raise _older(path, revision, kind)
        demand_empty(connection, path)
        yield connection
        connection.execute(_RECORD_WRITER, {"program": kind.program})


def upgrade_server(
    url: URL,
    kind: Format,
    metadata: str | None = None,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
) -> Upgraded | None:
    """Upgrade a notebook on a server to head in one transaction; None where another program was first."""
    path, progress = subject(url), progress or Silent()
    with exclusive(server_engine(url, kind), wait, progress.waiting) as connection:
        revision = state(connection, path, kind)
        if revision is None:
            raise _nothing_in(path, kind)
        if revision == kind.head:
            return None
        migrations = Migrations(
            kind.migrations,
            connection,
            metadata=metadata,
            manifest=kind.manifest,
            on_step=lambda steps, index: progress.step(step_words(steps, index)),
        )
        steps = tuple(str(step) for step in migrations.upgrade(kind.head))
        _verify(migrations, path)
        connection.execute(_RECORD_WRITER, {"program": kind.program})
    return Upgraded(path, revision, kind.head, steps, "")


def _fill(connection: Connection, path: str, kind: Format) -> None:
    demand_utf8(connection, path)
    migrations = Migrations(kind.migrations, connection, manifest=kind.manifest)
    migrations.upgrade(kind.head)


def _verify(migrations: Migrations, path: str) -> None:
    if migrations.metadata is None:
        return
    different = [" ".join(str(each).split()) for each in migrations.compare()]
    if different:
        raise UpgradeFailed(path, "the comparison with the models", "; ".join(different[:3]))


@contextmanager
def _reading(url: URL, kind: Format, wait: float) -> Iterator[Connection]:
    engine = server_engine(url, kind)
    with translated(subject(url), wait), engine.connect() as connection:
        yield connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _older(path: str, revision: str, kind: Format) -> UpgradeNeeded:
    remedy = f"others share it, so only `{kind.name} upgrade {path} --yes` upgrades it"
    return UpgradeNeeded(path, revision, kind.head, remedy)


def _nothing_in(path: str, kind: Format) -> NotADocument:
    return NotADocument(path, f"an empty database; `{kind.name} new` fills it")
