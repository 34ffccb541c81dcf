"""One reading of a file that hashes, counts and checks the bytes while they pass."""

import hashlib
import io
import os
from typing import BinaryIO

from myapp.errors import BadData, StrPath

Source = StrPath | BinaryIO
"""A file, or an open stream of bytes."""

HEAD_BYTES = 1 << 16
"""How much of a file is looked at to find out what it is."""

LINE_LIMIT = 1 << 22
"""The longest line that is read, in bytes; a file of one endless line would fill the memory."""


class ByteStream(io.RawIOBase):
    """A file or stream, read once from its beginning to its end; its first bytes can be looked at before.

    `position` counts the bytes that have passed, `total` is the file's size when it was opened, 0 for
    a stream, which whoever opened it closes.
    Raise BadData for NUL bytes, unless `wide` says that they belong to the text, and for endless lines.
    """

    def __init__(self, source: Source) -> None:
        self._path = name_of(source)
        self.total = 0
        self._file: BinaryIO | io.FileIO
        if isinstance(source, str | os.PathLike):
            self._opened = self._file = open(source, "rb", buffering=0)  # noqa: SIM115  # closed by close()
            self.total = os.fstat(self._file.fileno()).st_size
        else:
            self._file = source
        self.position = 0
        self.wide = False
        self._hash = hashlib.sha256()
        self._line = 1
        self._line_bytes = 0
        self._waiting = b""

    @property
    def sha256(self) -> str:
        """The digest of the bytes that have passed."""
        return self._hash.hexdigest()

    def head(self) -> tuple[bytes, bool]:
        """Return the first bytes, with two whole lines where lines are long, and whether they are all."""
        while len(self._waiting) < HEAD_BYTES or not self._enough():
            chunk = self._file.read(HEAD_BYTES)
            if not chunk:
                return self._waiting, True
            self._waiting += chunk
        return self._waiting, False

    def _enough(self) -> bool:
        line_ends = self._waiting.count(b"\n") + self._waiting.count(b"\r")
        return line_ends > 4 or len(self._waiting) > 2 * LINE_LIMIT

    def readable(self) -> bool:
        """Say to the `io` module that this stream is for reading."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the io module hands a memoryview
        """Fill the buffer with the next bytes and return how many they are."""
        chunk = self._waiting[: len(buffer)] or self._file.read(len(buffer)) or b""
        self._waiting = self._waiting[len(buffer) :]
        self._watch(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        """Close the file."""
        if "_opened" in vars(self):  # not where opening it failed
            self._opened.close()
        super().close()

    def _watch(self, chunk: bytes) -> None:
        if not self.wide and b"\0" in chunk:
            raise nul_found(self._path, self._line, chunk)
        self._hash.update(chunk)
        self.position += len(chunk)
        self._line += chunk.count(b"\n")
        last_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._line_bytes = len(chunk) - last_end - 1 + (self._line_bytes if last_end < 0 else 0)
        if self._line_bytes > LINE_LIMIT:
            raise BadData(self._path, self._line, 0, f"a line of more than {LINE_LIMIT >> 20} MiB")


def name_of(source: Source) -> StrPath:
    """Return what a source is called in messages: its path, or what a stream mostly is."""
    return source if isinstance(source, str | os.PathLike) else "standard input"


def nul_found(path: StrPath, line: int, chunk: bytes) -> BadData:
    """Return the error for a chunk that begins at `line` and holds a NUL byte."""
    line += chunk[: chunk.index(b"\0")].count(b"\n")
    return BadData(path, line, 0, "NUL bytes: this is no text, or say its --encoding")
