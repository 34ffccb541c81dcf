"""Statistics of a run's channels: counted and summed by the database in three passes.

A mean and a standard deviation from one pass lose digits where values are large and differ little. So
the mean comes first, then the differences from it; their sum, which would be zero were numbers exact,
corrects both. Values near the limits of a double are divided by the largest before they are squared:
PostgreSQL refuses an overflow and an underflow. SQLite has no standard deviation of its own.
"""

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, FromClause, Select, and_, case, func, literal, select

from myapp.notebook.checked import Checked
from myapp.notebook.models import metadata

_CHANNELS = metadata.tables["channels"]
_READINGS = metadata.tables["readings"]

_LARGE, _SMALL = 1e100, 1e-100
_NO_SQUARE = 1e-150
"""The square of a smaller difference counts as zero: it would underflow."""


@dataclass(frozen=True)
class ChannelStatistics(Checked):
    """The statistics of one channel in one run. Times are UTC microseconds.

    `gaps` counts the times at which the run has a reading of some channel and of this one none.
    `deviation` is the standard deviation of a sample (divided by one less than the count), None for a
    single reading; it and `mean` are None where a value is infinite.
    """

    name: str
    unit: str
    count: int
    gaps: int
    minimum: float
    maximum: float
    mean: float | None
    deviation: float | None
    first_at: int
    first: float
    last_at: int
    last: float


def statistics(connection: Connection, run_id: int) -> list[ChannelStatistics]:
    """Return the statistics of every channel with readings in the run, by name and unit."""
    moments = connection.execute(_moments(run_id)).scalar_one()
    return [_finished(row, moments) for row in connection.execute(_statistics(run_id))]


def _finished(row: Any, moments: int) -> ChannelStatistics:
    count, scale = row.count, row.scale
    mean = deviation = None
    if isinstance(scale, float) and math.isfinite(scale):  # a damaged document may hold a text
        mean = (row.mean + row.rest / count) * scale
        squares = max(0.0, row.squares - row.rest * row.rest / count)
        deviation = math.sqrt(squares / (count - 1)) * scale if count > 1 else None
    return ChannelStatistics(
        name=row.name,
        unit=row.unit,
        count=count,
        gaps=moments - count,
        minimum=row.minimum,
        maximum=row.maximum,
        mean=mean,
        deviation=deviation,
        first_at=row.first_at,
        first=row.first,
        last_at=row.last_at,
        last=row.last,
    )


def _moments(run_id: int) -> Select[Any]:
    """Count the times at which the run has any reading."""
    times = select(_READINGS.c.time).where(_READINGS.c.run_id == run_id).distinct().subquery()
    return select(func.count()).select_from(times)


def _statistics(run_id: int) -> Select[Any]:
    spans = _with_scales(_spans(run_id))
    means = _means(run_id, spans)
    spread = _spread(run_id, spans, means)
    first, last = _READINGS.alias("first"), _READINGS.alias("last")
    return (
        select(_CHANNELS.c.name, _CHANNELS.c.unit, *(c for c in spans.c if c.name != "channel_id"))
        .add_columns(means.c.mean, spread.c.rest, spread.c.squares)
        .add_columns(first.c.value.label("first"), last.c.value.label("last"))
        .select_from(spans)
        .join(_CHANNELS, _CHANNELS.c.id == spans.c.channel_id)
        .join(means, means.c.channel_id == spans.c.channel_id)
        .join(spread, spread.c.channel_id == spans.c.channel_id)
        .join(first, _reading_at(first, run_id, spans, "first_at"))
        .join(last, _reading_at(last, run_id, spans, "last_at"))
        .order_by(_CHANNELS.c.name, _CHANNELS.c.unit)
    )


def _reading_at(readings: FromClause, run_id: int, spans: FromClause, moment: str) -> Any:
    of_channel = and_(readings.c.run_id == run_id, readings.c.channel_id == spans.c.channel_id)
    return and_(of_channel, readings.c.time == spans.c[moment])


def _spans(run_id: int) -> FromClause:
    value, moment = _READINGS.c.value, _READINGS.c.time
    return (
        select(
            _READINGS.c.channel_id,
            func.count().label("count"),
            func.min(value).label("minimum"),
            func.max(value).label("maximum"),
            func.min(moment).label("first_at"),
            func.max(moment).label("last_at"),
        )
        .where(_READINGS.c.run_id == run_id)
        .group_by(_READINGS.c.channel_id)
        .subquery()
    )


def _with_scales(spans: FromClause) -> FromClause:
    """Add the divisor of values: the largest size where its square would overflow or underflow, else 1."""
    size = case((-spans.c.minimum > spans.c.maximum, -spans.c.minimum), else_=spans.c.maximum)
    unusual = (size > _LARGE) | ((size < _SMALL) & (size > 0))
    return select(spans, case((unusual, size), else_=literal(1.0)).label("scale")).cte("spans")


def _scaled(spans: FromClause) -> Any:
    """Return a reading's value divided by the scale; beside values beyond 1e100, one below 1 counts as 0."""
    negligible = (spans.c.scale > 1) & (func.abs(_READINGS.c.value) < 1)
    return case((negligible, literal(0.0)), else_=_READINGS.c.value / spans.c.scale)


def _means(run_id: int, spans: FromClause) -> FromClause:
    return (
        select(_READINGS.c.channel_id, func.avg(_scaled(spans)).label("mean"))
        .join(spans, spans.c.channel_id == _READINGS.c.channel_id)
        .where(_READINGS.c.run_id == run_id)
        .group_by(_READINGS.c.channel_id)
        .cte("means")
    )


def _spread(run_id: int, spans: FromClause, means: FromClause) -> FromClause:
    differs = (
        select(_READINGS.c.channel_id, (_scaled(spans) - means.c.mean).label("by"))
        .join(spans, spans.c.channel_id == _READINGS.c.channel_id)
        .join(means, means.c.channel_id == _READINGS.c.channel_id)
        .where(_READINGS.c.run_id == run_id)
        .subquery()
    )
    square = case((func.abs(differs.c.by) < _NO_SQUARE, literal(0.0)), else_=differs.c.by * differs.c.by)
    rest, squares = func.sum(differs.c.by).label("rest"), func.sum(square).label("squares")
    return select(differs.c.channel_id, rest, squares).group_by(differs.c.channel_id).cte("spread")
