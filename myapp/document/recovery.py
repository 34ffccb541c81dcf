"""Recovers a document after a crash: rolls back its journal or leaves WAL mode; and a copy without a header.

SQLite itself does that when it opens the file. It is done to a copy first: where the result is no whole
document, it is refused, and both files stay as they are.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from myapp.descriptors import opened
from myapp.document import copies, files
from myapp.document.classify import Header, classify
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.header import set_header
from myapp.document.private import private_folder
from myapp.document.trust import check_content, check_values, is_whole
from myapp.errors import Damaged, InUse, StrPath, SystemRefused, UsageError
from myapp.schema.driver_errors import in_use, translated

_PAUSE_SECONDS = 0.1
"""How long a program that is at work is given before the document is looked at again."""


def recovered(path: StrPath, header: Header, context: Context) -> Header:
    """Recover a document where that is needed, tidy its folder, and return its header afterwards.

    A document in WAL mode in a place that cannot be written stays so. The errors are those of `recover`
    and `classify`.
    """
    deadline = time.monotonic() + context.wait
    while header.hot or (header.wal and files.can_replace(header.path)):
        try:
            recover(header, context)
        except InUse:  # the files were not left by a crash: a living program is at work on them
            if time.monotonic() >= deadline:
                raise
            context.stop.check(path)
            time.sleep(_PAUSE_SECONDS)
            header = classify(path, context.format)
        else:
            return classify(path, context.format)
    if "-journal" in header.sidecars and files.can_replace(header.path):
        _remove_empty_journal(header, context)
    return header


def recover(header: Header, context: Context) -> None:
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
        recover_copy(header, trial, context)
    finally:
        files.remove(trial)
    with translated(header.path, context.wait):
        _leave_journal(header.path, context)


def copy_document(header: Header, copy: str, context: Context) -> None:
    """Copy a document while nobody writes it; after a crash, recover the copy; set a header that was lost."""
    if header.hot or header.wal:
        recover_copy(header, copy, context)
        return
    with (
        opened(header.path) as source,
        translated(header.path, context.wait),
        closing(connect(header.path, "ro", context)) as connection,
    ):
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # locks out writers
        copies.copy(source, copy, context.progress)
    if header.lost:
        with translated(header.path, context.wait), closing(connect(copy, "rw", context)) as connection:
            set_header(connection.execute, context.format.application_id, header.ordinal)


@contextmanager
def private_copy(header: Header, context: Context) -> Iterator[str]:
    """Give the path of a copy as `copy_document` makes it, in a folder that is removed at the end."""
    with private_folder(context.format) as folder:
        copy = os.path.join(folder, "copy" + context.format.suffix)
        copy_document(header, copy, context)
        yield copy


def recover_copy(header: Header, copy: str, context: Context) -> None:
    """Copy a document and the files beside it, and recover the copy; errors as `recover`, of the original."""
    try:
        before = _stamps(header)
        for end in _parts(header):
            with opened(header.path + end) as source:
                copies.copy(source, copy + end, context.progress)
    except FileNotFoundError as error:  # a living program ends its transaction, or rolls it back
        raise in_use(header.path) from error
    try:
        with translated(header.path, context.wait):
            _leave_journal(copy, context)
            _check(copy, header.path, context)
    except Damaged as error:
        if _stamps(header) != before:  # the source changed while we copied it: a broken copy proves nothing
            raise in_use(header.path) from error
        raise


def _remove_empty_journal(header: Header, context: Context) -> None:
    """Let SQLite remove a journal that has nothing to roll back, unless a program is at work with it."""
    with (
        contextlib.suppress(sqlite3.OperationalError),
        closing(connect(header.path, "rw", context.without_wait())) as connection,
    ):
        connection.execute("PRAGMA journal_mode=PERSIST")
        connection.execute("PRAGMA journal_mode=DELETE")


def _leave_journal(path: str, context: Context) -> None:
    """Let SQLite roll back a hot journal, or bring a WAL into the file."""
    with closing(connect(path, "rw", context)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.patiently("PRAGMA journal_mode=DELETE")


def _check(copy: str, path: str, context: Context) -> None:
    with closing(connect(copy, "ro", context)) as connection:
        if connection.execute("PRAGMA application_id").fetchone() == (0,):
            _check_unadopted(connection, path, context)
        else:
            check_content(connection, path, context.format)
    if not is_whole(copy, context):
        raise Damaged(path, "what another program began to write is neither whole nor to be rolled back")


def _check_unadopted(connection: sqlite3.Connection, path: str, context: Context) -> None:
    """Raise what `recognise` raises unless a file can be adopted: a program was stopped in adopt.py."""
    from myapp.document.recognition import recognise

    with contextlib.suppress(UsageError):  # where several revisions have its schema
        recognise(connection, path, context.format)
    check_values(connection, path)


def _parts(header: Header) -> list[str]:
    return ["", *(end for end in header.sidecars if end != "-shm")]


def _stamps(header: Header) -> list[tuple[int, int]]:
    """Return the times and sizes of the parts; an empty list where one is gone."""
    try:
        statuses = [os.stat(header.path + end) for end in _parts(header)]
    except FileNotFoundError:
        return []
    return [(status.st_mtime_ns, status.st_size) for status in statuses]
