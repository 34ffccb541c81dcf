"""Fingerprints of schemas on SQLite and PostgreSQL; the program itself needs SQLite's alone."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from myapp.schema import fingerprint

POSTGRESQL_OBJECTS = Path(__file__).parent / "scripts" / "postgresql_objects.sql"


def fingerprint_of(connection: Connection) -> dict[str, str]:
    """Return the fingerprint of the default schema of a database."""
    if connection.dialect.name == "sqlite":
        return fingerprint.of_database(connection)
    rows = connection.execute(text(POSTGRESQL_OBJECTS.read_text(encoding="utf-8")))
    return fingerprint.of_rows((row[0], row[1], row[2]) for row in rows)
