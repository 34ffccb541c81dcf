"""Locates the table in a file: its header, its line of units and its first row, behind any preamble."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from myapp.errors import BadData, StrPath
from myapp.notebook.intake import numbers
from myapp.notebook.intake.cells import Dialect
from myapp.notebook.intake.names import is_time_name, with_unit
from myapp.notebook.intake.options import NONE, ImportOptions
from myapp.notebook.intake.sample import NumberedRows, Sample
from myapp.notebook.intake.table import NO_HEADER, Table, width_fault
from myapp.notebook.intake.time_detection import is_time

_MOST_ROWS = 100
"""The number of rows that are examined for times."""

_HEADER_ROWS = 4
"""The most rows of a header: loggers write units and kinds of samples below the names."""

_NO_ROWS = "no rows after the header"

_BRACKETED = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_DATE = re.compile(
    r"[0-9]{1,4}[-/. ][0-9A-Za-zÀ-ž]{1,9}\.?[-/. ][0-9]{1,4}|[0-9]{8}|[A-Za-z]+\.? [0-9]{1,2},? [0-9]{4}"
)


def rank(sample: Sample) -> tuple[int, int, int]:
    """Return the sort key of samples, likeliest last: rows with times, rows of the table's width, columns."""
    width = _width(sample.rows)
    return _rows_with_times(sample.rows, width), sum(len(row) == width for _, row in sample.rows), width


def locate(path: StrPath, sample: Sample, options: ImportOptions) -> Table:
    """Return a sample's table; raise BadData where it has no header or no row."""
    rows = sample.rows
    width = _width(rows)
    if isinstance(options.header, int):
        header, first = 0, _first_row(rows, len(rows[0][1]), 1)
    else:
        first = _first_row(rows, width, 0)
        header = -1 if options.header == NONE else _header(rows, first, width)
    if header < 0:
        return _without_header(path, sample, first, options)
    return _table(path, sample, header, first, options)


def _width(rows: NumberedRows) -> int:
    """Return the number of columns of most rows with a time, or of most rows."""
    widths = Counter(len(row) for _, row in rows if len(row) > 1)
    if not widths:
        return 0
    first = next(len(row) for _, row in rows if len(row) > 1)
    return max(widths, key=lambda w: (_rows_with_times(rows, w), widths[w], w == first))


def _rows_with_times(rows: NumberedRows, width: int) -> int:
    return max(_times_by_column(rows, width).values(), default=0)


def _times_by_column(rows: NumberedRows, width: int) -> Counter[int]:
    fitting = islice((row for _, row in rows if len(row) == width), _MOST_ROWS)
    return Counter(i for row in fitting for i, cell in enumerate(row) if _is_time(cell))


def _is_time(cell: str) -> bool:
    return bool(_DATE.match(cell.strip())) and is_time(cell)


def _is_data(cell: str) -> bool:
    return numbers.is_finite(cell.strip()) or _is_time(cell)


def _first_row(rows: NumberedRows, width: int, start: int) -> int:
    """Return the index of the table's first row, or the number of rows where there is none."""
    column = _times_by_column(rows, width).most_common(1)
    fitting = [i for i in range(start, len(rows)) if len(rows[i][1]) == width]
    if column:
        of_time = (i for i in fitting if _is_time(rows[i][1][column[0][0]]))
        return next(of_time, len(rows))
    cells = list(zip(*(rows[i][1] for i in fitting), strict=True))
    usual = [n for n, column in enumerate(cells) if sum(map(_is_data, column)) * 2 >= len(column)]
    of_numbers = (
        i for i in fitting
        if any(_is_data(rows[i][1][n]) for n in usual)
        and all(_is_data(rows[i][1][n]) or numbers.is_gap(rows[i][1][n]) for n in usual)
    )  # fmt: skip
    return next(of_numbers, start + 1 if len(rows) > start + 1 else len(rows))


def _header(rows: NumberedRows, first: int, width: int) -> int:
    """Return the index of the row of names above the first row, or -1."""
    for index in range(first - 1, max(-1, first - 1 - _HEADER_ROWS), -1):
        row = rows[index][1]
        below = rows[index + 1][1] if index + 1 < first else []
        if any(map(_names_time, row, [*below, *[""] * len(row)])) and not any(map(_is_time, row)):
            return index
    if first > 1 and _are_bracketed(rows[first - 1][1]) and len(rows[first - 2][1]) > 1:
        return first - 2
    return first - 1 if first and (len(rows[first - 1][1]) > 1 or width < 2) else -1


