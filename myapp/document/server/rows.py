"""Reads every row of a document on a server for what no file could hold: `copy` to a file refuses it.

The catalog says which tables, columns and keys there are, so that documents of every release are read. The
server reads by itself, and sends counts and examples only.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from myapp.schema.driver_errors import server_message

_EXAMPLES = 3

_COLUMNS = text(
    """
    SELECT format('%I', c.relname) AS table, format('%I', a.attname) AS name, t.typname AS type,
           a.attnotnull AS required, coalesce(a.attnum = ANY (k.conkey), false) AS is_key
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1, a.attnum
    """
)

_KEYS = text(
    """
    SELECT format('%I', c.relname), string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
    WHERE c.relnamespace = current_schema()::regnamespace AND i.indisunique AND i.indpred IS NULL
      AND i.indexprs IS NULL
    GROUP BY c.relname, i.indexrelid ORDER BY 1, 2
    """
)

_TEXTS, _BYTES, _NUMBERS = ("text", "varchar", "bpchar"), ("bytea",), ("float4", "float8")

_READ = {**dict.fromkeys(_TEXTS, "convert_to({}, 'UTF8')"), **dict.fromkeys(_BYTES, "sha256({})")}
"""SQL that reads a value to its end, by the type of its column; a text is then checked to be UTF-8."""


@dataclass(frozen=True)
class _Column:
    table: str
    name: str
    type: str
    required: bool
    is_key: bool

    def faults(self, longest: int) -> Iterator[tuple[str, str]]:
        """Yield SQL that is true of the rows that a file refuses, with the reason."""
        name = _shown(self.name)
        if self.required:  # a constraint that was never validated promises nothing
            yield f"{self.name} IS NULL", f"have no {name}"
        if self.type in _NUMBERS:
            yield f"{self.name} = 'NaN'", f"have NaN as {name}"
        if self.type in _TEXTS + _BYTES:
            yield f"octet_length({self.name}) > {longest}", f"have a {name} too long for a file"


def unreadable_tables(connection: Connection) -> list[str]:
    """Return a line for each table of which the server cannot read a page, or a text as UTF-8."""
    lines = []
    for table, columns in _tables(connection):
        values = ", ".join(f"count({_READ.get(each.type, '{}').format(each.name)})" for each in columns)
        try:
            with connection.begin_nested():
                _row(connection, f"SELECT {values} FROM {table}")
        except DBAPIError as error:
            if not _is_of_content(error):
                raise
            lines.append(f"{_shown(table)} cannot be read: {server_message(error)}")
    return lines


def unfit_rows(connection: Connection) -> list[str]:
    """Return a line for each reason for which rows could not be copied into a file, with examples."""
    longest = _longest_value()
    tables = _tables(connection)
    return [line for table, columns in tables for line in _unfit(connection, table, columns, longest)]


def repeated_keys(connection: Connection) -> list[str]:
    """Return a line for each unique key with repetitions, which an index may hide that has gone wrong."""
    for scan in ("indexscan", "indexonlyscan", "bitmapscan"):
        connection.exec_driver_sql(f"SET LOCAL enable_{scan} = off")
    keys = connection.execute(_KEYS).all()
    return [line for table, names in keys for line in _repeated(connection, table, names)]


def _tables(connection: Connection) -> list[tuple[str, list[_Column]]]:
    rows = [_Column(*row) for row in connection.execute(_COLUMNS)]
    return [(table, list(columns)) for table, columns in groupby(rows, lambda column: column.table)]


def _longest_value() -> int:
    with closing(sqlite3.connect(":memory:")) as file:
        return file.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)


def _unfit(connection: Connection, table: str, columns: list[_Column], longest: int) -> Iterator[str]:
    faults = [fault for column in columns for fault in column.faults(longest)]
    if not faults:
        return
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition, _reason in faults)
    keys = [column.name for column in columns if column.is_key]
    for count, (condition, reason) in zip(
        _row(connection, f"SELECT {counts} FROM {table}"), faults, strict=True
    ):
        if count:
            examples = _examples(connection, table, keys, condition)
            yield f"{count} rows of {_shown(table)} {reason}{examples}"


def _repeated(connection: Connection, table: str, names: str) -> Iterator[str]:
    query = f"SELECT {names} FROM {table} WHERE ({names}) IS NOT NULL GROUP BY {names} HAVING count(*) > 1"
    (count,) = _row(connection, f"SELECT count(*) FROM ({query}) AS repeated")
    if count:
        values = ", ".join(map(str, _row(connection, f"{query} LIMIT 1")))
        key = f"{count} keys ({_shown(names)}) of {_shown(table)}"
        yield f"{key} are there more than once (such as {values:.80})"


def _examples(connection: Connection, table: str, keys: list[str], condition: str) -> str:
    if not keys:
        return ""
    query = f"SELECT {', '.join(keys)} FROM {table} WHERE {condition} LIMIT {_EXAMPLES}"
    rows = connection.exec_driver_sql(query.replace("%", "%%")).all()
    examples = (", ".join(map("{} {}".format, map(_shown, keys), row)) for row in rows)
    return f" ({'; '.join(examples)})"


def _row(connection: Connection, query: str) -> tuple[object, ...]:
    return tuple(connection.exec_driver_sql(query.replace("%", "%%")).one())


def _shown(name: str) -> str:
    """Return a name without the quotes that SQL needs."""
    return name.replace('"', "")


def _is_of_content(error: DBAPIError) -> bool:
    """Whether the server could not read a value or a page: SQLSTATE 22, data, and XX00n, its files."""
    state = str(getattr(error.orig, "sqlstate", ""))
    return state.startswith("22") or state in ("XX001", "XX002")
