"""Grants roles of a server their rights on a document: readers look, writers change content.

The owner is the role that made the tables, and the one that upgrades them. Tables of later upgrades are
covered by default privileges, which belong to the role that runs these statements: so the owner must.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import URL, Connection, text

from myapp.document.context import Context
from myapp.document.server.engine import server_engine
from myapp.document.server.state import demand_document, tables
from myapp.errors import NotFound, SystemRefused, shown
from myapp.schema.connections import subject

_WRITE = "SELECT, INSERT, UPDATE, DELETE"
_NUMBERS = "USAGE, SELECT, UPDATE"

_OWNERS = text(
    """
    SELECT DISTINCT pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relname IN (:record, 'alembic_version')
      AND NOT pg_has_role(c.relowner, 'USAGE')
    """
)

_SEQUENCES = text(
    """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_depend d ON d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class t ON t.oid = d.refobjid
    WHERE n.nspname = current_schema() AND c.relkind = 'S' AND t.relname = ANY(:tables) ORDER BY c.relname
    """
)


def grants(url: URL, context: Context, readers: Sequence[str], writers: Sequence[str]) -> list[str]:
    """Return the statements that make roles readers and writers of the document; nothing is run.

    Raise NotFound for a role that does not exist, SystemRefused where this role is not the owner.
    """
    with server_engine(url, context) as engine, engine.connect() as connection:
        connection.execution_options(postgresql_readonly=True)
        return _statements(connection, subject(url), context, readers, writers)


def run_grants(url: URL, context: Context, readers: Sequence[str], writers: Sequence[str]) -> list[str]:
    """Run the statements of `grants` in one transaction, and return them."""
    with server_engine(url, context) as engine, engine.connect() as connection, connection.begin():
        statements = _statements(connection, subject(url), context, readers, writers)
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))
    return statements


def _statements(
    connection: Connection, path: str, context: Context, readers: Sequence[str], writers: Sequence[str]
) -> list[str]:
    demand_document(connection, path, context.format)
    owner = connection.execute(_OWNERS, {"record": context.format.record.table}).scalar()
    if owner is not None:
        reason = f"its tables belong to the role {shown(owner)}"
        raise SystemRefused(path, reason, "grant as that role, who upgrades it too")
    for role in (*readers, *writers):
        known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
        if connection.execute(known, {"role": role}).scalar() is None:
            raise NotFound(f"the role {shown(role)}")
    return [
        *(line for role in readers for line in _for_reader(connection, role)),
        *(line for role in writers for line in _for_writer(connection, role)),
    ]


def _for_reader(connection: Connection, role: str) -> Iterator[str]:
    to = f"TO {_quoted(connection, role)}"
    schema = _schema(connection)
    yield from _entry(connection, to)
    yield f"GRANT SELECT ON {_listed(connection, tables(connection))} {to}"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES {to}"


def _for_writer(connection: Connection, role: str) -> Iterator[str]:
    to = f"TO {_quoted(connection, role)}"
    schema = _schema(connection)
    names = tables(connection)
    content = [name for name in names if name != "alembic_version"]  # the revision is the owner's to write
    numbers = list(connection.execute(_SEQUENCES, {"tables": names}).scalars())
    yield from _entry(connection, to)
    yield f"GRANT SELECT ON {_listed(connection, ['alembic_version'])} {to}"
    yield f"GRANT {_WRITE} ON {_listed(connection, content)} {to}"
    if numbers:
        yield f"GRANT {_NUMBERS} ON SEQUENCE {_listed(connection, numbers)} {to}"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {_WRITE} ON TABLES {to}"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {_NUMBERS} ON SEQUENCES {to}"


def _entry(connection: Connection, to: str) -> Iterator[str]:
    """Return the statements that let a role enter, if this role may grant that; mostly all may enter."""
    database = connection.exec_driver_sql("SELECT current_database()").scalar_one()
    allowed = "SELECT has_database_privilege(current_database(), 'CONNECT WITH GRANT OPTION')"
    if connection.exec_driver_sql(allowed).scalar_one():
        yield f"GRANT CONNECT ON DATABASE {_quoted(connection, database)} {to}"
    allowed = "SELECT has_schema_privilege(current_schema(), 'USAGE WITH GRANT OPTION')"
    if connection.exec_driver_sql(allowed).scalar_one():
        yield f"GRANT USAGE ON SCHEMA {_schema(connection)} {to}"


def _schema(connection: Connection) -> str:
    return _quoted(connection, connection.exec_driver_sql("SELECT current_schema()").scalar_one())


def _listed(connection: Connection, names: Sequence[str]) -> str:
    schema = _schema(connection)
    return ", ".join(f"{schema}.{_quoted(connection, name)}" for name in names)


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name).replace("%%", "%")
