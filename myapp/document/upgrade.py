"""Upgrades a document in place: after a verified backup, in one exclusive transaction, verified.

Whatever happens before the COMMIT leaves exactly the old document; after it there is exactly the new
one, also while it is packed. The journal that makes this so is SQLite's own.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from myapp.descriptors import opened
from myapp.document import backups, estimate, files
from myapp.document.additional import drop
from myapp.document.changes import NO_DOCUMENT, Change, up_to
from myapp.document.connect import DocumentConnection, connect
from myapp.document.context import Context
from myapp.document.errors import AdditionalObjects
from myapp.document.format import DocumentFormat
from myapp.document.meter import INSTRUCTIONS, Meter
from myapp.document.packing import pack
from myapp.document.trust import (
    check_revision,
    check_schema,
    check_values,
    has_record,
    is_whole,
    schema_of_revision,
)
from myapp.errors import Cancelled, Damaged, MyappError, SystemRefused, UpgradeFailed, shown
from myapp.schema import fingerprint
from myapp.schema.connections import create_migration_engine, exclusive, sqlite_url
from myapp.schema.driver_errors import explain, translated
from myapp.schema.migrations import Migrations

LARGE = 100_000_000
"""Bytes from which a second thread helps to sort: an index is then made in three quarters of the time."""

SMALL = 10_000_000
"""Bytes of a document of which all is checked, in a moment, before anything is changed: a refusal does not
even touch it."""


@dataclass(frozen=True)
class Upgraded:
    """A finished upgrade: from and to which revision, with which steps, and the path of the backup.

    The backup of a copy is its original.
    """

    path: str
    from_revision: str
    to_revision: str
    steps: tuple[str, ...]
    backup: str
    dropped: tuple[str, ...] = ()


def upgrade(path: str, context: Context, *, drop_foreign: bool = False) -> Upgraded | None:
    """Upgrade a document to head; None where another process was first, or nothing is to be done.

    Objects that are not the program's and run nothing are dropped where that is asked for.
    Raise InUse, UpgradeFailed, Damaged, SystemRefused, Cancelled or BrokenInstallation; the document is
    then as it was.
    """
    change = replace(_to_head(context.format), drop_foreign=drop_foreign)
    return migrate(path, change, context)


def upgrade_copy(path: str, original: str, context: Context) -> Upgraded | None:
    """Upgrade a private copy of `original`, its backup, which errors name; free pages stay in it."""
    return migrate_copy(path, original, replace(_to_head(context.format), packed=False), context)


def migrate_copy(path: str, original: str, change: Change, context: Context) -> Upgraded | None:
    """Change a copy of `original` as `migrate` does; the original is its backup, and named in errors."""
    try:
        return migrate(path, change, context, original)
    except MyappError as error:
        for name in ("path", "subject"):
            if getattr(error, name, None) == path:
                setattr(error, name, original)
        raise


def migrate(path: str, change: Change, context: Context, original: str | None = None) -> Upgraded | None:
    """Do any change of a document's schema as `upgrade` does its own: backup, one transaction, verified.

    A document that is a copy needs no backup: its `original` is one. Ctrl-C while it is packed at the end is
    a KeyboardInterrupt; a stop token then only ends the packing.
    """
    format = context.format
    format.manifest.check(format.migrations)
    with opened(path) as source, translated(path, context.wait):
        size = os.fstat(source).st_size
        _demand_space(path, size)
        meter = Meter(context.progress, size, format.costs)
        with closing(connect(path, "rw", context)) as connection:
            connection.watch(meter.tick, INSTRUCTIONS)
            _prepare(connection, size)
            engine = create_migration_engine(sqlite_url(path), creator=lambda: connection)
            with exclusive(engine, context.wait, context.progress.waiting) as locked:
                work = _Work(path, original, context, meter, source, connection, locked)
                upgraded = work.do(change)
            _check_unmoved(source, path, committed=True)
        if change.packed and upgraded and upgraded.steps:
            pack(path, meter, context)
        return upgraded


def _to_head(format: DocumentFormat) -> Change:
    return replace(up_to(format.head), unless=format.head)


@dataclass(frozen=True)
class _Work:
    """One change of a locked document's schema."""

    path: str
    original: str | None
    context: Context
    meter: Meter
    source: int
    connection: DocumentConnection
    locked: Connection

    def do(self, change: Change) -> Upgraded | None:
        """Back up, change and verify; the caller commits."""
        format = self.context.format
        revision = check_revision(self.connection, self.path, format)
        names = self._added() if change.drop_foreign else ()
        if revision == change.unless and not names:
            return None
        if not names:
            check_schema(self.connection, self.path, schema_of_revision(revision, format))
        if not (names or change.look(self._migrations)):
            return None
        check = partial(check_values, self.connection, self.path, names)
        backup = self.original or self._back_up(revision, check)
        if self.original:
            check()
        with self._indexes_checked(backup):
            drop(self.connection, names)
            steps = self._change(change, bool(names))
        _check_unmoved(self.source, self.path)
        to_revision = check_revision(self.connection, self.path, format)
        return Upgraded(self.path, revision, to_revision, steps, backup, tuple(names))

    def _added(self) -> Sequence[str]:
        """Return the objects that are not the program's; raise Damaged where they could run something."""
        revision = check_revision(self.connection, self.path, self.context.format)
        try:
            check_schema(self.connection, self.path, schema_of_revision(revision, self.context.format))
        except AdditionalObjects as error:
            return error.names
        return ()

    def _back_up(self, revision: str, check: Callable[[], None]) -> str:
        progress = self.context.progress
        progress.step("making a backup")
        before = os.fstat(self.source)
        verify = partial(backups.verified, context=self.context, meanwhile=check, check="quick_check")
        backup = backups.make(self.source, self.path, revision, self.context, verify)
        progress.amount(0, before.st_size)
        after = os.fstat(self.source)
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise UpgradeFailed(self.path, "the backup", "another program wrote the file past all locks")
        return backup

    @contextmanager
    def _indexes_checked(self, backup: str) -> Iterator[None]:
        """Raise Damaged where an index, which the block may read in a table's place, is not equal to it.

        The order of a table that is made again is often an index's, and so are then the values. A backup has
        the document's indexes; that of a large one is checked beside the block, as that takes long.
        """
        if self.original:
            self._demand_whole(self.connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))
            yield
            return
        if os.fstat(self.source).st_size <= SMALL:
            self._demand_whole(is_whole(backup, self.context, check="indexes"))
            yield
            return
        with backups.checking(backup, self.context, "indexes") as whole:
            yield
            self._demand_whole(whole.result())

    def _demand_whole(self, whole: bool) -> None:
        if not whole:
            raise Damaged(self.path, "its check failed")

    @cached_property
    def _migrations(self) -> Migrations:
        format, on_step = self.context.format, self.meter.begin
        return Migrations(format.migrations, self.locked, manifest=format.manifest, on_step=on_step)

    def _change(self, change: Change, dropped: bool) -> tuple[str, ...]:
        steps = change.run(self._migrations)
        if steps or dropped:
            format = self.context.format
            if check_revision(self.connection, self.path, format) == format.head:
                format.settle(self.connection, progress=self.context.progress)
            if has_record(self.connection, format):
                self.locked.exec_driver_sql(format.record.writer(), (format.program,))
            self.meter.verify()
            verify(self.locked, self.path, format)
        return tuple(str(step) for step in steps)


