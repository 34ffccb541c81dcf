"""The command `detach`: writes an attachment to a file, and removes it from the document."""

from argparse import ArgumentParser, Namespace

from myapp.cli import output
from myapp.cli.notebook.selecting import add_file_and_run
from myapp.cli.opening import opened
from myapp.cli.options import add_force, describe
from myapp.cli.progress_bar import ProgressBar
from myapp.cli.writing import STDOUT, written
from myapp.errors import UsageError, shown
from myapp.notebook import attachments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

EXAMPLE = "detach trip.myapp 3 photo.jpg"


def configure(parser: ArgumentParser) -> None:
    describe(parser, "The file is verified first.")
    add_file_and_run(parser)
    parser.add_argument("name", metavar="NAME")
    target = "the file (its name, in this folder); `-` is stdout"
    parser.add_argument("-o", "--output", metavar="OUT", help=target)
    parser.add_argument("--keep", action="store_true", help="leave it in the document too")
    add_force(parser)


def run(arguments: Namespace) -> int:
    """Write the file, verify it, and only then remove the attachment."""
    with opened(arguments) as document:
        transaction = document.reading if arguments.keep else document.writing
        with transaction() as connection:
            kept = attachments.find_attachment(connection, arguments.run, arguments.name)
            target = arguments.output or _own_name(kept)
            _write(connection, kept, target, arguments)
            if not arguments.keep:
                attachments.remove(connection, kept)
    if target != STDOUT:
        output.line(f"{shown(target)}: {kept.size} bytes")
    return 0


def _own_name(kept: attachments.Attachment) -> str:
    """Return its name, for the current folder; a foreign document may hold any name."""
    if not attachments.is_plain_name(kept.name):
        raise UsageError(f"the name {kept.name!r} is no plain file name: name the file with -o")
    return kept.name


def _write(connection: "Connection", kept: attachments.Attachment, target: str, arguments: Namespace) -> None:
    with (
        written(target, arguments) as stream,
        ProgressBar(f"writing {shown(target)}") as progress,
    ):
        attachments.write_content(connection, kept, stream, progress=progress)
