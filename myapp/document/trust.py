"""Demands that a document has exactly its revision's schema, before any SQL of the file may run.

Until then only SQLite's own tables are read, and Alembic's version table once it is known to be a table.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache

from myapp.document.classify import demand_known
from myapp.document.connect import CACHE_KIB, connect
from myapp.document.context import Context
from myapp.document.create import blank_document
from myapp.document.errors import AdditionalObjects
from myapp.document.format import DocumentFormat
from myapp.errors import Damaged, shown
from myapp.schema import fingerprint
from myapp.schema.driver_errors import is_no_text, translated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Check = Literal["integrity_check", "quick_check", "indexes"]
else:
    Check = str  # each start loads this module, and `typing` would take time

VERSION_TABLE_SQL = (
    "CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL, \n"
    "\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)"
)
"""The version table letter by letter as Alembic makes it."""

_TABLES = """
    SELECT name FROM sqlite_master
    WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
"""

AFFINITIES = [("INT", "integer"), ("CHAR", "text"), ("TEXT", "text"), ("DOUB", "real"), ("REAL", "real")]
"""Storage types by words in the name of a column's type, in SQLite's order."""

_STRANGE_RECORD = (
    "SELECT 1 FROM ({}) AS record WHERE typeof(created_by) <> 'text' OR typeof(written_by) <> 'text'"
)


def check_head(connection: sqlite3.Connection, path: str, format: DocumentFormat) -> None:
    """Raise Damaged unless an opened document is at head inside too, with the schema of a new one."""
    check_revision(connection, path, format)
    rows, wanted = _objects(connection), _blank_objects(format)
    if rows != wanted:  # fast path: usually identical SQL; otherwise compare normalised schemas
        _refuse(path, fingerprint.of_rows(rows), fingerprint.of_rows(wanted))
    if connection.execute(_STRANGE_RECORD.format(format.record.reader())).fetchone():
        raise Damaged(path, "its record of the programs that wrote it is no text")


def has_record(connection: sqlite3.Connection, format: DocumentFormat) -> bool:
    """Tell whether a document has the table of its programs; one from before its revision has not."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(query, (format.record.table,)).fetchone() is not None


def check_schema(connection: sqlite3.Connection, path: str, wanted: Mapping[str, str]) -> None:
    """Raise Damaged, naming what differs, unless a document has exactly this schema."""
    _refuse(path, fingerprint.of_rows(_objects(connection)), wanted)


def check_values(connection: sqlite3.Connection, path: str, added: Collection[str] = ()) -> None:
    """Raise Damaged where a document has values of another type than their column's, added ones apart."""
    for table, column, type_, _condition in wrong_columns(connection, added):
        raise Damaged(path, f"{table}.{column} holds what is no {type_}")


def wrong_columns(
    connection: sqlite3.Connection, added: Collection[str] = ()
) -> Iterator[tuple[str, str, str, str]]:
    """Yield each column that holds values of another type: to SQLite, types are advice.

    With its table and type, and SQL that is true of these rows; of none where a text is no UTF-8. Only for a
    document whose schema is known, but for `added` objects: this reads all of its other rows.
    """
    for (table,) in connection.execute(_TABLES).fetchall():
        if f"table {table}" in added:  # its columns may have any name, and its values any type
            continue
        columns = _typed_columns(connection, table)
        if _holds_others(connection, table, columns):  # all columns at once, and one by one only then
            for name, (type_, condition) in columns.items():
                if _holds_others(connection, table, {name: (type_, condition)}):
                    yield table, name, type_, condition


def check_revision(connection: sqlite3.Connection, path: str, format: DocumentFormat) -> str:
    """Return a document's revision; raise Damaged where its header and its version table disagree.

    Raise NewerDocument or TooOldDocument where they agree on one that this program cannot open.
    """
    (ordinal,) = connection.execute("PRAGMA user_version").fetchone()
    versions = stamped_versions(connection, path)
    stamped = ", ".join(shown(str(version)[:40]) for version in versions) or "none"
    if ordinal > format.ordinal and len(versions) == 1 and versions[0] not in format.order:
        from myapp.document.newer import newer_document

        raise newer_document(path, stamped, format)
    revision = format.revision_of(ordinal)
    if versions != [revision]:
        raise Damaged(path, f"its header says revision {revision}, its version table {stamped}")
    demand_known(path, ordinal, format)
    return revision


def check_content(connection: sqlite3.Connection, path: str, format: DocumentFormat) -> str:
    """Return a document's revision; raise Damaged unless schema and values are of it.

    Added objects that run nothing do not count: a backup may have them. Other errors are those of
    `check_revision`.
    """
    revision = check_revision(connection, path, format)
    added: Collection[str] = ()
    try:
        check_schema(connection, path, schema_of_revision(revision, format))
    except AdditionalObjects as error:
        added = error.names
    check_values(connection, path, added)
    return revision


def check_document(path: str, context: Context) -> str:
    """Open a document and return its revision; the errors are those of `check_content`."""
    with translated(path, context.wait), closing(connect(path, "ro", context)) as connection:
        return check_content(connection, path, context.format)


