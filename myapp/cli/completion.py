"""The command `completion`: prints a shell's completion script."""

from argparse import ArgumentParser, Namespace

import shtab

from myapp.cli import output, powershell
from myapp.cli.parser import make_parser

EXAMPLE = "completion bash"


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("shell", choices=["bash", "zsh", "tcsh", "fish", "powershell"])


def run(arguments: Namespace) -> int:
    """Print the script, for which all commands are imported."""
    parser, shell = make_parser(complete=True), arguments.shell
    script = powershell.completion(parser) if shell == "powershell" else shtab.complete(parser, shell)
    output.line(script)
    return 0
