"""The command `copy`: copies a notebook, or a selection of it, between files and servers."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from contextlib import AbstractContextManager
from typing import Any

from myapp.cli import output
from myapp.cli.notebook.selecting import add_selection, selection
from myapp.cli.opening import opened, server, working
from myapp.cli.options import add_file, add_json, add_upgrading
from myapp.document.derive import filled
from myapp.document.server.document import filled_server
from myapp.errors import shown
from myapp.notebook.copying.transfer import Transferred, transfer
from myapp.notebook.selection import resolve
from myapp.product import NAME
from myapp.schema.connections import subject
from myapp.schema.urls import is_url

EXAMPLE = "copy trip.myapp postgresql+psycopg://me@db.example.org/trip"

_URLS = """\
A URL is postgresql+psycopg://USER@HOST:PORT/DATABASE, with what libpq takes after a `?`, such as
?sslmode=verify-full&sslrootcert=ca.pem. Its password is best left to PGPASSFILE (~/.pgpass), to PGPASSWORD
or to a question on the terminal: other people of a machine may see a command line."""


def configure(parser: ArgumentParser) -> None:
    parser.formatter_class = RawDescriptionHelpFormatter
    second = "copy postgresql+psycopg://me@db.example.org/trip part.myapp --run 3 --from 2024-05-01"
    parser.epilog = f"{_URLS}\n\n{parser.epilog}\nexample: {NAME} {second}"
    add_file(parser, "the source")
    parser.add_argument("target", metavar="FILE|URL", help="a new file, or a database with nothing in it")
    add_json(parser)
    add_upgrading(parser)
    add_selection(parser)


def run(arguments: Namespace) -> int:
    """Copy all or nothing, compare the two, and print how much was copied."""
    selected = selection(arguments)
    url = server(arguments.target) if is_url(arguments.target) else None
    name = subject(url) if url else shown(arguments.target)
    with opened(arguments) as document, document.driver_reading() as source:
        part = resolve(source, selected)
        with working(f"copying to {name}", name, arguments.wait) as context:
            source_file = "" if document.on_server else document.path
            opening: AbstractContextManager[Any] = (
                filled_server(url, context) if url else filled(arguments.target, context, source_file)
            )
            with opening as target:
                names = (document.path, name)
                result = transfer(source, target, part, context.progress, names=names)
    _print(name, result, arguments.json)
    return 0


def _print(name: str, result: Transferred, json: bool) -> None:
    if json:
        output.json({"path": name, "sha256": result.sha256, "rows": result.rows})
        return
    output.line(f"{name}: {result.rows['runs']} runs, {result.rows['readings']} readings")
    output.line(f"sha256 of all rows, equal on both sides: {result.sha256}")
