"""Private temporary folders, which are removed however the program that made them ends.

Each holds a file that its program keeps locked. The system releases the lock when the program is killed:
so a folder whose lock is free belongs to nobody, and the next program removes it.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from myapp.document.format import DocumentFormat

_LOCK = "lock"
_RANDOM = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_RANDOM_LETTERS = 8
"""The random part of a name that tempfile makes: its letters and its length."""


@contextmanager
def private_folder(format: DocumentFormat) -> Iterator[str]:
    """Give a new folder that only this user can enter; it is removed at the end, with all that is in it."""
    import tempfile

    sweep(format, tempfile.gettempdir())
    folder, lock = _make_locked(_prefix(format))
    try:
        yield folder
    finally:
        os.close(lock)  # before the rest: Windows removes no open file
        _remove(folder)


def sweep(format: DocumentFormat, folder: str | None = None) -> None:
    """Remove the private folders of this user's killed programs from `folder`, or the usual one."""
    prefix = _prefix(format)
    with contextlib.suppress(OSError), os.scandir(folder or _usual_place()) as entries:
        for entry in entries:
            if entry.name.startswith(prefix) and _is_random(entry.name[len(prefix) :]):
                _remove_if_abandoned(entry.path)


def _is_random(end: str) -> bool:
    return len(end) == _RANDOM_LETTERS and _RANDOM.issuperset(end)


def _usual_place() -> str:
    """Return the folder for temporary files without writing one to try it, as tempfile does."""
    named = (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    return next(filter(None, named), "/tmp" if os.name == "posix" else os.curdir)


def _prefix(format: DocumentFormat) -> str:
    return f"{format.name}-private-"


def _make_locked(prefix: str) -> tuple[str, int]:
    """Make a folder and lock it; begin again where another program removed it before it was locked."""
    import tempfile

    while True:
        folder = tempfile.mkdtemp(prefix=prefix)  # of mode 0700
        try:
            lock = os.open(os.path.join(folder, _LOCK), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except FileNotFoundError:
            continue
        if _locked(lock) and os.path.exists(os.path.join(folder, _LOCK)):
            return folder, lock
        os.close(lock)


def _remove_if_abandoned(folder: str) -> None:
    """Remove a folder of ours whose lock is free, or that has none and is empty."""
    import stat

    with contextlib.suppress(OSError):
        status = os.lstat(folder)
        link = getattr(status, "st_reparse_tag", 0)  # Windows' rmdir would remove a link to a folder
        if link or not stat.S_ISDIR(status.st_mode):
            return
        with contextlib.suppress(OSError):
            os.rmdir(folder)
        if hasattr(os, "getuid") and status.st_uid != os.getuid():
            return
        lock = os.open(os.path.join(folder, _LOCK), os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        try:
            abandoned = _locked(lock)
            if abandoned and os.name == "posix":  # while it is held, so that no other program locks it
                _remove(folder)
        finally:
            os.close(lock)
        if abandoned:
            _remove(folder)


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _locked(descriptor: int) -> bool:
    """Lock an open file, and tell whether nobody else had it locked."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
