"""Blocks of cells made times and numbers, by channel."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from myapp.notebook.intake import numbers
from myapp.notebook.intake.cells import Columns, PlainBlock, RowBlock, Rows
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.faults import Faults
from myapp.notebook.intake.layout import ChannelColumn, LongColumns, long_channel
from myapp.notebook.intake.preamble import width_fact
from myapp.notebook.intake.zones import LocalTimes, UnclearTime, zone_of

_MOST_CHANNELS = 10_000
"""Of a long file; more names than that are no channels but a column mistaken for them."""


@dataclass(frozen=True)
class Series:
    """Some readings of one channel, without gaps: times (UTC microseconds), numbers, and their lines."""

    channel: ChannelColumn
    times: Sequence[int]
    numbers: Sequence[float]
    lines: Sequence[int]


Converted = tuple[Sequence[int], Sequence[Series]]
"""The times of the rows that have one, and each channel's readings."""


class Clock:
    """The times of rows, which may stand in two columns and be a local clock's."""

    def __init__(self, known: CsvFormat, ambiguous: str, faults: Faults) -> None:
        self._known = known
        self._faults = faults
        self._format = known.time_format
        self._time, self._date = known.time_column - 1, known.date_column - 1
        local = not known.time_format.zoned and known.zone != "UTC"
        self._zone = LocalTimes(zone_of(known.zone), ambiguous) if local else None

    def all(self, columns: Columns, keys: Sequence[str] | None = None) -> list[int]:
        """Return the UTC microseconds of all rows; raise ValueError where one has none."""
        cells = columns[self._time]
        if self._date >= 0:
            cells = [f"{date} {time}" for date, time in zip(columns[self._date], cells, strict=True)]
        shown = self._format.read_all(cells)
        return self._zone.utc(shown, keys) if self._zone else shown

    def one(self, line: int, row: Sequence[str], key: str | None = None) -> int | None:
        """Return the UTC microseconds of a row, or None after its fault was taken."""
        cell = row[self._time]
        if self._date >= 0 and (cell or row[self._date]):
            cell = f"{row[self._date].strip()} {cell.strip()}"
        try:
            shown = self._format.read(cell)
            return self._zone.utc([shown], [key])[0] if self._zone else shown
        except UnclearTime as error:
            hint = ": --ambiguous says which is meant" if "twice" in str(error) else ""
            self._faults.add(line, self._time + 1, f"time {numbers.quoted(cell.strip())} {error}{hint}")
        except ValueError:
            name = self._format.name
            fact = f"time {numbers.quoted(cell)} is not {name}" if cell.strip() else "no time"
            self._faults.add(line, self._time + 1, fact)
        return None


class Converter(ABC):
    """Makes times and numbers of blocks.

    `skipped` names what turns out to hold text, `gaps` counts each channel's fields without a reading.
    """

    def __init__(self, known: CsvFormat, ambiguous: str, faults: Faults) -> None:
        self.skipped: list[str] = []
        self.gaps: Counter[ChannelColumn] = Counter()
        self._known = known
        self._faults = faults
        self._clock = Clock(known, ambiguous, faults)

    def convert(self, block: PlainBlock | RowBlock) -> Converted:
        """Convert a block; what is wrong in it goes to the faults."""
        try:
            return self._fast(*block.columns(self._known.width))
        except ValueError:
            return self._carefully(*_without_empty(*block.rows()))

    @abstractmethod
    def _fast(self, columns: Columns, lines: Sequence[int]) -> Converted:
        """Convert column by column; raise ValueError, which says nothing more, where something is wrong."""

    @abstractmethod
    def _carefully(self, rows: Rows, lines: Sequence[int]) -> Converted:
        """Convert row by row."""

    def _has_width(self, line: int, row: Sequence[str]) -> bool:
        found, expected = len(row), self._known.width
        if found != expected:
            self._faults.add(line, min(found, expected) + 1, width_fact(found, expected))
        return found == expected

    def _number(self, line: int, channel: ChannelColumn, cell: str) -> float | None:
        try:
            return numbers.read(cell, self._known.decimal)
        except ValueError as error:
            self._faults.add(line, channel.column, str(error))
            self.gaps[channel] -= 1  # it will be taken for one
        return None


class WideConverter(Converter):
    """Of files with a column for each channel."""

    def __init__(self, known: CsvFormat, ambiguous: str, faults: Faults) -> None:
        super().__init__(known, ambiguous, faults)
        self._undecided = [channel for channel in known.channels if not channel.decided]
        self._channels = list(known.channels)

    def _fast(self, columns: Columns, lines: Sequence[int]) -> Converted:
        decimal = self._known.decimal
        values = [numbers.read_all(columns[channel.column - 1], decimal) for channel in self._channels]
        return self._series(lines, self._clock.all(columns), values)

    def _carefully(self, rows: Rows, lines: Sequence[int]) -> Converted:
        self._drop_text(rows)
        kept, times = [], []
        values: list[list[float | None]] = [[] for _ in self._channels]
        for line, row in zip(lines, rows, strict=True):
            if not self._has_width(line, row) or (time := self._clock.one(line, row)) is None:
                continue
            kept.append(line)
            times.append(time)
            for channel, found in zip(self._channels, values, strict=True):
                found.append(self._number(line, channel, row[channel.column - 1]))
        return self._series(kept, times, values)

    def _series(
        self, lines: Sequence[int], times: list[int], values: Sequence[Sequence[float | None]]
    ) -> Converted:
        found = [
            _gapless(channel, lines, times, column)
            for channel, column in zip(self._channels, values, strict=True)
            if any_number(column)
        ]
        self.gaps.update({channel: len(times) for channel in self._channels})
        self.gaps.subtract({series.channel: len(series.numbers) for series in found})
        if self._undecided:
            seen = {series.channel for series in found}
            self._undecided = [channel for channel in self._undecided if channel not in seen]
        return times, found

    def _drop_text(self, rows: Rows) -> None:
        """Skip columns that held nothing until now and begin with text."""
        for channel in list(self._undecided):
            column = (row[channel.column - 1] for row in rows if len(row) == self._known.width)
            first = next((cell for cell in column if not numbers.is_gap(cell)), "0")
            if not numbers.is_number(first, self._known.decimal):
                self._undecided.remove(channel)
                self._channels.remove(channel)
                self.skipped.append(channel.title)


