"""Opens a document, a file or a database on a server, for a command; prints a line where it was upgraded."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from myapp import application
from myapp.cli import output
from myapp.cli.progress_bar import ProgressBar
from myapp.document.open import open_document
from myapp.errors import UpgradeFailed, UpgradeNeeded, UsageError, shown
from myapp.product import METADATA, NAME
from myapp.schema.urls import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from sqlalchemy import URL

    from myapp.document.context import Context
    from myapp.document.protocol import Document


def server(name: str) -> URL:
    """Return the URL of a PostgreSQL database; a missing password is asked for on a terminal.

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
    """Raise UsageError with the remedy where a command for files is given a URL."""
    if is_url(name):
        raise UsageError(f"{shown(name)} is no file: {remedy}")


@contextmanager
def opened(arguments: Namespace) -> Iterator[Document]:
    """Give the document `arguments.file`, a file or a PostgreSQL URL, at head.

    An older file is upgraded unless `--no-upgrade` forbids it. An older database on a server, which others
    share, is upgraded only by commands that have `consent`: with `--yes`, or after a question on a terminal.
    """
    with ExitStack() as stack:
        open_any = _open_server if is_url(arguments.file) else _open_file
        document = open_any(arguments, stack)
        _remark(document)
        if not hasattr(arguments, "drop_foreign"):  # where it is offered, the error says so
            stack.callback(_remark_additional, document)
        yield document


def _open_file(arguments: Namespace, stack: ExitStack) -> Document:
    with working_on_file("upgrading", arguments) as context:
        drop_foreign = getattr(arguments, "drop_foreign", False)
        upgrade = not arguments.no_upgrade
        opening = open_document(arguments.file, context, upgrade=upgrade, drop_foreign=drop_foreign)
        return stack.enter_context(opening)


def _open_server(arguments: Namespace, stack: ExitStack) -> Document:
    from myapp.document.server.document import open_server
    from myapp.schema.connections import subject

    url = server(arguments.file)
    with working(f"upgrading {subject(url)}", subject(url), arguments.wait) as context:
        try:
            return stack.enter_context(open_server(url, context))
        except UpgradeNeeded as needed:
            if not (getattr(arguments, "consent", False) and allowed(arguments, str(needed))):
                raise
        return stack.enter_context(open_server(url, context, upgrade=True, metadata=METADATA))


def allowed(arguments: Namespace, fact: str, question: str = "upgrade it now?") -> bool:
    """Whether the user consents to change a database that others share: by `--yes`, or on a terminal."""
    if arguments.yes:
        return True
    if not has_terminal():
        return False
    output.remark(fact)
    return confirmed(question)


def demand_consent(arguments: Namespace, name: str, fact: str, question: str) -> None:
    """Raise UpgradeFailed where the user does not consent to change a database that others share."""
    if not allowed(arguments, fact, question):
        raise UpgradeFailed(name, "the change", "others share it, so it needs --yes")


def has_terminal() -> bool:
    """Whether a user can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str) -> bool:
    """Ask the user, and return whether the answer is yes."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


@contextmanager
def working(title: str, name: str, wait: float) -> Iterator[Context]:
    """Give a context for work on a document or database, which shows progress under a title.

    `name` is printed where it is in use; it is then waited for, `wait` seconds at most.
    """
    with ProgressBar(title, name, wait) as bar:
        yield application.context(wait, bar)


def working_on_file(action: str, arguments: Namespace) -> AbstractContextManager[Context]:
    """Give a context for an action (`upgrading`) on the command's file."""
    file = arguments.file
    return working(f"{action} {shown(os.path.basename(file))}", shown(file), arguments.wait)


def _remark_additional(document: Document) -> None:
    if document.additional:
        names = shown(", ".join(document.additional))
        output.remark(
            f"{shown(document.path)} has {names}, which is not this program's: "
            f"a private copy without was read; `{NAME} upgrade --drop-foreign` removes it after a backup"
        )


def _remark(document: Document) -> None:
    upgrade = document.upgraded
    name = shown(document.path)
    if document.backup_without_header:
        backup = shown(document.backup_without_header)
        output.remark(f"{name} had no header, which is set now; backup: {backup}")
    if document.additional:
        return
    if upgrade is None:
        if document.copied:
            output.remark(f"{name} cannot be written: this is a private copy, recovered")
    elif document.copied:
        output.remark(
            f"{name} cannot be written and stays at revision {upgrade.from_revision}: "
            f"this is an upgraded private copy; `{NAME} save-as FILE OUT` keeps one"
        )
    else:
        backup = f"; backup: {shown(upgrade.backup)}" if upgrade.backup else ""
        revisions = f"{upgrade.from_revision} to {upgrade.to_revision}"
        dropped = f", without {shown(', '.join(upgrade.dropped))}" if upgrade.dropped else ""
        output.remark(f"{name} was upgraded from revision {revisions}{dropped}{backup}")
