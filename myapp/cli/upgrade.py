"""The command `upgrade`: upgrades documents, several at a time where that is asked for."""

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator

from myapp.cli import jobs, output
from myapp.cli.opening import opened
from myapp.cli.options import add_wait, add_yes, count
from myapp.cli.patterns import expanded
from myapp.cli.reporting import BROKEN_PIPE, INTERRUPTED, reported
from myapp.document.errors import AdditionalObjects
from myapp.errors import shown
from myapp.schema.urls import is_url

EXAMPLE = "upgrade *.myapp"


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE|URL", nargs="+")
    words = "how many files to upgrade at a time (1); each takes the space and memory of one"
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help=words)
    words = "drop views, indexes and tables that are not this program's; the backup has them"
    parser.add_argument("--drop-foreign", action="store_true", help=words)
    parser.add_argument("--serve", action="store_true", help=SUPPRESS)
    add_wait(parser)
    add_yes(parser)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not (number := count(text)):
        raise ArgumentTypeError(f"{text} is not a number from 1 on")
    return number


def run(arguments: Namespace) -> int:
    """Upgrade each document; the exit code is that of the first that fails."""
    arguments.files = expanded(arguments.files)
    if arguments.serve:
        return jobs.serve(lambda file: _reported(arguments, file))
    failed = 0
    for code in _codes(arguments):
        if code in (INTERRUPTED, BROKEN_PIPE):
            return code
        failed = failed or code
    return failed


def _codes(arguments: Namespace) -> Iterator[int]:
    number = min(arguments.jobs, len(arguments.files))
    # a server may need an answer from the user
    if number > 1 and not any(map(is_url, arguments.files)) and jobs.can_start("upgrade"):
        command = ["upgrade", "--serve", "--wait", str(arguments.wait), "-"]
        command[1:1] = ["--drop-foreign"] if arguments.drop_foreign else []
        return jobs.exit_codes(arguments.files, number, command)
    return (_reported(arguments, file) for file in arguments.files)


def _reported(arguments: Namespace, file: str) -> int:
    drop = arguments.drop_foreign
    one = Namespace(
        file=file, wait=arguments.wait, yes=arguments.yes, no_upgrade=False, consent=True, drop_foreign=drop
    )
    return reported(lambda: _upgrade(one))


def _upgrade(arguments: Namespace) -> int:
    with opened(arguments) as document:
        if document.copied and not document.additional:
            return 8
        with document.driver_reading():  # fails where the content contradicts the header
            if document.additional:
                raise AdditionalObjects(document.path, document.additional)
            output.line(f"{shown(document.path)}: revision {document.context.format.head}")
    return 0
