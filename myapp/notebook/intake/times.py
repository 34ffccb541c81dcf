"""Times of the calendar as instruments write them, read into integer microseconds since 1970-01-01.

Without a zone they are what the clock showed; zones.py makes UTC of that. Digits beyond the microsecond
are cut off. How dates are written is in dates.py.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol

from myapp.notebook.intake import dates

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
_EPOCH = date(1970, 1, 1).toordinal()
_MEMO_LIMIT = 100_000

_FRACTION = r"(?:[.,](?P<fraction>[0-9]+))?"
_HALF = r" ?(?P<half>[AaPp])\.?[Mm]\.?"
_ZONE = r" ?(?:Z|UTC|GMT|(?P<sign>[+-])(?P<zone_hours>[0-9]{2})(?::?(?P<zone_minutes>[0-9]{2}))?)"


class Reader(Protocol):
    """Reads cells into microseconds; raises ValueError where one does not fit."""

    def read(self, cell: str) -> int:
        """Read one cell."""

    def read_all(self, cells: Sequence[str]) -> list[int]:
        """Read many cells fast."""


class AnyTimeFormat(Protocol):
    """One way to write times; `zoned` says that they are UTC when they are read, whatever the zone."""

    @property
    def name(self) -> str:
        """What it is called in messages: `YYYY-MM-DD`."""

    @property
    def zoned(self) -> bool:
        """Whether each time says which instant it is."""

    def reader(self) -> Reader:
        """Return something that reads many cells fast."""


@dataclass(frozen=True)
class TimeFormat:
    """One way to write times: a date, perhaps a time of day, and always or never a zone.

    `distinct` says that other things are hardly ever written like it, so that a column can be known
    for the time column by its content. `order` is `dmy` or `mdy` where a date alone does not tell.
    """

    name: str
    date: str
    date_width: int
    before_hour: str
    colon: str
    zoned: bool
    distinct: bool
    order: str = ""
    twelve: bool = False
    timeless: bool = False

    def reader(self) -> Reader:
        """Return something that reads many cells fast."""
        return MemoReader(self.read) if self.timeless else TimeReader(self)

    def read(self, cell: str) -> int:
        """Return the time in microseconds; raise ValueError where it does not fit."""
        match = _whole(self).fullmatch(cell.strip())
        if match is None:
            raise ValueError(cell)
        parts = match.groupdict()
        return self.read_hour(parts) + _minute(parts) + _rest(parts)

    def read_hour(self, parts: "_Groups") -> int:
        """Read the date and the hour; of a clock of twelve hours, 12 is the first."""
        hour = int(parts.get("hour") or 0)
        if hour > 23 or (self.twelve and not 1 <= hour <= 12):
            raise ValueError("no such hour")
        days = dates.read(parts).toordinal() - _EPOCH
        return (days * 24 + (hour % 12 if self.twelve else hour)) * HOUR

    @property
    def clock(self) -> str:
        """The pattern of the time of day, fraction and zone, with what stands before it."""
        hours = "(?P<hour>[0-9]{1,2})" if self.before_hour else "(?P<hour>[0-9]{2})"
        minutes = f"{self.colon}(?P<minute>[0-9]{{2}})(?:{self.colon}(?P<second>[0-9]{{2}}){_FRACTION})?"
        return f"{self.before_hour}{hours}{minutes}{self.half}{_ZONE if self.zoned else ''}"

    @property
    def half(self) -> str:
        """The pattern of a.m. and p.m., if the clock has twelve hours."""
        return _HALF if self.twelve else ""


@cache
def _whole(time_format: TimeFormat) -> re.Pattern[str]:
    clock = "" if time_format.timeless else time_format.clock
    needed = not clock or time_format.zoned or time_format.twelve
    return re.compile(time_format.date + (clock if needed else f"(?:{clock})?"))


_Groups = Mapping[str, str | None]


class TimeReader:
    """Reads cells of one format; remembers parts of times that it has met, within bounds.

    The parts are the date with the hour, minute and second, and the rest: each comes again and again
    in a file, whether it has a row a day or a thousand a second.
    """

    def __init__(self, time_format: TimeFormat) -> None:
        before, colon = time_format.before_hour, time_format.colon
        self._format = time_format
        self._hours = _Part(f"{time_format.date}{before}(?P<hour>[0-9]{{2}})", time_format.read_hour)
        self._minutes = _Part(f"{colon}(?P<minute>[0-9]{{2}})(?:{colon}(?P<second>[0-9]{{2}}))?", _minute)
        self._rests = _Part(_FRACTION + time_format.half + (_ZONE if time_format.zoned else ""), _rest)
        self._hour_end = time_format.date_width + len("T00" if before else "00")
        self._minute_end = self._hour_end + 2 * len(f"{colon}00")

    def read(self, cell: str) -> int:
        """Return the time in microseconds; raise ValueError where it does not fit."""
        return self._format.read(cell)

    def read_all(self, cells: Sequence[str]) -> list[int]:
        """Return the times of many cells; raise ValueError where one does not fit.

        Cells written as `YYYY-MM-DD HH:MM:SS` are three look-ups; others are read at leisure.
        """
        hours, minutes, rests = self._hours.known, self._minutes.known, self._rests.known
        hour_end, minute_end = self._hour_end, self._minute_end
        found: list[int] = []
        add = found.append
        for cell in cells:
            try:
                add(hours[cell[:hour_end]] + minutes[cell[hour_end:minute_end]] + rests[cell[minute_end:]])
            except KeyError:
                add(self._learn(cell))
        return found

    def _learn(self, cell: str) -> int:
        hour, minute = cell[: self._hour_end], cell[self._hour_end : self._minute_end]
        try:
            rest = self._rests.read(cell[self._minute_end :])
            return self._hours.read(hour) + self._minutes.read(minute) + rest
        except ValueError:
            return self.read(cell)


class MemoReader:
    """Reads cells by a function of the whole cell, and remembers what it has met, within bounds."""

    def __init__(self, compute: Callable[[str], int]) -> None:
        self._compute = compute
        self._known: dict[str, int] = {}

    def read(self, cell: str) -> int:
        """Return the time in microseconds; raise ValueError where it does not fit."""
        return self._compute(cell.strip())

    def read_all(self, cells: Sequence[str]) -> list[int]:
        """Return the times of many cells; raise ValueError where one does not fit."""
        if len(self._known) >= _MEMO_LIMIT:
            self._known.clear()
        for cell in set(cells) - self._known.keys():
            self._known[cell] = self.read(cell)
        return [self._known[cell] for cell in cells]


class _Part:
    """A part of a time, and what was read of it before; forgotten when too much, as memory is bounded."""

    def __init__(self, pattern: str, compute: Callable[[_Groups], int]) -> None:
        self.known: dict[str, int] = {}
        self._pattern = re.compile(pattern)
        self._compute = compute

    def read(self, text: str) -> int:
        """Return the part's microseconds and remember them; raise ValueError where it does not fit."""
        if text in self.known:
            return self.known[text]
        match = self._pattern.fullmatch(text)
        if match is None:
            raise ValueError(text)
        if len(self.known) >= _MEMO_LIMIT:
            self.known.clear()
        value = self.known[text] = self._compute(match.groupdict())
        return value


