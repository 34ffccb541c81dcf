"""Converts blocks of cells to readings: times and numbers, by channel."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from myapp.errors import BadData
from myapp.notebook.intake import missing, numbers
from myapp.notebook.intake.cells import Block, Columns, Rows
from myapp.notebook.intake.csv_format import ChannelColumn, CsvFormat
from myapp.notebook.intake.faults import Faults
from myapp.notebook.intake.missing import Missing, MissingWatch
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.row_times import RowTimes
from myapp.notebook.intake.table import of_changed_column, width_fault


@dataclass(frozen=True)
class Series:
    """Readings of one channel without gaps: times (UTC microseconds), numbers, and their lines."""

    channel: ChannelColumn
    times: Sequence[int]
    numbers: Sequence[float]
    lines: Sequence[int]


@dataclass(frozen=True)
class Batch:
    """The readings of some rows: the times (UTC microseconds) of rows that have one, and each channel's."""

    times: Sequence[int]
    series: Sequence[Series]


class Converter(ABC):
    """Converts blocks to batches.

    `skipped` are titles of columns or channels that turn out to hold text, `gaps` the number of each
    channel's fields without a reading, `words` those fields that are not empty, `rounded` counts whole
    numbers that no double holds, `rows` the rows that are not empty.
    """

    def __init__(self, csv_format: CsvFormat, options: ImportOptions, faults: Faults) -> None:
        self.skipped: list[str] = []
        self.gaps: Counter[ChannelColumn] = Counter()
        self.rounded = 0
        self.rows = 0
        self._format = csv_format
        self._faults = faults
        self._times = RowTimes(csv_format, options.ambiguous, faults)
        self._missing = missing.parsed(options.missing)
        self._missing_of: dict[ChannelColumn, Missing] = {}
        self._watch = MissingWatch(faults.path)
        self.words: Counter[str] = Counter()

    @property
    def finer_times(self) -> int:
        """The number of times that were rounded to microseconds."""
        return self._times.finer

    def convert(self, block: Block) -> Batch:
        """Convert a block; cells that cannot be read are added to the faults."""
        if self._format.short:
            block = self._widened(block)
        try:
            columns = block.columns(self._format.width)
            batch = self._by_column(columns, block.lines)
        except ValueError:
            rows, lines = _without_empty(*block)
            self.rows += len(rows)
            self._look_at_keys(rows, lines)
            return self._by_row(rows, lines)
        self._look_at_columns(columns, block)
        self._times.count += len(block.rows)
        self.rows += len(block.rows)
        return batch

    def _widened(self, block: Block) -> Block:
        """Return a block whose short rows have empty fields for the columns that they lack."""
        short, lacking = self._format.short, [""] * (self._format.width - self._format.short)
        return Block([row + lacking if len(row) == short else row for row in block.rows], block.lines)

    def _look_at_columns(self, columns: Columns, block: Block) -> None:
        """Refuse rows of another sensor, where a column says whose they are."""
        for column, word in self._format.constants:
            if columns[column - 1].count(word) < len(block.rows):
                self._look_at_keys(block.rows, block.lines)

    def _look_at_keys(self, rows: Rows, lines: Sequence[int]) -> None:
        for column, word in self._format.constants:
            for line, row in zip(lines, rows, strict=True):
                if len(row) == self._format.width and row[column - 1].strip() not in ("", word):
                    raise self._another(line, column, word, row[column - 1].strip())

    def _another(self, line: int, column: int, before: str, word: str) -> BadData:
        """Return the error for a row of another sensor, place or thing than those before it."""
        title = self._format.titles[column - 1]
        was = numbers.quoted(before) if before else "empty"
        fact = f"{title} is {numbers.quoted(word)} from here on, and was {was}"
        return BadData(self._faults.path, line, column, fact, **of_changed_column(title))

    def check(self) -> None:
        """Raise BadData where a column holds what usually stands for no reading, once all rows were read."""
        self._watch.check()

    def check_names(self) -> None:  # noqa: B027  # a wide file's names were checked with its header
        """Raise BadData where an option names a channel that no row has, once all rows were read."""

    def _missing_in(self, channel: ChannelColumn) -> Missing:
        if channel not in self._missing_of:
            self._missing_of[channel] = self._missing.of(channel)
        return self._missing_of[channel]

    def _watched(self, series: Series) -> Series:
        """Return a series after a look for missing values that nobody named."""
        if not self._missing_in(series.channel).kept:
            self._watch.see(series.channel, series.numbers, series.lines)
        return series

    def _read(self, channel: ChannelColumn, cells: Sequence[str]) -> Sequence[float | None]:
        """Return the numbers and gaps of a channel's cells; raise ValueError for others."""
        gaps = self._missing_in(channel)
        if self._format.thousands:
            cells = numbers.ungrouped(cells, self._format.thousands)
        return gaps.without(numbers.read_all(gaps.blanked(cells), self._format.decimal))

    def _count(self, cells: Sequence[str], values: Sequence[float | None]) -> None:
        """Count what cells that were read have beside numbers."""
        self.rounded += numbers.count_rounded(cells, values)
        gaps = list(values).count(None)
        if gaps and gaps > list(cells).count(""):
            pairs = zip(cells, values, strict=True)
            self.words.update(cell.strip() for cell, value in pairs if value is None and cell.strip())

    @abstractmethod
    def _by_column(self, columns: Columns, lines: Sequence[int]) -> Batch:
        """Convert column by column, which is fast; raise ValueError where a cell cannot be read."""

    @abstractmethod
    def _by_row(self, rows: Rows, lines: Sequence[int]) -> Batch:
        """Convert row by row, which finds the place of each fault."""

    def _has_width(self, line: int, row: Sequence[str]) -> bool:
        fits = len(row) == self._format.width
        if not fits:
            self._faults.add(line, *width_fault(len(row), self._format.width))
        return fits

    def _number(self, line: int, channel: ChannelColumn, cell: str) -> float | None:
        try:
            values = self._read(channel, [cell])
            self._count([cell], values)
            return values[0]
        except ValueError as error:
            self._add_fault(line, channel, error)
            self.gaps[channel] -= 1  # None, which is returned, counts as one
        return None

    def _add_fault(self, line: int, channel: ChannelColumn, error: ValueError) -> None:
        if not isinstance(error, numbers.Grouped):
            self._faults.add(line, channel.column, str(error))
            return
        sign = "space" if error.sign == "space" else f'"{error.sign}"'
        advice = f"{{thousands}} {sign} reads such numbers"
        self._faults.add(
            line, channel.column, str(error), setting="thousands", values=(error.sign,), advice=advice
        )


