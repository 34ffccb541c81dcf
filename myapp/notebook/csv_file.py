"""Reading a wide CSV file: one time column, any number of columns of numbers, in a stream.

Rows come in batches of columns, since converting a column at once is several times faster than cell
by cell. Where a batch cannot be converted so, it is gone through in reading order and the first wrong
cell is named by line and column.
"""

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from myapp.errors import BadData
from myapp.notebook import cells, csv_format, numbers
from myapp.notebook.byte_stream import ByteStream
from myapp.notebook.csv_format import ChannelColumn, CsvFormat

StrPath = str | os.PathLike[str]

_BUFFER_BYTES = 1 << 17


@dataclass(frozen=True)
class Batch:
    """Some rows as columns: their lines, their times (UTC microseconds) and each channel's values or gaps."""

    lines: Sequence[int]
    times: Sequence[int]
    values: Sequence[Sequence[float | None]]


@dataclass(frozen=True)
class Row:
    """One row: its line in the file, its time (UTC microseconds), and a value or None for each channel."""

    line: int
    time: int
    values: tuple[float | None, ...]


def inspect(path: StrPath) -> CsvFormat:
    """Return how a file is written, as its first rows tell; raise BadData where it cannot be imported."""
    with CsvFile(path) as file:
        return file.format


def read_rows(path: StrPath) -> Iterator[Row]:
    """Yield a file's rows in its order; raise BadData at the first that cannot be read."""
    with CsvFile(path) as file:
        for batch in file.batches():
            for line, time, *values in zip(batch.lines, batch.times, *batch.values, strict=True):
                yield Row(line, time, tuple(values))


class CsvFile:
    """An open CSV file, read once.

    `format` is known at once; `skipped` may grow while rows are read, by columns that were empty in the
    first rows and turn out to hold text. `stream` knows the bytes read and their digest.
    """

    def __init__(self, path: StrPath) -> None:
        self.path = path
        self.stream = ByteStream(path)
        try:
            self.format = csv_format.detect(path, *self.stream.head())
            self.skipped = list(self.format.skipped)
            self._open()
        except BaseException:
            self.stream.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._text.close()

    def batches(self) -> Iterator[Batch]:
        """Yield all rows; raise BadData with line and column at the first that cannot be read."""
        for block in self._blocks:
            yield self._convert(block)

    def _open(self) -> None:
        """Start over at the first byte, behind the header. Bytes that are no UTF-8 can only be text."""
        known = self.format
        self.stream.wide = known.encoding == "utf-16"
        buffered = io.BufferedReader(self.stream, _BUFFER_BYTES)
        self._text = io.TextIOWrapper(buffered, known.encoding, errors="replace", newline="")
        for _ in range(known.header_line):
            self._text.readline()
        self._blocks = cells.blocks(
            self.path, self._text, known.delimiter, known.width, known.header_line + 1
        )
        self._times = known.time_format.reader()
        self._undecided = [channel for channel in known.channels if not channel.decided]
        self._dropped: set[int] = set()

    def _convert(self, block: cells.PlainBlock | cells.RowBlock) -> Batch:
        try:
            batch = self._batch(*block.columns(self.format.width))
        except ValueError:
            batch = self._convert_carefully(*block.rows())
        if self._undecided:
            self._decide(batch)
        return batch

    def _convert_carefully(self, rows: cells.Rows, lines: Sequence[int]) -> Batch:
        """Convert rows among which something is unusual; raise BadData where it is wrong."""
        rows, lines = _without_empty(rows, lines)
        self._drop_text(rows)
        self._check(rows, lines)
        return self._batch(list(zip(*rows, strict=True)) or [()] * self.format.width, lines)

    def _batch(self, columns: cells.Columns, lines: Sequence[int]) -> Batch:
        """Convert column by column; raise ValueError, which says nothing more, where something is wrong."""
        return Batch(
            lines,
            self._times.read_all(columns[self.format.time_column - 1]),
            [self._values(channel, columns[channel.column - 1]) for channel in self.format.channels],
        )

    def _values(self, channel: ChannelColumn, column: Sequence[str]) -> Sequence[float | None]:
        if channel.column in self._dropped:
            return [None] * len(column)
        return numbers.read_all(column, self.format.decimal)

    def _check(self, rows: cells.Rows, lines: Sequence[int]) -> None:
        """Raise BadData at the first cell that is wrong, in reading order."""
        for line, row in zip(lines, rows, strict=True):
            if len(row) != self.format.width:
                raise csv_format.ragged(self.path, line, len(row), self.format.width)
            self._check_time(line, row[self.format.time_column - 1])
            for channel in self.format.channels:
                if channel.column not in self._dropped:
                    self._check_number(line, channel.column, row[channel.column - 1])

    def _check_time(self, line: int, cell: str) -> None:
        try:
            self._times.read(cell)
        except ValueError as error:
            fact = f"time {numbers.quoted(cell)} is not {self.format.time_format.name}" if cell else "no time"
            raise BadData(self.path, line, self.format.time_column, fact) from error

    def _check_number(self, line: int, column: int, cell: str) -> None:
        try:
            numbers.read(cell, self.format.decimal)
        except ValueError as error:
            raise BadData(self.path, line, column, str(error)) from error

    def _drop_text(self, rows: cells.Rows) -> None:
        """Skip columns that held nothing until now and begin with text."""
        for channel in self._undecided:
            column = (row[channel.column - 1] for row in rows if len(row) == self.format.width)
            first = next((cell for cell in column if not numbers.is_gap(cell)), "0")
            if not numbers.is_number(first, self.format.decimal):
                self._dropped.add(channel.column)
                self.skipped.append(channel.title)
        self._undecided = [c for c in self._undecided if c.column not in self._dropped]

    def _decide(self, batch: Batch) -> None:
        """Hold those columns for channels in which a value has come."""
        empty = {
            c.column for c, v in zip(self.format.channels, batch.values, strict=True) if not any_number(v)
        }
        self._undecided = [channel for channel in self._undecided if channel.column in empty]


def any_number(values: Sequence[float | None]) -> bool:
    """Whether there is a reading among the gaps."""
    return any(value is not None for value in values)


def _without_empty(rows: cells.Rows, lines: Sequence[int]) -> tuple[cells.Rows, Sequence[int]]:
    """Leave out blank lines and rows of empty fields only, as spreadsheets append them."""
    kept = [(row, line) for row, line in zip(rows, lines, strict=True) if any(map(str.strip, row))]
    return [row for row, _ in kept], [line for _, line in kept]
