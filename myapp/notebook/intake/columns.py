"""Assigns roles to the columns of a table: times, channels, or the names and values of a long file."""

from collections.abc import Sequence
from dataclasses import replace

from myapp.errors import BadData
from myapp.notebook.intake import (
    header_facts,
    layout,
    missing,
    names,
    numbers,
    time_columns,
    time_parts,
    time_zone,
)
from myapp.notebook.intake.chosen import Chosen, check_columns
from myapp.notebook.intake.csv_format import ChannelColumn, CsvFormat, LongColumns
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.table import Table, TimeColumns, bad_line, of_changed_column
from myapp.notebook.intake.ticks import TickFormat
from myapp.notebook.intake.times import YEAR

_DECIMALS = {",": ".", ".": ","}
"""The decimal sign beside a sign between thousands."""


def assign(table: Table, options: ImportOptions, encoding: str, line_end: str) -> CsvFormat:
    """Return the format of a table's file; raise BadData where times or numbers are missing or unclear."""
    times, zone = time_zone.zoned(table, time_columns.find(table, options), options)
    left = frozenset(table.index(column, "skip") for column in options.skip)
    table = replace(table, left=left, of_times=frozenset(times.columns))
    if options.thousands:
        table = _ungrouped(table, options.thousands)
    long = layout.find(table, times, options)
    chosen = Chosen(options.only)
    others = [i for i in range(table.width) if i not in {*times.columns, *left}]
    valued = [value.column - 1 for value in long.values] if long else others
    decimal = options.decimal or _DECIMALS.get(options.thousands or "") or _decimal(table, valued)
    if long:
        channels = tuple(filter(chosen.takes, _long_channels(table, long, decimal)))
        skipped = _unused(times, long, table.width)
    else:
        usable = _usable(table, others, times, decimal, options)
        _check_units(table, times)
        skipped = sorted({*others, *left} - set(usable))
        channels = tuple(_channel(table, i) for i in usable)
        _check_days(table, times)
    missing.check_names(table, options.missing, long)
    return CsvFormat(
        encoding=encoding,
        line_end=line_end,
        dialect=table.dialect,
        decimal=decimal,
        header_line=table.header_line,
        units_line=table.units_line,
        first_line=table.first_line,
        time_columns=tuple(i + 1 for i in times.columns),
        time_format=times.format,
        zone=zone,
        channels=channels,
        long=long,
        skipped=tuple(table.titles[i] for i in skipped if not _is_nothing(table, i)),
        titles=table.titles,
        header=tuple(table.header),
        constants=() if long else _constants(table, times),
        more_tables=table.more,
        short=table.short,
        numbered=_numbered(table, long.values if long else channels),
        thousands=options.thousands or "",
    )


def _ungrouped(table: Table, sign: str) -> Table:
    """Return a table whose numbers have nothing between their thousands."""
    columns = [
        cells if i in table.of_times else numbers.ungrouped(cells, sign)
        for i, cells in enumerate(table.columns)
    ]
    lines = [line for line, _ in table.rows]
    return replace(table, rows=list(zip(lines, map(list, zip(*columns, strict=True)), strict=True)))


def _numbered(table: Table, channels: Sequence[ChannelColumn]) -> tuple[ChannelColumn, ...]:
    return tuple(each for each in channels if each.name and each.column in table.numbered)


def _constants(table: Table, times: TimeColumns) -> tuple[tuple[int, str], ...]:
    """Return the columns of sensors or units, with the one word that all rows have yet, or none."""
    free = [i for i in range(table.width) if i not in {*times.columns, *table.left}]
    units = set(header_facts.unit_columns(table))
    words = ((i, _words(table, i)) for i in free if i in units or names.mentions_key(table.header[i]))
    single = ((i, next(iter(cells), "")) for i, cells in words if len(cells) < 2)
    return tuple((i + 1, word) for i, word in single if word or i in units)


def _words(table: Table, index: int) -> list[str]:
    """Return the different texts of a column, in their order, without that of empty fields."""
    return list(dict.fromkeys(filter(None, map(str.strip, table.columns[index]))))


def _check_units(table: Table, times: TimeColumns) -> None:
    """Raise BadData where a column of units has several, which no channel of a wide file can have."""
    for index in header_facts.unit_columns(table):
        words = _words(table, index)
        if len(words) > 1 and index not in {*times.columns, *table.left}:
            line = next(line for line, row in table.rows if row[index].strip() == words[1])
            fact = f"{table.titles[index]} is {numbers.quoted(words[1])}, and was {numbers.quoted(words[0])}"
            raise bad_line(line, index + 1, fact, **of_changed_column(table.titles[index]))


def _check_days(table: Table, times: TimeColumns) -> None:
    """Raise BadData where dates stand for rows of which a day has many: the rest is in other columns."""
    cells = [tuple(row[i] for i in times.columns) for _, row in table.rows]
    if len(cells) < 4 or len(set(cells)) * 2 >= len(cells) or not _are_whole(times, cells):
        return
    of_time = [i for i in range(table.width) if i in times.columns or _may_be_part(table, i)]
    listed = " ".join(table.titles[i] for i in of_time)
    fact = f"{len(cells) - len(set(cells))} of the first {len(cells)} rows have the time of another row"
    whose = "{channel} COLUMN whose readings a row has"
    advice = f"{{time}} 'COLUMN COLUMN …' says which columns make up the time, {whose}"
    if len(of_time) > len(times.columns):
        advice = f"{{time}} '{listed}' may make up the time, or say {whose}"
    values = (listed,) if len(of_time) > len(times.columns) else ()
    raise bad_line(table.rows[0][0], times.last + 1, fact, setting="time", values=values, advice=advice)


