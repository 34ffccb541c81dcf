"""Statistics of a run's channels: from the overview where it is in step, else from the readings.

A mean and a standard deviation from one pass over plain sums lose digits where values are large and differ
little; see overview/chunk.py. SQLite has no standard deviation of its own.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from myapp.notebook.checked import Checked
from myapp.notebook.lookup import channel_names
from myapp.notebook.overview import keeping, summing
from myapp.notebook.overview.chunk import COLUMNS, Chunk, is_usual, merged
from myapp.notebook.overview.reading import chunks_between, is_stale
from myapp.notebook.selection import Part
from myapp.notebook.sql import Sql

WHOLE = Part(None, None, None, None)

_TOTALS = f"""
    SELECT channel_id, gaps, {", ".join(COLUMNS)} FROM totals WHERE run_id = :run
"""


@dataclass(frozen=True)
class ChannelStatistics(Checked):
    """The statistics of one channel in one run. Times are UTC microseconds.

    `gaps` counts the times at which the run has a reading of some channel and of this one none; it is None
    where it was not asked for.
    `deviation` is the standard deviation of a sample (divided by one less than the count), None for a
    single reading; it and `mean` are None where a value is infinite.
    """

    name: str
    unit: str
    count: int
    gaps: int | None
    minimum: float
    maximum: float
    mean: float | None
    deviation: float | None
    first_at: int
    first: float
    last_at: int
    last: float


def statistics(
    sql: Sql, run: int, part: Part = WHOLE, *, exact: bool = False, gaps: bool = True
) -> list[ChannelStatistics]:
    """Return the statistics of the channels of a run that have readings in a part, by name and unit.

    With `exact`, or where the overview is not in step, all come from the readings; those of a part of the
    time come from the overview but for its ends, all without `gaps`, for which the times of all readings are
    gone through. Raise Damaged where these hold what is no number.
    """
    if part.start is part.end is None and not exact and not is_stale(sql, run):
        rows = sql(_TOTALS, run=run).fetchall()
        counted = {channel: (Chunk(*row), missing) for channel, missing, *row in rows}
    else:
        use_overview = not exact and not is_stale(sql, run)
        totals = _totals(sql, run, part, chunks_between if use_overview else summing.chunks)
        counted = (
            _with_gaps(sql, run, part, totals) if gaps else {each: (totals[each], None) for each in totals}
        )
    names = channel_names(sql)
    finished = [
        _finished(sql, run, channel, *total, *names[channel])
        for channel, total in counted.items()
        if part.has_channel(channel)
    ]
    return sorted(finished, key=lambda each: (each.name, each.unit))


def _totals(
    sql: Sql, run: int, part: Part, chunks: Callable[[Sql, int, int, int, int], Iterator[Chunk]]
) -> dict[int, Chunk]:
    """Return what the readings of each channel are summed up to."""
    bounds = summing.bounds(part.start, part.end)
    made = {channel: list(chunks(sql, run, channel, *bounds)) for channel in summing.channels_of(sql, run)}
    return {channel: merged(each) for channel, each in made.items() if each}


def _with_gaps(
    sql: Sql, run: int, part: Part, totals: Mapping[int, Chunk]
) -> dict[int, tuple[Chunk, int | None]]:
    """Return each channel's total, given those of all channels, with the number of its gaps."""
    bounds = summing.bounds(part.start, part.end)
    times = keeping.times_of(sql, run, [chunk.readings for chunk in totals.values()], *bounds)
    return {channel: (total, times - total.readings) for channel, total in totals.items()}


def _finished(
    sql: Sql, run: int, channel: int, total: Chunk, gaps: int | None, name: str, unit: str
) -> ChannelStatistics:
    mean, deviation = total.mean, total.deviation
    if total.squares is None:
        mean, deviation = _scaled(sql, run, channel, total)
    return ChannelStatistics(
        name=name,
        unit=unit,
        count=total.readings,
        gaps=gaps,
        minimum=total.minimum,
        maximum=total.maximum,
        mean=mean,
        deviation=deviation,
        first_at=total.first_at,
        first=total.first_value,
        last_at=total.last_at,
        last=total.last_value,
    )


def _scaled(sql: Sql, run: int, channel: int, total: Chunk) -> tuple[float | None, float | None]:
    """Return the mean and the deviation of values near the limits of a double, None where one is infinite.

    They are divided by a power of two, which changes no digit, before they are squared.
    """
    size = max(-total.minimum, total.maximum)
    if not math.isfinite(size) or not math.isfinite(total.minimum):
        return None, None
    exponent = 0 if is_usual(total.minimum, total.maximum) else math.frexp(size)[1]

    def values() -> Iterator[float]:
        query = """
            SELECT value FROM readings WHERE run_id = :run AND channel_id = :channel
            AND time >= :start AND time <= :end
        """
        ends = {"start": total.first_at, "end": total.last_at}
        return (math.ldexp(value, -exponent) for (value,) in sql(query, run=run, channel=channel, **ends))

    mean = math.fsum(values()) / total.readings
    deviation = None
    if total.readings > 1:
        squares = math.fsum((value - mean) ** 2 for value in values())
        deviation = math.ldexp(math.sqrt(squares / (total.readings - 1)), exponent)
    return math.ldexp(mean, exponent), deviation
