"""Opens a document of any release: classifies it, upgrades an older one, and gives connections to it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager

from myapp.document import files
from myapp.document.classify import Header, classify
from myapp.document.connect import DocumentConnection, connect
from myapp.document.errors import AdditionalObjects, LostRevision, ReadOnlyDocument
from myapp.document.private import sweep
from myapp.document.trust import check_head
from myapp.errors import Damaged, NotADocument, StrPath, SystemRefused, UpgradeNeeded
from myapp.schema import libraries
from myapp.schema.driver_errors import translated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sqlalchemy import Connection

    from myapp.document.connect import Mode
    from myapp.document.context import Context
    from myapp.document.upgrade import Upgraded

    Begun = Callable[[], AbstractContextManager[tuple[Any, DocumentConnection]]]
    """Gives a connection in a new transaction, and the driver's beneath it."""


class FileDocument:
    """An open file at head; see protocol.py for the promises.

    `path` is the user's file, and `file` the one that is opened in its place: a private copy of it
    (`copied`), or a temporary one that will be moved there.
    """

    on_server = False

    def __init__(self, path: str, context: Context, *, file: str = "", copied: bool = False) -> None:
        self.path = path
        self.context = context
        self.copied = copied
        self.upgraded: Upgraded | None = None
        self.backup_without_header = ""
        self.additional: Sequence[str] = ()
        self.copies: ExitStack | None = None
        self.file = file or path

    @property
    def writable(self) -> bool:
        """Whether `writing` can be tried: this is no copy, and the file and its folder can be written."""
        return not self.copied and files.can_replace(self.file)

    def with_context(self, context: Context) -> FileDocument:
        """Return the same open document for work with another progress, wait and stop token."""
        other = FileDocument(self.path, context)
        vars(other).update(vars(self) | {"context": context})
        return other

    @contextmanager
    def driver_reading(self) -> Iterator[sqlite3.Connection]:
        """Give a read-only connection of the standard library's, which sees one state throughout.

        No other library is imported.
        """
        with translated(self.path, self.context.wait), closing(self._connect("ro")) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def driver_writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection of the standard library's in a transaction as `writing` does."""
        with self._writing(self._driver_transaction) as connection:
            yield connection

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a read-only SQLAlchemy connection."""
        return self._sqlalchemy_connection("ro")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a SQLAlchemy connection in one transaction: committed at the end, or nothing happened.

        The document then records this program as the last that wrote it. Raise SystemRefused where the
        file cannot be written.
        """
        with self._writing(self._sqlalchemy_transaction) as connection:
            yield connection

    @contextmanager
    def _writing(self, begun: Begun) -> Iterator[Any]:
        """Give a connection in one transaction, at whose end all is done that belongs to a change."""
        if not self.writable:
            raise ReadOnlyDocument(self.path)
        with ExitStack() as stack:
            connection, raw = self._begun(begun, stack)
            yield connection
            format = self.context.format
            format.settle(raw, progress=self.context.progress)
            raw.execute(format.record.writer(), (format.program,))
            self._demand_unmoved(raw)
        if os.path.exists(self.file):  # once committed, one that was only taken away is changed where it is
            self._demand_unmoved(raw)

    def _begun(self, begun: Begun, stack: ExitStack) -> tuple[Any, DocumentConnection]:
        """Begin a transaction on the file that has the name once it is locked.

        While it was waited for, a restore may have put another file there, or an upgrade changed it.
        """
        while True:
            with ExitStack() as attempt:
                connection, raw = attempt.enter_context(begun())
                (ordinal,) = raw.execute("PRAGMA user_version").fetchone()
                if ordinal != self.context.format.ordinal:
                    self._refuse_revision()
                if not raw.moved:
                    stack.enter_context(attempt.pop_all())
                    return connection, raw

    @contextmanager
    def _driver_transaction(self) -> Iterator[tuple[sqlite3.Connection, DocumentConnection]]:
        with translated(self.path, self.context.wait), closing(self._connect("rw")) as raw:
            raw.patiently("BEGIN IMMEDIATE")
            yield raw, raw
            raw.commit()  # closed without, it rolls back

    @contextmanager
    def _sqlalchemy_transaction(self) -> Iterator[tuple[Connection, DocumentConnection]]:
        with self._sqlalchemy_connection("rw") as connection, connection.begin():
            raw: DocumentConnection = connection.connection.dbapi_connection  # type: ignore[assignment]
            yield connection, raw

    def _demand_unmoved(self, connection: DocumentConnection) -> None:
        if connection.moved:
            fact = "another program replaced or removed the file meanwhile, and the change is not in it"
            raise SystemRefused(self.path, fact, "try again")

    def _refuse_revision(self) -> None:
        """Raise the error for a document whose revision was changed since it was opened."""
        header = classify(self.file, self.context.format)
        if header.older:
            raise UpgradeNeeded(self.path, header.revision, self.context.format.head)

    @contextmanager
    def _sqlalchemy_connection(self, mode: Mode) -> Iterator[Connection]:
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import NullPool

        libraries.used()
        engine = create_engine("sqlite://", creator=lambda: self._connect(mode), poolclass=NullPool)
        begin = "BEGIN IMMEDIATE" if mode == "rw" else "BEGIN"
        event.listen(engine, "begin", lambda opened: opened.connection.dbapi_connection.patiently(begin))
        with translated(self.path, self.context.wait), engine.connect() as connection:
            yield connection

    def read_without(self, names: Sequence[str]) -> None:
        """Read a private copy instead, without objects that a person added and that run nothing."""
        from myapp.document.additional import drop
        from myapp.document.recovery import private_copy

        assert self.copies is not None
        header = classify(self.file, self.context.format)
        self.file = self.copies.enter_context(private_copy(header, self.context))
        self.additional, self.copied = names, True
        with closing(connect(self.file, "rw", self.context)) as connection:
            connection.execute("BEGIN")
            drop(connection, names)
            connection.commit()

    def _connect(self, mode: Mode) -> DocumentConnection:
        connection = connect(self.file, mode, self.context)
        try:
            check_head(connection, self.path, self.context.format)
        except AdditionalObjects as error:
            connection.close()
            if mode != "ro" or self.copies is None:
                raise
            self.read_without(error.names)
            return self._connect(mode)
        except BaseException as error:
            connection.close()
            if isinstance(error, Damaged):
                self._refuse_revision()
            raise
        connection.execute("PRAGMA foreign_keys=ON")
        # The schema is ours: its triggers may run. SQLite before 3.42 trusts no full-text table in one.
        connection.execute("PRAGMA trusted_schema=ON")
        return connection


