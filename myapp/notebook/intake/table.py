"""A file's table as far as it was examined: its header, its units and its first rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from myapp.errors import BadData, StrPath
from myapp.notebook.intake import names, numbers
from myapp.notebook.intake.cells import Dialect
from myapp.notebook.intake.sample import NumberedRows

NO_HEADER = "no header: the first line holds a time"


@dataclass(frozen=True)
class Table:
    """The header and the first rows, each with the line on which it ends.

    `first_line` is the line behind the header and the units. Without a line of units, `units` are empty
    and `units_line` is 0; without a header, `header_line` is 0.
    """

    path: StrPath
    dialect: Dialect
    header: list[str]
    header_line: int
    first_line: int
    rows: NumberedRows
    units: Sequence[str] = ()
    units_line: int = 0

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.header)

    @cached_property
    def columns(self) -> list[tuple[str, ...]]:
        """The cells of the first rows, by column."""
        return list(zip(*(row for _, row in self.rows), strict=True))

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The columns' names in reports: the header field, or the number where that is empty."""
        return tuple(" ".join(name.split()) or f"column {i}" for i, name in enumerate(self.header, 1))

    def unit(self, index: int) -> str:
        """Return the unit of a column, as its header field or the line of units has it; "" for none."""
        below = self.units[index] if self.units else ""
        return names.name_and_unit(self.header[index])[1] or names.bare_unit(below)

    def index(self, column: str, setting: str) -> int:
        """Return the index of a column by its title, name or number; raise BadData where there is none.

        `setting` is the option that names the column.
        """
        plain = [names.name_and_unit(title)[0] for title in self.titles]
        for known in (self.titles, plain, [name.casefold() for name in plain]):
            if column in known:
                return known.index(column)
        folded = [title.casefold() for title in self.titles]
        if column.casefold() in folded:
            return folded.index(column.casefold())
        if column.isascii() and column.isdigit() and 1 <= int(column) <= self.width:
            return int(column) - 1
        fact = f"no column is {numbers.quoted(column)}: the columns are {', '.join(self.titles)[:200]}"
        raise self.bad_header(-1, fact, setting=setting, values=self.titles)

    def bad_header(
        self, index: int, detail: str, *, setting: str = "", values: tuple[str, ...] = (), advice: str = ""
    ) -> BadData:
        """Return the error for a column as its header describes it, or for the header, whose index is -1."""
        place = self.path, self.header_line, index + 1
        return BadData(*place, detail, setting=setting, values=values, advice=advice)


def width_fault(width: int, expected: int) -> tuple[int, str]:
    """Return the column and the fact of a fault: a row with more or fewer fields than the header."""
    return min(width, expected) + 1, f"{width} fields where the header has {expected}"
