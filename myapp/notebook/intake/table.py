"""A file's table as far as it was examined: its header, its units and its first rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import TypedDict

from myapp.errors import BadData
from myapp.notebook.intake import header_facts, names, numbers
from myapp.notebook.intake.cells import Dialect
from myapp.notebook.intake.sample import NumberedRows
from myapp.notebook.intake.times import TimeFormat

NO_HEADER = "no header: the first line holds a time"


@dataclass(frozen=True)
class TimeColumns:
    """The indexes of the columns that make up the times, in the format's order; none for counted rows."""

    columns: tuple[int, ...]
    format: TimeFormat

    @property
    def last(self) -> int:
        """The index of the column that a fault names."""
        return self.columns[-1] if self.columns else 0


@dataclass(frozen=True)
class Table:
    """The header and the first rows, each with the line on which it ends.

    `first_line` is the line behind the header and the units. Without a line of units, `units` are empty
    and `units_line` is 0; without a header, `header_line` is 0. `full_header` and `full_units` have the
    fields that the rows lack too, `groups` the row above the header, `lines` all lines before the rows,
    `more` the first lines of further tables, `short` the width of rows without the last columns, `left` the
    indexes of columns that a person leaves out, `of_times` those of the times, whose names channels may have.
    """

    dialect: Dialect
    header: list[str]
    header_line: int
    first_line: int
    rows: NumberedRows
    units: Sequence[str] = ()
    units_line: int = 0
    full_header: tuple[str, ...] = ()
    full_units: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    more: tuple[int, ...] = ()
    nameless: bool = False
    short: int = 0
    left: frozenset[int] = frozenset()
    of_times: frozenset[int] = frozenset()

    @cached_property
    def preamble(self) -> list[str]:
        """The lines before the header."""
        return list(self.lines[: max(self.header_line - 1, 0)] if self.header_line else self.lines)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.header)

    @cached_property
    def columns(self) -> list[tuple[str, ...]]:
        """The cells of the first rows, by column."""
        return list(zip(*(row for _, row in self.rows), strict=True))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names without units; of equal ones with equal units, the later have a number."""
        return tuple(f"{name}{number}" for (name, _), number in zip(self._plain, self._numbers, strict=True))

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The columns' names in reports: the header field, numbered as its name; or the column's number."""
        fields = [" ".join(title.split()) for title in self.header]
        pairs = enumerate(zip(fields, self._numbers, strict=True), 1)
        return tuple(f"{title}{number}" if title else f"column {i}" for i, (title, number) in pairs)

    @property
    def numbered(self) -> set[int]:
        """The columns, from 1, whose names have numbers."""
        return {i for i, number in enumerate(self._numbers, 1) if number}

    @property
    def _plain(self) -> list[tuple[str, str]]:
        return [(names.name_and_unit(title)[0], self.unit(i)) for i, title in enumerate(self.header)]

    @cached_property
    def _numbers(self) -> list[str]:
        """What is added to a name that an earlier column of its unit has: a blank and the next number."""
        taken, seen = set(self._plain), set[tuple[str, str]]()
        numbers_of = []
        for index, (name, unit) in enumerate(self._plain):
            number = ""
            if name and (name, unit) in seen:
                number = next(f" {i}" for i in count(2) if (f"{name} {i}", unit) not in taken)
            taken.add((name + number, unit))
            if index not in self.of_times:
                seen.add((name, unit))
            numbers_of.append(number)
        return numbers_of

    def unit(self, index: int) -> str:
        """Return the unit of a column: the header's, the line of units', that of header_facts, or ""."""
        below = self.units[index] if self.units else ""
        own = names.name_and_unit(self.header[index])[1] or names.bare_unit(below)
        return own or self.other_units.get(index, "")

    @cached_property
    def other_units(self) -> dict[int, str]:
        """The units that stand elsewhere: above the header, in the preamble, in a column of units."""
        return header_facts.units(self)

    def index(self, column: str, setting: str) -> int:
        """Return the index of a column by its title, name or number; raise BadData where there is none.

        The title is that of the file, or that of reports, as in `temp [°C]`, wherever the unit stands.
        `setting` is the option that names the column.
        """
        if column.isascii() and column.isdigit() and 1 <= int(column) <= self.width:
            return int(column) - 1
        shown = tuple(f"{name} [{self.unit(i)}]" for i, name in enumerate(self.names))
        for known in (self.titles, self.names, shown):
            if column in known:
                return known.index(column)
        for known in (self.names, self.titles, shown):
            folded = tuple(map(str.casefold, known))
            if column.casefold() in folded:
                return folded.index(column.casefold())
        fact = f"no column is {numbers.quoted(column)}: the columns are {', '.join(self.titles)[:200]}"
        raise self.bad_header(-1, fact, setting=setting, values=self.titles)

    def bad_header(
        self, index: int, detail: str, *, setting: str = "", values: tuple[str, ...] = (), advice: str = ""
    ) -> BadData:
        """Return the error for a column as its header describes it, or for the header, whose index is -1."""
        return bad_line(self.header_line, index + 1, detail, setting=setting, values=values, advice=advice)

    def bad_cell(
        self, index: int, detail: str, *, setting: str = "", values: tuple[str, ...] = (), advice: str = ""
    ) -> BadData:
        """Return the error for a column as its first row shows it."""
        return bad_line(self.rows[0][0], index + 1, detail, setting=setting, values=values, advice=advice)


def bad_line(
    line: int, column: int, detail: str, *, setting: str = "", values: tuple[str, ...] = (), advice: str = ""
) -> BadData:
    """Return the error for a place; the path is added where the file is known."""
    return BadData("", line, column, detail, setting=setting, values=values, advice=advice)


class Remedy(TypedDict):
    """The setting that resolves an error, its values and the advice."""

    setting: str
    values: tuple[str, ...]
    advice: str


def of_changed_column(title: str) -> Remedy:
    """Return what resolves that a column of sensors, places or units has another word than before."""
    shown = title if " " not in title else f"'{title}'"
    advice = f"{{channel}} {shown} makes channels of each, {{skip}} {shown} leaves the column out"
    return {"setting": "channel", "values": (title,), "advice": advice}


def width_fault(width: int, expected: int) -> tuple[int, str]:
    """Return the column and the fact of a fault: a row with more or fewer fields than the header."""
    return min(width, expected) + 1, f"{width} fields where the header has {expected}"
