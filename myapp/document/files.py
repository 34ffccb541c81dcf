"""Makes files durable and swaps them whole: temporary names, renames, syncs."""

import contextlib
import errno
import io
import os
import sys
import time
from collections.abc import Callable, Iterator

from myapp.descriptors import opened

SIDECARS = ("-journal", "-wal", "-shm")
"""Endings of the files that SQLite puts beside a database while it works on it."""

NAME_LENGTH = 255
"""The longest name of a file on the usual file systems: in bytes, and on Windows in UTF-16's units."""

REPLACES_OPEN_FILES = os.name == "posix"
"""Whether an open file can be replaced: Windows refuses that, also where only this process has it open."""

_STEM_BYTES = 180
"""The length of a document's name within the names of temporary files."""

_RANDOM_DIGITS = 8
"""Hexadecimal digits in the names of temporary files, before those for the machine."""

_SCANNER_SECONDS, _PAUSE_SECONDS = 2.0, 0.05
"""How long a virus scanner or an indexer may have a file open that is to be replaced on Windows."""


def new_file(path: str) -> io.FileIO:
    """Open a new file for writing, unbuffered, that only this user can read until its mode is set."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb", buffering=0)


def temporary_name(path: str) -> str:
    """Return a free name beside `path`, with this process's number in it, for a file to be renamed later."""
    folder, name = os.path.split(path)
    random = os.urandom(_RANDOM_DIGITS // 2).hex()
    return os.path.join(folder, f".{_stem(name)}.{random}{_machine()}.{os.getpid()}.tmp")


def sweep(path: str) -> None:
    """Remove the temporary files that killed processes left beside a document.

    Those of other files there too, an export's or a picture's, if they were left on this machine.
    """
    folder, name = os.path.split(path)
    with contextlib.suppress(OSError):
        for entry in os.listdir(folder):
            number = _process_of(entry, name)
            if number is not None and not _alive(number):
                with contextlib.suppress(OSError):
                    os.unlink(os.path.join(folder, entry))


@contextlib.contextmanager
def replacement(path: str) -> Iterator[str]:
    """Give a temporary name beside `path`; at the end sync the file and rename it, on an error remove it."""
    temporary = temporary_name(path)
    try:
        yield temporary
        sync_file(temporary)
        replace(temporary, path)
        sync_folder(path)
    finally:
        remove(temporary)


def replace(temporary: str, path: str, check: Callable[[], object] = lambda: None) -> None:
    """Give a finished file another's name, which on Windows no program may have open; errors name `path`.

    `check` is called just before, and may raise an error.
    """
    deadline = time.monotonic() + _SCANNER_SECONDS
    while True:
        check()
        try:
            os.replace(temporary, path)
        except OSError as error:
            held = isinstance(error, PermissionError) and not REPLACES_OPEN_FILES
            if not held or time.monotonic() >= deadline:
                raise type(error)(error.errno, error.strerror, path) from error
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def place_new(temporary: str, path: str) -> None:
    """Move a finished file to a name that must be free; raise FileExistsError where it is taken.

    A hard link cannot replace anything, nor can a rename on Windows; where the file system has no links, a
    check must do.
    """
    sync_file(temporary)
    try:
        (os.link if os.name == "posix" else os.rename)(temporary, path)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS):
            raise
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        os.rename(temporary, path)
    remove(temporary)
    sync_folder(path)


def sync_file(path: str) -> None:
    """Return when the file's content is on the disk."""
    with naming(path):
        if os.name == "posix":
            with opened(path) as descriptor:
                os.fsync(descriptor)
        else:  # Windows syncs for those only who may write
            with open(path, "rb+") as stream:
                os.fsync(stream.fileno())


def sync_folder(path: str) -> None:
    """Return when the name `path` is on the disk; only POSIX lets a folder be synced."""
    if os.name == "posix":
        with naming(path), opened(os.path.dirname(path) or ".") as descriptor:
            os.fsync(descriptor)


def remove(path: str) -> None:
    """Remove a temporary file and those of SQLite beside it.

    Errors are ignored, since another one may be on its way: `sweep` removes the rest later.
    """
    for end in ("", *SIDECARS):
        with contextlib.suppress(OSError):
            os.unlink(path + end)


