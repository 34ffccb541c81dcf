"""Opens a document or a notebook on a server for a command, and says in one line what was done to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from myapp.application import context
from myapp.cli import output
from myapp.document.open import open_document
from myapp.errors import UpgradeNeeded, UsageError, shown
from myapp.product import METADATA, NAME
from myapp.schema.urls import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from sqlalchemy import URL

    from myapp.document.protocol import Document


def server(name: str) -> URL:
    """Return the URL of a PostgreSQL database, with the password asked for where there is a person to ask.

    Raise UsageError for any other URL.
    """
    from myapp.schema.servers import server_url, with_password

    url = server_url(name)
    if url.password or not has_terminal():
        return url
    return with_password(url, lambda: _ask_password(url), NAME)


def _ask_password(url: URL) -> str:
    from getpass import getpass

    return getpass(f"password of {shown(url.username or 'you')} at {shown(url.host or 'this machine')}: ")


def demand_file(name: str, remedy: str) -> None:
    """Raise UsageError, which says what to use instead, where a command for files is given a URL."""
    if is_url(name):
        raise UsageError(f"{shown(name)} is no file: {remedy}")


@contextmanager
def opened(arguments: Namespace) -> Iterator[Document]:
    """Give the document `arguments.file`, a file or a PostgreSQL URL, at head.

    A file that is older is upgraded where `--no-upgrade` is not said. A server's, which others share, is
    upgraded only by commands that have `consent` and then with `--yes`, or after a question on a terminal.
    """
    with ExitStack() as stack:
        if is_url(arguments.file):
            document = stack.enter_context(_opened_server(arguments))
        else:
            document = stack.enter_context(_opened_file(arguments))
        _remark(document)
        yield document


@contextmanager
def _opened_file(arguments: Namespace) -> Iterator[Document]:
    with ExitStack() as stack:
        with working("upgrading", arguments) as progress:
            here = context(arguments.wait, progress)
            opening = open_document(arguments.file, here, upgrade=not arguments.no_upgrade)
            document = stack.enter_context(opening)
        yield document


@contextmanager
def _opened_server(arguments: Namespace) -> Iterator[Document]:
    from myapp.document.server.document import open_server

    url, wait = server(arguments.file), arguments.wait
    with ExitStack() as stack:
        try:
            document = stack.enter_context(open_server(url, context(wait)))
        except UpgradeNeeded as needed:
            if not (getattr(arguments, "consent", False) and allowed(arguments, str(needed))):
                raise
            with output.Progress(f"upgrading {needed.path}", str(needed.path), wait) as progress:
                opening = open_server(url, context(wait, progress), upgrade=True, metadata=METADATA)
                document = stack.enter_context(opening)
        yield document


def allowed(arguments: Namespace, fact: str) -> bool:
    """Whether the user consents to change a database that others share: by `--yes`, or on a terminal."""
    if arguments.yes:
        return True
    if not has_terminal():
        return False
    output.remark(fact)
    return confirmed("upgrade it now?")


def has_terminal() -> bool:
    """Whether a user can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str) -> bool:
    """Ask the user, and return whether the answer is yes."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def working(action: str, arguments: Namespace) -> output.Progress:
    """Return the progress of an action (`upgrading`) on the file that a command was given."""
    file = arguments.file
    return output.Progress(f"{action} {shown(os.path.basename(file))}", shown(file), arguments.wait)


def _remark(document: Document) -> None:
    done = document.upgraded
    name = shown(document.path)
    if done is None:
        if document.copied:
            output.remark(f"{name} cannot be written: this is a private copy, brought to rest")
    elif document.copied:
        output.remark(
            f"{name} cannot be written and stays at revision {done.from_revision}: "
            f"this is an upgraded private copy; `{NAME} save-as FILE OUT` keeps one"
        )
    else:
        backup = f"; backup: {shown(done.backup)}" if done.backup else ""
        output.remark(f"{name} was upgraded from revision {done.from_revision} to {done.to_revision}{backup}")
