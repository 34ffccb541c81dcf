"""The words of `copy`."""

from __future__ import annotations

from myapp.cli.words.common import add, add_json, add_selection, add_upgrading, calls
from myapp.product import NAME

_HELP = f"""\
A URL is postgresql+psycopg://USER@HOST:PORT/DATABASE, with what libpq takes after a `?`, such as
?sslmode=verify-full&sslrootcert=ca.pem. Its password is best left to PGPASSFILE (~/.pgpass), to PGPASSWORD
or to a question on the terminal: other people of a machine may see a command line.

example: {NAME} copy trip.myapp postgresql+psycopg://me@db.example.org/trip
example: {NAME} copy postgresql+psycopg://me@db.example.org/trip part.myapp --run 3 --from 2024-05-01"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add_commands(commands: Any) -> None:
    """Add `copy`."""
    from argparse import RawDescriptionHelpFormatter

    copy = add(
        commands,
        "copy",
        calls("copying", "copy"),
        "copy a notebook, or what is chosen of it, between files and PostgreSQL servers",
        "copy",
    )
    copy.formatter_class = RawDescriptionHelpFormatter
    copy.epilog = _HELP
    copy.add_argument("file", metavar="FILE|URL", help="what is copied")
    copy.add_argument("target", metavar="FILE|URL", help="a new file, or a database with nothing in it")
    add_json(copy)
    add_upgrading(copy)
    add_selection(copy)
