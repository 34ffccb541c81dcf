"""What a document holds, counted and summed by the database: no reading is loaded."""

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, literal, select

from myapp.notebook.checked import Checked
from myapp.notebook.lookup import find
from myapp.notebook.models import metadata
from myapp.notebook.selection import Chosen
from myapp.notebook.statistics import ChannelStatistics, statistics

_RUNS = metadata.tables["runs"]
_CHANNELS = metadata.tables["channels"]
_READINGS = metadata.tables["readings"]
_TAGS = metadata.tables["tags"]
_RUN_TAGS = metadata.tables["run_tags"]
_SOURCES = metadata.tables["sources"]
_ATTACHMENTS = metadata.tables["attachments"]

_ALL = Chosen(None, None, None, None)

ORDERS = ("start", "end", "title", "readings")
"""What runs can be listed by."""


@dataclass(frozen=True)
class SourceRow(Checked):
    """The file that a run came from; `imported_at` is in UTC microseconds, `size` in bytes."""

    file_name: str
    sha256: str
    size: int
    imported_at: int


@dataclass(frozen=True)
class RunRow(Checked):
    """A run in one line. Times are UTC microseconds; `ended_at` is the last reading's, if there is one."""

    id: int
    title: str
    started_at: int
    ended_at: int | None
    channels: int
    readings: int
    tags: tuple[str, ...]
    sources: tuple[SourceRow, ...]


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
    chosen: Chosen | None = None,
    *,
    by: str = "start",
    reverse: bool = False,
    limit: int | None = None,
) -> list[RunRow]:
    """Return the chosen runs, or all; by the time they started, or by another of `ORDERS`.

    Runs are counted whole, also where only a part of their readings is chosen. `limit` is the number
    of runs that are returned at most.
    """
    per_run = _per_run(_per_channel(chosen or _ALL))
    keys: dict[str, ColumnElement[Any]] = {
        "start": _RUNS.c.started_at,
        "end": func.coalesce(per_run.c.ended_at, _RUNS.c.started_at),
        "title": _RUNS.c.title,
        "readings": _readings_of(per_run),
    }
    order = [column.desc() if reverse else column.asc() for column in (keys[by], _RUNS.c.id)]
    return _rows(connection, chosen or _ALL, _overview(per_run).order_by(*order).limit(limit))


def show(connection: Connection, run: int | str) -> RunDetail:
    """Return one run by its id or its exact title; where a text could be either, the id goes first.

    Raise NotFound, or UsageError where several runs have the title.
    """
    run_id = find(connection, run)
    notes = connection.execute(select(_RUNS.c.notes).where(_RUNS.c.id == run_id)).scalar_one()
    chosen = Chosen((run_id,), None, None, None)
    return RunDetail(
        run=runs(connection, chosen)[0],
        notes=notes,
        channels=tuple(statistics(connection, run_id)),
        attachments=tuple(attachments(connection, run_id)),
    )


def title_of(connection: Connection, run_id: int) -> str:
    """Return a run's title."""
    return str(connection.execute(select(_RUNS.c.title).where(_RUNS.c.id == run_id)).scalar_one())


def tags_of(connection: Connection, run_id: int) -> tuple[str, ...]:
    """Return a run's tags by name."""
    return tuple(_tags(connection, Chosen((run_id,), None, None, None))[run_id])


def attachments(connection: Connection, run_id: int) -> list[AttachmentRow]:
    """Return the files kept with a run, by name, without their content."""
    columns = (_ATTACHMENTS.c[field.name] for field in fields(AttachmentRow))
    query = select(*columns).where(_ATTACHMENTS.c.run_id == run_id).order_by(_ATTACHMENTS.c.name)
    return [AttachmentRow(*row) for row in connection.execute(query)]


def _rows(connection: Connection, chosen: Chosen, overview: Select[Any]) -> list[RunRow]:
    tags, sources = _tags(connection, chosen), _sources(connection, chosen)
    return [
        RunRow(
            id=row.id,
            title=row.title,
            started_at=row.started_at,
            ended_at=row.ended_at,
            channels=int(row.channels),
            readings=int(row.readings),
            tags=tuple(tags[row.id]),
            sources=tuple(sources[row.id]),
        )
        for row in connection.execute(overview.where(chosen.runs()))
    ]


def _overview(per_run: FromClause) -> Select[Any]:
    """Count in two steps along the primary key, so that nothing is sorted."""
    return select(
        _RUNS.c.id,
        _RUNS.c.title,
        _RUNS.c.started_at,
        per_run.c.ended_at,
        func.coalesce(per_run.c.channels, literal(0)).label("channels"),
        _readings_of(per_run).label("readings"),
    ).select_from(_RUNS.outerjoin(per_run, per_run.c.run_id == _RUNS.c.id))


def _readings_of(per_run: FromClause) -> ColumnElement[int]:
    return func.coalesce(per_run.c.readings, literal(0))


def _per_channel(chosen: Chosen) -> FromClause:
    counts = select(
        _READINGS.c.run_id,
        func.count().label("readings"),
        func.max(_READINGS.c.time).label("ended_at"),
    ).where(chosen.runs(_READINGS.c.run_id))
    return counts.group_by(_READINGS.c.run_id, _READINGS.c.channel_id).subquery()


def _per_run(per_channel: FromClause) -> FromClause:
    totals = select(
        per_channel.c.run_id,
        func.count().label("channels"),
        func.sum(per_channel.c.readings).label("readings"),
        func.max(per_channel.c.ended_at).label("ended_at"),
    )
    return totals.group_by(per_channel.c.run_id).subquery()


def _tags(connection: Connection, chosen: Chosen) -> dict[int, list[str]]:
    query = select(_RUN_TAGS.c.run_id, _TAGS.c.name).join(_TAGS).where(chosen.runs(_RUN_TAGS.c.run_id))
    tags: dict[int, list[str]] = defaultdict(list)
    for owner, name in connection.execute(query.order_by(_TAGS.c.name)):
        tags[owner].append(name)
    return tags


def _sources(connection: Connection, chosen: Chosen) -> dict[int, list[SourceRow]]:
    columns = (_SOURCES.c.file_name, _SOURCES.c.sha256, _SOURCES.c.size, _SOURCES.c.imported_at)
    query = select(_SOURCES.c.run_id, *columns).where(chosen.runs(_SOURCES.c.run_id))
    sources: dict[int, list[SourceRow]] = defaultdict(list)
    for owner, *facts in connection.execute(query.order_by(_SOURCES.c.id)):
        sources[owner].append(SourceRow(*facts))
    return sources
