"""Sets a document's header again that was lost when it was copied as SQL (`.dump`), after a backup."""

import os
import sqlite3
from contextlib import closing

from myapp.descriptors import opened
from myapp.document import files
from myapp.document.classify import HEADER_BYTES, MAGIC, demand_known
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.restoring import keep_damaged
from myapp.document.trust import check_schema, check_values, schema_of_revision, stamped_versions
from myapp.errors import Damaged, StrPath
from myapp.schema.driver_errors import translated


def set_header_again(path: StrPath, context: Context) -> str | None:
    """Set the header of a file that has none but is a document otherwise; return the name of the backup.

    Return None, with nothing written, where it has another program's header, where version table, schema
    and values are not exactly those of one revision, or where it cannot be written.
    """
    real = os.path.realpath(path)
    if not os.path.isfile(real) or any(os.path.lexists(real + end) for end in files.SIDECARS):
        return None
    with opened(real) as source:
        if not _has_lost_header(os.read(source, HEADER_BYTES)) or not files.can_replace(real):
            return None
        with translated(real, context.wait), closing(connect(real, "rw", context)) as connection:
            connection.patiently("BEGIN EXCLUSIVE")
            if connection.moved:  # another program replaced it while it was waited for
                return None
            try:
                ordinal = _ordinal(connection, real, context)
            except Damaged:
                return None
            backup = keep_damaged(source, real, context)
            connection.execute(f"PRAGMA application_id = {context.format.application_id}")
            connection.execute(f"PRAGMA user_version = {ordinal}")
            connection.commit()
            return backup


def _has_lost_header(header: bytes) -> bool:
    """Tell whether SQLite has made a file whose two numbers of the header nobody has set."""
    numbers = header[68:72] + header[60:64]
    return header.startswith(MAGIC) and set(header[18:20]) == {1} and numbers == bytes(8)


def _ordinal(connection: sqlite3.Connection, path: str, context: Context) -> int:
    """Return the number of the revision that the version table names; raise Damaged unless all agrees."""
    versions = [str(version) for version in stamped_versions(connection, path)]
    ordinals = [context.format.ordinal_of(version) for version in versions if version in context.format.order]
    if len(versions) != 1 or not ordinals:
        raise Damaged(path, "it has no revision")
    demand_known(path, ordinals[0], context.format)
    check_schema(connection, path, schema_of_revision(versions[0], context.format))
    check_values(connection, path)
    return ordinals[0]
