"""Times in several columns: found by their names, named by an option, or guessed from their numbers."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from myapp.errors import BadData
from myapp.notebook.intake import names, ticks, time_detection, time_parts, zone_words
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.table import Table
from myapp.notebook.intake.time_parts import PartsFormat
from myapp.notebook.intake.times import TimeFormat

_ENOUGH = (
    {"year", "month"}, {"year", "day of year"}, {"month", "day"}, {"day of year", "hour"},
    {"day of year", "hhmm"}, {"date", "hour"}, {"date", "hhmm"}, {"date", "clock", "millisecond"},
)  # fmt: skip
"""Parts that together are a time; fewer are something else."""

_AFTER = {"minute": "hour", "second": "minute", "millisecond": "clock"}
"""Short names, as min and ms, mean a part of the time only right behind the part that is larger."""

_ORDER = (
    "year",
    "month",
    "day",
    "day of year",
    "date",
    "hour",
    "hhmm",
    "clock",
    "minute",
    "second",
    "millisecond",
)


def by_names(table: Table) -> tuple[int, ...]:
    """Return the columns named after parts of times that hold such; none where they make up no time."""
    found: dict[str, int] = {}
    for index, title in enumerate(table.header):
        part = _part_of(table, index)
        if part in found and names.letters(title) == "mm":  # months and minutes are both called so
            part = "minute"
        if part and part not in found and _fits(part, table, index):
            found[part] = index
    for part, before in _AFTER.items():
        near = found.get(before, found.get("second", -9))
        if part in found and abs(found[part] - near) != 1:
            del found[part]
    if "day of year" in found and {"month", "day"} <= set(found):
        del found["day of year"]
    if "date" in found:
        found = {part: i for part, i in found.items() if part not in ("year", "month", "day", "day of year")}
    if "hhmm" in found or "clock" in found:
        found = {part: i for part, i in found.items() if part not in ("hour", "minute")}
    if not any(parts <= set(found) for parts in _ENOUGH):
        return ()
    return tuple(found[part] for part in _ORDER if part in found)


def _parts(table: Table, columns: Sequence[int]) -> tuple[str, ...]:
    """Return the parts that columns are named after; the second `mm` has minutes."""
    parts: list[str] = []
    for index in columns:
        part = _part_of(table, index)
        parts.append("minute" if part in parts and names.letters(table.header[index]) == "mm" else part)
    return tuple(parts)


def _part_of(table: Table, index: int) -> str:
    """Return the part that a column is named after; behind a day, HHMM may be called as its zone is."""
    part = _part(table.header[index])
    if part or not index or not zone_words.is_zone(table.header[index].strip()):
        return part
    return "hhmm" if _part(table.header[index - 1]) and _fits("hhmm", table, index) else ""


def _part(title: str) -> str:
    return time_parts.NAMES.get(names.letters(title.partition(",")[0]), "")


def _fits(part: str, table: Table, index: int) -> bool:
    if part == "date":
        return time_detection.detect(table.columns[index]) is not None
    return time_parts.fits(part, table.columns[index])


def columns_named(table: Table, text: str) -> list[int]:
    """Return the columns that an option names: one, or several with blanks or commas between them."""
    try:
        return [table.index(text, "time")]
    except BadData:
        words = [word.strip() for word in text.split(",")] if "," in text else text.split()
        if len(words) < 2:
            raise
        return _longest_names(table, words, text)


def _longest_names(table: Table, words: Sequence[str], text: str) -> list[int]:
    """Return columns whose names are runs of words, the longest first."""
    found, begin = [], 0
    while begin < len(words):
        for end in range(len(words), begin, -1):
            try:
                found.append(table.index(" ".join(words[begin:end]), "time"))
            except BadData:
                if end == begin + 1:
                    raise
            else:
                begin = end
                break
    return found


def format_of(table: Table, options: ImportOptions, columns: Sequence[int]) -> TimeFormat:
    """Return the format of the times that columns make up; raise BadData where it cannot be known."""
    if options.time_format:
        parts = time_parts.pattern_parts(options.time_format)
        if parts is None or len(parts) != len(columns):
            return ticks.PatternFormat(options.time_format)
        return _with_year(table, options, columns, parts)
    parts = _parts(table, columns)
    if not all(parts) or len(set(parts)) < len(parts):
        if len(columns) == 2 and (joined := _joined(table, options, columns)):
            return joined
        raise _no_format(table, columns)
    return _with_year(table, options, columns, parts)


def _joined(table: Table, options: ImportOptions, columns: Sequence[int]) -> TimeFormat | None:
    cells = [" ".join(row) for row in zip(*(table.columns[i] for i in columns), strict=True)]
    return time_detection.detect(cells, options.date_order)


def _with_year(
    table: Table, options: ImportOptions, columns: Sequence[int], parts: tuple[str, ...]
) -> PartsFormat:
    day = None
    if "date" in parts:
        day = time_detection.detect(table.columns[columns[parts.index("date")]], options.date_order)
    elif "year" not in parts and options.year is None:
        fact = f"the times have a {parts[0]} and no year"
        raise table.bad_header(columns[0], fact, setting="year", advice="{year} YYYY says which it was")
    minutes = table.columns[columns[parts.index("minute")]] if "minute" in parts else ()
    closing = any(cell.strip().partition(".")[0] == "60" for cell in minutes)
    return PartsFormat(parts, options.year or 0, day, closing)


def _no_format(table: Table, columns: Sequence[int]) -> BadData:
    patterns = [pattern for found, pattern in _guesses(table) if list(found) == sorted(columns)]
    shown = " ".join(table.columns[i][0].strip() for i in columns)
    fact = f"times such as {shown!r} of {len(columns)} columns are not known"
    pattern = patterns[0] if patterns else "PATTERN"
    advice = f"{{time_format}} '{pattern}' says how to read them"
    return table.bad_cell(columns[0], fact, setting="time_format", values=tuple(patterns[:1]), advice=advice)


def guess(table: Table) -> tuple[tuple[int, ...], str] | None:
    """Return columns without names that may be parts of dates, and their pattern."""
    return next(iter(_guesses(table)), None)


def _guesses(table: Table) -> list[tuple[tuple[int, ...], str]]:
    """Return guesses: a year, then a day of the year that agrees with a month and a day, or these alone."""
    found = []
    for year in range(min(table.width - 2, 8)):
        if not ticks.is_year(table.columns[year]):
            continue
        for skipped in (1, 0):
            columns = (year, *range(year + 1 + skipped, table.width))[:6]
            parts = ("year", "month", "day", "hour", "minute", "second")[: len(columns)]
            fitting = _fitting(table, columns, parts)
            if len(fitting) > 2 and (not skipped or _agree(table, year, fitting)):
                found.append((fitting, " ".join(time_parts.PATTERNS[part] for part in parts[: len(fitting)])))
        if (
            year + 2 < table.width
            and _fitting(table, (year, year + 1, year + 2), ("year", "day of year", "hhmm"))[2:]
        ):
            found.append(((year, year + 1, year + 2), "%Y %j %H%M"))
    return [each for each in found if _rises(table, each[0])]


def _fitting(table: Table, columns: Sequence[int], parts: Sequence[str]) -> tuple[int, ...]:
    """Return the columns, in their order, up to the first that cannot be its part."""
    kept: list[int] = []
    for column, part in zip(columns, parts, strict=True):
        if not time_parts.fits(part, table.columns[column]):
            break
        if part == "second" and any("." in cell for cell in table.columns[column]):
            break
        kept.append(column)
    return tuple(kept)


def _agree(table: Table, year: int, columns: Sequence[int]) -> bool:
    """Whether the column behind the year is the day of the year of the month and the day behind it."""
    for row in zip(*(table.columns[i] for i in (year, year + 1, *columns[1:3])), strict=True):
        try:
            day = date(int(row[0]), int(row[2]), int(row[3])).timetuple().tm_yday
        except ValueError:
            return False
        if not row[1].strip().isdigit() or int(row[1]) != day:
            return False
    return True


def _rises(table: Table, columns: Sequence[int]) -> bool:
    """Whether the rows are different in these columns, mostly."""
    rows = list(zip(*(table.columns[i] for i in columns), strict=True))
    changes = sum(a != b for a, b in pairwise(rows))
    return 2 * changes >= len(rows) - 1
