"""Backups of a document: `NAME.backup-0001` beside it is the file as it was at revision 0001.

Where that name cannot be made (its folder is closed, the name is too long), the backup lies in the
user's data folder, in a folder of its own for each document.
"""

import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass

from myapp.descriptors import opened
from myapp.document import files
from myapp.document.classify import classify
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.format import DocumentFormat
from myapp.document.recovery import recover
from myapp.document.trust import check_content, check_document, is_whole
from myapp.errors import (
    Cancelled,
    Damaged,
    MyappError,
    NewerDocument,
    NotADocument,
    NotFound,
    StrPath,
    UsageError,
    shown,
)
from myapp.progress import StopToken
from myapp.schema.driver_errors import translated


@dataclass(frozen=True)
class Backup:
    """One backup: its path, revision, size in bytes, time in seconds since 1970, and whether it verifies.

    `whole` is None for a newer release's backup: this program does not know its schema.
    """

    path: str
    revision: str
    size: int
    made_at: float
    whole: bool | None


def make(
    source: int,
    path: str,
    revision: str,
    context: Context,
    meanwhile: Callable[[], object] = lambda: None,
) -> str:
    """Return the path of a verified backup of a document, made now unless there is an equal one.

    `source` is the document's open descriptor; the caller holds the document locked. A backup is never
    replaced: where one of that revision holds something else, the next is numbered `.backup-0001-2`.
    `meanwhile` is called while another thread verifies the copy, which takes long; where either raises an
    error no backup stays.
    """
    try:
        return _make(source, path, os.path.dirname(path), revision, context, meanwhile)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG):
            raise
        folder = _data_folder(path, context.format, make=True)
        return _make(source, path, folder, revision, context, meanwhile)


def next_name(path: str, revision: str, context: Context) -> str:
    """Return the path that `make` would choose for a document that is not open; nothing is written."""
    folder = os.path.dirname(path)
    longest = os.fsencode(next(_names(os.path.basename(path), revision)))
    if len(longest) > files.NAME_BYTES or not os.access(folder, os.W_OK):
        folder = _data_folder(path, context.format)
    with opened(path) as source:
        for name in _names(os.path.join(folder, os.path.basename(path)), revision):
            if not os.path.lexists(name) or files.equal(source, name, context.progress):
                return name
    raise AssertionError("names never run out")


def list_backups(path: StrPath, context: Context) -> list[Backup]:
    """Return a document's backups, each verified, oldest revision first; the document may be gone."""
    real = os.path.realpath(path)
    pattern = re.compile(re.escape(os.path.basename(real)) + r"\.backup-(\d{4,}|damaged)(-\d+)?")
    backups = []
    for folder in (os.path.dirname(real), _data_folder(real, context.format)):
        names = os.listdir(folder) if os.path.isdir(folder) else []
        matches = filter(None, map(pattern.fullmatch, names))
        backups += [_describe(os.path.join(folder, match[0]), match[1], context) for match in matches]
    return sorted(backups, key=lambda backup: (backup.revision, backup.made_at, backup.path))


def prune(path: StrPath, context: Context, keep: int) -> list[Backup]:
    """Remove all but the `keep` newest backups of a document and return the removed ones.

    Damaged backups are not counted, and are removed first. Raise UsageError for a negative number.
    """
    if keep < 0:
        raise UsageError(f"{keep} backups cannot be kept")
    backups = list_backups(path, context)
    newest = sorted(backups, key=lambda backup: (backup.whole is not False, backup.made_at), reverse=True)
    for backup in newest[keep:]:
        files.remove(backup.path)
    return newest[keep:]


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
    with ExitStack() as held:
        kept = _keep_current(held, real, context) if os.path.lexists(real) else None
        with files.replacement(real) as temporary:
            with opened(source) as descriptor:
                files.copy(descriptor, temporary, context.progress)
            files.copy_attributes(real if kept else source, temporary)
    return kept


