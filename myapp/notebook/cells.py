"""A CSV text taken apart into cells, block by block and as fast as it goes.

Where a block holds no quote, splitting it at line ends and delimiters is all there is to do, and three
times as fast as the `csv` module. From the first quote on, that module reads the rest.
"""

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from myapp.errors import BadData

if TYPE_CHECKING:
    from _csv import Reader  # the standard library names this type nowhere else

StrPath = str | os.PathLike[str]

BLOCK_CHARACTERS = 1 << 16
BLOCK_CELLS = 1 << 13
"""How much is taken at once: enough to be fast, few enough to be small."""

Rows = Sequence[list[str]]
Columns = Sequence[Sequence[str]]


def csv_reader(lines: Iterable[str], delimiter: str) -> "Reader":
    """Return the reader that both the first look and the import use."""
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)


@dataclass(frozen=True)
class PlainBlock:
    """Whole lines without quotes; `first` is the number of the first."""

    text: str
    delimiter: str
    first: int

    def columns(self, width: int) -> tuple[Columns, Sequence[int]]:
        """Return the cells by column, with the rows' lines; raise ValueError where rows differ in width.

        Each line keeps its end, so that rows of other widths show: in the last column, and there only,
        each cell must end with one.
        """
        cells = self.text.replace("\n", f"\n{self.delimiter}").split(self.delimiter)
        cells.pop()
        columns: list[Sequence[str]] = [cells[i::width] for i in range(width)]
        last = "".join(columns[-1]).split("\n")
        last.pop()
        count = self.text.count("\n")
        if len(cells) != count * width or len(last) != count:
            raise ValueError("rows of other widths")
        columns[-1] = last
        return columns, range(self.first, self.first + count)

    def rows(self) -> tuple[Rows, Sequence[int]]:
        """Return the cells by row, with the rows' lines."""
        lines = self.text.split("\n")[:-1]
        rows = [line.split(self.delimiter) if line else [] for line in lines]
        return rows, range(self.first, self.first + len(rows))


@dataclass(frozen=True)
class RowBlock:
    """Rows that the `csv` module has read, with the lines on which they begin."""

    taken: Rows
    lines: Sequence[int]

    def columns(self, width: int) -> tuple[Columns, Sequence[int]]:
        """Return the cells by column, with the rows' lines; raise ValueError where rows differ in width."""
        columns = list(zip(*self.taken, strict=True))
        if len(columns) != width:
            raise ValueError("rows of another width")
        return columns, self.lines

    def rows(self) -> tuple[Rows, Sequence[int]]:
        """Return the cells by row, with the rows' lines."""
        return self.taken, self.lines


def blocks(
    path: StrPath, text: io.TextIOBase, delimiter: str, width: int, line: int
) -> Iterator[PlainBlock | RowBlock]:
    """Yield all that is left of a text whose next line is number `line`; raise BadData for broken quoting."""
    waiting = ""
    while more := text.read(BLOCK_CHARACTERS):
        whole, end, rest = (waiting + more).rpartition("\n")
        block = (whole + end).replace("\r\n", "\n")
        if '"' in block or "\r" in block or "\r" in rest[:-1]:
            broken_off = io.StringIO(waiting + more + text.readline(), newline="")
            yield from _row_blocks(path, chain(broken_off, text), delimiter, width, line)
            return
        if block:
            yield PlainBlock(block, delimiter, line)
        line += block.count("\n")
        waiting = rest
    yield from _row_blocks(path, io.StringIO(waiting, newline=""), delimiter, width, line)


def _row_blocks(
    path: StrPath, text: Iterable[str], delimiter: str, width: int, line: int
) -> Iterator[RowBlock]:
    reader = csv_reader(text, delimiter)
    size = max(1, BLOCK_CELLS // width)
    first = line
    while rows := _take(path, reader, size, first):
        after = line + reader.line_num
        yield RowBlock(rows, _lines(rows, first, after))
        first = after


def _take(path: StrPath, reader: "Reader", size: int, first: int) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        rows.extend(islice(reader, size))
    except csv.Error as error:
        broken = _lines([*rows, []], first, 0)[-1]
        raise BadData(path, broken, 0, f"no row of a CSV file: {error}") from error
    return rows


def _lines(rows: Rows, first: int, after: int) -> Sequence[int]:
    """Return the line on which each row begins; quoted fields may hold line breaks."""
    if after - first == len(rows):
        return range(first, after)
    starts, line = [], first
    for row in rows:
        starts.append(line)
        line += 1 + sum(_breaks(cell) for cell in row)
    return starts


def _breaks(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")
