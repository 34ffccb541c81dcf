"""Finds the columns of times in a table and their format, by strategies that are tried in turn."""

from collections.abc import Callable, Sequence

from myapp.errors import BadData
from myapp.notebook.intake import counts, names, numbers, split_times, ticks, time_detection, time_forms
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.table import NO_HEADER, Table, TimeColumns
from myapp.notebook.intake.times import CalendarFormat, TimeFormat

Strategy = Callable[[Table, ImportOptions], TimeColumns | None]


def find(table: Table, options: ImportOptions) -> TimeColumns:
    """Return the columns of times; raise BadData where there are none, or they can be read in two ways."""
    if options.interval is not None:
        return counts.counted_rows(table, options)
    strategies = _GIVEN if options.time is not None or options.date is not None else _DETECTED
    for strategy in strategies:
        if columns := strategy(table, options):
            return columns
    raise _unknown(table, options)


def calendar(table: Table, options: ImportOptions, index: int) -> TimeColumns | None:
    """Return a column of calendar times, with the one of dates or of times of day that goes with it."""
    if options.time_format:
        return _formatted(table, options, index)
    known = form(table, options, index)
    if known is None:
        date = _date_beside(table, options, index)
        return None if date is None else pair(table, options, date, index)
    clock = _clock_beside(table, index)
    if clock is not None and (both := pair(table, options, index, clock)):
        return both
    return TimeColumns((index,), _unambiguous(table, options, index, known, table.columns[index]))


def form(table: Table, options: ImportOptions, index: int) -> TimeFormat | None:
    """Return the format of a column's calendar times, or None."""
    order = options.date_order or names.date_order(table.header[index])
    return time_forms.detect(table.columns[index], order)


def pair(table: Table, options: ImportOptions, date: int, clock: int) -> TimeColumns | None:
    """Return a column of dates and one of times of day; None where they make no times together."""
    if options.time_format:
        return TimeColumns((date, clock), ticks.PatternFormat(options.time_format))
    cells = [f"{d} {c}" for d, c in zip(table.columns[date], table.columns[clock], strict=True)]
    known = time_forms.detect(cells, options.date_order or names.date_order(table.header[date]))
    return TimeColumns((date, clock), _unambiguous(table, options, date, known, cells)) if known else None


def named(table: Table) -> list[int]:
    """Return the indexes of the columns that are named as times are, or speak of times and hold hours."""
    below = table.units or [""] * table.width
    pairs = zip(table.header, below, strict=True)
    return [
        i
        for i, (title, unit) in enumerate(pairs)
        if names.is_time_name(names.with_unit(title, unit))
        or (names.mentions_time(title) and ticks.is_hourly(table.columns[i]))
    ]


def _given_column(table: Table, options: ImportOptions) -> TimeColumns | None:
    """Return the one column that the options name, or the two of them."""
    time = [] if options.time is None else split_times.columns_named(table, options.time)
    date = [] if options.date is None else [table.index(options.date, "date")]
    if len(time) > 1:
        return None
    if time and date:
        return pair(table, options, date[0], time[0]) or _raise(_no_pair(table, date[0], time[0]))
    index = (time or date)[0]
    return (
        calendar(table, options, index)
        or counts.count(table, options, index, given=True)
        or _raise(_not_known(table, index))
    )


def _given_columns(table: Table, options: ImportOptions) -> TimeColumns | None:
    """Return several columns that one option names."""
    columns = tuple(split_times.columns_named(table, options.time or ""))
    return TimeColumns(columns, split_times.format_of(table, options, columns))


def _named_calendar(table: Table, options: ImportOptions) -> TimeColumns | None:
    """Return the first named column of calendar times, but a date whose rest stands in other columns."""
    parts = _split(table, options)
    for index in named(table):
        if columns := calendar(table, options, index):
            return parts if parts and set(columns.columns) < set(parts.columns) else columns
    return None


def _split(table: Table, options: ImportOptions) -> TimeColumns | None:
    """Return columns of a year, a month, a day …, by their names."""
    if options.time_format:
        return None
    columns = split_times.by_names(table)
    return TimeColumns(columns, split_times.format_of(table, options, columns)) if columns else None


def _distinct(table: Table, options: ImportOptions) -> TimeColumns | None:
    """Return the column whose content can only be times, unless a named one may hold elapsed times."""
    if options.start is not None and named(table):
        return None
    return _best(table, options, distinct=True)


def _named_count(table: Table, options: ImportOptions) -> TimeColumns | None:
    """Return the first named column of years, of numbers since 1970, or of elapsed times."""
    found = (counts.count(table, options, index, given=False) for index in named(table))
    return next(filter(None, found), None)


def _sequence(table: Table, options: ImportOptions) -> TimeColumns | None:
    """Return the column of a sequence whose start and increment stand in the header."""
    return counts.sequence(table, options)


def _any(table: Table, options: ImportOptions) -> TimeColumns | None:
    """Return the column in which most cells are times, by its content alone."""
    return _best(table, options, distinct=False)


_GIVEN: Sequence[Strategy] = (_given_column, _given_columns)
_DETECTED: Sequence[Strategy] = (_sequence, _named_calendar, _split, _distinct, _named_count, _any)


def _best(table: Table, options: ImportOptions, *, distinct: bool) -> TimeColumns | None:
    fitting = []
    for index in range(table.width):
        known = form(table, options, index)
        inner = time_forms.innermost(known) if known else None
        if known and (not isinstance(inner, CalendarFormat) or inner.date.distinct >= distinct):
            fitting.append((time_detection.count_fitting(known, table.columns[index]), -index))
    return calendar(table, options, -max(fitting)[1]) if fitting else None


