"""What the columns of a table hold: times, channels, or the names and values of a long file."""

from collections.abc import Sequence
from dataclasses import dataclass

from myapp.errors import BadData, StrPath
from myapp.notebook.intake import names, numbers, time_columns, time_detection
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.preamble import Table
from myapp.notebook.intake.time_columns import TimeColumns, column_index


@dataclass(frozen=True)
class ChannelColumn:
    """A channel and the column of its numbers, which counts from 1.

    `decided` is false where the first rows hold no value: should the first one be text, the column is
    skipped after all.
    """

    name: str
    unit: str
    column: int
    decided: bool = True

    @property
    def title(self) -> str:
        """The name with its unit, as reports call it."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class LongColumns:
    """The columns of a long file, which count from 1; `unit` is 0 where there is none."""

    channel: int
    value: int
    unit: int


@dataclass(frozen=True)
class Columns:
    """A table and what its columns are."""

    table: Table
    times: TimeColumns
    zone: str
    decimal: str
    channels: tuple[ChannelColumn, ...]
    long: LongColumns | None
    skipped: tuple[str, ...]
    titles: tuple[str, ...]


def interpret(path: StrPath, table: Table, options: ImportOptions) -> Columns:
    """Return what the columns hold; raise BadData where times or numbers are missing or unclear."""
    found = time_columns.find(path, table, options)
    zone = time_columns.zone_name(path, table, found, options)
    long = _long(path, table, found, options)
    left = {column_index(path, table, said) for said in options.skip}
    others = [i for i in range(table.width) if i not in {found.time, found.date, *left}]
    used = [long.value - 1] if long else others
    decimal = options.decimal or _decimal(path, table, used)
    if long:
        channels, skipped = _long_channels(table, long, decimal), _unused(found, long, table.width)
    else:
        skipped = sorted({i for i in others if _is_skipped(table, i, decimal)} | left)
        channels = tuple(_channel(path, table, i) for i in others if i not in skipped)
        _check_channels(path, table, channels)
    titles = tuple(names.column_title(table.header, i) for i in range(table.width))
    skipped_titles = tuple(titles[i] for i in skipped if not _is_nothing(table, i))
    return Columns(table, found, zone, decimal, channels, long, skipped_titles, titles)


def _cells(table: Table, index: int) -> list[str]:
    return [row[index] for row in table.rows]


def _long(path: StrPath, table: Table, found: TimeColumns, options: ImportOptions) -> LongColumns | None:
    """Return the columns of a long file, or None for a wide one."""
    if options.layout == "wide":
        return None
    said = [options.channel, options.value, options.unit]
    wanted = options.layout == "long" or any(said)
    given = [-1 if one is None else column_index(path, table, one) for one in said]
    free = [i for i in range(table.width) if i not in {found.time, found.date, *given}]
    kinds = (names.CHANNEL_NAMES, names.VALUE_NAMES, names.UNIT_NAMES)
    channel, value, unit = (
        index if index >= 0 else next((i for i in free if names.letters(table.header[i]) in kind), -1)
        for index, kind in zip(given, kinds, strict=True)
    )
    if (channel < 0 or value < 0) and (wanted or _repeats(table, found)):
        channel, value = _by_content(table, [i for i in free if i != unit], channel, value)
    if channel >= 0 and value >= 0:
        return LongColumns(channel + 1, value + 1, unit + 1)
    if wanted:
        fact = "a long file has a column of channel names and one of values: --channel and --value say which"
        raise BadData(path, table.header_line, 0, fact)
    return None


def _repeats(table: Table, found: TimeColumns) -> bool:
    """Whether times come again in rows of one text and one number, which no wide file may do."""
    if table.width - (found.date >= 0) not in (3, 4):
        return False
    moments = list(zip(_cells(table, found.time), _cells(table, max(found.date, 0)), strict=True))
    return len(set(moments)) < len(moments)


def _by_content(table: Table, free: Sequence[int], channel: int, value: int) -> tuple[int, int]:
    """Return the one column of words and the one of numbers, where there is one of each."""
    numeric = [i for i in free if _is_numeric(table, i)]
    words = [i for i in free if i not in numeric and all(map(str.strip, _cells(table, i)))]
    channel = words[0] if channel < 0 and len(words) == 1 else channel
    value = numeric[0] if value < 0 and len(numeric) == 1 else value
    return channel, value


def _is_numeric(table: Table, index: int) -> bool:
    filled = [cell for cell in _cells(table, index) if not numbers.is_gap(cell)]
    return bool(filled) and all(numbers.is_finite(cell.strip()) for cell in filled)


def _long_channels(table: Table, long: LongColumns, decimal: str) -> tuple[ChannelColumn, ...]:
    """Return the channels that have a number in the first rows, in their order."""
    found: dict[ChannelColumn, None] = {}
    for row in table.rows:
        if numbers.is_number(row[long.value - 1], decimal) and row[long.channel - 1].strip():
            found[long_channel(row[long.channel - 1], row[long.unit - 1] if long.unit else "", long)] = None
    return tuple(found)


def long_channel(name: str, unit: str, long: LongColumns) -> ChannelColumn:
    """Return the channel of a row of a long file."""
    plain, in_name = names.name_and_unit(name)
    own = names.bare_unit(unit)
    return ChannelColumn(plain if in_name and not own else names.bare_name(name), own or in_name, long.value)


def _unused(found: TimeColumns, long: LongColumns, width: int) -> list[int]:
    used = {found.time, found.date, long.channel - 1, long.value - 1, long.unit - 1}
    return [i for i in range(width) if i not in used]


def _decimal(path: StrPath, table: Table, indexes: Sequence[int]) -> str:
    """Find the decimal sign; where commas also part the fields, it must be plain that they are decimal."""
    cells = [(line, i, row[i]) for line, row in zip(table.lines, table.rows, strict=True) for i in indexes]
    decimal = numbers.decimal_of(cell for _, _, cell in cells)
    if decimal == "," == table.sample.dialect.delimiter:
        commas = [place for place in cells if "," in place[2] and numbers.is_number(place[2], ",")]
        line, index, cell = commas[0]
        if all(numbers.is_ambiguous(cell) for _, _, cell in commas):
            fact = (
                f"number {numbers.quoted(cell)} can be read in two ways: --decimal says which sign is decimal"
            )
            raise BadData(path, line, index + 1, fact)
    return decimal


def _is_skipped(table: Table, index: int, decimal: str) -> bool:
    """Whether a column has no name, holds further times, or text and no number."""
    title, cells = table.header[index], _cells(table, index)
    if not title.strip() or (names.is_time_name(title) and time_detection.detect(cells)):
        return True
    filled = [cell for cell in cells if not numbers.is_gap(cell)]
    return bool(filled) and not any(numbers.is_number(cell, decimal) for cell in filled)


def _is_nothing(table: Table, index: int) -> bool:
    """Whether a column is only what a delimiter at the end of each line makes."""
    return not table.header[index].strip() and not any(map(str.strip, _cells(table, index)))


def _channel(path: StrPath, table: Table, index: int) -> ChannelColumn:
    name, unit = names.name_and_unit(table.header[index])
    if not unit and table.units:
        unit = names.bare_unit(table.units[index])
    if not (name + unit).isprintable():
        raise BadData(path, table.header_line, index + 1, "the column's name holds control characters")
    return ChannelColumn(name, unit, index + 1, decided=not all(map(numbers.is_gap, _cells(table, index))))


def _check_channels(path: StrPath, table: Table, channels: Sequence[ChannelColumn]) -> None:
    if not channels:
        raise BadData(path, table.header_line, 0, "no column of numbers beside the time column")
    first: dict[tuple[str, str], int] = {}
    for channel in channels:
        before = first.setdefault((channel.name, channel.unit), channel.column)
        if before != channel.column:
            fact = f"{channel.title} is also column {before}"
            raise BadData(path, table.header_line, channel.column, fact)
