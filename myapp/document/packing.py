"""Gives a file's free pages back to the disk: a table that was rebuilt leaves more of them than content.

SQLite's VACUUM writes the content without them into a temporary file and then back, with a journal. However
that ends, the file holds the same content.
"""

import contextlib
import sqlite3
from contextlib import closing

from myapp.document import estimate
from myapp.document.classify import MOST_UNCUT
from myapp.document.connect import connect
from myapp.document.progress import INSTRUCTIONS, Meter

WORTH_FRACTION = 0.1
"""How much of a file must be free for packing to begin."""

WORTH_BYTES = 1_000_000
"""And how many bytes: of a small document the syncs would cost more than the space is worth."""


def pack(path: str, meter: Meter) -> None:
    """Pack a document that this process holds no connection to, where that is worth it and nothing hinders.

    What hinders (another program that uses it, a disk that is full) is no error: nothing is lost but space.
    Raise KeyboardInterrupt where it was stopped by Ctrl-C.
    """
    try:
        with contextlib.suppress(OSError), closing(connect(path, "rw", wait=0)) as connection:
            connection.set_progress_handler(meter.tick, INSTRUCTIONS)
            content = _content_worth_packing(connection)
            if content and estimate.can_pack(path, content):
                meter.pack()
                connection.execute("VACUUM")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
            raise KeyboardInterrupt from error


def _content_worth_packing(connection: sqlite3.Connection) -> int:
    """Return the bytes of a file that are not free; 0 where too few are, or so many that a stop before they
    are cut off would look like damage.
    """
    page_size, pages, unused = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count")
    )
    used = pages - unused
    worth = unused * page_size > WORTH_BYTES and unused > WORTH_FRACTION * pages
    safe = pages < MOST_UNCUT * used / 2  # packed, the content is smaller still
    return int(used * page_size) if worth and safe else 0
