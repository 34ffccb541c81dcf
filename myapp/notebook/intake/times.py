"""Reads calendar times as instruments write them into integer microseconds since 1970-01-01.

Times without a zone are read as a clock showed them; zones.py makes UTC of them. Digits beyond the
microsecond are rounded, and counted; 24:00 is the next day's midnight. How dates are written is in dates.py.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cache, cached_property
from typing import Protocol

from myapp.notebook.intake import dates
from myapp.notebook.intake.zones import EPOCH, MICROSECOND, fixed_offset

_SHORT_HOUR, _HOUR, _HOUR_OF_TWELVE = "2[0-3]|[01]?[0-9]", "[01][0-9]|2[0-3]", "1[0-2]|0?[1-9]"
_MIDNIGHT = "24(?=:?00(?::?00(?:[.,]0+)?)?(?![0-9:.,]))"
"""The hour 24, of which only the midnight exists."""
_SECOND = r"(?P<second>[0-5][0-9])(?:[.,](?P<fraction>[0-9]+)|:(?P<thousandths>[0-9]{3}))?"
_HALF = r" ?(?P<half>[AaPp])\.?[Mm]\.?"
_ZONE = rf"(?P<zone> ?(?:Z|UTC|GMT|[+-](?:{_HOUR})(?::?[0-5][0-9])?))"

_FINER = {sign: re.compile(rf"[{sign}][0-9]{{6}}0*[1-9]") for sign in ".,"}
_FINER_LENGTH = len("0:00:00.0000001")

_FINER_DIGITS = re.compile("[.,][0-9]{7}")

_ZEROS = str.maketrans("123456789", "000000000")
_EPOCHS = {
    f"{hour:02}{half}": EPOCH + timedelta(hours=hour // 12 * 12 - (12 if half in "Pp" else 0))
    for hour in range(1, 13)
    for half in "AaPp"
}
"""1970-01-01 less what the hour of a clock of twelve lacks to that of 24; 12 is the first hour of a half."""


class TimeFormat(Protocol):
    """One way to write times; those of a `zoned` format are read as UTC, others as a clock showed them."""

    @property
    def name(self) -> str:
        """The format's name in messages, such as `YYYY-MM-DD`."""

    @property
    def zoned(self) -> bool:
        """Whether each time says which instant it is."""

    def read(self, cell: str) -> int:
        """Return the time of a cell in microseconds; raise ValueError where it is none."""

    def read_all(self, cells: Sequence[str]) -> list[int]:
        """Return the times of many cells as `read` does one by one, and faster."""

    def count_finer(self, cells: Sequence[str]) -> int:
        """Return how many of these times have digits beyond the microsecond, which `read` rounds."""


