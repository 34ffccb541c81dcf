"""The command `tag`: gives a run tags, or removes them."""

from argparse import ArgumentParser, Namespace

from myapp.cli import output
from myapp.cli.notebook.selecting import add_file_and_run
from myapp.cli.opening import opened
from myapp.errors import shown
from myapp.notebook import editing

EXAMPLE = "tag trip.myapp 3 wet cold"


def configure(parser: ArgumentParser) -> None:
    add_file_and_run(parser)
    parser.add_argument("tags", metavar="TAG", nargs="+")
    remove = "remove them instead; a tag without runs is deleted"
    parser.add_argument("--remove", action="store_true", help=remove)


def run(arguments: Namespace) -> int:
    """Change the run's tags, and print all that it has then."""
    change = editing.untag if arguments.remove else editing.tag
    with opened(arguments) as document, document.driver_writing() as connection:
        tags = change(connection, arguments.run, arguments.tags)
    output.line(shown(", ".join(tags)) if tags else "no tags")
    return 0
