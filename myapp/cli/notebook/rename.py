"""The command `rename`: gives a run another title."""

from argparse import ArgumentParser, Namespace

from myapp.cli.notebook.selecting import add_file_and_run
from myapp.cli.opening import opened
from myapp.notebook import editing

EXAMPLE = 'rename trip.myapp 3 "north face"'


def configure(parser: ArgumentParser) -> None:
    add_file_and_run(parser)
    parser.add_argument("title", metavar="TITLE")


def run(arguments: Namespace) -> int:
    """Write the title."""
    with opened(arguments) as document, document.driver_writing() as connection:
        editing.rename(connection, arguments.run, arguments.title)
    return 0
