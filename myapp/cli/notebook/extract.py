"""The command `extract`: makes a complete document of a part of another."""

import os
from argparse import ArgumentParser, Namespace

from myapp import library
from myapp.cli import output
from myapp.cli.notebook.selecting import add_selection, selection
from myapp.cli.opening import opened
from myapp.cli.options import add_file, add_upgrading
from myapp.cli.programs import orderly_end
from myapp.document.placing import demand_free
from myapp.errors import shown

EXAMPLE = "extract trip.myapp --run 3 --from 2024-05-01 -o may.myapp"


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    add_file(parser)
    parser.add_argument(
        "-o", "--out", metavar="PART", required=True, help="the new document; the name must be free"
    )
    add_selection(parser)
    add_upgrading(parser)


def run(arguments: Namespace) -> int:
    """Make the document, and print its name."""
    demand_free(arguments.out)  # before a long upgrade
    with orderly_end(), opened(arguments) as document, extracting(arguments) as progress:
        here = document.context.with_progress(progress)
        made = library.extract(document, selection(arguments), arguments.out, here)
    output.say(shown(made))
    return 0


def extracting(arguments: Namespace) -> output.Progress:
    """Return the progress of extracting a part."""
    return output.Progress(f"extracting from {shown(os.path.basename(arguments.file))}")
