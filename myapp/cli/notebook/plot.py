"""The command `plot`: draws a run as SVG or PNG."""

from argparse import ArgumentParser, Namespace

from myapp.cli.notebook.selecting import add_file_and_run, add_part, part
from myapp.cli.opening import opened
from myapp.cli.options import add_force, describe
from myapp.cli.writing import written
from myapp.errors import NotFound, UsageError
from myapp.notebook import plotting, queries
from myapp.notebook.lookup import find_run
from myapp.notebook.sampling import Line, lines
from myapp.notebook.selection import Selection, resolve_in_run
from myapp.notebook.sql import Sql

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

COLUMNS = 900
"""How many parts a picture's time has: about as many as it has pixels."""

EXAMPLE = "plot trip.myapp 3 -o trip.png --from 2024-05-31"


def configure(parser: ArgumentParser) -> None:
    describe(
        parser,
        "A line breaks where the channel's next reading is later than its readings are usually apart.",
    )
    add_file_and_run(parser)
    add_force(parser)
    add_part(parser)
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="a file .svg or .png, or `-`")
    parser.add_argument("--format", choices=["svg", "png"], help="where the file's name has no such ending")


def run(arguments: Namespace) -> int:
    """Write the picture."""
    image_format = _image_format(arguments)
    with opened(arguments) as document:
        with document.driver_reading() as connection:
            plotted, title = _lines(connection, arguments.run, part(arguments))
        picture = plotting.svg(title, plotted)
        content = picture.encode() if image_format == "svg" else plotting.png(picture)
        with written(arguments.output, arguments) as stream:
            stream.write(content)
    return 0


def _image_format(arguments: Namespace) -> str:
    name: str = arguments.format or str(arguments.output).rpartition(".")[2].lower()
    if name not in ("svg", "png"):
        raise UsageError("name a file that ends in .svg or .png, or use --format")
    return name


def _lines(connection: "Connection", run: str, selected: Selection) -> tuple[list[Line], str]:
    run_id = find_run(connection, run)
    plotted = lines(Sql(connection), resolve_in_run(connection, run_id, selected), COLUMNS)
    if not plotted:
        raise NotFound(f"a reading of run {run_id} that can be drawn")
    return plotted, queries.title_of(connection, run_id)
