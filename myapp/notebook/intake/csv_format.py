"""The format of a CSV file: its text, its lines and its columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from myapp.notebook.intake.cells import BLANK, Dialect
from myapp.notebook.intake.options import DELIMITERS, DateOrder
from myapp.notebook.intake.time_forms import innermost
from myapp.notebook.intake.times import CalendarFormat, TimeFormat

if TYPE_CHECKING:
    from myapp.notebook.intake.workbook import SheetName

_NAMES = {**{character: name for name, character in DELIMITERS.items()}, BLANK: "blanks"}


@dataclass(frozen=True)
class ChannelColumn:
    """A channel and the column of its numbers, which counts from 1.

    `decided` is false where the first rows hold no value: if the first value later is text, the column is
    skipped.
    """

    name: str
    unit: str
    column: int
    decided: bool = True

    @property
    def title(self) -> str:
        """The name and the unit, as in reports."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class LongColumns:
    """The columns of a long file, which count from 1; `unit` is 0 where there is none.

    Several columns of names make one name together. Where several columns hold numbers, each gives its name
    and unit to the channel; one alone has no name here.
    """

    channels: tuple[int, ...]
    values: tuple[ChannelColumn, ...]
    unit: int

    @property
    def columns(self) -> set[int]:
        """All columns that have a role."""
        return {*self.channels, *(value.column for value in self.values), self.unit}

    def names_of(self, columns: Sequence[Sequence[str]]) -> Sequence[str]:
        """Return the names in the rows of a block."""
        cells = [columns[column - 1] for column in self.channels]
        return (
            cells[0]
            if len(cells) == 1
            else [" ".join(filter(str.strip, row)) for row in zip(*cells, strict=True)]
        )

    def name_of(self, row: Sequence[str]) -> str:
        """Return the name in a row."""
        return self.names_of([[cell] for cell in row])[0]


@dataclass(frozen=True)
class CsvFormat:
    """How a file is written. Columns and lines count from 1, and are 0 where there is none.

    `first_line` is the first line of rows, `zone` that of times without one. `time_columns` make up the
    times in their order, and are none where rows are counted. `long` has the columns of a long file, whose
    `channels` are those of the first rows, and is None for a wide one. `constants` are the columns that say
    whose readings the rows have, with the word of the first rows. `more_tables` are the lines of tables
    behind this one, in the first lines of the file; `short` is the width of rows that lack columns which a
    header may name and leave empty, as comments, and 0 where none do. `numbered` are the channels whose name
    got a number, as an earlier column has it too. `sheet` is that of a workbook, whose text is made here.
    `thousands` is the sign between thousands, as the options take it, or "".
    """

    encoding: str
    line_end: str
    dialect: Dialect
    decimal: str
    header_line: int
    units_line: int
    first_line: int
    time_columns: tuple[int, ...]
    time_format: TimeFormat
    zone: str
    channels: tuple[ChannelColumn, ...]
    long: LongColumns | None
    skipped: tuple[str, ...]
    titles: tuple[str, ...]
    header: tuple[str, ...] = ()
    constants: tuple[tuple[int, str], ...] = ()
    more_tables: tuple[int, ...] = ()
    short: int = 0
    numbered: tuple[ChannelColumn, ...] = ()
    sheet: "SheetName | None" = None
    thousands: str = ""

    @property
    def time_column(self) -> int:
        """The last column of the times, which a fault names."""
        return self.time_columns[-1] if self.time_columns else 0

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.titles)

    @property
    def delimiter(self) -> str:
        """The character between fields."""
        return self.dialect.delimiter

    @property
    def date_order(self) -> DateOrder | None:
        """The order of day, month and year in dates that alone do not tell it, as `dmy`; None for others."""
        known = innermost(self.time_format)
        order = known.date.order if isinstance(known, CalendarFormat) else ""
        return cast("DateOrder", order) if order else None

    @property
    def layout(self) -> str:
        """`wide` or `long`."""
        return "long" if self.long else "wide"

    def described(self) -> list[tuple[str, str]]:
        """Return the format as names and values for people."""
        zone = "in the file" if self.time_format.zoned else self.zone
        facts = [
            ("layout", self.layout),
            *self._described_text(),
            ("comments", f"lines that begin with {self.dialect.comment}" if self.dialect.comment else "none"),
            ("header", f"line {self.header_line}" if self.header_line else "none"),
        ]
        facts += [("units", f"line {self.units_line}")] if self.units_line else []
        facts.append(("times", f"{self._times()}: {self.time_format.name}"))
        facts.append(("time zone", zone))
        if self.long:
            facts.append(("channels' names", ", ".join(map(self._title, self.long.channels))))
            facts.append(("values", ", ".join(self._title(value.column) for value in self.long.values)))
            facts += [("units", self._title(self.long.unit))] if self.long.unit else []
        facts.append(("channels", ", ".join(channel.title for channel in self.channels)))
        facts += [("numbered", self.numbers_given())] if self.numbered else []
        facts += [("left out", ", ".join(self.skipped))] if self.skipped else []
        lines = ", ".join(map(str, self.more_tables))
        return [*facts, ("further tables", f"in line {lines}")] if self.more_tables else facts

    def _described_text(self) -> list[tuple[str, str]]:
        """Return how the text is written, or which sheet of a workbook it is."""
        if self.sheet:
            others = f"; there are also {', '.join(self.sheet.others)}" if self.sheet.others else ""
            return [("sheet", f"{self.sheet.name}{others}")]
        return [
            ("encoding", f"{self.encoding}, lines end with {self.line_end}"),
            ("delimiter", _NAMES.get(self.delimiter, self.delimiter)),
            ("decimal sign", {".": "point", ",": "comma"}[self.decimal]),
            ("quote", self.dialect.quote or "none"),
        ]

    def summary(self) -> str:
        """Return the format in one line, without the channels."""
        facts = dict(self.described())
        text = [self.encoding, f"parted by {facts.get('delimiter')}", f"decimal {facts.get('decimal sign')}"]
        parts = [
            self.layout,
            *([f"sheet {self.sheet.name}"] if self.sheet else text),
            f"header in line {self.header_line}" if self.header_line else "no header",
        ]
        parts += [f"units in line {self.units_line}"] if self.units_line else []
        parts.append(f"times in {self._times()} as {self.time_format.name}, zone {facts['time zone']}")
        return ", ".join(parts)

    def numbers_given(self) -> str:
        """Return the columns whose names got numbers, for people."""
        return ", ".join(f"column {each.column} is {each.title}" for each in self.numbered)

    def _times(self) -> str:
        return " and ".join(map(self._title, self.time_columns)) or "the order of rows"

    def _title(self, column: int) -> str:
        return f"column {column} ({self.titles[column - 1]})"
