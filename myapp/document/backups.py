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
from threading import Event

from myapp.document import files
from myapp.document.classify import classify
from myapp.document.connect import connect
from myapp.document.format import Format
from myapp.document.recovery import recover
from myapp.document.trust import (
    check_document,
    check_revision,
    check_schema,
    check_values,
    is_whole,
    schema_of_revision,
)
from myapp.errors import (
    Damaged,
    MyappError,
    NewerDocument,
    NotADocument,
    NotFound,
    StrPath,
    UsageError,
    shown,
)
from myapp.schema.driver_errors import WAIT_SECONDS, translated
from myapp.schema.waiting import OnWait


@dataclass(frozen=True)
class Backup:
    """One backup: where it is, its revision, its size in bytes, when it was made, whether it verifies.

    `whole` is None for a newer release's, which this one cannot tell: it does not know the schema.
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
    kind: Format,
    amount: files.Amount | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> str:
    """Return the path of a verified backup of a document, made now unless there is an equal one.

    `source` is the document's open descriptor; the caller holds the document locked. A backup is never
    replaced: where one of that revision holds something else, the next is numbered `.backup-0001-2`.
    `amount` is told the bytes copied, of how many. `meanwhile` is called while another thread verifies the
    copy, which takes long; where it raises something no backup stays.
    """
    try:
        return _make(source, path, os.path.dirname(path), revision, amount, meanwhile)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG):
            raise
        return _make(source, path, _data_folder(path, kind, make=True), revision, amount, meanwhile)


def next_name(path: str, revision: str, kind: Format) -> str:
    """Return where `make` would leave the backup of a document that is not open; nothing is written."""
    folder = os.path.dirname(path)
    longest = os.fsencode(next(_names(os.path.basename(path), revision)))
    if len(longest) > files.NAME_BYTES or not os.access(folder, os.W_OK):
        folder = _data_folder(path, kind)
    with files.opened(path) as source:
        names = _names(os.path.join(folder, os.path.basename(path)), revision)
        return next(name for name in names if not os.path.lexists(name) or files.equal(source, name))


def found(path: StrPath, kind: Format) -> list[Backup]:
    """Return a document's backups, oldest revision first; the document itself may be gone."""
    real = os.path.realpath(path)
    pattern = re.compile(re.escape(os.path.basename(real)) + r"\.backup-(\d{4,}|damaged)(-\d+)?")
    listed = []
    for folder in (os.path.dirname(real), _data_folder(real, kind)):
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        matches = filter(None, map(pattern.fullmatch, names))
        listed += [_describe(os.path.join(folder, match.string), match.group(1), kind) for match in matches]
    return sorted(listed, key=lambda backup: (backup.revision, backup.made_at))


def prune(path: StrPath, kind: Format, keep: int) -> list[Backup]:
    """Remove all but the `keep` newest backups of a document and return what was removed.

    What does not verify counts for nothing and goes first. Raise UsageError for a negative number.
    """
    if keep < 0:
        raise UsageError(f"{keep} backups cannot be kept")
    newest = sorted(
        found(path, kind), key=lambda backup: (backup.whole is not False, backup.made_at), reverse=True
    )
    for backup in newest[keep:]:
        files.remove(backup.path)
    return newest[keep:]


def restore(
    path: StrPath,
    backup: StrPath,
    kind: Format,
    wait: float = WAIT_SECONDS,
    on_wait: OnWait | None = None,
) -> str | None:
    """Put a backup in the document's place, whole or not at all; return the backup of what was there.

    `backup` is a path or the name of a backup of the document. Raise NotFound, NotADocument or
    Damaged where it is no whole document, InUse where the document is open elsewhere.
    """
    real = os.path.realpath(path)
    files.sweep(real)
    source = _named(real, backup, kind)
    header = classify(source, kind)
    if header.needs_recovery:
        raise Damaged(source, "a program was stopped while it wrote it")
    if not is_whole(source, check_document(source, kind, wait, on_wait)):
        raise Damaged(source, "its check failed")
    with ExitStack() as held:
        kept = _keep_current(held, real, kind, wait, on_wait) if os.path.lexists(real) else None
        with files.replacement(real) as temporary:
            with files.opened(source) as opened:
                files.copy(opened, temporary)
            files.copy_attributes(real if kept else source, temporary)
    return kept


