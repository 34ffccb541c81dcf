"""The parser of the whole command line; every command has an example in its help."""

import argparse
from importlib import import_module
from typing import Any

from myapp.cli.words import SUBJECTS, common
from myapp.errors import without_passwords
from myapp.product import NAME


class Parser(argparse.ArgumentParser):
    """A parser that repeats no password of a URL that it complains about; its commands' are like it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.register("action", "yes_or_no", argparse.BooleanOptionalAction)

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(without_passwords(message), file)


class Version(argparse.Action):
    """`--version`, which looks the versions up only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_rest: Any) -> None:
        from myapp.cli.versions import show

        show()
        parser.exit()


def parse(argv: list[str]) -> argparse.Namespace:
    """Return what was typed, parsed; what `exec` finds behind `--` is its program's and stays as it is."""
    if argv[:1] != ["exec"] or "--" not in argv:
        return make_parser().parse_args(argv)
    end = argv.index("--")
    return make_parser().parse_args(argv[:end], argparse.Namespace(program=argv[end + 1 :]))


def make_parser() -> argparse.ArgumentParser:
    """Return the parser; `command` of what it parses is that, which imports what it needs."""
    parser = Parser(prog=NAME, description="Keeps measurements in documents that every later release opens.")
    shown = "print all versions and end"
    parser.add_argument("--version", action=Version, nargs=0, default=argparse.SUPPRESS, help=shown)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for subject in SUBJECTS:
        import_module(f"myapp.cli.words.{subject}").add_commands(commands)
    _add_other_commands(commands)
    return parser


def _add_other_commands(commands: Any) -> None:
    common.add(
        commands,
        "alembic",
        common.calls("schema", "alembic_help"),
        "the stock Alembic command line",
        "alembic -x dbPath=trip.myapp current",
    )
    completion = common.add(
        commands, "completion", _complete, "print a shell's completion script", "completion bash"
    )
    completion.add_argument("shell", choices=["bash", "zsh", "tcsh"])


def _complete(arguments: argparse.Namespace) -> int:
    import shtab

    from myapp.cli import output

    output.say(shtab.complete(make_parser(), arguments.shell))
    return 0
