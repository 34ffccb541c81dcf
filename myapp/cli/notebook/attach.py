"""The command `attach`: keeps files with a run."""

from argparse import ArgumentParser, Namespace

from myapp.cli import output
from myapp.cli.notebook.selecting import add_file_and_run
from myapp.cli.opening import opened
from myapp.cli.options import describe
from myapp.cli.patterns import expanded
from myapp.cli.progress_bar import ProgressBar
from myapp.cli.reporting import file_errors
from myapp.errors import shown
from myapp.notebook import attachments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

EXAMPLE = "attach trip.myapp 3 photo.jpg"


def configure(parser: ArgumentParser) -> None:
    describe(parser, "`show` lists them.")
    add_file_and_run(parser)
    parser.add_argument("files", metavar="PATH", nargs="+")


def run(arguments: Namespace) -> int:
    """Keep all of the files, or none where one cannot be kept."""
    with opened(arguments) as document, document.driver_writing() as connection:
        attached = [_attach(connection, path, arguments) for path in expanded(arguments.files)]
    for each in attached:
        output.line(f"{shown(each.name)}: {each.size} bytes, kept with run {each.run_id}")
    return 0


def _attach(connection: "Connection", path: str, arguments: Namespace) -> attachments.Attachment:
    with file_errors(path), ProgressBar(f"attaching {shown(path)}") as progress:
        return attachments.attach(connection, arguments.run, path, progress=progress)
