"""Converts blocks of long files, which have a row for each reading, to readings by channel."""

from collections.abc import Sequence

from myapp.notebook.intake import numbers
from myapp.notebook.intake.cells import Columns, Rows
from myapp.notebook.intake.chosen import Chosen, no_channel
from myapp.notebook.intake.columns import long_channel
from myapp.notebook.intake.converting import Batch, Converter, Series, WideConverter
from myapp.notebook.intake.csv_format import ChannelColumn, CsvFormat, LongColumns
from myapp.notebook.intake.faults import Faults
from myapp.notebook.intake.options import ImportOptions

_MOST_CHANNELS = 10_000
"""The most channels of a long file; a column with more names holds something else."""


class _TooManyChannels(ValueError):
    """More names of channels than any file has."""


class LongConverter(Converter):
    """Converts files with a row for each reading, or for the readings of one sensor."""

    def __init__(
        self,
        csv_format: CsvFormat,
        options: ImportOptions,
        faults: Faults,
        long: LongColumns,
    ) -> None:
        super().__init__(csv_format, options, faults)
        self._long = long
        self._chosen = Chosen(options.only)
        self._names: dict[tuple[str, str, int], ChannelColumn] = {}
        self._numeric = set(csv_format.channels)
        self._left_out: set[ChannelColumn] = set()

    def check_names(self) -> None:
        channels = set(self._names.values())
        unknown = {"only": self._chosen.unknown(channels), "missing": self._missing.unknown(channels)}
        for setting, texts in unknown.items():
            for text in texts:
                error = no_channel(text, channels, setting)
                error.path, error.column = self._faults.path, self._long.channels[0]
                raise error

    def _by_column(self, columns: Columns, lines: Sequence[int]) -> Batch:
        named = self._long.names_of(columns)
        units = columns[self._long.unit - 1] if self._long.unit else [""] * len(named)
        cells = [columns[value.column - 1] for value in self._long.values]
        channels = [
            [self._channel(name, unit, value) for name, unit in zip(named, units, strict=True)]
            for value in self._long.values
        ]
        read = [self._read_mixed(*each) for each in zip(channels, cells, strict=True)]
        times = self._times.read_all(columns, named)
        batch: dict[ChannelColumn, Series] = {}
        for of_column, column, values in zip(channels, cells, read, strict=True):
            self._count(column, values)
            self._add(batch, lines, times, of_column, values)
        return self._batch(times, batch)

    def _by_row(self, rows: Rows, lines: Sequence[int]) -> Batch:
        batch: dict[ChannelColumn, Series] = {}
        all_times = []
        for line, row in zip(lines, rows, strict=True):
            channels = self._named(line, row) if self._has_width(line, row) else None
            if not channels or (time := self._times.read(line, row, self._long.name_of(row))) is None:
                continue
            all_times.append(time)
            values = [self._value(line, channel, row[channel.column - 1]) for channel in channels]
            count = len(channels)
            self._add(batch, [line] * count, [time] * count, channels, values)
        return self._batch(all_times, batch)

    def _read_mixed(self, channels: Sequence[ChannelColumn], cells: Sequence[str]) -> Sequence[float | None]:
        """Return the numbers and gaps of a column whose cells belong to many channels."""
        if not self._missing:
            return numbers.read_all(cells, self._format.decimal)
        pairs = zip(channels, cells, strict=True)
        blanked = [self._missing_in(channel).blanked([cell])[0] for channel, cell in pairs]
        values = zip(channels, numbers.read_all(blanked, self._format.decimal), strict=True)
        return [self._missing_in(channel).without([value])[0] for channel, value in values]

    def _add(
        self,
        batch: dict[ChannelColumn, Series],
        lines: Sequence[int],
        times: Sequence[int],
        channels: Sequence[ChannelColumn],
        values: Sequence[float | None],
    ) -> None:
        for line, time, channel, value in zip(lines, times, channels, values, strict=True):
            if channel in self._left_out:
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

    def _batch(self, times: Sequence[int], batch: dict[ChannelColumn, Series]) -> Batch:
        self._numeric.update(batch)
        return Batch(times, list(map(self._watched, batch.values())))

    def _channel(self, name: str, unit: str, value: ChannelColumn) -> ChannelColumn:
        """Return the channel of a row's name and unit; raise ValueError where they make none."""
        key = (name, unit, value.column)
        if key not in self._names:
            channel = long_channel(name, unit, value)
            if not name.strip() or not channel.name:
                raise ValueError("no channel")
            if not channel.title.isprintable():
                raise ValueError("the channel's name holds control characters")
            if len(self._names) >= _MOST_CHANNELS:
                raise _TooManyChannels(f"more than {_MOST_CHANNELS} channels")
            self._names[key] = channel
            if not self._chosen.takes(channel):
                self._leave_out(channel)
        return self._names[key]

    def _named(self, line: int, row: Sequence[str]) -> list[ChannelColumn]:
        """Return the channels of a row; none after adding a fault."""
        column, unit = self._long.channels[0], row[self._long.unit - 1] if self._long.unit else ""
        try:
            return [self._channel(self._long.name_of(row), unit, value) for value in self._long.values]
        except _TooManyChannels as error:
            advice = "{channel} says which column names them"
            self._faults.add(line, column, str(error), setting="channel", advice=advice)
        except ValueError as error:
            self._faults.add(line, column, str(error))
        return []

    def _value(self, line: int, channel: ChannelColumn, cell: str) -> float | None:
        """Return the number, or None for a gap or a fault; a channel whose first value is text is skipped."""
        if channel not in self._numeric and channel not in self._left_out and not numbers.is_gap(cell):
            if numbers.is_number(cell, self._format.decimal):
                self._numeric.add(channel)
            else:
                self._leave_out(channel)
        return None if channel in self._left_out else self._number(line, channel, cell)

    def _leave_out(self, channel: ChannelColumn) -> None:
        self._left_out.add(channel)
        self.skipped.append(channel.title)


def converter(csv_format: CsvFormat, options: ImportOptions, faults: Faults) -> Converter:
    """Return the converter of a wide or long file."""
    if csv_format.long:
        return LongConverter(csv_format, options, faults, csv_format.long)
    return WideConverter(csv_format, options, faults)
