"""Reads a command line that means one thing only, without argparse, which costs a start 10 ms.

The grammar is the words' own: `Commands` and `Words` take it by the calls by which argparse takes it. What
is not as plain as `runs trip.myapp --tag wet --json` is left to argparse: help, abbreviations, `--tag=wet`,
every mistake.
"""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

from myapp.cli.words import SUBJECTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any


class Unclear(Exception):
    """Only argparse can tell what is meant, or what is wrong with it."""


def read(argv: Sequence[str]) -> SimpleNamespace | None:
    """Return what was typed as argparse would, None where that must be asked."""
    commands = Commands()
    for subject in SUBJECTS if argv else ():
        import_module(f"myapp.cli.words.{subject}").add_commands(commands)
        if argv[0] in commands.found:
            try:
                return commands.found[argv[0]].read(argv[1:])
            except Unclear:
                return None
    return None


class Commands:
    """Stands where argparse has a parser's subcommands."""

    def __init__(self) -> None:
        self.found: dict[str, Words] = {}

    def add_parser(self, name: str, **_help: Any) -> Words:
        """Return what takes the words of a command."""
        return self.found.setdefault(name, Words())


class Words:
    """Stands where argparse has the parser of one command."""

    def __init__(self) -> None:
        self.description = ""
        self._values: dict[str, Any] = {}
        self._places: list[str] = []
        self._options: dict[str, dict[str, Any]] = {}
        self._plain = True

    def set_defaults(self, **values: Any) -> None:
        """Take what is so whatever is typed."""
        self._values |= values

    def add_argument(self, *names: str, **how: Any) -> None:
        """Take an argument, or an option by its names."""
        option = names[0].startswith("-")
        name = how.get("dest") or names[-1].lstrip("-").replace("-", "_")
        if option:
            self._values[name] = how.get("default", False if how.get("action") == "store_true" else None)
            self._plain &= not how.get("required")
            if how.get("action", "store") in ("store", "store_true", "append") and "nargs" not in how:
                self._options |= {said: {**how, "dest": name} for said in names}
        else:
            self._places.append(name)
            self._plain &= not how.keys() - {"metavar", "help"}

    def add_argument_group(self, _title: str) -> Words:
        """Return what takes the arguments of a group."""
        return self

    def add_mutually_exclusive_group(self) -> Words:
        """Return what takes arguments of which only one may be said: that is argparse's to check."""
        self._plain = False
        return self

    def add_subparsers(self, **_help: Any) -> Commands:
        """Return what takes the commands below this one: all argparse's."""
        self._plain = False
        return Commands()

    def read(self, said: Sequence[str]) -> SimpleNamespace:
        """Return the values of what was typed; raise Unclear."""
        if not self._plain:
            raise Unclear
        values, words, places = dict(self._values), iter(said), iter(self._places)
        for word in words:
            if word in self._options:
                _take(self._options[word], words, values)
            else:
                values[next(places, "")] = _one(word)
        if "" in values or next(places, ""):
            raise Unclear
        return SimpleNamespace(**values)


def _take(option: dict[str, Any], words: Iterator[str], values: dict[str, Any]) -> None:
    name, action = option["dest"], option.get("action")
    if action == "store_true":
        values[name] = True
        return
    try:
        value = option.get("type", str)(_one(next(words, "-")))
    except Exception as error:  # argparse calls it again, and knows which of these are mistakes
        raise Unclear from error
    if value not in option.get("choices", [value]):
        raise Unclear
    values[name] = [*values[name], value] if action == "append" else value


def _one(word: str) -> str:
    if word.startswith("-"):
        raise Unclear
    return word
