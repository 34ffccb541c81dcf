"""Upgrades a document in place: after a verified backup, in one exclusive transaction, verified.

Whatever happens before the COMMIT leaves exactly the old document; after it there is exactly the new
one, also while it is packed. The journal that makes this so is SQLite's own.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from myapp.document import backups, estimate, files
from myapp.document.connect import connect
from myapp.document.create import RECORD_WRITER
from myapp.document.format import Format, revision_of
from myapp.document.packing import pack
from myapp.document.progress import INSTRUCTIONS, Meter, Progress, Silent
from myapp.document.trust import (
    blank_fingerprint,
    check_revision,
    check_schema,
    check_values,
    schema_of_revision,
)
from myapp.errors import Cancelled, MyappError, SystemRefused, UpgradeFailed, WouldLose, shown
from myapp.schema import fingerprint
from myapp.schema.connections import create_migration_engine, exclusive, sqlite_url
from myapp.schema.driver_errors import WAIT_SECONDS, explain, translated
from myapp.schema.migrations import Migrations, Step

Change = Callable[[Migrations], list[Step]]

LARGE = 100_000_000
"""Bytes from which a second thread helps to sort: an index is then made in three quarters of the time."""


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade did: from which revision, with which steps, and where the backup lies.

    The backup of a copy is what it was copied from.
    """

    path: str
    from_revision: str
    to_revision: str
    steps: tuple[str, ...]
    backup: str


def upgrade(
    path: str, kind: Format, progress: Progress | None = None, wait: float = WAIT_SECONDS
) -> Upgraded | None:
    """Upgrade a document to head; None where another process was first.

    Raise InUse, UpgradeFailed, Damaged, SystemRefused or BrokenInstallation; the document is then as
    it was.
    """
    return migrate(path, kind, up_to(kind.head), progress, wait, unless=kind.head)


def upgrade_copy(
    path: str, original: str, kind: Format, progress: Progress | None = None, wait: float = WAIT_SECONDS
) -> Upgraded | None:
    """Upgrade a passing copy of `original`, its backup, which errors name; free pages stay in it."""
    change = up_to(kind.head)
    return migrate_copy(path, original, kind, change, progress, wait, unless=kind.head, packed=False)


def migrate_copy(
    path: str,
    original: str,
    kind: Format,
    change: Change,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
    *,
    unless: str | None = None,
    packed: bool = True,
) -> Upgraded | None:
    """Change a copy of `original` as `migrate` does; the original is its backup, and named in errors."""
    try:
        return migrate(path, kind, change, progress, wait, unless=unless, original=original, packed=packed)
    except MyappError as error:
        for name in ("path", "subject"):
            if getattr(error, name, None) == path:
                setattr(error, name, original)
        raise


def migrate(
    path: str,
    kind: Format,
    change: Change,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
    *,
    unless: str | None = None,
    original: str | None = None,
    packed: bool = True,
) -> Upgraded | None:
    """Do any change of a document's schema as `upgrade` does its own: backup, one transaction, verified.

    None where the document turns out to have the revision `unless`, once it is locked. Afterwards it is
    packed, if that is worth it and not said otherwise; Ctrl-C in that is a KeyboardInterrupt.
    """
    kind.manifest.check(kind.migrations)
    progress = progress or Silent()
    # In this order, so that the connection is closed before the descriptor: see files.opened.
    with files.opened(path) as source, translated(path, wait):
        _demand_space(path, source)
        meter = Meter(progress, os.fstat(source).st_size, kind.costs)
        with closing(connect(path, "rw", wait, progress.waiting)) as connection:
            connection.set_progress_handler(meter.tick, INSTRUCTIONS)
            _prepare(connection, os.fstat(source).st_size)
            engine = create_migration_engine(sqlite_url(path), creator=lambda: connection)
            with exclusive(engine, wait, progress.waiting) as locked:
                work = _Work(path, original, kind, progress, meter, source, connection, locked)
                done = work.do(change, unless)
            _check_unmoved(source, path, committed=True)
        if packed and done and done.steps:
            pack(path, meter)
        return done


def up_to(revision: str) -> Change:
    """Return the change that upgrades to a revision."""
    return lambda migrations: migrations.upgrade(revision)


