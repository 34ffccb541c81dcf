"""Backups of a document, beside it: `NAME.backup-0001` is the file as it was at revision 0001."""

import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass

from myapp.document import files
from myapp.document.classify import classify
from myapp.document.connect import connect
from myapp.document.format import Format, revision_of
from myapp.errors import Damaged, NotFound, shown
from myapp.schema.driver_errors import WAIT_SECONDS, translated

# A backup's pages are those of its document, except for what the last writer of a file leaves in the
# header: the change counter, the schema cookie, the counter the page count is valid for, and the
# writer's version of SQLite.
_WRITER_BYTES = ((24, 28), (40, 44), (92, 100))


@dataclass(frozen=True)
class Backup:
    """One backup: where it is, its revision, its size in bytes, when it was made, whether it verifies."""

    path: str
    revision: str
    size: int
    made_at: float
    whole: bool


def make(connection: sqlite3.Connection, path: str, revision: str) -> str:
    """Return the path of a verified backup of the open document, made now unless there is an equal one.

    A backup is never replaced: where one of that revision holds something else, the next is numbered
    `.backup-0001-2`.
    """
    for target in _names(path, revision):
        if not os.path.lexists(target):
            return _write(connection, path, target)
        if _same_content(path, target) and _whole(target):
            return target
    raise AssertionError("names never run out")


def found(path: str | os.PathLike[str]) -> list[Backup]:
    """Return the backups that lie beside a document, oldest revision first; the document may be gone."""
    real = os.path.realpath(path)
    folder, name = os.path.split(real)
    pattern = re.compile(re.escape(name) + r"\.backup-(\d{4,})(-\d+)?")
    matches = filter(None, map(pattern.fullmatch, sorted(os.listdir(folder))))
    return [_describe(os.path.join(folder, match.string), match.group(1)) for match in matches]


def restore(
    path: str | os.PathLike[str], backup: str | os.PathLike[str], kind: Format, wait: float = WAIT_SECONDS
) -> str | None:
    """Put a backup in the document's place, whole or not at all; return the backup of what was there.

    `backup` is a path or the name of a backup beside the document. Raise NotFound, NotADocument or
    Damaged where it is no whole document, InUse where the document is open elsewhere.
    """
    real = os.path.realpath(path)
    source = _named(real, backup)
    classify(source, kind)
    if not _whole(source):
        raise Damaged(source, "its check failed")
    kept = _keep_current(real, kind, wait) if os.path.lexists(real) else None
    with files.replacement(real) as temporary:
        _copy(source, temporary)
        files.copy_attributes(real if kept else source, temporary)
    return kept


def _names(path: str, revision: str) -> list[str]:
    first = f"{path}.backup-{revision}"
    return [first, *(f"{first}-{number}" for number in range(2, 1000))]


def _write(connection: sqlite3.Connection, path: str, target: str) -> str:
    temporary = files.temporary_name(target)
    try:
        with closing(connect(temporary, "rwc")) as copy:
            copy.execute("PRAGMA synchronous=OFF")  # synced as a whole before it gets its name
            connection.backup(copy)
        if not _whole(temporary):
            raise Damaged(path, "its backup does not verify")
        files.copy_attributes(path, temporary)
        files.place_new(temporary, target)
    finally:
        files.remove(temporary)
    return target


def _copy(source: str, target: str) -> None:
    with closing(connect(source)) as opened, closing(connect(target, "rwc")) as copy:
        copy.execute("PRAGMA synchronous=OFF")
        opened.backup(copy)


def _keep_current(real: str, kind: Format, wait: float) -> str:
    header = classify(real, kind)
    with translated(real, wait), closing(connect(real, "rw", wait)) as connection:
        connection.execute("BEGIN EXCLUSIVE")  # nobody else has it open for writing or reading
        connection.execute("ROLLBACK")
        return make(connection, real, header.revision)


def _named(real: str, backup: str | os.PathLike[str]) -> str:
    beside = os.path.join(os.path.dirname(real), os.fspath(backup))
    for candidate in (os.path.abspath(backup), beside):
        if os.path.isfile(candidate):
            return candidate
    raise NotFound(f"the backup {shown(backup)}", "`backups FILE` lists what there is")


def _describe(path: str, revision: str) -> Backup:
    status = os.stat(path)
    return Backup(path, revision, status.st_size, status.st_mtime, _whole(path, revision))


def _whole(path: str, revision: str | None = None) -> bool:
    """Tell whether a file is a whole SQLite database, of a revision where one is given."""
    try:
        with closing(connect(path)) as connection:
            (ordinal,) = connection.execute("PRAGMA user_version").fetchone()
            result = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error:
        return False
    return result == ("ok",) and revision in (None, revision_of(ordinal))


def _same_content(path: str, backup: str) -> bool:
    """Tell whether two files hold the same pages; called before the document is locked (see classify)."""
    if os.path.getsize(path) != os.path.getsize(backup):
        return False
    with open(path, "rb") as one, open(backup, "rb") as other:
        if _without_writer(one.read(100)) != _without_writer(other.read(100)):
            return False
        while block := one.read(1 << 20):
            if block != other.read(1 << 20):
                return False
    return True


def _without_writer(header: bytes) -> bytes:
    masked = bytearray(header)
    for start, end in _WRITER_BYTES:
        masked[start:end] = bytes(end - start)
    return bytes(masked)
