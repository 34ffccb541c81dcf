"""Times written as numbers since 1970 or since a start, as durations, or in a pattern of strptime."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from myapp.notebook.intake import numbers
from myapp.notebook.intake.times import YEAR, TimeFormat, count_finer, read_distinct, rounded
from myapp.notebook.intake.zones import EPOCH, MICROSECOND

UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sekunde", "sekunden"), Decimal(1_000_000)),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds", "millis"), Decimal(1_000)),
    **dict.fromkeys(("us", "µs", "μs", "microsecond", "microseconds", "micros"), Decimal(1)),
    **dict.fromkeys(("ns", "nanosecond", "nanoseconds", "nanos"), Decimal("0.001")),
    **dict.fromkeys(("ps", "picosecond", "picoseconds"), Decimal("0.000001")),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuten"), Decimal(60_000_000)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "stunde", "stunden"), Decimal(3_600_000_000)),
    **dict.fromkeys(("d", "day", "days", "tag", "tage"), Decimal(86_400_000_000)),
}
"""Units of time in microseconds."""

_SHORT = {UNITS[name]: name for name in ("s", "ms", "µs", "ns", "ps", "min", "h", "d")}

WORDS = (
    *("epoch", "epoch-ms", "epoch-us", "epoch-ns", "elapsed", "elapsed-us", "elapsed-ms", "elapsed-min"),
    *("elapsed-h", "elapsed-d", "excel", "excel-1904", "jd", "mjd", "matlab", "year", "decimal-year"),
)
"""The values of the setting `time_format` beside patterns; `epoch` and `elapsed` alone are seconds."""

DAYS = {
    "excel": (Decimal("25569"), "1900, as Excel counts them", range(20_000, 70_000)),  # 1954 to 2091
    "excel-1904": (Decimal("24107"), "1904, as Excel counts them", range(0)),
    "jd": (Decimal("2440587.5"), "4714 BC, the Julian date", range(2_400_000, 2_500_000)),  # 1858 to 2132
    "mjd": (Decimal("40587"), "1858, the modified Julian date", range(20_000, 90_000)),  # 1913 to 2105
    "matlab": (
        Decimal("719529"),
        "the year 0, as MATLAB counts them",
        range(693_962, 767_011),
    ),  # 1900 to 2100
}
"""Dates that are counts of days: that of 1970, where the count begins, and what a column of them may hold."""

_INTERVAL = re.compile(r"([0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?) ?([A-Za-zµμ]*)")
_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999
_DECIMAL_YEAR = re.compile(r"(1[5-9][0-9]{2}|2[01][0-9]{2})\.([0-9]{1,12})")
_YEAR = re.compile("1[5-9][0-9]{2}|2[01][0-9]{2}")
_HOURLY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])")
_CLOCK = re.compile(r"(?:([0-9]{1,5})d )?([0-9]{1,6}):([0-5]?[0-9])(?::([0-5]?[0-9])(?:[.,]([0-9]+))?)?")


@dataclass(frozen=True)
class TickFormat:
    """Numbers of a unit (in microseconds) since 1970 or, if `elapsed`, since `start`.

    `offset` (microseconds) is what the file adds to each. Fractions are exact and rounded once.
    """

    unit: Decimal
    elapsed: bool
    start: int = 0
    zoned: bool = True
    offset: Decimal = Decimal(0)
    origin: str = ""

    @property
    def name(self) -> str:
        """The format's name in messages."""
        unit = _SHORT.get(self.unit) or f"times {self.unit.normalize():f} µs"
        return f"{unit} since {self.origin or ('the start' if self.elapsed else '1970')}"

    def read(self, cell: str) -> int:
        text = cell.strip()
        if not numbers.is_finite(text):
            raise ValueError(cell)
        count = Decimal(text.replace(",", "."))
        if count.adjusted() > 20:  # before an exponent makes a number of any length
            raise ValueError(cell)
        return within_calendar(self.start + round(count * self.unit + self.offset))

    def read_all(self, cells: Sequence[str]) -> list[int]:
        try:
            return self._read_whole(cells)
        except ValueError:
            return list(map(self.read, cells))

    def count_finer(self, cells: Sequence[str]) -> int:
        if self.unit >= 1 and "".join(cells).isdigit():
            return 0
        counts = (Decimal(cell.strip().replace(",", ".")) * self.unit for cell in cells)
        return sum(1 for count in counts if count % 1)

    def _read_whole(self, cells: Sequence[str]) -> list[int]:
        """Read whole numbers of microseconds or more; raise ValueError for others."""
        text, unit = "".join(cells), int(self.unit)
        if (
            unit != self.unit or self.offset or not text.isascii() or "_" in text
        ):  # `int` takes these, and `read` does not
            raise ValueError("no whole numbers")
        times = [self.start + int(cell) * unit for cell in cells]
        within_calendar(min(times))
        within_calendar(max(times))
        return times