class LongConverter(Converter):
    """Of files with a row for each reading."""

    def __init__(self, known: CsvFormat, ambiguous: str, faults: Faults, long: LongColumns) -> None:
        super().__init__(known, ambiguous, faults)
        self._long = long
        self._names: dict[tuple[str, str], ChannelColumn] = {}
        self._numeric = set(known.channels)
        self._text: set[ChannelColumn] = set()

    def _fast(self, columns: Columns, lines: Sequence[int]) -> Converted:
        named = columns[self._long.channel - 1]
        units = columns[self._long.unit - 1] if self._long.unit else [""] * len(named)
        channels = [self._channel(name, unit) for name, unit in zip(named, units, strict=True)]
        values = numbers.read_all(columns[self._long.value - 1], self._known.decimal)
        return self._series(lines, self._clock.all(columns, named), channels, values)

    def _carefully(self, rows: Rows, lines: Sequence[int]) -> Converted:
        kept, times, channels, values = [], [], [], []
        for line, row in zip(lines, rows, strict=True):
            channel = self._named(line, row) if self._has_width(line, row) else None
            if channel is None or (time := self._clock.one(line, row, row[self._long.channel - 1])) is None:
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
    ) -> Converted:
        found: dict[ChannelColumn, Series] = {}
        for line, time, channel, value in zip(lines, times, channels, values, strict=True):
            if channel in self._text:
                continue
            if value is None:
                self.gaps[channel] += 1
                continue
            if channel not in found:
                found[channel] = Series(channel, [], [], [])
            series = found[channel]
            series.times.append(time)  # type: ignore[attr-defined]  # the lists of the line above
            series.numbers.append(value)  # type: ignore[attr-defined]
            series.lines.append(line)  # type: ignore[attr-defined]
        self._numeric.update(found)
        return times, list(found.values())

    def _channel(self, name: str, unit: str) -> ChannelColumn:
        """Return the channel of a name and unit as they stand in a row; raise ValueError for none."""
        if (name, unit) not in self._names:
            channel = long_channel(name, unit, self._long)
            if not channel.name:
                raise ValueError("no channel")
            if not channel.title.isprintable():
                raise ValueError("the channel's name holds control characters")
            if len(self._names) >= _MOST_CHANNELS:
                raise ValueError(
                    f"more than {_MOST_CHANNELS} channels: --channel says which column names them"
                )
            self._names[name, unit] = channel
        return self._names[name, unit]

    def _named(self, line: int, row: Sequence[str]) -> ChannelColumn | None:
        try:
            return self._channel(
                row[self._long.channel - 1], row[self._long.unit - 1] if self._long.unit else ""
            )
        except ValueError as error:
            self._faults.add(line, self._long.channel, str(error))
        return None

    def _value(self, line: int, channel: ChannelColumn, cell: str) -> float | None:
        """Return the number; a channel whose first value is text is left out."""
        if channel not in self._numeric and channel not in self._text and not numbers.is_gap(cell):
            if numbers.is_number(cell, self._known.decimal):
                self._numeric.add(channel)
            else:
                self._text.add(channel)
                self.skipped.append(channel.title)
        return None if channel in self._text else self._number(line, channel, cell)


def converter(known: CsvFormat, ambiguous: str, faults: Faults) -> Converter:
    """Return what converts a file's blocks."""
    if known.long:
        return LongConverter(known, ambiguous, faults, known.long)
    return WideConverter(known, ambiguous, faults)


def any_number(values: Sequence[float | None]) -> bool:
    """Whether there is a reading among the gaps."""
    return any(value is not None for value in values)


def _gapless(
    channel: ChannelColumn, lines: Sequence[int], times: Sequence[int], values: Sequence[float | None]
) -> Series:
    if None not in values:
        return Series(channel, times, values, lines)  # type: ignore[arg-type]  # holds no None
    kept = [i for i, value in enumerate(values) if value is not None]
    found = [value for value in values if value is not None]
    return Series(channel, [times[i] for i in kept], found, [lines[i] for i in kept])


def _without_empty(rows: Rows, lines: Sequence[int]) -> tuple[Rows, Sequence[int]]:
    """Leave out blank lines and rows of empty fields only, as spreadsheets append them."""
    kept = [(row, line) for row, line in zip(rows, lines, strict=True) if any(map(str.strip, row))]
    return [row for row, _ in kept], [line for _, line in kept]
