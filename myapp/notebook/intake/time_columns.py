"""Which columns of a table hold the times, and how they are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from myapp.errors import BadData, StrPath, UsageError
from myapp.notebook.intake import names, numbers, ticks, time_detection
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.preamble import Table
from myapp.notebook.intake.times import YEAR, CalendarFormat, TimeFormat
from myapp.notebook.intake.zones import fixed_offset, zone_of

_LOCAL = frozenset(
    {"cet", "cest", "mez", "mesz", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "bst"}
)
_LOCAL_WORDS = frozenset({"local", "local time", "ortszeit", "lt"})


@dataclass(frozen=True)
class TimeColumns:
    """Where the times are, by index; `date` is -1 where one column holds the whole."""

    time: int
    date: int
    format: TimeFormat


def find(path: StrPath, table: Table, options: ImportOptions) -> TimeColumns:
    """Return the columns of times; raise BadData where there are none, or they can be read in two ways."""
    return _Search(path, table, options).found()


def zone_name(path: StrPath, table: Table, found: TimeColumns, options: ImportOptions) -> str:
    """Return the zone of times that say none: the one that was said, the header's, or UTC.

    Raise BadData for a header that speaks of another local time, UsageError for a zone that is none.
    """
    if options.timezone is not None:
        zone_of(options.timezone)
        return options.timezone
    if found.format.zoned:
        return "UTC"
    title = table.header[found.time]
    unit = names.name_and_unit(title)[1] or title.rpartition(",")[2].strip()
    if unit.lower() in _LOCAL | _LOCAL_WORDS:
        fact = f"the header says {unit}: say which zone with --timezone, as in --timezone Europe/Berlin"
        raise BadData(path, table.header_line, found.time + 1, fact)
    offset = fixed_offset(unit) if unit[:3].upper() in ("UTC", "GMT") else None
    return str(offset) if offset else "UTC"


class _Search:
    def __init__(self, path: StrPath, table: Table, options: ImportOptions) -> None:
        self._path = path
        self._table = table
        self._options = options
        self._columns = list(zip(*table.rows, strict=True))
        units = table.units or [""] * table.width
        titles = map(names.with_unit, table.header, units)
        self._named = [i for i, title in enumerate(titles) if names.is_time_name(title)]
        self._calendar: dict[int, CalendarFormat | None] = {}

    def found(self) -> TimeColumns:
        options = self._options
        if options.time is not None or options.date is not None:
            return self._said()
        for search in (self._named_calendar, self._distinct, self._counted, self._any_calendar):
            if found := search():
                return found
        raise self._complaint()

    def _said(self) -> TimeColumns:
        """Return what `--time` and `--date` say; the format is found out unless it is said too."""
        time, date = (self._index(said) for said in (self._options.time, self._options.date))
        if time < 0 or date < 0:
            alone = max(time, date)
            found = self._whole(alone) or self._count(alone, named=True)
            if found is None:
                raise self._unknown(alone)
            return found
        found = self._pair(date, time)
        if found is None:
            cells = [self._columns[i][0] for i in (date, time)]
            fact = f"a date and time such as {numbers.quoted(' '.join(cells))} are not known"
            raise BadData(self._path, self._table.lines[0], date + 1, fact)
        return found

    def _index(self, said: str | None) -> int:
        return -1 if said is None else column_index(self._path, self._table, said)

    def _named_calendar(self) -> TimeColumns | None:
        return next((found for index in self._named if (found := self._whole(index))), None)

    def _distinct(self) -> TimeColumns | None:
        """Return the column that is known for times by its content, unless elapsed times are awaited."""
        if self._options.start is not None and self._named:
            return None
        return self._best(distinct=True)

    def _any_calendar(self) -> TimeColumns | None:
        return self._best(distinct=False)

    def _best(self, *, distinct: bool) -> TimeColumns | None:
        fitting = [
            (time_detection.count_fitting(known, self._columns[i]), -i)
            for i in range(self._table.width)
            if (known := self._detected(i)) and known.date.distinct >= distinct
        ]
        return self._whole(-max(fitting)[1]) if fitting else None

    def _counted(self) -> TimeColumns | None:
        return next((found for i in self._named if (found := self._count(i, named=False))), None)

    def _whole(self, index: int) -> TimeColumns | None:
        """Return the column with its format and, where it holds dates alone, the one of times of day."""
        if self._options.time_format:
            return self._formatted(index)
        known = self._detected(index)
        if known is None:
            date = self._date_beside(index)
            return None if date is None else self._pair(date, index)
        clock = self._clock_beside(index)
        if clock is not None and (pair := self._pair(index, clock)):
            return pair
        return TimeColumns(index, -1, self._unambiguous(index, known, self._columns[index]))

    def _formatted(self, index: int) -> TimeColumns | None:
        said = ticks.format_of(self._options.time_format or "", self._options.start)
        if said is None:
            raise self._no_start(index)
        fits = time_detection.count_fitting(said, self._columns[index])
        return TimeColumns(index, -1, said) if fits or self._options.time is not None else None

    def _detected(self, index: int) -> CalendarFormat | None:
        if index not in self._calendar:
            self._calendar[index] = time_detection.detect(self._columns[index], self._options.date_order)
        return self._calendar[index]

    def _pair(self, date: int, clock: int) -> TimeColumns | None:
        joined = [f"{d} {c}" for d, c in zip(self._columns[date], self._columns[clock], strict=True)]
        filled = [cell for cell in joined if cell.strip()]
        if self._options.time_format:
            return TimeColumns(clock, date, ticks.PatternFormat(self._options.time_format))
        known = time_detection.detect(filled, self._options.date_order)
        return TimeColumns(clock, date, self._unambiguous(date, known, joined)) if known else None

    def _clock_beside(self, date: int) -> int | None:
        """Return the column of times of day that goes with one of dates alone."""
        if any(":" in cell for cell in self._columns[date]):
            return None
        clocks = [i for i in range(self._table.width) if i != date and self._holds_clocks(i)]
        named = [i for i in clocks if i in self._named]
        return next(iter(named or clocks), None)

    def _date_beside(self, clock: int) -> int | None:
        if not self._holds_clocks(clock):
            return None
        dates = [i for i in range(self._table.width) if i != clock and self._detected(i)]
        named = [i for i in dates if i in self._named]
        return next(iter(named or dates), None)

    def _holds_clocks(self, index: int) -> bool:
        filled = [cell.strip() for cell in self._columns[index] if cell.strip()][:50]
        return bool(filled) and all(time_detection.is_time_of_day(cell) for cell in filled)

    def _count(self, index: int, *, named: bool) -> TimeColumns | None:
        """Return the column as years, as counted from 1970 or from a start; None where it is no number."""
        cells = [cell for cell in self._columns[index] if cell.strip()]
        if self._options.time_format:
            return self._formatted(index)
        name, unit = self._name(index), self._unit(index)
        start = self._options.start
        if start is None and unit is None and ticks.is_year(cells):
            return TimeColumns(index, -1, YEAR)
        said = (
            "epoch" in name
            or "unix" in name
            or (unit is None and self._plain_unit(index) in ("epoch", "unix"))
        )
        if start is None and (epoch := ticks.epoch_of(cells, unit, named=said)):
            return TimeColumns(index, -1, epoch)
        return self._elapsed(index, cells, unit)

    def _elapsed(self, index: int, cells: Sequence[str], unit: Decimal | None) -> TimeColumns | None:
        counted = bool(ticks.counted(cells))
        clocks = bool(cells) and all(map(ticks.is_duration, cells))
        if not counted and not clocks:
            return None
        if self._options.start is None:
            raise self._no_date(index) if clocks else self._no_start(index)
        if clocks:
            return TimeColumns(index, -1, ticks.DurationFormat(self._options.start))
        ticked = ticks.TickFormat(unit or ticks.UNITS["s"], elapsed=True, start=self._options.start)
        return TimeColumns(index, -1, ticked)

    def _name(self, index: int) -> str:
        return names.letters(self._table.header[index])

    def _plain_unit(self, index: int) -> str:
        below = self._table.units[index] if self._table.units else ""
        return (names.name_and_unit(self._table.header[index])[1] or names.bare_unit(below)).lower()

    def _unit(self, index: int) -> Decimal | None:
        """Return the unit of time that the header says, in brackets or as in `time_ms`."""
        last = names.name_and_unit(self._table.header[index])[0].replace("_", " ").split()[1:]
        said = [self._plain_unit(index), *(word.lower() for word in last[-1:])]
        return next((ticks.UNITS[unit] for unit in said if unit in ticks.UNITS), None)

    def _unambiguous(self, index: int, known: CalendarFormat, cells: Sequence[str]) -> TimeFormat:
        if self._options.start is not None:
            place = f"those in column {index + 1} are {known.name}"
            raise UsageError(f"--start is for elapsed times, and {place}: leave it out")
        if self._options.date_order is None and time_detection.is_ambiguous(known, cells):
            fact = (
                f"date {numbers.quoted(self._columns[index][0])} can be read in two ways: "
                "say --date-order dmy where the day comes first, or mdy"
            )
            raise BadData(self._path, self._table.lines[0], index + 1, fact)
        if time_detection.count_fitting(known, [self._table.header[index]]):
            fact = "no header: the first line holds a time"
            raise BadData(self._path, self._table.header_line, index + 1, fact)
        return known

    def _no_date(self, clock: int) -> BadData:
        """Return the error for times of day: their date is not known, or they are elapsed times."""
        others = [i for i in self._named if i != clock and not self._detected(i)]
        if others:
            return self._unknown(others[0])
        fact = (
            "times of day without a date: --date COLUMN says where that is, --start TIME what they count from"
        )
        return BadData(self._path, self._table.header_line, clock + 1, fact)

    def _no_start(self, index: int) -> BadData:
        fact = "times are counted from a start, not written as dates: say when that was with --start TIME"
        return BadData(self._path, self._table.header_line, index + 1, fact)

    def _complaint(self) -> BadData:
        if self._named:
            return self._unknown(self._named[0])
        fact = "no time column: none is called time or date or holds times (--time COLUMN says which it is)"
        return BadData(self._path, self._table.header_line, 0, fact)

    def _unknown(self, index: int) -> BadData:
        cell = next((cell for cell in self._columns[index] if cell.strip()), "")
        hint = "--time-format PATTERN says how to read them"
        fact = f"times such as {numbers.quoted(cell)} are not known ({hint})"
        return BadData(self._path, self._table.header_line, index + 1, fact)


def column_index(path: StrPath, table: Table, said: str) -> int:
    """Return the index of a column that was said by title, name or number; raise BadData for none."""
    titles = [names.column_title(table.header, i) for i in range(table.width)]
    plain = [names.name_and_unit(title)[0] for title in titles]
    for known in (titles, plain, [name.casefold() for name in plain]):
        if said in known:
            return known.index(said)
    if said.casefold() in (name.casefold() for name in titles):
        return [name.casefold() for name in titles].index(said.casefold())
    if said.isascii() and said.isdigit() and 1 <= int(said) <= table.width:
        return int(said) - 1
    fact = f"no column is {numbers.quoted(said)}: the columns are {', '.join(titles)[:200]}"
    raise BadData(path, table.header_line, 0, fact)
