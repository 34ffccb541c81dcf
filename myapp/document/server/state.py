"""Classifies a database on a server before anything is done to it: empty, a document, another program's."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from myapp.document.classify import demand_known
from myapp.document.context import Context
from myapp.document.errors import EmptyDatabase, RoleRefused
from myapp.document.format import DocumentFormat, Record
from myapp.document.newer import newer_by
from myapp.errors import NotADocument, SystemRefused, UpgradeNeeded, shown

_VERSION_TABLES = text(
    """
    SELECT coalesce(n.nspname = current_schema(), false) AS here, n.nspname AS place,
           has_schema_privilege(n.oid, 'USAGE') AS enters, has_table_privilege(c.oid, 'SELECT') AS reads
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = 'alembic_version' AND c.relkind IN ('r', 'p') ORDER BY here DESC
    """
)

_RELATIONS = text(
    """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind::text = ANY(:relkinds)
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname
    """
)
"""The relations of some `relkind`s in the schema, without those that an extension brought."""

_RECORD_COLUMNS = text(
    """
    SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relname = :table
      AND a.attname IN ('id', :created_by, :written_by) AND NOT a.attisdropped
    """
)


def state(connection: Connection, path: str, format: DocumentFormat) -> str | None:
    """Return the revision of a document, None for an empty database.

    Raise NotADocument for another program's, NewerDocument, TooOldDocument, and SystemRefused where this role
    may not look. Nothing is locked or written.
    """
    if not _has_version_table(connection, path):
        others = relations(connection)
        if others:
            raise NotADocument(path, f"another program's database (it has {shown(others[0])})")
        return None
    versions = list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
    if not versions and relations(connection) == ["alembic_version"]:
        return None
    stamped = shown(", ".join(versions)[:40]) or "none"
    if len(versions) != 1 or connection.execute(_RECORD_COLUMNS, vars(format.record)).scalar_one() != 3:
        raise NotADocument(path, f"another program's database (its revision is {stamped})")
    if versions[0] not in format.order:
        raise newer_by(path, stamped, format, _writer(connection, format))
    demand_known(path, format.ordinal_of(versions[0]), format)
    return str(versions[0])


def _writer(connection: Connection, format: DocumentFormat) -> str:
    """Return what the record says of the last writer; "" where this role may not read it."""
    try:
        with connection.begin_nested():
            row = connection.execute(text(f"{format.record.reader()} LIMIT 1")).first()
    except DBAPIError:
        return ""
    return str(row.written_by) if row else ""


def demand_document(connection: Connection, path: str, format: DocumentFormat) -> str:
    """Return the revision of a document; raise EmptyDatabase, and the errors of `state`."""
    revision = state(connection, path, format)
    if revision is None:
        raise EmptyDatabase(path)
    return revision


def demand_head(revision: str, path: str, context: Context) -> None:
    """Raise UpgradeNeeded where a document has another revision than this program's."""
    if revision != context.format.head:
        raise UpgradeNeeded(path, revision, context.format.head, shared=True)


def _has_version_table(connection: Connection, path: str) -> bool:
    """Tell whether there is a version table in this role's schema that it may read."""
    schema = connection.execute(text("SELECT current_schema()")).scalar_one()
    tables = connection.execute(_VERSION_TABLES).all()
    if tables and tables[0].here:
        if not tables[0].reads:
            raise RoleRefused(path, _role(connection), "read the table alembic_version")
        return True
    if schema is None:
        places = [row.place for row in tables if not row.enters]
        if places:
            raise RoleRefused(path, _role(connection), f"use the schema {shown(places[0])}")
        raise SystemRefused(path, f"the role {_role(connection)} has no schema in its search_path")
    return False


def _role(connection: Connection) -> str:
    return shown(connection.execute(text("SELECT current_user")).scalar_one())


def relations(connection: Connection) -> list[str]:
    """Return the names of the tables, views and sequences in this role's schema."""
    return list(connection.execute(_RELATIONS, {"relkinds": list("rpvmfS")}).scalars())


def tables(connection: Connection) -> list[str]:
    """Return the names of the ordinary tables in this role's schema."""
    return list(connection.execute(_RELATIONS, {"relkinds": ["r"]}).scalars())


def demand_empty(connection: Connection, path: str, record: Record) -> None:
    """Raise SystemRefused where any table but those that describe the document itself has a row."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    for table in tables(connection):
        if table in ("alembic_version", record.table):
            continue
        if connection.exec_driver_sql(f"SELECT EXISTS (SELECT 1 FROM {quote(table)})").scalar_one():
            reason = f"there is something in it already (in {shown(table)})"
            raise SystemRefused(path, reason, "choose an empty database")


def demand_utf8(connection: Connection, path: str) -> None:
    """Raise SystemRefused for a database that cannot hold every text."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        reason = f"its encoding is {encoding}, which cannot hold every text"
        raise SystemRefused(path, reason, "make a database with ENCODING 'UTF8'")
