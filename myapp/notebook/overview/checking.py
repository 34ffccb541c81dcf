"""Compares the overview with the readings."""

from collections.abc import Iterator
from dataclasses import replace

from myapp.errors import Damaged
from myapp.notebook.overview import summing
from myapp.notebook.overview.chunk import COLUMNS, Chunk, merged
from myapp.notebook.overview.keeping import times_of
from myapp.notebook.overview.reading import is_stale
from myapp.notebook.sql import Sql

_SAME = 1e-9
"""The difference of two sums that are the same, as a part of the largest that they could be."""

_RUNS = "SELECT id FROM runs UNION SELECT run_id FROM totals UNION SELECT run_id FROM overview ORDER BY 1"
_CHANNELS = """
    SELECT channel_id FROM totals WHERE run_id = :run
    UNION SELECT channel_id FROM overview WHERE run_id = :run
"""
_TOTAL = f"SELECT gaps, {', '.join(COLUMNS)} FROM totals WHERE run_id = :run AND channel_id = :channel"

_COUNT = "SELECT count(*) FROM readings WHERE run_id = :run AND channel_id = :channel"


def findings(sql: Sql) -> list[str]:
    """Return a line for each channel whose overview is not of its readings, though nobody noted its run."""
    return [
        f"that of run {run}, channel {channel} is not of its readings"
        for run in sql.column(_RUNS)
        if not is_stale(sql, run)
        for channel in _different(sql, run)
    ]


def _different(sql: Sql, run: int) -> Iterator[int]:
    channels = sorted({*summing.channels_of(sql, run), *sql.column(_CHANNELS, run=run)})
    counts = {channel: sql.value(_COUNT, run=run, channel=channel) for channel in channels}
    times = times_of(sql, run, [*counts.values()])
    for channel, count in counts.items():
        total = _total(sql, run, channel, count)
        row = sql(_TOTAL, run=run, channel=channel).fetchone()
        if not (total and row and row[0] == times - count and _alike(Chunk(*row[1:]), total)):
            yield channel


def _total(sql: Sql, run: int, channel: int, count: int) -> Chunk | None:
    """Return the total of a channel, None where its chunks are not those of all its readings.

    Where a chunk ends is free: a part of a notebook has chunks of the whole.
    """
    try:
        stored = summing.stored(sql, run, channel)
        ends = [(chunk.first_at, chunk.last_at) for chunk in stored]
        made = [chunk for start, end in ends for chunk in summing.chunks(sql, run, channel, start, end)]
    except Damaged:
        return None
    same = len(made) == len(stored) and all(map(_alike, made, stored))
    return merged(made) if same and made and merged(made).readings == count else None


def _alike(one: Chunk, other: Chunk) -> bool:
    """Whether chunks are equal but for the last digits of sums, which differ between releases of SQLite."""
    none: dict[str, None] = dict.fromkeys(("sum", "differences", "squares"))
    if replace(one, **none) != replace(other, **none):  # type: ignore[arg-type]  # each may be None
        return False
    span, size = one.maximum - one.minimum, max(-one.minimum, one.maximum)
    return (
        _near(one.sum, other.sum, one.readings * size)
        and _near(one.differences, other.differences, one.readings * span)
        and _near(one.squares, other.squares, one.readings * span * span)
    )


def _near(one: float | None, other: float | None, largest: float) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _SAME * largest
