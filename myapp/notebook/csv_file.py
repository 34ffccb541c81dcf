"""Reading a wide CSV file: one time column, any number of columns of numbers, in a stream.

Rows come in batches of columns, since converting a column at once is several times faster than cell
by cell. Where a batch cannot be converted so, it is gone through in reading order and the first wrong
cell is named by line and column.
"""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Self

from myapp.errors import BadData
from myapp.notebook import csv_format, numbers
from myapp.notebook.byte_stream import ByteStream
from myapp.notebook.csv_format import ChannelColumn, CsvFormat

StrPath = str | os.PathLike[str]

BATCH_CELLS = 1 << 13
"""How many cells are taken at once: enough to be fast, few enough to be small."""

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
        self._line: int = 0
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
        size = max(1, BATCH_CELLS // self.format.width)
        while rows := self._take(size):
            lines = _lines(rows, self._line, self._reader.line_num)
            self._line = self._reader.line_num
            yield self._convert(rows, lines)

    def _open(self) -> None:
        """Start over at the first byte, behind the header. Bytes that are no UTF-8 can only be text."""
        self.stream.wide = self.format.encoding == "utf-16"
        buffered = io.BufferedReader(self.stream, _BUFFER_BYTES)
        self._text = io.TextIOWrapper(buffered, self.format.encoding, errors="replace", newline="")
        self._reader = csv_format.csv_reader(self._text, self.format.delimiter)
        self._times = self.format.time_format.reader()
        self._undecided = [channel for channel in self.format.channels if not channel.decided]
        self._dropped: set[int] = set()
        self._line = self.format.header_line
        while self._reader.line_num < self.format.header_line:
            next(self._reader)

    def _take(self, size: int) -> list[list[str]]:
        rows: list[list[str]] = []
        try:
            rows.extend(islice(self._reader, size))
        except csv.Error as error:
            broken = _lines([*rows, []], self._line, -1)[-1]
            raise BadData(self.path, broken, 0, f"no row of a CSV file: {error}") from error
        return rows

    def _convert(self, rows: list[list[str]], lines: Sequence[int]) -> Batch:
        try:
            batch = self._columns(rows, lines)
        except ValueError:
            rows, lines = _without_empty(rows, lines)
            self._drop_text(rows)
            self._check(rows, lines)
            batch = self._columns(rows, lines)
        if self._undecided:
            self._decide(batch)
        return batch

    def _columns(self, rows: list[list[str]], lines: Sequence[int]) -> Batch:
        """Convert column by column; raise ValueError, which says nothing more, where something is wrong."""
        cells = list(zip(*rows, strict=True)) or [()] * self.format.width
        if len(cells) != self.format.width:
            raise ValueError("another number of fields")
        return Batch(
            lines,
            self._times.read_all(cells[self.format.time_column - 1]),
            [self._values(channel, cells[channel.column - 1]) for channel in self.format.channels],
        )

    def _values(self, channel: ChannelColumn, cells: Sequence[str]) -> Sequence[float | None]:
        if channel.column in self._dropped:
            return [None] * len(cells)
        return numbers.read_all(cells, self.format.decimal)

    def _check(self, rows: list[list[str]], lines: Sequence[int]) -> None:
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

    def _drop_text(self, rows: list[list[str]]) -> None:
        """Skip columns that held nothing until now and begin with text."""
        for channel in self._undecided:
            cells = (row[channel.column - 1] for row in rows if len(row) == self.format.width)
            first = next((cell for cell in cells if not numbers.is_gap(cell)), "0")
            if not numbers.is_number(first, self.format.decimal):
                self._dropped.add(channel.column)
                self.skipped.append(channel.title)
        self._undecided = [c for c in self._undecided if c.column not in self._dropped]

    def _decide(self, batch: Batch) -> None:
        """Hold those columns for channels in which a value has come."""
        empty = {c.column for c, v in zip(self.format.channels, batch.values, strict=True) if not _any(v)}
        self._undecided = [channel for channel in self._undecided if channel.column in empty]


def _any(values: Sequence[float | None]) -> bool:
    return any(value is not None for value in values)


def _without_empty(rows: list[list[str]], lines: Sequence[int]) -> tuple[list[list[str]], Sequence[int]]:
    """Leave out blank lines and rows of empty fields only, as spreadsheets append them."""
    kept = [(row, line) for row, line in zip(rows, lines, strict=True) if any(map(str.strip, row))]
    return [row for row, _ in kept], [line for _, line in kept]


def _lines(rows: list[list[str]], before: int, after: int) -> Sequence[int]:
    """Return each row's first line; quoted fields may hold line breaks."""
    if after - before == len(rows):
        return range(before + 1, after + 1)
    starts, line = [], before + 1
    for row in rows:
        starts.append(line)
        line += 1 + sum(_breaks(cell) for cell in row)
    return starts


def _breaks(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")
