"""Brings a document to rest that another program left in the middle of its work.

SQLite itself rolls back a hot journal, and brings in what a WAL holds, when the file is opened. That is
done to a copy first: what is not a whole document afterwards is refused, and both files stay as they are.
"""

import contextlib
import os
import sqlite3
import time
from contextlib import closing

from myapp.document import files
from myapp.document.classify import Header, classify
from myapp.document.connect import connect
from myapp.document.format import Format
from myapp.document.trust import check_revision, check_schema, check_values, is_whole, schema_of_revision
from myapp.errors import Damaged, InUse, NewerDocument, StrPath, SystemRefused
from myapp.schema.driver_errors import translated
from myapp.schema.waiting import OnWait

_PAUSE_SECONDS = 0.1
"""How long a program that is at work is given before the document is looked at again."""


def settled(
    path: StrPath, header: Header, kind: Format, wait: float, on_wait: OnWait | None = None
) -> Header:
    """Deal with what killed programs left beside a document and return its header as it is then.

    A document in WAL mode in a place that cannot be written stays so. The errors are those of `recover`
    and `classify`.
    """
    deadline = time.monotonic() + wait
    while header.hot or (header.wal and files.can_replace(header.path)):
        try:
            recover(header, kind, wait, on_wait)
        except InUse:  # what looked left behind is the work of a program that is alive
            if time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
            header = classify(path, kind)
        else:
            return classify(path, kind)
    if "-journal" in header.sidecars and files.can_replace(header.path):
        tidy(header)
    return header


def recover(header: Header, kind: Format, wait: float, on_wait: OnWait | None = None) -> None:
    """Roll back a hot journal, or take a document out of WAL mode.

    Raise SystemRefused where the place cannot be written, InUse where another program is at work on
    it, Damaged or NewerDocument where the result is not a document that this program can open.
    """
    if not files.can_replace(header.path):
        raise SystemRefused(
            header.path,
            "a program was stopped while it wrote it, and what it began cannot be rolled back here",
            "copy it, with the files of the same name beside it, to a place that can be written",
        )
    trial = files.temporary_name(header.path)
    try:
        recover_copy(header, trial, kind, wait, on_wait)
    finally:
        files.remove(trial)
    with translated(header.path, wait):
        _settle(header.path, wait, on_wait)


def tidy(header: Header) -> None:
    """Let SQLite remove a journal that has nothing to roll back, unless a program is at work with it."""
    with contextlib.suppress(sqlite3.OperationalError), closing(connect(header.path, "rw", 0)) as connection:
        connection.execute("PRAGMA journal_mode=PERSIST")
        connection.execute("PRAGMA journal_mode=DELETE")


def copy_document(
    header: Header, copy: str, kind: Format, wait: float, on_wait: OnWait | None = None
) -> None:
    """Copy a document while nobody writes it; what a killed program left is rolled back in the copy."""
    if header.needs_recovery:
        recover_copy(header, copy, kind, wait, on_wait)
        return
    # In this order, so that the connection is closed before the descriptor: see files.opened.
    with (
        files.opened(header.path) as source,
        translated(header.path, wait),
        closing(connect(header.path, "ro", wait, on_wait)) as connection,
    ):
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # locks out writers
        files.copy(source, copy)


def recover_copy(header: Header, copy: str, kind: Format, wait: float, on_wait: OnWait | None = None) -> None:
    """Make a copy of a document that is at rest and whole; errors as `recover`, by the document's name."""
    try:
        before = _stamps(header)
        _copy_parts(header, copy)
    except FileNotFoundError as error:  # it ends its work, or takes back what it began
        raise InUse(header.path, 0) from error
    try:
        with translated(header.path, wait):
            _settle(copy, wait, on_wait)
            _check(copy, header.path, kind)
    except Damaged as error:
        if _stamps(header) != before:  # no wonder
            raise InUse(header.path, 0) from error
        raise


def _copy_parts(header: Header, copy: str) -> None:
    for end in _parts(header):
        with files.opened(header.path + end) as source:
            files.copy(source, copy + end)


def _settle(path: str, wait: float, on_wait: OnWait | None) -> None:
    with closing(connect(path, "rw", wait, on_wait)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.patiently("PRAGMA journal_mode=DELETE")


def _check(copy: str, path: str, kind: Format) -> None:
    with closing(connect(copy)) as connection:
        revision = check_revision(connection, path)
        if int(revision) > kind.ordinal:
            raise NewerDocument(path, revision, kind.head)
        check_schema(connection, path, schema_of_revision(revision, kind))
        check_values(connection, path)
    if not is_whole(copy):
        raise Damaged(path, "what another program began to write is neither whole nor to be rolled back")


def _parts(header: Header) -> list[str]:
    return ["", *(end for end in header.sidecars if end != "-shm")]


def _stamps(header: Header) -> list[tuple[int, int]]:
    """Return the times and sizes of the parts; an empty list says that one is gone."""
    try:
        found = [os.stat(header.path + end) for end in _parts(header)]
    except FileNotFoundError:
        return []
    return [(status.st_mtime_ns, status.st_size) for status in found]
