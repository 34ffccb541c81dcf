"""Classifies a file by its first 100 bytes, without writing and without a database connection.

The layout of those bytes: https://www.sqlite.org/fileformat2.html#the_database_header
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat

from myapp.descriptors import Stream
from myapp.document.errors import LostRevision, TooOldDocument
from myapp.document.files import SIDECARS
from myapp.document.format import DocumentFormat
from myapp.document.refusals import refused
from myapp.errors import Damaged, NotADocument, NotFound, StrPath, shown

HEADER_BYTES = 100
MAGIC = b"SQLite format 3\0"
JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
"""How a rollback journal begins that has something to roll back; and ends, if it names other files."""

MOST_UNCUT = 64
"""Largest accepted ratio of file to content. SQLite truncates unused pages only after it has committed; a
crash in between leaves valid content with unused pages behind it."""

_INVALID_NAME = 123
"""Windows' ERROR_INVALID_NAME: no file can have it, as a pattern for which there are none."""

_FILE_TYPES = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


class Header:
    """A document's header: its file (links followed), its revision with its number, and the files beside it.

    `older`: its revision comes before the program's. `hot`: a program was stopped while it wrote, and its
    transaction must be rolled back. `wal`: a program left the file in WAL mode, and perhaps a part of it
    in another file. `lost`: the file has not these numbers, which its content shows (see lost_header.py).
    """

    def __init__(
        self,
        path: str,
        older: bool,
        ordinal: int,
        revision: str,
        size: int,
        sidecars: tuple[str, ...],
        hot: bool,
        wal: bool,
        lost: bool = False,
    ) -> None:
        self.path = path
        self.older = older
        self.ordinal = ordinal
        self.revision = revision
        self.size = size
        self.sidecars = sidecars
        self.hot = hot
        self.wal = wal
        self.lost = lost

    @property
    def needs_recovery(self) -> bool:
        """Whether it must be recovered (see recovery.py) before it can be opened."""
        return self.hot or self.wal or self.lost


def classify(path: StrPath, format: DocumentFormat, lost_ordinal: int = 0) -> Header:
    """Return the header of a document that this program can open, now or after an upgrade.

    Where it was lost, `lost_ordinal` is the number of the revision that the content has. Raise NotFound,
    NotADocument, NewerDocument, TooOldDocument, Damaged, SystemRefused or InUse for anything else.
    """
    header = _header(path, format, None if lost_ordinal else format.application_id, lost_ordinal)
    if not header.hot:
        demand_known(path, header.ordinal, format)
    return header


def classify_unadopted(path: StrPath, format: DocumentFormat) -> Header:
    """Return the header of a SQLite database without any program's number; raise errors as `classify`."""
    return _header(path, format, 0)


def _header(
    path: StrPath, format: DocumentFormat, application_id: int | None, lost_ordinal: int = 0
) -> Header:
    real = _regular_file(path)
    header, size = _read(real, path)
    _check_magic(path, header)
    if application_id is not None and _number(header, 68) != application_id:
        raise NotADocument(path, "another program's SQLite database")
    sidecars = _sidecars(real, path)
    hot = "-journal" in sidecars and _is_hot(real, path)
    wal = 2 in header[18:20]
    if "-wal" in sidecars and not wal:
        raise Damaged(path, f"{_stranger(real, '-wal')} and would replace its content: move that away")
    _check_format(path, header)
    if not hot and not wal:
        _check_size(path, header, size)
    ordinal = lost_ordinal or _number(header, 60)
    older, revision = ordinal != format.ordinal, format.revision_of(ordinal)
    return Header(real, older, ordinal, revision, size, sidecars, hot, wal, bool(lost_ordinal))


def demand_known(path: StrPath, ordinal: int, format: DocumentFormat) -> None:
    """Raise NewerDocument, TooOldDocument or Damaged for the number of a revision that cannot be opened."""
    revision = format.revision_of(ordinal)
    if ordinal > format.ordinal:
        from myapp.document.newer import newer_document

        raise newer_document(path, revision, format)
    if ordinal < 1:
        raise LostRevision(path)
    if ordinal < format.oldest:
        raise TooOldDocument(path, revision, format.manifest.dropped[revision])


