"""Upgrades a document in place: after a verified backup, in one exclusive transaction, verified.

Whatever happens before the COMMIT leaves exactly the old document; after it there is exactly the new
one. The journal that makes this so is SQLite's own.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from myapp.document import backups
from myapp.document.connect import connect
from myapp.document.create import RECORD_WRITER
from myapp.document.format import Format, revision_of
from myapp.document.trust import blank_fingerprint
from myapp.errors import Damaged, InUse, UpgradeFailed
from myapp.schema import fingerprint
from myapp.schema.connections import create_migration_engine, exclusive, sqlite_url
from myapp.schema.driver_errors import WAIT_SECONDS, translated
from myapp.schema.migrations import Migrations, Step

Progress = Callable[[str], None]
Change = Callable[[Migrations], list[Step]]

ATTEMPTS = 5
"""How often a document that changes between its backup and its lock is backed up anew."""


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade did: from which revision, with which steps, and where the backup lies."""

    path: str
    from_revision: str
    to_revision: str
    steps: tuple[str, ...]
    backup: str


class _Changed(Exception):
    """Another program wrote the document between its backup and its lock."""


def upgrade(
    path: str, kind: Format, progress: Progress | None = None, wait: float = WAIT_SECONDS
) -> Upgraded | None:
    """Upgrade a document to head; None where another process was first.

    `progress` is called with each step in words. Raise InUse, UpgradeFailed, Damaged, SystemRefused
    or BrokenInstallation; the document is then as it was.
    """
    done = migrate(path, kind, lambda migrations: migrations.upgrade(kind.head), progress, wait)
    return done if done.steps else None


def migrate(
    path: str,
    kind: Format,
    change: Change,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
) -> Upgraded:
    """Do any change of a document's schema as `upgrade` does its own: backup, one transaction, verified."""
    kind.manifest.check(kind.migrations)
    for _attempt in range(ATTEMPTS):
        try:
            with translated(path, wait), closing(connect(path, "rw", wait)) as connection:
                return _attempt_change(connection, path, kind, change, progress, wait)
        except _Changed:
            continue
    raise InUse(path, wait)


def _attempt_change(
    connection: sqlite3.Connection,
    path: str,
    kind: Format,
    change: Change,
    progress: Progress | None,
    wait: float,
) -> Upgraded:
    connection.execute("PRAGMA journal_mode=DELETE")
    version = _data_version(connection)
    revision = _revision(connection, path)
    backup = backups.make(connection, path, revision)
    engine = create_migration_engine(sqlite_url(path), creator=lambda: connection)
    with exclusive(engine, wait) as locked:
        if _data_version(connection) != version:
            raise _Changed
        migrations = Migrations(kind.migrations, locked, manifest=kind.manifest, on_step=progress)
        steps = tuple(str(step) for step in change(migrations))
        if steps:
            locked.exec_driver_sql(RECORD_WRITER, (kind.program,))
            if progress:
                progress("verify")
            verify(locked, path, kind)
        reached = _revision(connection, path)
    return Upgraded(path, revision, reached, steps, backup)


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


def _revision(connection: sqlite3.Connection, path: str) -> str:
    (ordinal,) = connection.execute("PRAGMA user_version").fetchone()
    try:
        versions = [row[0] for row in connection.execute("SELECT version_num FROM alembic_version")]
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        versions = []
    if versions != [revision_of(ordinal)]:
        said = ", ".join(versions) or "none"
        raise Damaged(path, f"its header says revision {revision_of(ordinal)}, its version table {said}")
    return revision_of(ordinal)


def _data_version(connection: sqlite3.Connection) -> int:
    """Return a number that is another one after any other connection has changed the document."""
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    return int(version)
