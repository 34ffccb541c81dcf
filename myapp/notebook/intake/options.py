"""Import options: how a file is written, where that is not to be detected."""

import codecs
from dataclasses import dataclass, fields
from typing import Literal

from myapp.errors import UsageError
from myapp.notebook.intake import ticks
from myapp.notebook.texts import is_text

NONE: Literal["none"] = "none"
"""The value of `header`, `units`, `quote` or `comment` for a file that has none."""

DateOrder = Literal["dmy", "mdy", "ymd"]

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " "}
"""Delimiters by name, in the order in which they are tried; `space` is any run of blanks."""

THOUSANDS = (",", ".", "'", "space")
"""The signs between thousands; `space` is any blank, and ' the typographic apostrophe too."""


@dataclass(frozen=True)
class ImportOptions:
    """How a file is written; whatever is None is detected.

    Lines and columns count from 1. A column is given by its name, with or without its unit, or by its
    number. Raise UsageError, whose `setting` is the option's name, for a value that makes no sense.
    """

    layout: Literal["wide", "long"] | None = None
    """`wide`: a column for each channel; `long`: a row for each reading."""
    delimiter: str | None = None
    """One character, or a name in DELIMITERS."""
    decimal: str | None = None
    """The decimal sign, `.` or `,`."""
    thousands: Literal[",", ".", "'", "space"] | None = None
    """The sign between the thousands of numbers; without it they are refused, since it may mean decimals."""
    encoding: str | None = None
    """The name of a Python codec, such as `utf-8` or `cp1250`."""
    quote: str | None = None
    """The character that encloses fields, or `none`."""
    comment: str | None = None
    """The beginning of lines that are left out, or `none`."""
    header: int | Literal["none"] | None = None
    """The line of the header, or `none`; the lines before it are left out."""
    table: int | None = None
    """Which table of a file that has several, from 1."""
    sheet: str | None = None
    """The sheet of a workbook, by its name or its number from 1."""
    units: int | Literal["none"] | None = None
    """The line of the units, after the header, or `none`."""
    time: str | None = None
    """The column of times, or of times of day where `date` is given; or several columns that make up the
    times, with blanks or commas between them, as in `Year Month Day Hour`."""
    date: str | None = None
    """The column of dates that goes with a column of times of day."""
    channel: str | None = None
    """The column of channel names of a long file, or several with commas between them."""
    value: str | None = None
    """The column of numbers of a long file, or several with commas between them."""
    unit: str | None = None
    """The column of units of a long file."""
    skip: tuple[str, ...] = ()
    """Columns to leave out."""
    only: tuple[str, ...] = ()
    """Channels to import, all others are left out: columns, or in a long file the names in its rows."""
    missing: tuple[str, ...] = ()
    """What stands for no reading: `-999` in any column, `NAME=-999` in one; `none` keeps such numbers."""
    time_format: str | None = None
    """A pattern of `strptime`, or one of ticks.WORDS, such as `epoch-ms`."""
    date_order: DateOrder | None = None
    """Whether the day, the month or the year comes first in dates such as 03/04/2024 and 03/04/05."""
    year: int | None = None
    """The year of times that have none, or that are to be of one year."""
    timezone: str | None = None
    """The zone of times without one: `Europe/Berlin`, `+01:00`. None: the header's, else UTC."""
    ambiguous: Literal["refuse", "earlier", "later", "order"] = "refuse"
    """The instant meant by a time that the clock shows twice: none, the first, the second, or the one that
    continues the rows before it."""
    start: int | None = None
    """The start of elapsed times, in UTC microseconds since 1970."""
    interval: str | None = None
    """The time between rows that have none, as `1 ms` or `0.5` (seconds); the first is at `start`."""
    repeated: Literal["refuse", "first", "last", "spread"] = "refuse"
    """What becomes of second readings of one time: they are faults; the first or the last is kept; or all
    are, each a microsecond later."""
    on_error: Literal["refuse", "skip", "skip-all"] = "refuse"
    """Whether rows and fields that cannot be read stop the import, or are left out and counted: with `skip`
    where 5 % of the rows at most have any, with `skip-all` however many."""

    def __post_init__(self) -> None:
        self._check_characters()
        self._check_text()
        self._check_lines()
        if not (
            self.time_format is None or self.time_format in ticks.WORDS or ticks.is_pattern(self.time_format)
        ):
            words = ", ".join(ticks.WORDS)
            raise _bad("time_format", "is a pattern such as %d.%m.%y_%H%M, or one of " + words)

        if self.interval is not None and ticks.interval_of(self.interval) is None:
            raise _bad("interval", "is a time such as 1ms, 0.5s or 15min")
        if self.year is not None and not 1 <= self.year <= 9999:
            raise _bad("year", "is a year from 1 to 9999")

    def _check_characters(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            texts = value if isinstance(value, tuple) else (value,)
            if not all(is_text(text) for text in texts if isinstance(text, str)):
                raise _bad(field.name, "is no text: it holds bytes that are not UTF-8, or NUL")

    def _check_text(self) -> None:
        separator, quote = self.separator, self.quote
        if separator is not None and (len(separator) != 1 or separator in '"\r\n'):
            raise _bad("delimiter", f"is one character or one of {', '.join(DELIMITERS)}")
        if self.decimal not in (None, ".", ","):
            raise _bad("decimal", "is . or ,", (".", ","))
        if self.thousands is not None and self.thousands not in THOUSANDS:
            raise _bad("thousands", "is one of " + " ".join(THOUSANDS), THOUSANDS)
        if self.thousands is not None and self.thousands == self.decimal:
            raise _bad("thousands", "is another sign than {decimal}")
        if quote is not None and quote != NONE and (len(quote) != 1 or quote in f"\r\n {separator or ''}"):
            raise _bad("quote", "is one character that is no delimiter, or none")
        if self.comment is not None and (not self.comment or "\n" in self.comment):
            raise _bad("comment", "is what lines begin with, or none")
        if self.encoding is not None and not _is_text_encoding(self.encoding):
            raise UsageError(f"no encoding is called {self.encoding!r}", setting="encoding")

    def _check_lines(self) -> None:
        for name, line, least in (
            ("header", self.header, 1),
            ("units", self.units, 2),
            ("table", self.table, 1),
        ):
            if isinstance(line, int) and line < least:
                raise _bad(name, f"is a number, {least} or more")
        if isinstance(self.header, int) and isinstance(self.units, int) and self.units <= self.header:
            raise _bad("units", "is the number of a line behind the header's")

    @property
    def separator(self) -> str | None:
        """The delimiter as a character."""
        return DELIMITERS.get(self.delimiter, self.delimiter) if self.delimiter else self.delimiter


def _bad(setting: str, rule: str, values: tuple[str, ...] = ()) -> UsageError:
    return UsageError(setting=setting, values=values, advice=f"{{{setting}}} {rule}")


def _is_text_encoding(name: str) -> bool:
    """Whether Python knows an encoding of texts by the name, which `hex`, `idna` and `undefined` are not."""
    sample, pieces = 2 * '"a";1,5\r\n', 2 * ('"a";1,5\r\n',)  # in `punycode`, two lines are not two texts
    try:
        decoder = codecs.getincrementaldecoder(name)("replace")
        escapes = b"\\" in "€\n".encode(name, "replace")
        if escapes or decoder.decode(b"".join(codecs.iterencode(pieces, name))) != sample:
            return False
        return isinstance(decoder.decode(bytes(range(256)), final=True), str)  # any file is read to its end
    except (LookupError, ValueError, TypeError, AssertionError, OSError, EOFError):
        return False
