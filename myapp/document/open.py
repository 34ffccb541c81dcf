"""Opens a document of any release: classify, upgrade where it is older, and hand out connections."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from myapp.document import files
from myapp.document.classify import Header, classify
from myapp.document.connect import Connection, connect
from myapp.document.create import RECORD_WRITER
from myapp.document.format import Format
from myapp.document.private import private_folder, sweep
from myapp.document.trust import check_head
from myapp.errors import StrPath, SystemRefused, UpgradeNeeded
from myapp.schema.driver_errors import WAIT_SECONDS, translated
from myapp.schema.waiting import OnWait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlalchemy import Connection as SqlConnection

    from myapp.document.connect import Mode
    from myapp.document.progress import Progress
    from myapp.document.upgrade import Upgraded


class Document:
    """An open document at head.

    `path` is the person's file; `upgraded` says what was done to it to open it, None for nothing.
    `copied` is true where the file could not be written and an upgraded private copy is read instead.
    """

    on_server = False
    """Whether there is no file, but a database that others share."""

    def __init__(
        self, path: str, kind: Format, wait: float = WAIT_SECONDS, on_wait: OnWait | None = None
    ) -> None:
        self.path = path
        self.kind = kind
        self.wait = wait
        self._on_wait = on_wait
        self.upgraded: Upgraded | None = None
        self.copied = False
        self._file = path

    @property
    def writable(self) -> bool:
        """Whether `writing` can be tried: the file itself is open, and it and its folder can be written."""
        return not self.copied and files.can_replace(self._file)

    @contextmanager
    def cursor(self) -> Iterator[sqlite3.Connection]:
        """Give a read-only connection of the standard library's, which sees one state throughout.

        No other library is imported.
        """
        with translated(self.path, self.wait), closing(self._connect("ro")) as opened:
            opened.execute("BEGIN")
            yield opened

    @contextmanager
    def reading(self) -> Iterator[SqlConnection]:
        """Give a read-only SQLAlchemy connection."""
        with self._engine("ro") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[SqlConnection]:
        """Give a SQLAlchemy connection in one transaction: committed at the end, or nothing happened.

        The document then says that this program wrote it last. Raise SystemRefused where the file
        cannot be written.
        """
        if not self.writable:
            raise SystemRefused(self.path, "it cannot be written", f"`{self.kind.name} save-as` keeps a copy")
        with self._engine("rw") as connection, connection.begin():
            yield connection
            connection.exec_driver_sql(RECORD_WRITER, (self.kind.program,))

    @contextmanager
    def _engine(self, mode: Mode) -> Iterator[SqlConnection]:
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import NullPool

        engine = create_engine("sqlite://", creator=lambda: self._connect(mode), poolclass=NullPool)
        begin = "BEGIN IMMEDIATE" if mode == "rw" else "BEGIN"
        event.listen(engine, "begin", lambda opened: opened.connection.dbapi_connection.patiently(begin))
        with translated(self.path, self.wait), engine.connect() as connection:
            yield connection

    def _connect(self, mode: Mode) -> Connection:
        connection = connect(self._file, mode, self.wait, self._on_wait)
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
    path: StrPath,
    kind: Format,
    *,
    upgrade: bool = True,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
) -> Iterator[Document]:
    """Give an open document at head; one of an older release is upgraded first, after a backup.

    With `upgrade=False` an older one is refused (UpgradeNeeded). `progress` is told how an upgrade
    goes. The errors are those of `classify` and `upgrade`.
    """
    on_wait = progress.waiting if progress else None
    header = _settled(path, kind, wait, on_wait)
    document = Document(header.path, kind, wait, on_wait)
    with ExitStack() as stack:
        if header.needs_recovery or (header.older and upgrade and not files.can_replace(header.path)):
            header = stack.enter_context(_private_copy(document, header, on_wait))
        if header.older:
            if not upgrade:
                raise UpgradeNeeded(path, header.revision, kind.head)
            document.upgraded = _upgrade(document, header.path, progress)
        yield document


def _settled(path: StrPath, kind: Format, wait: float, on_wait: OnWait | None) -> Header:
    """Classify, after what killed programs left beside the document has been dealt with.

    A document in WAL mode in a place that cannot be written stays so: a private copy of it can be read.
    """
    header = classify(path, kind)
    files.sweep(header.path)
    sweep(kind)
    if not (header.sidecars or header.wal):
        return header
    from myapp.document.recovery import settled

    return settled(path, header, kind, wait, on_wait)


def _upgrade(document: Document, file: str, progress: Progress | None) -> Upgraded | None:
    from myapp.document.upgrade import upgrade, upgrade_copy  # the one place that needs Alembic

    if document.copied:
        return upgrade_copy(file, document.path, document.kind, progress, document.wait)
    return upgrade(file, document.kind, progress, document.wait)


@contextmanager
def _private_copy(document: Document, header: Header, on_wait: OnWait | None) -> Iterator[Header]:
    from myapp.document.recovery import copy_document

    with private_folder(document.kind) as folder:
        copy = os.path.join(folder, "copy" + document.kind.suffix)
        copy_document(header, copy, document.kind, document.wait, on_wait)
        document.copied, document._file = True, copy
        yield classify(copy, document.kind)
