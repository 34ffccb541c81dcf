"""Opens a document's SQLite connection: only an existing file, and distrusting what is in it."""

import os
import sqlite3
import sys
from typing import Literal
from urllib.parse import quote

from myapp.schema.driver_errors import WAIT_SECONDS

Mode = Literal["ro", "rw", "rwc"]

_PRAGMAS = (
    "trusted_schema=OFF",  # no function or virtual table with side effects from the file's own SQL
    "cell_size_check=ON",
    "mmap_size=0",  # a file that shrinks under a memory map kills the process
    "synchronous=EXTRA",  # the folder is synced too after the journal is gone
)

_INSTRUCTIONS = 1_000_000
"""SQLite's virtual machine instructions between two looks at Ctrl-C; about 10 ms."""


def connect(path: str, mode: Mode = "ro", wait: float = WAIT_SECONDS) -> sqlite3.Connection:
    """Return a connection in driver autocommit that waits up to `wait` seconds for a lock.

    `ro` never writes, `rw` needs an existing file, `rwc` creates one. Any name is taken as it is.
    """
    uri = f"file:{_encoded(path)}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=wait)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    _defend(connection)
    # Python sees Ctrl-C only between its own instructions: this gives it one within a long statement,
    # which SQLite then gives up (SQLITE_INTERRUPT).
    connection.set_progress_handler(lambda: 0, _INSTRUCTIONS)
    return connection


def _encoded(path: str) -> str:
    absolute = os.path.abspath(path)
    if os.name == "nt":
        absolute = "/" + absolute.replace("\\", "/")
    return quote(os.fsencode(absolute))


def _defend(connection: sqlite3.Connection) -> None:
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
