"""Reads the overview: whether it is in step with the readings, and the chunks of a part of the time."""

from collections.abc import Iterator

from myapp.notebook.overview.chunk import Chunk
from myapp.notebook.overview.keeping import ANY
from myapp.notebook.overview.summing import EARLIEST, LATEST, chunks, stored
from myapp.notebook.sql import Sql


def is_stale(sql: Sql, run: int) -> bool:
    """Whether a run's readings were changed since its overview was made."""
    query = "SELECT count(*) FROM overview_stale WHERE run_id IN (:run, :any)"
    return bool(sql.value(query, run=run, any=ANY))


def chunks_between(
    sql: Sql, run: int, channel: int, start: int = EARLIEST, end: int = LATEST
) -> Iterator[Chunk]:
    """Yield the chunks of a channel whose overview is in step, between two times, both included.

    Those at the two ends, of which only a part lies between, are summed up from the readings.
    """
    inner = stored(sql, run, channel, start, end)
    if not inner:
        yield from chunks(sql, run, channel, start, end)
        return
    if inner[0].first_at > start:
        yield from chunks(sql, run, channel, start, inner[0].first_at - 1)
    yield from inner
    if inner[-1].last_at < end:
        yield from chunks(sql, run, channel, inner[-1].last_at + 1, end)
