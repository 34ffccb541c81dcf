"""Locates the table in a file: its header, its line of units and its first row, behind any preamble."""

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from myapp.errors import BadData
from myapp.notebook.intake import blocks, units
from myapp.notebook.intake.blocks import RowBlock, holds_data, holds_time
from myapp.notebook.intake.cells import Dialect
from myapp.notebook.intake.names import is_time_name, with_unit
from myapp.notebook.intake.options import NONE, ImportOptions
from myapp.notebook.intake.sample import NumberedRows, Sample
from myapp.notebook.intake.table import NO_HEADER, Table, bad_line, width_fault
from myapp.notebook.intake.ticks import UNITS

_HEADER_ROWS = 4
"""The most rows of a header: loggers write units and kinds of samples below the names."""

_NO_ROWS = "no rows after the header"
_MAY_LACK = frozenset(
    {"", "comment", "comments", "start", "increment", "remarks", "note", "notes", "serial number"}
)
"""Names that a header may have behind those of its rows, in lower case."""

_BRACKETED = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_NUMBERED_NAME = re.compile(r"[#*\s]*name ([0-9]+) ?= ?(.*)")


def rank(sample: Sample) -> tuple[int, int, int]:
    """Return the sort key of samples, likeliest last: that of the best block of rows."""
    return max((block.rank for block in blocks.blocks(sample.rows)), default=(0, 0, 0))


def locate(sample: Sample, options: ImportOptions) -> Table:
    """Return a sample's table; raise BadData where it has no header or no row."""
    rows = sample.rows
    if isinstance(options.header, int):
        return _table(sample, 0, _below(rows, 1), options, ())
    found = blocks.tables(blocks.blocks(rows))
    block, more = _chosen(found, rows, options)
    header = -1 if options.header == NONE else _header(rows, block.first, block.width)
    if header < 0:
        return _without_header(sample, block, options, more)
    return _table(sample, header, block, options, more)


def _chosen(
    found: Sequence[RowBlock], rows: NumberedRows, options: ImportOptions
) -> tuple[RowBlock, Sequence[RowBlock]]:
    """Return the block of the table that the options name, or the first; and those behind it."""
    number = options.table or 1
    if not found:
        return RowBlock(min(1, len(rows)), len(rows), len(rows[0][1]), 0, 0), ()
    if number > len(found):
        fact = f"the file has {len(found)} {'table' if len(found) == 1 else 'tables'}"
        raise bad_line(rows[found[-1].first][0], 0, fact, setting="table")
    return found[number - 1], found[number:]


def _below(rows: NumberedRows, start: int) -> RowBlock:
    """Return the best block of rows behind a header that is given."""
    width = len(rows[0][1])
    below = [block for block in blocks.blocks(rows[start:]) if abs(block.width - width) <= 1]
    if not below:
        return RowBlock(start, len(rows), width, 0, 0)
    best = max(below, key=lambda block: (block.rank, -block.first))
    return replace(best, first=best.first + start, end=best.end + start)


def _header(rows: NumberedRows, first: int, width: int) -> int:
    """Return the index of the row of names above the first row, or -1."""
    near = range(first - 1, max(-1, first - 1 - _HEADER_ROWS), -1)
    before = takewhile(lambda i: not any(map(holds_time, rows[i][1])), near)
    above = [i for i in before if _may_name(rows[i][1], width)]
    for index in above:
        row = rows[index][1]
        if any(_DATE_LETTERS.fullmatch(cell.strip()) for cell in row):
            continue
        below = rows[index + 1][1] if index + 1 < first else []
        if any(map(_names_time, row, [*below, *[""] * len(row)])):
            return index
    if not above or above[0] != first - 1:
        return -1
    second = above[1] if len(above) > 1 and above[1] == first - 2 else -1
    if second >= 0 and (_are_bracketed(rows[first - 1][1]) or _is_second_row(rows, second, width)):
        return second
    return first - 1


_DATE_LETTERS = re.compile(r"[dDMyYhHmsSaT]{1,4}[-./ :,][dDMyYhHmsSaT:./, -]+")