def down_to(revision: str, subject: str, lose: Collection[str] = ()) -> Change:
    """Return the change that downgrades to a revision, one step at a time.

    It counts at each step what that one would throw away, and raises WouldLose with all the counts in the
    end, unless each revision that loses something is named in `lose`.
    """

    def change(migrations: Migrations) -> list[Step]:
        steps: list[Step] = []
        lost: dict[str, dict[str, int]] = {}
        for ordinal in range(int(migrations.current()[0]), int(revision), -1):
            before = revision_of(ordinal - 1)
            lost |= migrations.losses(before)
            steps += migrations.downgrade(before, lose=[revision_of(ordinal)])
        refused = {number: counts for number, counts in lost.items() if number not in lose}
        if refused:
            raise WouldLose(subject, revision, refused)
        return steps

    return change


@dataclass(frozen=True)
class _Work:
    """One change of a locked document's schema."""

    path: str
    original: str | None
    kind: Format
    progress: Progress
    meter: Meter
    source: int
    connection: sqlite3.Connection
    locked: Connection

    def do(self, change: Change, unless: str | None) -> Upgraded | None:
        """Back up, change and verify; the caller commits."""
        revision = check_revision(self.connection, self.path)
        if revision == unless:
            return None
        check_schema(self.connection, self.path, schema_of_revision(revision, self.kind))
        backup = self.original or self._back_up(revision)
        if self.original:
            self._check_values()
        steps = self._change(change)
        _check_unmoved(self.source, self.path)
        return Upgraded(self.path, revision, check_revision(self.connection, self.path), steps, backup)

    def _back_up(self, revision: str) -> str:
        self.progress.step("making a backup")
        before = os.fstat(self.source)
        backup = backups.make(
            self.source, self.path, revision, self.kind, self.progress.amount, self._check_values
        )
        self.progress.amount(0, before.st_size)
        after = os.fstat(self.source)
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise UpgradeFailed(self.path, "the backup", "another program wrote the file past all locks")
        return backup

    def _check_values(self) -> None:
        check_values(self.connection, self.path)

    def _change(self, change: Change) -> tuple[str, ...]:
        kind = self.kind
        migrations = Migrations(
            kind.migrations, self.locked, manifest=kind.manifest, on_step=self.meter.begin
        )
        steps = change(migrations)
        if steps:
            self.locked.exec_driver_sql(RECORD_WRITER, (kind.program,))
            self.meter.verify()
            verify(self.locked, self.path, kind)
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


def verify(connection: Connection, path: str, kind: Format) -> None:
    """Raise UpgradeFailed unless the open transaction holds a whole document, at head one like a new one."""
    try:
        result = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        ordinal = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        found = fingerprint.of_database(connection)
    except DBAPIError as error:
        known = explain(error, path)
        if isinstance(known, Cancelled | SystemRefused):
            raise known from error
        raise UpgradeFailed(path, "the check", str(error.orig)) from error
    if result != "ok":
        raise UpgradeFailed(path, "integrity_check", result)
    different = fingerprint.differences(found, blank_fingerprint(kind)) if ordinal == kind.ordinal else []
    if different:
        raise UpgradeFailed(path, "the comparison with a new document", "; ".join(different))


def _demand_space(path: str, source: int) -> None:
    size = os.fstat(source).st_size
    needed, free = estimate.space_needed(path, size), estimate.space_free(path)
    if free < needed:
        raise SystemRefused(path, _too_little(needed, free), "make room and try again")
    if lacking := estimate.sorting_lacks(path, size):
        folder, *figures = lacking
        remedy = "make room there, or name another folder in TMPDIR"
        raise SystemRefused(path, f"{_too_little(*figures)} in {shown(folder)}", remedy)


def _too_little(needed: int, free: int) -> str:
    return f"an upgrade needs about {needed / 1e6:.1f} MB of free space, and {free / 1e6:.1f} MB are free"


def _prepare(connection: sqlite3.Connection, size: int) -> None:
    connection.execute("PRAGMA journal_mode=DELETE")  # a document at rest is one file
    # Where SQLite was built with it, a table that is dropped would first be overwritten.
    connection.execute("PRAGMA secure_delete=OFF")
    connection.execute(f"PRAGMA threads={int(size >= LARGE)}")
    try:
        tempfile.gettempdir()
    except FileNotFoundError:  # SQLite sorts in files; where no folder takes one, in memory
        connection.execute("PRAGMA temp_store=MEMORY")
