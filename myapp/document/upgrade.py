"""Upgrades a document in place: after a verified backup, in one exclusive transaction, verified.

Whatever happens before the COMMIT leaves exactly the old document; after it there is exactly the new
one. The journal that makes this so is SQLite's own.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from myapp.document import backups, files
from myapp.document.connect import connect
from myapp.document.create import RECORD_WRITER
from myapp.document.format import Format
from myapp.document.trust import blank_fingerprint, check_revision, check_schema, schema_of_revision
from myapp.errors import SystemRefused, UpgradeFailed
from myapp.schema import fingerprint
from myapp.schema.connections import create_migration_engine, exclusive, sqlite_url
from myapp.schema.driver_errors import WAIT_SECONDS, translated
from myapp.schema.migrations import Migrations, Step

Progress = Callable[[str], None]
Change = Callable[[Migrations], list[Step]]

SPACE_FACTOR = 3
"""Free space that an upgrade needs, in sizes of the document: the backup, a rebuilt copy of the largest
table, and the journal. Measured: a rebuild of nearly all of a document peaks at 3 times its size."""


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade did: from which revision, with which steps, and where the backup lies."""

    path: str
    from_revision: str
    to_revision: str
    steps: tuple[str, ...]
    backup: str


def upgrade(
    path: str, kind: Format, progress: Progress | None = None, wait: float = WAIT_SECONDS
) -> Upgraded | None:
    """Upgrade a document to head; None where another process was first.

    `progress` is called with each step in words. Raise InUse, UpgradeFailed, Damaged, SystemRefused
    or BrokenInstallation; the document is then as it was.
    """
    return migrate(
        path, kind, lambda migrations: migrations.upgrade(kind.head), progress, wait, unless=kind.head
    )


def migrate(
    path: str,
    kind: Format,
    change: Change,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
    *,
    unless: str | None = None,
) -> Upgraded | None:
    """Do any change of a document's schema as `upgrade` does its own: backup, one transaction, verified.

    None where the document turns out to have the revision `unless`, once it is locked.
    """
    kind.manifest.check(kind.migrations)
    say = progress or (lambda _words: None)
    # In this order, so that the connection is closed before the descriptor: see files.opened.
    with files.opened(path) as source, translated(path, wait):
        _demand_space(path, source)
        with closing(connect(path, "rw", wait)) as connection:
            _prepare(connection)
            engine = create_migration_engine(sqlite_url(path), creator=lambda: connection)
            with exclusive(engine, wait, on_wait=lambda: say("waiting for another program")) as locked:
                return _Work(path, kind, say, source, connection, locked).do(change, unless)


@dataclass(frozen=True)
class _Work:
    """One change of a locked document's schema."""

    path: str
    kind: Format
    say: Progress
    source: int
    connection: sqlite3.Connection
    locked: Connection

    def do(self, change: Change, unless: str | None) -> Upgraded | None:
        """Back up, change and verify; the caller commits."""
        revision = check_revision(self.connection, self.path)
        if revision == unless:
            return None
        check_schema(self.connection, self.path, schema_of_revision(revision, self.kind))
        backup = self._back_up(revision)
        steps = self._change(change)
        self._check_unmoved()
        return Upgraded(self.path, revision, check_revision(self.connection, self.path), steps, backup)

    def _back_up(self, revision: str) -> str:
        self.say("back up")
        before = os.fstat(self.source)
        backup = backups.make(self.source, self.path, revision, self.kind)
        after = os.fstat(self.source)
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise UpgradeFailed(self.path, "the backup", "another program wrote the file past all locks")
        return backup

    def _change(self, change: Change) -> tuple[str, ...]:
        kind = self.kind
        migrations = Migrations(kind.migrations, self.locked, manifest=kind.manifest, on_step=self.say)
        steps = change(migrations)
        if steps:
            self.locked.exec_driver_sql(RECORD_WRITER, (kind.program,))
            self.say("verify")
            verify(self.locked, self.path, kind)
        return tuple(str(step) for step in steps)

    def _check_unmoved(self) -> None:
        """Refuse to commit into a file that has lost its name: a sync client put another one there."""
        opened = os.fstat(self.source)
        try:
            named = os.stat(self.path)
        except FileNotFoundError:
            named = None
        if named is None or (named.st_dev, named.st_ino) != (opened.st_dev, opened.st_ino):
            raise UpgradeFailed(self.path, "the upgrade", "another program replaced the file meanwhile")


def verify(connection: Connection, path: str, kind: Format) -> None:
    """Raise UpgradeFailed unless the open transaction holds a whole document, at head one like a new one."""
    try:
        result = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        ordinal = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        found = fingerprint.of_database(connection)
    except DBAPIError as error:
        raise UpgradeFailed(path, "the check", str(error.orig)) from error
    if result != "ok":
        raise UpgradeFailed(path, "integrity_check", result)
    different = fingerprint.differences(found, blank_fingerprint(kind)) if ordinal == kind.ordinal else []
    if different:
        raise UpgradeFailed(path, "the comparison with a new document", "; ".join(different))


def _demand_space(path: str, source: int) -> None:
    needed = SPACE_FACTOR * os.fstat(source).st_size + (1 << 20)
    free = files.free_bytes(path)
    if free < needed:
        raise SystemRefused(
            path,
            f"an upgrade needs about {needed / 1e6:.1f} MB of free space, and {free / 1e6:.1f} MB are free",
            "make room and try again",
        )


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=DELETE")  # a document at rest is one file
    try:
        tempfile.gettempdir()
    except FileNotFoundError:  # SQLite sorts in files; where no folder takes one, in memory
        connection.execute("PRAGMA temp_store=MEMORY")