def within_calendar(time: int) -> int:
    """Return a time of the years 1 to 9999; raise ValueError for others."""
    if not _FIRST <= time <= _LAST:
        raise ValueError("outside the calendar")
    return time


@dataclass(frozen=True)
class DurationFormat:
    """Elapsed times written as `HH:MM[:SS[.f]]`, since `start`."""

    start: int
    name: str = "HH:MM[:SS[.f]] since the start"
    zoned: bool = True

    def read(self, cell: str) -> int:
        match = _CLOCK.fullmatch(cell.strip())
        if match is None:
            raise ValueError(cell)
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[:4])
        clock = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000
        return within_calendar(self.start + clock + rounded(match[5]))

    def read_all(self, cells: Sequence[str]) -> list[int]:
        return read_distinct(self.read, cells)

    def count_finer(self, cells: Sequence[str]) -> int:
        return count_finer(cells)


@dataclass(frozen=True)
class PatternFormat:
    """Times in a pattern of `strptime`, with a zone if the pattern has `%z`."""

    name: str

    @property
    def zoned(self) -> bool:
        """Whether the pattern has the zone."""
        return "%z" in self.name

    def read(self, cell: str) -> int:
        text, days = _without_24(" ".join(cell.split())) if "%H" in self.name else (cell.strip(), 0)
        try:
            time = datetime.strptime(text, self.name) + timedelta(days=days)  # noqa: DTZ007  # the clock's
        except (re.error, OverflowError) as error:
            raise ValueError(str(error)) from error
        return (time.replace(tzinfo=None) - EPOCH - (time.utcoffset() or timedelta())) // MICROSECOND

    def read_all(self, cells: Sequence[str]) -> list[int]:
        return read_distinct(self.read, cells)

    def count_finer(self, _cells: Sequence[str]) -> int:
        return 0  # a pattern takes six digits at most


@dataclass(frozen=True)
class DecimalYearFormat:
    """Years with decimals, which are parts of that year."""

    name: str = "decimal years"
    zoned: bool = False

    def read(self, cell: str) -> int:
        match = _DECIMAL_YEAR.fullmatch(cell.strip())
        if match is None:
            raise ValueError(cell)
        year, fraction = int(match[1]), Decimal(f"0.{match[2]}")
        first, after = datetime(year, 1, 1), datetime(year + 1, 1, 1)  # noqa: DTZ001
        return (first - EPOCH) // MICROSECOND + round(fraction * ((after - first) // MICROSECOND))

    def read_all(self, cells: Sequence[str]) -> list[int]:
        return read_distinct(self.read, cells)

    def count_finer(self, _cells: Sequence[str]) -> int:
        return 0


def is_pattern(text: str) -> bool:
    """Whether a text is a pattern of `strptime`."""
    try:
        datetime.strptime("", text)  # noqa: DTZ007
    except ValueError as error:  # an empty text fits no pattern
        return "%" in text and "bad directive" not in str(error) and "stray %" not in str(error)
    except (re.error, IndexError):
        return False
    return "%" in text


def _without_24(text: str) -> tuple[str, int]:
    """Return a time whose hour is 24 as midnight, and the day that this adds."""
    midnight = re.sub(r"(?<![0-9])24:00(?=:00|[^0-9:]|$)", "00:00", text)
    return midnight, int(midnight != text)


