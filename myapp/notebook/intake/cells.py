"""Splits a CSV text into blocks of rows, and those into columns."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from myapp.notebook.intake.faults import Faults

if TYPE_CHECKING:
    from _csv import Reader  # the standard library names this type nowhere else

BLOCK_CELLS = 1 << 13
"""The cells of a block: large enough to be fast, small enough for memory not to matter."""

BLANK = " "
"""The delimiter of columns that any run of blanks separates."""

Rows = Sequence[list[str]]
Columns = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Dialect:
    """The characters that structure a text; `quote` and `comment` are "" where it has none."""

    delimiter: str
    quote: str = '"'
    comment: str = ""

    def reader(self, lines: Iterable[str]) -> "Reader":
        """Return the rows of lines; detection and import share it."""
        return csv.reader(
            self._normalised(lines),
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            skipinitialspace=self.delimiter != BLANK,  # of those there is one at most
            strict=True,
        )

    def _normalised(self, lines: Iterable[str]) -> Iterable[str]:
        """Return lines, comments emptied and, where a blank delimits, runs of blanks made one."""
        comment = self.comment
        if comment:
            lines = ("\n" if line.startswith(comment) else line for line in lines)
        return (" ".join(line.split()) + "\n" for line in lines) if self.delimiter == BLANK else lines


class Block(NamedTuple):
    """Rows, with the lines on which they begin."""

    rows: Rows
    lines: Sequence[int]

    def columns(self, width: int) -> Columns:
        """Return the cells by column; raise ValueError where a row has another width."""
        columns = list(zip(*self.rows, strict=True))
        if len(columns) != width:
            raise ValueError("rows of another width")
        return columns


def blocks(text: Iterable[str], dialect: Dialect, width: int, line: int, faults: Faults) -> Iterator[Block]:
    """Yield the rows of a text whose next line is number `line`; broken quoting is a fault."""
    reader = dialect.reader(text)
    size = max(1, BLOCK_CELLS // width)
    first = line
    while True:
        rows, broken = _next_rows(reader, size)
        if not rows and not broken:
            return
        after = line + reader.line_num
        starts = _lines([*rows, []] if broken else rows, first, after)
        if rows:
            yield Block(rows, starts[: len(rows)])
        if broken:
            faults.add(starts[-1], 0, f"no row of a CSV file: {broken}")
        first = after


def _next_rows(reader: "Reader", size: int) -> tuple[list[list[str]], str]:
    """Return the next rows, and the error of the row behind them; the reader can go on after that."""
    rows: list[list[str]] = []
    try:
        rows.extend(islice(reader, size))
    except csv.Error as error:
        return rows, str(error)
    return rows, ""


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
