"""The command `formats`: lists the named import formats, shows one as options, and removes it."""

import shlex
from argparse import ArgumentParser, Namespace
from typing import Any

from myapp.cli import output
from myapp.cli.messages import message
from myapp.cli.options import add_json
from myapp.errors import MyappError, UsageError, shown
from myapp.notebook import import_formats
from myapp.notebook.intake import spelling
from myapp.notebook.intake.options import ImportOptions

EXAMPLE = "formats hobo"


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="the format to show (all are listed)")
    parser.add_argument("--remove", action="store_true", help="remove the format")
    add_json(parser)


def run(arguments: Namespace) -> int:
    """Print all formats, or one; or remove it."""
    if arguments.name is None:
        if arguments.remove:
            raise UsageError("--remove needs the NAME of a format")
        return _list(as_json=arguments.json)
    if arguments.remove:
        output.remark(f"removed {shown(import_formats.remove(arguments.name))}")
        return 0
    options = import_formats.load(arguments.name)
    if arguments.json:
        output.json(_as_json(arguments.name, options))
    else:
        path = shown(import_formats.path_of(arguments.name))
        output.facts([("format", arguments.name), ("file", path), ("options", _as_words(options))])
    return 0


def _list(*, as_json: bool) -> int:
    """Print each format in a line; one that cannot be read does not hide the others."""
    listed: list[dict[str, Any]] = []
    rows = []
    for name in import_formats.names():
        try:
            options = import_formats.load(name)
        except MyappError as error:
            listed.append({"format": name, "error": message(error)})
            rows.append((name, message(error)))
        else:
            listed.append(_as_json(name, options))
            rows.append((name, _as_words(options)))
    if as_json:
        output.json(listed)
    elif rows:
        output.table(["format", "options"], rows)
    else:
        output.remark(f"no format is kept in {shown(import_formats.folder())}")
    return 0


def _as_json(name: str, options: ImportOptions) -> dict[str, Any]:
    path = shown(import_formats.path_of(name))
    return {"format": name, "file": path, "options": import_formats.given(options)}


def _as_words(options: ImportOptions) -> str:
    """Return options as they are typed on the command line."""
    return shlex.join(spelling.arguments(options))
