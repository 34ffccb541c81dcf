"""Restores a document from a backup: whole or not at all, after a backup of what is there."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from myapp import descriptors
from myapp.descriptors import Stream, opened
from myapp.document import backups, copies, files
from myapp.document.classify import HEADER_BYTES, classify
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.errors import TooOldDocument
from myapp.document.format import DocumentFormat
from myapp.document.locking import await_closed, locked
from myapp.document.recovery import recover
from myapp.document.trust import check_content, check_document, is_whole
from myapp.errors import Damaged, NewerDocument, NotADocument, NotFound, StrPath, shown
from myapp.schema.driver_errors import translated


class _Replaced(Exception):
    """Another program gave the document's name to another file before this one was locked."""


def restore(path: StrPath, backup: StrPath, context: Context) -> str | None:
    """Put a backup in the document's place, whole or not at all; return the backup of the replaced one.

    `backup` is a path or the name of a backup of the document. Raise NotFound, NotADocument or
    Damaged where it is no whole document, InUse where the document is open elsewhere.
    """
    real = os.path.realpath(path)
    files.sweep(real)
    source = _find(real, backup, context.format)
    header = classify(source, context.format)
    if header.needs_recovery:
        raise Damaged(source, "a program was stopped while it wrote it")
    if not is_whole(source, context, check_document(source, context)):
        raise Damaged(source, "its check failed")
    if os.path.lexists(real) and not os.path.isfile(real):
        classify(real, context.format)  # raises the error for a folder or a pipe
    with _copied(source, real, context) as temporary:
        while True:
            try:
                return _put(temporary, real, context)
            except _Replaced:
                context.progress.waiting()


@contextmanager
def _copied(source: str, real: str, context: Context) -> Iterator[str]:
    temporary = files.temporary_name(real)
    try:
        with opened(source) as descriptor:
            copies.copy_exactly(descriptor, source, temporary, context.progress)
        files.copy_attributes(source, temporary)
        files.sync_file(temporary)
        yield temporary
    finally:
        files.remove(temporary)


def _put(temporary: str, real: str, context: Context) -> str | None:
    """Give the file the document's name; raise _Replaced where what is there now was not backed up."""
    if not os.path.lexists(real):
        kept = keep_damaged(None, real, context) if files.sidecars(real) else None
        try:
            files.place_new(temporary, real)
        except FileExistsError as error:
            raise _Replaced from error
        return kept
    await_closed(real, context.wait, context.progress.waiting)
    with ExitStack() as held:
        source, kept = _keep_current(held, real, context)
        files.copy_attributes(real, temporary)
        if descriptors.inode(real) != descriptors.inode(source):
            raise _Replaced
        _replace(temporary, real, held)
        files.sync_folder(real)
    return kept


def _replace(temporary: str, real: str, held: ExitStack) -> None:
    """Replace the document while it is locked; on Windows just after that, unless somebody wrote it."""
    if files.REPLACES_OPEN_FILES:
        os.replace(temporary, real)
        return
    before = _state(real)
    held.close()

    def check() -> None:
        if _state(real) != before:
            raise _Replaced

    files.replace(temporary, real, check)


def _state(path: str) -> tuple[int, int, bytes]:
    """Return what changes with every change of a database: time, size, and the counter in its header."""
    status = os.stat(path)
    with Stream(path) as stream:
        return status.st_mtime_ns, status.st_size, stream.read(HEADER_BYTES)


def _keep_current(held: ExitStack, real: str, context: Context) -> tuple[int, str]:
    """Lock and back up the document that a restore replaces; return its descriptor and its backup.

    One that cannot be opened is kept as it is.
    """
    file = descriptors.inode(real)
    try:
        with ExitStack() as document:
            kept = _keep_document(document, real, context)
            held.enter_context(document.pop_all())
            return kept
    except (Damaged, NewerDocument, NotADocument, TooOldDocument):
        source = held.enter_context(locked(real, context.wait, context.progress.waiting))
        if file != descriptors.inode(source):
            raise _Replaced from None
        return source, keep_damaged(source, real, context)


def _keep_document(held: ExitStack, real: str, context: Context) -> tuple[int, str]:
    try:
        source = held.enter_context(opened(real))
    except FileNotFoundError as error:
        raise _Replaced from error
    header = classify(real, context.format)
    if header.needs_recovery:
        recover(header, context)
    with translated(real, context.wait):
        connection = held.enter_context(closing(connect(real, "rw", context)))
        connection.patiently("BEGIN EXCLUSIVE")
        if connection.moved or connection.file != descriptors.inode(source):
            raise _Replaced
        revision = check_content(connection, real, context.format)
        return source, backups.make(source, real, revision, context)


def keep_damaged(source: int | None, real: str, context: Context) -> str:
    """Keep a damaged document and SQLite's files beside it, which would spoil the restored one."""
    for target in backups.names(real, backups.DAMAGED):
        if files.is_free(target):
            if source is not None:
                with files.replacement(target) as temporary:
                    copies.copy_exactly(source, real, temporary, context.progress)
                    files.copy_attributes(real, temporary)
            for end in files.sidecars(real):
                files.replace(real + end, target + end)
            files.sync_folder(target)
            return target
    raise AssertionError("names never run out")


def _find(real: str, backup: StrPath, format: DocumentFormat) -> str:
    folders = (os.curdir, os.path.dirname(real), backups.data_folder(real, format))
    for candidate in (os.path.join(folder, os.fspath(backup)) for folder in folders):
        if os.path.isfile(candidate):
            return os.path.abspath(candidate)
    raise NotFound(f"the backup {shown(backup)}")