def _check_unmoved(source: int, path: str, *, committed: bool = False) -> None:
    """Refuse a file that has lost its name: a sync client took it away or put another one there.

    Once committed, one that was only taken away is upgraded, wherever it is now.
    """
    opened = os.fstat(source)
    try:
        named = os.stat(path)
    except FileNotFoundError:
        if committed:
            return
        raise UpgradeFailed(path, "the upgrade", "another program removed the file meanwhile") from None
    if (named.st_dev, named.st_ino) != (opened.st_dev, opened.st_ino):
        detail = "another program replaced the file meanwhile; open what is there now again"
        raise UpgradeFailed(path, "the upgrade", detail)


def verify(connection: Connection, path: str, format: DocumentFormat) -> None:
    """Raise UpgradeFailed unless the open transaction holds a whole document, with its revision's schema."""
    try:
        result = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        ordinal = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        schema = fingerprint.of_database(connection)
    except DBAPIError as error:
        known = explain(error, path)
        if isinstance(known, Cancelled | SystemRefused):
            raise known from error
        raise UpgradeFailed(path, "the check", str(error.orig), of_content=True) from error
    if result != "ok":
        raise UpgradeFailed(path, "integrity_check", result, of_content=True)
    if ordinal < 1:
        raise UpgradeFailed(path, "the change", NO_DOCUMENT)
    revision = format.revision_of(ordinal)
    if different := fingerprint.differences(schema, schema_of_revision(revision, format)):
        subject = "a new document" if revision == format.head else f"revision {revision}"
        raise UpgradeFailed(path, f"the comparison with {subject}", "; ".join(different))


def _demand_space(path: str, size: int) -> None:
    needed, free = estimate.space_needed(path, size), files.free_bytes(path)
    if free < needed:
        raise SystemRefused(path, estimate.too_little(needed, free), "make room and try again")
    if lacking := estimate.sorting_lacks(path, size):
        folder, *figures = lacking
        remedy = "make room there, or name another folder in TMPDIR"
        raise SystemRefused(path, f"{estimate.too_little(*figures)} in {shown(folder)}", remedy)


def _prepare(connection: sqlite3.Connection, size: int) -> None:
    connection.execute("PRAGMA journal_mode=DELETE")  # a document at rest is one file
    # Where SQLite was built with it, a table that is dropped would first be overwritten.
    connection.execute("PRAGMA secure_delete=OFF")
    connection.execute(f"PRAGMA threads={int(size >= LARGE)}")
    try:
        tempfile.gettempdir()
    except FileNotFoundError:  # SQLite sorts in files; where no folder takes one, in memory
        connection.execute("PRAGMA temp_store=MEMORY")
