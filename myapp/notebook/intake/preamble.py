"""Where a table begins in a file: behind which preamble, with which header and line of units."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from myapp.errors import BadData, StrPath
from myapp.notebook.intake import numbers
from myapp.notebook.intake.names import is_time_name, with_unit
from myapp.notebook.intake.options import NONE, ImportOptions
from myapp.notebook.intake.sample import Sample
from myapp.notebook.intake.time_detection import is_time

_LOOKED_AT = 100
"""How many rows tell where the table begins."""

_HEADER_ROWS = 4
"""How many rows may stand between the names of columns and the first row, as loggers write them."""

_BRACKETED = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_DATE = re.compile(
    r"[0-9]{1,4}[-/. ][0-9A-Za-zÀ-ž]{1,9}\.?[-/. ][0-9]{1,4}|[0-9]{8}|[A-Za-z]+\.? [0-9]{1,2},? [0-9]{4}"
)


@dataclass(frozen=True)
class Table:
    """The header and the first rows; `first_line` is the line behind the header, `lines` end the rows.

    `units` are empty where there is no line of them, and `units_line` is 0; `header_line` is 0 where
    columns have no names.
    """

    sample: Sample
    header: list[str]
    header_line: int
    units: list[str]
    units_line: int
    first_line: int
    rows: list[list[str]]
    lines: list[int]

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.header)


def rank(sample: Sample) -> tuple[int, int, int]:
    """Return what makes one way of parting likelier than another: rows with times, rows, columns."""
    width = _width(sample.rows)
    return _rows_with_times(sample.rows, width), sum(len(row) == width for _, row in sample.rows), width


def locate(path: StrPath, sample: Sample, options: ImportOptions) -> Table:
    """Return the table; raise BadData where it has no header or no row."""
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


def _width(rows: Sequence[tuple[int, list[str]]]) -> int:
    """Return how many columns the table has: as most rows have that hold a time, or most rows."""
    widths = Counter(len(row) for _, row in rows if len(row) > 1)
    if not widths:
        return 0
    first = next(len(row) for _, row in rows if len(row) > 1)
    return max(widths, key=lambda w: (_rows_with_times(rows, w), widths[w], w == first))


def _rows_with_times(rows: Sequence[tuple[int, list[str]]], width: int) -> int:
    return max(_times_by_column(rows, width).values(), default=0)


def _times_by_column(rows: Sequence[tuple[int, list[str]]], width: int) -> Counter[int]:
    fitting = islice((row for _, row in rows if len(row) == width), _LOOKED_AT)
    return Counter(i for row in fitting for i, cell in enumerate(row) if _is_time(cell))


def _is_time(cell: str) -> bool:
    return bool(_DATE.match(cell.strip())) and is_time(cell)


def _is_data(cell: str) -> bool:
    return numbers.is_finite(cell.strip()) or _is_time(cell)


def _first_row(rows: Sequence[tuple[int, list[str]]], width: int, start: int) -> int:
    """Return the index of the first row of the table, or of none: behind the last."""
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


def _header(rows: Sequence[tuple[int, list[str]]], first: int, width: int) -> int:
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
    units_at, first = _units(rows, header, first, options)
    last = max(units_at, header) if units_at else header
    first = max(first, last + 1)
    names = _as_wide(names, rows[first:])
    units = rows[units_at][1] if units_at else []
    fitting = [(line, row) for line, row in rows[first:] if len(row) == len(names)]
    if not fitting:
        uneven = next(((line, len(row)) for line, row in rows[first:]), None)
        if uneven:
            raise ragged(path, *uneven, len(names))
        raise BadData(path, header_line, 0, "no rows after the header")
    return Table(
        sample=sample,
        header=names,
        header_line=header_line,
        units=[*units, *[""] * len(names)][: len(names)] if units else [],
        units_line=rows[units_at][0] if units_at else 0,
        first_line=rows[first - 1][0] + 1,
        rows=[row for _, row in fitting],
        lines=[line for line, _ in fitting],
    )


def _units(
    rows: Sequence[tuple[int, list[str]]], header: int, first: int, options: ImportOptions
) -> tuple[int, int]:
    """Return the index of the row of units, 0 for none, and that of the first row of the table."""
    if isinstance(options.units, int):
        found = next((i for i, (line, _) in enumerate(rows) if line == options.units), 0)
        return found, max(first, found + 1)
    between = range(header + 1, first)
    first = next((i for i in between if any(map(_is_data, rows[i][1]))), first)
    if options.units == NONE or header + 1 >= first:
        return 0, first
    fits = len(rows[header + 1][1]) <= len(rows[header][1])
    return (header + 1, first) if fits else (0, header + 1)


def _as_wide(names: list[str], rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    """Return the names with one more that is empty, where all rows end with a delimiter and these do not."""
    longer = [row for _, row in rows if len(row) == len(names) + 1 and not row[-1].strip()]
    return [*names, ""] if longer and len(longer) == len(rows) else names


def _without_header(path: StrPath, sample: Sample, first: int, options: ImportOptions) -> Table:
    """Return the table whose names stand in a comment, or whose columns are called by their numbers."""
    rows = sample.rows
    width = len(rows[first][1]) if first < len(rows) else 0
    if not width:
        raise BadData(path, rows[-1][0], 0, "no rows after the header")
    line, names = _commented(sample, rows[first][0], width) if options.header != NONE else (0, [])
    if not names and options.header != NONE:
        place = _times_by_column(rows[first : first + 1], width).most_common(1)
        column = place[0][0] + 1 if place else 0
        fact = "no header: the first line holds a time (--header none calls columns by their numbers)"
        raise BadData(path, rows[first][0], column, fact)
    fitting = [(at, row) for at, row in rows[first:] if len(row) == width]
    return Table(
        sample=sample,
        header=names or [f"column {i}" for i in range(1, width + 1)],
        header_line=line,
        units=[],
        units_line=0,
        first_line=max(line, rows[first - 1][0] if first else 0) + 1,
        rows=[row for _, row in fitting],
        lines=[at for at, _ in fitting],
    )


def _commented(sample: Sample, before: int, width: int) -> tuple[int, list[str]]:
    """Return the last comment before the table that parts into as many names as the table has columns."""
    for line, text in reversed([c for c in sample.comments if c[0] < before]):
        for candidate in (text[len(sample.dialect.comment) :], text):
            names = next(iter(_parted(sample, candidate)), [])
            if len(names) == width:
                return line, names
    return 0, []


def _parted(sample: Sample, text: str) -> list[list[str]]:
    return list(replace(sample.dialect, comment="").reader([text.strip("\r\n").lstrip()]))


def ragged(path: StrPath, line: int, found: int, expected: int) -> BadData:
    """Return the error for a row that has more or fewer fields than the header."""
    return BadData(path, line, min(found, expected) + 1, width_fact(found, expected))


def width_fact(found: int, expected: int) -> str:
    """Return what is wrong with a row of another width."""
    return f"{found} fields where the header has {expected}"
