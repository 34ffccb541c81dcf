"""The command `export`: writes a run's readings as CSV or JSON lines."""

from argparse import ArgumentParser, Namespace
from contextlib import closing

from myapp.cli import output
from myapp.cli.notebook.selecting import add_file_and_run, add_part, part
from myapp.cli.opening import opened
from myapp.cli.options import add_force, describe
from myapp.cli.progress_bar import ProgressBar
from myapp.cli.writing import STDOUT, written
from myapp.errors import shown
from myapp.notebook.export import Export

EXAMPLE = "export trip.myapp 3 -o trip.csv --channel temperature"


def configure(parser: ArgumentParser) -> None:
    describe(parser, "An import of the CSV file gives equal readings.")
    add_file_and_run(parser)
    add_force(parser)
    add_part(parser)
    parser.add_argument("-o", "--output", metavar="OUT", default=STDOUT, help="the file (stdout)")
    parser.add_argument("--format", choices=["csv", "jsonl"], default="csv", help="how it is written (csv)")


def run(arguments: Namespace) -> int:
    """Write the readings, or the selected ones."""
    with (
        opened(arguments) as document,
        document.driver_reading() as connection,
        ProgressBar(f"writing {shown(arguments.output)}") as bar,
    ):
        progress = None if arguments.output == STDOUT else bar  # a terminal may show the lines themselves
        export = Export(connection, arguments.run, part(arguments), progress)
        _warn(export)
        pieces = export.csv() if arguments.format == "csv" else export.json_lines()
        # the pieces are closed before the connection that they come from, in a closed pipe too
        writing = written(arguments.output, arguments)
        with writing as stream, closing(pieces):
            for piece in pieces:
                # a name from an old release may hold lone surrogates, which UTF-8 cannot encode
                stream.write(piece.encode("utf-8", "backslashreplace"))
    return 0


def _warn(export: Export) -> None:
    if not export.channels:
        output.remark("no readings are chosen")
    for channel in export.channels:
        if not channel.faithful:
            output.remark(f"an import will call this channel otherwise: {shown(channel.title)!r}")