@dataclass(frozen=True)
class CalendarFormat:
    """Dates of one style, perhaps with a time of day, of 24 hours or 12, and always or never with a zone."""

    name: str
    date: dates.DateStyle
    clock: dates.ClockStyle | None = None
    zoned: bool = False
    twelve: bool = False

    def read(self, cell: str) -> int:
        parts = self._match(" ".join(cell.split())).groupdict()
        hour, minute, second = (int(parts.get(part) or 0) for part in ("hour", "minute", "second"))
        if half := parts.get("half"):
            hour = hour % 12 + (12 if half in "Pp" else 0)
        shown = datetime.combine(dates.from_parts(parts), time(hour % 24, minute, second))
        shown += timedelta(days=hour // 24)
        return (shown - EPOCH - _offset(parts.get("zone") or "")) // MICROSECOND + rounded(
            parts.get("fraction") or parts.get("thousandths")
        )

    def read_all(self, cells: Sequence[str]) -> list[int]:
        try:
            return self._read_uniform(cells)
        except (ValueError, KeyError):
            return read_distinct(self.read, cells)

    def count_finer(self, cells: Sequence[str]) -> int:
        return count_finer(cells)

    def _read_uniform(self, cells: Sequence[str]) -> list[int]:
        """Read cells that share their zone and the width of their dates, all at once as ISO 8601.

        Raise ValueError or KeyError for others, and for cells that are no times.
        """
        zone = self._match(cells[0])["zone"] if self.zoned and cells else ""
        text = "\n".join([*self._with_iso_dates(cells), ""])
        if not text.count("\n") == text.count(f"{zone}\n") == len(cells):
            raise ValueError("cells of several lines, or of several zones")
        text = text.replace(f"{zone}\n", "\n") if zone else text
        if not self._are_times(text):
            raise ValueError("lines of other forms")
        read, lines = datetime.fromisoformat, text.split("\n")[:-1]
        if self.twelve:
            return [(read(line[:-3]) - _EPOCHS[line[11:13] + line[-2]]) // MICROSECOND for line in lines]
        epoch = EPOCH + _offset(zone)
        return [(read(line) - epoch) // MICROSECOND for line in lines]

    def _are_times(self, text: str) -> bool:
        """Whether lines have the form of times; `fromisoformat` refuses hours and days out of range.

        Lines that differ from the first in their digits only need no pattern: that is as fast again. Of
        such hours only 24 must be looked for, which Python 3.14 accepts.
        """
        first = text[: text.index("\n") + 1]
        if not self._uniform_pattern.fullmatch(first) or _FINER_DIGITS.search(first):
            return False
        alike = text.translate(_ZEROS) == first.translate(_ZEROS) * text.count("\n")
        return (alike and f"{first[10]}24" not in text) or (
            bool(self._uniform_pattern.fullmatch(text)) and not _FINER_DIGITS.search(text)
        )

    def _match(self, text: str) -> re.Match[str]:
        match = self._pattern.fullmatch(text)
        if match is None:
            raise ValueError(text)
        return match

    def _with_iso_dates(self, cells: Sequence[str]) -> Sequence[str]:
        if self.date is dates.ISO:
            return cells
        width, before = self.date.width, "" if self.clock and self.clock.before else "T"
        iso = {date: f"{self.date.read(date)}{before}" for date in {cell[:width] for cell in cells}}
        return [iso[cell[:width]] + cell[width:] for cell in cells]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """The pattern of a time."""
        if self.clock is None:
            return re.compile(self.date.pattern)
        before, colon, _ = self.clock
        hour = _HOUR_OF_TWELVE if self.twelve else f"{_MIDNIGHT}|{_SHORT_HOUR if before else _HOUR}"
        end = _HALF if self.twelve else _ZONE if self.zoned else ""
        clock = f"{before}(?P<hour>{hour}){colon}(?P<minute>[0-5][0-9])(?:{colon}{_SECOND})?{end}"
        return re.compile(f"{self.date.pattern}(?:{clock}){self._repeat}")

    @cached_property
    def _uniform_pattern(self) -> re.Pattern[str]:
        """The pattern of lines of times with ISO dates, hours of two digits and no zone."""
        before, colon, _ = self.clock or dates.ClockStyle("", "", "")
        hour, end = ("0[1-9]|1[0-2]", " [AaPp][Mm]") if self.twelve else (_HOUR, "")
        clock = f"{before or 'T'}(?:{hour}){colon}[0-5][0-9](?:{colon}[0-5][0-9](?:[.,][0-9]+)?)?{end}"
        return re.compile(rf"(?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:{clock}){self._repeat}\n)*+")

    @property
    def _repeat(self) -> str:
        """How often the time of day is written: it may be left out where it has neither half nor zone."""
        return "" if self.twelve or self.zoned else "?"


def rounded(fraction: str | None) -> int:
    """Return the decimals of a second in microseconds."""
    digits = fraction or "0"
    return int(f"{digits:0<6}") if len(digits) <= 6 else round(int(digits) * Decimal(10) ** (6 - len(digits)))


def count_finer(cells: Sequence[str]) -> int:
    """Return how many times have digits beyond the microsecond."""
    if max(map(len, cells), default=0) < _FINER_LENGTH:
        return 0
    text = "\n".join(cells)
    return sum(len(pattern.findall(text)) for sign, pattern in _FINER.items() if sign in text)


def read_distinct(read: Callable[[str], int], cells: Sequence[str]) -> list[int]:
    """Return the times of many cells, each distinct one read once; raise ValueError as `read` does."""
    known = {cell: read(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


@cache
def _offset(zone: str) -> timedelta:
    """Return how far a zone such as ` +01:00` is ahead of UTC."""
    offset = fixed_offset(zone)
    return offset.utcoffset(None) if offset else timedelta()


def _formats(style: dates.DateStyle) -> Iterator[CalendarFormat]:
    """Yield the formats of a date: alone or with a clock, of 24 hours or 12, with a zone or none."""
    if not style.clocks:
        yield CalendarFormat(style.name, style)
    for clock in style.clocks:
        name = f"{style.name}[{clock.name}]"
        yield CalendarFormat(name, style, clock)
        yield CalendarFormat(f"{name} with zone", style, clock, zoned=True)
        if clock.before and clock.colon:
            yield CalendarFormat(f"{style.name} HH:MM[:SS[.f]] AM/PM", style, clock, twelve=True)


FORMATS: tuple[CalendarFormat, ...] = tuple(known for style in dates.STYLES for known in _formats(style))
"""Every format that is known, in the order in which they are tried."""

YEAR: CalendarFormat = next(_formats(dates.YEAR))
"""A year alone, which only the name of its column makes one."""
