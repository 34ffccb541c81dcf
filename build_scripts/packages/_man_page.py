"""Writes the manual page from the parser that prints `--help`, and the shells' completion scripts."""

from __future__ import annotations

import re
from argparse import SUPPRESS, Action, ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from datetime import UTC, datetime

from myapp.cli.parser import make_parser
from myapp.product import DESCRIPTION, HOMEPAGE, NAME, SUFFIX, VERSION

EXIT_CODES = (
    ("0", "done"),
    ("1", "a bug in the program; a file that it names says more"),
    ("2", "the command line makes no sense"),
    ("3", "not found, or not a document"),
    ("4", "the document is of a newer release"),
    ("5", "in use by another program"),
    ("6", "damaged"),
    ("7", "not upgraded, and unchanged"),
    ("8", "the system refused: space, permission, a read-only medium"),
    ("9", "the data of an imported file are wrong"),
)


def man_page(time: int) -> bytes:
    """Return the page for `man`, dated by seconds since 1970."""
    date = datetime.fromtimestamp(time, UTC).date().isoformat()
    parser = make_parser(complete=True)
    lines = [
        f'.TH {_roff(NAME.upper())} 1 {date} "{_roff(NAME)} {_roff(VERSION)}" "User Commands"',
        *(".SH NAME", f"{_roff(NAME)} \\- {_roff(DESCRIPTION[0].lower() + DESCRIPTION[1:].rstrip('.'))}"),
        *(
            ".SH SYNOPSIS",
            *_synopsis(parser),
            ".br",
            f".B {_roff(NAME)}",
            f"[\\fIFILE{_roff(SUFFIX)}\\fR ...]",
        ),
        *(".SH DESCRIPTION", _roff(DESCRIPTION)),
        "Without a command, documents open in a window.",
        *(".SH OPTIONS", *_arguments(parser)),
        *(".SH COMMANDS", *_commands(parser)),
        ".SH EXIT STATUS",
        *(line for code, words in EXIT_CODES for line in (".TP", f".B {code}", _roff(words))),
        *((".SH SEE ALSO", _roff(HOMEPAGE)) if HOMEPAGE else ()),
    ]
    return ("\n".join(lines) + "\n").encode()


def completions() -> dict[str, bytes]:
    """Return the completion script of each shell whose packages have a folder for them."""
    import shtab

    parser = make_parser(complete=True)
    return {shell: f"{shtab.complete(parser, shell)}\n".encode() for shell in ("bash", "zsh", "fish")}


def _commands(parser: ArgumentParser) -> Iterator[str]:
    """Yield the sections of all commands, and of the commands of commands."""
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for command in action.choices.values():
                yield f".SS {_roff(command.prog)}"
                yield from _synopsis(command)
                yield from (".PP", _roff(command.description or ""))
                yield from _arguments(command)
                if command.epilog:
                    yield from (".PP", _roff(command.epilog[0].upper() + command.epilog[1:]))
                yield from _commands(command)


def _synopsis(parser: ArgumentParser) -> Iterator[str]:
    usage = " ".join(parser.format_usage().split()).removeprefix("usage: ")
    yield f".B {_roff(parser.prog)}"
    yield _roff(usage.removeprefix(parser.prog).strip())


def _arguments(parser: ArgumentParser) -> Iterator[str]:
    formatter = parser._get_formatter()
    for action in parser._actions:
        if action.help != SUPPRESS and not isinstance(action, _SubParsersAction) and action.dest != "help":
            yield from (".TP", f".B {_roff(formatter._format_action_invocation(action))}")
            yield _roff(_help(action, parser))


def _help(action: Action, parser: ArgumentParser) -> str:
    return parser._get_formatter()._expand_help(action) if action.help else ""


def _roff(text: str) -> str:
    """Return a text in which nothing is an instruction: a hyphen stays one, a line begins with no dot."""
    text = re.sub(r"\s+", " ", text).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
