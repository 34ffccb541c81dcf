"""Runs the stock Alembic command line in-process, with a Config made in memory."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TextIO

from alembic.config import CommandLine, Config
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from myapp.errors import StrPath, UpgradeFailed, UsageError
from myapp.schema.config import ENVIRONMENT, make_config, require_revisions
from myapp.schema.driver_errors import explain, first_line

WRITERS = frozenset({"edit", "init", "merge", "revision"})
"""The commands that write into a migrations directory."""


def main(
    argv: Sequence[str],
    script_location: StrPath,
    *,
    prog: str = "alembic",
    metadata: str | None = None,
    may_write: bool = True,
    output: TextIO | None = None,
) -> None:
    """Run one command of the stock command line on a migrations directory.

    Raise UsageError if it would write and `may_write` is false, UpgradeFailed if it fails (the original
    error with `--raiseerr`), SystemExit if its parser does (`--help`, bad usage).
    """
    line = CommandLine(prog=prog)
    options = line.parser.parse_args(list(argv))
    if not hasattr(options, "cmd"):
        line.parser.error("too few arguments")
    name = options.cmd[0].__name__
    if name in WRITERS and not may_write:
        raise UsageError(f"{prog} {name} writes a migrations directory: run it in a checkout")
    if name not in ("init", "list_templates"):
        require_revisions(script_location)
    raise_errors, options.raiseerr = options.raiseerr, True
    config = make_config(script_location, output=output or sys.stdout, cmd_opts=options)
    if metadata:
        config.set_main_option("target_metadata", metadata)
    with ENVIRONMENT.entered("the database"):
        _run(line, config, options, raise_errors)


def _run(line: CommandLine, config: Config, options: Namespace, raise_errors: bool) -> None:
    try:
        line.run_cmd(config, options)
    except (CommandError, SQLAlchemyError) as error:
        if raise_errors:
            raise
        meaning = explain(error, "the database")
        raise meaning or UpgradeFailed("the database", "alembic", first_line(error)) from error
