"""The command `new`: makes a document, or fills an empty database."""

from argparse import ArgumentParser, Namespace

from myapp.application import context
from myapp.cli import output
from myapp.cli.opening import server
from myapp.cli.options import add_file, add_wait
from myapp.document.create import create
from myapp.errors import shown
from myapp.schema.urls import is_url

EXAMPLE = "new trip.myapp"


def configure(parser: ArgumentParser) -> None:
    add_file(parser)
    add_wait(parser)


def run(arguments: Namespace) -> int:
    """Make it, and print its name."""
    if is_url(arguments.file):
        from myapp.document.server.document import create_server

        output.line(create_server(server(arguments.file), context(arguments.wait)))
    else:
        output.line(shown(create(arguments.file, context(arguments.wait))))
    return 0