def _is_second_row(rows: NumberedRows, index: int, width: int) -> bool:
    """Whether the row above the one before the table has the names, and that one the units and constants.

    A pattern of dates, as `dd.MM.yyyy HH:mm`, is no name.
    """
    if any(_DATE_LETTERS.fullmatch(cell.strip()) for cell in rows[index + 1][1]):
        return True
    names = [cell.strip().lower() for cell in rows[index][1]]
    unit = rows[index + 1][1][0].strip().lower()
    return "increment" in names[width:] or (names[0] in ("x", "x-axis", "time") and unit in UNITS)


def _may_name(row: Sequence[str], width: int) -> bool:
    """Whether a row may have the names of a table's columns."""
    behind = [cell.strip().lower() for cell in row[width:]]
    return len(row) >= max(width - 1, min(width, 2)) and all(
        cell in _MAY_LACK or _is_count(cell) for cell in behind
    )


def _is_count(cell: str) -> bool:
    return holds_data(cell)


def _names_time(name: str, below: str) -> bool:
    """Whether a cell is the name of a time column, perhaps with its unit below, and no unit itself."""
    if _BRACKETED.fullmatch(name.strip()) or name.strip().lower() == "utc":
        return False
    return is_time_name(with_unit(name, below))


def _are_bracketed(row: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in row if cell.strip()]
    return bool(filled) and all(map(_BRACKETED.fullmatch, filled))


def _table(
    sample: Sample, header: int, block: RowBlock, options: ImportOptions, more: Sequence[RowBlock]
) -> Table:
    rows = sample.rows
    header_line, names = rows[header]
    units_row, first = _units(rows, header, block.first, options)
    first = max(first, units_row + 1, header + 1)
    body = [row for row in rows[first : max(block.end, first)] if row[1]]
    full_header = names
    names, short = _as_wide(names, body)
    if short:
        body = [
            (line, [*row, *[""] * (len(names) - len(row))] if len(row) == short else row)
            for line, row in body
        ]
    fitting = [row for row in body if len(row[1]) == len(names)]
    if not fitting and body:
        line, row = body[0]
        raise _widths(header_line, line, len(row), len(names))
    if not fitting:
        raise bad_line(header_line, 0, _NO_ROWS)
    table = Table(
        sample.dialect, names, header_line, rows[first - 1][0] + 1, fitting,
        short=short, full_header=tuple(full_header), lines=tuple(sample.lines[: rows[first - 1][0]]),
        groups=tuple(rows[header - 1][1]) if header and len(rows[header - 1][1]) == len(full_header) else (),
        more=tuple(rows[block.first][0] for block in more),
    )  # fmt: skip
    if not units_row:
        return table
    units_line, cells = rows[units_row]
    if all(units.FORMATS.fullmatch(cell.strip()) for cell in cells if cell.strip()):
        return table
    wide = [*cells, *[""] * len(full_header)][: len(full_header)]
    return replace(table, units_line=units_line, units=wide[: len(names)], full_units=tuple(wide))


def _widths(header_line: int, line: int, width: int, names: int) -> BadData:
    if width > names:
        fact = f"the header has {names} names, and the rows have {width} fields"
        advice = "{header} none calls columns by their numbers"
        return bad_line(header_line, 0, fact, setting="header", values=(NONE,), advice=advice)
    return bad_line(line, *width_fault(width, names))


def _units(rows: NumberedRows, header: int, first: int, options: ImportOptions) -> tuple[int, int]:
    """Return the index of the row of units, 0 for none, and that of the table's first row."""
    if isinstance(options.units, int):
        row = next((i for i, (line, _) in enumerate(rows) if line == options.units), 0)
        if not header < row <= first:
            fact = "this line cannot hold the units: it is empty, or not between the header and the rows"
            raise bad_line(options.units, 0, fact, setting="units", values=(NONE,))
        return row, max(first, row + 1)
    between = range(header + 1, first)
    if options.units == NONE or header + 1 >= first:
        return 0, next((i for i in between if any(map(holds_data, rows[i][1]))), first)
    if "increment" not in [cell.strip().lower() for cell in rows[header][1]]:
        first = next((i for i in between if any(map(holds_data, rows[i][1]))), first)
        if header + 1 >= first:
            return 0, first
    fits = len(rows[header + 1][1]) <= len(rows[header][1])
    return (header + 1, first) if fits else (0, header + 1)


