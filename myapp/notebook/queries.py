"""Queries for runs, readings and one run's details, counted and summed by the database."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple

from myapp.notebook import listing
from myapp.notebook.checked import Checked
from myapp.notebook.listing import RunRow
from myapp.notebook.lookup import channel_names, find_run
from myapp.notebook.sampling import sampled
from myapp.notebook.selection import Part, Selection, resolve_in_run
from myapp.notebook.sql import Sql
from myapp.notebook.statistics import ChannelStatistics, statistics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

_TAGS = "SELECT name FROM tags JOIN run_tags ON tag_id = tags.id WHERE run_id = :run ORDER BY name"

_ATTACHMENTS = "SELECT name, sha256, size, added_at FROM attachments WHERE run_id = :run ORDER BY name"


class Reading(NamedTuple):
    """The value of one channel of one run at one time, in UTC microseconds."""

    run: int
    channel: str
    unit: str
    time: int
    value: float


@dataclass(frozen=True)
class AttachmentRow(Checked):
    """A file kept with a run; `added_at` is in UTC microseconds, `size` in bytes."""

    name: str
    sha256: str
    size: int
    added_at: int


@dataclass(frozen=True)
class RunDetail(Checked):
    """A run with its notes, the statistics of each channel by name and unit, and its attachments."""

    run: RunRow
    notes: str | None
    channels: tuple[ChannelStatistics, ...]
    attachments: tuple[AttachmentRow, ...]


@dataclass(frozen=True)
class Names:
    """The names that a selection can hold: tags, and channels as `name [unit]`."""

    tags: tuple[str, ...]
    channels: tuple[str, ...]


def names(connection: "Connection") -> Names:
    """Return the names of all tags and channels, in their order."""
    sql = Sql(connection)
    tags = sql.column("SELECT name FROM tags ORDER BY name")
    channels = sql("SELECT name, unit FROM channels ORDER BY name, unit")
    return Names(tuple(tags), tuple(f"{name} [{unit}]" for name, unit in channels))


def runs(
    connection: "Connection",
    part: Part | None = None,
    *,
    by: str = "start",
    reverse: bool = False,
    limit: int | None = None,
) -> list[RunRow]:
    """Return the runs of a part, or all, as `listing.runs` does; the counts are those of whole runs."""
    run_ids = None if part is None else part.run_ids
    return listing.runs(Sql(connection), run_ids, by=by, reverse=reverse, limit=limit)


def show(
    connection: "Connection",
    run: int | str,
    selected: Selection | None = None,
    *,
    exact: bool = False,
) -> RunDetail:
    """Return one run by its id or its exact title; where a text could be either, the id goes first.

    The statistics are those of the selected channels and times; `exact` is as in `statistics`. Raise
    NotFound, or UsageError where several runs have the title.
    """
    sql = Sql(connection)
    run_id = find_run(sql, run)
    part = resolve_in_run(sql, run_id, selected or Selection())
    return RunDetail(
        run=listing.runs(sql, [run_id])[0],
        notes=sql.value("SELECT notes FROM runs WHERE id = :run", run=run_id),
        channels=tuple(statistics(sql, run_id, part, exact=exact)),
        attachments=tuple(attachments(sql, run_id)),
    )


def readings(connection: "Connection", part: Part, resolution: int | None = None) -> Iterator[Reading]:
    """Yield the readings of a part by run, channel's number and time, as they are stored.

    With a `resolution`, those alone that draw the same picture in so many columns, by channel's name.
    """
    sql = Sql(connection)
    if resolution is not None:
        yield from _sampled_readings(sql, part, resolution)
        return
    query = f"""
        SELECT run_id, channel_id, time, value FROM readings WHERE {part.readings(sql.dialect)}
        ORDER BY run_id, channel_id, time
    """
    channels = channel_names(sql)
    with closing(sql.stream(query, **part.values)) as rows:
        for run, channel, time, value in rows:
            yield Reading(run, *channels[channel], time, value)


def _sampled_readings(sql: Sql, part: Part, resolution: int) -> Iterator[Reading]:
    query = f"SELECT id FROM runs WHERE {part.runs(sql.dialect)} ORDER BY id"
    for run in sql.column(query, **part.values):
        for channel in sampled(sql, run, part, resolution):
            for each in channel.bins:
                yield from (Reading(run, channel.name, channel.unit, *point) for point in each.points())


def title_of(connection: "Connection", run_id: int) -> str:
    """Return a run's title."""
    return str(Sql(connection).value("SELECT title FROM runs WHERE id = :run", run=run_id))


def tags_of(connection: "Connection", run_id: int) -> tuple[str, ...]:
    """Return a run's tags by name."""
    return tuple(Sql(connection).column(_TAGS, run=run_id))


def attachments(connection: "Connection", run_id: int) -> list[AttachmentRow]:
    """Return the files kept with a run, by name, without their content."""
    return [AttachmentRow(*row) for row in Sql(connection)(_ATTACHMENTS, run=run_id)]
