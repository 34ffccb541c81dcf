"""Makes files durable and swaps them whole: sync, temporary names, folders."""

import contextlib
import os
import shutil
from collections.abc import Iterator


def temporary_name(path: str) -> str:
    """Return a name beside `path` for what will be renamed to it; its process's id is in it."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.{os.getpid()}.tmp")


@contextlib.contextmanager
def replacement(path: str) -> Iterator[str]:
    """Give a temporary name beside `path`; at the end sync the file and rename it, on an error remove it."""
    temporary = temporary_name(path)
    try:
        yield temporary
        sync_file(temporary)
        os.replace(temporary, path)
        sync_folder(path)
    finally:
        remove(temporary)


def place_new(temporary: str, path: str) -> None:
    """Move a finished file to a name that must be free; raise FileExistsError where it is taken.

    A hard link cannot replace anything; where the file system has none, a check must do.
    """
    sync_file(temporary)
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        os.rename(temporary, path)
    remove(temporary)
    sync_folder(path)


def sync_file(path: str) -> None:
    """Return when the file's content is on the disk."""
    with open(path, "rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(path: str) -> None:
    """Return when the name `path` is on the disk; only POSIX lets a folder be synced."""
    if os.name != "posix":
        return
    descriptor = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: str) -> None:
    """Remove a file and what SQLite may have left beside it; a file that is not there is no error."""
    for end in ("", "-journal", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + end)


def copy_attributes(source: str, target: str) -> None:
    """Give `target` the mode and, where the system lets us, the owner of `source`."""
    shutil.copymode(source, target)
    if hasattr(os, "chown"):
        found = os.stat(source)
        with contextlib.suppress(PermissionError):
            os.chown(target, found.st_uid, found.st_gid)


def can_replace(path: str) -> bool:
    """Tell whether a file can be written and its folder too, where SQLite puts the journal."""
    return os.access(path, os.W_OK) and os.access(os.path.dirname(path) or ".", os.W_OK)
