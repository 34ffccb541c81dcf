"""The command `copy`: a whole notebook, or what is chosen of it, between files and servers."""

from argparse import Namespace
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from myapp.application import document_format
from myapp.cli import output
from myapp.cli.opening import opened, server
from myapp.cli.selecting import selection
from myapp.document.filled import filled
from myapp.document.server.document import filled_server
from myapp.errors import shown
from myapp.notebook.copying.transfer import Transferred, transfer
from myapp.notebook.selection import choose
from myapp.schema.connections import subject
from myapp.schema.urls import is_url


def copy(arguments: Namespace) -> int:
    """Copy a notebook into a new file or an empty database, all or nothing, and compare the two."""
    chosen_by = selection(arguments)
    url = server(arguments.target) if is_url(arguments.target) else None
    name = subject(url) if url else shown(arguments.target)
    with opened(arguments) as document, document.reading() as source:
        chosen = choose(source, chosen_by)
        with output.Progress(f"copying to {name}", name, arguments.wait) as progress:
            opening: AbstractContextManager[Connection] = (
                filled_server(url, document_format(), progress, arguments.wait)
                if url
                else filled(arguments.target, document_format(), arguments.wait)
            )
            with opening as target:
                names = (document.path, name)
                done = transfer(source, target, chosen, progress.amount, names=names)
    _say(name, done, arguments.json)
    return 0


def _say(name: str, done: Transferred, json: bool) -> None:
    if json:
        output.json({"path": name, "sha256": done.sha256, "rows": done.rows})
        return
    output.say(f"{name}: {done.rows['runs']} runs, {done.rows['readings']} readings")
    output.say(f"sha256 of all rows, equal on both sides: {done.sha256}")
