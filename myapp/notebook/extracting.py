"""Copies a selection of a notebook into an empty one, by one INSERT … SELECT for each table."""

from sqlalchemy import Connection, column, insert, select, table

from myapp.errors import NotFound
from myapp.notebook.models import metadata
from myapp.notebook.selection import Chosen, Selection, choose

_RUNS = metadata.tables["runs"]


def demand_runs(connection: Connection, selection: Selection) -> Chosen:
    """Return what a selection chooses; raise NotFound where that is no run, and what `choose` raises."""
    chosen = choose(connection, selection)
    if connection.execute(select(_RUNS.c.id).where(chosen.runs()).limit(1)).first() is None:
        raise NotFound("a run that fits all that is said")
    return chosen


def copy_selected(connection: Connection, target: str, selection: Selection) -> None:
    """Copy the chosen rows, with their ids, into the notebook that the connection calls `target`.

    The target's triggers keep its full-text index; rows come in the order of their keys, which fills
    its tables from left to right. Errors are those of `demand_runs`; the caller commits.
    """
    for name, rows in demand_runs(connection, selection).rows().items():
        columns = [each.name for each in metadata.tables[name].columns]
        empty = table(name, *map(column, columns), schema=target)
        ordered = rows.order_by(*metadata.tables[name].primary_key)
        connection.execute(insert(empty).from_select(columns, ordered))
