"""Makes the overview of a new document from that of the whole of which it is a part."""

from myapp.notebook.overview import keeping
from myapp.notebook.overview.chunk import Chunk
from myapp.notebook.overview.reading import chunks_between
from myapp.notebook.overview.summing import bounds, channels_of
from myapp.notebook.sql import Sql


def copy_overview(source: Sql, target: Sql, start: int | None, end: int | None) -> None:
    """Write the overview of the runs of a new document, which has their readings between two times.

    `start` is the first included, `end` the first excluded. Runs whose overview is not in step in the source
    are noted. Both are files, on one connection.
    """
    stale = {*source.column("SELECT run_id FROM overview_stale")}
    for run in target.column(f"SELECT id FROM {target.database}runs ORDER BY id"):
        if stale & {run, keeping.ANY}:
            keeping.note(target, {run: None})
            continue
        chunks = {
            channel: list(chunks_between(source, run, channel, *bounds(start, end)))
            for channel in channels_of(target, run)
        }
        keeping.write(target, run, chunks, _times(source, run, chunks))


def _times(source: Sql, run: int, chunks: dict[int, list[Chunk]]) -> int | None:
    """Return the number of different times where no channel of the whole run lacks any: that of each."""
    if not chunks or source.value("SELECT max(gaps) FROM totals WHERE run_id = :run", run=run):
        return None
    return sum(chunk.readings for chunk in next(iter(chunks.values())))
