"""Times that stand in several columns: a year, a month, a day, an hour … in any order."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from myapp.notebook.intake import dates
from myapp.notebook.intake.times import TimeFormat, read_distinct
from myapp.notebook.intake.zones import EPOCH, MICROSECOND

_WHOLE = re.compile(r"[0-9]{1,9}(?:\.0*)?")
_SECONDS = re.compile(r"[0-9]{1,2}(?:[.,][0-9]+)?")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9](?:[.,][0-9]+)?))?")
_HOUR, _MINUTE, _SECOND, _MS = 3_600_000_000, 60_000_000, 1_000_000, 1_000

_ROLES: Mapping[str, tuple[str, ...]] = {
    "year": ("year", "yr", "yyyy", "yy", "jahr"),
    "month": ("month", "mon", "mo", "mm", "monat"),
    "day": ("day", "dd", "dy", "dayofmonth", "dom", "tag"),
    "day of year": ("doy", "dayofyear", "yday", "jday", "julianday", "jd", "yearday"),
    "hour": ("hour", "hr", "hh", "stunde", "hours", "h"),
    "minute": ("minute", "minutes", "min", "mn", "mi"),
    "second": ("second", "seconds", "sec", "ss"),
    "millisecond": ("ms", "msec", "millisecond", "milliseconds", "millisec"),
    "hhmm": ("hhmm", "hourminute", "hrmn"),
    "date": ("date", "datum", "yyyymmdd", "yyyymmddlst", "yearmonthday"),
    "clock": ("time", "uhrzeit", "clock", "clocktime", "timeofday", "zeit"),
}
NAMES: Mapping[str, str] = {name: role for role, names in _ROLES.items() for name in names}
"""The part of a time that a column of a name holds."""

DIRECTIVES: Mapping[str, str] = {
    "%Y": "year", "%m": "month", "%d": "day", "%j": "day of year", "%H": "hour", "%M": "minute",
    "%S": "second",
    "%H%M": "hhmm", "%b": "month", "%B": "month",
}  # fmt: skip
"""The part of a time that a directive of a pattern reads."""

PATTERNS: Mapping[str, str] = {
    "year": "%Y", "month": "%m", "day": "%d", "day of year": "%j", "hour": "%H", "minute": "%M",
    "second": "%S",
    "hhmm": "%H%M", "date": "%Y%m%d",
}  # fmt: skip

_LIMITS = {
    "year": (1500, 2199), "month": (1, 12), "day": (1, 31), "day of year": (1, 366), "hour": (0, 24),
    "minute": (0, 60), "second": (0, 59), "millisecond": (0, 999), "hhmm": (0, 2400),
}  # fmt: skip


@dataclass(frozen=True)
class PartsFormat:
    """Parts of a time, parted by blanks; a `year` that is given stands for any in the file.

    `date` reads the part of that name. Where minutes run to 60 (`closing`), as in weather files, the hour 1
    is the first: 1 and 60 are one o'clock. The hour 24 is the next day's midnight.
    """

    parts: tuple[str, ...]
    year: int = 0
    date: TimeFormat | None = None
    closing: bool = False
    zoned: bool = False

    @property
    def name(self) -> str:
        """The format's name in messages."""
        return ", ".join(self.parts) + (f" of {self.year}" if self.year else "")

    def read(self, cell: str) -> int:
        words = cell.split()
        if len(words) != len(self.parts):
            raise ValueError(cell)
        texts = dict(zip(self.parts, words, strict=True))
        if self.closing and texts.get("minute") == "60" and texts.get("hour") == "0":
            raise ValueError(cell)
        return (
            self._day(texts)
            + sum(_READERS[part](text) for part, text in texts.items() if part in _READERS)
            - (_HOUR if self.closing else 0)
        )

    def read_all(self, cells: Sequence[str]) -> list[int]:
        return read_distinct(self.read, cells)

    def count_finer(self, _cells: Sequence[str]) -> int:
        return 0

    def _day(self, texts: Mapping[str, str]) -> int:
        if self.date and "date" in texts:
            return self.date.read(texts["date"])
        year = self.year or number(texts["year"], "year")
        if "day of year" in texts:
            day = number(texts["day of year"], "day of year")
            first = date(year, 1, 1) + timedelta(days=day - 1)
            if first.year != year:
                raise ValueError(day)
        else:
            first = date(year, _month(texts.get("month", "1")), number(texts.get("day", "1"), "day"))
        return (datetime(first.year, first.month, first.day) - EPOCH) // MICROSECOND  # noqa: DTZ001


def number(text: str, part: str) -> int:
    """Return a whole number that a part may be; raise ValueError for others."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    low, high = _LIMITS[part]
    value = int(text.partition(".")[0])
    if not low <= value <= high:
        raise ValueError(text)
    return value


def _month(text: str) -> int:
    return dates.MONTHS.get(text.strip(".").lower()) or number(text, "month")


def _seconds(text: str) -> int:
    if not _SECONDS.fullmatch(text) or (value := Decimal(text.replace(",", "."))) >= 60:
        raise ValueError(text)
    return round(value * _SECOND)


def _clock(text: str) -> int:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    time = number(match[1], "hour") * _HOUR + int(match[2]) * _MINUTE + _seconds(match[3] or "0")
    return _of_day(time)


def _hhmm(text: str) -> int:
    value = number(text, "hhmm")
    if value % 100 > 59:
        raise ValueError(text)
    return _of_day(value // 100 * _HOUR + value % 100 * _MINUTE)


def _of_day(time: int) -> int:
    if time > 24 * _HOUR:
        raise ValueError("later than 24:00")
    return time


_READERS: Mapping[str, Callable[[str], int]] = {
    "hour": lambda text: number(text, "hour") * _HOUR,
    "minute": lambda text: number(text, "minute") * _MINUTE,
    "second": _seconds,
    "millisecond": lambda text: number(text, "millisecond") * _MS,
    "hhmm": _hhmm,
    "clock": _clock,
}


def fits(part: str, cells: Sequence[str]) -> bool:
    """Whether most cells that are not empty can be a part of a time; the others are faults."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and 2 * sum(_is(part, cell) for cell in filled) >= len(filled)


def _is(part: str, cell: str) -> bool:
    try:
        if part == "month":
            _month(cell)
        elif part in _READERS:
            _READERS[part](cell)
        else:
            number(cell, part)
    except ValueError:
        return False
    return True


def pattern_parts(pattern: str) -> tuple[str, ...] | None:
    """Return the parts of a pattern whose words are single directives, as in `%Y %m %d %H%M`; else None."""
    words = pattern.split()
    parts = tuple(DIRECTIVES.get(word, "") for word in words)
    return parts if len(words) > 1 and all(parts) and len(set(parts)) == len(parts) else None
