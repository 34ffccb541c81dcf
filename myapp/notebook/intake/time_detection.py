"""Recognises calendar times: the format of a column's cells, and whether day and month can be swapped."""

import re
from collections.abc import Sequence
from datetime import datetime

from myapp.notebook.intake.times import FORMATS, CalendarFormat, TimeFormat
from myapp.notebook.intake.zones import EPOCH, MICROSECOND

_NUMBER = re.compile(r"[+-]?[0-9]{1,7}(?:[.,][0-9]*)?")
_TIME_OF_DAY = re.compile(
    r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?: ?[AaPp]\.?[Mm]\.?| ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
"""Looser than the formats, so that 24:30 is a fault of its row and not another column."""


def detect(cells: Sequence[str], order: str | None = None) -> CalendarFormat | None:
    """Return the format of the first cell that is not empty, or None where it is no time.

    Whether the day or the month comes first is decided by `order`, or by which fits more of the cells;
    where both fit alike it is the day, and `is_ambiguous` is true.
    """
    first = next((cell for cell in cells if cell.strip()), "")
    if not _is_likely(first):
        return None
    fitting = [f for f in FORMATS if (not order or f.date.order in ("", order)) and _fits(f, first)]
    if fitting and fitting[0].date.order:
        return max(
            (f for f in fitting if f.date.order),
            key=lambda f: (count_fitting(f, cells), _PREFERRED[f.date.order]),
        )
    return fitting[0] if fitting else None


_PREFERRED = {"dmy": 2, "mdy": 1, "ymd": 0}


def readings(known: TimeFormat, cells: Sequence[str]) -> dict[str, str]:
    """Return what each order that cells may have makes of the first that it matters for, as an ISO time."""
    filled = [cell for cell in cells if cell.strip()]
    order = known.date.order if isinstance(known, CalendarFormat) else ""
    least = count_fitting(known, filled)
    fitting = [
        f for f in FORMATS if f.date.order and _fits(f, filled[0]) and count_fitting(f, filled) >= least
    ]
    if isinstance(known, CalendarFormat) and known not in fitting:
        fitting.append(known)
    cell = next((cell for cell in filled if len({f.read(cell) for f in fitting}) > 1), filled[0])
    shown = {f.date.order: (EPOCH + f.read(cell) * MICROSECOND).isoformat(" ") for f in fitting}
    return shown or {order: filled[0]}


def pattern_of(cell: str) -> str:
    """Return a pattern of strptime that reads a cell, of those that are known by their own; "" for none."""
    patterns = (*_PATTERNS, _from_year(cell.strip()))
    return next((pattern for pattern in patterns if pattern and _strptime_fits(pattern, cell.strip())), "")


_PATTERNS = (
    "%Y%m%d_%H%M%S", "%Y%m%d-%H%M%S", "%d%b%Y %H:%M", "%d%b%Y:%H:%M:%S", "%H:%M:%S %d/%m/%Y",
    "%H:%M:%S %d.%m.%Y", "%H:%M %d.%m.%Y", "%y%m%d %H%M%S", "%a %b %d %H:%M:%S %Y", "%d.%m.%Y %H.%M",
    "%Y %j %H:%M", "%Y-%j %H:%M", "%y/%m/%d %H:%M:%S",
)  # fmt: skip

_FROM_YEAR = re.compile(
    r"[0-9]{4}(?P<date>[-/.:_ ])[0-9]{1,2}(?P=date)[0-9]{1,2}(?P<between>[^0-9%]{1,3})"
    r"[0-9]{1,2}(?P<time>[-:._h]?)[0-9]{2}(?P<second>(?P=time)[0-9]{2})?(?P<point>[.,:][0-9]{1,6})?Z?"
)


def _from_year(cell: str) -> str:
    """Return a pattern for a cell that begins with its year, whatever stands between its parts."""
    match = _FROM_YEAR.fullmatch(cell)
    if match is None:
        return ""
    date, between, time, point = match["date"], match["between"], match["time"], match["point"] or ""
    second = f"{time}%S" if match["second"] else ""
    fraction = f"{point[0]}%f" if point else ""
    return f"%Y{date}%m{date}%d{between}%H{time}%M{second}{fraction}{'Z' if cell.endswith('Z') else ''}"


def _strptime_fits(pattern: str, cell: str) -> bool:
    try:
        datetime.strptime(cell, pattern)  # noqa: DTZ007  # only whether it fits
    except ValueError:
        return False
    return True


def is_ambiguous(time_format: TimeFormat, cells: Sequence[str]) -> bool:
    """Whether cells in a format would all be times too with day and month swapped."""
    if not isinstance(time_format, CalendarFormat) or not time_format.date.order:
        return False
    twins = [f for f in FORMATS if f.date.order and f.date.order != time_format.date.order]
    filled = [cell for cell in cells if cell.strip()]
    least = count_fitting(time_format, filled)
    return any(count_fitting(twin, filled) >= least for twin in twins if _fits(twin, filled[0]))


def count_fitting(time_format: TimeFormat, cells: Sequence[str]) -> int:
    """Return how many of the cells are times in the format."""
    return sum(_fits(time_format, cell) for cell in cells)


def is_time(cell: str) -> bool:
    """Whether a cell is a calendar time, in any format but that of years."""
    return _is_likely(cell) and any(_fits(known, cell) for known in FORMATS)


def is_time_of_day(cell: str) -> bool:
    """Whether a cell is a time of day without a date, in any way that may follow one."""
    return bool(_TIME_OF_DAY.fullmatch(cell.strip()))


def _is_likely(cell: str) -> bool:
    """Whether it is worth trying the formats: most cells that are no times are numbers or words."""
    text = cell.strip()
    return 6 <= len(text) <= 50 and any(map(str.isdigit, text)) and not _NUMBER.fullmatch(text)


def _fits(time_format: TimeFormat, cell: str) -> bool:
    try:
        time_format.read(cell)
    except ValueError:
        return False
    return True
