"""A stream of a file's bytes that hashes, counts and checks them while they are read.

Of a compressed file they are those of the text in it.
"""

from __future__ import annotations

import hashlib
import io
import os
from typing import TYPE_CHECKING, BinaryIO

from myapp.descriptors import Stream
from myapp.errors import BadData, StrPath

if TYPE_CHECKING:
    from myapp.notebook.intake.unpacking import Readable
    from myapp.notebook.intake.workbook import SheetName

Source = StrPath | BinaryIO
"""A file, or an open stream of bytes."""

HEAD_BYTES = 1 << 16
"""How many of the first bytes are examined to detect the format."""

WHOLE_BYTES = 1 << 24
"""How many of the first bytes are examined to find a table behind others."""

DATES_BYTES = 1 << 20
"""How many of the first bytes are examined where fewer have dates that can be read in two ways."""

LINE_LIMIT = 1 << 22
"""The longest line that is read, in bytes; a file of one endless line would fill the memory."""


_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf": "7-Zip",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"Rar!": "RAR",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "OLE",
}
"""The first bytes of archives, and their kinds."""

_START_BYTES = 8


class ByteStream(io.RawIOBase):
    """A file or stream, read once from its beginning to its end; its head can be read before.

    `position` counts the bytes read, `total` is the file's size when it was opened, 0 where it is not known,
    as of a stream, which its opener closes. Raise BadData for lines above LINE_LIMIT, archives that are not
    read, and, unless `wide` (the encoding has them in every text), NUL bytes. Of a workbook the bytes are
    those of a sheet's text; `sheet` is its name, None for other files.
    """

    def __init__(self, source: Source, sheet: str | None = None) -> None:
        self.sheet: SheetName | None = None
        self._path = name_of(source)
        self.total = 0
        self.position = 0
        self.wide = False
        self._hash = hashlib.sha256()
        self._line = 1
        self._line_bytes = 0
        self._pending = b""
        file: BinaryIO
        if isinstance(source, str | os.PathLike):
            self._opened = Stream(source)  # closed by close()
            file = self._opened
            self.total = os.fstat(file.fileno()).st_size
        else:
            file = source
        self._file: Readable = self._unpacked(file, sheet)

    def _unpacked(self, file: BinaryIO, sheet: str | None) -> Readable:
        """Return the stream of a file's text, whose first bytes are pending where they were read."""
        start = b""
        try:
            while len(start) < _START_BYTES and (more := file.read(_START_BYTES - len(start))):
                start += more
            kind = next((name for mark, name in _ARCHIVES.items() if start.startswith(mark)), "")
            if not kind:
                self._pending = start
                return file
            from myapp.notebook.intake.unpacking import unpacked  # most files are none

            text = unpacked(self._path, file, start, kind, sheet)
        except BaseException:
            self.close()
            raise
        self.total, self.sheet = text.total, getattr(text, "sheet", None)
        return text

    @property
    def sha256(self) -> str:
        """The digest of the bytes read."""
        return self._hash.hexdigest()

    def head(self, enough: int = HEAD_BYTES) -> tuple[bytes, bool]:
        """Return `enough` of the first bytes, some whole lines at least, and whether they are all."""
        while len(self._pending) < enough or not self._enough():
            chunk = self._file.read(HEAD_BYTES)
            if not chunk:
                return self._pending, True
            self._pending += chunk
        return self._pending, False

    def _enough(self) -> bool:
        line_ends = self._pending.count(b"\n") + self._pending.count(b"\r")
        return line_ends > 4 or len(self._pending) > 2 * LINE_LIMIT

    def readable(self) -> bool:
        """Return True: the `io` module asks."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the io module hands a memoryview
        """Fill the buffer with the next bytes and return how many they are."""
        chunk = self._pending[: len(buffer)] or self._file.read(len(buffer)) or b""
        self._pending = self._pending[len(buffer) :]
        self._check(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        """Close the file."""
        if "_opened" in vars(self):  # not where opening it failed
            self._opened.close()
        super().close()

    def _check(self, chunk: bytes) -> None:
        if not self.wide and b"\0" in chunk:
            raise nul_error(self._path, self._line, chunk)
        self._hash.update(chunk)
        self.position += len(chunk)
        self._line += chunk.count(b"\n")
        last_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._line_bytes = len(chunk) - last_end - 1 + (self._line_bytes if last_end < 0 else 0)
        if self._line_bytes > LINE_LIMIT:
            raise BadData(self._path, self._line, 0, f"a line of more than {LINE_LIMIT >> 20} MiB")


def name_of(source: Source) -> StrPath:
    """Return a source's name in messages: its path, or `standard input` for a stream."""
    return source if isinstance(source, str | os.PathLike) else "standard input"


def nul_error(path: StrPath, line: int, chunk: bytes) -> BadData:
    """Return the error for a chunk that begins at `line` and holds a NUL byte."""
    line += chunk[: chunk.index(b"\0")].count(b"\n")
    advice = "this is no text, or say its {encoding}"
    return BadData(path, line, 0, "NUL bytes", setting="encoding", advice=advice)