def _formatted(table: Table, options: ImportOptions, index: int) -> TimeColumns | None:
    """Return a column in the format of the options; None where no cell fits, unless it is given."""
    time_format = ticks.format_of(options.time_format or "", options.start)
    if time_format is None:
        raise counts.no_start(table, index)
    fits = time_detection.count_fitting(time_format, table.columns[index])
    return TimeColumns((index,), time_format) if fits or options.time is not None else None


def _clock_beside(table: Table, date: int) -> int | None:
    """Return the column of times of day that goes with one of dates alone."""
    if any(":" in cell for cell in table.columns[date]):
        return None
    clocks = [i for i in range(table.width) if i != date and _holds_clocks(table, i)]
    if not clocks and _holds_hhmm(table, date, date + 1):
        return date + 1
    return _named_first(table, clocks, date)


def _date_beside(table: Table, options: ImportOptions, clock: int) -> int | None:
    """Return the column of dates that goes with one of times of day."""
    if not _holds_clocks(table, clock):
        return None
    dates = [i for i in range(table.width) if i != clock and form(table, options, i)]
    return _named_first(table, dates, clock)


def _named_first(table: Table, indexes: Sequence[int], near: int) -> int | None:
    """Return the named one of some columns, or the next one to another."""
    of_time = set(named(table))
    return min(
        indexes,
        key=lambda i: (i not in of_time, abs(i - near) if i > near else table.width + i),
        default=None,
    )


def _holds_clocks(table: Table, index: int) -> bool:
    filled = [cell for cell in table.columns[index] if cell.strip()][:50]
    return bool(filled) and all(map(time_detection.is_time_of_day, filled))


def _holds_hhmm(table: Table, date: int, index: int) -> bool:
    """Whether a column beside dates that repeat holds times of day in four digits, as 0930."""
    if index >= table.width:
        return False
    days, cells = table.columns[date], [cell.strip() for cell in table.columns[index]]
    whole = all(len(cell) == 4 and cell.isdigit() and cell[2:] < "60" and cell <= "2400" for cell in cells)
    repeats = len(set(days)) < len(days)
    return whole and repeats and len(set(zip(days, cells, strict=True))) > len(set(days))


def _unambiguous(
    table: Table, options: ImportOptions, index: int, known: TimeFormat, cells: Sequence[str]
) -> TimeFormat:
    """Return the format of calendar times; raise where options or the header contradict it."""
    counts.refuse_start(options, index, known)
    inner = time_forms.innermost(known)
    order = options.date_order or names.date_order(table.header[index])
    starts = cells if inner is known else [_start_of(known, cell) for cell in cells]
    if order is None and time_detection.is_ambiguous(inner, starts):
        raise _two_ways(table, index, inner, starts)
    if time_detection.count_fitting(known, [table.header[index]]):
        raise table.bad_header(index, NO_HEADER)
    return known


def _start_of(known: TimeFormat, cell: str) -> str:
    """Return the calendar time within a cell."""
    if isinstance(known, time_forms.SpanFormat):
        return _start_of(known.inner, cell.partition(known.separator)[0])
    return cell.strip().rpartition(" ")[0] if isinstance(known, time_forms.ZoneWordFormat) else cell


def _two_ways(table: Table, index: int, known: TimeFormat, cells: Sequence[str]) -> BadData:
    first = next(cell for cell in cells if cell.strip())
    readings = time_detection.readings(known, cells)
    orders = [order for order in ("dmy", "mdy", "ymd") if order in readings]
    each = ", or ".join(f"{{date_order}} {order}, which makes it {readings[order]}" for order in orders)
    fact = (
        f"date {numbers.quoted(first.strip())} can be read in {len(orders)} ways"
        if len(orders) > 2
        else (f"date {numbers.quoted(first.strip())} can be read in two ways")
    )
    return table.bad_cell(index, fact, setting="date_order", values=tuple(orders), advice=f"say {each}")


def _unknown(table: Table, options: ImportOptions) -> BadData:
    """Return the error for a table without times: parts of them in columns without names, or none at all."""
    if guess := split_times.guess(table):
        columns, pattern = guess
        listed = " ".join(str(i + 1) for i in columns)
        advice = f"{{time}} '{listed}' {{time_format}} '{pattern}' would read them so"
        fact = "no time column; some hold what may be parts of dates"
        return table.bad_header(-1, fact, setting="time", values=(listed,), advice=advice)
    of_time = named(table)
    if of_time:
        return _not_known(table, of_time[0])
    fact = "no time column: none is called time or date or holds times"
    return table.bad_header(
        -1, fact, setting="time", values=table.titles, advice="{time} COLUMN says which it is"
    )


def _no_pair(table: Table, date: int, clock: int) -> BadData:
    cell = " ".join(table.columns[i][0] for i in (date, clock))
    fact = f"a date and time such as {numbers.quoted(cell)} are not known"
    return table.bad_cell(
        date, fact, setting="time_format", advice="{time_format} PATTERN says how to read them"
    )


def _not_known(table: Table, index: int) -> BadData:
    cell = next((cell for cell in table.columns[index] if cell.strip()), "")
    fact = f"times such as {numbers.quoted(cell)} are not known"
    pattern = time_detection.pattern_of(cell)
    advice = (
        f"{{time_format}} '{pattern}' may be how to read them"
        if pattern
        else ("{time_format} PATTERN says how to read them")
    )
    return table.bad_header(
        index, fact, setting="time_format", values=(pattern,) if pattern else (), advice=advice
    )


def _raise(error: BadData) -> TimeColumns:
    raise error
