"""Runs the revisions; Alembic executes this file for each command (see myapp/schema/environment.py)."""

from typing import Any

from sqlalchemy import text

from myapp.product import APPLICATION_ID, NAME
from myapp.schema.environment import run


def include_name(name: str | None, _type: str, _parents: Any) -> bool:
    """Leave the full-text index out of comparisons: its objects `search…` are not models."""
    return not (name or "").startswith("search")


def write_header(ctx: Any, heads: Any, **_rest: Any) -> None:
    """Write a SQLite file's header in the transaction that changes the version table.

    A document is classified by these two numbers alone, without opening a database connection.
    """
    if ctx.dialect.name == "sqlite":
        ordinal = max((int(head) for head in heads), default=0)
        ctx.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
        ctx.execute(text(f"PRAGMA user_version = {ordinal}"))


run(write_header=write_header, include_name=include_name, application_name=NAME)