def _names_time(name: str, below: str) -> bool:
    """Whether a cell is the name of a time column, perhaps with its unit below, and no unit itself."""
    if _BRACKETED.fullmatch(name.strip()) or name.strip().lower() == "utc":
        return False
    return is_time_name(with_unit(name, below))


def _are_bracketed(row: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in row if cell.strip()]
    return bool(filled) and all(map(_BRACKETED.fullmatch, filled))


def _table(path: StrPath, sample: Sample, header: int, first: int, options: ImportOptions) -> Table:
    rows = sample.rows
    header_line, names = rows[header]
    units, first = _units(rows, header, first, options)
    first = max(first, units + 1, header + 1)
    names = _as_wide(names, rows[first:])
    fitting = [row for row in rows[first:] if len(row[1]) == len(names)]
    if not fitting and rows[first:]:
        line, row = rows[first]
        raise BadData(path, line, *width_fault(len(row), len(names)))
    if not fitting:
        raise BadData(path, header_line, 0, _NO_ROWS)
    table = Table(path, sample.dialect, names, header_line, rows[first - 1][0] + 1, fitting)
    if not units:
        return table
    units_line, cells = rows[units]
    return replace(table, units_line=units_line, units=[*cells, *[""] * len(names)][: len(names)])


def _units(rows: NumberedRows, header: int, first: int, options: ImportOptions) -> tuple[int, int]:
    """Return the index of the row of units, 0 for none, and that of the table's first row."""
    if isinstance(options.units, int):
        units = next((i for i, (line, _) in enumerate(rows) if line == options.units), 0)
        return units, max(first, units + 1)
    between = range(header + 1, first)
    first = next((i for i in between if any(map(_is_data, rows[i][1]))), first)
    if options.units == NONE or header + 1 >= first:
        return 0, first
    fits = len(rows[header + 1][1]) <= len(rows[header][1])
    return (header + 1, first) if fits else (0, header + 1)


def _as_wide(names: list[str], rows: NumberedRows) -> list[str]:
    """Return the names, and an empty one where all rows end with a delimiter and the header does not."""
    longer = [row for _, row in rows if len(row) == len(names) + 1 and not row[-1].strip()]
    return [*names, ""] if longer and len(longer) == len(rows) else names


def _without_header(path: StrPath, sample: Sample, first: int, options: ImportOptions) -> Table:
    """Return a table whose names stand in a comment, or whose columns are named by their numbers."""
    rows = sample.rows
    width = len(rows[first][1]) if first < len(rows) else 0
    if not width:
        raise BadData(path, rows[-1][0], 0, _NO_ROWS)
    line, names = _commented(sample, rows[first][0], width) if options.header != NONE else (0, [])
    if not names and options.header != NONE:
        place = _times_by_column(rows[first : first + 1], width).most_common(1)
        column = place[0][0] + 1 if place else 0
        raise BadData(
            path,
            rows[first][0],
            column,
            NO_HEADER,
            setting="header",
            values=(NONE,),
            advice="{header} none calls columns by their numbers",
        )
    names = names or [f"column {i}" for i in range(1, width + 1)]
    first_line = max(line, rows[first - 1][0] if first else 0) + 1
    fitting = [row for row in rows[first:] if len(row[1]) == width]
    return Table(path, sample.dialect, names, line, first_line, fitting)


def _commented(sample: Sample, before: int, width: int) -> tuple[int, list[str]]:
    """Return the last comment before the table that splits into as many names as the table has columns."""
    dialect = replace(sample.dialect, comment="")
    for line, text in reversed([c for c in sample.comments if c[0] < before]):
        for candidate in (text[len(sample.dialect.comment) :], text):
            names = _split(candidate.strip("\r\n").lstrip(), dialect)
            if len(names) == width:
                return line, names
    return 0, []


def _split(line: str, dialect: Dialect) -> list[str]:
    """Return the fields of a line; none where it is no row, as with an open quote."""
    try:
        return next(dialect.reader([line]), [])
    except csv.Error:
        return []
