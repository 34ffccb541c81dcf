"""Finds the columns of times in a table, their format and their zone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from myapp.errors import BadData, UsageError
from myapp.notebook.intake import names, numbers, ticks, time_detection
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.table import NO_HEADER, Table
from myapp.notebook.intake.times import YEAR, CalendarFormat, TimeFormat
from myapp.notebook.intake.zones import fixed_offset, zone_of

_LOCAL_ZONES = frozenset(
    [
        *("cet", "cest", "mez", "mesz", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "bst"),
        *("local", "local time", "ortszeit", "lt"),
    ]
)
"""Units of time columns that name a local time, and no offset from UTC that all agree on."""


@dataclass(frozen=True)
class TimeColumns:
    """The indexes of the columns of times and of their dates, -1 where the times hold both; the format."""

    time: int
    date: int
    format: TimeFormat


def find(table: Table, options: ImportOptions) -> TimeColumns:
    """Return the columns of times; raise BadData where there are none, or they can be read in two ways."""
    search = _Search(table, options)
    return search.given() if options.time is not None or options.date is not None else search.detected()


def zone_name(table: Table, columns: TimeColumns, options: ImportOptions) -> str:
    """Return the zone of times without one: that of the options, the header's, or UTC.

    Raise BadData for a header that names a local time, UsageError for an unknown zone.
    """
    if options.timezone is not None:
        zone_of(options.timezone)
        return options.timezone
    if columns.format.zoned:
        return "UTC"
    title = table.header[columns.time]
    unit = names.name_and_unit(title)[1] or title.rpartition(",")[2].strip()
    if unit.lower() in _LOCAL_ZONES:
        advice = "say which zone with {timezone}, as in {timezone} Europe/Berlin"
        raise table.bad_header(columns.time, f"the header says {unit}", setting="timezone", advice=advice)
    offset = fixed_offset(unit) if unit[:3].upper() in ("UTC", "GMT") else None
    return str(offset) if offset else "UTC"


class _Search:
    """Search for the columns of times: by the options, by names, by content."""

    def __init__(self, table: Table, options: ImportOptions) -> None:
        self._table = table
        self._options = options
        self._columns = table.columns
        self._named = [i for i in range(table.width) if self._is_named(i)]
        self._formats: dict[int, CalendarFormat | None] = {}

    def _is_named(self, index: int) -> bool:
        below = self._table.units[index] if self._table.units else ""
        return names.is_time_name(names.with_unit(self._table.header[index], below))

    def given(self) -> TimeColumns:
        """Return the columns that the options name, with their format."""
        time = -1 if self._options.time is None else self._table.index(self._options.time, "time")
        date = -1 if self._options.date is None else self._table.index(self._options.date, "date")
        if time < 0 or date < 0:
            alone = max(time, date)
            columns = self._calendar(alone) or self._count(alone)
            if columns is None:
                raise self._unknown(alone)
            return columns
        pair = self._pair(date, time)
        if pair is None:
            cell = " ".join(self._columns[i][0] for i in (date, time))
            fact = f"a date and time such as {numbers.quoted(cell)} are not known"
            raise BadData(self._table.path, self._table.rows[0][0], date + 1, fact)
        return pair

    def detected(self) -> TimeColumns:
        """Return the likeliest columns: named calendar times, distinct ones, named counts, any others."""
        columns = (
            next(filter(None, map(self._calendar, self._named)), None)
            or self._distinct()
            or next(filter(None, map(self._count, self._named)), None)
            or self._best(distinct=False)
        )
        if columns is None:
            raise self._unknown(self._named[0]) if self._named else self._no_times()
        return columns

    def _distinct(self) -> TimeColumns | None:
        """Return the column whose content can only be times, unless a named one may hold elapsed times."""
        if self._options.start is not None and self._named:
            return None
        return self._best(distinct=True)

    def _best(self, *, distinct: bool) -> TimeColumns | None:
        fitting = [
            (time_detection.count_fitting(known, self._columns[i]), -i)
            for i in range(self._table.width)
            if (known := self._format(i)) and known.date.distinct >= distinct
        ]
        return self._calendar(-max(fitting)[1]) if fitting else None

    def _calendar(self, index: int) -> TimeColumns | None:
        """Return a column of calendar times, with the one of dates or of times of day that goes with it."""
        if self._options.time_format:
            return self._formatted(index)
        known = self._format(index)
        if known is None:
            date = self._date_beside(index)
            return None if date is None else self._pair(date, index)
        clock = self._clock_beside(index)
        if clock is not None and (pair := self._pair(index, clock)):
            return pair
        return TimeColumns(index, -1, self._unambiguous(index, known, self._columns[index]))

    def _formatted(self, index: int) -> TimeColumns | None:
        """Return a column in the format of the options; None where no cell fits, unless it is given."""
        time_format = ticks.format_of(self._options.time_format or "", self._options.start)
        if time_format is None:
            raise self._no_start(index)
        fits = time_detection.count_fitting(time_format, self._columns[index])
        return TimeColumns(index, -1, time_format) if fits or self._options.time is not None else None

    def _format(self, index: int) -> CalendarFormat | None:
        if index not in self._formats:
            self._formats[index] = time_detection.detect(self._columns[index], self._options.date_order)
        return self._formats[index]

    def _pair(self, date: int, clock: int) -> TimeColumns | None:
        """Return a column of dates and one of times of day; None where they make no times together."""
        if self._options.time_format:
            return TimeColumns(clock, date, ticks.PatternFormat(self._options.time_format))
        cells = [f"{d} {c}" for d, c in zip(self._columns[date], self._columns[clock], strict=True)]
        known = time_detection.detect(cells, self._options.date_order)
        return TimeColumns(clock, date, self._unambiguous(date, known, cells)) if known else None

    def _clock_beside(self, date: int) -> int | None:
        """Return the column of times of day that goes with one of dates alone."""
        if any(":" in cell for cell in self._columns[date]):
            return None
        return self._named_first(i for i in self._others(date) if self._holds_clocks(i))

    def _date_beside(self, clock: int) -> int | None:
        """Return the column of dates that goes with one of times of day."""
        if not self._holds_clocks(clock):
            return None
        return self._named_first(i for i in self._others(clock) if self._format(i))

    def _others(self, index: int) -> list[int]:
        return [i for i in range(self._table.width) if i != index]

    def _named_first(self, indexes: Iterable[int]) -> int | None:
        return min(indexes, key=lambda i: (i not in self._named, i), default=None)

    def _holds_clocks(self, index: int) -> bool:
        filled = [cell for cell in self._columns[index] if cell.strip()][:50]
        return bool(filled) and all(map(time_detection.is_time_of_day, filled))

    def _count(self, index: int) -> TimeColumns | None:
        """Return a column of years, or counted from 1970 or from a start; None where it is no number."""
        cells = [cell for cell in self._columns[index] if cell.strip()]
        if self._options.time_format:
            return self._formatted(index)
        unit, start = self._unit(index), self._options.start
        if start is None and unit is None and ticks.is_year(cells):
            return TimeColumns(index, -1, YEAR)
        name = names.letters(self._table.header[index])
        titles = name if unit else name + self._table.unit(index).lower()
        named = "epoch" in titles or "unix" in titles
        if start is None and (epoch := ticks.epoch_of(cells, unit, named=named)):
            return TimeColumns(index, -1, epoch)
        return self._elapsed(index, cells, unit)

    def _elapsed(self, index: int, cells: Sequence[str], unit: Decimal | None) -> TimeColumns | None:
        clocks = bool(cells) and all(map(ticks.is_duration, cells))
        if not clocks and not ticks.counted(cells):
            return None
        start = self._options.start
        if start is None:
            raise self._no_date(index) if clocks else self._no_start(index)
        if clocks:
            return TimeColumns(index, -1, ticks.DurationFormat(start))
        return TimeColumns(index, -1, ticks.TickFormat(unit or ticks.UNITS["s"], elapsed=True, start=start))

    def _unit(self, index: int) -> Decimal | None:
        """Return the unit of time in the header, in brackets or as in `time_ms`."""
        last = names.name_and_unit(self._table.header[index])[0].replace("_", " ").split()[1:]
        words = [self._table.unit(index).lower(), *(word.lower() for word in last[-1:])]
        return next((ticks.UNITS[word] for word in words if word in ticks.UNITS), None)

    def _unambiguous(self, index: int, known: CalendarFormat, cells: Sequence[str]) -> CalendarFormat:
        """Return the format of calendar times; raise where options or the header contradict it."""
        if self._options.start is not None:
            place = f"those in column {index + 1} are {known.name}"
            raise UsageError(
                setting="start", advice=f"{{start}} is for elapsed times, and {place}: leave it out"
            )
        if self._options.date_order is None and time_detection.is_ambiguous(known, cells):
            raise BadData(
                self._table.path,
                self._table.rows[0][0],
                index + 1,
                f"date {numbers.quoted(self._columns[index][0])} can be read in two ways",
                setting="date_order",
                values=("dmy", "mdy"),
                advice="say {date_order} dmy where the day comes first, or mdy",
            )
        if time_detection.count_fitting(known, [self._table.header[index]]):
            raise self._table.bad_header(index, NO_HEADER)
        return known

    def _no_date(self, clock: int) -> BadData:
        """Return the error for times of day: their date is not known, or they are elapsed times."""
        others = [i for i in self._named if i != clock and not self._format(i)]
        if others:
            return self._unknown(others[0])
        advice = "{date} COLUMN says where that is, {start} TIME what they count from"
        fact = "times of day without a date"
        return self._table.bad_header(clock, fact, setting="date", advice=advice)

    def _no_start(self, index: int) -> BadData:
        fact = "times are counted from a start, not written as dates"
        advice = "say when that was with {start} TIME"
        return self._table.bad_header(index, fact, setting="start", advice=advice)

    def _no_times(self) -> BadData:
        fact = "no time column: none is called time or date or holds times"
        return self._table.bad_header(
            -1, fact, setting="time", values=self._table.titles, advice="{time} COLUMN says which it is"
        )

    def _unknown(self, index: int) -> BadData:
        cell = next((cell for cell in self._columns[index] if cell.strip()), "")
        fact = f"times such as {numbers.quoted(cell)} are not known"
        advice = "{time_format} PATTERN says how to read them"
        return self._table.bad_header(index, fact, setting="time_format", advice=advice)
