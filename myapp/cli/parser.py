"""Parses the command line with argparse; only the command that was typed is imported."""

from __future__ import annotations

import os
import re
from argparse import PARSER, SUPPRESS, Action, ArgumentError, ArgumentParser, HelpFormatter, Namespace
from importlib import import_module

from myapp.cli import output
from myapp.cli.commands import COMMANDS
from myapp.errors import without_passwords
from myapp.product import DESCRIPTION, NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


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


_NEGATIVE = re.compile("-[0-9]")
"""The beginning of a value that is no option, as in `--timezone -07:00`."""


class Parser(ArgumentParser):
    """A parser whose errors are one line, in which no URL has a password.

    Options may stand between the positional arguments, and none has an empty value: a variable of a shell
    that is not set would choose everything.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Formatter, **options)
        self._negative_number_matcher = _NEGATIVE
        self._mixing = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse arguments; argparse alone gives optional ones their default before an option."""
        counts = {action.nargs for action in self._get_positional_actions()}
        if self._mixing or PARSER in counts or counts <= {None}:
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False

    def _get_value(self, action: Action, arg_string: str) -> Any:
        if action.option_strings and not arg_string.strip():
            raise ArgumentError(action, "its value is empty (a variable that is not set?)")
        return super()._get_value(action, arg_string)

    def error(self, message: str) -> NoReturn:
        """End with an error in one line."""
        self.exit(2, output.remark_line(f"{message} (see `{self.prog} --help`)"))

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
    if own and own[0] in COMMANDS:
        parser = Parser(prog=f"{NAME} {own[0]}")
        _build(parser, own[0])
        return parser.parse_args(own[1:], Namespace(rest=rest))
    return make_parser().parse_args(own)  # prints the help or the versions, or refuses


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    if argv[:1] == ["alembic"]:
        return argv[:1], argv[1:]
    if argv[:1] == ["exec"] and "--" in argv:
        end = argv.index("--")
        return argv[:end], argv[end + 1 :]
    return argv, []


def make_parser(*, complete: bool = False) -> Parser:
    """Return the parser of all commands; without their arguments unless it is to be `complete`."""
    parser = Parser(prog=NAME, description=DESCRIPTION)
    version = "print all versions and end"
    parser.add_argument("--version", action=_Version, nargs=0, default=SUPPRESS, help=version)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (_module, line) in COMMANDS.items():
        command = commands.add_parser(name, help=line)
        if complete:
            _build(command, name)
    return parser


def _build(parser: ArgumentParser, name: str) -> None:
    module_name, line = COMMANDS[name]
    module = import_module(module_name)
    parser.description = f"{line[0].upper()}{line[1:]}."
    parser.epilog = f"example: {NAME} {module.EXAMPLE}"
    parser.set_defaults(command=module.run)
    module.configure(parser)
