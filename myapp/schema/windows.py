"""Knows what Windows refuses: files that programs have open, and names of devices."""

import os
import sys

DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³")}
"""The names of Windows' devices, which no file has, whatever stands behind a dot."""

_READING, _WRITING, _REMOVING = 0x8000_0000, 0x4000_0000, 0x0001_0000  # GENERIC_READ, GENERIC_WRITE, DELETE
_ADDING_FILES = 0x2
_NO_SHARING, _ANY_SHARING = 0, 7
_SHARING_VIOLATION = 32


def is_reserved(path: str | os.PathLike[str]) -> bool:
    """Return whether Windows takes the name of a file for a device, or for a stream of another file."""
    name = os.path.basename(os.path.splitdrive(path)[1])
    return os.name == "nt" and (":" in name or name.partition(".")[0].strip().lower() in DEVICES)


def is_open(path: str) -> bool:
    """Return whether a program, this one too, has a file open: then nobody can replace or remove it."""
    return _error(path, _REMOVING, _NO_SHARING) == _SHARING_VIOLATION


def keeps_out(path: str) -> bool:
    """Return whether a program has a file open so that no other can read it, or none can write it."""
    errors = (_error(path, access, _ANY_SHARING) for access in (_READING, _WRITING))
    return _SHARING_VIOLATION in errors


def takes_files(folder: str) -> bool:
    """Return whether new files can be made in a folder: `os.access` knows nothing of Windows' permissions."""
    return not _error(folder, _ADDING_FILES, _ANY_SHARING)


def _error(path: str, access: int, sharing: int) -> int:
    """Return the number of Windows' error where a file or folder cannot be opened so, else 0."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = ctypes.c_void_p
        existing, folders_too = 3, 0x0200_0000
        handle = kernel.CreateFileW(path, access, sharing, None, existing, folders_too, None)
        if handle == ctypes.c_void_p(-1).value:
            return ctypes.get_last_error()
        kernel.CloseHandle(ctypes.c_void_p(handle))
    return 0
