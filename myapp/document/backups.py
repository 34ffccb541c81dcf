"""Backups of a document: `NAME.backup-0001` beside it is the file as it was at revision 0001.

Where that name cannot be made (its folder is closed, the name is too long), the backup lies in the
user's data folder, in a folder of its own for each document.
"""

import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from myapp import descriptors
from myapp.descriptors import opened
from myapp.document import copies, files
from myapp.document.background import in_background
from myapp.document.classify import classify
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.format import DocumentFormat
from myapp.document.refusals import refused
from myapp.document.trust import (
    Check,
    check_document,
    is_whole,
)
from myapp.errors import Cancelled, Damaged, MyappError, NewerDocument, StrPath, UsageError
from myapp.progress import StopToken
from myapp.schema.driver_errors import translated

DAMAGED, ORIGINAL = "damaged", "original"
"""In the name of a backup of what was no document, or none yet, in the revision's place."""


@dataclass(frozen=True)
class Backup:
    """One backup: its path, revision, size in bytes, time in seconds since 1970, and whether it verifies.

    `whole` is None for the backup of a newer release or of a dropped revision: their schemas are not known.
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
    verify: Callable[[str], bool] | None = None,
) -> str:
    """Return the path of a verified backup of a document, made now unless there is an equal one.

    `source` is the document's open descriptor; the caller holds the document locked. A backup is never
    replaced: where one of that revision holds something else, the next is numbered `.backup-0001-2`.
    `verify` tells of the path of a copy whether it is whole, if not by `is_whole`; where that raises an
    error no backup stays.
    """
    verify = verify or partial(is_whole, context=context)
    try:
        return _make(source, path, os.path.dirname(path), revision, context, verify)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG):
            raise
        folder = data_folder(path, context.format, make=True)
        return _make(source, path, folder, revision, context, verify)


def verified(
    copy: str, context: Context, meanwhile: Callable[[], object], check: Check = "integrity_check"
) -> bool:
    """Tell whether a copy is whole, for `make`; `meanwhile` is called at the same time, as both take long."""
    with checking(copy, context, check) as whole:
        meanwhile()
        return whole.result()


def next_name(path: str, revision: str, context: Context) -> str:
    """Return the path that `make` would choose for a document that is not open; nothing is written."""
    folder = os.path.dirname(path)
    longest = next(names(os.path.basename(path), revision))
    if not (files.fits(longest) and files.takes_files(folder)):
        folder = data_folder(path, context.format)
    with opened(path) as source:
        for name in names(os.path.join(folder, os.path.basename(path)), revision):
            if files.is_free(name) or _holds(name, source, context):
                return name
    raise AssertionError("names never run out")


def list_backups(path: StrPath, context: Context) -> list[Backup]:
    """Return a document's backups, each verified, oldest revision first; the document may be gone."""
    real = os.path.realpath(path)
    pattern = re.compile(re.escape(os.path.basename(real)) + r"\.backup-([\w.]+)(-\d+)?")
    backups = []
    for folder in (os.path.dirname(real), data_folder(real, context.format)):
        entries = os.listdir(folder) if os.path.isdir(folder) else []
        matches = filter(None, map(pattern.fullmatch, entries))
        backups += [_describe(os.path.join(folder, match[0]), match[1], context) for match in matches]
    return sorted(filter(None, backups), key=partial(_age, context.format))


def prune(path: StrPath, context: Context, keep: int) -> Iterator[Backup]:
    """Remove all but the `keep` newest backups of a document and give each when it is gone.

    Damaged backups are not counted, and are removed first; parts that killed programs left go too.
    Raise UsageError for a negative number, and SystemRefused or InUse at the end where one cannot be removed.
    """
    if keep < 0:
        raise UsageError(f"{keep} backups cannot be kept")
    files.sweep(os.path.realpath(path))
    backups = list_backups(path, context)
    newest = sorted(backups, key=lambda backup: (backup.whole is not False, backup.made_at), reverse=True)
    refusal = None
    for backup in newest[keep:]:
        try:
            files.unlink(backup.path)
        except FileNotFoundError:
            continue
        except OSError as error:
            refusal = refusal or refused(backup.path, error)
        else:
            files.remove(backup.path)  # what SQLite left beside it
            yield backup
    if refusal:
        raise refusal


