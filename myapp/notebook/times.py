"""Times as instruments write them, read into integer microseconds since 1970-01-01 UTC.

A time without a zone is UTC. Digits beyond the microsecond are cut off.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

SECOND = 1_000_000
HOUR = 3600 * SECOND
_EPOCH = date(1970, 1, 1).toordinal()
_MEMO_LIMIT = 100_000

_FRACTION = r"(?:[.,]([0-9]+))?"
_ZONE = r" ?(?:Z|UTC|GMT|([+-])([0-9]{2})(?::?([0-9]{2}))?)"


@dataclass(frozen=True)
class TimeFormat:
    """One way to write times: a date, perhaps a time of day, and always or never a zone.

    `distinct` says that other things are hardly ever written like it, so that a column can be known
    for the time column by its content.
    """

    name: str
    date: str
    date_width: int
    before_hour: str
    colon: str
    zoned: bool
    distinct: bool

    def reader(self) -> "TimeReader":
        """Return something that reads many cells fast."""
        return TimeReader(self)


class TimeReader:
    """Reads cells of one format; remembers parts of times that it has met, within bounds.

    The parts are the date with the hour, minute and second, and the rest: each comes again and again
    in a file, whether it has a row a day or a thousand a second.
    """

    def __init__(self, time_format: TimeFormat) -> None:
        zone = _ZONE if time_format.zoned else "()()()"
        before, colon = time_format.before_hour, time_format.colon
        hours = "([0-9]{1,2})" if before else "([0-9]{2})"
        clock = f"{before}{hours}{colon}([0-9]{{2}})(?:{colon}([0-9]{{2}}){_FRACTION})?{zone}"
        self._whole = re.compile(time_format.date + (clock if time_format.zoned else f"(?:{clock})?"))
        self._hours = _Part(f"{time_format.date}{before}([0-9]{{2}})", _hour)
        self._minutes = _Part(f"{colon}([0-9]{{2}})(?:{colon}([0-9]{{2}}))?", _minute)
        self._rests = _Part(_FRACTION + zone, _rest)
        self._hour_end = time_format.date_width + len("T00" if before else "00")
        self._minute_end = self._hour_end + 2 * len(f"{colon}00")

    def read(self, cell: str) -> int:
        """Return the time in UTC microseconds; raise ValueError where it does not fit."""
        match = self._whole.fullmatch(cell.strip())
        if match is None:
            raise ValueError(cell)
        parts = match.groups()
        return _hour(parts[:4]) + _minute(parts[4:6]) + _rest(parts[6:])

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


_Groups = Sequence[str | None]


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
        value = self.known[text] = self._compute(match.groups())
        return value


def _hour(parts: _Groups) -> int:
    year, month, day, hour = (int(part or 0) for part in parts)
    if hour > 23:
        raise ValueError("no such hour")
    return ((date(year, month, day).toordinal() - _EPOCH) * 24 + hour) * HOUR


def _minute(parts: _Groups) -> int:
    minute, second = (int(part or 0) for part in parts)
    if minute > 59 or second > 59:
        raise ValueError("no such minute")
    return (minute * 60 + second) * SECOND


def _rest(parts: _Groups) -> int:
    """Read the fraction and the zone; a time in the east was earlier in UTC."""
    fraction, sign, hours, minutes = parts
    offset = int(hours or 0) * 60 + int(minutes or 0)
    if offset >= 24 * 60 or int(minutes or 0) > 59:
        raise ValueError("no such offset from UTC")
    east = -offset if sign == "-" else offset
    return int(((fraction or "") + "000000")[:6]) - east * 60 * SECOND


def _either(
    name: str, date_pattern: str, width: int, separators: tuple[str, str], distinct: bool
) -> list[TimeFormat]:
    return [
        TimeFormat(name, date_pattern, width, *separators, zoned=False, distinct=distinct),
        TimeFormat(f"{name} with zone", date_pattern, width, *separators, zoned=True, distinct=distinct),
    ]


_DASHES, _SLASHES = "([0-9]{4})-([0-9]{2})-([0-9]{2})", "([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"
_DIGITS = "([0-9]{4})([0-9]{2})([0-9]{2})"

FORMATS: tuple[TimeFormat, ...] = (
    *_either("YYYY-MM-DD[ HH:MM[:SS[.f]]]", _DASHES, 10, ("[T ]", ":"), True),
    *_either("YYYY/MM/DD[ HH:MM[:SS[.f]]]", _SLASHES, 10, ("[T ]", ":"), True),
    *_either("YYYYMMDD[ HH:MM[:SS[.f]]]", _DIGITS, 8, ("[T ]", ":"), False),
    *_either("YYYYMMDD[ HHMM[SS[.f]]]", _DIGITS, 8, ("[T ]", ""), False),
    *_either("YYYYMMDD[HHMM[SS[.f]]]", _DIGITS, 8, ("", ""), False),
)
"""Every format that is known, in the order in which they are tried."""


def detect(cells: Sequence[str]) -> TimeFormat | None:
    """Return the format of the first cell that is not empty, or None where it is no time."""
    first = next((cell for cell in cells if cell.strip()), "")
    return next((known for known in FORMATS if count_fitting(known, [first])), None)


def count_fitting(time_format: TimeFormat, cells: Sequence[str]) -> int:
    """Return how many of the cells are times in the format."""
    reader = time_format.reader()
    return sum(_fits(reader, cell) for cell in cells)


def _fits(reader: TimeReader, cell: str) -> bool:
    try:
        reader.read(cell)
    except ValueError:
        return False
    return True
