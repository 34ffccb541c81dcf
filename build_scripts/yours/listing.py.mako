"""The command `list`: lists the tables of a document, or the rows of one."""

from argparse import ArgumentParser, Namespace
from typing import Any

from ${package}.cli import output
from ${package}.cli.opening import opened
from ${package}.cli.options import add_reading
from ${package}.content import tables

EXAMPLE = "list ${document}"


def configure(parser: ArgumentParser) -> None:
    add_reading(parser)
    parser.add_argument("table", metavar="TABLE", nargs="?", help="print the rows of this table")


def run(arguments: Namespace) -> int:
    """Print the count of each table, or the rows of one."""
    with opened(arguments) as document, document.reading() as connection:
        if arguments.table:
            columns, rows = tables.rows(connection, arguments.table)
        else:
            columns, rows = ["table", "rows"], list(tables.counts(connection).items())
    if arguments.json:
        output.json([dict(zip(columns, map(_plain, row), strict=True)) for row in rows])
    else:
        output.table(columns, [list(map(_plain, row)) for row in rows])
    return 0


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str | None) else str(value)