@contextmanager
def open_document(
    path: StrPath,
    context: Context,
    *,
    upgrade: bool = True,
    drop_foreign: bool = False,
    in_copy: bool = False,
) -> Iterator[FileDocument]:
    """Give an open document at head; one of an older release is upgraded first, after a backup.

    With `upgrade=False` an older one is refused (UpgradeNeeded); with `in_copy` a private copy of it is
    upgraded and the file stays as it is, as where it cannot be written. One with objects that are not the
    program's and run nothing is read as a copy without them, unless `drop_foreign` drops them, after a
    backup. The errors are those of `classify` and `upgrade`.
    """
    header, lost_header = _with_header(path, context)
    with ExitStack() as stack:
        document = FileDocument(header.path, context)
        document.backup_without_header = lost_header
        document.copies = stack
        in_copy = in_copy or not files.can_replace(header.path)
        if header.needs_recovery or (header.older and upgrade and in_copy):
            from myapp.document.recovery import private_copy

            copy = stack.enter_context(private_copy(header, context))
            header = classify(copy, context.format)
            document = FileDocument(document.path, context, file=copy, copied=True)
            document.copies = stack
        if drop_foreign and document.writable:
            from myapp.document.upgrade import upgrade as upgrade_file

            document.upgraded = upgrade_file(document.file, context, drop_foreign=True)
        elif header.older:
            if not upgrade:
                raise UpgradeNeeded(path, header.revision, context.format.head)
            try:
                document.upgraded = _upgrade(document)
            except AdditionalObjects as error:
                document.read_without(error.names)
                document.upgraded = _upgrade(document)
        yield document


def _with_header(path: StrPath, context: Context) -> tuple[Header, str]:
    """Return the header; where there was none and it is set now, with the backup of the file without it."""
    try:
        return settled(path, context), ""
    except (NotADocument, LostRevision):
        from myapp.document.lost_header import recognise, set_header_again

        try:
            header = recognise(path, context)
        except (NotADocument, Damaged):
            if not context.format.adopts:
                raise
            return _adopted(path, context)
    if header.lost and not files.can_replace(header.path):
        return header, ""
    backup = set_header_again(header, context) if header.lost else ""
    return settled(path, context), backup


def _adopted(path: StrPath, context: Context) -> tuple[Header, str]:
    from myapp.document.adopt import adopt

    adopted = adopt(path, context)
    return settled(path, context), adopted.backup


def settled(path: StrPath, context: Context) -> Header:
    """Classify a document, after removing the remains of killed programs from it and its folder.

    A document in WAL mode in a place that cannot be written stays so: a private copy of it can be read.
    """
    header = classify(path, context.format)
    files.sweep(header.path)
    sweep(context.format)
    if not (header.sidecars or header.wal):
        return header
    from myapp.document.recovery import recovered

    return recovered(path, header, context)


def _upgrade(document: FileDocument) -> Upgraded | None:
    from myapp.document.upgrade import upgrade, upgrade_copy  # the one place that needs Alembic

    if document.copied:
        return upgrade_copy(document.file, document.path, document.context)
    return upgrade(document.file, document.context)
