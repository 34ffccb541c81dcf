"""Runs the revisions on the connection that is handed over, or on the option `sqlalchemy.url`."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, make_url, text

from myapp.schema.connections import create_migration_engine, exclusive
from myapp.schema.conservation import guard
from tests.second_application import APPLICATION_ID

config = context.config


def write_header(ctx: Any, heads: Any, **_rest: Any) -> None:
    """Keep the file's header with the version table, as documents are classified by it."""
    ctx.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
    ctx.execute(text(f"PRAGMA user_version = {max(map(int, heads), default=0)}"))


def migrate(connection: Connection) -> None:
    """Run what was asked for, within the declarations of the revisions."""
    lose = context.get_x_argument(as_dictionary=True).get("lose", "")
    guard(context.script, lose=lose.split(","))
    applied = config.attributes.get("on_version_apply", [])
    metadata = config.attributes.get("target_metadata")
    context.configure(connection, target_metadata=metadata, on_version_apply=[write_header, *applied])
    with context.begin_transaction():
        context.run_migrations()


given = config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with exclusive(
        create_migration_engine(make_url(config.get_main_option("sqlalchemy.url") or ""))
    ) as opened:
        migrate(opened)
