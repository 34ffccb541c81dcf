"""Runs the revisions of a migrations directory: the whole of its env.py, for every caller of Alembic.

    from myapp.schema.environment import run
    run(metadata="shelf.models:Base.metadata")

The database is the first of these that is given:

1. a connection or engine in `config.attributes["connection"]`
2. `-x dbPath=FILE`
3. `-x url=URL`
4. a URL in `config.attributes["url"]`
5. the option `sqlalchemy.url`

Several databases are connections, engines or URLs by name in `config.attributes["connections"]`, or
sections of alembic.ini with a `sqlalchemy.url` each, named by the option `databases`. Revisions are given
`engine_name` then, as in Alembic's template `multidb`.

`-x lose=0005,0006` allows the downgrades of those revisions to throw information away.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from logging.config import fileConfig
from typing import Any

from alembic import context
from alembic.config import Config
from alembic.util import CommandError, to_tuple
from sqlalchemy import URL, Connection, Engine, make_url

from myapp.progress import WAIT_SECONDS
from myapp.schema.config import Models, load_models
from myapp.schema.connections import (
    as_url,
    connected,
    create_migration_engine,
    demand_lasting,
    sqlite_url,
    subject,
)
from myapp.schema.conservation import ENGINE_NAME, guard
from myapp.schema.database import UNNAMED
from myapp.schema.driver_errors import translated
from myapp.schema.event_loop import on_event_loop
from myapp.schema.transaction import check_foreign_keys, handed_over

OnApply = Callable[..., None]
"""Called after each revision, in its transaction, with the arguments of Alembic's `on_version_apply`."""

IncludeName = Callable[[str | None, Any, Any], bool]

_COMPARING = ("check", "revision")
"""Commands that need the models."""


def run(
    *,
    metadata: Models = None,
    include_name: IncludeName | None = None,
    on_apply: OnApply | Sequence[OnApply] = (),
    application_name: str = "",
    **configure: Any,
) -> None:
    """Run the revisions on the caller's connection or a new one, or print their SQL.

    `metadata` are the models to compare with; a text `module:attribute` is imported only then, and those of
    several databases are given by name. A PostgreSQL server lists the session by `application_name`.
    `configure` are further options of `context.configure`.
    """
    _configure_logging()
    caller = context.config.attributes.get("configure", {})
    callbacks = (*to_tuple(on_apply), *to_tuple(caller.get("on_version_apply"), default=()))
    options = {
        "render_as_batch": True,
        "include_name": include_name,
        "target_metadata": _models(metadata),
        **configure,
        **caller,
        "on_version_apply": callbacks,
    }
    guard(context.script, lose=_arguments().get("lose", "").split(","))
    databases = _databases()
    if context.is_offline_mode():
        for name, owner in databases.items():
            _write_sql(name, owner, options)
    else:
        _run_online(databases, options, application_name)


def _configure_logging() -> None:
    """Log as alembic.ini says where Alembic's own command reads one; a program's logging is left alone."""
    config = context.config
    if config.cmd_opts and config.config_file_name and config.file_config.has_section("loggers"):
        fileConfig(config.config_file_name, disable_existing_loggers=False, encoding="utf-8")


def _write_sql(name: str, owner: Any, options: dict[str, Any]) -> None:
    url = owner.engine.url if isinstance(owner, Connection | Engine) else as_url(owner)
    context.configure(url=url, literal_binds=True, **_options_of(name, options))
    if name:
        context.static_output(f"-- database {name}\n")
    _run_revisions(name)


def _run_online(databases: Mapping[str, Any], options: dict[str, Any], application_name: str) -> None:
    """Run the revisions on each database; all transactions end together, once every one of them is done."""
    owners = {name: _owner(database, application_name) for name, database in databases.items()}
    work = partial(_run_on_owners, owners, databases, options)
    looping = [owner for owner in owners.values() if isinstance(owner, Engine) and owner.dialect.is_async]
    if looping:
        on_event_loop(subject(looping[0].url), work)
    else:
        work()


