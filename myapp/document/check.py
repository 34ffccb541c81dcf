"""The health of a document: all that can be found out without writing or upgrading it."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from myapp.document import backups, estimate, trust
from myapp.document.backups import Backup
from myapp.document.classify import Header, classify
from myapp.document.connect import connect
from myapp.document.format import Format
from myapp.document.private import private_folder
from myapp.document.recovery import recover_copy
from myapp.errors import Damaged, StrPath, shown
from myapp.schema import fingerprint
from myapp.schema.driver_errors import WAIT_SECONDS, translated
from myapp.schema.waiting import OnWait

MOST_FINDINGS = 20
"""How many findings of one check are listed."""


@dataclass
class Health:
    """What was found; a document without `damage` is healthy, and `notes` say what else is good to know.

    `state` is `head`, `older` or `damaged`; `checks` are those that were made, with what they found.
    `space_needed` and `space_free` are bytes for an upgrade, 0 where none is needed.
    """

    path: str
    state: str
    revision: str
    head: str
    size: int
    created_by: str = ""
    written_by: str = ""
    sidecars: list[str] = field(default_factory=list)
    checks: dict[str, str] = field(default_factory=dict)
    backups: list[Backup] = field(default_factory=list)
    space_needed: int = 0
    space_free: int = 0
    damage: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def record(self, check: str, damage: list[str]) -> None:
        """Add the outcome of one check."""
        self.checks[check] = f"{len(damage)} findings" if damage else "ok"
        more = [f"{check}: and {len(damage) - MOST_FINDINGS} more"] if len(damage) > MOST_FINDINGS else []
        self.damage += [shown(f"{check}: {line}") for line in damage[:MOST_FINDINGS]] + more


def check(
    path: StrPath,
    kind: Format,
    wait: float = WAIT_SECONDS,
    on_wait: OnWait | None = None,
) -> Health:
    """Return the health of a document of this or an older release.

    Raise what `classify` raises for anything else, InUse where another program holds it. What a killed
    program left unfinished is rolled back in a private copy only, which is checked instead.
    """
    try:
        header = classify(path, kind)
    except Damaged as error:
        return _unreadable(path, kind, error)
    state = "older" if header.older else "head"
    health = Health(header.path, state, header.revision, kind.head, header.size)
    health.sidecars = [header.path + end for end in header.sidecars]
    try:
        with _at_rest(header, kind, wait, on_wait) as file, translated(header.path, wait):
            _check_content(health, file, kind, wait, on_wait)
    except Damaged as error:
        health.record("content", [error.detail])
    _look_around(health, header, kind)
    health.state = "damaged" if health.damage else health.state
    return health


def _unreadable(path: StrPath, kind: Format, error: Damaged) -> Health:
    real = os.path.realpath(path)
    health = Health(real, "damaged", "", kind.head, os.path.getsize(real))
    health.record("header", [error.detail])
    health.backups = backups.found(real, kind)
    return health


@contextmanager
def _at_rest(header: Header, kind: Format, wait: float, on_wait: OnWait | None) -> Iterator[str]:
    """Give the document itself, or a private copy where SQLite would have to write to read it."""
    if not header.needs_recovery:
        yield header.path
        return
    with private_folder(kind) as folder:
        copy = os.path.join(folder, f"copy{kind.suffix}")
        recover_copy(header, copy, kind, wait, on_wait)
        yield copy


def _check_content(health: Health, file: str, kind: Format, wait: float, on_wait: OnWait | None) -> None:
    with closing(connect(file, "ro", wait, on_wait)) as connection:
        connection.execute("BEGIN")  # all checks see the same content
        health.revision = trust.check_revision(connection, health.path)
        health.record("version table", [])
        wanted = trust.schema_of_revision(health.revision, kind)
        found = fingerprint.of_rows(connection.execute(fingerprint.SQLITE_OBJECTS).fetchall())
        health.record("schema", fingerprint.differences(found, wanted))
        if health.damage:  # an unknown schema is SQL that must not run, and checking rows would
            return
        health.record("integrity", _integrity(connection))
        health.record("references", _orphans(connection))
        health.record("values", list(trust.wrong_values(connection)))
        row = connection.execute("SELECT created_by, written_by FROM document").fetchone()
        health.created_by, health.written_by = map(str, row or ("", ""))


def _integrity(connection: sqlite3.Connection) -> list[str]:
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    return [] if found == ["ok"] else found


def _orphans(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("PRAGMA foreign_key_check").fetchall()
    counts = Counter((str(row[0]), str(row[2])) for row in rows)
    return [
        f"{count} rows of {table} point to no row of {parent}" for (table, parent), count in counts.items()
    ]


def _look_around(health: Health, header: Header, kind: Format) -> None:
    """Look at what lies beside the document, and at the room for an upgrade."""
    if header.needs_recovery:
        health.notes.append("another program was stopped while it wrote; the next opening puts that right")
    health.backups = backups.found(header.path, kind)
    health.notes += [f"the backup {shown(b.path)} is not whole" for b in health.backups if b.whole is False]
    if not header.older:
        return
    health.space_needed = estimate.space_needed(header.path, header.size)
    health.space_free = estimate.space_free(header.path)
    if health.space_free < health.space_needed:
        health.notes.append(
            f"an upgrade needs about {health.space_needed / 1e6:.1f} MB of free space,"
            f" and {health.space_free / 1e6:.1f} MB are free"
        )
