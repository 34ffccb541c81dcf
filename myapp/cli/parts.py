"""The commands about parts of a document for other programs: extract, exec."""

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from myapp import library
from myapp.application import document_format
from myapp.cli import output, programs
from myapp.cli.messages import message
from myapp.cli.opening import opened
from myapp.cli.selecting import selection
from myapp.document.check import check
from myapp.document.open import Document
from myapp.document.placing import demand_free
from myapp.document.save_as import save_as
from myapp.errors import Damaged, MyappError, UsageError, shown


def extract(arguments: Namespace) -> int:
    """Make a document of the chosen part."""
    demand_free(arguments.out)  # before a long upgrade
    with programs.orderly_end(), opened(arguments) as document, _progress(arguments) as progress:
        made = library.extract(document, selection(arguments), arguments.out, progress)
    output.say(shown(made))
    return 0


def execute(arguments: Namespace) -> int:
    """Run a program on a temporary part and pass its exit code on."""
    words = getattr(arguments, "program", [])
    if not words:
        raise UsageError("which program? Say it behind --, as in `exec trip.myapp -- sqlite3 {}`")
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
            output.remark(f"what {shown(words[0])} changed in the part is thrown away: --keep PART keeps it")
    return code


@contextmanager
def _part(document: Document, arguments: Namespace) -> Iterator[str]:
    with ExitStack() as stack:
        with _progress(arguments) as progress:
            path = stack.enter_context(library.part(document, selection(arguments), progress))
        yield path


def _progress(arguments: Namespace) -> output.Progress:
    return output.Progress(f"extracting from {shown(os.path.basename(arguments.file))}")


def _keep(part: str, target: str, code: int) -> int:
    """Keep the part, if it is a whole document still; the program's own failure goes before ours."""
    try:
        health = check(part, document_format())
        if health.damage:
            raise Damaged(part, health.damage[0])
        output.remark(f"kept as {shown(save_as(part, target, document_format()))}")
    except MyappError as error:
        output.remark(f"the part is not kept: {message(error)}")
        return code or error.exit_code
    return code
