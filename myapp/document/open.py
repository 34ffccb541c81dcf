"""Opens a document of any release: classify, upgrade where it is older, and hand out connections."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from myapp.document import files
from myapp.document.classify import Header, State, classify
from myapp.document.connect import Mode, connect
from myapp.document.create import RECORD_WRITER
from myapp.document.format import Format
from myapp.document.recovery import recover
from myapp.document.trust import check_head
from myapp.errors import SystemRefused, UpgradeNeeded
from myapp.schema.driver_errors import WAIT_SECONDS, translated

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from myapp.document.upgrade import Upgraded

Progress = Callable[[str], None]


class Document:
    """An open document at head.

    `path` is the person's file; `upgraded` says what was done to it to open it, None for nothing.
    `copied` is true where the file could not be written and an upgraded private copy is read instead.
    """

    def __init__(self, path: str, kind: Format, wait: float = WAIT_SECONDS) -> None:
        self.path = path
        self.kind = kind
        self.wait = wait
        self.upgraded: Upgraded | None = None
        self.copied = False
        self._file = path

    @contextmanager
    def cursor(self) -> Iterator[sqlite3.Connection]:
        """Give a read-only connection of the standard library's; no other library is imported."""
        with translated(self.path, self.wait), closing(self._connect("ro")) as opened:
            yield opened

    @contextmanager
    def reading(self) -> "Iterator[Connection]":
        """Give a read-only SQLAlchemy connection."""
        with self._engine("ro") as connection:
            yield connection

    @contextmanager
    def writing(self) -> "Iterator[Connection]":
        """Give a SQLAlchemy connection in one transaction: committed at the end, or nothing happened.

        The document then says that this program wrote it last. Raise SystemRefused where the file
        cannot be written.
        """
        if self.copied or not files.can_replace(self._file):
            raise SystemRefused(self.path, "it cannot be written", "copy it to a place that can be")
        with self._engine("rw") as connection, connection.begin():
            yield connection
            connection.exec_driver_sql(RECORD_WRITER, (self.kind.program,))

    @contextmanager
    def _engine(self, mode: Mode) -> "Iterator[Connection]":
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import NullPool

        engine = create_engine("sqlite://", creator=lambda: self._connect(mode), poolclass=NullPool)
        begin = "BEGIN IMMEDIATE" if mode == "rw" else "BEGIN"
        event.listen(engine, "begin", lambda opened: opened.exec_driver_sql(begin))
        with translated(self.path, self.wait), engine.connect() as connection:
            yield connection

    def _connect(self, mode: Mode) -> sqlite3.Connection:
        connection = connect(self._file, mode, self.wait)
        try:
            check_head(connection, self.path, self.kind)
        except BaseException:
            connection.close()
            raise
        connection.execute("PRAGMA foreign_keys=ON")
        # The schema is ours: its triggers may run. SQLite before 3.42 trusts no full-text table in one.
        connection.execute("PRAGMA trusted_schema=ON")
        return connection


@contextmanager
def open_document(
    path: str | os.PathLike[str],
    kind: Format,
    *,
    upgrade: bool = True,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
) -> Iterator[Document]:
    """Give an open document at head; one of an older release is upgraded first, after a backup.

    With `upgrade=False` an older one is refused (UpgradeNeeded). `progress` is called with each step
    of an upgrade in words. The errors are those of `classify` and `upgrade`.
    """
    header = _settled(path, kind, wait)
    document = Document(header.path, kind, wait)
    if header.state is State.CURRENT:
        yield document
    elif not upgrade:
        raise UpgradeNeeded(path, header.revision, kind.head)
    elif files.can_replace(header.path):
        document.upgraded = _upgrade(header.path, kind, progress, wait)
        yield document
    else:
        with _private_copy(document) as copy:
            document.upgraded = _upgrade(copy, kind, progress, wait)
            yield document


def _settled(path: str | os.PathLike[str], kind: Format, wait: float) -> Header:
    """Classify, after what killed programs left beside the document has been dealt with."""
    header = classify(path, kind)
    files.sweep(header.path)
    if header.needs_recovery:
        recover(header, wait)
        header = classify(path, kind)
    return header


def _upgrade(path: str, kind: Format, progress: Progress | None, wait: float) -> "Upgraded | None":
    from myapp.document.upgrade import upgrade  # the one place that needs Alembic

    return upgrade(path, kind, progress, wait)


@contextmanager
def _private_copy(document: Document) -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix=f"{document.kind.name}-")
    try:
        copy = os.path.join(folder, "copy" + document.kind.suffix)
        with (
            files.opened(document.path) as source,
            translated(document.path, document.wait),
            closing(connect(document.path, "ro", document.wait)) as connection,
        ):
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # locks out writers
            files.copy(source, copy)
        document.copied, document._file = True, copy
        yield copy
    finally:
        shutil.rmtree(folder, ignore_errors=True)
