"""Copies open files, by reference or inside the kernel where the system can, and proves that a copy is equal.

SQLite's locks are no hindrance: the bytes of a document that nobody can read while it is locked are unused.
"""

import errno
import os
import sys

from myapp.descriptors import opened
from myapp.document.files import naming, new_file
from myapp.errors import SystemRefused
from myapp.progress import Progress

_BLOCK = 1 << 26
"""Bytes that the kernel copies at once: a moment's work, after which progress is reported."""

_FICLONE = 0x40049409  # linux/fs.h
_LOCKED, _LOCKED_BYTES = 1 << 30, 512
"""Where SQLite locks a file, in a page that is unused, and how many bytes: the smallest page has as many."""

_LOCKED_UNREADABLE = os.name == "nt"
"""Whether the system lets nobody read bytes that are locked."""


def copy(source: int, target: str, progress: Progress) -> None:
    """Copy an open file to a new name: by reference where the file system can, else inside the kernel."""
    with naming(target), new_file(target) as stream:
        if not _cloned(source, stream.fileno()):
            _copy_blocks(source, stream.fileno(), os.fstat(source).st_size, progress)


def copy_exactly(source: int, path: str, target: str, progress: Progress) -> None:
    """Copy an open file, which has the name `path`; raise SystemRefused unless each byte is equal."""
    copy(source, target, progress)
    if not equal(source, target, progress):
        raise SystemRefused(path, "its copy has other bytes", "let no other program write it, check the disk")


def equal(source: int, path: str, progress: Progress) -> bool:
    """Tell whether an open file and a named one hold the same bytes, but for those that cannot be read."""
    size, offset = os.path.getsize(path), 0
    if os.fstat(source).st_size != size:
        return False
    with opened(path) as other:
        while offset < size:
            count = _readable(offset)
            if _read(source, offset, count) != _read(other, offset, count):
                return False
            offset += count or _LOCKED_BYTES
            progress.amount(min(offset, size), size)
    return True


def _cloned(source: int, target: int) -> bool:
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError:
        return False
    return True


def _copy_blocks(source: int, target: int, size: int, progress: Progress) -> None:
    done = 0
    while done < size:
        count = min(size - done, _BLOCK)
        done += _copied_in_kernel(source, target, done, count) or _copied(source, target, done)
        progress.amount(done, size)


def _copied_in_kernel(source: int, target: int, offset: int, count: int) -> int:
    if not hasattr(os, "copy_file_range"):
        return 0
    try:
        return os.copy_file_range(source, target, count, offset, offset)
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM):
            return 0
        raise


def _copied(source: int, target: int, offset: int) -> int:
    count = _readable(offset)
    if not count:
        return _LOCKED_BYTES  # a hole, as the page is
    block = _read(source, offset, count)
    if not block:
        raise OSError(errno.EIO, "the file became shorter while it was copied")
    os.lseek(target, offset, os.SEEK_SET)
    written = 0
    while written < len(block):
        written += os.write(target, block[written:])
    return len(block)


def _readable(offset: int) -> int:
    """Return how many bytes can be read at once from there on; 0 where SQLite's locks begin, on Windows."""
    if offset == _LOCKED and _LOCKED_UNREADABLE:
        return 0
    return min(1 << 20, _LOCKED - offset) if offset < _LOCKED else 1 << 20


def _read(descriptor: int, offset: int, count: int) -> bytes:
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, count)