def _regular_file(path: StrPath) -> str:
    real = os.path.realpath(path)
    try:
        mode = os.stat(real).st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        link = os.path.islink(path)
        raise NotFound(shown(path), "the link points nowhere" if link else "") from error
    except (OSError, ValueError) as error:
        if getattr(error, "winerror", 0) == _INVALID_NAME:
            raise NotFound(shown(path)) from error
        if getattr(error, "errno", None) == errno.ELOOP:
            raise NotFound(shown(path), "the link leads back to itself") from error
        raise refused(path, error) from error
    if not stat.S_ISREG(mode):
        raise NotADocument(path, _FILE_TYPES.get(stat.S_IFMT(mode), "no regular file"))
    return real


def _sidecars(real: str, path: StrPath) -> tuple[str, ...]:
    """Return the endings of SQLite's files beside the document; refuse links and pipes, which it follows."""
    endings = []
    for end in SIDECARS:
        with contextlib.suppress(OSError):
            if not stat.S_ISREG(os.lstat(real + end).st_mode):
                raise Damaged(path, f"{_stranger(real, end)}: move that away")
            endings.append(end)
    return tuple(endings)


def _is_hot(real: str, path: StrPath) -> bool:
    """Tell whether SQLite would roll back the journal; refuse one that is not the document's own.

    A journal that names other files at its end makes SQLite delete one of them. No program of ours
    writes such a journal, since it comes of a transaction over several databases.
    """
    try:
        with Stream(real + "-journal") as stream:
            start = stream.read(len(JOURNAL_MAGIC))
            stream.seek(max(stream.seek(0, os.SEEK_END), 2 * len(start)) - len(start))
            end = stream.read()
    except OSError:
        return True  # unreadable: recovered, or refused, as if it were hot
    if start[:1] in (b"", b"\0"):
        return False
    if start != JOURNAL_MAGIC[: len(start)] or end == JOURNAL_MAGIC:
        raise Damaged(path, f"{_stranger(real, '-journal')}: move that away")
    return True


def _stranger(real: str, end: str) -> str:
    return f"{shown(real)}{end} beside it belongs to another file"


def _read(real: str, path: StrPath) -> tuple[bytes, int]:
    try:
        with Stream(real) as stream:
            return stream.read(HEADER_BYTES), os.fstat(stream.fileno()).st_size
    except OSError as error:
        raise refused(path, error) from error


def _check_magic(path: StrPath, header: bytes) -> None:
    if not header:
        raise NotADocument(path, "an empty file")
    if not header.startswith(MAGIC[: len(header)]):
        raise NotADocument(path, "no SQLite database, or an encrypted one")
    if len(header) < HEADER_BYTES:
        raise NotADocument(path, "a SQLite database that was cut off in its header")


def _check_format(path: StrPath, header: bytes) -> None:
    """Refuse unknown formats, and texts that are not UTF-8: SQLite has no plain error for them."""
    versions, schema_format, encoding = set(header[18:20]), _number(header, 44), _number(header, 56)
    if not versions <= {1, 2} or schema_format > 4 or encoding != 1:
        raise Damaged(path, "its header names a format that documents never have")


def _check_size(path: StrPath, header: bytes, size: int) -> None:
    # The page count is valid only where the last writer kept it: bytes 92 and 24 are then equal.
    page_size = int.from_bytes(header[16:18], "big") or 1
    page_size = 65536 if page_size == 1 else page_size
    wanted = _number(header, 28) * page_size
    uncut = wanted <= size <= MOST_UNCUT * wanted and size % page_size == 0
    if _number(header, 24) == _number(header, 92) and not uncut:
        change = "it was cut off" if size < wanted else "something was added to it"
        raise Damaged(path, f"{change}: {size} bytes instead of {wanted}")


def _number(header: bytes, offset: int) -> int:
    return int.from_bytes(header[offset : offset + 4], "big")
