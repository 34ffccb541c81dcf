"""Opens and closes files without dropping the locks that this process's SQLite connections hold on them.

POSIX drops all locks of a process on a file when the process closes any descriptor of that file
(https://www.sqlite.org/howtocorrupt.html, 2.2). SQLite knows its own descriptors; those that other code
opened are kept here for the next reader while something else in the process has the file open, and closed
after that. A file is known by its device and inode, so that links lead to the same one.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from _thread import RLock  # threading would be imported at every start for it
from collections.abc import Iterator
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.errors import StrPath

Inode = tuple[int, int]

_OPEN_FILES = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"

_lock = RLock()
_connections: dict[Inode, int] = {}
_idle: dict[Inode, list[int]] = {}
_lent: set[int] = set()


@contextmanager
def opened(path: StrPath) -> Iterator[int]:
    """Give a descriptor of a file or folder for reading."""
    descriptor = acquire(path)
    try:
        yield descriptor
    finally:
        release(descriptor)


class Stream(io.FileIO):
    """An unbuffered stream of a file for reading."""

    def __init__(self, path: StrPath) -> None:
        self._descriptor = acquire(path)
        try:
            super().__init__(self._descriptor, closefd=False)
        except OSError as error:  # it is a folder
            release(self._descriptor)
            error.filename = os.fspath(path)
            raise

    def close(self) -> None:
        """Close the stream."""
        if not self.closed:
            super().close()
            release(self._descriptor)


def acquire(path: StrPath, flags: int = os.O_RDONLY) -> int:
    """Return a descriptor at the file's beginning, which must be given to `release`."""
    with _lock:
        kept = _idle.get(inode(path) or (0, 0)) if flags == os.O_RDONLY else None
        if kept:
            descriptor = kept.pop()
            os.lseek(descriptor, 0, os.SEEK_SET)
        else:
            descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
        _lent.add(descriptor)
        return descriptor


def release(descriptor: int) -> None:
    """Close a descriptor, now or when nothing else in this process has its file open."""
    with _lock:
        _lent.remove(descriptor)
        status = os.fstat(descriptor)
        if os.name == "posix" and stat.S_ISREG(status.st_mode):
            _idle.setdefault((status.st_dev, status.st_ino), []).append(descriptor)
            _close_unneeded()
        else:
            os.close(descriptor)


def register(path: StrPath) -> Inode | None:
    """Note that a SQLite connection to a file will be opened, and return the file; None where there is none.

    A thread that released a descriptor after it looked for open files would otherwise drop its locks.
    """
    with _lock:
        file = inode(path)
        if file:
            _connections[file] = _connections.get(file, 0) + 1
        return file


def unregister(file: Inode | None) -> None:
    """Note that the connection was closed."""
    with _lock:
        if file:
            _connections[file] -= 1
            if not _connections[file]:
                del _connections[file]
        _close_unneeded()


def is_connected(path: StrPath) -> bool:
    """Whether a connection of this process has a file open, or code outside this module has."""
    with _lock:
        return inode(path) in _connections.keys() | _open_elsewhere()


def inode(path: StrPath | int) -> Inode | None:
    """Return the device and inode of a file or descriptor; None where there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _close_unneeded() -> None:
    if not _idle:
        return
    in_use = _connections.keys() | _open_elsewhere()
    for file in [file for file in _idle if file not in in_use]:
        for descriptor in _idle.pop(file):
            os.close(descriptor)


def _open_elsewhere() -> set[Inode]:
    """Return the files that code outside this module has open: connections of SQLAlchemy or of a host."""
    ours = _lent.union(*_idle.values())
    files: set[Inode] = set()
    with suppress(OSError):
        for number in map(int, os.listdir(_OPEN_FILES)):
            if number not in ours and (file := inode(number)):
                files.add(file)
    return files
