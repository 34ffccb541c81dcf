"""Opens a document for a command, and says in one line what was done to it."""

import os
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from myapp.application import document_format
from myapp.cli import output
from myapp.document.open import Document, open_document
from myapp.errors import shown
from myapp.product import NAME


@contextmanager
def opened(arguments: Namespace) -> Iterator[Document]:
    """Give the document `arguments.file`, upgraded where it is older and `--no-upgrade` is not said."""
    with ExitStack() as stack:
        with upgrading(arguments.file, arguments.wait) as progress:
            opening = open_document(
                arguments.file,
                document_format(),
                upgrade=not arguments.no_upgrade,
                progress=progress,
                wait=arguments.wait,
            )
            document = stack.enter_context(opening)
        _remark(document)
        yield document


def upgrading(file: str, wait: float) -> output.Progress:
    """Return the progress of an upgrade that waits up to `wait` seconds for another program."""
    return output.Progress(f"upgrading {shown(os.path.basename(file))}", shown(file), wait)


def waiting(arguments: Namespace) -> Callable[[], None]:
    """Return what says that another program is waited for."""
    return upgrading(arguments.file, arguments.wait).waiting


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
        output.remark(
            f"{name} was upgraded from revision {done.from_revision} to {done.to_revision}; "
            f"backup: {shown(done.backup)}"
        )
