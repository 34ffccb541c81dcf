"""How a CSV file is written, found out from its first bytes and from what was said of it."""

import codecs
from dataclasses import dataclass

from myapp.errors import BadData, StrPath
from myapp.notebook.intake import layout, preamble, sample
from myapp.notebook.intake.byte_stream import nul_found
from myapp.notebook.intake.cells import BLANK, Dialect
from myapp.notebook.intake.encoding import encoding_of, is_wide
from myapp.notebook.intake.layout import ChannelColumn, Columns, LongColumns
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.preamble import Table
from myapp.notebook.intake.times import TimeFormat

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blanks"}


@dataclass(frozen=True)
class CsvFormat:
    """How a file is written. Columns and lines count from 1, and are 0 where there is none.

    `first_line` is where the rows begin. `zone` is that of times that say none. `long` names the
    columns of a long file and is None for a wide one; `channels` are then those of the first rows.
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
        """What parts the fields."""
        return self.dialect.delimiter

    @property
    def layout(self) -> str:
        """`wide` or `long`."""
        return "long" if self.long else "wide"

    def described(self) -> list[tuple[str, str]]:
        """Return what was found out, as names and values that a person reads."""
        zone = "in the file" if self.time_format.zoned else self.zone
        found = [
            ("layout", self.layout),
            ("encoding", f"{self.encoding}, lines end with {self.line_end}"),
            ("delimiter", _NAMES.get(self.delimiter, self.delimiter)),
            ("decimal sign", {".": "point", ",": "comma"}[self.decimal]),
            ("quote", self.dialect.quote or "none"),
            ("comments", f"lines that begin with {self.dialect.comment}" if self.dialect.comment else "none"),
            ("header", f"line {self.header_line}" if self.header_line else "none"),
        ]
        found += [("units", f"line {self.units_line}")] if self.units_line else []
        found.append(("times", f"{self._title(self.time_column)}: {self.time_format.name}"))
        found += [("dates", self._title(self.date_column))] if self.date_column else []
        found.append(("time zone", zone))
        if self.long:
            found.append(("channels' names", self._title(self.long.channel)))
            found.append(("values", self._title(self.long.value)))
            found += [("units", self._title(self.long.unit))] if self.long.unit else []
        found.append(("channels", ", ".join(channel.title for channel in self.channels)))
        return [*found, ("left out", ", ".join(self.skipped))] if self.skipped else found

    def summary(self) -> str:
        """Return the same in one line, without the channels."""
        said = dict(self.described())
        parts = [
            said["layout"],
            self.encoding,
            f"parted by {said['delimiter']}",
            f"decimal {said['decimal sign']}",
        ]
        parts.append(f"header in {said['header']}" if self.header_line else "no header")
        parts += [f"units in line {self.units_line}"] if self.units_line else []
        where = [self._title(column) for column in (self.date_column, self.time_column) if column]
        parts.append(f"times in {' and '.join(where)} as {self.time_format.name}, zone {said['time zone']}")
        return ", ".join(parts)

    def _title(self, column: int) -> str:
        return f"column {column} ({self.titles[column - 1]})"


def detect(path: StrPath, head: bytes, whole: bool, options: ImportOptions | None = None) -> CsvFormat:
    """Return the format of a file that begins with `head`, or is `head` where `whole` says so.

    Raise BadData where there is no header, no row, no time column or no column of numbers.
    """
    options = options or ImportOptions()
    encoding = options.encoding or encoding_of(head)
    if not is_wide(encoding) and b"\0" in head:
        raise nul_found(path, 1, head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head, final=whole)
    sample.demand_text(path, text)
    return _format(encoding, sample.line_end(text), _first_sensible(path, text, whole, options))


def _first_sensible(path: StrPath, text: str, whole: bool, options: ImportOptions) -> Columns:
    """Return what the likeliest delimiter gives, of those that give anything; blanks are the last."""
    complaints = []
    for delimiters in [[options.separator]] if options.separator else [sample.DELIMITERS, [BLANK]]:
        found = sample.samples(text, whole, options, delimiters)
        for one in sorted(found, key=preamble.rank, reverse=True):
            try:
                return layout.interpret(path, preamble.locate(path, one, options), options)
            except BadData as error:
                complaints.append(error)
    if complaints:
        raise complaints[0]
    raise BadData(path, 1, 0, "no columns: the header has neither comma, semicolon, tab nor |")


def _format(encoding: str, line_end: str, columns: Columns) -> CsvFormat:
    table: Table = columns.table
    return CsvFormat(
        encoding=encoding,
        line_end=line_end,
        dialect=table.sample.dialect,
        decimal=columns.decimal,
        header_line=table.header_line,
        units_line=table.units_line,
        first_line=table.first_line,
        width=table.width,
        time_column=columns.times.time + 1,
        date_column=columns.times.date + 1,
        time_format=columns.times.format,
        zone=columns.zone,
        channels=columns.channels,
        long=columns.long,
        skipped=columns.skipped,
        titles=columns.titles,
    )
