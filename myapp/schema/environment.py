"""Runs the revisions of a migrations directory: the body of its env.py, for every caller of Alembic.

The database is the first of these that is given:

1. a connection or engine in `config.attributes["connection"]`
2. `-x dbPath=FILE`
3. `-x url=URL`
4. a URL in `config.attributes["url"]`
5. the option `sqlalchemy.url`

`-x lose=0005,0006` allows the downgrades of those revisions to throw information away.
"""

from collections.abc import Callable
from typing import Any

from alembic import context
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, MetaData, make_url

from myapp.progress import WAIT_SECONDS
from myapp.schema.config import load_metadata
from myapp.schema.connections import as_url, create_migration_engine, sqlite_url, subject
from myapp.schema.conservation import guard
from myapp.schema.driver_errors import translated
from myapp.schema.transaction import handed_over


def run(
    *, write_header: Callable[..., None] | None = None, application_name: str = "", **options: Any
) -> None:
    """Run the revisions on the caller's connection or a new one, or print their SQL.

    `write_header` is called after each revision, in its transaction, as Alembic's `on_version_apply`. A
    PostgreSQL server lists its sessions by `application_name`. `options` go to `context.configure`.
    """
    options = {
        "target_metadata": _models(),
        "render_as_batch": True,
        "on_version_apply": [write_header] if write_header else [],
        **options,
    }
    owner = context.config.attributes.get("connection")
    if context.is_offline_mode():
        context.configure(url=_url(), literal_binds=True, **options)
        _run_revisions()
        return
    if owner is None:
        owner = create_migration_engine(_url(), application_name=application_name)
    if not isinstance(owner, Connection | Engine):
        as_url(owner)  # refuses it in words
    if isinstance(owner, Engine):
        with translated(subject(owner.url)), owner.connect() as connection:
            _run_online(connection, options)
    else:
        _run_online(owner, options)


def _run_online(connection: Connection, options: dict[str, Any]) -> None:
    """Run the revisions in one transaction; a command that only reads needs none."""
    guard(context.script, lose=_arguments().get("lose", "").split(","))
    context.configure(connection=connection, **options)
    if context.get_context().opts.get("dont_mutate"):
        _run_revisions()
        return
    with handed_over(connection, WAIT_SECONDS, None):
        context.configure(connection=connection, **options)  # again: it looks whether a transaction is open
        _run_revisions()


def _run_revisions() -> None:
    with context.begin_transaction():  # nothing, where a transaction is open already
        context.run_migrations()


def _arguments() -> dict[str, str]:
    arguments: dict[str, Any] = context.get_x_argument(as_dictionary=True)
    return arguments


def _url() -> URL:
    arguments, config = _arguments(), context.config
    if "dbPath" in arguments:
        return sqlite_url(arguments["dbPath"])
    url = arguments.get("url") or config.attributes.get("url") or config.get_main_option("sqlalchemy.url")
    if not url:
        raise CommandError("no database is given: say -x dbPath=FILE or -x url=URL")
    return make_url(url)


def _models() -> MetaData | None:
    """Return the caller's models, or those of the option `target_metadata` for a command that compares."""
    config = context.config
    metadata = config.attributes.get("target_metadata")
    command = getattr(config.cmd_opts, "cmd", [None])[0]
    if metadata is None and getattr(command, "__name__", "") in ("check", "revision"):
        metadata = config.get_alembic_option("target_metadata")
    return load_metadata(metadata)
