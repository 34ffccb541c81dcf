"""Makes a document of a database that is none yet: a file of the application's time before documents.

It has no header, and perhaps no version table. After a verified backup, in one transaction, it gets what it
lacks, and tables that are written otherwise than the revision writes them are made again with their rows.
A document that has lost its header alone is recognised without all that: see lost_header.py.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from myapp.descriptors import opened
from myapp.document import backups, files
from myapp.document.classify import Header, classify, classify_unadopted
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.errors import ReadOnlyDocument
from myapp.document.format import DocumentFormat
from myapp.document.header import set_header
from myapp.document.recognition import Recognised, recognise
from myapp.document.recovery import recover, recovered
from myapp.document.remaking import create_missing, remake
from myapp.document.trust import (
    VERSION_TABLE_SQL,
    check_schema,
    check_values,
    schema_of_revision,
)
from myapp.errors import Damaged, NotADocument, StrPath, SystemRefused, UsageError, shown
from myapp.schema.driver_errors import translated

_UNKNOWN = "unknown"
"""The program that made a file which does not say so."""


@dataclass(frozen=True)
class Adopted:
    """A finished adoption: the document, its revision, the backup, and the tables that were made again."""

    path: str
    revision: str
    backup: str
    remade: tuple[str, ...]


def adopt(path: StrPath, context: Context, revision: str | None = None) -> Adopted:
    """Make a document of a SQLite database that has no program's number, whole or not at all.

    `revision` says which one it has, where several have its schema. Raise UsageError where it is a document
    already, ReadOnlyDocument, the errors of `classify` and `recognise`, and InUse or Damaged.
    """
    try:
        header = recovered(path, classify(path, context.format), context)
    except NotADocument:
        header = classify_unadopted(path, context.format)
    else:
        raise UsageError(f"{shown(header.path)} is a document already")
    if not files.can_replace(header.path):
        raise ReadOnlyDocument(path)
    return _adopt(_settled(header, context), context, revision)


def _settled(header: Header, context: Context) -> str:
    """Return the path once the file is out of WAL mode, and what a killed program began is rolled back."""
    if header.needs_recovery:
        recover(header, context)
    files.sweep(header.path)
    return header.path


def _adopt(real: str, context: Context, revision: str | None) -> Adopted:
    format = context.format
    with opened(real) as source, translated(real, context.wait), closing(connect(real, "rw", context)) as raw:
        raw.execute("PRAGMA foreign_keys=OFF")  # tables that are made again take no rows with them
        raw.patiently("BEGIN EXCLUSIVE")
        if raw.moved:
            raise SystemRefused(real, "another program replaced it meanwhile", "try again")
        known = recognise(raw, real, format, revision)
        context.progress.step("making a backup")
        verify = partial(backups.verified, context=context, meanwhile=partial(check_values, raw, real))
        backup = backups.make(source, real, backups.ORIGINAL, context, verify)
        context.progress.step("adopting")
        tables = remake(raw, known)
        _complete(raw, known, format)
        _verify(raw, real, known, format)
        raw.commit()
    return Adopted(real, known.revision, backup, tables)


def _complete(connection: sqlite3.Connection, known: Recognised, format: DocumentFormat) -> None:
    """Add what makes a document: the table of programs, the revision, and the two numbers."""
    create_missing(connection, known)
    if known.lacks_record:
        for program in (_UNKNOWN, format.program):  # that made it, and that wrote it
            connection.execute(format.record.writer(), (program,))
    if not known.stamped:
        connection.execute(VERSION_TABLE_SQL.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
        connection.execute("INSERT INTO alembic_version VALUES (?)", (known.revision,))
    set_header(connection.execute, format.application_id, format.ordinal_of(known.revision))


def _verify(connection: sqlite3.Connection, path: str, known: Recognised, format: DocumentFormat) -> None:
    """Raise Damaged unless the open transaction holds a whole document of the revision."""
    check_schema(connection, path, schema_of_revision(known.revision, format))
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    if orphan:
        raise Damaged(path, f"a row of {orphan[0]} points to no row of {orphan[2]}")
    (result,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if result != "ok":
        raise Damaged(path, str(result))
