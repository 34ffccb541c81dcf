"""A run's readings as lines of a picture: no more points than it is wide, found by the database.

The time is cut into as many parts as the picture has columns. Of each part the first, smallest,
largest and last reading make the same picture as all of them (https://doi.org/10.14778/2732951.2732953).
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
from myapp.notebook.selection import Chosen

LARGEST = 8e307
"""What is larger is in no picture, as infinite values are not: a difference of two must be a number."""

_REGULAR_STEPS, _IRREGULAR_STEPS = 1.6, 10.0

_CHANNELS = metadata.tables["channels"]
_READINGS = metadata.tables["readings"]

Point = tuple[int, float]


@dataclass(frozen=True)
class Line:
    """A channel's readings in pieces, between which there is a gap. Times are UTC microseconds."""

    name: str
    unit: str
    pieces: tuple[tuple[Point, ...], ...]

    @property
    def title(self) -> str:
        """The name with its unit."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class _Part(Checked):
    """One channel's readings of one part of the time."""

    count: int
    minimum: float
    maximum: float
    first_at: int
    first: float
    last_at: int
    last: float

    def points(self) -> list[Point]:
        """Return the points that draw the same as all readings."""
        if self.count == 1:
            return [(self.first_at, self.first)]
        middle = (self.first_at + self.last_at) // 2
        between = [(middle, self.minimum), (middle, self.maximum)] if self.count > 2 else []
        return [(self.first_at, self.first), *between, (self.last_at, self.last)]


def lines(connection: Connection, chosen: Chosen, width: int) -> list[Line]:
    """Return the chosen readings of one run as lines for a picture of `width` columns, by name and unit.

    A line breaks where a channel's next reading is later than its readings are usually apart: by more
    than half where most are equally far apart, else by ten times. Raise Damaged.
    """
    drawn = and_(chosen.readings(), func.abs(_READINGS.c.value) <= LARGEST)
    span = select(func.min(_READINGS.c.time), func.max(_READINGS.c.time)).where(drawn)
    start, end = connection.execute(span).one()
    if start is None:
        return []
    if not isinstance(end, int):
        raise Damaged("the document", f"a reading's time is {str(end)[:40]!r}")
    rows = connection.execute(_parts(drawn, start, (end - start) // width + 1))
    channels = groupby(rows, key=attrgetter("channel_id", "name", "unit"))
    return [_line(name, unit, parts) for (_id, name, unit), parts in channels]


def _line(name: str, unit: str, rows: Iterable[Any]) -> Line:
    parts = [_Part(*row[3:]) for row in rows]
    longest = _longest_step(parts)
    pieces: list[list[Point]] = [parts[0].points()]
    for before, part in pairwise(parts):
        if part.first_at - before.last_at > longest:
            pieces.append([])
        pieces[-1].extend(part.points())
    return Line(name, unit, tuple(map(tuple, pieces)))


def _longest_step(parts: Sequence[_Part]) -> float:
    """Return how far readings may be apart, in microseconds, and still be joined by a line."""
    between = [after.first_at - before.last_at for before, after in pairwise(parts)]
    steps = between + [(p.last_at - p.first_at) / (p.count - 1) for p in parts if p.count > 1]
    if not steps:
        return 0
    usual = median(steps)
    regular = sum(0.5 * usual <= step <= 1.5 * usual for step in steps) * 2 >= len(steps)
    return usual * (_REGULAR_STEPS if regular else _IRREGULAR_STEPS)


def _parts(drawn: Any, start: int, width: int) -> Select[Any]:
    readings = select(_READINGS, ((_READINGS.c.time - start) // width).label("part")).where(drawn).subquery()
    value, time = readings.c.value, readings.c.time
    parts = (
        select(
            readings.c.run_id,
            readings.c.channel_id,
            readings.c.part,
            func.count().label("count"),
            func.min(value).label("minimum"),
            func.max(value).label("maximum"),
            func.min(time).label("first_at"),
            func.max(time).label("last_at"),
        )
        .group_by(readings.c.run_id, readings.c.channel_id, readings.c.part)
        .subquery()
    )
    first, last = _READINGS.alias("first"), _READINGS.alias("last")
    return (
        select(_CHANNELS.c.id.label("channel_id"), _CHANNELS.c.name, _CHANNELS.c.unit)
        .add_columns(parts.c.count, parts.c.minimum, parts.c.maximum)
        .add_columns(parts.c.first_at, first.c.value, parts.c.last_at, last.c.value)
        .select_from(parts)
        .join(_CHANNELS, _CHANNELS.c.id == parts.c.channel_id)
        .join(first, _reading_at(first, parts, "first_at"))
        .join(last, _reading_at(last, parts, "last_at"))
        .order_by(_CHANNELS.c.name, _CHANNELS.c.unit, parts.c.part)
    )


def _reading_at(readings: Any, parts: Any, moment: str) -> Any:
    same_channel = and_(readings.c.run_id == parts.c.run_id, readings.c.channel_id == parts.c.channel_id)
    return and_(same_channel, readings.c.time == parts.c[moment])
