"""Which SQL of a document may run: exactly the schema that its revision has, and nothing else."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing

from myapp.document.connect import connect
from myapp.document.create import blank_document
from myapp.document.format import Format, revision_of
from myapp.errors import Damaged
from myapp.schema import fingerprint


def check_head(connection: sqlite3.Connection, path: str, kind: Format) -> None:
    """Raise Damaged unless an opened document is at head inside too, with the schema of a new one."""
    check_revision(connection, path)
    with closing(connect(blank_document(kind))) as blank:
        rows, wanted = _objects(connection), _objects(blank)
    if rows != wanted:  # the same text nearly always; else compare what it means
        _refuse(path, fingerprint.of_rows(rows), fingerprint.of_rows(wanted))


def check_schema(connection: sqlite3.Connection, path: str, wanted: Mapping[str, str]) -> None:
    """Raise Damaged, naming what differs, unless a document has exactly this schema."""
    _refuse(path, fingerprint.of_rows(_objects(connection)), wanted)


def check_revision(connection: sqlite3.Connection, path: str) -> str:
    """Return a document's revision; raise Damaged where its header and its version table disagree."""
    (ordinal,) = connection.execute("PRAGMA user_version").fetchone()
    try:
        versions = [row[0] for row in connection.execute("SELECT version_num FROM alembic_version LIMIT 9")]
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        versions = []
    if versions != [revision_of(ordinal)]:
        said = ", ".join(str(version)[:40] for version in versions) or "none"
        raise Damaged(path, f"its header says revision {revision_of(ordinal)}, its version table {said}")
    return revision_of(ordinal)


def blank_fingerprint(kind: Format) -> dict[str, str]:
    """Return the schema that every document at head has."""
    with closing(connect(blank_document(kind))) as blank:
        return fingerprint.of_rows(_objects(blank))


def schema_of_revision(revision: str, kind: Format) -> dict[str, str]:
    """Return the schema that a document of a revision has: what the revisions make, in memory."""
    from myapp.schema.connections import create_migration_engine, exclusive, sqlite_url
    from myapp.schema.migrations import Migrations

    if revision == kind.head:
        return blank_fingerprint(kind)
    engine = create_migration_engine(
        sqlite_url(kind.migrations), creator=lambda: sqlite3.connect(":memory:", isolation_level=None)
    )
    with exclusive(engine) as connection:
        Migrations(kind.migrations, connection).upgrade(revision)
        return fingerprint.of_database(connection)


def _objects(connection: sqlite3.Connection) -> list[tuple[str, str, str | None]]:
    return connection.execute(fingerprint.SQLITE_OBJECTS).fetchall()


def _refuse(path: str, found: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    different = fingerprint.differences(found, wanted)
    if different:
        more = f" and {len(different) - 3} more" if len(different) > 3 else ""
        raise Damaged(path, f"its schema is not this program's: {'; '.join(different[:3])}{more}")