def _minute(parts: _Groups) -> int:
    minute, second = int(parts.get("minute") or 0), int(parts.get("second") or 0)
    if minute > 59 or second > 59:
        raise ValueError("no such minute")
    return (minute * 60 + second) * SECOND


def _rest(parts: _Groups) -> int:
    """Read the fraction, the half of the day and the zone; a time in the east was earlier in UTC."""
    hours, minutes = int(parts.get("zone_hours") or 0), int(parts.get("zone_minutes") or 0)
    offset = hours * 60 + minutes
    if offset >= 24 * 60 or minutes > 59:
        raise ValueError("no such offset from UTC")
    east = -offset if parts.get("sign") == "-" else offset
    noon = 12 * HOUR if (parts.get("half") or "").lower() == "p" else 0
    return noon + int(((parts.get("fraction") or "") + "000000")[:6]) - east * MINUTE


def _formats(written: dates.DateStyle) -> Iterable[TimeFormat]:
    """Return the formats of a date: alone or with the clock, of 24 hours or 12, with a zone or none."""
    if written.timeless:
        yield TimeFormat(
            written.name, written.pattern, written.width, "", "", False, written.distinct, timeless=True
        )
        return
    for before, colon, clock in written.clocks:
        name = f"{written.name}[{clock}]"
        parts = (written.pattern, written.width, before, colon)
        yield TimeFormat(name, *parts, False, written.distinct, written.order)
        yield TimeFormat(f"{name} with zone", *parts, True, written.distinct, written.order)
        if before and colon:
            twelve = f"{written.name} HH:MM[:SS[.f]] AM/PM"
            yield TimeFormat(twelve, *parts, False, written.distinct, written.order, twelve=True)


