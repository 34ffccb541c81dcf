"""Copies a file that may be damaged to where it can be worked on; the original is only read."""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager

from myapp.descriptors import Stream, opened
from myapp.document import copies, files
from myapp.document.classify import HEADER_BYTES, JOURNAL_MAGIC
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.private import private_folder
from myapp.document.refusals import refused
from myapp.errors import InUse, NotADocument, NotFound, StrPath, shown
from myapp.schema.driver_errors import explain, in_use

_WAL = "-wal"
_JOURNAL = "-journal"


@contextmanager
def private_copy(path: StrPath, context: Context) -> Iterator[str]:
    """Give the path of a copy of any file, which is removed at the end.

    What a killed program left beside it is taken along: SQLite rolls back its journal in the copy, or brings
    in its WAL. Raise NotFound, NotADocument for what is no file, InUse where another program writes it.
    """
    real = os.path.realpath(path)
    _demand_file(path, real)
    with private_folder(context.format) as folder:
        copy = os.path.join(folder, "copy" + context.format.suffix)
        context.progress.step("copying")
        before = _stamps(real)
        with opened(real) as source, _locked(real, context):
            copies.copy(source, copy, context.progress)
            for end in _belonging(real, source):
                with opened(real + end) as beside:
                    copies.copy(beside, copy + end, context.progress)
        if _stamps(real) != before:
            raise in_use(real)
        _settle(copy, context)
        yield copy


def _demand_file(path: StrPath, real: str) -> None:
    try:
        status = os.stat(real)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(shown(path)) from error
    except (OSError, ValueError) as error:
        raise refused(path, error) from error
    if not stat.S_ISREG(status.st_mode):
        raise NotADocument(path, "no regular file")
    if status.st_size == 0:
        raise NotADocument(path, "an empty file")


def _stamps(real: str) -> list[tuple[int, int] | None]:
    stamps: list[tuple[int, int] | None] = []
    for end in ("", _JOURNAL, _WAL):
        try:
            status = os.stat(real + end)
        except OSError:
            stamps.append(None)
        else:
            stamps.append((status.st_mtime_ns, status.st_size))
    return stamps


@contextmanager
def _locked(real: str, context: Context) -> Iterator[None]:
    """Keep writers out of a file at rest, where SQLite can open it; it would write beside any other."""
    if any(os.path.lexists(real + end) for end in files.SIDECARS) or _in_wal_mode(real):
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            connection = stack.enter_context(closing(connect(real, "ro", context)))
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            meaning = explain(error, real, context.wait)
            if isinstance(meaning, InUse):
                raise meaning from error
        yield


def _in_wal_mode(real: str) -> bool:
    with opened(real) as source:
        return 2 in os.read(source, HEADER_BYTES)[18:20]


def _belonging(real: str, source: int) -> list[str]:
    """Return the endings of the files beside it that SQLite would need to read it as its writer left it.

    A journal that names other files at its end would make SQLite delete one of them.
    """
    os.lseek(source, 0, os.SEEK_SET)
    wal = 2 in os.read(source, HEADER_BYTES)[18:20]
    return [end for end in ((_WAL,) if wal else (_JOURNAL,)) if _is_plain(real + end)]


def _is_plain(path: str) -> bool:
    with contextlib.suppress(OSError):
        if stat.S_ISREG(os.lstat(path).st_mode):
            with Stream(path) as stream:
                stream.seek(-min(len(JOURNAL_MAGIC), os.path.getsize(path)), os.SEEK_END)
                return stream.read() != JOURNAL_MAGIC
    return False


def _settle(copy: str, context: Context) -> None:
    """Let SQLite roll back the copy's journal, or bring in its WAL; without them where it cannot."""
    if not any(os.path.lexists(copy + end) for end in (_JOURNAL, _WAL)):
        return
    with contextlib.suppress(sqlite3.Error), closing(connect(copy, "rw", context)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA journal_mode=DELETE")
    for end in files.SIDECARS:
        with contextlib.suppress(OSError):
            os.unlink(copy + end)
