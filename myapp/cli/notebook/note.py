"""The command `note`: prints a run's note, or writes another."""

import sys
from argparse import ArgumentParser, Namespace

from myapp.cli import output
from myapp.cli.notebook.selecting import add_file_and_run
from myapp.cli.opening import opened
from myapp.cli.options import add_json
from myapp.errors import UsageError
from myapp.notebook import editing

EXAMPLE = 'note trip.myapp 3 "sensor 2 was wet" --append'


def configure(parser: ArgumentParser) -> None:
    add_file_and_run(parser)
    parser.add_argument("text", metavar="TEXT", nargs="?", help="`-` is stdin, in UTF-8")
    parser.add_argument("--append", action="store_true", help="add the text to the note")
    parser.add_argument("--clear", action="store_true", help="remove the note")
    add_json(parser)


def run(arguments: Namespace) -> int:
    """Print the note where no text is given, else write it."""
    has_text = arguments.text is not None
    if (arguments.clear and has_text) or (arguments.append and not has_text):
        raise UsageError("--append needs a text and --clear takes none")
    if has_text and not arguments.text.strip():
        raise UsageError("the text is empty: --clear removes the note")
    if not has_text and not arguments.clear:
        return _print(arguments)
    if arguments.json:
        raise UsageError("--json is for reading a note")
    text = _from_stdin() if arguments.text == "-" else arguments.text
    with opened(arguments) as document, document.driver_writing() as connection:
        editing.set_note(connection, arguments.run, text, append=arguments.append)
    return 0


def _print(arguments: Namespace) -> int:
    with opened(arguments) as document, document.driver_reading() as connection:
        note = editing.note(connection, arguments.run)
    if arguments.json:
        output.json({"notes": note})
        return 0
    for line in (note or "").splitlines():
        output.line(output.plain(line))
    return 0


def _from_stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("the note on stdin is not UTF-8") from error
