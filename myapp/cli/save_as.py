"""The command `save-as`: keeps a copy of a document, upgraded or for an older release."""

from argparse import ArgumentParser, Namespace

from myapp.application import revision_of_release
from myapp.cli import output
from myapp.cli.opening import demand_file, working_on_file
from myapp.cli.options import add_lose, add_wait, describe
from myapp.document.save_as import save_as
from myapp.errors import shown
from myapp.product import NAME

EXAMPLE = "save-as trip.myapp for-ann.myapp --for 0.5.0"


def configure(parser: ArgumentParser) -> None:
    describe(parser, "The document stays as it is.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("out", metavar="OUT")
    parser.add_argument(
        "--for",
        dest="release",
        metavar="RELEASE",
        help="with the schema of this release (0.3.0) or revision (0003), where nothing is lost by that",
    )
    add_lose(parser)
    add_wait(parser)


def run(arguments: Namespace) -> int:
    """Make the copy, and print its name."""
    for name in (arguments.file, arguments.out):
        demand_file(name, f"`{NAME} copy` goes between files and servers")
    revision = revision_of_release(arguments.release) if arguments.release else None
    with working_on_file("upgrading", arguments) as context:
        copy = save_as(arguments.file, arguments.out, context, revision=revision, lose=arguments.lose)
    output.line(shown(copy))
    return 0
