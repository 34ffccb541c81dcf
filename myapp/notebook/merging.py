"""Merges the readings of a run's channels by time, in blocks: each channel is read along its key, unsorted.

To let the database sort all readings by time took twice as long; most channels of a run have the same times.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from myapp.errors import Damaged
from myapp.notebook.overview.summing import EARLIEST
from myapp.notebook.sql import Sql

_READINGS = 10_000
"""Readings in memory together, of all channels."""

_FEWEST = 100
"""Readings of one channel that are fetched together, however many channels there are."""

_OF_CHANNEL = "SELECT time, value FROM readings WHERE run_id = :run AND channel_id = :channel"


@dataclass(frozen=True)
class Block:
    """Consecutive different times, and for each channel its values at them, None where it has none."""

    times: Sequence[int]
    columns: Sequence[Sequence[float | None]]


@dataclass
class _Channel:
    """The readings of a channel that were fetched and not yet handed on."""

    number: int
    after: int | None
    times: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    ended: bool = False

    def fill(self, sql: Sql, run: int, end: int | None, count: int) -> None:
        """Fetch the next readings where there are none; raise Damaged for what is no number."""
        if self.times or self.ended:
            return
        query = _OF_CHANNEL + (" AND time > :after" if self.after is not None else "")
        query += (" AND time < :end" if end is not None else "") + " ORDER BY time LIMIT :count"
        key = {"run": run, "channel": self.number, "after": self.after, "end": end, "count": count}
        rows = sql(query, **key).fetchall()
        self.ended = len(rows) < count
        if not rows:
            return
        self.times, self.values = [time for time, _ in rows], [value for _, value in rows]
        if {*map(type, self.times)} != {int} or {*map(type, self.values)} != {float}:
            raise Damaged("the document", "the time or value of a reading is no number")
        self.after = self.times[-1]

    def take(self, until: int) -> tuple[list[int], list[float]]:
        """Return the readings up to a time, both included, which leave this place."""
        count = bisect_right(self.times, until)
        taken = self.times[:count], self.values[:count]
        del self.times[:count], self.values[:count]
        return taken


def merged(
    sql: Sql, run: int, channels: Sequence[int], start: int | None = None, end: int | None = None
) -> Iterator[Block]:
    """Yield the readings of channels of a run from `start` to before `end`, in UTC microseconds.

    Memory does not grow with them. Raise Damaged.
    """
    count = max(_FEWEST, _READINGS // max(len(channels), 1))
    after = start - 1 if start is not None and start > EARLIEST else None
    pending = [_Channel(number, after) for number in channels]
    while True:
        for channel in pending:
            channel.fill(sql, run, end, count)
        unfinished = [channel.times[-1] for channel in pending if channel.times and not channel.ended]
        last = [channel.times[-1] for channel in pending if channel.times]
        if not last:
            return
        until = min(unfinished) if unfinished else max(last)
        yield _aligned([channel.take(until) for channel in pending])


def _aligned(channels: Sequence[tuple[list[int], list[float]]]) -> Block:
    """Return the block of the readings of channels, each in the order of its times."""
    if all(one == other for (one, _), (other, _) in pairwise(channels)):
        return Block(channels[0][0], [values for _times, values in channels])
    times = sorted(set[int]().union(*(each for each, _values in channels)))
    by_time = [dict(zip(*channel, strict=True)) for channel in channels]
    return Block(times, [[*map(values.get, times)] for values in by_time])
