"""The content of a document by table: its counts and its rows."""

from typing import Any

from sqlalchemy import Connection, MetaData, func, select

from ${package}.errors import NotFound
from ${package}.product import METADATA
from ${package}.schema.config import load_models


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table of the models."""
    return {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in _metadata().sorted_tables
        if table.name != "document"
    }


def rows(connection: Connection, name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the columns and the rows of a table, in the order of its key.

    Raise NotFound for a table that is none of the models.
    """
    table = _metadata().tables.get(name)
    if table is None:
        raise NotFound(f"the table {name!r}")
    result = connection.execute(select(table).order_by(*table.primary_key))
    return list(result.keys()), [tuple(row) for row in result]


def _metadata() -> MetaData:
    metadata = load_models(METADATA)
    assert isinstance(metadata, MetaData)
    return metadata
