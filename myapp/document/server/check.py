"""Checks the health of a document on a server by reading it; its backups are the server's own."""

from collections.abc import Iterator

from sqlalchemy import URL, Connection, text

from myapp.document.check import Health
from myapp.document.context import Context
from myapp.document.format import DocumentFormat
from myapp.document.server.engine import reading
from myapp.document.server.rows import repeated_keys, unfit_rows, unreadable_tables
from myapp.document.server.state import demand_document
from myapp.schema.connections import subject
from myapp.schema.migrations import Migrations

_REFERENCES = text(
    """
    SELECT format('%I', child.relname) AS child, format('%I', parent.relname) AS parent, k.convalidated,
           (SELECT string_agg(format('c.%I = p.%I', a.attname, b.attname), ' AND ')
            FROM unnest(k.conkey, k.confkey) AS pair (mine, theirs)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = mine
            JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = theirs) AS same,
           (SELECT string_agg(format('c.%I IS NOT NULL', a.attname), ' AND ')
            FROM unnest(k.conkey) AS mine
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = mine) AS is_set
    FROM pg_constraint k
    JOIN pg_class child ON child.oid = k.conrelid JOIN pg_class parent ON parent.oid = k.confrelid
    JOIN pg_namespace n ON n.oid = child.relnamespace
    WHERE k.contype = 'f' AND n.nspname = current_schema() ORDER BY k.conname
    """
)

_CONSTRAINTS_OFF = text(
    """
    SELECT format('the constraint %I of %I was never validated', k.conname, c.relname)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND NOT k.convalidated AND k.contype <> 'f'
    UNION
    SELECT format('the foreign keys of %I are switched off: ENABLE TRIGGER ALL', c.relname)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND t.tgisinternal AND t.tgenabled NOT IN ('O', 'A')
    ORDER BY 1
    """
)
"""Constraints that promise nothing, but for the references that are never validated: see _REFERENCES."""

_BROKEN_INDEXES = text(
    """
    SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND NOT (i.indisvalid AND i.indisready) ORDER BY c.relname
    """
)

_NOT_CHECKED = "the server's pages and backups are its own: see pg_amcheck and pg_dump"


def check_server(url: URL, context: Context, metadata: str | None = None) -> Health:
    """Return the health of a document of this or an older release, seen in one read-only transaction.

    Its schema is compared with the models in `metadata` where it is at head: tables, columns, types,
    keys and indexes, no checks and no full-text index. Raise the errors of `open_server` for anything else.
    """
    path, format = subject(url), context.format
    with reading(url, context) as connection:
        revision = demand_document(connection, path, format)
        current = revision == format.head
        health = Health(path, "head" if current else "older", revision, format.head, _size(connection))
        _check(connection, health, format, metadata if current else None)
    health.notes.append(_NOT_CHECKED)
    health.state = "damaged" if health.damage else health.state
    return health


def _check(connection: Connection, health: Health, format: DocumentFormat, metadata: str | None) -> None:
    health.record("version table", [])
    if metadata is None:
        health.notes.append("the schema of an older release is not compared with anything")
    else:
        differences = Migrations(format.migrations, connection, metadata=metadata).compare()
        health.record("schema", [" ".join(str(each).split()) for each in differences])
    if not health.damage:  # else a table or column may be missing
        health.record("reading", unreadable_tables(connection))
    if not health.damage:
        health.record("references", list(_orphans(connection)))
        health.record("values", unfit_rows(connection))
        health.record("keys", repeated_keys(connection))
    health.record("constraints", list(connection.execute(_CONSTRAINTS_OFF).scalars()))
    broken = connection.execute(_BROKEN_INDEXES).scalars()
    health.record("indexes", [f"{name} is not valid: REINDEX it" for name in broken])
    row = connection.execute(text(format.record.reader())).first()
    health.created_by, health.written_by = map(str, row or ("", ""))


def _orphans(connection: Connection) -> Iterator[str]:
    """Look at every row, whatever the server believes of its constraints."""
    for key in connection.execute(_REFERENCES).all():
        if not key.convalidated:
            yield f"the reference of {key.child} to {key.parent} was never validated"
        missing = f"NOT EXISTS (SELECT 1 FROM {key.parent} p WHERE {key.same})"
        query = f"SELECT count(*) FROM {key.child} c WHERE {key.is_set} AND {missing}"
        count = connection.exec_driver_sql(query.replace("%", "%%")).scalar_one()
        if count:
            yield f"{count} rows of {key.child} point to no row of {key.parent}"


def _size(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
