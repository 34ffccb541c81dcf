"""Runs the revisions for whoever asks, with one body.

The database is, in this order: a connection or engine in `config.attributes["connection"]`,
`-x dbPath=FILE`, `-x url=URL`, a URL in `config.attributes["url"]`, the option `sqlalchemy.url`.
`-x lose=0005,0006` allows those revisions' downgrades to throw information away.
"""

from typing import Any

from alembic import context
from alembic.util import CommandError
from sqlalchemy import URL, Connection, MetaData, make_url, text

from myapp.product import APPLICATION_ID, NAME
from myapp.schema.config import load_metadata
from myapp.schema.connections import create_migration_engine, exclusive, sqlite_url
from myapp.schema.conservation import guard

config = context.config
arguments: dict[str, Any] = context.get_x_argument(as_dictionary=True)


def database_url() -> URL:
    """Return the URL that was asked for."""
    if "dbPath" in arguments:
        return sqlite_url(arguments["dbPath"])
    url = arguments.get("url") or config.attributes.get("url") or config.get_main_option("sqlalchemy.url")
    if not url:
        raise CommandError("which database? Say -x dbPath=FILE or -x url=URL")
    return make_url(url)


def target_metadata() -> MetaData | None:
    """Return the models, imported only for a command that compares with them."""
    metadata = config.attributes.get("target_metadata")
    command = getattr(config.cmd_opts, "cmd", [None])[0]
    if metadata is None and getattr(command, "__name__", "") in ("check", "revision"):
        metadata = config.get_alembic_option("target_metadata")
    return load_metadata(metadata)


def include_name(name: str | None, _type: str, _parents: Any) -> bool:
    """Leave out the full-text index: all its objects are called `search…` and are no models."""
    return not (name or "").startswith("search")


def write_header(ctx: Any, heads: Any, **_rest: Any) -> None:
    """Keep a SQLite file's header with the version table, in the same transaction.

    A document is classified by these two numbers alone, without opening a database connection.
    """
    if ctx.dialect.name == "sqlite":
        ordinal = max((int(head) for head in heads), default=0)
        ctx.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
        ctx.execute(text(f"PRAGMA user_version = {ordinal}"))


def configure(**options: Any) -> None:
    """Configure Alembic the same way for every caller."""
    context.configure(
        target_metadata=target_metadata(),
        include_name=include_name,
        render_as_batch=True,
        on_version_apply=[write_header, *config.attributes.get("on_version_apply", [])],
        **options,
    )


def migrate(connection: Connection) -> None:
    """Run what was asked for on a connection; where a transaction is open, inside it."""
    guard(context.script, lose=arguments.get("lose", "").split(","))
    configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """Run online, on the caller's connection or one of our own, or write SQL."""
    connection = config.attributes.get("connection")
    if context.is_offline_mode():
        configure(url=database_url(), literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
    elif isinstance(connection, Connection):
        migrate(connection)
    else:
        engine = connection or create_migration_engine(database_url(), application_name=NAME)
        with exclusive(engine) as opened:
            migrate(opened)


run()
