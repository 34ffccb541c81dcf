"""What a document holds, counted and summed by the database: no reading is loaded."""

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import Any, TypeVar, get_args, get_origin

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, literal, select

from myapp.errors import Damaged
from myapp.notebook.lookup import find
from myapp.notebook.models import metadata

_RUNS = metadata.tables["runs"]
_CHANNELS = metadata.tables["channels"]
_READINGS = metadata.tables["readings"]
_TAGS = metadata.tables["tags"]
_RUN_TAGS = metadata.tables["run_tags"]
_SOURCES = metadata.tables["sources"]

_Query = TypeVar("_Query", bound=Select[Any])


class _Checked:
    """What was read, whose values have the types that its fields say.

    SQLite takes the declared types for advice: a damaged document holds a text where a time should be.
    """

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            value = getattr(self, field.name)
            if not _fits(value, field.type):
                raise Damaged("the document", f"{field.name} holds {str(value)[:40]!r}")


def _fits(value: object, kind: Any) -> bool:
    if get_origin(kind) is tuple:
        return all(isinstance(element, get_args(kind)[0]) for element in value)  # type: ignore[attr-defined]
    return isinstance(value, kind)


@dataclass(frozen=True)
class SourceRow(_Checked):
    """The file that a run came from; `imported_at` is in UTC microseconds, `size` in bytes."""

    file_name: str
    sha256: str
    size: int
    imported_at: int


@dataclass(frozen=True)
class RunRow(_Checked):
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
class ChannelStatistics(_Checked):
    """What one run holds of a channel. Times are UTC microseconds."""

    name: str
    unit: str
    count: int
    minimum: float
    maximum: float
    mean: float
    first_at: int
    last_at: int


@dataclass(frozen=True)
class RunDetail(_Checked):
    """A run with its notes and the statistics of each channel, by name and unit."""

    run: RunRow
    notes: str | None
    channels: tuple[ChannelStatistics, ...]


def runs(connection: Connection) -> list[RunRow]:
    """Return all runs by the time they started."""
    return _rows(connection, None)


def show(connection: Connection, run: int | str) -> RunDetail:
    """Return one run by its id or its exact title; where a text could be either, the id goes first.

    Raise NotFound, or UsageError where several runs have the title.
    """
    run_id = find(connection, run)
    notes = connection.execute(select(_RUNS.c.notes).where(_RUNS.c.id == run_id)).scalar_one()
    channels = connection.execute(_statistics(run_id))
    return RunDetail(
        run=_rows(connection, run_id)[0],
        notes=notes,
        channels=tuple(ChannelStatistics(*channel) for channel in channels),
    )


def _rows(connection: Connection, run_id: int | None) -> list[RunRow]:
    tags, sources = _tags(connection, run_id), _sources(connection, run_id)
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
        for row in connection.execute(_overview(run_id))
    ]


def _overview(run_id: int | None) -> Select[Any]:
    """Count in two steps along the primary key, so that nothing is sorted."""
    per_run = _per_run(_per_channel(run_id))
    overview = select(
        _RUNS.c.id,
        _RUNS.c.title,
        _RUNS.c.started_at,
        per_run.c.ended_at,
        func.coalesce(per_run.c.channels, literal(0)).label("channels"),
        func.coalesce(per_run.c.readings, literal(0)).label("readings"),
    ).select_from(_RUNS.outerjoin(per_run, per_run.c.run_id == _RUNS.c.id))
    return _only(overview, _RUNS.c.id, run_id).order_by(_RUNS.c.started_at, _RUNS.c.id)


def _per_channel(run_id: int | None) -> FromClause:
    counts = select(
        _READINGS.c.run_id,
        func.count().label("readings"),
        func.max(_READINGS.c.time).label("ended_at"),
    )
    counts = _only(counts, _READINGS.c.run_id, run_id)
    return counts.group_by(_READINGS.c.run_id, _READINGS.c.channel_id).subquery()


def _per_run(per_channel: FromClause) -> FromClause:
    totals = select(
        per_channel.c.run_id,
        func.count().label("channels"),
        func.sum(per_channel.c.readings).label("readings"),
        func.max(per_channel.c.ended_at).label("ended_at"),
    )
    return totals.group_by(per_channel.c.run_id).subquery()


def _statistics(run_id: int) -> Select[Any]:
    value, moment = _READINGS.c.value, _READINGS.c.time
    statistics = (
        select(
            _READINGS.c.channel_id,
            func.count().label("count"),
            func.min(value).label("minimum"),
            func.max(value).label("maximum"),
            func.avg(value).label("mean"),
            func.min(moment).label("first_at"),
            func.max(moment).label("last_at"),
        )
        .where(_READINGS.c.run_id == run_id)
        .group_by(_READINGS.c.channel_id)
        .subquery()
    )
    figures = [column for column in statistics.c if column.name != "channel_id"]
    return (
        select(_CHANNELS.c.name, _CHANNELS.c.unit, *figures)
        .join(statistics, statistics.c.channel_id == _CHANNELS.c.id)
        .order_by(_CHANNELS.c.name, _CHANNELS.c.unit)
    )


def _tags(connection: Connection, run_id: int | None) -> dict[int, list[str]]:
    chosen = select(_RUN_TAGS.c.run_id, _TAGS.c.name).join(_TAGS).order_by(_TAGS.c.name)
    tags: dict[int, list[str]] = defaultdict(list)
    for owner, name in connection.execute(_only(chosen, _RUN_TAGS.c.run_id, run_id)):
        tags[owner].append(name)
    return tags


def _sources(connection: Connection, run_id: int | None) -> dict[int, list[SourceRow]]:
    columns = (_SOURCES.c.file_name, _SOURCES.c.sha256, _SOURCES.c.size, _SOURCES.c.imported_at)
    chosen = select(_SOURCES.c.run_id, *columns).order_by(_SOURCES.c.id)
    sources: dict[int, list[SourceRow]] = defaultdict(list)
    for owner, *facts in connection.execute(_only(chosen, _SOURCES.c.run_id, run_id)):
        sources[owner].append(SourceRow(*facts))
    return sources


def _only(query: _Query, column: ColumnElement[int], run_id: int | None) -> _Query:
    """Narrow a query to one run, or leave it be."""
    return query if run_id is None else query.where(column == run_id)
