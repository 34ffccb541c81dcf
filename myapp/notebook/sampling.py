"""Samples a run's readings for a picture in the database, to four points for each column of pixels.

The time span is divided into as many bins as the picture has columns. The first, smallest, largest and
last reading of a bin make the same picture as all of them (https://doi.org/10.14778/2732951.2732953).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from statistics import median
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from myapp.errors import Damaged
from myapp.notebook.checked import Checked
from myapp.notebook.models import metadata
from myapp.notebook.selection import Part

LARGEST = 8e307
"""The largest value that is drawn: the difference of two must be a number."""

_REGULAR_STEPS, _IRREGULAR_STEPS = 1.6, 10.0
"""The gap that breaks a line, in median steps, where most steps are about equal and where not."""

_CHANNELS = metadata.tables["channels"]
_READINGS = metadata.tables["readings"]

Point = tuple[int, float]


@dataclass(frozen=True)
class Line:
    """A channel's readings as pieces of a line, with gaps between them. Times are UTC microseconds."""

    name: str
    unit: str
    pieces: tuple[tuple[Point, ...], ...]

    @property
    def title(self) -> str:
        """The name with its unit."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class _Bin(Checked):
    """One channel's readings in one bin of time."""

    count: int
    minimum: float
    maximum: float
    first_at: int
    first: float
    last_at: int
    last: float

    def points(self) -> list[Point]:
        """Return the points that make the same picture as all readings."""
        if self.count == 1:
            return [(self.first_at, self.first)]
        middle = (self.first_at + self.last_at) // 2
        between = [(middle, self.minimum), (middle, self.maximum)] if self.count > 2 else []
        return [(self.first_at, self.first), *between, (self.last_at, self.last)]


def lines(connection: Connection, part: Part, width: int) -> list[Line]:
    """Return a run's readings in a part as lines for a picture of `width` columns, by name and unit.

    A line breaks at a gap of more than 1.6 median steps between the channel's readings where most steps
    are about equal, else at one of more than ten. Raise Damaged.
    """
    drawn = and_(part.readings(), func.abs(_READINGS.c.value) <= LARGEST)
    span = select(func.min(_READINGS.c.time), func.max(_READINGS.c.time)).where(drawn)
    start, end = connection.execute(span).one()
    if start is None:
        return []
    if not isinstance(end, int):
        raise Damaged("the document", f"a reading's time is {str(end)[:40]!r}")
    rows = connection.execute(_bins(drawn, start, (end - start) // width + 1))
    channels = groupby(rows, key=attrgetter("channel_id", "name", "unit"))
    return [_line(name, unit, bins) for (_id, name, unit), bins in channels]


def _line(name: str, unit: str, rows: Iterable[Any]) -> Line:
    bins = [_Bin(*row[3:]) for row in rows]
    longest = _longest_step(bins)
    pieces: list[list[Point]] = [bins[0].points()]
    for before, after in pairwise(bins):
        if after.first_at - before.last_at > longest:
            pieces.append([])
        pieces[-1].extend(after.points())
    return Line(name, unit, tuple(map(tuple, pieces)))


def _longest_step(bins: Sequence[_Bin]) -> float:
    """Return the longest time between two readings, in microseconds, that a line joins."""
    between = [after.first_at - before.last_at for before, after in pairwise(bins)]
    steps = between + [(each.last_at - each.first_at) / (each.count - 1) for each in bins if each.count > 1]
    if not steps:
        return 0
    usual = median(steps)
    regular = sum(0.5 * usual <= step <= 1.5 * usual for step in steps) * 2 >= len(steps)
    return usual * (_REGULAR_STEPS if regular else _IRREGULAR_STEPS)


def _bins(drawn: Any, start: int, width: int) -> Select[Any]:
    readings = select(_READINGS, ((_READINGS.c.time - start) // width).label("bin")).where(drawn).subquery()
    value, time = readings.c.value, readings.c.time
    bins = (
        select(
            readings.c.run_id,
            readings.c.channel_id,
            readings.c.bin,
            func.count().label("count"),
            func.min(value).label("minimum"),
            func.max(value).label("maximum"),
            func.min(time).label("first_at"),
            func.max(time).label("last_at"),
        )
        .group_by(readings.c.run_id, readings.c.channel_id, readings.c.bin)
        .subquery()
    )
    first, last = _READINGS.alias("first"), _READINGS.alias("last")
    return (
        select(_CHANNELS.c.id.label("channel_id"), _CHANNELS.c.name, _CHANNELS.c.unit)
        .add_columns(bins.c.count, bins.c.minimum, bins.c.maximum)
        .add_columns(bins.c.first_at, first.c.value, bins.c.last_at, last.c.value)
        .select_from(bins)
        .join(_CHANNELS, _CHANNELS.c.id == bins.c.channel_id)
        .join(first, _reading_at(first, bins, "first_at"))
        .join(last, _reading_at(last, bins, "last_at"))
        .order_by(_CHANNELS.c.name, _CHANNELS.c.unit, bins.c.bin)
    )


def _reading_at(readings: Any, bins: Any, moment: str) -> Any:
    same_channel = and_(readings.c.run_id == bins.c.run_id, readings.c.channel_id == bins.c.channel_id)
    return and_(same_channel, readings.c.time == bins.c[moment])
