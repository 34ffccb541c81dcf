"""The zone of times without one: in a column of each row, in the options, in the header, or UTC."""

import re
from collections.abc import Sequence
from datetime import timedelta

from myapp.errors import BadData
from myapp.notebook.intake import header_facts, names, numbers, time_forms, zone_words
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.table import Table, TimeColumns
from myapp.notebook.intake.time_parts import PartsFormat
from myapp.notebook.intake.times import CalendarFormat
from myapp.notebook.intake.zones import MICROSECOND, fixed_offset, is_known, zone_of

_UTC = ("utc", "gmt", "z", "ut")


def zoned(table: Table, times: TimeColumns, options: ImportOptions) -> tuple[TimeColumns, str]:
    """Return the columns of times, with one of zones if there is one, and the zone of times without.

    Raise BadData for words that name a local time or two zones, UsageError for an unknown zone.
    """
    if options.timezone is not None:
        zone_of(options.timezone)
    if times.format.zoned:
        return _checked(table, times, options), "UTC"
    column = _zone_column(table, times, options)
    if column is not None:
        others = _explained(table, column, options)
        time_format = time_forms.with_zone_words(times.format, others)
        return TimeColumns((*times.columns, column), time_format), "UTC"
    return times, options.timezone or _of_header(table, times)


def _checked(table: Table, times: TimeColumns, options: ImportOptions) -> TimeColumns:
    """Return times with words of zones behind them, if those are clear."""
    if not isinstance(times.format, time_forms.ZoneWordFormat):
        return times
    words = [cell.strip().rpartition(" ")[2] for cell in table.columns[times.last] if cell.strip()]
    others = _offsets(table, times.last, words, options)
    return TimeColumns(times.columns, time_forms.with_zone_words(times.format, others))


def _zone_column(table: Table, times: TimeColumns, options: ImportOptions) -> int | None:
    """Return the column of zones that goes with the times: one behind them, or one that is called so."""
    left = {table.index(column, "skip") for column in options.skip}
    for index in range(table.width):
        cells = [cell.strip() for cell in table.columns[index] if cell.strip()]
        called = names.mentions_zone(table.header[index])
        if not cells or index in (*times.columns, *left) or not (called or index - 1 in times.columns):
            continue
        if 2 * sum(map(zone_words.is_zone if called else _is_zone_cell, cells)) >= len(cells):
            return index
        if called and options.timezone is None and not any(map(numbers.is_finite, cells)):
            raise _unknown(table, index, cells)
    return None


def _unknown(table: Table, index: int, cells: Sequence[str]) -> BadData:
    """Return the error for a column of zones whose words are not known."""
    words = sorted(set(cells))
    fact = f"{table.titles[index]} is {numbers.quoted(words[0])}, which says no offset from UTC"
    values = tuple(words) if len(words) == 1 and is_known(words[0]) else ()
    advice = f"{{timezone}} {values[0] if values else 'ZONE'} says in which zone the times are"
    return table.bad_cell(index, fact, setting="timezone", values=values, advice=advice)


def _is_zone_cell(cell: str) -> bool:
    """Whether a cell holds a zone; a signed number alone may be anything else."""
    return zone_words.is_zone(cell) and (
        cell[-1:].isalpha() or ":" in cell or cell[:3].upper() in ("UTC", "GMT")
    )


def _explained(table: Table, column: int, options: ImportOptions) -> dict[str, int]:
    words = [cell.strip() for cell in table.columns[column] if cell.strip()]
    return _offsets(table, column, words, options)


def _offsets(table: Table, column: int, words: Sequence[str], options: ImportOptions) -> dict[str, int]:
    """Return the offsets of ambiguous words: by their neighbours in the file, or by the options."""
    known = zone_words.resolved(words)
    for word in {word.lower() for word in words} & zone_words.AMBIGUOUS.keys() - known.keys():
        offset = fixed_offset(options.timezone or "")
        if offset is None:
            raise _ask(table, column, word.upper(), "the rows say")
        known[word] = (offset.utcoffset(None) or timedelta()) // MICROSECOND
    return known


def _of_header(table: Table, times: TimeColumns) -> str:
    """Return the zone that a title of the times or a line before the table names, or UTC.

    Raise BadData for a word that names a local time, or more than one.
    """
    for index in times.columns:
        for word in _words(table.header[index], table.unit(index)):
            if zone := _meaning(table, index, word, "the header says"):
                return zone
    if not isinstance(times.format, PartsFormat | CalendarFormat):
        return "UTC"
    for word in header_facts.zone_words(table):
        if zone := _meaning(table, times.last, word, "the lines before the table say"):
            return zone
    stated, words = header_facts.zone(table)
    if stated:
        fact = f"the lines before the table may state a zone: {words}"
        advice = f"say {{timezone}} {stated} for that, or {{timezone}} UTC"
        raise table.bad_header(times.last, fact, setting="timezone", values=(stated, "UTC"), advice=advice)
    return "UTC"


def _meaning(table: Table, index: int, word: str, whose: str) -> str:
    """Return the zone that a word means, or "" for none; raise BadData where it may mean several."""
    folded = word.lower()
    if folded in _UTC:
        return "UTC"
    if offset := fixed_offset(word) if folded[:3] in _UTC else None:
        return str(offset)
    if "/" in word and is_known(word):
        return word
    if folded in zone_words.LOCAL or zone_words.is_zone(word):
        raise _ask(table, index, word, whose)
    return ""


def _words(title: str, unit: str) -> list[str]:
    """Return what may be a zone in a title: its unit, what is behind a comma, its last words."""
    name = names.name_and_unit(title)[0]
    words = re.split(r"[\s_]+", name)
    last = [" ".join(words[-2:]), words[-1]] if len(words) > 1 else []
    return [word for word in (unit, title.rpartition(",")[2].strip(), *last) if word and not word.isdigit()]


def _ask(table: Table, index: int, word: str, whose: str) -> BadData:
    """Return the error for a word that does not say alone which time it is."""
    offsets = zone_words.offsets_of(word)
    fact = f"{whose} {word}"
    if in_utc := _column_in_utc(table, index):
        advice = (
            f"{{time}} '{in_utc}' takes the column of UTC, {{timezone}} -05:00 says how far {word} is off it"
        )
        return table.bad_header(index, fact, setting="time", values=(in_utc,), advice=advice)
    if len(offsets) > 1:
        advice = f"say which with {{timezone}} {' or {timezone} '.join(offsets)}"
    elif offsets:
        advice = (
            f"say {{timezone}} {offsets[0]} if it means that, or a region, as in {{timezone}} Europe/Berlin"
        )
    else:
        advice = "say which zone with {timezone}, as in {timezone} Europe/Berlin or {timezone} -05:00"
    return table.bad_header(index, fact, setting="timezone", values=offsets, advice=advice)


def _column_in_utc(table: Table, index: int) -> str:
    """Return the title of another column of times that are in UTC, or ""."""
    for other in range(table.width):
        title = table.header[other]
        unit = names.name_and_unit(title)[1].lower()
        if (
            other != index
            and names.mentions_time(title)
            and unit in ("utc", "gmt")
            and time_forms.detect(table.columns[other])
        ):
            return table.titles[other]
    return ""
