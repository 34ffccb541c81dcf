"""Makes the refusal of a document that a later release wrote, with the release that its record names."""

from __future__ import annotations

import os

from myapp.document import files
from myapp.document.context import Context
from myapp.document.format import DocumentFormat
from myapp.errors import NewerDocument, StrPath

_TABLE = (
    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = :table AND sql LIKE 'CREATE TABLE%'"
)
_COLUMNS = """
    SELECT count(*) = 2 FROM pragma_table_xinfo(:table)
    WHERE name IN (:created_by, :written_by) AND hidden = 0
"""
"""Both are true where reading the record runs no SQL of the file: no view, no virtual or computed column."""


def newer_document(path: StrPath, revision: str, format: DocumentFormat) -> NewerDocument:
    """Return the error for a file; its record is read where nothing of SQLite's lies beside it."""
    real = os.path.realpath(path)
    writer = "" if files.sidecars(real) else _recorded(real, format)
    return newer_by(path, revision, format, writer)


def newer_by(path: StrPath, revision: str, format: DocumentFormat, writer: str) -> NewerDocument:
    """Return the error with the recorded program, if that is a release of this one."""
    release = writer if _is_other_release(writer, format) else ""
    return NewerDocument(path, revision, format.head, release=release, homepage=format.homepage)


def _is_other_release(writer: str, format: DocumentFormat) -> bool:
    """Whether a text names a release and says nothing else: anybody can write what is shown here."""
    import re

    release = re.escape(format.name) + r" \d{1,5}(\.\d{1,5}){0,3}((a|b|rc|\.dev|\.post)\d{1,5})?"
    return writer != format.program and re.fullmatch(release, writer, re.ASCII) is not None


def _recorded(path: str, format: DocumentFormat) -> str:
    """Return what the record says of the last writer; "" where it cannot be read."""
    import sqlite3
    from contextlib import closing

    from myapp.document.connect import connect

    try:
        with closing(connect(path, "ro", Context(format, wait=0))) as connection:
            names = vars(format.record)
            if not all(connection.execute(query, names).fetchone()[0] for query in (_TABLE, _COLUMNS)):
                return ""
            row = connection.execute(f"{format.record.reader()} LIMIT 1").fetchone()
    except sqlite3.Error:
        return ""
    return str(row[1]) if row else ""
