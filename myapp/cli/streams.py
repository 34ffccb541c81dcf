"""Prepares the standard streams: closed ones are opened, their errors name them, and stderr never fails."""

from __future__ import annotations

import os
import sys
from io import BufferedReader, BufferedWriter, FileIO, TextIOWrapper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STANDARD_INPUT, STANDARD_OUTPUT = "standard input", "standard output"

_BROKEN_PIPE, _INVALID = 32, 22
"""EPIPE and EINVAL, as which Windows reports the same."""


def prepare() -> None:
    """Prepare the streams that Python made; those that a host program has replaced stay."""
    # A file that is opened later would get the number of a closed stream, and all that is printed.
    closed = [number for number in range(3) if _opened_anew(number)]
    if sys.stdin is sys.__stdin__ and (0 in closed or _is_file(sys.stdin)):
        stdin = _Input(0, "r", closefd=False)
        stdin.closed_at_start = 0 in closed
        sys.stdin = TextIOWrapper(BufferedReader(stdin), _encoding(sys.stdin))
    if sys.stdout is sys.__stdout__ and (1 in closed or _is_file(sys.stdout)):
        stdout = _Output(1, "w", closefd=False)
        stdout.closed_at_start = 1 in closed
        sys.stdout = _text(stdout, sys.stdout)
    if sys.stderr is sys.__stderr__ and (2 in closed or _is_file(sys.stderr)):
        sys.stderr = _text(_Remarks(2, "w", closefd=False), sys.stderr, line_buffering=True)
    for stream in (sys.stdout, sys.stderr):  # they print any file name in any locale
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def finish_output() -> OSError | None:
    """Write what stdout still holds, and return the error if it or an earlier writing failed.

    What cannot be written is then discarded: Python flushes stdout once more at exit.
    """
    try:
        sys.stdout.flush()
        error = None
    except OSError as failed:
        error = failed
    raw = _raw(sys.stdout)
    if isinstance(raw, _Output):
        error, raw.error, raw.closed_at_start = error or raw.error, None, False
    if error:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.close(nothing)
    return error


class _Input(FileIO):
    """Reads stdin; its errors name it."""

    closed_at_start = False

    def readinto(self, buffer: Any) -> Any:
        """Read some bytes."""
        if self.closed_at_start:
            raise OSError(9, "it is closed", STANDARD_INPUT)
        try:
            return super().readinto(buffer)
        except OSError as error:
            raise OSError(error.errno, error.strerror, STANDARD_INPUT) from error

    def readall(self) -> bytes:
        """Read all that is left, by `readinto`."""
        blocks, block = [], bytearray(1 << 16)
        while size := self.readinto(block):
            blocks.append(bytes(block[:size]))
        return b"".join(blocks)


class _Output(FileIO):
    """Writes stdout; its errors name it, and the first is kept: argparse and Alembic swallow them."""

    closed_at_start = False
    error: OSError | None = None

    def write(self, data: Any) -> Any:
        """Write some bytes."""
        try:
            if self.closed_at_start:
                raise OSError(9, "it is closed")
            return super().write(data)
        except OSError as error:
            number = _BROKEN_PIPE if os.name == "nt" and error.errno == _INVALID else error.errno
            self.error = OSError(number, error.strerror, STANDARD_OUTPUT)
            raise self.error from error


class _Remarks(FileIO):
    """Writes stderr; remarks and progress that cannot be shown stop nothing."""

    def write(self, data: Any) -> Any:
        """Write some bytes, or lose them."""
        try:
            return super().write(data)
        except OSError:
            return len(data)


def _opened_anew(number: int) -> bool:
    """Open a stream to nowhere if it is closed, and return whether it was."""
    try:
        os.fstat(number)
    except OSError:
        return os.open(os.devnull, os.O_RDWR) == number
    return False


def _is_file(stream: Any) -> bool:
    """Whether a stream is an ordinary one: on Windows, a console has a class of its own."""
    return type(_raw(stream)) is FileIO


def _raw(stream: Any) -> Any:
    buffer = getattr(stream, "buffer", None)
    return getattr(buffer, "raw", buffer)  # with PYTHONUNBUFFERED there is no buffer between


def _encoding(like: Any) -> str:
    """Return the encoding of a stream: UTF-8 on Windows, whose own differs from country to country."""
    return "utf-8" if os.name == "nt" else getattr(like, "encoding", "utf-8")


def _text(raw: FileIO, like: Any, line_buffering: bool = False) -> TextIOWrapper:
    unbuffered = getattr(like, "write_through", False)
    return TextIOWrapper(
        raw if unbuffered else BufferedWriter(raw),
        _encoding(like),
        line_buffering=line_buffering or getattr(like, "line_buffering", False),
        write_through=unbuffered,
    )