def _as_wide(names: list[str], rows: NumberedRows) -> tuple[list[str], int]:
    """Return the names of the columns that the rows have, and the width of rows that lack some, or 0.

    All rows may end with a delimiter where the header does not, or lack columns that a header names and
    leaves empty, such as comments.
    """
    widths = {len(row) for _, row in rows}
    longer = [row for _, row in rows if len(row) == len(names) + 1 and not row[-1].strip()]
    if longer and len(longer) == len(rows):
        return [*names, ""], 0
    width = min(widths, default=len(names))
    lacking = [name.strip().lower() for name in names[width:]]
    if not lacking or any(name not in _MAY_LACK for name in lacking):
        return names, 0
    return (names[:width], 0) if len(widths) == 1 else (names, width)


def _without_header(
    sample: Sample, block: RowBlock, options: ImportOptions, more: Sequence[RowBlock]
) -> Table:
    """Return a table whose names stand in comments, or whose columns are named by their numbers."""
    rows, first = sample.rows, block.first
    if first >= len(rows):
        raise bad_line(rows[-1][0], 0, _NO_ROWS)
    width = len(rows[first][1])
    line, names = _commented(sample, rows[first][0], width) if options.header != NONE else (0, [])
    if not names and options.header != NONE:
        raise _no_header(rows, first)
    names = names or [f"column {i}" for i in range(1, width + 1)]
    first_line = max(line, rows[first - 1][0] if first else 0) + 1
    fitting = [row for row in rows[first : block.end] if len(row[1]) == width]
    return Table(
        sample.dialect, names, line, first_line, fitting, lines=tuple(sample.lines[: first_line - 1]),
        more=tuple(rows[block.first][0] for block in more), nameless=not line,
    )  # fmt: skip


def _no_header(rows: NumberedRows, first: int) -> BadData:
    line, row = rows[first]
    place = blocks.times_by_column([row]).most_common(1)
    fact = NO_HEADER if place else "no header: the first line holds numbers"
    above = len(rows[first - 1][1]) if first else 0
    if above > len(row) and blocks.is_title_row(rows[first - 1][1]):
        return bad_line(line, *width_fault(len(row), above))
    if above > 1:
        line, place = rows[first - 1][0], []
        fact = (
            f"the line above the rows has {above} fields, and the rows have {len(row)}: it does not name them"
        )
    advice = "{header} none calls columns by their numbers"
    column = place[0][0] + 1 if place else 0
    return bad_line(line, column, fact, setting="header", values=(NONE,), advice=advice)


def _commented(sample: Sample, before: int, width: int) -> tuple[int, list[str]]:
    """Return the last comment before the table that splits into as many names as the table has columns.

    Each name may also have a comment of its own, as in `# name 0 = timeS: Time, Elapsed [seconds]`.
    """
    matches = filter(None, map(_NUMBERED_NAME.match, sample.lines[: before - 1]))
    numbered = {int(match[1]): _short_name(match[2]) for match in matches}
    if sorted(numbered) == list(range(width)):
        return before - 1, [numbered[i] for i in range(width)]
    dialect = replace(sample.dialect, comment="")
    for line, text in _titles_first(sample, before, width, dialect):
        for candidate in (text[len(sample.dialect.comment) :], text):
            names = _split(candidate.strip("\r\n").lstrip(), dialect)
            if len(names) == width:
                return line, names
    return 0, []


def _titles_first(sample: Sample, before: int, width: int, dialect: Dialect) -> list[tuple[int, str]]:
    """Return the comments above a line, the last first; of the last two the upper, if the lower has units."""
    comments = [c for c in sample.comments if c[0] < before]
    last = comments[-2:]
    split = [_split(text[len(sample.dialect.comment) :].strip(), dialect) for _, text in last]
    if [len(fields) for fields in split] == [width] * 2 and not any(map(holds_data, split[0] + split[1])):
        return [last[0], *reversed(comments)]
    return comments[::-1]


def _short_name(text: str) -> str:
    """Return the short name and the unit of `prDM: Pressure, Digiquartz [db]`."""
    short, _, long = text.strip().partition(":")
    unit = units.split(long)[1]
    return f"{short} [{unit}]" if unit else short


def _split(line: str, dialect: Dialect) -> list[str]:
    """Return the fields of a line; none where it is no row, as with an open quote."""
    try:
        return next(dialect.reader([line]), [])
    except csv.Error:
        return []
