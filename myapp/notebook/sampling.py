"""Samples a run's readings for a picture, to four for each column of pixels.

The time span is divided into as many bins as the picture has columns. The first, smallest, largest and
last reading of a bin make the same picture as all of them (https://doi.org/10.14778/2732951.2732953). A
chunk of the overview has the same four: readings are looked at only where a chunk is more than four columns
wide.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import groupby, pairwise
from statistics import median

from myapp.notebook.checked import Checked
from myapp.notebook.lookup import channel_names
from myapp.notebook.overview.chunk import Chunk
from myapp.notebook.overview.reading import chunks_between, is_stale
from myapp.notebook.overview.summing import bounds, channels_of, demand_times
from myapp.notebook.selection import Part
from myapp.notebook.sql import Sql

LARGEST = 8e307
"""The largest value that is drawn: the difference of two must be a number."""

_COLUMNS_OF_CHUNK = 4
"""The most columns of a picture that a chunk of the overview stands for."""

_REGULAR_STEPS, _IRREGULAR_STEPS = 1.6, 10.0
"""The gap that breaks a line, in median steps, where most steps are about equal and where not."""

_DRAWN = f"""
    FROM readings WHERE run_id = :run AND channel_id = :channel
    AND time >= :start AND time <= :end AND abs(value) <= {LARGEST}
"""
_ENDS = f"SELECT min(time), max(time) {_DRAWN}"
_BINS = f"""
    SELECT count(*) AS readings, min(value) AS minimum, max(value) AS maximum,
        min(time) AS first_at, max(time) AS last_at
    {_DRAWN} GROUP BY (time - :origin) / :column
"""
_AT = "readings WHERE run_id = :run AND channel_id = :channel AND time"
_PLACE = f"(SELECT min(time) FROM {_AT} BETWEEN first_at AND last_at AND value = {{value}})"
_PLACED_BINS = f"""
    SELECT readings,
        first_at, (SELECT value FROM {_AT} = first_at), last_at, (SELECT value FROM {_AT} = last_at),
        minimum, {_PLACE.format(value="minimum")}, maximum, {_PLACE.format(value="maximum")}
    FROM ({_BINS}) AS bins ORDER BY first_at
"""

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
class Bin(Checked):
    """Consecutive readings of one channel, of which the first, the last and the two extremes are known."""

    readings: int
    first_at: int
    first_value: float
    last_at: int
    last_value: float
    minimum: float
    minimum_at: int
    maximum: float
    maximum_at: int

    def points(self) -> list[Point]:
        """Return its readings that make the same picture as all of them, in the order of time."""
        first, last = (self.first_at, self.first_value), (self.last_at, self.last_value)
        extremes = (self.minimum_at, self.minimum), (self.maximum_at, self.maximum)
        return sorted({first, *extremes, last})


@dataclass(frozen=True)
class Sampled:
    """A channel's bins in a part of the time, in the order of their times."""

    name: str
    unit: str
    bins: Sequence[Bin]


@dataclass(frozen=True)
class _Channel:
    """A channel with readings that can be drawn, their ends, and the bins of the overview."""

    name: str
    unit: str
    id: int
    start: int
    end: int
    bins: Sequence[Bin]


def lines(sql: Sql, part: Part, width: int) -> list[Line]:
    """Return one run's readings in a part as lines for a picture of `width` columns, by name and unit.

    A line breaks at a gap of more than 1.6 median steps between the channel's readings where most steps
    are about equal, else at one of more than ten. Raise Damaged.
    """
    (run,) = part.run_ids or ()
    return [_line(each) for each in sampled(sql, run, part, width)]


def sampled(sql: Sql, run: int, part: Part, width: int) -> Iterator[Sampled]:
    """Yield the channels of a run in a part, by name and unit, in bins for `width` columns.

    Values beyond LARGEST are left out. Raise Damaged.
    """
    stale, numbers = is_stale(sql, run), filter(part.has_channel, channels_of(sql, run))
    ends = bounds(part.start, part.end)
    names = channel_names(sql)
    drawn = (_channel(sql, run, number, names[number], ends, stale) for number in numbers)
    channels = [each for each in drawn if each]
    if not channels:
        return
    start, end = min(each.start for each in channels), max(each.end for each in channels)
    column = (end - start) // width + 1
    for channel in sorted(channels, key=lambda each: (each.name, each.unit)):
        yield Sampled(channel.name, channel.unit, _bins(sql, run, channel, start, column))


def _channel(
    sql: Sql, run: int, number: int, name_and_unit: tuple[str, str], ends: tuple[int, int], stale: bool
) -> _Channel | None:
    name, unit = name_and_unit
    bins = [] if stale else [_of_chunk(chunk) for chunk in chunks_between(sql, run, number, *ends)]
    if bins and all(max(-each.minimum, each.maximum) <= LARGEST for each in bins):
        return _Channel(name, unit, number, bins[0].first_at, bins[-1].last_at, bins)
    demand_times(sql, run, number)
    start, end = sql(_ENDS, run=run, channel=number, start=ends[0], end=ends[1]).fetchone()
    if start is None:
        return None
    return _Channel(name, unit, number, start, end, [])


def _of_chunk(chunk: Chunk) -> Bin:
    return Bin(*(getattr(chunk, field.name) for field in fields(Bin)))


def _bins(sql: Sql, run: int, channel: _Channel, origin: int, column: int) -> list[Bin]:
    """Return a channel's bins: chunks, and in place of those that are too wide or not there the readings'."""
    key = {"run": run, "channel": channel.id, "origin": origin, "column": column}
    if not channel.bins:
        return _fine(sql, key, channel.start, channel.end)
    bins: list[Bin] = []
    widest = _COLUMNS_OF_CHUNK * column
    for is_wide, group in groupby(channel.bins, key=lambda each: each.last_at - each.first_at > widest):
        some = list(group)
        bins += _fine(sql, key, some[0].first_at, some[-1].last_at) if is_wide else some
    return bins


def _fine(sql: Sql, key: dict[str, int], start: int, end: int) -> list[Bin]:
    """Return a bin for each column of the picture, from the readings."""
    return [Bin(*row) for row in sql(_PLACED_BINS, **key, start=start, end=end)]


def _line(channel: Sampled) -> Line:
    longest = _longest_step(channel.bins)
    pieces: list[list[Point]] = [channel.bins[0].points()]
    for before, after in pairwise(channel.bins):
        if after.first_at - before.last_at > longest:
            pieces.append([])
        pieces[-1].extend(after.points())
    return Line(channel.name, channel.unit, tuple(map(tuple, pieces)))


def _longest_step(bins: Sequence[Bin]) -> float:
    """Return the longest time between two readings, in microseconds, that a line joins."""
    between = [after.first_at - before.last_at for before, after in pairwise(bins)]
    steps = between + [
        (each.last_at - each.first_at) / (each.readings - 1) for each in bins if each.readings > 1
    ]
    if not steps:
        return 0
    usual = median(steps)
    regular = sum(0.5 * usual <= step <= 1.5 * usual for step in steps) * 2 >= len(steps)
    return usual * (_REGULAR_STEPS if regular else _IRREGULAR_STEPS)
