"""The command line is parsed by the module of the command that was typed, and no other is imported."""

from __future__ import annotations

import shlex
import subprocess
import sys
from importlib import import_module

import pytest

from myapp.cli.commands import COMMANDS
from myapp.cli.parser import parse
from tests.program import ROOT

LOADED = """
import sys
sys.path.insert(0, sys.argv[1])
from myapp.cli.parser import parse
try:
    parse(sys.argv[2:])
except SystemExit:
    pass
print("loaded:", *sorted(sys.modules))
"""


def loaded(*words: str) -> set[str]:
    """Return the names of the commands whose modules are imported to parse words."""
    command = [sys.executable, "-c", LOADED, str(ROOT), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    modules = set(done.stdout.rpartition("loaded:")[2].split())
    return {name for name, (module, _line) in COMMANDS.items() if module in modules}


@pytest.mark.parametrize("words", [["--help"], ["--version"], [], ["nonsense"], ["-h", "nonsense"]])
def test_the_help_of_all_commands_imports_none(words: list[str]) -> None:
    assert loaded(*words) == set()


@pytest.mark.parametrize("words", [["info", "check"], ["runs", "--help"], ["tag", "info"]])
def test_only_the_command_that_was_typed_is_imported(words: list[str]) -> None:
    assert loaded(*words) == {next(word for word in words if word in COMMANDS)}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_module_has_the_shape_of_a_command_and_its_example_is_its_own(name: str) -> None:
    module = import_module(COMMANDS[name][0])
    words = shlex.split(module.EXAMPLE)
    assert words[0] == name
    assert parse(words).command == module.run


def test_the_words_of_another_program_are_not_parsed() -> None:
    assert parse(["alembic", "-x", "--help", "current"]).rest == ["-x", "--help", "current"]
    assert parse(["exec", "a.myapp", "--", "ls", "--help", "--", "-l"]).rest == ["ls", "--help", "--", "-l"]


def test_options_may_be_abbreviated_and_joined_with_their_values() -> None:
    arguments = parse(["runs", "a.myapp", "--lim=3", "--tag=wet", "--tag", "cold", "--no-up"])
    assert (arguments.limit, arguments.tag, arguments.no_upgrade) == (3, ["wet", "cold"], True)


def test_a_password_is_not_repeated_in_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["info", "a.myapp", "postgresql+psycopg://me:secret@host/trip"])
    assert "secret" not in capsys.readouterr().err
