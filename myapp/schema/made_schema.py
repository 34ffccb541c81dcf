"""Compares a database's schema with the one that revisions make, in memory or in temporary tables."""

import re
import sqlite3
from collections.abc import Callable

from sqlalchemy import Connection, text

from myapp.schema import fingerprint
from myapp.schema.connections import create_migration_engine, exclusive, sqlite_url

Make = Callable[[Connection], object]
"""Runs the revisions on a connection to an empty database."""

_POSTGRESQL_OBJECTS = text(
    """
    SELECT 'column', format('%s.%s', c.relname, a.attname),
           concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                     a.attgenerated, a.attidentity, CASE WHEN a.atthasdef THEN 'DEFAULT' END)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'constraint', format('%s.%s', c.relname, k.conname), pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND k.contype <> 'n'
    UNION ALL
    SELECT 'index', i.indexname, concat_ws(' ', i.tablename,
           CASE WHEN i.indexdef LIKE 'CREATE UNIQUE %' THEN 'UNIQUE' END,
           substr(i.indexdef, strpos(i.indexdef, 'USING ')))
    FROM pg_indexes i WHERE i.schemaname = current_schema()
    """
)


def differences(connection: Connection, make: Make, version_table: str = "alembic_version") -> list[str]:
    """Return a line for each object that differs from what `make` makes; the version table does not count.

    Known for SQLite and PostgreSQL; [] for others. Nothing stays of what is made.
    """
    if connection.dialect.name == "sqlite":
        lines = fingerprint.differences(fingerprint.of_database(connection), sqlite_schema(make))
    elif connection.dialect.name == "postgresql":
        lines = fingerprint.differences(_postgresql(connection), _made_in_postgresql(connection, make))
    else:
        lines = []
    ignored = re.compile(rf"\w+ {re.escape(version_table)}(_pkc)?[. ]")
    return [line for line in lines if not ignored.match(line)]


def sqlite_schema(make: Make) -> dict[str, str]:
    """Return the fingerprint of a SQLite database that `make` makes in memory."""
    engine = create_migration_engine(
        sqlite_url("memory"), creator=lambda: sqlite3.connect(":memory:", isolation_level=None)
    )
    with exclusive(engine) as connection:
        make(connection)
        return fingerprint.of_database(connection)


def _made_in_postgresql(connection: Connection, make: Make) -> dict[str, str]:
    with connection.begin_nested() as made:
        connection.exec_driver_sql("SET LOCAL search_path = pg_temp")
        make(connection)
        schema = _postgresql(connection)
        made.rollback()
    return schema


def _postgresql(connection: Connection) -> dict[str, str]:
    return {f"{type_} {name}": sql for type_, name, sql in connection.execute(_POSTGRESQL_OBJECTS)}
