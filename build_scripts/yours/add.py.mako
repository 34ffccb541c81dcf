"""The command `add`: adds an item."""

import time
from argparse import ArgumentParser, Namespace

from ${package}.cli.opening import opened
from ${package}.cli.options import add_file, add_upgrading
from ${package}.content.models import Item
from ${package}.errors import UsageError

EXAMPLE = 'add ${document} "a first item"'


def configure(parser: ArgumentParser) -> None:
    add_file(parser)
    parser.add_argument("title", metavar="TITLE")
    add_upgrading(parser)


def run(arguments: Namespace) -> int:
    """Write the item."""
    if not arguments.title.strip() or not arguments.title.isprintable():
        raise UsageError(f"{arguments.title!r} cannot be a title: it is empty or holds what cannot be printed")
    item = {"title": arguments.title.strip(), "added_at": time.time_ns() // 1000}
    with opened(arguments) as document, document.writing() as connection:
        connection.execute(Item.__table__.insert().values(**item))  # type: ignore[attr-defined]
    return 0