def _are_whole(times: TimeColumns, cells: Sequence[tuple[str, ...]]) -> bool:
    """Whether times are years or dates without a time of day."""
    return times.format == YEAR or (
        bool(times.columns)
        and not any(":" in cell for row in cells for cell in row)
        and _at_midnight(times, cells)
    )


def _at_midnight(times: TimeColumns, cells: Sequence[tuple[str, ...]]) -> bool:
    try:
        read = times.format.read_all([" ".join(row) for row in cells])
    except ValueError:
        return False
    return all(time % 86_400_000_000 == 0 for time in read)


def _may_be_part(table: Table, index: int) -> bool:
    part = time_parts.NAMES.get(names.letters(table.header[index]), "")
    return bool(part) and part != "date" and time_parts.fits(part, table.columns[index])


def _long_channels(table: Table, long: LongColumns, decimal: str) -> tuple[ChannelColumn, ...]:
    """Return the channels that have a number in the first rows, in their order."""
    rows = [row for _, row in table.rows if long.name_of(row).strip()]
    channels = (
        long_channel(long.name_of(row), row[long.unit - 1] if long.unit else "", value)
        for row in rows
        for value in long.values
        if numbers.is_number(row[value.column - 1], decimal)
    )
    return tuple(dict.fromkeys(channels))


def long_channel(name: str, unit: str, value: ChannelColumn) -> ChannelColumn:
    """Return the channel of a row of a long file, and of one of its columns of values."""
    if value.name:
        return ChannelColumn(f"{names.bare_name(name)} {value.name}", value.unit, value.column)
    plain, in_name = names.name_and_unit(name)
    own = names.bare_unit(unit)
    return ChannelColumn(
        plain if in_name and not own else names.bare_name(name), own or in_name, value.column
    )


def _unused(times: TimeColumns, long: LongColumns, width: int) -> list[int]:
    used = {*times.columns, *(column - 1 for column in long.columns)}
    return [i for i in range(width) if i not in used]


def _decimal(table: Table, indexes: Sequence[int]) -> str:
    """Return the decimal sign; raise BadData where commas delimit fields too and may separate thousands."""
    cells = [(line, i, row[i]) for line, row in table.rows for i in indexes]
    decimal = numbers.decimal_of(cell for _, _, cell in cells)
    if decimal == "," == table.dialect.delimiter:
        commas = [place for place in cells if "," in place[2] and numbers.is_number(place[2], ",")]
        line, index, cell = commas[0]
        if all(numbers.is_ambiguous(cell) for _, _, cell in commas):
            raise bad_line(
                line,
                index + 1,
                f"number {numbers.quoted(cell)} can be read in two ways",
                setting="decimal",
                values=(".", ","),
                advice="{decimal} , makes it a part of one, {thousands} , a thousand",
            )
    return decimal


def _usable(
    table: Table, others: Sequence[int], times: TimeColumns, decimal: str, options: ImportOptions
) -> list[int]:
    """Return the columns that become channels: those with numbers, or the chosen ones of them."""
    left = set(range(table.width)) - {*others, *times.columns}
    chosen = {table.index(column, "only") for column in options.only} or {*others}
    usable = [i for i in others if i in chosen and not _is_skipped(table, i, decimal, times)]
    check_columns(table, options.only, usable, left)
    if not usable:
        raise _no_numbers(table, others)
    return usable


def _no_numbers(table: Table, others: Sequence[int]) -> BadData:
    """Return the error for a table whose columns hold text, with an example."""
    fact = "no column of numbers beside the time column"
    for index in others:
        cell = next(filter(str.strip, table.columns[index]), "")
        if cell and table.header[index].strip():
            return table.bad_cell(
                index, f"{fact}: {table.titles[index]} holds {numbers.quoted(cell.strip())}"
            )
    return table.bad_header(-1, fact)


def _is_skipped(table: Table, index: int, decimal: str, times: TimeColumns) -> bool:
    """Whether a column has no name, holds further times, or text and no number."""
    title, cells = table.header[index], table.columns[index]
    if not title.strip() or layout.is_time(table, index) or _is_other_x(table, index, times):
        return True
    filled = [cell for cell in cells if not numbers.is_gap(cell)]
    return bool(filled) and not any(numbers.is_number(cell, decimal) for cell in filled)


def _is_other_x(table: Table, index: int, times: TimeColumns) -> bool:
    """Whether a column repeats the times of an earlier one of its title, as LabVIEW writes them."""
    first = table.header.index(table.header[index])
    if first == index or first not in times.columns or not isinstance(times.format, TickFormat):
        return False
    if table.columns[first] != table.columns[index]:
        fact = f"column {index + 1}, {table.titles[index]}, has other times than column {first + 1}"
        advice = f"{{skip}} {index + 1} leaves it out, with the channels behind it"
        raise table.bad_header(index, fact, setting="skip", values=(str(index + 1),), advice=advice)
    return True


def _is_nothing(table: Table, index: int) -> bool:
    """Whether a column is empty and nameless, as after a delimiter at the end of each line."""
    return not table.header[index].strip() and not any(map(str.strip, table.columns[index]))


def _channel(table: Table, index: int) -> ChannelColumn:
    name, unit = table.names[index], table.unit(index)
    if not (name + unit).isprintable():
        raise table.bad_header(index, "the column's name holds control characters")
    return ChannelColumn(name, unit, index + 1, decided=not all(map(numbers.is_gap, table.columns[index])))
