"""Detects the format of a CSV file from its first bytes and the options."""

import codecs
from dataclasses import dataclass

from myapp.errors import BadData, StrPath
from myapp.notebook.intake import columns, preamble, sample
from myapp.notebook.intake.byte_stream import nul_error
from myapp.notebook.intake.cells import BLANK, Dialect
from myapp.notebook.intake.columns import ChannelColumn, ColumnRoles, LongColumns
from myapp.notebook.intake.encoding import encoding_of, is_wide
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.times import TimeFormat

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blanks"}


@dataclass(frozen=True)
class CsvFormat:
    """How a file is written. Columns and lines count from 1, and are 0 where there is none.

    `first_line` is the first line of rows, `zone` that of times without one. `long` has the columns of a
    long file, whose `channels` are those of the first rows, and is None for a wide one.
    """

    encoding: str
    line_end: str
    dialect: Dialect
    decimal: str
    header_line: int
    units_line: int
    first_line: int
    width: int
    time_column: int
    date_column: int
    time_format: TimeFormat
    zone: str
    channels: tuple[ChannelColumn, ...]
    long: LongColumns | None
    skipped: tuple[str, ...]
    titles: tuple[str, ...]

    @property
    def delimiter(self) -> str:
        """The character between fields."""
        return self.dialect.delimiter

    @property
    def layout(self) -> str:
        """`wide` or `long`."""
        return "long" if self.long else "wide"

    def described(self) -> list[tuple[str, str]]:
        """Return the format as names and values for people."""
        zone = "in the file" if self.time_format.zoned else self.zone
        facts = [
            ("layout", self.layout),
            ("encoding", f"{self.encoding}, lines end with {self.line_end}"),
            ("delimiter", _NAMES.get(self.delimiter, self.delimiter)),
            ("decimal sign", {".": "point", ",": "comma"}[self.decimal]),
            ("quote", self.dialect.quote or "none"),
            ("comments", f"lines that begin with {self.dialect.comment}" if self.dialect.comment else "none"),
            ("header", f"line {self.header_line}" if self.header_line else "none"),
        ]
        facts += [("units", f"line {self.units_line}")] if self.units_line else []
        facts.append(("times", f"{self._title(self.time_column)}: {self.time_format.name}"))
        facts += [("dates", self._title(self.date_column))] if self.date_column else []
        facts.append(("time zone", zone))
        if self.long:
            facts.append(("channels' names", self._title(self.long.channel)))
            facts.append(("values", self._title(self.long.value)))
            facts += [("units", self._title(self.long.unit))] if self.long.unit else []
        facts.append(("channels", ", ".join(channel.title for channel in self.channels)))
        return [*facts, ("left out", ", ".join(self.skipped))] if self.skipped else facts

    def summary(self) -> str:
        """Return the format in one line, without the channels."""
        facts = dict(self.described())
        parts = [
            self.layout,
            self.encoding,
            f"parted by {facts['delimiter']}",
            f"decimal {facts['decimal sign']}",
            f"header in line {self.header_line}" if self.header_line else "no header",
        ]
        parts += [f"units in line {self.units_line}"] if self.units_line else []
        titles = [self._title(column) for column in (self.date_column, self.time_column) if column]
        parts.append(f"times in {' and '.join(titles)} as {self.time_format.name}, zone {facts['time zone']}")
        return ", ".join(parts)

    def _title(self, column: int) -> str:
        return f"column {column} ({self.titles[column - 1]})"


def detect(path: StrPath, head: bytes, whole: bool, options: ImportOptions | None = None) -> CsvFormat:
    """Return the format of a file that begins with `head`, which is the complete file where `whole` is true.

    Raise BadData where there is no header, no row, no time column or no column of numbers.
    """
    options = options or ImportOptions()
    encoding = options.encoding or encoding_of(head)
    if not is_wide(encoding) and b"\0" in head:
        raise nul_error(path, 1, head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head, final=whole)
    sample.demand_text(path, text)
    return _format(encoding, sample.line_end(text), _likeliest(path, text, whole, options))


def _likeliest(path: StrPath, text: str, whole: bool, options: ImportOptions) -> ColumnRoles:
    """Return the columns of the likeliest delimiter that gives times and numbers; blanks come last."""
    errors = []
    for delimiters in [[options.separator]] if options.separator else [sample.DELIMITERS, [BLANK]]:
        samples = sample.samples(text, whole, options, delimiters)
        for each in sorted(samples, key=preamble.rank, reverse=True):
            try:
                return columns.assign(preamble.locate(path, each, options), options)
            except BadData as error:
                errors.append(error)
    if errors:
        raise errors[0]
    raise BadData(path, 1, 0, "no columns: the header has neither comma, semicolon, tab nor |")


def _format(encoding: str, line_end: str, roles: ColumnRoles) -> CsvFormat:
    table = roles.table
    return CsvFormat(
        encoding=encoding,
        line_end=line_end,
        dialect=table.dialect,
        decimal=roles.decimal,
        header_line=table.header_line,
        units_line=table.units_line,
        first_line=table.first_line,
        width=table.width,
        time_column=roles.times.time + 1,
        date_column=roles.times.date + 1,
        time_format=roles.times.format,
        zone=roles.zone,
        channels=roles.channels,
        long=roles.long,
        skipped=roles.skipped,
        titles=table.titles,
    )
