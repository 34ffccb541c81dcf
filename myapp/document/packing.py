"""Returns a document's free pages to the disk by VACUUM: a rebuilt table leaves more of them than content.

SQLite's VACUUM writes the content without them into a temporary file and then back, with a journal. However
that ends, the file holds the same content.
"""

import contextlib
import sqlite3
from contextlib import closing

from myapp.document import estimate
from myapp.document.classify import MOST_UNCUT
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.meter import INSTRUCTIONS, Meter
from myapp.errors import Cancelled

WORTH_FRACTION = 0.1
"""The fraction of a file that must be free for packing to begin."""

WORTH_BYTES = 1_000_000
"""And the bytes: of a small document the syncs would cost more than the space is worth."""


def pack(path: str, meter: Meter, context: Context) -> None:
    """Pack a document that this process has no connection to, where that is worth it and nothing hinders.

    A hindrance (another program that uses it, a full disk, a stop token) is no error: nothing is lost but
    space. Raise KeyboardInterrupt where Ctrl-C stopped it.
    """
    try:
        with (
            contextlib.suppress(OSError, Cancelled),
            closing(connect(path, "rw", context.without_wait())) as connection,
        ):
            connection.watch(meter.tick, INSTRUCTIONS)
            content = _content_worth_packing(connection)
            if content and estimate.can_pack(path, content):
                meter.pack()
                connection.execute("VACUUM")
    except sqlite3.Error as error:
        interrupted = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT
        if interrupted and not context.stop.stopped:
            raise KeyboardInterrupt from error


def _content_worth_packing(connection: sqlite3.Connection) -> int:
    """Return the bytes of a file that are not free; 0 where packing is not worth it.

    0 too where so many are free that a stop before they are truncated would look like damage.
    """
    page_size, pages, unused = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count")
    )
    used = pages - unused
    worth = unused * page_size > WORTH_BYTES and unused > WORTH_FRACTION * pages
    safe = pages < MOST_UNCUT * used / 2  # packed, the content is smaller still
    return int(used * page_size) if worth and safe else 0