class WideConverter(Converter):
    """Converts files with a column for each channel."""

    def __init__(self, csv_format: CsvFormat, options: ImportOptions, faults: Faults) -> None:
        super().__init__(csv_format, options, faults)
        self._undecided = [channel for channel in csv_format.channels if not channel.decided]
        self._channels = list(csv_format.channels)

    def _by_column(self, columns: Columns, lines: Sequence[int]) -> Batch:
        cells = [columns[channel.column - 1] for channel in self._channels]
        values = [self._read(channel, column) for channel, column in zip(self._channels, cells, strict=True)]
        times = self._times.read_all(columns)
        for column, read in zip(cells, values, strict=True):
            self._count(column, read)
        return self._series(lines, times, values)

    def _by_row(self, rows: Rows, lines: Sequence[int]) -> Batch:
        self._drop_text(rows)
        kept, times = [], []
        values: list[list[float | None]] = [[] for _ in self._channels]
        for line, row in zip(lines, rows, strict=True):
            if not self._has_width(line, row) or (time := self._times.read(line, row)) is None:
                continue
            kept.append(line)
            times.append(time)
            for channel, column in zip(self._channels, values, strict=True):
                column.append(self._number(line, channel, row[channel.column - 1]))
        return self._series(kept, times, values)

    def _series(
        self, lines: Sequence[int], times: list[int], values: Sequence[Sequence[float | None]]
    ) -> Batch:
        batch = [
            self._watched(_gapless(channel, lines, times, column))
            for channel, column in zip(self._channels, values, strict=True)
            if any(value is not None for value in column)
        ]
        self.gaps.update({channel: len(times) for channel in self._channels})
        self.gaps.subtract({series.channel: len(series.numbers) for series in batch})
        if self._undecided:
            decided = {series.channel for series in batch}
            self._undecided = [channel for channel in self._undecided if channel not in decided]
        return Batch(times, batch)

    def _drop_text(self, rows: Rows) -> None:
        """Skip columns that held nothing until now and whose first value is text."""
        for channel in list(self._undecided):
            column = (row[channel.column - 1] for row in rows if len(row) == self._format.width)
            first = next((cell for cell in column if not numbers.is_gap(cell)), "0")
            if not numbers.is_number(first, self._format.decimal):
                self._undecided.remove(channel)
                self._channels.remove(channel)
                self.skipped.append(channel.title)


def _gapless(
    channel: ChannelColumn, lines: Sequence[int], times: Sequence[int], values: Sequence[float | None]
) -> Series:
    if None not in values:
        return Series(channel, times, values, lines)  # type: ignore[arg-type]  # holds no None
    kept = [i for i, value in enumerate(values) if value is not None]
    numbers = [value for value in values if value is not None]
    return Series(channel, [times[i] for i in kept], numbers, [lines[i] for i in kept])


def _without_empty(rows: Rows, lines: Sequence[int]) -> tuple[Rows, Sequence[int]]:
    """Return rows and lines without blank lines and rows of empty fields, as spreadsheets append them."""
    kept = [(row, line) for row, line in zip(rows, lines, strict=True) if any(map(str.strip, row))]
    return [row for row, _ in kept], [line for _, line in kept]