def unlink(path: str) -> None:
    """Remove a file; raise PermissionError where Windows removes it only when another program closes it."""
    os.unlink(path)
    if not REPLACES_OPEN_FILES and os.path.lexists(path):
        raise PermissionError(errno.EACCES, "another program has it open", path)


def copy_attributes(source: str, target: str) -> None:
    """Give `target` the mode and, where the system lets us, the owner of `source`.

    Windows knows no modes, but would neither sync nor remove a file that is marked as read-only.
    """
    if os.name == "posix":
        import shutil

        shutil.copymode(source, target)
        status = os.stat(source)
        with contextlib.suppress(PermissionError):
            os.chown(target, status.st_uid, status.st_gid)


def sidecars(path: str) -> list[str]:
    """Return the endings of SQLite's files beside a name, links and pipes too."""
    return [end for end in SIDECARS if os.path.lexists(path + end)]


def is_free(path: str) -> bool:
    """Tell whether a name is free, and nothing is beside it that SQLite would take for a part of the file."""
    return not os.path.lexists(path) and not sidecars(path)


def set_mode(path: str, *sources: str) -> None:
    """Give a file the mode of a new one, where others may do no more than with each of `sources`."""
    if os.name == "posix":
        mode = 0o666 & ~_umask()
        for source in filter(None, sources):
            mode &= os.stat(source).st_mode | 0o600
        os.chmod(path, mode)


def can_replace(path: str) -> bool:
    """Tell whether a file can be written, and its folder too, where SQLite puts the journal."""
    folder, name = os.path.split(path)
    return fits(f"{name}-journal") and os.access(path, os.W_OK) and takes_files(folder)


def fits(name: str) -> bool:
    """Tell whether a name is not too long for a file."""
    if os.name == "posix":
        return len(os.fsencode(name)) <= NAME_LENGTH
    return len(name.encode("utf-16-le", "surrogatepass")) <= 2 * NAME_LENGTH


def takes_files(folder: str) -> bool:
    """Tell whether new files can be made in a folder; of Windows' permissions `os.access` knows nothing."""
    if os.name == "posix":
        return os.access(folder or os.curdir, os.W_OK)
    from myapp.schema import windows

    return windows.takes_files(folder or os.curdir)


def free_bytes(path: str) -> int:
    """Return how many bytes are free where `path` lies."""
    import shutil

    return shutil.disk_usage(os.path.dirname(path) or ".").free


@contextlib.contextmanager
def naming(path: str) -> Iterator[None]:
    """Add the file's name to errors of its descriptor."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or path
        raise


def _stem(name: str) -> str:
    while len(os.fsencode(name)) > _STEM_BYTES:
        name = name[:-1]
    return name


def _process_of(entry: str, name: str) -> int | None:
    """Return the process that made a temporary file of the document `name`, None for any other file."""
    stem, *rest = entry.rsplit(".", 3)
    if len(rest) != 3 or not rest[1].isdigit() or rest[2].partition("-")[0] != "tmp":
        return None
    ours = stem == f".{_stem(name)}" or stem.startswith(f".{_stem(name)}.backup-")
    ours = ours or (stem.startswith(".") and rest[0][_RANDOM_DIGITS:] == _machine())
    return int(rest[1]) if ours else None


def _machine() -> str:
    """Return eight digits for this machine: of another one's process nobody knows here whether it lives."""
    from binascii import crc32

    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return f"{crc32(f'temporary file of {name}'.encode()):08x}"


def _umask() -> int:
    """Return the mode bits that new files lack; to ask the system for them is to change them for a moment."""
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def _alive(process: int) -> bool:
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        handle = kernel.OpenProcess(0x1000, False, process)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return ctypes.get_last_error() == 5  # ERROR_ACCESS_DENIED: somebody else's
        code = ctypes.c_ulong()
        running = kernel.GetExitCodeProcess(handle, ctypes.byref(code)) and code.value == 259
        kernel.CloseHandle(handle)
        return bool(running)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
