"""Finds out whether a file is long, with a row for each reading or each sensor, and which columns say so."""

from collections.abc import Sequence
from itertools import combinations

from myapp.errors import BadData
from myapp.notebook.intake import names, numbers, ticks, time_forms
from myapp.notebook.intake.csv_format import ChannelColumn, LongColumns
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.table import Table, TimeColumns

_MOST_KEYS = 8
"""The columns of words that are tried in pairs."""


def find(table: Table, times: TimeColumns, options: ImportOptions) -> LongColumns | None:
    """Return the columns of a long file, or None for a wide one; raise BadData where it lacks one."""
    if options.layout == "wide":
        return None
    given = _given(table, options)
    if any(given):
        return _completed(table, times, *given) or _raise(_lacking(table, *given))
    long = _by_names(table, times) or _by_three_columns(table, times) or _by_keys(table, times)
    if long is None and options.layout == "long":
        raise _lacking(table, (), (), ())
    return long


def _given(table: Table, options: ImportOptions) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the columns of names, values and units that the options name."""
    settings = (("channel", options.channel), ("value", options.value), ("unit", options.unit))
    channel, value, unit = (
        tuple(_indexes(table, column, setting)) if column is not None else () for setting, column in settings
    )
    return channel, value, unit


def _indexes(table: Table, text: str, setting: str) -> list[int]:
    """Return the columns of an option: one, or several with commas between them."""
    try:
        return [table.index(text, setting)]
    except BadData:
        if "," not in text:
            raise
        return [table.index(part.strip(), setting) for part in text.split(",")]


def _completed(
    table: Table, times: TimeColumns, channel: Sequence[int], value: Sequence[int], unit: Sequence[int]
) -> LongColumns | None:
    """Return the columns of a long file of which some are given."""
    free = [i for i in range(table.width) if i not in {*times.columns, *channel, *value, *unit}]
    unit = unit or _named_one(table, free, names.UNIT_NAMES)
    free = [i for i in free if i not in unit]
    channel = (
        channel or _named_one(table, free, names.CHANNEL_NAMES) or _only(free, lambda i: _is_words(table, i))
    )
    free = [i for i in free if i not in channel]
    value = (
        value
        or _named_one(table, free, names.VALUE_NAMES)
        or [i for i in free if _is_values(table, i, channel)]
    )
    return _long(table, channel, value, unit) if channel and value else None


def _by_names(table: Table, times: TimeColumns) -> LongColumns | None:
    """Return the columns that are called as those of long files are."""
    free = [i for i in range(table.width) if i not in times.columns]
    channel = _named_one(table, free, names.CHANNEL_NAMES)
    valued = [i for i in free if i not in channel and _is_values(table, i, channel)]
    value = _named_one(table, valued, names.VALUE_NAMES)
    if not channel or not value:
        return None
    return _long(table, channel, value, _named_one(table, free, names.UNIT_NAMES))


def _by_three_columns(table: Table, times: TimeColumns) -> LongColumns | None:
    """Return the columns of (time, text, number) rows whose times repeat; wide files have one a time."""
    free = [i for i in range(table.width) if i not in times.columns]
    if len(free) not in (2, 3) or not _repeats(table, times.columns):
        return None
    unit = _named_one(table, free, names.UNIT_NAMES)
    words = [i for i in free if i not in unit and _is_words(table, i)]
    values = [i for i in free if _is_numeric(table, i)]
    return _long(table, words, values, unit) if len(words) == len(values) == 1 else None


def _by_keys(table: Table, times: TimeColumns) -> LongColumns | None:
    """Return columns of words that part the rows: whose rows have different times, and all rows together not.

    A column whose title speaks of sensors or places parts the rows too where the times do not repeat.
    """
    words = [i for i in range(table.width) if i not in times.columns and _may_be_key(table, i, times)]
    speaking = [i for i in words if names.mentions_key(table.header[i])]
    changing = [i for i in speaking if 1 < len(set(table.columns[i])) <= len(table.rows) / 2]
    repeats = _repeats(table, times.columns)
    keys = _parting(table, times, words, speaking) if repeats else changing[:1]
    if not keys:
        return None
    free = [
        i for i in range(table.width) if i not in times.columns and not names.mentions_key(table.header[i])
    ]
    values = [i for i in free if _is_values(table, i, keys)]
    unit = _named_one(table, range(table.width), names.UNIT_NAMES) if len(values) == 1 else []
    return _long(table, keys, values, unit) if values else None


def _may_be_key(table: Table, index: int, times: TimeColumns) -> bool:
    """Whether a column holds words, or the numbers of things; an id may also be that of a step."""
    if _is_words(table, index):
        return True
    title = table.header[index]
    speaks = names.mentions_thing(title) or (
        names.mentions_key(title) and _mostly_repeats(table, times.columns)
    )
    return speaks and all(cell.strip().isdecimal() for cell in table.columns[index])


def _parting(
    table: Table, times: TimeColumns, words: Sequence[int], speaking: Sequence[int]
) -> Sequence[int]:
    """Return the one or two columns of words that make the times of rows different.

    Words that do not speak of sensors do so only where most times have several rows: in a wide file, the
    state of a cycler may happen to change wherever a time comes twice.
    """
    free = words if _mostly_repeats(table, times.columns) else speaking
    ranked = sorted(free, key=lambda i: (not _is_name(table, i), i not in speaking, i))
    few = [i for i in ranked if len(set(table.columns[i])) <= max(len(table.rows) / 2, 2)]
    for keys in [*((i,) for i in few), *combinations(few[:_MOST_KEYS], 2)]:
        if not _repeats(table, (*times.columns, *keys)):
            return sorted(keys)
    return ()


def _mostly_repeats(table: Table, columns: Sequence[int]) -> bool:
    moments = {tuple(row[i] for i in columns) for _, row in table.rows}
    return 3 * len(moments) <= 2 * len(table.rows)


def _is_name(table: Table, index: int) -> bool:
    return names.letters(table.header[index]) in ("name", "symbol", "station", "entityid", "sensor")


def _named_one(table: Table, free: Sequence[int], usual: frozenset[str]) -> list[int]:
    """Return the first column of a usual name, if any."""
    titles = ((i, table.header[i]) for i in free)
    return [i for i, title in titles if names.letters(title) in usual and not any(map(str.isdigit, title))][
        :1
    ]


def _only(free: Sequence[int], fits: object) -> list[int]:
    fitting = [i for i in free if fits(i)]  # type: ignore[operator]  # a function of an index
    return fitting if len(fitting) == 1 else []


def _repeats(table: Table, columns: Sequence[int]) -> bool:
    moments = [tuple(row[i] for i in columns) for _, row in table.rows]
    return bool(columns) and len(set(moments)) < len(moments)


def _is_numeric(table: Table, index: int) -> bool:
    filled = [cell for cell in table.columns[index] if not numbers.is_gap(cell)]
    return bool(filled) and all(numbers.is_finite(cell.strip()) for cell in filled)


def _is_words(table: Table, index: int) -> bool:
    """Whether a column holds words in all rows."""
    cells = table.columns[index]
    if _is_numeric(table, index) or is_time(table, index) or all(map(ticks.is_duration, cells)):
        return False
    numeric = sum(1 for cell in cells if numbers.is_finite(cell.strip()))
    return all(map(str.strip, cells)) and 2 * numeric < len(cells)


def _is_values(table: Table, index: int, keys: Sequence[int]) -> bool:
    """Whether a column has numbers, no times, and is no key."""
    if index in keys or not table.header[index].strip() or is_time(table, index):
        return False
    return any(numbers.is_finite(cell.strip()) for cell in table.columns[index])


def is_time(table: Table, index: int) -> bool:
    """Whether a column that is left holds further times: dates, or what its title calls times."""
    title, cells = table.header[index], table.columns[index]
    if not (names.is_time_name(title) or names.mentions_time(title) or table.nameless):
        return False
    known = time_forms.detect(cells)
    filled = [cell for cell in cells if cell.strip()]
    return known is not None and (names.is_time_name(title) or all(len(cell.strip()) > 7 for cell in filled))


def _long(table: Table, channel: Sequence[int], value: Sequence[int], unit: Sequence[int]) -> LongColumns:
    single = len(value) == 1
    values = tuple(
        ChannelColumn("" if single else table.names[i], "" if single else table.unit(i), i + 1) for i in value
    )
    return LongColumns(tuple(i + 1 for i in channel), values, unit[0] + 1 if unit else 0)


def _lacking(table: Table, channel: Sequence[int], _value: Sequence[int], _unit: Sequence[int]) -> BadData:
    fact = "a long file has a column of channel names and one of values"
    setting, advice = "value" if channel else "channel", "{channel} and {value} say which"
    return table.bad_header(-1, fact, setting=setting, values=table.titles, advice=advice)


def _raise(error: BadData) -> LongColumns:
    raise error
