"""Opens SQLite connections to documents: existing files only, with every defence against hostile content."""

from __future__ import annotations

import os
import sqlite3
import sys

from myapp import descriptors
from myapp.schema.waiting import patiently

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    from myapp.document.context import Context

    Mode = Literal["ro", "rw", "rwc"]

_PRAGMAS = (
    "trusted_schema=OFF",  # no function or virtual table with side effects from the file's own SQL
    "cell_size_check=ON",
    "mmap_size=0",  # a file that shrinks under a memory map kills the process
    "synchronous=EXTRA",  # the folder is synced too after the journal is gone
)

CACHE_KIB = 16_000
"""SQLite's page cache for work on all of a document; its default is 2,000. A check that looks up each row
in its index took half the time with it."""

_LIMITS = {
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,  # a statement, and so the text of a table or trigger
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 10,
    sqlite3.SQLITE_LIMIT_ATTACHED: 1,  # VACUUM needs one
}
"""What a statement may ask for at most: far more than any of ours."""

INSTRUCTIONS = 1_000_000
"""SQLite's virtual machine instructions between two looks at Ctrl-C and the stop token; about 10 ms."""


class DocumentConnection(sqlite3.Connection):
    """A connection that reports when it waits for another program, and that a stop token interrupts."""

    context: Context
    file: descriptors.Inode | None
    """The file that it was opened on, whatever has its name now."""

    path: str
    _registered: descriptors.Inode | None

    @property
    def moved(self) -> bool:
        """Whether the name by which the file was opened is another file's now, or nobody's."""
        return self.file != descriptors.inode(self.path)

    def close(self) -> None:
        """Close the connection."""
        super().close()
        descriptors.unregister(vars(self).pop("_registered", None))

    def cursor(self, *arguments: Any) -> Any:
        """Return a cursor, which every statement needs; where the work was stopped, SQLite's interruption."""
        if self.context.stop.stopped:
            raise _coded(sqlite3.OperationalError("interrupted"), sqlite3.SQLITE_INTERRUPT)
        return super().cursor(*arguments)

    def patiently(self, statement: str) -> sqlite3.Cursor:
        """Execute a statement that takes a lock."""
        return patiently(
            self, lambda: self.execute(statement), self.context.wait, self.context.progress.waiting
        )

    def commit(self) -> None:
        """Commit, which waits for those who read."""
        patiently(self, super().commit, self.context.wait, self.context.progress.waiting)

    def watch(self, tick: Callable[[], object], instructions: int) -> None:
        """Call `tick` each time SQLite has run so many instructions.

        Python sees Ctrl-C only between its own instructions: this gives it one within a long statement,
        which SQLite then gives up (SQLITE_INTERRUPT), as it does where the stop token is stopped.
        """
        stop = self.context.stop

        def interrupted() -> bool:
            tick()
            return stop.stopped

        self.set_progress_handler(interrupted, instructions)


def connect(path: str, mode: Mode, context: Context) -> DocumentConnection:
    """Return a connection in driver autocommit, which waits for locks as the context says.

    `ro` never writes, `rw` needs an existing file, `rwc` creates one. Any name is taken as it is.
    """
    connection = _opened(path, mode, context)
    try:
        _defend(connection)
        for pragma in _PRAGMAS:
            connection.patiently(f"PRAGMA {pragma}")  # the first reads the schema
    except UnicodeDecodeError as error:  # in the sqlite3 module: SQLite's message quotes the schema
        connection.close()
        raise _coded(sqlite3.DatabaseError("its schema is no text"), sqlite3.SQLITE_CORRUPT) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _opened(path: str, mode: Mode, context: Context) -> DocumentConnection:
    while True:
        file = descriptors.register(path)
        try:
            connection = sqlite3.connect(
                uri(path, mode),
                uri=True,
                isolation_level=None,
                timeout=context.wait,
                factory=DocumentConnection,
            )
        except BaseException:
            descriptors.unregister(file)
            raise
        connection.context, connection.path = context, path
        connection.file = connection._registered = file
        if not connection.moved:
            return connection
        connection.close()  # another file was given the name at this moment


def uri(path: str, mode: Mode) -> str:
    """Return the URI of a file of any name, with the mode in which SQLite opens it.

    Windows' names stay as they are, without a slash before them: those of shares and of devices too.
    """
    absolute = os.path.abspath(path)
    if not absolute.isascii() or any(character in absolute for character in "%?#"):
        from urllib.parse import quote  # for such names only: every start would take a tenth longer

        absolute = quote(os.fsencode(absolute))
    return f"file:{'//' if os.name == 'posix' else ''}{absolute}?mode={mode}"


def _coded(error: sqlite3.DatabaseError, code: int) -> sqlite3.DatabaseError:
    error.sqlite_errorcode = code
    return error


def _defend(connection: DocumentConnection) -> None:
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    for limit, number in _LIMITS.items():
        connection.setlimit(limit, number)
    connection.watch(lambda: None, INSTRUCTIONS)
