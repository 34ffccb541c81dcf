"""The command `adopt`: makes documents of files of the time before they had a header."""

from argparse import ArgumentParser, Namespace

from myapp.cli import output
from myapp.cli.opening import demand_file, working_on_file
from myapp.cli.options import add_wait, describe
from myapp.document.adopt import adopt
from myapp.errors import shown
from myapp.product import NAME

EXAMPLE = "adopt old.db"


def configure(parser: ArgumentParser) -> None:
    describe(parser, "It is backed up first; version table and schema show its revision.")
    parser.add_argument("file", metavar="FILE")
    words = "the revision that it has, where several have its schema"
    parser.add_argument("--revision", metavar="REVISION", help=words)
    add_wait(parser)


def run(arguments: Namespace) -> int:
    """Adopt the file, and print its revision and the name of the backup."""
    demand_file(arguments.file, f"`{NAME} schema stamp` is for servers")
    with working_on_file("adopting", arguments) as context:
        adopted = adopt(arguments.file, context, arguments.revision)
    output.line(f"{shown(adopted.path)}: revision {adopted.revision}")
    again = f"made again as the revision writes them: {', '.join(adopted.remade)}; " if adopted.remade else ""
    output.remark(f"{again}backup: {shown(adopted.backup)}")
    return 0
