"""Opens a document's SQLite connection: only an existing file, and distrusting what is in it."""

from __future__ import annotations

import os
import sqlite3
import sys

from myapp.schema.driver_errors import WAIT_SECONDS
from myapp.schema.waiting import OnWait, patiently

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

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
"""SQLite's virtual machine instructions between two looks at Ctrl-C; about 10 ms."""


class Connection(sqlite3.Connection):
    """A connection that tells `on_wait` when it meets another program's lock and waits on."""

    wait = WAIT_SECONDS
    on_wait: OnWait | None = None

    def patiently(self, statement: str) -> sqlite3.Cursor:
        """Execute a statement that takes a lock."""
        return patiently(self, lambda: self.execute(statement), self.wait, self.on_wait and self._tell)

    def commit(self) -> None:
        """Commit, which waits for those who read."""
        patiently(self, super().commit, self.wait, self.on_wait and self._tell)

    def _tell(self) -> None:
        on_wait, self.on_wait = self.on_wait, None  # once is enough
        if on_wait:
            on_wait()


def connect(
    path: str, mode: Mode = "ro", wait: float = WAIT_SECONDS, on_wait: OnWait | None = None
) -> Connection:
    """Return a connection in driver autocommit that waits up to `wait` seconds for a lock.

    `ro` never writes, `rw` needs an existing file, `rwc` creates one. Any name is taken as it is.
    """
    connection = sqlite3.connect(
        uri(path, mode), uri=True, isolation_level=None, timeout=wait, factory=Connection
    )
    connection.wait, connection.on_wait = wait, on_wait
    try:
        _defend(connection)
        for pragma in _PRAGMAS:
            connection.patiently(f"PRAGMA {pragma}")  # the first reads the schema
    except UnicodeDecodeError as error:  # in the sqlite3 module: SQLite's message quotes the schema
        connection.close()
        raise _no_text() from error
    except BaseException:
        connection.close()
        raise
    return connection


def uri(path: str, mode: Mode) -> str:
    """Return how SQLite is told of a file of any name, and what may be done with it."""
    return f"file:{_encoded(path)}?mode={mode}"


def _no_text() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("its schema is no text")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _encoded(path: str) -> str:
    absolute = os.path.abspath(path)
    if os.name == "nt":
        absolute = "/" + absolute.replace("\\", "/")
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in os.fsencode(absolute))


_PLAIN = frozenset(b"/-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~")
"""What stands for itself in a URL; `urllib.parse`, which says the same, costs every start 3 ms."""


def _defend(connection: sqlite3.Connection) -> None:
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    for limit, number in _LIMITS.items():
        connection.setlimit(limit, number)
    # Python sees Ctrl-C only between its own instructions: this gives it one within a long statement,
    # which SQLite then gives up (SQLITE_INTERRUPT).
    connection.set_progress_handler(lambda: 0, INSTRUCTIONS)
