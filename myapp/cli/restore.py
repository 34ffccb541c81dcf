"""The command `restore`: puts a backup in a document's place."""

from argparse import ArgumentParser, Namespace

from myapp.cli import output
from myapp.cli.opening import demand_file, working_on_file
from myapp.cli.options import add_wait, describe
from myapp.document.restoring import restore
from myapp.errors import shown
from myapp.product import NAME

EXAMPLE = "restore trip.myapp trip.myapp.backup-0003"


def configure(parser: ArgumentParser) -> None:
    describe(parser, "The document is backed up first.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("backup", metavar="BACKUP")
    add_wait(parser)


def run(arguments: Namespace) -> int:
    """Restore, and print the name of the former document's backup."""
    for name in (arguments.file, arguments.backup):
        demand_file(name, f"pg_restore is for servers; `{NAME} copy` fills an empty database from a document")
    with working_on_file("restoring", arguments) as context:
        kept = restore(arguments.file, arguments.backup, context)
    output.line(f"{shown(arguments.file)} is restored from {shown(arguments.backup)}")
    if kept:
        output.remark(f"the former document is kept as {shown(kept)}")
    return 0