FORMATS: tuple[TimeFormat, ...] = tuple(made for style in dates.STYLES for made in _formats(style))
"""Every format that is known, in the order in which they are tried."""

YEAR: TimeFormat = next(iter(_formats(dates.YEAR)))
"""A year alone, which only the name of its column makes one."""


def detect(cells: Sequence[str], order: str | None = None) -> TimeFormat | None:
    """Return the format of the first cell that is not empty, or None where it is no time.

    Whether the day or the month comes first is what more of the cells say, or `order`; where they say
    neither it is the day, and `is_ambiguous` is true.
    """
    first = next((cell for cell in cells if cell.strip()), "")
    found = [known for known in FORMATS if order in (None, "", known.order) or not known.order]
    fitting = [known for known in found if _fits(known, first)] if _is_likely(first) else []
    if not fitting:
        return None
    orders = [known for known in fitting if known.order]
    if fitting[0].order and len(orders) > 1:
        return max(orders, key=lambda known: count_fitting(known, cells))
    return fitting[0]


def is_ambiguous(time_format: AnyTimeFormat, cells: Sequence[str]) -> bool:
    """Whether cells in a format would all be times too with day and month changed about."""
    if not isinstance(time_format, TimeFormat) or not time_format.order:
        return False
    twins = [known for known in FORMATS if known.order and known.order != time_format.order]
    filled = [cell for cell in cells if cell.strip()]
    least = count_fitting(time_format, filled)
    return any(count_fitting(twin, filled) >= least for twin in twins if _fits(twin, filled[0]))


def count_fitting(time_format: AnyTimeFormat, cells: Sequence[str]) -> int:
    """Return how many of the cells are times in the format."""
    reader = time_format if isinstance(time_format, TimeFormat) else time_format.reader()
    return sum(_fits(reader, cell) for cell in cells)


def is_time(cell: str) -> bool:
    """Whether a cell is a time of the calendar, in any format but that of years."""
    return _is_likely(cell) and any(_fits(known, cell) for known in FORMATS)


def is_clock(cell: str) -> bool:
    """Whether a cell is a time of day without a date, in any way that may follow one."""
    return bool(_CLOCK.fullmatch(cell.strip()))


_CLOCK = re.compile(rf"[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]+)?)?(?:{_HALF}|{_ZONE})?")


def _is_likely(cell: str) -> bool:
    """Whether it is worth trying the formats: most cells that are no times are numbers or words."""
    text = cell.strip()
    return 6 <= len(text) <= 50 and any(map(str.isdigit, text)) and not _NUMBER.fullmatch(text)


_NUMBER = re.compile(r"[+-]?[0-9]{1,7}(?:[.,][0-9]*)?")


def _fits(reader: Reader | TimeFormat, cell: str) -> bool:
    try:
        reader.read(cell)
    except ValueError:
        return False
    return True
