"""Checks the health of a document without writing or upgrading it."""

import os
import sqlite3
from contextlib import closing, nullcontext
from dataclasses import dataclass, field

from myapp.document import estimate, files, hindrances, trust
from myapp.document.backups import Backup, list_backups
from myapp.document.classify import Header
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.lost_header import recognise
from myapp.document.recovery import private_copy
from myapp.errors import Damaged, StrPath, shown
from myapp.schema.driver_errors import translated

MOST_FINDINGS = 20
"""The number of findings that are listed for one check."""


@dataclass
class Health:
    """The health of a document: without `damage` it is healthy; `notes` are other remarks.

    `state` is `head`, `older` or `damaged`; `checks` are the outcomes by the name of the check. `additional`
    are objects that a person added and that run nothing, which count as damage of the schema.
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
    additional: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def only_additional(self) -> bool:
        """Whether the document is whole but for objects that a person added."""
        failed = [name for name, outcome in self.checks.items() if outcome != "ok"]
        return bool(self.additional) and failed == ["schema"]

    def record(self, check: str, damage: list[str]) -> None:
        """Add the outcome of one check."""
        self.checks[check] = f"{len(damage)} findings" if damage else "ok"
        more = [f"{check}: and {len(damage) - MOST_FINDINGS} more"] if len(damage) > MOST_FINDINGS else []
        self.damage += [shown(f"{check}: {line}") for line in damage[:MOST_FINDINGS]] + more


def check(path: StrPath, context: Context) -> Health:
    """Return the health of a document of this or an older release.

    Raise the errors of `classify` for anything else, InUse where another program holds it. After a crash, a
    private copy is recovered and checked instead.
    """
    try:
        header = recognise(path, context)
    except Damaged as error:
        return _unreadable(path, context, error)
    state = "older" if header.older else "head"
    health = Health(header.path, state, header.revision, context.format.head, header.size)
    health.sidecars = [header.path + end for end in header.sidecars]
    try:
        unrecovered = header.needs_recovery  # then SQLite would have to write to read it
        opening = private_copy(header, context) if unrecovered else nullcontext(header.path)
        with opening as file, translated(header.path, context.wait):
            _check_content(health, file, context)
    except Damaged as error:
        health.record("content", [error.detail])
    _look_around(health, header, context)
    health.state = "damaged" if health.damage else health.state
    return health


def _unreadable(path: StrPath, context: Context, error: Damaged) -> Health:
    real = os.path.realpath(path)
    health = Health(real, "damaged", "", context.format.head, os.path.getsize(real))
    health.record("header", [error.detail])
    health.backups = list_backups(real, context)
    return health


def _check_content(health: Health, file: str, context: Context) -> None:
    with closing(connect(file, "ro", context)) as connection:
        connection.execute("BEGIN")  # all checks see the same content
        health.revision = trust.check_revision(connection, health.path, context.format)
        health.record("version table", [])
        different, health.additional = hindrances.differences(connection, health.revision, context.format)
        health.record("schema", different)
        # an unknown schema is SQL that must not run, and checking rows would
        if different and not health.additional:
            return
        health.record("integrity", _integrity(connection))
        health.record("references", hindrances.orphans(connection))
        values = hindrances.unfit_values(connection, health.revision, context.format, health.additional)
        health.record("values", values)
        derived = context.format.derived
        if derived and health.revision == context.format.head:
            health.record("overview", derived.findings(connection))
        if trust.has_record(connection, context.format):
            row = connection.execute(context.format.record.reader()).fetchone()
            health.created_by, health.written_by = map(str, row or ("", ""))


def _integrity(connection: sqlite3.Connection) -> list[str]:
    lines = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    return [] if lines == ["ok"] else lines


def _look_around(health: Health, header: Header, context: Context) -> None:
    """Look at the backups of the document, and at the space for an upgrade."""
    if header.lost:
        health.notes.append("its header was lost; the next opening sets it again, after a backup")
    elif header.needs_recovery:
        health.notes.append("another program was stopped while it wrote; the next opening puts that right")
    health.backups = list_backups(header.path, context)
    health.notes += [f"the backup {shown(b.path)} is not whole" for b in health.backups if b.whole is False]
    if not header.older:
        return
    health.space_needed = estimate.space_needed(header.path, header.size)
    health.space_free = files.free_bytes(header.path)
    if health.space_free < health.space_needed:
        health.notes.append(estimate.too_little(health.space_needed, health.space_free))
