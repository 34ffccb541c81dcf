"""Parses the command line with argparse; only the command that was typed is imported."""

from __future__ import annotations

import os
from argparse import SUPPRESS, Action, ArgumentParser, HelpFormatter, Namespace
from importlib import import_module

from myapp.cli.commands import COMMANDS
from myapp.errors import without_passwords
from myapp.product import NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any


class _Formatter(HelpFormatter):
    """Formats help; argparse makes one for each argument, and its own would import shutil at every start."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    """Return the width of the terminal, as shutil's get_terminal_size does."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:
        return 80


class Parser(ArgumentParser):
    """A parser that hides the passwords of URLs in its messages."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Formatter, **options)

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(without_passwords(message), file)


class _Version(Action):
    """Prints all versions and ends; they are looked up only then."""

    def __call__(self, parser: ArgumentParser, *_rest: Any) -> None:
        from myapp.cli.versions import show

        show()
        parser.exit()


def parse(argv: list[str]) -> Namespace:
    """Return the arguments; `command` is the function that takes them.

    `rest` are the words for another program: all of `alembic`'s, and those behind the `--` of `exec`.
    """
    own, rest = _split(argv)
    typed = [word for word in own if word in COMMANDS][:1]
    listed = typed if own[:1] == typed else COMMANDS
    return make_parser(listed, typed).parse_args(own, Namespace(rest=rest))


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    if argv[:1] == ["alembic"]:
        return argv[:1], argv[1:]
    if argv[:1] == ["exec"] and "--" in argv:
        end = argv.index("--")
        return argv[:end], argv[end + 1 :]
    return argv, []


def make_parser(listed: Collection[str], built: Collection[str]) -> Parser:
    """Return the parser of the `listed` commands, of which the `built` ones have their arguments."""
    parser = Parser(prog=NAME, description="Keeps measurements in documents that every later release opens.")
    version = "print all versions and end"
    parser.add_argument("--version", action=_Version, nargs=0, default=SUPPRESS, help=version)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=NAME)
    for name in listed:
        module, line = COMMANDS[name]
        command = commands.add_parser(name, help=line, description=f"{line[0].upper()}{line[1:]}.")
        if name in built:
            _build(command, module)
    return parser


def _build(parser: ArgumentParser, name: str) -> None:
    module = import_module(name)
    parser.epilog = f"example: {NAME} {module.EXAMPLE}"
    parser.set_defaults(command=module.run)
    module.configure(parser)
