"""Describes the tables of a revision, and tells which rows fit into them."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from myapp.document.rescue.pages import Row, Value
from myapp.document.trust import AFFINITIES

OTHER = "other"
"""The type of a column whose values may have any."""


@dataclass(frozen=True)
class Column:
    """A column, the type of its values, and whether it must have one."""

    name: str
    type_: str
    required: bool

    def fits(self, value: Value) -> bool:
        """Tell whether a value may stand in this column."""
        if value is None:
            return not self.required
        if self.type_ == OTHER:
            return True
        allowed = {"integer": int, "text": str, "real": int | float}[self.type_]
        return isinstance(value, allowed)

    def stand_in(self, label: str) -> Value:
        """Return a value for a row that cannot be read although others point to it."""
        if not self.required:
            return None
        values: dict[str, Value] = {"integer": 0, "text": label, "real": 0.0}
        return values.get(self.type_, b"")


@dataclass(frozen=True)
class Reference:
    """A foreign key: a column, and the table and column that it points to."""

    column: str
    table: str
    target: str


@dataclass(frozen=True)
class Table:
    """A table of a revision: `stored` are its columns in the order of its records, `key` is its primary key.

    `alias` is the column that is the rowid, None where there is none.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    without_rowid: bool
    alias: str | None
    references: tuple[Reference, ...] = ()
    sql: str = field(default="", compare=False)

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    @property
    def stored(self) -> list[str]:
        """The names in the order of its records: where there is no rowid, the key comes first."""
        if not self.without_rowid:
            return self.names
        return [*self.key, *(name for name in self.names if name not in self.key)]

    def ordered(self, row: Row, stored: Sequence[str]) -> tuple[Value, ...] | None:
        """Return a record's values in the order of the columns; None where it has more than there are.

        Columns that were added later are missing at the end of older records.
        """
        if len(row.values) > len(stored):
            return None
        values = dict(zip(stored, row.values, strict=False))
        if self.alias:
            values[self.alias] = row.rowid
        return tuple(values.get(name) for name in self.names)

    def misfits(self, values: Sequence[Value]) -> list[Column]:
        """Return the columns in which a row has what does not fit."""
        return [column for column, value in zip(self.columns, values, strict=True) if not column.fits(value)]


def tables_of(connection: sqlite3.Connection) -> list[Table]:
    """Return the tables of an open document that hold its content, those first that others point to."""
    listed = connection.execute("PRAGMA table_list").fetchall()
    plain = {row[1]: bool(row[4]) for row in sorted(listed) if row[0] == "main" and row[2] == "table"}
    tables = {
        name: _table(connection, name, without_rowid)
        for name, without_rowid in plain.items()
        if not name.startswith("sqlite_") and name != "alembic_version"
    }
    return list(_parents_first(tables))


def orphaned(reference: Reference) -> str:
    """Return SQL that is true of a row whose parent is missing."""
    return (
        f'"{reference.column}" IS NOT NULL AND "{reference.column}" NOT IN'
        f' (SELECT "{reference.target}" FROM "{reference.table}")'
    )


def _table(connection: sqlite3.Connection, name: str, without_rowid: bool) -> Table:
    rows = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
    (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    columns = tuple(Column(row[1], _type(row[2]), bool(row[3] or row[5])) for row in rows)
    key = [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]
    numbered = [row[1] for row in rows if row[5] and row[2].upper() == "INTEGER"]
    alias = numbered[0] if len(key) == 1 and numbered and not without_rowid else None
    foreign = connection.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
    references = tuple(Reference(row[3], row[2], row[4] or "rowid") for row in foreign)
    return Table(name, columns, tuple(key), without_rowid, alias, references, sql)


def _type(declared: str) -> str:
    return next((type_ for word, type_ in AFFINITIES if word in declared.upper()), OTHER)


def _parents_first(tables: dict[str, Table]) -> Iterator[Table]:
    pending = dict(tables)
    while pending:
        ready = [
            table
            for table in pending.values()
            if not any(ref.table in pending and ref.table != table.name for ref in table.references)
        ]
        for table in ready or list(pending.values()):
            del pending[table.name]
            yield table
