"""Holds a file open as another program of Windows may: in a process of its own, with any way of sharing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVERYTHING, NO_REMOVAL, NO_WRITING, NOTHING = 7, 3, 1, 0
"""What the holder lets others do: FILE_SHARE_READ is 1, FILE_SHARE_WRITE 2, FILE_SHARE_DELETE 4."""

HOLD = """
import ctypes, sys
kernel = ctypes.WinDLL("kernel32", use_last_error=True)
kernel.CreateFileW.restype = ctypes.c_void_p
reading, existing = 0x8000_0000, 3
handle = kernel.CreateFileW(sys.argv[1], reading, int(sys.argv[2]), None, existing, 0, None)
print(ctypes.get_last_error() if handle == ctypes.c_void_p(-1).value else "held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path: Path, sharing: int) -> Iterator[None]:
    """Hold a file open for reading; the others may do with it what `sharing` says."""
    command = [sys.executable, "-c", HOLD, f"{path}", f"{sharing}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin
        assert holder.stdout
        try:
            assert holder.stdout.readline().strip() == "held"
            yield
        finally:
            holder.stdin.close()
            holder.wait()
