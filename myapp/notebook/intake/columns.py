"""Assigns roles to the columns of a table: times, channels, or the names and values of a long file."""

from collections.abc import Sequence

from myapp.errors import BadData
from myapp.notebook.intake import names, numbers, time_columns, time_detection
from myapp.notebook.intake.csv_format import ChannelColumn, CsvFormat, LongColumns
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.table import Table
from myapp.notebook.intake.time_columns import TimeColumns


def assign(table: Table, options: ImportOptions, encoding: str, line_end: str) -> CsvFormat:
    """Return the format of a table's file; raise BadData where times or numbers are missing or unclear."""
    times = time_columns.find(table, options)
    zone = time_columns.zone_name(table, times, options)
    long = _long(table, times, options)
    left = {table.index(column, "skip") for column in options.skip}
    others = [i for i in range(table.width) if i not in {times.time, times.date, *left}]
    decimal = options.decimal or _decimal(table, [long.value - 1] if long else others)
    if long:
        channels, skipped = _long_channels(table, long, decimal), _unused(times, long, table.width)
    else:
        skipped = sorted({i for i in others if _is_skipped(table, i, decimal)} | left)
        channels = tuple(_channel(table, i) for i in others if i not in skipped)
        _check_channels(table, channels)
    return CsvFormat(
        encoding=encoding,
        line_end=line_end,
        dialect=table.dialect,
        decimal=decimal,
        header_line=table.header_line,
        units_line=table.units_line,
        first_line=table.first_line,
        time_column=times.time + 1,
        date_column=times.date + 1,
        time_format=times.format,
        zone=zone,
        channels=channels,
        long=long,
        skipped=tuple(table.titles[i] for i in skipped if not _is_nothing(table, i)),
        titles=table.titles,
    )


def _long(table: Table, times: TimeColumns, options: ImportOptions) -> LongColumns | None:
    """Return the columns of a long file, or None for a wide one."""
    if options.layout == "wide":
        return None
    roles = (
        ("channel", options.channel, names.CHANNEL_NAMES),
        ("value", options.value, names.VALUE_NAMES),
        ("unit", options.unit, names.UNIT_NAMES),
    )
    given = [-1 if column is None else table.index(column, setting) for setting, column, _ in roles]
    free = [i for i in range(table.width) if i not in {times.time, times.date, *given}]
    channel, value, unit = (
        index if index >= 0 else next((i for i in free if names.letters(table.header[i]) in usual), -1)
        for index, (_, _, usual) in zip(given, roles, strict=True)
    )
    demanded = options.layout == "long" or max(given) >= 0
    if (channel < 0 or value < 0) and (demanded or _repeats(table, times)):
        channel, value = _by_content(table, [i for i in free if i != unit], channel, value)
    if channel >= 0 and value >= 0:
        return LongColumns(channel + 1, value + 1, unit + 1)
    if demanded:
        fact = "a long file has a column of channel names and one of values"
        setting, advice = "channel" if channel < 0 else "value", "{channel} and {value} say which"
        raise table.bad_header(-1, fact, setting=setting, values=table.titles, advice=advice)
    return None


def _repeats(table: Table, times: TimeColumns) -> bool:
    """Whether times repeat in (time, text, number) rows; a wide file has one row per time."""
    if table.width - (times.date >= 0) not in (3, 4):
        return False
    moments = [(row[times.time], row[max(times.date, 0)]) for _, row in table.rows]
    return len(set(moments)) < len(moments)


def _by_content(table: Table, free: Sequence[int], channel: int, value: int) -> tuple[int, int]:
    """Return the channel and value columns, completed where exactly one column holds words or numbers."""
    numeric = [i for i in free if _is_numeric(table, i)]
    words = [i for i in free if i not in numeric and all(map(str.strip, table.columns[i]))]
    channel = words[0] if channel < 0 and len(words) == 1 else channel
    value = numeric[0] if value < 0 and len(numeric) == 1 else value
    return channel, value


def _is_numeric(table: Table, index: int) -> bool:
    filled = [cell for cell in table.columns[index] if not numbers.is_gap(cell)]
    return bool(filled) and all(numbers.is_finite(cell.strip()) for cell in filled)


def _long_channels(table: Table, long: LongColumns, decimal: str) -> tuple[ChannelColumn, ...]:
    """Return the channels that have a number in the first rows, in their order."""
    channels = (
        long_channel(row[long.channel - 1], row[long.unit - 1] if long.unit else "", long)
        for _, row in table.rows
        if numbers.is_number(row[long.value - 1], decimal) and row[long.channel - 1].strip()
    )
    return tuple(dict.fromkeys(channels))


def long_channel(name: str, unit: str, long: LongColumns) -> ChannelColumn:
    """Return the channel of a row of a long file."""
    plain, in_name = names.name_and_unit(name)
    own = names.bare_unit(unit)
    return ChannelColumn(plain if in_name and not own else names.bare_name(name), own or in_name, long.value)


def _unused(times: TimeColumns, long: LongColumns, width: int) -> list[int]:
    used = {times.time, times.date, long.channel - 1, long.value - 1, long.unit - 1}
    return [i for i in range(width) if i not in used]


def _decimal(table: Table, indexes: Sequence[int]) -> str:
    """Return the decimal sign; raise BadData where commas delimit fields too and may separate thousands."""
    cells = [(line, i, row[i]) for line, row in table.rows for i in indexes]
    decimal = numbers.decimal_of(cell for _, _, cell in cells)
    if decimal == "," == table.dialect.delimiter:
        commas = [place for place in cells if "," in place[2] and numbers.is_number(place[2], ",")]
        line, index, cell = commas[0]
        if all(numbers.is_ambiguous(cell) for _, _, cell in commas):
            raise BadData(
                table.path,
                line,
                index + 1,
                f"number {numbers.quoted(cell)} can be read in two ways",
                setting="decimal",
                values=(".", ","),
                advice="{decimal} says which sign is decimal",
            )
    return decimal


def _is_skipped(table: Table, index: int, decimal: str) -> bool:
    """Whether a column has no name, holds further times, or text and no number."""
    title, cells = table.header[index], table.columns[index]
    if not title.strip() or (names.is_time_name(title) and time_detection.detect(cells)):
        return True
    filled = [cell for cell in cells if not numbers.is_gap(cell)]
    return bool(filled) and not any(numbers.is_number(cell, decimal) for cell in filled)


def _is_nothing(table: Table, index: int) -> bool:
    """Whether a column is empty and nameless, as after a delimiter at the end of each line."""
    return not table.header[index].strip() and not any(map(str.strip, table.columns[index]))


def _channel(table: Table, index: int) -> ChannelColumn:
    name, unit = names.name_and_unit(table.header[index])[0], table.unit(index)
    if not (name + unit).isprintable():
        raise table.bad_header(index, "the column's name holds control characters")
    return ChannelColumn(name, unit, index + 1, decided=not all(map(numbers.is_gap, table.columns[index])))


def _check_channels(table: Table, channels: Sequence[ChannelColumn]) -> None:
    if not channels:
        raise table.bad_header(-1, "no column of numbers beside the time column")
    first: dict[tuple[str, str], int] = {}
    for channel in channels:
        before = first.setdefault((channel.name, channel.unit), channel.column)
        if before != channel.column:
            raise table.bad_header(channel.column - 1, f"{channel.title} is also column {before}")
