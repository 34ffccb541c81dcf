"""Finds the end of a table while its rows are read: sums, or a footer or a table behind a blank line."""

from collections.abc import Iterator, Sequence

from myapp.notebook.intake import numbers
from myapp.notebook.intake.blocks import is_title_row
from myapp.notebook.intake.cells import Block
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.faults import Faults

_SUMS = frozenset(
    [
        *("total", "totals", "sum", "sums", "average", "averages", "avg", "mean", "min", "minimum", "max"),
        *("maximum", "stdev", "std", "count", "summe", "gesamt", "mittelwert", "mittel"),
    ]
)
"""Words of rows below a table that sum it up, in lower case."""


class TableEnd:
    """The end of a file's table; `line` is the first line behind it, 0 where the file ends with the table.

    `titles` is the line of the header of a further table, 0 where there is none. A header that comes again
    behind a blank line is no row and no end.
    """

    def __init__(self, csv_format: CsvFormat, faults: Faults) -> None:
        self.line = 0
        self.titles = 0
        self._format = csv_format
        self._faults = faults
        self._blank = False

    def until_end(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """Yield the blocks of the table; rows behind its end that would fit into it are a fault."""
        for block in blocks:
            if not self._blank and [] not in block.rows and not self._is_sum(block.rows[-1]):
                yield block
                continue
            kept = self._without_sums(self._of_table(block))
            if kept.rows:
                yield kept
            if self.line:
                self._look_behind(block, blocks)
                return

    def _of_table(self, block: Block) -> Block:
        """Return the rows of a block before the end, without headers that come again."""
        rows, lines = [], []
        for row, line in zip(block.rows, block.lines, strict=True):
            if self._blank and any(map(str.strip, row)) and not self._is_row(row):
                if row == list(self._format.header):
                    continue
                self.line = line
                break
            self._blank = not row or (self._blank and not any(map(str.strip, row)))
            rows.append(row)
            lines.append(line)
        return Block(rows, lines)

    def _without_sums(self, block: Block) -> Block:
        """Return a block without rows at its end that sum up those of the table."""
        end = len(block.rows)
        while end and (self._is_sum(block.rows[end - 1]) or not any(map(str.strip, block.rows[end - 1]))):
            end -= 1
        first = next((i for i in range(end, len(block.rows)) if self._is_sum(block.rows[i])), None)
        if first is None:
            return block
        self.line = block.lines[first]
        return Block(block.rows[:first], block.lines[:first])

    def _is_sum(self, row: Sequence[str]) -> bool:
        """Whether a row has a word such as Total where the others have a time."""
        columns = self._format.time_columns
        cell = row[columns[0] - 1] if columns and len(row) >= columns[0] else ""
        return cell.strip().rstrip(":").casefold() in _SUMS

    def _look_behind(self, block: Block, blocks: Iterator[Block]) -> None:
        """Look at what is behind the end: a further table ends the look, a row of this one is a fault."""
        first = next((i for i, line in enumerate(block.lines) if line == self.line), 0)
        behind = list(zip(block.rows[first:], block.lines[first:], strict=True))
        while True:
            for row, line in behind:
                if is_title_row(row) and len(row) > 1:
                    self.titles = self.titles or line
                elif self._is_row(row) and not self.titles:
                    detail = f"rows go on in line {line}, behind what is no row"
                    self._faults.add(self.line, 0, detail)
                    return
                elif self.titles and sum(map(numbers.is_finite, map(str.strip, row))):
                    return
            following = next(blocks, None)
            if following is None:
                self.titles = 0
                return
            behind = list(zip(following.rows, following.lines, strict=True))

    def _is_row(self, row: Sequence[str]) -> bool:
        """Whether a row has the table's width and a time, or numbers where rows have none."""
        if not row or len(row) not in (self._format.width, self._format.short):
            return False
        columns = self._format.time_columns
        if not columns:
            return any(numbers.is_finite(cell.strip()) for cell in row)
        try:
            self._format.time_format.read(" ".join(row[column - 1].strip() for column in columns))
        except ValueError:
            return False
        return True
