"""A run's channels for a picture that is zoomed: samples of any part of the time, in which gaps stay gaps."""

from dataclasses import dataclass

from myapp.notebook import sampling
from myapp.notebook.checked import Checked
from myapp.notebook.lookup import channel_names
from myapp.notebook.overview.chunk import Bin, Point
from myapp.notebook.overview.summing import channels_of
from myapp.notebook.selection import Part
from myapp.notebook.sql import Sql
from myapp.notebook.statistics import ChannelStatistics, statistics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

_READING = f"""
    SELECT time, value FROM readings WHERE run_id = :run AND channel_id = :channel
    AND time {{side}} :time AND abs(value) <= {sampling.LARGEST} ORDER BY time {{order}} LIMIT 1
"""
_BEFORE, _FROM, _AFTER = (
    _READING.format(side=side, order=order) for side, order in (("<", "DESC"), (">=", "ASC"), (">", "ASC"))
)
_EARLIEST, _LATEST = -(2**63), 2**63 - 1


@dataclass(frozen=True)
class Trace(Checked):
    """A channel of a run with readings that can be drawn: the first at `start`, the last at `end`.

    Times are UTC microseconds.
    """

    run: int
    channel: int
    name: str
    unit: str
    start: int
    end: int

    @property
    def title(self) -> str:
        """The name with its unit."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class Sample:
    """What draws a trace in a part of the time: pieces of a line with gaps between them.

    `longest_step` is the longest time between two readings that a line joins, in microseconds.
    """

    pieces: tuple[tuple[Point, ...], ...]
    longest_step: float


def traces(connection: "Connection", run: int) -> list[Trace]:
    """Return the channels of a run that can be drawn, by name and unit; raise Damaged."""
    sql = Sql(connection)
    names = channel_names(sql)
    found = []
    for channel in channels_of(sql, run):
        first = _reading(sql, _FROM, run, channel, _EARLIEST)
        last = _reading(sql, _BEFORE, run, channel, _LATEST)
        if first and last:
            found.append(Trace(run, channel, *names[channel], first.first_at, last.last_at))
    return sorted(found, key=lambda trace: (trace.name, trace.unit))


def whole(connection: "Connection", trace: Trace, columns: int) -> Sample:
    """Return what draws all of a trace in so many columns; its longest step is for all other parts too.

    Raise Damaged.
    """
    column = _column(trace.start, trace.end, columns)
    bins = sampling.bins_between(Sql(connection), trace.run, trace.channel, trace.start, trace.end, column)
    longest = sampling.longest_step(bins)
    return Sample(sampling.pieces(bins, longest), longest)


def part(
    connection: "Connection", trace: Trace, start: int, end: int, columns: int, longest_step: float
) -> Sample:
    """Return what draws a trace from `start` to `end` in so many columns.

    The readings before and after are in it too, so that a line leads into the part from both sides. With the
    longest step of the whole, a gap is one at every zoom. Raise Damaged.
    """
    sql = Sql(connection)
    column = _column(start, end, columns)
    bins = sampling.bins_between(sql, trace.run, trace.channel, start, end, column)
    before = _reading(sql, _BEFORE, trace.run, trace.channel, start)
    after = _reading(sql, _AFTER, trace.run, trace.channel, end)
    around = [*([before] if before else []), *bins, *([after] if after else [])]
    return Sample(sampling.pieces(around, longest_step), longest_step)


def nearest(connection: "Connection", trace: Trace, time: int) -> Point | None:
    """Return the reading of a trace nearest to a time, the earlier of two; None if all are gone."""
    sql = Sql(connection)
    sides = [_reading(sql, query, trace.run, trace.channel, time) for query in (_BEFORE, _FROM)]
    points = [(each.first_at, each.first_value) for each in sides if each]
    return min(points, key=lambda point: abs(point[0] - time), default=None)


def statistics_between(
    connection: "Connection", traces: list[Trace], start: int, end: int
) -> dict[Trace, ChannelStatistics]:
    """Return the exact statistics of traces from `start` to `end`, both included, but for their gaps.

    A trace without a reading there has none. Raise Damaged.
    """
    found: dict[Trace, ChannelStatistics] = {}
    for run in {trace.run for trace in traces}:
        of_run = {(trace.name, trace.unit): trace for trace in traces if trace.run == run}
        between = Part((run,), tuple(trace.channel for trace in of_run.values()), start, end + 1)
        for each in statistics(Sql(connection), run, between, gaps=False):
            found[of_run[each.name, each.unit]] = each
    return found


def _column(start: int, end: int, columns: int) -> int:
    return (end - start) // max(columns, 1) + 1


def _reading(sql: Sql, query: str, run: int, channel: int, time: int) -> Bin | None:
    row = sql(query, run=run, channel=channel, time=time).fetchone()
    return None if row is None else Bin(row[0], 1, row[1], row[0], row[1], row[1], row[0], row[1], row[0])
