"""Recognises documents whose header lost its numbers, as copies as SQL (`.dump`) do; sets them again."""

import os
import sqlite3
from contextlib import closing

from myapp.descriptors import Stream, opened
from myapp.document import files
from myapp.document.classify import HEADER_BYTES, MAGIC, Header, classify, demand_known
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.errors import AdditionalObjects, LostRevision
from myapp.document.format import DocumentFormat
from myapp.document.header import set_header
from myapp.document.newer import newer_document
from myapp.document.restoring import keep_damaged
from myapp.document.trust import (
    blank_fingerprint,
    check_schema,
    check_values,
    schema_of_revision,
    stamped_versions,
)
from myapp.errors import Damaged, NotADocument, StrPath
from myapp.schema import fingerprint
from myapp.schema.driver_errors import translated


def recognise(path: StrPath, context: Context) -> Header:
    """Return the header of a document as `classify` does, also of one that has lost it; nothing is written.

    Raise Damaged too where version table, schema and values are not exactly those of one revision.
    """
    try:
        return classify(path, context.format)
    except (NotADocument, LostRevision):
        ordinal = _lost_ordinal(path, context)
        if not ordinal:
            raise
        return classify(path, context.format, ordinal)


def set_header_again(header: Header, context: Context) -> str:
    """Set a lost header and return the name of the backup, "" where another program was faster.

    Raise Damaged where the content has changed so that it does not agree any more.
    """
    path = header.path
    with (
        opened(path) as source,
        translated(path, context.wait),
        closing(connect(path, "rw", context)) as connection,
    ):
        connection.patiently("BEGIN EXCLUSIVE")
        if connection.moved or not _has_lost_header(path, context.format):
            return ""
        ordinal = _ordinal(connection, path, context.format)
        backup = keep_damaged(source, path, context)
        set_header(connection.execute, context.format.application_id, ordinal)
        connection.commit()
        return backup


def _lost_ordinal(path: StrPath, context: Context) -> int:
    """Return the number of a document's revision by its content; 0 where it is none that lost its header."""
    real = os.path.realpath(path)
    if not os.path.isfile(real) or files.sidecars(real) or not _has_lost_header(real, context.format):
        return 0
    with translated(real, context.wait), closing(connect(real, "ro", context)) as connection:
        connection.execute("BEGIN")
        return _ordinal(connection, real, context.format) if _is_ours(connection, context.format) else 0


def _has_lost_header(path: str, format: DocumentFormat) -> bool:
    """Tell whether a SQLite file has no revision in its header, and no other program's number."""
    with Stream(path) as stream:
        header = stream.read(HEADER_BYTES)
    ours = (bytes(4), format.application_id.to_bytes(4, "big"))
    plain = header.startswith(MAGIC) and set(header[18:20]) == {1}
    return plain and header[60:64] == bytes(4) and header[68:72] in ours


def _is_ours(connection: sqlite3.Connection, format: DocumentFormat) -> bool:
    """Tell whether a database has our number, or the table in which documents record their programs."""
    (number,) = connection.execute("PRAGMA application_id").fetchone()
    objects = fingerprint.of_rows(connection.execute(fingerprint.SQLITE_OBJECTS).fetchall())
    name = f"table {format.record.table}"
    return bool(number == format.application_id or objects.get(name) == blank_fingerprint(format)[name])


def _ordinal(connection: sqlite3.Connection, path: str, format: DocumentFormat) -> int:
    """Return the number of the revision that the version table names; raise unless all agrees."""
    versions = [str(version) for version in stamped_versions(connection, path)]
    if len(versions) != 1:
        raise LostRevision(path)
    (version,) = versions
    if version not in format.order:
        raise newer_document(path, version, format)
    ordinal = format.ordinal_of(version)
    demand_known(path, ordinal, format)
    try:
        check_schema(connection, path, schema_of_revision(version, format))
        check_values(connection, path)
    except Damaged as error:
        fact = f"it has {', '.join(error.names)}" if isinstance(error, AdditionalObjects) else error.detail
        raise Damaged(path, f"its header is lost, and {fact}") from error
    return ordinal
