"""Lists the rows for which an upgrade would be refused: how many, why, and some of them as examples."""

import sqlite3
from collections.abc import Collection, Iterator

from myapp.document import trust
from myapp.document.additional import passive_names
from myapp.document.format import DocumentFormat
from myapp.document.rescue.tables import OTHER, Table, orphaned, tables_of
from myapp.errors import shown
from myapp.schema import fingerprint

_EXAMPLES, _COLUMNS, _CHARACTERS = 3, 6, 40
"""How many rows are shown, how many of their columns, and how much of a value."""


def hindrances(
    connection: sqlite3.Connection, path: str, format: DocumentFormat
) -> tuple[list[str], list[str]]:
    """Return a line for each reason for which a document cannot be upgraded; its rows are read.

    The second list names the objects that were added and run nothing: where there are as many reasons, they
    are the only ones. Raise Damaged where its header and its version table disagree.
    """
    revision = trust.check_revision(connection, path, format)
    different, added = differences(connection, revision, format)
    if different and not added:  # an unknown schema is SQL that must not run, and reading rows would
        return different, added
    (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    broken = [] if result == "ok" else [str(result)]
    rows = [*orphans(connection), *unfit_values(connection, revision, format, added)]
    return [*different, *broken, *rows], added


def differences(
    connection: sqlite3.Connection, revision: str, format: DocumentFormat
) -> tuple[list[str], list[str]]:
    """Return a line for each object that is not as at a revision; and their names if all were only added."""
    actual = fingerprint.of_rows(connection.execute(fingerprint.SQLITE_OBJECTS).fetchall())
    wanted = trust.schema_of_revision(revision, format)
    return fingerprint.differences(actual, wanted), passive_names(actual, wanted)


def orphans(connection: sqlite3.Connection) -> list[str]:
    """Return a line for each foreign key that is broken."""
    if connection.execute("PRAGMA foreign_key_check").fetchone() is None:
        return []
    return [
        line
        for table in tables_of(connection)
        for reference in table.references
        for line in _rows(connection, table, orphaned(reference), f"point to no row of {reference.table}")
    ]


def unfit_values(
    connection: sqlite3.Connection, revision: str, format: DocumentFormat, added: Collection[str] = ()
) -> list[str]:
    """Return a line for each column with values of another type, or that a later revision refuses.

    Those of `added` objects do not count.
    """
    tables = {table.name: table for table in tables_of(connection)}
    lines = []
    for name, column, type_, condition in trust.wrong_columns(connection, added):
        rows = _rows(connection, tables[name], condition, "do") if name in tables else ()
        lines.append(": ".join([f"{name}.{column} holds what is no {type_}", *rows]))
    for refusal in format.refusals_after(revision):
        if refusal.table in tables:
            lines += _rows(
                connection, tables[refusal.table], refusal.condition, f"fit no more: {refusal.reason}"
            )
    return lines


def _rows(connection: sqlite3.Connection, table: Table, condition: str, reason: str) -> Iterator[str]:
    (count,) = connection.execute(f'SELECT count(*) FROM "{table.name}" WHERE {condition}').fetchone()
    if not count:
        return
    names = [column.name for column in table.columns if column.type_ != OTHER][:_COLUMNS]
    columns = ", ".join(f'substr(quote("{name}"), 1, {_CHARACTERS})' for name in names)
    query = f'SELECT {columns} FROM "{table.name}" WHERE {condition} LIMIT {_EXAMPLES}'
    examples = [
        ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True))
        for row in connection.execute(query)
    ]
    more = "; …" if count > len(examples) else ""
    yield shown(f"{count} rows of {table.name} {reason} ({'; '.join(examples)}{more})")