def _make(
    source: int,
    path: str,
    folder: str,
    revision: str,
    context: Context,
    meanwhile: Callable[[], object],
) -> str:
    for target in _names(os.path.join(folder, os.path.basename(path)), revision):
        if not os.path.lexists(target):
            return _write(source, path, target, context, meanwhile)
        if files.equal(source, target, context.progress) and _verified(target, context, meanwhile):
            return target
    raise AssertionError("names never run out")


def _names(path: str, revision: str) -> Iterator[str]:
    yield f"{path}.backup-{revision}"
    yield from (f"{path}.backup-{revision}-{number}" for number in range(2, 10_000))


def _write(source: int, path: str, target: str, context: Context, meanwhile: Callable[[], object]) -> str:
    temporary = files.temporary_name(target)
    try:
        files.copy(source, temporary, context.progress)
        if not _verified(temporary, context, meanwhile):
            raise Damaged(path, "its backup does not verify")
        files.copy_attributes(path, temporary)
        files.place_new(temporary, target)
    finally:
        files.remove(temporary)
    return target


def _verified(path: str, context: Context, meanwhile: Callable[[], object]) -> bool:
    """Tell whether a file is whole: another thread checks it, and is stopped where `meanwhile` fails."""
    helpers_stop = StopToken()
    context.stop.add_callback(helpers_stop.stop)
    try:
        with ThreadPoolExecutor(1) as helper:
            whole = helper.submit(is_whole, path, Context(context.format, stop=helpers_stop))
            try:
                meanwhile()
                return whole.result()
            except BaseException:
                helpers_stop.stop()
                raise
    finally:
        context.stop.remove_callback(helpers_stop.stop)


def _keep_current(held: ExitStack, real: str, context: Context) -> str:
    """Back up the document that a restore replaces, and keep it locked; a damaged one is kept as it is."""
    source = held.enter_context(opened(real))
    try:
        header = classify(real, context.format)
        if header.needs_recovery:
            recover(header, context)
        with translated(real, context.wait):
            connection = held.enter_context(closing(connect(real, "rw", context)))
            connection.patiently("BEGIN EXCLUSIVE")
            revision = check_content(connection, real, context.format)
            return make(source, real, revision, context)
    except (Damaged, NewerDocument, NotADocument):
        return keep_damaged(source, real, context)


def keep_damaged(source: int, real: str, context: Context) -> str:
    """Keep a damaged document and SQLite's files beside it, which would spoil the restored one."""
    for target in _names(real, "damaged"):
        if not os.path.lexists(target):
            with files.replacement(target) as temporary:
                files.copy(source, temporary, context.progress)
            for end in files.SIDECARS:
                if os.path.lexists(real + end):
                    os.replace(real + end, target + end)
            files.sync_folder(target)
            return target
    raise AssertionError("names never run out")


def _data_folder(path: str, format: DocumentFormat, *, make: bool = False) -> str:
    import platformdirs

    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    folder = platformdirs.user_data_path(format.name, appauthor=False) / "backups" / digest
    if make:
        folder.mkdir(parents=True, exist_ok=True)
    return os.fspath(folder)


def _find(real: str, backup: StrPath, format: DocumentFormat) -> str:
    folders = (os.curdir, os.path.dirname(real), _data_folder(real, format))
    for candidate in (os.path.join(folder, os.fspath(backup)) for folder in folders):
        if os.path.isfile(candidate):
            return os.path.abspath(candidate)
    raise NotFound(f"the backup {shown(backup)}")


def _describe(path: str, revision: str, context: Context) -> Backup:
    status = os.stat(path)
    newer = revision.isdigit() and int(revision) > context.format.ordinal
    whole = None if newer else _verifies(path, revision, context)
    return Backup(path, revision, status.st_size, status.st_mtime, whole)


def _verifies(path: str, revision: str, context: Context) -> bool:
    """Tell whether a backup is a whole document of its revision; no SQL of another schema is run."""
    try:
        classify(path, context.format)
        return check_document(path, context) == revision and is_whole(path, context, revision)
    except Cancelled:
        raise
    except MyappError:
        return False
