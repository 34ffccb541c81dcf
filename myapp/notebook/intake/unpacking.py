"""Reads through compressed files: gzip, zip archives of one file, workbooks; others are named and refused.

Nothing is unpacked to disk, and a block at a time is in memory. What a small file may unpack to is limited,
since it may have been made to fill a disk.
"""

import gzip
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, Protocol

from myapp.errors import BadData, StrPath

if TYPE_CHECKING:
    from myapp.notebook.intake.workbook import SheetText

FREE_BYTES = 1 << 26
"""The text that any archive may hold."""

MOST_TIMES = 250
"""How many times the size of its archive a longer text may have: tables of instruments reach 50."""

_DAMAGED = (
    *(zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, struct.error, EOFError, KeyError, SyntaxError),
    *(OverflowError, ValueError, NotImplementedError, RuntimeError),
)
"""What the standard library raises for archives that are damaged or were cut off."""

_OTHER_OFFICE = {"workbook.bin": "a binary workbook (.xlsb)", "content.xml": "a document of OpenDocument"}
_PASSWORD = "EncryptedPackage".encode("utf-16-le")
_OLE_BYTES = 1 << 25

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NAMES = {zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "LZMA", 9: "Deflate64", 93: "Zstandard", 95: "xz"}
_OF_SYSTEM = ("__MACOSX/", ".DS_Store")


class Readable(Protocol):
    """A stream of bytes, as far as it is used here."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`; none at the end."""


class _Replayed:
    """A stream of which the first bytes were read, and are read again; `count` is what was read of it."""

    def __init__(self, start: bytes, file: Readable) -> None:
        self.count = 0
        self._start = start
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._start[:size] if self._start else self._file.read(size)
        self._start = self._start[len(chunk) :] if self._start else b""
        self.count += len(chunk)
        return chunk


class Unpacked:
    """The text of an archive as a stream; `total` is its size as the archive says, 0 where it does not.

    Raise BadData where the archive is damaged, or its text is longer than an archive's may be.
    """

    def __init__(self, path: StrPath, text: Readable, packed: _Replayed | int, total: int = 0) -> None:
        self.total = total
        self._path = path
        self._text = text
        self._packed = packed
        self._count = 0

    def read(self, size: int, /) -> bytes:
        """Return the next bytes of the text."""
        try:
            chunk = self._text.read(size)
        except _DAMAGED as error:
            raise _refused(self._path, f"the archive is damaged or was cut off ({error})") from error
        self._count += len(chunk)
        packed = self._packed if isinstance(self._packed, int) else self._packed.count
        if self._count > max(FREE_BYTES, MOST_TIMES * packed):
            fact = f"the archive holds more than {MOST_TIMES} times its own size"
            raise _refused(self._path, f"{fact}: unpack it, and import the text if there is room for it")
        return chunk


def unpacked(
    path: StrPath, file: BinaryIO, start: bytes, kind: str, sheet: str | None
) -> "Unpacked | SheetText":
    """Return the text of an archive of a kind, whose first bytes were read, or of a workbook's sheet.

    Raise BadData for archives of several files, with a password, or of a kind that is not read.
    """
    if kind == "gzip":
        packed = _Replayed(start, file)
        return Unpacked(path, gzip.GzipFile(fileobj=packed), packed)  # type: ignore[call-overload]  # only reads
    if kind == "zip":
        return _of_zip(path, file, sheet)
    if kind == "OLE":
        raise _refused(path, _of_old_office(start, file))
    raise _refused(path, f"this is an archive of {kind}: unpack it, and import the text")


def _of_zip(path: StrPath, file: BinaryIO, sheet: str | None) -> "Unpacked | SheetText":
    if not file.seekable():
        raise _refused(path, "zip archives and workbooks are read from a file, not from a stream")
    try:
        archive = zipfile.ZipFile(file)
        if _office(path, archive):
            from myapp.notebook.intake.workbook import SheetText

            return SheetText(path, file, archive, sheet)
        info = _single(path, archive)
        text = archive.open(info)
    except _DAMAGED as error:
        raise _refused(path, f"the archive is damaged or was cut off ({error})") from error
    packed = file.seek(0, 2)
    return Unpacked(path, text, packed, info.file_size)


def _office(path: StrPath, archive: zipfile.ZipFile) -> bool:
    """Whether an archive is a workbook; raise BadData for other files of Office."""
    from myapp.notebook.intake.office_package import Package

    main = Package(archive).main.rpartition("/")[2]
    main = main or ("content.xml" if {"mimetype", "content.xml"} <= set(archive.namelist()) else "")
    if main and not (main.startswith("workbook") and main.endswith(".xml")):
        kind = _OTHER_OFFICE.get(main, "a file of Office and no workbook")
        raise _refused(path, f"this is {kind}: save it as .xlsx or .csv")
    return bool(main)


def _single(path: StrPath, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Return the one file of an archive, without what a system adds."""
    files = [info for info in archive.infolist() if not (info.is_dir() or _is_of_system(info.filename))]
    if len(files) != 1:
        names = ", ".join(info.filename for info in files)[:200]
        fact = f"the archive holds {len(files)} files: {names}" if files else "the archive holds no file"
        raise _refused(path, f"{fact}: unpack it, and import the files" if files else fact)
    if files[0].flag_bits & 1:
        raise _refused(path, "the archive has a password: unpack it, and import the text")
    if files[0].compress_type not in _METHODS:
        method = _NAMES.get(files[0].compress_type, "a method of its own")
        raise _refused(path, f"the archive is compressed by {method}: unpack it, and import the text")
    return files[0]


def _of_old_office(start: bytes, file: BinaryIO) -> str:
    """Return what a file of the form of old Office is: a workbook with a password, or one of old Excel."""
    if _PASSWORD in start + file.read(_OLE_BYTES):
        return "the workbook has a password: save it without one"
    return "this is a workbook of an old Excel (.xls): save it as .xlsx or .csv"


def _is_of_system(name: str) -> bool:
    return name.startswith(_OF_SYSTEM) or name.rpartition("/")[2] in _OF_SYSTEM


def _refused(path: StrPath, fact: str) -> BadData:
    return BadData(path, 0, 0, " ".join(fact.split()))
