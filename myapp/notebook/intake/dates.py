"""How dates are written: the order of year, month and day, what stands between them, month names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
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
_AFTER_COLON = ClockStyle(":", "", ":HHMM[SS[.f]]")


@dataclass(frozen=True)
class DateStyle:
    """One way to write dates, and the clocks that may follow, if any; `width` is its usual length.

    `distinct` says that other things are hardly ever written like it, so that a column is known for a
    time column by its content. `order` is `dmy`, `mdy` or `ymd` where a date alone does not tell.
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
_SHORT_YEAR = "(?P<short_year>[0-9]{2})"
_NAME = "(?P<month_name>(?i:" + "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True)) + "))"
_WEEKDAY = r"(?:[A-Za-z]{2,9}\.?,? )?"

_SHORT = (
    ("dmy", ("DD", "MM", "YY"), f"{_ANY_DAY}#{_ANY_MONTH}#{_SHORT_YEAR}"),
    ("mdy", ("MM", "DD", "YY"), f"{_ANY_MONTH}#{_ANY_DAY}#{_SHORT_YEAR}"),
    ("ymd", ("YY", "MM", "DD"), f"{_SHORT_YEAR}#{_ANY_MONTH}#{_ANY_DAY}"),
)
"""Dates with years of two digits, which can be read in several orders; with points no month is first."""

ISO = DateStyle("YYYY-MM-DD", f"{_YEAR}-{_MONTH}-{_DAY}", 10)

STYLES = (
    ISO,
    DateStyle("YYYY/MM/DD", f"{_YEAR}/{_ANY_MONTH}/{_ANY_DAY}", 10),
    DateStyle("YYYY.MM.DD", rf"{_YEAR}\.{_ANY_MONTH}\.{_ANY_DAY}", 10),
    DateStyle(
        "YYYYMMDD", f"{_YEAR}{_MONTH}{_DAY}", 8, distinct=False,
        clocks=(_COLONS, _DIGITS, _GLUED, _AFTER_COLON),
    ),
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
    *(
        DateStyle(
            sign.join(names), pattern.replace("#", re.escape(sign)), 8, order=order, clocks=(_AFTER_COMMA,)
        )
        for sign in "/-."
        for order, names, pattern in _SHORT
        if sign != "." or order != "mdy"
    ),
    DateStyle(
        "DD-Mon-YY", rf"{_ANY_DAY}[-/. ]{_NAME}[-/. ]{_SHORT_YEAR}", 9, order="dmy", clocks=(_AFTER_COMMA,)
    ),
    DateStyle(
        "YY-Mon-DD", rf"{_SHORT_YEAR}[-/. ]{_NAME}[-/. ]{_ANY_DAY}", 9, order="ymd", clocks=(_AFTER_COMMA,)
    ),
    DateStyle("YYYY-Www", "(?P<year>[0-9]{4})-?W(?P<week>[0-9]{2})(?:-?(?P<weekday>[1-7]))?", 8),
    DateStyle("YYYY-DDD", f"{_YEAR}-(?P<day_of_year>[0-9]{{3}})", 8, distinct=False),
    DateStyle("YYYY-MM", f"{_YEAR}[-/]{_MONTH}", 7, clocks=()),
)  # fmt: skip
"""Every way to write a date, in the order in which they are tried; clocks with `:` go before others."""

YEAR = DateStyle("YYYY", _YEAR, 4, distinct=False, clocks=())


_PIVOT = 69
"""Years of two digits from this one on are of the 20th century, as POSIX has it."""


def from_parts(parts: Mapping[str, str | None]) -> date:
    """Return the date of a pattern's groups, the first of the year or month; raise ValueError for none."""
    year = int(parts.get("year") or 0)
    if short := parts.get("short_year"):
        year = int(short) + (1900 if int(short) >= _PIVOT else 2000)
    if week := parts.get("week"):
        return date.fromisocalendar(year, int(week), int(parts.get("weekday") or 1))
    if day_of_year := parts.get("day_of_year"):
        return _of_year(year, int(day_of_year))
    named = parts.get("month_name")
    month = MONTHS.get(named.lower(), 0) if named else int(parts.get("month") or 1)
    return date(year, month, int(parts.get("day") or 1))


def _of_year(year: int, day: int) -> date:
    found = date(year, 1, 1) + timedelta(days=day - 1)
    if found.year != year:
        raise ValueError(day)
    return found