def _make(
    source: int,
    path: str,
    folder: str,
    revision: str,
    amount: files.Amount | None,
    meanwhile: Callable[[], object],
) -> str:
    for target in _names(os.path.join(folder, os.path.basename(path)), revision):
        if not os.path.lexists(target):
            return _write(source, path, target, amount, meanwhile)
        if files.equal(source, target) and _verified(target, meanwhile):
            return target
    raise AssertionError("names never run out")


def _names(path: str, revision: str) -> Iterator[str]:
    yield f"{path}.backup-{revision}"
    yield from (f"{path}.backup-{revision}-{number}" for number in range(2, 10_000))


def _write(
    source: int, path: str, target: str, amount: files.Amount | None, meanwhile: Callable[[], object]
) -> str:
    temporary = files.temporary_name(target)
    try:
        files.copy(source, temporary, amount)
        if not _verified(temporary, meanwhile):
            raise Damaged(path, "its backup does not verify")
        files.copy_attributes(path, temporary)
        files.place_new(temporary, target)
    finally:
        files.remove(temporary)
    return target


def _verified(path: str, meanwhile: Callable[[], object]) -> bool:
    given_up = Event()
    with ThreadPoolExecutor(1) as helper:
        whole = helper.submit(is_whole, path, given_up=given_up.is_set)
        try:
            meanwhile()
            return whole.result()
        except BaseException:
            given_up.set()
            raise


def _keep_current(held: ExitStack, real: str, kind: Format, wait: float, on_wait: OnWait | None) -> str:
    """Back up what a restore replaces, and keep it locked; as it is where it is no whole document."""
    source = held.enter_context(files.opened(real))
    try:
        header = classify(real, kind)
        if header.needs_recovery:
            recover(header, kind, wait, on_wait)
        with translated(real, wait):
            connection = held.enter_context(closing(connect(real, "rw", wait, on_wait)))
            connection.patiently("BEGIN EXCLUSIVE")
            revision = check_revision(connection, real)
            check_schema(connection, real, schema_of_revision(revision, kind))
            check_values(connection, real)
            return make(source, real, revision, kind)
    except (Damaged, NewerDocument, NotADocument):
        return _keep_damaged(source, real)


def _keep_damaged(source: int, real: str) -> str:
    """Keep a damaged document and what lies beside it, which would spoil the one that is restored."""
    for target in _names(real, "damaged"):
        if not os.path.lexists(target):
            files.copy(source, target)
            files.sync_file(target)
            for end in files.SIDECARS:
                if os.path.lexists(real + end):
                    os.replace(real + end, target + end)
            files.sync_folder(target)
            return target
    raise AssertionError("names never run out")


def _data_folder(path: str, kind: Format, *, make: bool = False) -> str:
    import platformdirs

    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    folder = platformdirs.user_data_path(kind.name, appauthor=False) / "backups" / digest
    if make:
        folder.mkdir(parents=True, exist_ok=True)
    return os.fspath(folder)


def _named(real: str, backup: StrPath, kind: Format) -> str:
    folders = (os.curdir, os.path.dirname(real), _data_folder(real, kind))
    for candidate in (os.path.join(folder, os.fspath(backup)) for folder in folders):
        if os.path.isfile(candidate):
            return os.path.abspath(candidate)
    raise NotFound(f"the backup {shown(backup)}")


def _describe(path: str, revision: str, kind: Format) -> Backup:
    status = os.stat(path)
    newer = revision.isdigit() and int(revision) > kind.ordinal
    whole = None if newer else _verifies(path, revision, kind)
    return Backup(path, revision, status.st_size, status.st_mtime, whole)


def _verifies(path: str, revision: str, kind: Format) -> bool:
    """Tell whether a backup is a whole document of its revision; nothing of another schema is run."""
    try:
        classify(path, kind)
        return check_document(path, kind) == revision and is_whole(path, revision)
    except MyappError:
        return False
