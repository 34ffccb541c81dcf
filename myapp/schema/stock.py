"""Runs the stock Alembic command line in-process, with a Config made in memory."""

import io
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TextIO

from alembic.config import CommandLine, Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection

from myapp.errors import BrokenInstallation, MyappError, StrPath, UsageError
from myapp.progress import WAIT_SECONDS
from myapp.schema.config import (
    ENVIRONMENT,
    Settings,
    make_config,
    require_env,
    require_template,
)
from myapp.schema.database import Database
from myapp.schema.environment import database_url
from myapp.schema.event_loop import needs_event_loop
from myapp.schema.failures import failing, opens_its_own
from myapp.schema.waiting import OnWait

WRITERS = frozenset({"edit", "init", "merge", "revision"})
"""The commands that write into a migrations directory."""

CHANGERS = frozenset({"downgrade", "ensure_version", "stamp", "upgrade"})
"""The commands that write into a database."""

_READS: dict[str, Callable[[Namespace], bool]] = {
    "check": lambda _options: True,
    "current": lambda _options: True,
    "edit": lambda options: options.rev == "current",
    "history": lambda options: options.indicate_current or "current" in (options.rev_range or ""),
    "revision": lambda options: options.autogenerate,
}
"""The commands that may read a database, and whether they do with these options."""


def main(
    argv: Sequence[str],
    script_location: StrPath,
    *,
    prog: str = "alembic",
    url: URL | None = None,
    metadata: str | None = None,
    settings: Settings | None = None,
    may_write: bool = True,
    output: TextIO | None = None,
    application_name: str = "",
    on_wait: OnWait | None = None,
) -> None:
    """Run one command of the stock command line on a migrations directory; `init` makes another one.

    `url` is the database where `-x` names none; `metadata` the place of the models, `module:attribute`;
    `settings` are the options that `[alembic]` in alembic.ini has, by name. The database is locked before
    Alembic is, so that other threads migrate others meanwhile; `on_wait` is called again and again while it
    is in use. A PostgreSQL server lists the session by `application_name`.

    Raise UsageError if it would write and `may_write` is false, or for settings of others (`-c`, `-n`),
    UpgradeFailed if it fails (the original error with `--raiseerr`), SystemExit if its parser does (`--help`,
    bad usage).
    """
    line = CommandLine(prog=prog)
    options = _parse(line, argv)
    _demand_allowed(options, prog, may_write)
    with _raised(options.raiseerr):
        options.raiseerr = True
        if options.cmd[0].__name__ == "init":
            _init(line, options)
            return
        written = io.StringIO()
        settings = {**(settings or {}), **({"target_metadata": metadata} if metadata else {})}
        config = make_config(script_location, url=url, output=written, cmd_opts=options, settings=settings)
        try:
            _run(line, config, options, application_name, on_wait)
        finally:
            (output or sys.stdout).write(written.getvalue())  # here: its failures are no failed upgrade


def _parse(line: CommandLine, argv: Sequence[str]) -> Namespace:
    options = line.parser.parse_args(list(argv))
    if not hasattr(options, "cmd"):
        line.parser.error("too few arguments")
    return options


def _demand_allowed(options: Namespace, prog: str, may_write: bool) -> None:
    name = options.cmd[0].__name__
    if name in WRITERS and not may_write:
        raise UsageError(f"{prog} {name} writes a migrations directory: run it in a checkout")
    if name == "init":  # which writes the settings that -c and -n name
        return
    if options.config or options.name != "alembic":
        fact = f"{prog} runs this program's migrations, and -c and -n name the settings of others"
        raise UsageError(f"{fact}: use the command `alembic` for those")


def _run(
    line: CommandLine, config: Config, options: Namespace, application_name: str, on_wait: OnWait | None
) -> None:
    name, folder = options.cmd[0].__name__, config.get_main_option("script_location") or ""
    failed = partial(failing, "the database", f"alembic {name}", folder, WAIT_SECONDS)
    ENVIRONMENT.demand_free("the database")  # before a wait for what the other migration may hold
    with failed():
        _demand_parts(name, config, folder)
        with (
            _connected(config, options, folder, application_name, on_wait) as connection,
            ENVIRONMENT.entered("the database"),
            failed(in_env=["the database"]),
        ):
            config.attributes["connection"] = connection
            line.run_cmd(config, options)


@contextmanager
def _raised(original: bool) -> Iterator[None]:
    """Raise the original of an error where that is asked for."""
    try:
        yield
    except MyappError as error:
        if original and error.__cause__ is not None:
            raise error.__cause__ from None
        raise


@contextmanager
def _connected(
    config: Config, options: Namespace, folder: str, application_name: str, on_wait: OnWait | None
) -> Iterator[Connection | None]:
    """Give a connection that has the lock which a command needs; None where env.py opens what it needs."""
    arguments = {key: value for key, _, value in (each.partition("=") for each in options.x or ())}
    url = database_url(config, arguments)
    own = config.get_alembic_option("databases") or opens_its_own(folder)
    if url is None or own or getattr(options, "sql", False) or needs_event_loop(url):
        yield None
        return
    name = options.cmd[0].__name__
    database = Database(url, WAIT_SECONDS, on_wait, application_name)
    if name in CHANGERS:
        with database.exclusive() as connection:
            yield connection
    elif name in _READS and _READS[name](options):
        config.attributes["configure"] = {"dont_mutate": True}  # a command that reads makes no version table
        with database.reading() as connection:
            yield connection
    else:
        yield None


def _demand_parts(name: str, config: Config, folder: str) -> None:
    """Raise BrokenInstallation or NotFound if the directory lacks what a command needs."""
    if name == "list_templates":
        return
    require_env(folder)
    if name in ("merge", "revision"):
        require_template(folder)
    if name not in WRITERS and not ScriptDirectory.from_config(config).get_heads():
        raise BrokenInstallation(f"there are no revisions in {folder}")


def _init(line: CommandLine, options: Namespace) -> None:
    """Make a migrations directory, and its settings where `-c` says or in the current folder, or nothing."""
    names = [os.path.abspath(name) for name in options.config or ()]
    toml = [name for name in names if name.endswith(".toml")]
    inis = [name for name in names if name not in toml]
    config = Config(
        file_=(inis or ["alembic.ini"])[0],
        toml_file=(toml or ["pyproject.toml"])[0],
        ini_section=options.name,
        cmd_opts=options,
    )
    is_new = not os.path.exists(options.directory)
    try:
        with failing(options.directory, "alembic init", options.directory, WAIT_SECONDS):
            line.run_cmd(config, options)
    except BaseException:
        if is_new:
            shutil.rmtree(options.directory, ignore_errors=True)
        raise
