"""Refuses workbooks that would fill the memory: the reader keeps a sheet's whole rectangle of cells in it.

A file of a few hundred bytes with two cells far apart would be a rectangle of 17 thousand million.
"""

import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.parsers import expat

from myapp.errors import BadData, StrPath
from myapp.notebook.intake.office_package import Package

MOST_CELLS = 40_000_000
"""The cells of the rectangle that holds all of a sheet's: 1.3 GB."""

MOST_BYTES, MOST_TEXTS = 1 << 31, 1 << 28
"""The size of all parts of a workbook, unpacked, and of its texts, which are kept in the memory."""

_SMALL_PART = 1 << 24
_BLOCK_BYTES = 1 << 20
_COLUMN, _LINE = re.compile(rb'r="([A-Za-z]{1,7})[0-9]'), re.compile(rb'r="[A-Za-z]{0,7}([0-9]{1,19})"')
"""The place of a cell or a row, as programs write it: a pattern that begins with letters is quick."""

_ANY_COLUMN = re.compile(rb"""r\s*=\s*["']\s*([A-Za-z]{1,7})[0-9]""")
_ANY_LINE = re.compile(rb"""r\s*=\s*["']\s*[A-Za-z]{0,7}([0-9]{1,19})""")
_BEFORE = (b" =", b"\n=", b"\t=", b"\r=")
"""Blanks before the sign, which programs do not write."""


def check(path: StrPath, archive: zipfile.ZipFile) -> None:
    """Raise BadData where a workbook unpacks to too much, or has a part twice."""
    sizes = {name: part.file_size for name, part in Package(archive).parts.items()}
    if len(sizes) < len(archive.infolist()):
        raise BadData(path, 0, 0, "the workbook is damaged (it has a part twice)")
    of_texts = sum(size for name, size in sizes.items() if "sharedstrings" in name)
    if of_texts > MOST_TEXTS or sum(sizes.values()) > MOST_BYTES:
        most = f"{MOST_BYTES >> 30} GiB, or its texts to {MOST_TEXTS >> 20} MiB"
        raise BadData(path, 0, 0, f"the workbook unpacks to more than {most}: save the sheet as .csv")


def check_sheet(path: StrPath, archive: zipfile.ZipFile, sheet: str) -> None:
    """Raise BadData where a sheet's rectangle of cells is too large, or it is damaged."""
    try:
        part = Package(archive).sheet(sheet)
        rows, columns = _rectangle(archive, part)
        if rows * columns > MOST_CELLS:
            rows, columns = _rectangle_of_values(archive, part)
    except (zipfile.BadZipFile, ElementTree.ParseError, expat.ExpatError, *_ERRORS) as error:
        fact = f"the workbook is damaged ({' '.join(str(error).split())[:200]})"
        raise BadData(path, 0, 0, fact) from error
    if rows * columns > MOST_CELLS:
        fact = f"the sheet {sheet} has {rows} rows and {columns} columns"
        raise BadData(path, 0, 0, f"{fact}, more than the memory should hold: save it as .csv")


_ERRORS = (KeyError, ValueError, EOFError, RuntimeError, NotImplementedError, OverflowError)


def _rectangle(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, int]:
    """Return the number of rows and columns up to a sheet's last cells.

    A cell says its place, or stands behind the one before it.
    """
    rows, columns, count, cells = {0}, set[bytes](), 0, 0
    widest = 0
    for block in _blocks(archive, part):
        letters, digits = _COLUMN, _LINE
        if block.count(b"=") > block.count(b'="') or any(mark in block for mark in _BEFORE):
            letters, digits = _ANY_COLUMN, _ANY_LINE
        places = letters.findall(block)
        columns.update(places)
        rows.add(max(map(int, set(digits.findall(block))), default=0))
        count += block.count(b"<row") + block.count(b":row")
        if block.count(b"<c") + block.count(b":c") > len(places):
            first, *others = (row.count(b"<c") + row.count(b":c") for row in block.split(b"row"))
            cells, widest = (others[-1] if others else cells + first), max(widest, cells + first, *others, 0)
    return max(count, *rows), max(widest, *map(_number, columns), 1)


def _rectangle_of_values(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, int]:
    """Return the number of rows and columns up to the last cells with values, which alone are kept: slower.

    Programs write cells without values far behind the others where whole rows have a colour.
    """
    last, place = [0, 0], [0, 0]

    def start(name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind in ("row", "c"):
            letters, digits = _split(attributes.get("r", ""))
            column = _number(letters.encode()) if letters else place[1] + 1
            place[:] = (
                (int(digits or place[0] + 1), 0) if kind == "row" else (int(digits or place[0]), column)
            )
        elif kind in ("v", "is"):
            last[:] = max(last[0], place[0]), max(last[1], place[1])

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with archive.open(part) as text:
        parser.ParseFile(text)
    return last[0], last[1]


def _split(place: str) -> tuple[str, str]:
    """Return the letters and the digits of a cell's place; a row's has no letters."""
    letters = place.strip().rstrip("0123456789")
    return letters, place.strip()[len(letters) :]


def _blocks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the text of a sheet in blocks that end before an element."""
    rest = b""
    with archive.open(part) as text:
        while block := text.read(_BLOCK_BYTES):
            whole, mark, rest = (rest + block).rpartition(b"<")
            rest = mark + rest
            yield whole
            if len(rest) > _SMALL_PART:
                raise ValueError("a cell is too large")
    yield rest


def _number(letters: bytes) -> int:
    """Return the number of a column, from 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
