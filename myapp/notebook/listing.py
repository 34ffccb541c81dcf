"""Lists runs, counted and summed by the database: plain SQL that SQLite and PostgreSQL both accept.

The command `runs` needs no more than this: it imports no SQLAlchemy, which takes half a second.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from myapp.notebook.checked import Checked
from myapp.notebook.sql import Sql, as_text, condition

ORDERS = {
    "start": "runs.started_at",
    "end": "coalesce(counted.ended_at, runs.started_at)",
    "title": "runs.title",
    "readings": "coalesce(counted.readings, 0)",
}
"""The keys that runs can be ordered by."""

_RUNS = """
    SELECT runs.id, runs.title, runs.started_at, counted.ended_at,
           coalesce(counted.channels, 0), coalesce(counted.readings, 0)
    FROM runs LEFT JOIN (
        SELECT run_id, count(*) AS channels, sum(readings) AS readings, max(ended_at) AS ended_at
        FROM ({per_channel}) AS per_channel GROUP BY run_id
    ) AS counted ON counted.run_id = runs.id {where_id}
    ORDER BY {key} {direction}, runs.id {direction} {limit}
"""

_TOTALS = "SELECT run_id, readings, last_at AS ended_at FROM totals {where}"

# Along the primary key, so that nothing is sorted.
_COUNTED = """
    SELECT run_id, count(*) AS readings, max(readings.time) AS ended_at
    FROM readings {where} GROUP BY run_id, channel_id
"""

_STALE = "SELECT run_id FROM overview_stale"
"""The runs whose totals are not those of their readings; 0 stands for any."""

_TAGS = """
    SELECT run_id, tags.name FROM run_tags JOIN tags ON tags.id = run_tags.tag_id {where_run_id}
    ORDER BY tags.name
"""

_SOURCES = "SELECT run_id, file_name, sha256, size, imported_at FROM sources {where_run_id} ORDER BY id"


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


def runs(
    sql: Sql,
    run_ids: Sequence[int] | None = None,
    *,
    by: str = "start",
    reverse: bool = False,
    limit: int | None = None,
) -> list[RunRow]:
    """Return at most `limit` of the runs, or of those with some ids, by start or another of `ORDERS`.

    There are several statements: the caller runs them in one transaction, so that they see one state.
    """
    chosen = [] if run_ids is None else [condition("{column}", ":ids", sql.dialect)]
    ids = {} if run_ids is None else {"ids": as_text(run_ids)}
    conditions = {
        "where_id": _where(chosen).format(column="runs.id"),
        "where_run_id": _where(chosen).format(column="run_id"),
    }
    tags, sources = (_by_run(sql(query.format(**conditions), **ids)) for query in (_TAGS, _SOURCES))
    listed = _RUNS.format(
        per_channel=_per_channel(sql, chosen).format(column="run_id"),
        key=ORDERS[by],
        direction="DESC" if reverse else "ASC",
        limit="" if limit is None else f"LIMIT {limit:d}",
        **conditions,
    )
    return [
        RunRow(
            id=id_,
            title=title,
            started_at=started_at,
            ended_at=ended_at,
            channels=int(channels),
            readings=int(readings),
            tags=tuple(name for (name,) in tags[id_]),
            sources=tuple(SourceRow(*source) for source in sources[id_]),
        )
        for id_, title, started_at, ended_at, channels, readings in sql(listed, **ids)
    ]


def _per_channel(sql: Sql, chosen: Sequence[str]) -> str:
    """Return the query of each channel's readings in each run: those of stale runs are counted."""
    stale = sql.column(_STALE)
    if not stale:
        return _TOTALS.format(where=_where(chosen))
    if 0 in stale:
        return _COUNTED.format(where=_where(chosen))
    fresh = _TOTALS.format(where=_where([*chosen, f"run_id NOT IN ({_STALE})"]))
    return f"{fresh} UNION ALL " + _COUNTED.format(where=_where([*chosen, f"run_id IN ({_STALE})"]))


def _where(conditions: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _by_run(rows: Iterable[Sequence[Any]]) -> dict[int, list[Sequence[Any]]]:
    by_run: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for run, *values in rows:
        by_run[run].append(values)
    return by_run
