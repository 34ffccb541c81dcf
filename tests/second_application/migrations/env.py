"""Runs the revisions of the recipes."""

from typing import Any

from sqlalchemy import text

from myapp.schema.environment import run
from tests.second_application import APPLICATION_ID


def write_header(ctx: Any, heads: Any, **_rest: Any) -> None:
    """Write the file's header, by which documents are classified."""
    ctx.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
    ctx.execute(text(f"PRAGMA user_version = {max(map(int, heads), default=0)}"))


run(write_header=write_header)
