"""Converts blocks of cells to readings: times and numbers, by channel."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from myapp.notebook.intake import numbers
from myapp.notebook.intake.cells import Block, Columns, Rows
from myapp.notebook.intake.columns import long_channel
from myapp.notebook.intake.csv_format import ChannelColumn, CsvFormat, LongColumns
from myapp.notebook.intake.faults import Faults
from myapp.notebook.intake.row_times import RowTimes
from myapp.notebook.intake.table import width_fault

_MOST_CHANNELS = 10_000
"""The most channels of a long file; a column with more names holds something else."""


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


class _TooManyChannels(ValueError):
    """More names of channels than any file has."""


class Converter(ABC):
    """Converts blocks to batches.

    `skipped` are titles of columns or channels that turn out to hold text, `gaps` the number of each
    channel's fields without a reading, `rounded` counts whole numbers that no double holds.
    """

    def __init__(self, csv_format: CsvFormat, ambiguous: str, faults: Faults) -> None:
        self.skipped: list[str] = []
        self.gaps: Counter[ChannelColumn] = Counter()
        self.rounded = 0
        self._format = csv_format
        self._faults = faults
        self._times = RowTimes(csv_format, ambiguous, faults)

    @property
    def finer_times(self) -> int:
        """The number of times that were cut to microseconds."""
        return self._times.finer

    def convert(self, block: Block) -> Batch:
        """Convert a block; cells that cannot be read are added to the faults."""
        try:
            return self._by_column(block.columns(self._format.width), block.lines)
        except ValueError:
            return self._by_row(*_without_empty(*block))

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
            value = numbers.read(cell, self._format.decimal)
            self.rounded += numbers.count_rounded([cell], [value])
            return value
        except ValueError as error:
            self._faults.add(line, channel.column, str(error))
            self.gaps[channel] -= 1  # None, which is returned, counts as one
        return None


class WideConverter(Converter):
    """Converts files with a column for each channel."""

    def __init__(self, csv_format: CsvFormat, ambiguous: str, faults: Faults) -> None:
        super().__init__(csv_format, ambiguous, faults)
        self._undecided = [channel for channel in csv_format.channels if not channel.decided]
        self._channels = list(csv_format.channels)

    def _by_column(self, columns: Columns, lines: Sequence[int]) -> Batch:
        decimal = self._format.decimal
        cells = [columns[channel.column - 1] for channel in self._channels]
        values = [numbers.read_all(column, decimal) for column in cells]
        times = self._times.read_all(columns)
        self.rounded += sum(map(numbers.count_rounded, cells, values))
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
            _gapless(channel, lines, times, column)
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


class LongConverter(Converter):
    """Converts files with a row for each reading."""

    def __init__(self, csv_format: CsvFormat, ambiguous: str, faults: Faults, long: LongColumns) -> None:
        super().__init__(csv_format, ambiguous, faults)
        self._long = long
        self._names: dict[tuple[str, str], ChannelColumn] = {}
        self._numeric = set(csv_format.channels)
        self._text: set[ChannelColumn] = set()

    def _by_column(self, columns: Columns, lines: Sequence[int]) -> Batch:
        named = columns[self._long.channel - 1]
        units = columns[self._long.unit - 1] if self._long.unit else [""] * len(named)
        channels = [self._channel(name, unit) for name, unit in zip(named, units, strict=True)]
        cells = columns[self._long.value - 1]
        values = numbers.read_all(cells, self._format.decimal)
        times = self._times.read_all(columns, named)
        self.rounded += numbers.count_rounded(cells, values)
        return self._series(lines, times, channels, values)

    def _by_row(self, rows: Rows, lines: Sequence[int]) -> Batch:
        kept, times, channels, values = [], [], [], []
        for line, row in zip(lines, rows, strict=True):
            channel = self._named(line, row) if self._has_width(line, row) else None
            if channel is None or (time := self._times.read(line, row, row[self._long.channel - 1])) is None:
                continue
            kept.append(line)
            times.append(time)
            channels.append(channel)
            values.append(self._value(line, channel, row[self._long.value - 1]))
        return self._series(kept, times, channels, values)

    def _series(
        self,
        lines: Sequence[int],
        times: list[int],
        channels: Sequence[ChannelColumn],
        values: Sequence[float | None],
    ) -> Batch:
        batch: dict[ChannelColumn, Series] = {}
        for line, time, channel, value in zip(lines, times, channels, values, strict=True):
            if channel in self._text:
                continue
            if value is None:
                self.gaps[channel] += 1
                continue
            if channel not in batch:
                batch[channel] = Series(channel, [], [], [])
            series = batch[channel]
            series.times.append(time)  # type: ignore[attr-defined]  # the lists of the line above
            series.numbers.append(value)  # type: ignore[attr-defined]
            series.lines.append(line)  # type: ignore[attr-defined]
        self._numeric.update(batch)
        return Batch(times, list(batch.values()))

    def _channel(self, name: str, unit: str) -> ChannelColumn:
        """Return the channel of a row's name and unit; raise ValueError where they make none."""
        if (name, unit) not in self._names:
            channel = long_channel(name, unit, self._long)
            if not channel.name:
                raise ValueError("no channel")
            if not channel.title.isprintable():
                raise ValueError("the channel's name holds control characters")
            if len(self._names) >= _MOST_CHANNELS:
                raise _TooManyChannels(f"more than {_MOST_CHANNELS} channels")
            self._names[name, unit] = channel
        return self._names[name, unit]

    def _named(self, line: int, row: Sequence[str]) -> ChannelColumn | None:
        column = self._long.channel
        try:
            return self._channel(row[column - 1], row[self._long.unit - 1] if self._long.unit else "")
        except _TooManyChannels as error:
            advice = "{channel} says which column names them"
            self._faults.add(line, column, str(error), setting="channel", advice=advice)
        except ValueError as error:
            self._faults.add(line, column, str(error))
        return None

    def _value(self, line: int, channel: ChannelColumn, cell: str) -> float | None:
        """Return the number, or None for a gap or a fault; a channel whose first value is text is skipped."""
        if channel not in self._numeric and channel not in self._text and not numbers.is_gap(cell):
            if numbers.is_number(cell, self._format.decimal):
                self._numeric.add(channel)
            else:
                self._text.add(channel)
                self.skipped.append(channel.title)
        return None if channel in self._text else self._number(line, channel, cell)


def converter(csv_format: CsvFormat, ambiguous: str, faults: Faults) -> Converter:
    """Return the converter of a wide or long file."""
    if csv_format.long:
        return LongConverter(csv_format, ambiguous, faults, csv_format.long)
    return WideConverter(csv_format, ambiguous, faults)


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
