"""A new document made of an open one: at the same revision, with what a callback copies into it.

The two are one connection's databases, so that the copying is SQL's own: `main` is the document that is
read, `part` the new one.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, cast

from myapp.document import files
from myapp.document.connect import connect, uri
from myapp.document.create import copy_blank
from myapp.document.format import Format
from myapp.document.open import Document
from myapp.document.placing import placed
from myapp.document.private import private_folder
from myapp.document.progress import INSTRUCTIONS, INTERVAL_SECONDS, Progress, Silent
from myapp.document.trust import check_head
from myapp.errors import Damaged, StrPath, SystemRefused
from myapp.schema.driver_errors import explain, translated

if TYPE_CHECKING:
    from sqlalchemy import Connection

PART = "part"
"""What SQL calls the new document while it is filled."""

Fill = Callable[["Connection", str], None]
"""Takes a connection on which the source is read, and the name of the database to fill there."""


def derive(source: Document, path: StrPath, fill: Fill, progress: Progress | None = None) -> str:
    """Make a new document, filled from an open one, whole or not at all; return its absolute path.

    `fill` runs in one transaction; foreign keys are checked when it has ended. Raise SystemRefused where
    the name is taken or cannot be made, Damaged where the source has rows that point nowhere.
    """
    made = os.path.abspath(path)
    progress = progress or Silent()
    with placed(path) as temporary, translated(made, source.wait):
        copy_blank(temporary, source.kind)
        with _attached(source, temporary, progress) as connection, _refused_by(made):
            fill(connection, PART)
        progress.step("verifying")
        _verify(temporary, made, source)
    return made


@contextmanager
def derived(source: Document, fill: Fill, progress: Progress | None = None) -> Iterator[str]:
    """Give the path of a document derived into a private folder, which is removed at the end."""
    with private_folder(source.kind) as folder:
        yield derive(source, os.path.join(folder, PART + source.kind.suffix), fill, progress)


@contextmanager
def _attached(source: Document, path: str, progress: Progress) -> "Iterator[Connection]":
    """Give a connection to the source, with the new document beside it, in one transaction."""
    progress.step("copying")
    with source.reading() as connection:
        raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
        raw.execute(f"ATTACH ? AS {PART}", (uri(path, "rw"),))
        raw.execute("PRAGMA foreign_keys=OFF")
        # Nobody else knows the file, and an unfinished one is thrown away: what it takes to be safe
        # from a kill half-way is not needed. It is synced once, when it is whole.
        raw.execute(f"PRAGMA {PART}.journal_mode=MEMORY")
        raw.execute(f"PRAGMA {PART}.synchronous=OFF")
        raw.set_progress_handler(_Watch(path, progress).tick, INSTRUCTIONS)
        with connection.begin():
            yield connection


@contextmanager
def _refused_by(path: str) -> Iterator[None]:
    """Blame the new document for what the system refuses: the source is only read."""
    try:
        yield
    except Exception as error:
        known = explain(error, path)
        if isinstance(known, SystemRefused):
            raise known from error
        raise


class _Watch:
    """Tells a Progress how large a file has become."""

    def __init__(self, path: str, progress: Progress) -> None:
        self._path = path
        self._progress = progress
        self._said_at = time.monotonic()

    def tick(self) -> int:
        """Take that SQLite has run INSTRUCTIONS more; 0 lets it go on."""
        now = time.monotonic()
        if now - self._said_at >= INTERVAL_SECONDS:
            self._said_at = now
            self._progress.amount(os.stat(self._path).st_size, 0)
        return 0


def _verify(path: str, name: str, source: Document) -> None:
    """Raise Damaged unless a file is a whole document at head; threads look, as each takes its time.

    Meanwhile it is synced, which finds little left to do when it is placed.
    """
    with ThreadPoolExecutor(2) as helpers:
        references = helpers.submit(_check_references, path, source.path)
        synced = helpers.submit(files.sync_file, path)
        _check_structure(path, name, source.kind)
        references.result()
        synced.result()


def _check_references(path: str, source: str) -> None:
    """Raise Damaged where a row points nowhere, which it did in the source."""
    with closing(connect(path)) as connection:
        orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    if orphan:
        raise Damaged(source, f"a row of {orphan[0]} points to no row of {orphan[2]}")


def _check_structure(path: str, name: str, kind: Format) -> None:
    with closing(connect(path)) as connection:
        check_head(connection, name, kind)
        # SQLite has just made the indices of what it wrote: comparing the two would take as long again.
        result = connection.execute("PRAGMA quick_check(1)").fetchone()
    if result != ("ok",):
        raise Damaged(name, str(result[0]))
