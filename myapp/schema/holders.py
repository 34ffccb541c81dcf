"""Tells who holds a database: this process itself, another, or unknown; messages say no more than that."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_held: list[str] = []
"""The databases whose schema this process is changing, as errors name them."""


@contextmanager
def holding(subject: str) -> Iterator[None]:
    """Note that this process is changing the schema of a database."""
    _held.append(subject)
    try:
        yield
    finally:
        _held.remove(subject)


def held_by_this_process(subject: str) -> bool | None:
    """Return whether this process holds a database, and no other does; None where the holder is unknown.

    Linux lists the locks of all processes; elsewhere, and of a server, only `holding` is known.
    """
    owners = _owners(subject)
    if owners:
        return owners == {os.getpid()}
    return True if subject in _held or os.path.abspath(subject) in _held else None


def _owners(path: str) -> set[int]:
    """Return the processes that hold a POSIX lock on a file, as SQLite's are.

    A line is `1: POSIX  ADVISORY  WRITE 4711 08:01:131 1073741826 1073742335`: process, device and inode.
    """
    with suppress(OSError, ValueError):
        inode = str(os.stat(path).st_ino)
        with open("/proc/locks", encoding="ascii") as stream:
            lines = [line.split() for line in stream]
        return {int(words[4]) for words in lines if words[1] == "POSIX" and words[5].endswith(f":{inode}")}
    return set()
