"""Makes objects of a schema again as a revision writes them, in the open transaction, with all rows."""

import sqlite3
from collections.abc import Iterator

from myapp.document.recognition import Recognised, Row
from myapp.schema import fingerprint

_ORDER = ("table", "index", "view", "trigger")


def remake(connection: sqlite3.Connection, known: Recognised) -> tuple[str, ...]:
    """Make the objects again that are written otherwise than the revision does; return the tables' names.

    Foreign keys must be off. Views and triggers are gone afterwards where they may name a table that was made
    again, and so are its indexes: `create_missing` makes them.
    """
    tables = [name for type_, name in known.different if type_ == "table"]
    for type_, name in reversed(list(_objects(connection))):
        gone = (type_, name) in known.different or (bool(tables) and type_ in ("view", "trigger"))
        if gone and type_ != "table":
            connection.execute(f"DROP {type_} {_quoted(name)}")
    wanted = {name.lower(): (name, sql) for type_, name, sql in known.objects if type_ == "table"}
    for name in tables:
        _remake_table(connection, name, *wanted[name.lower()])
    return tuple(wanted[name.lower()][0] for name in tables)


def create_missing(connection: sqlite3.Connection, known: Recognised) -> None:
    """Create the objects of the revision that are not there."""
    for type_, name, sql in sorted(known.objects, key=lambda row: _ORDER.index(row[0])):
        if (type_, name) not in set(_objects(connection)):
            connection.execute(sql)


def _remake_table(connection: sqlite3.Connection, old: str, new: str, sql: str) -> None:
    """Make a table again by its SQL; rows are copied by the names of columns."""
    number = _sequence(connection, old)
    connection.execute(f"CREATE TEMP TABLE adopting AS SELECT * FROM main.{_quoted(old)}")
    connection.execute(f"DROP TABLE main.{_quoted(old)}")
    connection.execute(sql)
    info = connection.execute(f"PRAGMA main.table_info({_quoted(new)})").fetchall()
    columns = ", ".join(_quoted(row[1]) for row in info)
    connection.execute(f"INSERT INTO main.{_quoted(new)} ({columns}) SELECT {columns} FROM temp.adopting")
    connection.execute("DROP TABLE temp.adopting")
    if number is not None:
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (new,))
        connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (new, number))


def _sequence(connection: sqlite3.Connection, table: str) -> int | None:
    """Return the highest number that a table with AUTOINCREMENT ever gave."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone() is None:
        return None
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return row[0] if row else None


def _objects(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    rows: list[Row] = connection.execute(fingerprint.SQLITE_OBJECTS).fetchall()
    return ((type_, name) for type_, name, _sql in rows)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
