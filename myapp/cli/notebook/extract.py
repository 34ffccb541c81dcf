"""The command `extract`: makes a complete document of a part of another."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from myapp import library
from myapp.cli import output
from myapp.cli.notebook.selecting import add_selection, selection
from myapp.cli.opening import opened
from myapp.cli.options import add_file, add_upgrading
from myapp.cli.programs import orderly_end
from myapp.cli.progress_bar import ProgressBar
from myapp.document.context import Context
from myapp.document.placing import demand_free
from myapp.document.protocol import Document
from myapp.errors import shown

EXAMPLE = "extract trip.myapp --run 3 --from 2024-05-01 -o may.myapp"


def configure(parser: ArgumentParser) -> None:
    add_file(parser)
    parser.add_argument(
        "-o", "--out", metavar="PART", required=True, help="the new document; the name must be free"
    )
    add_selection(parser)
    add_upgrading(parser)


def run(arguments: Namespace) -> int:
    """Make the document, and print its name."""
    demand_free(arguments.out)  # before a long upgrade
    with orderly_end(), opened(arguments) as document, extracting(document) as context:
        part = library.extract(document, selection(arguments), arguments.out, context)
    output.line(shown(part))
    return 0


@contextmanager
def extracting(document: Document) -> Iterator[Context]:
    """Give the document's context with the progress of extracting a part."""
    name = shown(document.path)
    with ProgressBar(f"extracting from {os.path.basename(name)}", name, document.context.wait) as bar:
        yield document.context.with_progress(bar)