def _owner(database: Any, application_name: str) -> Connection | Engine:
    """Return the caller's connection or engine, or an engine for a URL."""
    if isinstance(database, Connection | Engine):
        return database
    return create_migration_engine(as_url(database), application_name=application_name)


def _run_on_owners(
    owners: Mapping[str, Connection | Engine], databases: Mapping[str, Any], options: dict[str, Any]
) -> None:
    with ExitStack() as stack:
        connections: dict[str, Connection] = {}
        for name, owner in owners.items():
            if isinstance(owner, Engine):  # the errors of a caller's connection are the caller's to explain
                stack.enter_context(translated(subject(owner.url)))
            connections[name] = stack.enter_context(connected(owner))
        for name, connection in connections.items():
            context.configure(connection=connection, **_options_of(name, options))
            known = context.get_context().opts
            if "destination_rev" in known and databases[name] is not owners[name]:
                demand_lasting(connection.engine.url)
            if not known.get("dont_mutate"):
                stack.enter_context(handed_over(connection, WAIT_SECONDS, None))
        for name, connection in connections.items():
            # again: it looks whether a transaction is open
            context.configure(connection=connection, **_options_of(name, options))
            _run_revisions(name)
        if len(connections) > 1:
            _check_before_commits(connections.values())


def _check_before_commits(connections: Iterable[Connection]) -> None:
    """Check what each commit would, so that none of several databases is committed if one has a fault."""
    for connection in connections:
        check_foreign_keys(connection, subject(connection.engine.url))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")


def _options_of(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of one database: with its models, and its part of the template."""
    if not name:
        return options
    models = options["target_metadata"]
    of_database = models.get(name) if isinstance(models, Mapping) else models
    return {
        "upgrade_token": f"{name}_upgrades",
        "downgrade_token": f"{name}_downgrades",
        **options,
        "target_metadata": load_models(of_database),
    }


def _run_revisions(name: str) -> None:
    with context.begin_transaction():  # nothing, where a transaction is open already
        context.run_migrations(**({ENGINE_NAME: name} if name else {}))


def _arguments() -> dict[str, str]:
    arguments: dict[str, Any] = context.get_x_argument(as_dictionary=True)
    return arguments


def _databases() -> dict[str, Any]:
    """Return the databases by name; the only one has no name."""
    config = context.config
    named = config.attributes.get("connections")
    if named is not None:
        return dict(named)
    names = [name for name in re.split(r",\s*", config.get_alembic_option("databases") or "") if name]
    if names and config.attributes.get("connection") is None:
        return {name: _url_of_section(name) for name in names}
    return {UNNAMED: _database()}


def _url_of_section(name: str) -> URL:
    url = context.config.get_section_option(name, "sqlalchemy.url")
    if not url:
        raise CommandError(f"the section [{name}] has no sqlalchemy.url")
    return make_url(url)


def _database() -> Any:
    owner = context.config.attributes.get("connection")
    if owner is not None:
        return owner
    url = database_url(context.config, _arguments())
    if url is None:
        raise CommandError("no database is given: say -x dbPath=FILE or -x url=URL")
    return url


def database_url(config: Config, arguments: Mapping[str, str]) -> URL | None:
    """Return the URL of the one database that `-x` or the settings name, None where they name none."""
    if "dbPath" in arguments:
        return sqlite_url(arguments["dbPath"])
    url = arguments.get("url") or config.attributes.get("url") or config.get_main_option("sqlalchemy.url")
    return make_url(url) if url else None


def _models(metadata: Models) -> Any:
    """Return the models: the caller's, those of env.py or of the option `target_metadata`.

    Their modules are imported only for a command that compares.
    """
    config = context.config
    command = getattr(config.cmd_opts, "cmd", [None])[0]
    compares = config.attributes.get("compares", command is None or command.__name__ in _COMPARING)
    if not compares:
        return None
    models = config.attributes.get("target_metadata")
    if models is None:
        models = metadata if metadata is not None else config.get_alembic_option("target_metadata")
    return load_models(models)
