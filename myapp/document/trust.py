"""Which SQL of a document may run: exactly the schema of a new one, and nothing else."""

import sqlite3
from contextlib import closing

from myapp.document.connect import connect
from myapp.document.create import blank_document
from myapp.document.format import Format
from myapp.errors import Damaged
from myapp.schema import fingerprint


def blank_fingerprint(kind: Format) -> dict[str, str]:
    """Return the schema that every document at head has."""
    with closing(connect(blank_document(kind))) as blank:
        return fingerprint.of_rows(blank.execute(fingerprint.SQLITE_OBJECTS).fetchall())


def trust(connection: sqlite3.Connection, path: str, kind: Format) -> None:
    """Let the triggers of a document run, having seen that they are ours; raise Damaged where not.

    With `trusted_schema=OFF` SQLite before 3.42 refuses full-text tables in triggers altogether.
    """
    found = fingerprint.of_rows(connection.execute(fingerprint.SQLITE_OBJECTS).fetchall())
    different = fingerprint.differences(found, blank_fingerprint(kind))
    if different:
        raise Damaged(path, f"its schema is not this program's: {'; '.join(different)}")
    connection.execute("PRAGMA trusted_schema=ON")
