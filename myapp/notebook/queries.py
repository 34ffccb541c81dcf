"""Queries for runs, readings and one run's details, counted and summed by the database."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple

from sqlalchemy import Connection, select

from myapp.notebook import listing
from myapp.notebook.checked import Checked
from myapp.notebook.listing import RunRow
from myapp.notebook.lookup import find_run
from myapp.notebook.models import metadata
from myapp.notebook.sampling import sampled
from myapp.notebook.selection import Part, Selection, resolve_in_run
from myapp.notebook.sql import Sql
from myapp.notebook.statistics import ChannelStatistics, statistics

_RUNS = metadata.tables["runs"]
_CHANNELS, _READINGS = metadata.tables["channels"], metadata.tables["readings"]
_TAGS = metadata.tables["tags"]
_RUN_TAGS = metadata.tables["run_tags"]
_ATTACHMENTS = metadata.tables["attachments"]

_READINGS_AT_ONCE = 10_000
"""Readings that are fetched together: memory does not grow with what is selected."""


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


def runs(
    connection: Connection,
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
    connection: Connection,
    run: int | str,
    selected: Selection | None = None,
    *,
    exact: bool = False,
) -> RunDetail:
    """Return one run by its id or its exact title; where a text could be either, the id goes first.

    The statistics are those of the selected channels and times; `exact` is as in `statistics`. Raise
    NotFound, or UsageError where several runs have the title.
    """
    run_id = find_run(connection, run)
    part = resolve_in_run(connection, run_id, selected or Selection())
    notes = connection.execute(select(_RUNS.c.notes).where(_RUNS.c.id == run_id)).scalar_one()
    return RunDetail(
        run=runs(connection, Part((run_id,), None, None, None))[0],
        notes=notes,
        channels=tuple(statistics(Sql(connection), run_id, part, exact=exact)),
        attachments=tuple(attachments(connection, run_id)),
    )


def readings(connection: Connection, part: Part, resolution: int | None = None) -> Iterator[Reading]:
    """Yield the readings of a part by run, channel's number and time, as they are stored.

    With a `resolution`, those alone that draw the same picture in so many columns, by channel's name.
    """
    if resolution is not None:
        yield from _sampled_readings(connection, part, resolution)
        return
    key = (_READINGS.c.run_id, _READINGS.c.channel_id, _READINGS.c.time)
    query = select(*key, _READINGS.c.value).where(part.readings()).order_by(*key)
    names = connection.execute(select(_CHANNELS.c.id, _CHANNELS.c.name, _CHANNELS.c.unit))
    channels = {row.id: (row.name, row.unit) for row in names}
    for run, channel, time, value in connection.execution_options(yield_per=_READINGS_AT_ONCE).execute(query):
        yield Reading(run, *channels[channel], time, value)


def _sampled_readings(connection: Connection, part: Part, resolution: int) -> Iterator[Reading]:
    ids = connection.execute(select(_RUNS.c.id).where(part.runs()).order_by(_RUNS.c.id)).scalars().all()
    for run in ids:
        for channel in sampled(Sql(connection), run, part, resolution):
            for each in channel.bins:
                yield from (Reading(run, channel.name, channel.unit, *point) for point in each.points())


def title_of(connection: Connection, run_id: int) -> str:
    """Return a run's title."""
    return str(connection.execute(select(_RUNS.c.title).where(_RUNS.c.id == run_id)).scalar_one())


def tags_of(connection: Connection, run_id: int) -> tuple[str, ...]:
    """Return a run's tags by name."""
    query = select(_TAGS.c.name).join(_RUN_TAGS).where(_RUN_TAGS.c.run_id == run_id).order_by(_TAGS.c.name)
    return tuple(connection.execute(query).scalars())


def attachments(connection: Connection, run_id: int) -> list[AttachmentRow]:
    """Return the files kept with a run, by name, without their content."""
    columns = (_ATTACHMENTS.c[field.name] for field in fields(AttachmentRow))
    query = select(*columns).where(_ATTACHMENTS.c.run_id == run_id).order_by(_ATTACHMENTS.c.name)
    return [AttachmentRow(*row) for row in connection.execute(query)]
