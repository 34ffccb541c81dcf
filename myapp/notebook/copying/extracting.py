"""Copies a selection of a notebook into an empty one, by one INSERT … SELECT for each table."""

from sqlalchemy import Connection, column, insert, select, table

from myapp.errors import NotFound
from myapp.notebook.models import metadata
from myapp.notebook.overview import keeping
from myapp.notebook.overview.copying import copy_overview
from myapp.notebook.selection import Part, Selection, resolve
from myapp.notebook.sql import Sql

_RUNS = metadata.tables["runs"]


def resolve_runs(connection: Connection, selection: Selection) -> Part:
    """Return the part that a selection names; raise as `resolve`, and NotFound where no run is in it."""
    part = resolve(connection, selection)
    if connection.execute(select(_RUNS.c.id).where(part.runs()).limit(1)).first() is None:
        raise NotFound("a run that fits the selection")
    return part


def copy_selected(connection: Connection, target: str, selection: Selection) -> None:
    """Copy the selected rows, with their ids, into the notebook that the connection calls `target`.

    The target's triggers update its full-text index; rows come in the order of their keys, which fills
    its tables from left to right. Errors are those of `resolve_runs`; the caller commits.
    """
    sql, part = Sql(connection, f"{target}."), resolve_runs(connection, selection)
    with keeping.noting(sql):
        for name, rows in part.rows().items():
            columns = [each.name for each in metadata.tables[name].columns]
            target_table = table(name, *map(column, columns), schema=target)
            ordered = rows.order_by(*metadata.tables[name].primary_key)
            connection.execute(insert(target_table).from_select(columns, ordered))
    copy_overview(Sql(connection), sql, part.start, part.end)
