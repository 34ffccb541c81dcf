"""What a person may say of how a file is written; what is left open is found out."""

import codecs
from dataclasses import dataclass
from typing import Literal

from myapp.errors import UsageError
from myapp.notebook.intake import ticks

NONE: Literal["none"] = "none"
"""Said of a header, a line of units, quotes or comments: there are none."""

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " "}
"""Words for delimiters; `space` is any run of blanks."""

Layout = Literal["wide", "long"]
DateOrder = Literal["dmy", "mdy"]
Ambiguous = Literal["refuse", "earlier", "later", "order"]
OnError = Literal["refuse", "skip"]


@dataclass(frozen=True)
class ImportOptions:
    """How a file is written, as far as it is said; None finds it out. Lines and columns count from 1.

    A column is said by its name, with or without its unit, or by its number. Raise UsageError where a
    value makes no sense.
    """

    layout: Layout | None = None
    """`wide`: a column for each channel; `long`: a row for each reading."""
    delimiter: str | None = None
    """One character, or a word of DELIMITERS."""
    decimal: str | None = None
    """`.` or `,`."""
    encoding: str | None = None
    """A name that Python knows, such as `utf-8` or `cp1250`."""
    quote: str | None = None
    """One character, or `none`."""
    comment: str | None = None
    """What lines begin with that are left out, or `none`."""
    header: int | Literal["none"] | None = None
    """The line of the header; what stands before it is left out."""
    units: int | Literal["none"] | None = None
    """The line of the units, behind the header."""
    time: str | None = None
    """The column of times, or of the times of day where `date` is said."""
    date: str | None = None
    """The column of dates that goes with a column of times of day."""
    channel: str | None = None
    """The column of channel names of a long file."""
    value: str | None = None
    """The column of numbers of a long file."""
    unit: str | None = None
    """The column of units of a long file."""
    skip: tuple[str, ...] = ()
    """Columns that are left out."""
    time_format: str | None = None
    """A pattern of `strptime`, or one of the words of ticks.WORDS, such as `epoch-ms`."""
    date_order: DateOrder | None = None
    """Which comes first in dates such as 03/04/2024: the day or the month."""
    timezone: str | None = None
    """The zone of times that say none: `Europe/Berlin`, `+01:00`; UTC where it is None."""
    ambiguous: Ambiguous = "refuse"
    """The hour that a local clock shows twice: refused, its first or second, or as the rows' order says."""
    start: int | None = None
    """When elapsed times began, in UTC microseconds."""
    on_error: OnError = "refuse"
    """Whether what cannot be read stops the import, or is left out and counted."""

    def __post_init__(self) -> None:
        self._check_text()
        for name, least in (("header", 1), ("units", 2)):
            line = getattr(self, name)
            if isinstance(line, int) and line < least:
                raise UsageError(f"--{name} is the number of a line, {least} or more")
        if isinstance(self.header, int) and isinstance(self.units, int) and self.units <= self.header:
            raise UsageError("--units is the number of a line behind the header's")

    def _check_text(self) -> None:
        separator = self.separator
        if separator is not None and (len(separator) != 1 or separator in '"\r\n'):
            raise UsageError(f"--delimiter is one character or one of {', '.join(DELIMITERS)}")
        if self.decimal not in (None, ".", ","):
            raise UsageError("--decimal is . or ,")
        quote = self.quote
        if quote is not None and quote != NONE and (len(quote) != 1 or quote in f"\r\n {separator or ''}"):
            raise UsageError("--quote is one character that is no delimiter, or none")
        if self.comment is not None and (not self.comment or "\n" in self.comment):
            raise UsageError("--comment is what lines begin with, or none")
        if self.time_format is not None and not (
            self.time_format in ticks.WORDS or ticks.is_pattern(self.time_format)
        ):
            raise UsageError(
                f"--time-format is a pattern such as %d.%m.%y_%H%M, or one of {', '.join(ticks.WORDS)}"
            )
        if self.encoding is not None:
            try:
                found = codecs.lookup(self.encoding)
                known = isinstance("".encode(found.name), bytes)
            except LookupError:
                known = False
            if not known:
                raise UsageError(f"no encoding is called {self.encoding!r}")

    @property
    def separator(self) -> str | None:
        """The delimiter as a character."""
        return DELIMITERS.get(self.delimiter, self.delimiter) if self.delimiter else self.delimiter
