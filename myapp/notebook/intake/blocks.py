"""Finds the blocks of rows in a sample that may be its tables: rows of one width with data in them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from myapp.notebook.intake import numbers, time_forms
from myapp.notebook.intake.sample import NumberedRows
from myapp.notebook.intake.time_detection import is_time

_MOST_ROWS = 100
"""The number of rows of a block that are examined for times."""

_REMEMBERED = 1 << 14
"""The cells whose look is remembered: each is looked at for its row, its block and the header."""

_TIME_WEIGHT = 10
"""How much a row with a time says for a block, measured in fields of numbers."""

_DATE = re.compile(
    r"[0-9]{1,4}[-/. ][0-9A-Za-zÀ-ž]{1,9}\.?[-/. ][0-9]{1,4}|[0-9]{8}|[A-Za-z]+\.? [0-9]{1,2},? [0-9]{4}"
    r"|[0-9]{4}-?W[0-9]{2}|[A-Za-z]{2,9}\.?,? [0-9]{1,2}"
)


@dataclass(frozen=True)
class RowBlock:
    """Rows of a sample from index `first` to before `end`, `width` of most, with counts of data.

    `titled` says that the row above may name the columns.
    """

    first: int
    end: int
    width: int
    times: int
    cells: int
    titled: bool = False

    @property
    def rank(self) -> tuple[int, int, int]:
        """The sort key: fields of numbers or times, of which times count more, columns, and rows."""
        data = _TIME_WEIGHT * self.times + self.cells
        return data * (2 if self.titled else 1), self.width, self.end - self.first


@lru_cache(_REMEMBERED)
def holds_time(cell: str) -> bool:
    """Whether a cell is a calendar time, or an interval of them."""
    text = cell.strip()
    if not _DATE.match(text):
        return False
    return is_time(text) or (len(text) > 15 and time_forms.detect([text]) is not None)


@lru_cache(_REMEMBERED)
def holds_data(cell: str) -> bool:
    """Whether a cell is a number or a calendar time."""
    return numbers.is_finite(cell.strip()) or holds_time(cell)


def is_title_row(row: Sequence[str]) -> bool:
    """Whether a row has two fields of text at least, and no number or time."""
    return sum(1 for cell in row if cell.strip()) > 1 and not any(map(holds_data, row))


def blocks(rows: NumberedRows) -> list[RowBlock]:
    """Return the blocks of a sample, in order."""
    spans: list[tuple[int, int]] = []
    for index, (_, row) in enumerate(rows):
        if not _is_row(row):
            continue
        if spans and _continues(rows, spans[-1], index):
            spans[-1] = (spans[-1][0], index + 1)
        else:
            spans.append((index, index + 1))
    found = [_block(rows, first, end) for first, end in spans]
    return [block for block in found if block.first < block.end]


def _is_row(row: Sequence[str]) -> bool:
    """Whether a row may be one of a table: a time, or numbers in half of its fields."""
    data = sum(map(holds_data, row))
    filled = sum(1 for cell in row if cell.strip())
    return data > 0 and (2 * data >= filled or any(map(holds_time, row)))


def _continues(rows: NumberedRows, span: tuple[int, int], index: int) -> bool:
    """Whether a row belongs to the block before it, perhaps behind rows that are at fault."""
    last, row = rows[span[1] - 1][1], rows[index][1]
    between = [each for _, each in rows[span[1] : index]]
    if abs(len(last) - len(row)) == 1 and span[1] - span[0] == 1:
        return not between and _alike(last, row)
    if len(last) != len(row):
        return not between and span[1] - span[0] > 1 and _resume(rows, span, index)
    if not between:
        pairs = zip(last, row, strict=True)
        return len(row) < 3 or any(holds_data(one) and holds_data(other) for one, other in pairs)
    if not any(map(is_title_row, between)):
        return _alike(last, row)
    header = rows[span[0] - 1][1] if span[0] else []
    return _alike(last, row) and (between == [header] or not _after_gap(rows, span[1]))


def _resume(rows: NumberedRows, span: tuple[int, int], index: int) -> bool:
    """Whether a row of another width is a fault, as those behind it have the block's again."""
    width = len(rows[span[1] - 1][1])
    behind = [row for _, row in rows[index + 1 : index + 4]]
    return any(len(row) == width and _is_row(row) for row in behind)


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two rows hold data in the same columns, nearly."""
    first, second = _pattern(one), _pattern(other)
    return len(first & second) * 2 > len(first | second)


def _pattern(row: Sequence[str]) -> set[int]:
    return {i for i, cell in enumerate(row) if holds_data(cell)}


def _after_gap(rows: NumberedRows, index: int) -> bool:
    """Whether there are blank lines or comments before a row."""
    line, row = rows[index]
    breaks = sum(cell.count("\n") for cell in row)
    return line - rows[index - 1][0] > 1 + breaks


def _block(rows: NumberedRows, first: int, end: int) -> RowBlock:
    """Return the block of rows without leading ones that are no rows of it, as a header of numbers."""
    widths = Counter(len(row) for _, row in rows[first:end])
    width = max(widths, key=lambda each: (widths[each], each == len(rows[first][1])))
    fitting = [row for _, row in rows[first:end] if len(row) == width][:_MOST_ROWS]
    times = times_by_column(fitting)
    column, count = times.most_common(1)[0] if times else (-1, 0)
    usual = [
        i
        for i, cells in enumerate(zip(*fitting, strict=True))
        if sum(map(holds_data, cells)) * 2 >= len(cells)
    ]
    while first < end and not _begins(rows[first][1], width, column, usual):
        first += 1
    cells = sum(len(_pattern(row)) for row in fitting)
    above = rows[first - 1][1] if first else []
    titled = (count > 0 or end - first > 1) and len(above) >= width and is_title_row(above)
    return RowBlock(first, end, width, 0 if _are_settings(fitting) else count, cells, titled)


def _are_settings(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are names and values, as in a preamble: each begins with a word of its own."""
    first = [row[0].strip() for row in rows]
    return len(set(first)) == len(first) and all(first) and not any(map(holds_data, first))


def _begins(row: Sequence[str], width: int, time_column: int, usual: Sequence[int]) -> bool:
    """Whether a row is one of a block, and not its header or a unit with numbers in it."""
    if time_column >= 0 and abs(len(row) - width) <= 1:
        return time_column < len(row) and holds_time(row[time_column])
    if len(row) != width:
        return False
    return any(holds_data(row[i]) for i in usual) and all(
        holds_data(row[i]) or numbers.is_gap(row[i]) for i in usual
    )


def times_by_column(rows: Sequence[Sequence[str]]) -> Counter[int]:
    """Return the number of times in each column that has any."""
    return Counter(i for row in rows for i, cell in enumerate(row) if holds_time(cell))


def tables(found: Sequence[RowBlock]) -> list[RowBlock]:
    """Return the blocks that are tables, in order: the likeliest, and those with a header of their own."""
    if not found:
        return []
    best = max(found, key=lambda block: (block.rank, -block.first))
    return [
        block
        for block in found
        if block == best
        or (
            block.end - block.first > 1
            and block.width > 1
            and bool(block.times) == bool(best.times)
            and block.titled
            and (block.times or block.width > 2)
            and block.cells * 20 > best.cells
        )
    ]
