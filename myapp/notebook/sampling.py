"""Samples a run's readings for a picture, to four for each column of pixels.

The time span is divided into as many bins as the picture has columns. The first, smallest, largest and
last reading of a bin make the same picture as all of them (https://doi.org/10.14778/2732951.2732953). A
chunk of the overview has the same four: readings are looked at only where a chunk is more than four columns
wide.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from myapp.notebook.lookup import channel_names
from myapp.notebook.overview.chunk import Bin, Point, joined
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
    SELECT first_at, readings, (SELECT value FROM {_AT} = first_at),
        last_at, (SELECT value FROM {_AT} = last_at),
        minimum, {_PLACE.format(value="minimum")}, maximum, {_PLACE.format(value="maximum")}
    FROM ({_BINS}) AS bins ORDER BY first_at
"""


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
        key = {"run": run, "channel": channel.id, "origin": start, "column": column}
        bins = _bins(sql, key, channel.bins, (channel.start, channel.end))
        yield Sampled(channel.name, channel.unit, bins)


def bins_between(sql: Sql, run: int, channel: int, start: int, end: int, column: int) -> list[Bin]:
    """Return a channel's readings from `start` to `end`, both included, in bins for columns of a picture.

    A `column` is so many microseconds wide. Values beyond LARGEST are left out. Raise Damaged.
    """
    bins = _coarse_bins(sql, run, channel, (start, end), is_stale(sql, run))
    if not bins:
        demand_times(sql, run, channel)
    key = {"run": run, "channel": channel, "origin": start, "column": column}
    return _bins(sql, key, bins, (start, end))


def _channel(
    sql: Sql, run: int, number: int, name_and_unit: tuple[str, str], ends: tuple[int, int], stale: bool
) -> _Channel | None:
    name, unit = name_and_unit
    bins = _coarse_bins(sql, run, number, ends, stale)
    if bins:
        return _Channel(name, unit, number, bins[0].first_at, bins[-1].last_at, bins)
    demand_times(sql, run, number)
    start, end = sql(_ENDS, run=run, channel=number, start=ends[0], end=ends[1]).fetchone()
    if start is None:
        return None
    return _Channel(name, unit, number, start, end, [])


def _coarse_bins(sql: Sql, run: int, channel: int, ends: tuple[int, int], stale: bool) -> list[Bin]:
    """Return the bins of the overview, none where it is not in step or a value cannot be drawn."""
    bins: list[Bin] = [] if stale else list(chunks_between(sql, run, channel, *ends))
    return bins if all(max(-each.minimum, each.maximum) <= LARGEST for each in bins) else []


def _bins(sql: Sql, key: dict[str, int], coarse: Sequence[Bin], ends: tuple[int, int]) -> list[Bin]:
    """Return a channel's bins: chunks, and in place of those that are too wide or not there the readings'.

    Chunks within one column of the picture become one bin, and one across two columns stays one: a column
    has eight points at most.
    """
    if not coarse:
        return _fine(sql, key, *ends)
    bins: list[Bin] = []
    widest = _COLUMNS_OF_CHUNK * key["column"]
    for is_wide, group in groupby(coarse, key=lambda each: each.last_at - each.first_at > widest):
        some = list(group)
        bins += _fine(sql, key, some[0].first_at, some[-1].last_at) if is_wide else some
    columns: list[tuple[int, list[Bin]]] = []
    for each in bins:
        first, last = ((time - key["origin"]) // key["column"] for time in (each.first_at, each.last_at))
        if columns and first == last == columns[-1][0]:
            columns[-1][1].append(each)
        else:
            columns.append((first if first == last else -1, [each]))
    return [joined(some) for _column, some in columns]


def _fine(sql: Sql, key: dict[str, int], start: int, end: int) -> list[Bin]:
    """Return a bin for each column of the picture, from the readings."""
    return [Bin(*row) for row in sql(_PLACED_BINS, **key, start=start, end=end)]


def _line(channel: Sampled) -> Line:
    return Line(channel.name, channel.unit, pieces(channel.bins, longest_step(channel.bins)))


def pieces(bins: Sequence[Bin], longest: float) -> tuple[tuple[Point, ...], ...]:
    """Return bins as pieces of a line, which breaks where a step is longer than so many microseconds."""
    found: list[list[Bin]] = []
    end = None
    for each in bins:
        if end is None or each.first_at - end > longest:
            found.append([])
        found[-1].append(each)
        end = each.last_at
    return tuple(tuple(point for each in piece for point in each.points()) for piece in found)


def longest_step(bins: Sequence[Bin]) -> float:
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
