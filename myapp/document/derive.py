"""Makes new documents that are filled before they get their names: whole and verified, or not at all.

A document that is derived from an open one is a second database of one connection, so that SQL itself copies
between them: `main` is the document that is read, `part` the new one.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from myapp.document import files
from myapp.document.background import in_background
from myapp.document.connect import DocumentConnection, connect, uri
from myapp.document.context import Context
from myapp.document.create import copy_blank
from myapp.document.meter import INSTRUCTIONS, INTERVAL_SECONDS
from myapp.document.open import FileDocument
from myapp.document.placing import placed
from myapp.document.trust import check_head, is_whole
from myapp.errors import Damaged, StrPath, SystemRefused
from myapp.progress import Progress
from myapp.schema.driver_errors import explain, translated

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from myapp.document.protocol import Document

PART = "part"
"""The new document's name in SQL while it is filled."""

Fill = Callable[[sqlite3.Connection, str], None]
"""Takes the driver's connection on which the source is read, and the name of the database to fill there."""


def derive(source: "Document", path: StrPath, fill: Fill, context: Context) -> str:
    """Make a new document, filled from an open one, whole or not at all; return its absolute path.

    `fill` runs in one transaction; foreign keys are checked when it has ended. Raise SystemRefused where
    the name is taken or cannot be made, Damaged where the source has rows that point nowhere.
    """
    target = os.path.abspath(path)
    with placed(path, source.path) as temporary, translated(target, context.wait):
        copy_blank(temporary, context.format)
        with _attached(source, temporary, context) as connection, _refused_by(target):
            fill(connection, PART)
            context.format.settle(connection, f"{PART}.", context.progress)
            connection.commit()
        context.progress.step("verifying")
        _verify(temporary, target, source.path, context)
    return target


@contextmanager
def filled(path: StrPath, context: Context, like: str = "") -> "Iterator[Connection]":
    """Give the one transaction that fills a new document, which gets its name when that is committed.

    Others may do no more with it than with the file `like`, if there is one. Raise SystemRefused where the
    name is taken or the place cannot be written.
    """
    target = os.path.abspath(path)
    with placed(path, like) as temporary:
        with translated(target, context.wait):
            copy_blank(temporary, context.format)
        with FileDocument(target, context, file=temporary).writing() as connection:
            yield connection
        if not is_whole(temporary, context):
            raise Damaged(path, "the check of what was written failed")


@contextmanager
def _attached(source: "Document", path: str, context: Context) -> "Iterator[DocumentConnection]":
    """Give a connection to the source, with the new document beside it, in one transaction."""
    context.progress.step("copying")
    with source.driver_reading() as raw:
        raw.rollback()  # within a transaction no database is attached
        raw.execute(f"ATTACH ? AS {PART}", (uri(path, "rw"),))
        raw.execute("PRAGMA foreign_keys=OFF")
        # Nobody else knows the file, and an unfinished one is thrown away: it need not survive a kill
        # half-way. It is synced once, when it is whole.
        raw.execute(f"PRAGMA {PART}.journal_mode=MEMORY")
        raw.execute(f"PRAGMA {PART}.synchronous=OFF")
        raw.context = context
        raw.watch(_size_report(path, context.progress), INSTRUCTIONS)
        raw.execute("BEGIN")
        yield raw


@contextmanager
def _refused_by(path: str) -> Iterator[None]:
    """Name the new document in the errors of the system: the source is only read."""
    try:
        yield
    except Exception as error:
        known = explain(error, path)
        if isinstance(known, SystemRefused):
            raise known from error
        raise


def _size_report(path: str, progress: Progress) -> Callable[[], None]:
    """Return a function that reports the growing size of a file, if the last report was a while ago."""
    reported_at = time.monotonic()

    def report() -> None:
        nonlocal reported_at
        if time.monotonic() - reported_at >= INTERVAL_SECONDS:
            reported_at = time.monotonic()
            progress.amount(os.stat(path).st_size, 0)

    return report


def _verify(path: str, name: str, source: str, context: Context) -> None:
    """Raise Damaged unless a file is a whole document at head; threads check, as each check takes its time.

    Meanwhile it is synced, so that little is left to sync when it is placed.
    """
    with (
        in_background(_check_references, path, source, context) as references,
        in_background(files.sync_file, path) as synced,
    ):
        _check_structure(path, name, context)
        references.result()
        synced.result()


def _check_references(path: str, source: str, context: Context) -> None:
    """Raise Damaged where a row has no parent, which it had not in the source either."""
    with closing(connect(path, "ro", context)) as connection:
        orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    if orphan:
        raise Damaged(source, f"a row of {orphan[0]} points to no row of {orphan[2]}")


def _check_structure(path: str, name: str, context: Context) -> None:
    with closing(connect(path, "ro", context)) as connection:
        check_head(connection, name, context.format)
        # SQLite has just made the indices of the new rows: comparing the two would take as long again.
        result = connection.execute("PRAGMA quick_check(1)").fetchone()
    if result != ("ok",):
        raise Damaged(name, str(result[0]))