def _make(
    source: int, path: str, folder: str, revision: str, context: Context, verify: Callable[[str], bool]
) -> str:
    for target in names(os.path.join(folder, os.path.basename(path)), revision):
        if files.is_free(target):
            return _write(source, path, target, context, verify)
        if _holds(target, source, context) and verify(target):
            return target
    raise AssertionError("names never run out")


def _holds(target: str, source: int, context: Context) -> bool:
    """Tell whether a file holds a document's bytes, and is neither the document itself nor a link."""
    with suppress(FileNotFoundError):  # removed meanwhile
        regular = os.path.isfile(target) and not os.path.islink(target)
        other = descriptors.inode(target) != descriptors.inode(source)
        return regular and other and copies.equal(source, target, context.progress)
    return False


def names(path: str, revision: str) -> Iterator[str]:
    """Yield the names of backups of a revision; `damaged` stands for one that is not known."""
    yield f"{path}.backup-{revision}"
    yield from (f"{path}.backup-{revision}-{number}" for number in range(2, 10_000))


def _write(source: int, path: str, target: str, context: Context, verify: Callable[[str], bool]) -> str:
    temporary = files.temporary_name(target)
    try:
        copies.copy_exactly(source, path, temporary, context.progress)
        if not verify(temporary):
            raise Damaged(path, "its backup does not verify")
        files.copy_attributes(path, temporary)
        files.place_new(temporary, target)
    finally:
        files.remove(temporary)
    return target


@contextmanager
def checking(path: str, context: Context, check: Check) -> Iterator[Future[bool]]:
    """Give the future of `is_whole`: another thread checks the file, and is stopped where the block fails."""
    helpers_stop = StopToken()
    context.stop.add_callback(helpers_stop.stop)
    helpers = Context(context.format, stop=helpers_stop)
    try:
        with in_background(is_whole, path, helpers, check=check) as whole:
            try:
                yield whole
            except BaseException:
                helpers_stop.stop()
                raise
    finally:
        context.stop.remove_callback(helpers_stop.stop)


def data_folder(path: str, format: DocumentFormat, *, make: bool = False) -> str:
    """Return the folder of the backups of a document beside which none can be made."""
    import platformdirs

    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    folder = platformdirs.user_data_path(format.name, appauthor=False) / "backups" / digest
    if make:
        folder.mkdir(parents=True, exist_ok=True)
    return os.fspath(folder)


def _age(format: DocumentFormat, backup: Backup) -> tuple[int, str, float, str]:
    known = backup.revision in format.order
    ordinal = format.ordinal_of(backup.revision) if known else format.ordinal + 1
    return ordinal, backup.revision, backup.made_at, backup.path


def _describe(path: str, revision: str, context: Context) -> Backup | None:
    """Return a backup, None for a file of another origin: its name ends in a word that is no revision."""
    status, format = os.stat(path), context.format
    known = revision in (*format.order, DAMAGED, ORIGINAL)
    if not known and not _is_newer(path, format):
        return None
    readable = known and revision not in format.manifest.dropped
    whole = _verifies(path, revision, context) if readable else None
    return Backup(path, revision, status.st_size, status.st_mtime, whole)


def _is_newer(path: str, format: DocumentFormat) -> bool:
    with suppress(MyappError):
        try:
            classify(path, format)
        except NewerDocument:
            return True
    return False


def _is_recognised(path: str, context: Context) -> bool:
    """Tell whether a file could be adopted (see adopt.py), perhaps as one of several revisions."""
    from myapp.document.recognition import recognise

    with suppress(UsageError), translated(path), closing(connect(path, "ro", context)) as connection:
        recognise(connection, path, context.format)
    return True


def _verifies(path: str, revision: str, context: Context) -> bool:
    """Tell whether a backup is a whole document of its revision; no SQL of another schema is run."""
    try:
        if revision == ORIGINAL:
            return _is_recognised(path, context) and is_whole(path, context)
        classify(path, context.format)
        return check_document(path, context) == revision and is_whole(path, context, revision)
    except Cancelled:
        raise
    except MyappError:
        return False
