"""Copies a selection of a notebook into an empty one, by one INSERT … SELECT for each table."""

from __future__ import annotations

from myapp.errors import NotFound
from myapp.notebook.overview import keeping
from myapp.notebook.overview.copying import copy_overview
from myapp.notebook.selection import resolve
from myapp.notebook.sql import Sql

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.selection import Part, Selection
    from myapp.notebook.sql import Connection

_COLUMNS = "SELECT name FROM pragma_table_info(:table)"
_KEY = f"{_COLUMNS} WHERE pk > 0 ORDER BY pk"


def resolve_runs(connection: Connection, selection: Selection) -> Part:
    """Return the part that a selection names; raise as `resolve`, and NotFound where no run is in it."""
    sql = Sql(connection)
    part = resolve(sql, selection)
    if sql.value(f"SELECT id FROM runs WHERE {part.runs(sql.dialect)} LIMIT 1", **part.values) is None:
        raise NotFound("a run that fits the selection")
    return part


def copy_selected(connection: Connection, target: str, selection: Selection) -> None:
    """Copy the selected rows, with their ids, into the notebook that the connection calls `target`.

    Both are files. The target's triggers update its full-text index; rows come in the order of their keys,
    which fills its tables from left to right. Errors are those of `resolve_runs`; the caller commits.
    """
    source, new = Sql(connection), Sql(connection, f"{target}.")
    part = resolve_runs(source, selection)
    with keeping.noting(new):
        for table, condition in part.conditions("sqlite").items():
            columns, key = (", ".join(source.column(query, table=table)) for query in (_COLUMNS, _KEY))
            rows = f"SELECT {columns} FROM {table} WHERE {condition} ORDER BY {key}"
            source(f"INSERT INTO {new.database}{table} ({columns}) {rows}", **part.values)
    copy_overview(source, new, part.start, part.end)