def is_whole(
    path: str, context: Context, revision: str | None = None, *, check: Check = "integrity_check"
) -> bool:
    """Tell whether a file is a whole SQLite database, of a revision where one is given.

    Only for a file whose schema is known: the check runs what that computes. "quick_check" takes a part of
    the time, since it compares no index with its table; "indexes" does that alone. Raise Cancelled where it
    is stopped.
    """
    try:
        with closing(connect(path, "ro", context)) as connection:
            connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
            (ordinal,) = connection.execute("PRAGMA user_version").fetchone()
            passed = [connection.execute(each).fetchone() == ("ok",) for each in _checks(connection, check)]
    except sqlite3.Error:
        context.stop.check(path)
        return False
    return all(passed) and revision in (None, context.format.revision_of(ordinal))


def _checks(connection: sqlite3.Connection, check: Check) -> list[str]:
    if check != "indexes":
        return [f"PRAGMA {check}(1)"]
    tables = connection.execute("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'index'").fetchall()
    # a name that is none is of no table, which the check refuses
    return ["PRAGMA integrity_check('{}')".format(str(name).replace("'", "''")) for (name,) in tables]


def blank_fingerprint(format: DocumentFormat) -> dict[str, str]:
    """Return the schema that every document at head has."""
    return fingerprint.of_rows(_blank_objects(format))


def schema_of_revision(revision: str, format: DocumentFormat) -> Mapping[str, str]:
    """Return the schema that a document of a revision has: made by the revisions, in memory."""
    return blank_fingerprint(format) if revision == format.head else _made_schema(revision, format.migrations)


@lru_cache  # of many documents that are upgraded, most have the same few revisions
def _made_schema(revision: str, folder: str) -> Mapping[str, str]:
    from myapp.schema.made_schema import sqlite_schema
    from myapp.schema.migrations import Migrations

    return sqlite_schema(lambda connection: Migrations(folder, connection).upgrade(revision))


def stamped_versions(connection: sqlite3.Connection, path: str) -> list[object]:
    """Return the content of Alembic's table; a view or computed columns of that name would run SQL."""
    query = "SELECT type, sql FROM sqlite_master WHERE name = 'alembic_version' COLLATE NOCASE"
    definitions = connection.execute(query).fetchall()
    if not definitions:
        return []
    if definitions != [("table", VERSION_TABLE_SQL)]:  # as in check_head: usually identical SQL
        objects = fingerprint.of_rows((type_, "alembic_version", sql) for type_, sql in definitions)
        _refuse(path, objects, fingerprint.of_rows([("table", "alembic_version", VERSION_TABLE_SQL)]))
    return [row[0] for row in connection.execute("SELECT version_num FROM alembic_version LIMIT 9")]


def _typed_columns(connection: sqlite3.Connection, table: str) -> dict[str, tuple[str, str]]:
    """Return the storage type by column, with SQL that is true where a row's value has another type."""
    columns = {}
    for _, name, declared, required, *_ in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
        type_ = next((type_ for word, type_ in AFFINITIES if word in declared), None)
        if type_:
            allowed = f"('{type_}')" if required else f"('{type_}', 'null')"
            columns[name] = (type_, f'typeof("{name}") NOT IN {allowed}')
    return columns


def _holds_others(connection: sqlite3.Connection, table: str, columns: Mapping[str, tuple[str, str]]) -> bool:
    """Tell whether one of the columns holds a value of another type."""
    if not columns:
        return False
    wrong = " OR ".join(condition for _type, condition in columns.values())
    if connection.execute(f'SELECT 1 FROM "{table}" WHERE {wrong} LIMIT 1').fetchone():
        return True
    texts = [f'"{name}"' for name, (type_, _condition) in columns.items() if type_ == "text"]
    return bool(texts) and _holds_no_text(connection, f'"{table}"', texts)


def _holds_no_text(connection: sqlite3.Connection, table: str, texts: Sequence[str]) -> bool:
    """Tell whether a text is no UTF-8, which only reading shows; plain ASCII is never wrong."""
    strange = " OR ".join(f"{text} GLOB '*[^ -~]*'" for text in texts)
    try:
        for _row in connection.execute(f"SELECT {', '.join(texts)} FROM {table} WHERE {strange}"):
            pass
    except sqlite3.OperationalError as error:
        if not is_no_text(error):
            raise
        return True
    return False


def _blank_objects(format: DocumentFormat) -> list[tuple[str, str, str | None]]:
    with closing(connect(blank_document(format), "ro", Context(format))) as blank:
        return _objects(blank)


def _objects(connection: sqlite3.Connection) -> list[tuple[str, str, str | None]]:
    return connection.execute(fingerprint.SQLITE_OBJECTS).fetchall()


def _refuse(path: str, actual: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    different = [shown(line[:200]) for line in fingerprint.differences(actual, wanted)]
    if not different:
        return
    from myapp.document.additional import passive_names

    if names := passive_names(actual, wanted):
        raise AdditionalObjects(path, names)
    more = f" and {len(different) - 3} more" if len(different) > 3 else ""
    raise Damaged(path, f"its schema is not this program's: {'; '.join(different[:3])}{more}")
