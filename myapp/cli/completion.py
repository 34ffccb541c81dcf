"""The command `completion`: prints a shell's completion script."""

from argparse import ArgumentParser, Namespace

import shtab

from myapp.cli import output
from myapp.cli.parser import make_parser

EXAMPLE = "completion bash"


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("shell", choices=["bash", "zsh", "tcsh"])


def run(arguments: Namespace) -> int:
    """Print the script, for which all commands are imported."""
    output.line(shtab.complete(make_parser(complete=True), arguments.shell))
    return 0
