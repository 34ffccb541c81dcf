"""Brings a document to rest that another program left in the middle of its work.

A hot journal is rolled back by SQLite itself when the file is opened. Both files are saved before that
and removed again once the result verifies, so that a rollback that goes wrong can be looked at.
"""

import os
from contextlib import closing

from myapp.document import files
from myapp.document.backups import is_whole
from myapp.document.classify import Header
from myapp.document.connect import connect
from myapp.errors import Damaged, SystemRefused, shown
from myapp.schema.driver_errors import translated


def recover(header: Header, wait: float) -> None:
    """Roll back a hot journal, or take a document out of WAL mode.

    Raise SystemRefused where the place cannot be written, InUse where another program is at work on
    it, Damaged where the result is not whole; the error names the saved files.
    """
    if not files.can_replace(header.path):
        raise SystemRefused(
            header.path,
            "a program was stopped while it wrote it, and what it began cannot be rolled back here",
            "copy it, with the files of the same name beside it, to a place that can be written",
        )
    saved = files.temporary_name(header.path)
    _save(header, saved)
    with translated(header.path, wait), closing(connect(header.path, "rw", wait)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA journal_mode=DELETE")
    if not is_whole(header.path):
        kept = f"{header.path}.before-recovery"
        _keep(saved, kept)
        raise Damaged(
            header.path, f"an interrupted write could not be rolled back; {shown(kept)} is as it was"
        )
    files.remove(saved)


def _save(header: Header, saved: str) -> None:
    for end in ("", *header.sidecars):
        if end != "-shm":
            with files.opened(header.path + end) as source:
                files.copy(source, saved + end)


def _keep(saved: str, kept: str) -> None:
    for end in ("", *files.SIDECARS):
        if os.path.lexists(saved + end):
            os.replace(saved + end, kept + end)