def days(word: str) -> TickFormat:
    """Return the format of dates that are counts of days, by the word of `DAYS`: astronomers' are in UTC."""
    day_of_1970, origin, _ = DAYS[word]
    start = round(-day_of_1970 * UNITS["d"])
    return TickFormat(UNITS["d"], elapsed=True, start=start, zoned=word in ("jd", "mjd"), origin=origin)


def may_be_days(word: str, cells: Sequence[str]) -> bool:
    """Whether all cells may be dates of our time as counts of days."""
    filled = [cell.strip().replace(",", ".") for cell in cells if cell.strip()]
    return bool(filled) and all(
        numbers.is_finite(cell) and "e" not in cell.lower() and int(Decimal(cell)) in DAYS[word][2]
        for cell in filled
    )


def interval_of(text: str) -> Decimal | None:
    """Return the microseconds of `1 ms`, `0.5s` or `2e-6` (seconds), or None."""
    match = _INTERVAL.fullmatch(text.strip())
    if match is None:
        return None
    unit = UNITS.get(match[2].lower() or "s")
    interval = Decimal(match[1]) * unit if unit else Decimal(0)
    return interval if interval > 0 else None


def format_of(text: str, start: int | None) -> TimeFormat | None:
    """Return the format of a pattern or one of WORDS; None for elapsed times without a start."""
    if text == "year":
        return YEAR
    if text == "decimal-year":
        return DecimalYearFormat()
    if text in DAYS:
        return days(text)
    if text not in WORDS:
        return PatternFormat(text)
    origin, _, unit = text.partition("-")
    if origin == "epoch":
        return TickFormat(UNITS[unit or "s"], elapsed=False)
    return None if start is None else TickFormat(UNITS[unit or "s"], elapsed=True, start=start)


def is_duration(cell: str) -> bool:
    """Whether a cell is a time of day, or a time elapsed, without a date."""
    return bool(_CLOCK.fullmatch(cell.strip()))


def counted(cells: Sequence[str]) -> list[str]:
    """Return the numbers among the cells where the first and most are numbers, else none."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    counts = [cell for cell in filled if numbers.is_finite(cell)]
    return counts if counts[:1] == filled[:1] and 2 * len(counts) >= len(filled) else []


def epoch_of(cells: Sequence[str], unit: Decimal | None, *, named: bool) -> TickFormat | None:
    """Return how cells count from 1970, where their column's name says so or their size makes it plain.

    Plain are whole numbers of 10, 13, 16 or 19 digits that begin with the seconds of 2001 to 2100; of ten
    digits, those that cannot be the year, month, day and hour.
    """
    filled = counted(cells)
    if not filled:
        return None
    if named:
        return TickFormat(unit or _by_size(abs(Decimal(filled[0].replace(",", ".")))), elapsed=False)
    if not all(cell.isdigit() and len(cell) in (10, 13, 16, 19) for cell in filled):
        return None
    plain = all(1_000_000_000 <= int(cell[:10]) < 4_102_444_800 for cell in filled)
    if not plain or len(set(map(len, filled))) > 1 or all(map(_HOURLY.fullmatch, filled)):
        return None
    return TickFormat(_by_size(Decimal(filled[0])), elapsed=False)


def is_decimal_year(cells: Sequence[str]) -> bool:
    """Whether all cells may be years with decimals."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(_DECIMAL_YEAR.fullmatch(cell) for cell in filled)


def is_hourly(cells: Sequence[str]) -> bool:
    """Whether all cells may be a year, month, day and hour in ten digits."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(_HOURLY.fullmatch(cell) for cell in filled)


def is_year(cells: Sequence[str]) -> bool:
    """Whether all cells may be years."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(_YEAR.fullmatch(cell) for cell in filled)


def _by_size(number: Decimal) -> Decimal:
    for unit, limit in (("s", 10**11), ("ms", 10**14), ("us", 10**17)):
        if number < limit:
            return UNITS[unit]
    return UNITS["ns"]
