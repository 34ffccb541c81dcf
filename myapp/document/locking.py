"""Locks a file of any content as SQLite locks a database, so that no program uses it while it is replaced."""

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from myapp import descriptors
from myapp.schema.driver_errors import in_use
from myapp.schema.windows import is_open

_FIRST_BYTE = 0x40000000
_BYTES = 512
"""The bytes that SQLite locks: https://www.sqlite.org/src/file/src/os.h, PENDING_BYTE."""

_PAUSE_SECONDS = 0.05


@contextmanager
def locked(path: str, wait: float, on_wait: Callable[[], object] = lambda: None) -> Iterator[int]:
    """Give a descriptor of a file that no program has open as a database: no other can begin to write it.

    Raise InUse after `wait` seconds, in which `on_wait` is called again and again. It is the file that has
    the name once it is locked, unless a program that locks nothing replaces it. Windows replaces no file
    that is open, and where the file system knows no locks there are none.
    """
    deadline = time.monotonic() + wait
    await_closed(path, wait, on_wait)
    while True:
        descriptor = _open(path)
        try:
            locks = _lock(descriptor, path)
            if locks and descriptors.inode(path) == descriptors.inode(descriptor):
                try:
                    yield descriptor
                finally:
                    _unlock(descriptor)
                return
            if not locks and time.monotonic() >= deadline:
                raise in_use(path, wait)
        finally:
            descriptors.release(descriptor)
        if not locks:
            on_wait()
            time.sleep(_PAUSE_SECONDS)


def await_closed(path: str, wait: float, on_wait: Callable[[], object] = lambda: None) -> None:
    """Return when no program has a file open that Windows would therefore not replace; errors as `locked`."""
    deadline = time.monotonic() + wait
    while is_open(path):
        if time.monotonic() >= deadline:
            raise in_use(path, wait)
        on_wait()
        time.sleep(_PAUSE_SECONDS)


def _open(path: str) -> int:
    try:
        return descriptors.acquire(path, os.O_RDWR)
    except PermissionError:
        return descriptors.acquire(path)


def _lock(descriptor: int, path: str) -> bool:
    """Lock the file, and tell whether nobody has: not this process either, which POSIX would not refuse."""
    if sys.platform == "win32":
        return True
    import fcntl

    if descriptors.is_connected(path):
        return False
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, _BYTES, _FIRST_BYTE)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES)
    return True


def _unlock(descriptor: int) -> None:
    if sys.platform != "win32":
        import fcntl

        with suppress(OSError):
            fcntl.lockf(descriptor, fcntl.LOCK_UN, _BYTES, _FIRST_BYTE)
