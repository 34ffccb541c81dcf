"""The completion script of PowerShell names what the parser knows."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser

from myapp.cli.powershell import completion


def test_each_command_has_the_commands_below_it_its_values_and_its_options() -> None:
    parser = ArgumentParser(prog="it's", add_help=False)
    commands = parser.add_subparsers()
    below = commands.add_parser("schema", add_help=False).add_subparsers()
    below.add_parser("current", add_help=False).add_argument("--json", action="store_true")
    commands.add_parser("completion", add_help=False).add_argument("shell", choices=["bash", "it's"])
    table = [line.strip() for line in completion(parser).splitlines() if " = @(" in line]
    assert table == [
        "'' = @('schema', 'completion')",
        "'schema' = @('current')",
        "'schema current' = @('--json')",
        "'completion' = @('bash', 'it''s')",
    ]


def test_what_the_help_hides_is_not_completed() -> None:
    parser = ArgumentParser(prog="program")
    parser.add_argument("--hidden", help=SUPPRESS)
    assert "hidden" not in completion(parser)
