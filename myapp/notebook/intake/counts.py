"""Times that are counted: numbers since 1970 or a start, days of Excel, sequences, rows at an interval."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from myapp.errors import BadData, UsageError
from myapp.notebook.intake import header_facts, names, numbers, ticks, time_detection
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.table import Table, TimeColumns
from myapp.notebook.intake.time_forms import RowCountFormat
from myapp.notebook.intake.times import YEAR, TimeFormat

_SECONDS = ticks.UNITS["s"]

_DAY_NAMES = {name: word for word, titles in names.DAY_NAMES.items() for name in titles}


def count(table: Table, options: ImportOptions, index: int, *, given: bool) -> TimeColumns | None:
    """Return a column of years, or counted from 1970 or from a start; None where it is no number."""
    time_format = _format(table, options, index, given=given)
    return TimeColumns((index,), time_format) if time_format else None


def _format(table: Table, options: ImportOptions, index: int, *, given: bool) -> TimeFormat | None:
    if options.time_format:
        return _of_options(table, options, index, given=given)
    cells = [cell for cell in table.columns[index] if cell.strip()]
    unit, start = _unit(table, index), options.start
    if start is None and unit is None:
        if ticks.is_year(cells):
            return YEAR
        if ticks.is_decimal_year(cells):
            return ticks.DecimalYearFormat()
    name = names.letters(table.header[index])
    titles = name if unit else name + table.unit(index).lower()
    named = "epoch" in titles or "unix" in titles
    if not named and ticks.is_hourly(cells):
        return ticks.PatternFormat("%Y%m%d%H")
    if start is None and (epoch := ticks.epoch_of(cells, unit, named=named)):
        return epoch
    if (word := _DAY_NAMES.get(name)) and ticks.may_be_days(word, cells):
        return ticks.days(word)
    if unit is None and not named and ticks.may_be_days("excel", cells):
        return _excel(table, index, cells)
    return _elapsed(table, options, index, unit)


def _of_options(table: Table, options: ImportOptions, index: int, *, given: bool) -> TimeFormat | None:
    time_format = ticks.format_of(options.time_format or "", options.start)
    if time_format is None:
        raise no_start(table, index)
    fits = time_detection.count_fitting(time_format, table.columns[index])
    return time_format if fits or given else None


def _excel(table: Table, index: int, cells: Sequence[str]) -> TimeFormat:
    """Return Excel's dates where the column is called a date; ask where it may hold days or seconds too."""
    known = ticks.days("excel")
    name = names.letters(table.header[index])
    if "date" in name or "datum" in name:
        return known
    moment = header_facts.shown(known.read(cells[0]))
    fact = f"{numbers.quoted(cells[0].strip())} may be days as Excel counts them, or elapsed times"
    advice = (
        f"{{time_format}} excel makes {moment} of the first, {{time_format}} elapsed seconds since {{start}}"
    )
    raise table.bad_header(index, fact, setting="time_format", values=("excel", "elapsed"), advice=advice)


def _elapsed(table: Table, options: ImportOptions, index: int, unit: Decimal | None) -> TimeFormat | None:
    cells = [cell for cell in table.columns[index] if cell.strip()]
    clocks = bool(cells) and all(map(ticks.is_duration, cells))
    if not clocks and not ticks.counted(cells):
        return None
    if not clocks:
        _refuse_finer(table, index, unit or _SECONDS)
    start = options.start
    if start is None:
        raise _no_date(table, index) if clocks else no_start(table, index)
    return (
        ticks.DurationFormat(start)
        if clocks
        else ticks.TickFormat(unit or _SECONDS, elapsed=True, start=start)
    )


def _unit(table: Table, index: int) -> Decimal | None:
    """Return the unit of time in the header, in brackets or as in `time_ms`."""
    last = names.name_and_unit(table.header[index])[0].replace("_", " ").split()[1:]
    words = [table.unit(index).lower(), *(word.lower() for word in last[-1:])]
    return next((ticks.UNITS[word] for word in words if word in ticks.UNITS), None)


def sequence(table: Table, options: ImportOptions) -> TimeColumns | None:
    """Return the first column, which numbers the samples, where the header has a start and an increment."""
    facts = header_facts.sequence(table)
    if facts is None or not ticks.counted(table.columns[0]):
        return None
    first, increment = (seconds * _SECONDS for seconds in facts)
    _refuse_finer(table, 0, increment)
    if options.start is None:
        raise no_start(table, 0)
    time_format = ticks.TickFormat(increment, elapsed=True, start=options.start, offset=first)
    return TimeColumns((0,), time_format)


def counted_rows(table: Table, options: ImportOptions) -> TimeColumns:
    """Return the times of rows that have none, from the start and the interval of the options."""
    interval = ticks.interval_of(options.interval or "") or Decimal(0)
    if interval < 1:
        raise _finer(table, -1, interval)
    if options.start is None:
        raise no_start(table, -1)
    return TimeColumns((), RowCountFormat(options.start, interval))


def _refuse_finer(table: Table, index: int, unit: Decimal) -> None:
    """Raise BadData where samples are nearer to each other than times can be kept."""
    cells = [cell.strip().replace(",", ".") for cell in table.columns[index] if cell.strip()]
    numbers_of = [Decimal(cell) * unit for cell in cells if numbers.is_finite(cell)]
    steps = [abs(b - a) for a, b in pairwise(numbers_of) if a != b]
    if steps and sorted(steps)[len(steps) // 2] < 1:
        raise _finer(table, index, sorted(steps)[len(steps) // 2])


def _finer(table: Table, index: int, step: Decimal) -> BadData:
    nanoseconds = f"{(step * 1000).normalize():f}"
    fact = f"samples {nanoseconds} ns apart: times are kept to the microsecond, and nothing finer is imported"
    return table.bad_header(index, fact)


def refuse_start(options: ImportOptions, index: int, known: TimeFormat) -> None:
    """Raise UsageError where a start is given for times that are dates."""
    if options.start is not None:
        place = f"those in column {index + 1} are {known.name}"
        raise UsageError(setting="start", advice=f"{{start}} is for elapsed times, and {place}: leave it out")


def no_start(table: Table, index: int) -> BadData:
    """Return the error for times that are counted from a start which nobody named."""
    fact = "times are counted from a start, not written as dates"
    if found := header_facts.start(table):
        advice = f"{{start}} '{found}' is what the lines before the table may mean"
        return table.bad_header(index, fact, setting="start", values=(found,), advice=advice)
    return table.bad_header(index, fact, setting="start", advice="say when that was with {start} TIME")


def _no_date(table: Table, clock: int) -> BadData:
    """Return the error for times of day: their date is not known, or they are elapsed times."""
    advice = "{date} COLUMN says where that is, {start} TIME what they count from"
    return table.bad_header(clock, "times of day without a date", setting="date", advice=advice)
