"""How dates are written: the order of year, month and day, what stands between them, month names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

_MONTHS = (
    ("january", "jan", "januar", "jän", "jänner"),
    ("february", "feb", "februar"),
    ("march", "mar", "märz", "mär", "mrz"),
    ("april", "apr"),
    ("may", "mai"),
    ("june", "jun", "juni"),
    ("july", "jul", "juli"),
    ("august", "aug"),
    ("september", "sep", "sept"),
    ("october", "oct", "oktober", "okt"),
    ("november", "nov"),
    ("december", "dec", "dezember", "dez"),
)

MONTHS: Mapping[str, int] = {name: i for i, names in enumerate(_MONTHS, start=1) for name in names}
"""The months by their English and German names and abbreviations, in lower case."""


class ClockStyle(NamedTuple):
    """One way to write a time of day behind a date: the patterns before the hour and between its parts."""

    before: str
    colon: str
    name: str


_COLONS = ClockStyle("[T ]", ":", " HH:MM[:SS[.f]]")
_AFTER_COMMA = ClockStyle(",?[ T:]", ":", " HH:MM[:SS[.f]]")
_DIGITS = ClockStyle("[T ]", "", " HHMM[SS[.f]]")
_GLUED = ClockStyle("", "", "HHMM[SS[.f]]")


@dataclass(frozen=True)
class DateStyle:
    """One way to write dates, and the clocks that may follow, if any; `width` is its usual length.

    `distinct` says that other things are hardly ever written like it, so that a column is known for a
    time column by its content. `order` is `dmy` or `mdy` where a date alone does not tell.
    """

    name: str
    pattern: str
    width: int
    distinct: bool = True
    order: str = ""
    clocks: tuple[ClockStyle, ...] = (_COLONS,)

    def read(self, text: str) -> date:
        """Return a date; raise ValueError for another text."""
        match = re.fullmatch(self.pattern, text)
        if match is None:
            raise ValueError(text)
        return from_parts(match.groupdict())


_YEAR, _ANY_MONTH, _ANY_DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
_MONTH, _DAY = "(?P<month>[0-9]{2})", "(?P<day>[0-9]{2})"
_NAME = "(?P<month_name>(?i:" + "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True)) + "))"
_WEEKDAY = r"(?:[A-Za-z]{2,9}\.?,? )?"

ISO = DateStyle("YYYY-MM-DD", f"{_YEAR}-{_MONTH}-{_DAY}", 10)

STYLES = (
    ISO,
    DateStyle("YYYY/MM/DD", f"{_YEAR}/{_ANY_MONTH}/{_ANY_DAY}", 10),
    DateStyle("YYYY.MM.DD", rf"{_YEAR}\.{_ANY_MONTH}\.{_ANY_DAY}", 10),
    DateStyle("YYYYMMDD", f"{_YEAR}{_MONTH}{_DAY}", 8, distinct=False, clocks=(_COLONS, _DIGITS, _GLUED)),
    DateStyle("DD.MM.YYYY", rf"{_ANY_DAY}\.{_ANY_MONTH}\.{_YEAR}", 10, clocks=(_AFTER_COMMA,)),
    DateStyle("DD/MM/YYYY", f"{_ANY_DAY}/{_ANY_MONTH}/{_YEAR}", 10, order="dmy", clocks=(_AFTER_COMMA,)),
    DateStyle("MM/DD/YYYY", f"{_ANY_MONTH}/{_ANY_DAY}/{_YEAR}", 10, order="mdy", clocks=(_AFTER_COMMA,)),
    DateStyle("DD-MM-YYYY", f"{_ANY_DAY}-{_ANY_MONTH}-{_YEAR}", 10, order="dmy", clocks=(_AFTER_COMMA,)),
    DateStyle("MM-DD-YYYY", f"{_ANY_MONTH}-{_ANY_DAY}-{_YEAR}", 10, order="mdy", clocks=(_AFTER_COMMA,)),
    DateStyle(
        "DD Mon YYYY", rf"{_WEEKDAY}{_ANY_DAY}(?:\.? |[-/.]){_NAME}(?:\.?,? |[-/.]){_YEAR}", 11,
        clocks=(_AFTER_COMMA,),
    ),
    DateStyle(
        "Mon DD, YYYY", rf"{_WEEKDAY}{_NAME}(?:\.? |[-/.]){_ANY_DAY}(?:,? |[-/.]){_YEAR}", 12,
        clocks=(_AFTER_COMMA,),
    ),
    DateStyle("YYYY-Mon-DD", rf"{_YEAR}[-/. ]{_NAME}[-/. ]{_ANY_DAY}", 11, clocks=(_AFTER_COMMA,)),
    DateStyle("YYYY-MM", f"{_YEAR}[-/]{_MONTH}", 7, clocks=()),
)  # fmt: skip
"""Every way to write a date, in the order in which they are tried; clocks with `:` go before others."""

YEAR = DateStyle("YYYY", _YEAR, 4, distinct=False, clocks=())


def from_parts(parts: Mapping[str, str | None]) -> date:
    """Return the date of a pattern's groups, the first of the year or month; raise ValueError for none."""
    named = parts.get("month_name")
    month = MONTHS.get(named.lower(), 0) if named else int(parts.get("month") or 1)
    return date(int(parts.get("year") or 0), month, int(parts.get("day") or 1))
