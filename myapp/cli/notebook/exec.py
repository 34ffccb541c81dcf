"""The command `exec`: runs a program on a temporary part of a document."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from myapp import library
from myapp.application import context
from myapp.cli import output, programs
from myapp.cli.messages import message
from myapp.cli.notebook.extract import extracting
from myapp.cli.notebook.selecting import add_selection, selection
from myapp.cli.opening import opened
from myapp.cli.options import add_file, add_upgrading, describe
from myapp.document.check import check
from myapp.document.placing import demand_free
from myapp.document.protocol import Document
from myapp.document.save_as import save_as
from myapp.errors import Damaged, MyappError, UsageError, shown

EXAMPLE = "exec trip.myapp --channel wind -- sqlite3 {} 'SELECT avg(value) FROM readings'"


def configure(parser: ArgumentParser) -> None:
    """Add the arguments; the program's own stand behind `--` and are not parsed."""
    parser.usage = "%(prog)s [-h] [SELECTION] [--keep PART] [--no-upgrade] FILE -- PROGRAM [ARGUMENT ...]"
    describe(
        parser,
        "In each word of PROGRAM and its ARGUMENTs {} stands for the part's path; "
        "where none has it, the path comes last. The part is removed when the program ends, with what was "
        "written into it. The exit code is the program's, 128 + N where signal N killed it, 127 where there "
        "is no such program and 126 where it cannot be run.",
    )
    add_file(parser)
    parser.add_argument("--keep", metavar="PART", help="keep the part by this name")
    add_selection(parser)
    add_upgrading(parser)


def run(arguments: Namespace) -> int:
    """Run the program, and return its exit code."""
    words = arguments.rest
    if not words:
        raise UsageError("no program is named behind --, as in `exec trip.myapp -- sqlite3 {}`")
    if arguments.keep:
        demand_free(arguments.keep)
    if code := programs.refusal(words[0]):
        return code
    with programs.orderly_end(), opened(arguments) as document, _part(document, arguments) as part:
        before = programs.digest(part)
        code = programs.run(words, part)
        if arguments.keep:
            return _keep(part, arguments.keep, code)
        if programs.digest(part) != before:
            output.remark(f"changes of the part by {shown(words[0])} are thrown away: --keep PART keeps it")
    return code


@contextmanager
def _part(document: Document, arguments: Namespace) -> Iterator[str]:
    with ExitStack() as stack:
        with extracting(document) as context:
            path = stack.enter_context(library.part(document, selection(arguments), context))
        yield path


def _keep(part: str, target: str, code: int) -> int:
    """Keep the part if it still is an undamaged document; the program's own failure goes before ours."""
    try:
        health = check(part, context())
        if health.damage:
            raise Damaged(part, health.damage[0])
        output.remark(f"kept as {shown(save_as(part, target, context()))}")
    except MyappError as error:
        output.remark(f"the part is not kept: {message(error)}")
        return code or error.exit_code
    return code
