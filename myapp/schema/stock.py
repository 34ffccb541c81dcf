"""Runs the stock Alembic command line in-process, with a Config made in memory."""

import io
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TextIO

from alembic.config import CommandLine, Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL

from myapp.errors import BrokenInstallation, MyappError, StrPath, UsageError
from myapp.progress import WAIT_SECONDS
from myapp.schema.config import (
    ENVIRONMENT,
    Settings,
    make_config,
    require_env,
    require_template,
)
from myapp.schema.failures import failing

WRITERS = frozenset({"edit", "init", "merge", "revision"})
"""The commands that write into a migrations directory."""


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
) -> None:
    """Run one command of the stock command line on a migrations directory; `init` makes another one.

    `url` is the database where `-x` names none; `metadata` the place of the models, `module:attribute`;
    `settings` are the options that `[alembic]` in alembic.ini has, by name.
    Raise UsageError if it would write and `may_write` is false, or for settings of others (`-c`, `-n`),
    UpgradeFailed if it fails (the original error with `--raiseerr`), SystemExit if its parser does (`--help`,
    bad usage).
    """
    line = CommandLine(prog=prog)
    options = line.parser.parse_args(list(argv))
    if not hasattr(options, "cmd"):
        line.parser.error("too few arguments")
    name = options.cmd[0].__name__
    if name in WRITERS and not may_write:
        raise UsageError(f"{prog} {name} writes a migrations directory: run it in a checkout")
    raise_errors, options.raiseerr = options.raiseerr, True
    if name == "init":
        _init(line, options, output or sys.stdout)
        return
    if options.config or options.name != "alembic":
        fact = f"{prog} runs this program's migrations, and -c and -n name the settings of others"
        raise UsageError(f"{fact}: use the command `alembic` for those")
    written = io.StringIO()
    settings = {**(settings or {}), **({"target_metadata": metadata} if metadata else {})}
    config = make_config(script_location, url=url, output=written, cmd_opts=options, settings=settings)
    try:
        with ENVIRONMENT.entered("the database"):
            _run(line, config, options, raise_errors, name)
    finally:
        (output or sys.stdout).write(written.getvalue())  # here, since its failures are no failed upgrade


def _run(line: CommandLine, config: Config, options: Namespace, raise_errors: bool, name: str) -> None:
    folder = config.get_main_option("script_location") or ""
    try:
        with failing("the database", f"alembic {name}", folder, WAIT_SECONDS, in_env=["the database"]):
            _demand_parts(name, config, folder)
            line.run_cmd(config, options)
    except MyappError as error:
        if raise_errors and error.__cause__ is not None:
            raise error.__cause__ from None
        raise


def _demand_parts(name: str, config: Config, folder: str) -> None:
    """Raise BrokenInstallation or NotFound if the directory lacks what a command needs."""
    if name == "list_templates":
        return
    require_env(folder)
    if name in ("merge", "revision"):
        require_template(folder)
    if name not in WRITERS and not ScriptDirectory.from_config(config).get_heads():
        raise BrokenInstallation(f"there are no revisions in {folder}")


def _init(line: CommandLine, options: Namespace, output: TextIO) -> None:
    """Make a migrations directory, and its settings where `-c` says or in the current folder, or nothing."""
    names = [os.path.abspath(name) for name in options.config or ()]
    toml = [name for name in names if name.endswith(".toml")]
    inis = [name for name in names if name not in toml]
    config = Config(
        file_=(inis or ["alembic.ini"])[0],
        toml_file=(toml or ["pyproject.toml"])[0],
        ini_section=options.name,
        stdout=output,
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
