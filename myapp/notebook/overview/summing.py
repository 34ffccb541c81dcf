"""Sums up a channel's readings in the database, in chunks of 1,024."""

from collections.abc import Iterator

from myapp.errors import Damaged
from myapp.notebook.overview.chunk import COLUMNS, LARGE, SMALL, Chunk, is_usual, squares_from
from myapp.notebook.sql import Sql

CHUNK = 1024
"""Readings in a chunk; the last one of a channel has fewer."""

EARLIEST, LATEST = -(2**63), 2**63 - 1

_CHANNEL = "{database}readings WHERE run_id = :run AND channel_id = :channel"
_FIRST = f"SELECT time, value FROM {_CHANNEL} AND time >= :start AND time <= :end ORDER BY time LIMIT 1"

# A window over all readings took SQLite three times as long as a LIMIT for each chunk.
_SUMS = f"""
    SELECT count(*), count(value), max(time), min(value), max(value),
        sum(value), sum(differs), sum(differs * differs)
    FROM (
        SELECT time, value, value - :first_value AS differs FROM {_CHANNEL}
        AND time >= :first_at AND time <= :end ORDER BY time LIMIT {CHUNK}
    )
"""
_WITHIN = f"FROM {_CHANNEL} AND time >= :first_at AND time <= :last_at"
_PLACES = f"""
    SELECT (SELECT value FROM {_CHANNEL} AND time = :last_at),
        (SELECT time {_WITHIN} AND value = :minimum ORDER BY time LIMIT 1),
        (SELECT time {_WITHIN} AND value = :maximum ORDER BY time LIMIT 1)
"""

POSTGRESQL = f"""
    SELECT run_id, channel_id, min(time) AS first_at, count(*) AS readings, min(pivot) AS first_value,
        max(time) AS last_at, (array_agg(value ORDER BY time DESC))[1] AS last_value,
        min(value) AS minimum, (array_agg(time ORDER BY value, time))[1] AS minimum_at,
        max(value) AS maximum, (array_agg(time ORDER BY value DESC, time))[1] AS maximum_at,
        CASE WHEN {{usual}} THEN sum(usual) END AS sum,
        CASE WHEN {{usual}} THEN sum(differs) END AS differences,
        CASE WHEN {{usual}} THEN greatest(0, sum(square) - sum(differs) * sum(differs) / count(*)) END AS
        squares
    FROM (
        SELECT *, CASE WHEN abs(differs) > 1e-150 THEN differs * differs ELSE 0 END AS square FROM (
            SELECT *, CASE WHEN abs(value) <= {LARGE} THEN value END AS usual,
                CASE WHEN abs(value) <= {LARGE} AND abs(pivot) <= {LARGE} THEN value - pivot END AS differs
            FROM (
                SELECT *, first_value(value) OVER (
                    PARTITION BY run_id, channel_id, number ORDER BY time) AS pivot
                FROM (
                    SELECT *, (row_number() OVER (PARTITION BY run_id, channel_id ORDER BY time) - 1)
                        / {CHUNK} AS number
                    FROM readings WHERE {{condition}}
                ) AS numbered
            ) AS pivoted
        ) AS differing
    ) AS squared
    GROUP BY run_id, channel_id, number
""".replace(
    "{usual}",
    f"max(abs(value)) = 0 OR max(abs(value)) BETWEEN {SMALL} AND {LARGE}",
)
"""Sums up the readings for which a condition is true. PostgreSQL refuses an overflow and an underflow."""


def bounds(start: int | None, end: int | None) -> tuple[int, int]:
    """Return the first and the last microsecond of a part of the time, whose `end` is the first excluded."""
    return EARLIEST if start is None else start, LATEST if end is None else end - 1


def channels_of(sql: Sql, run: int) -> list[int]:
    """Return the channels of a run, without going through its readings."""
    query = (
        f"SELECT min(channel_id) FROM {sql.database}readings WHERE run_id = :run AND channel_id > :channel"
    )
    channels: list[int] = []
    channel = sql.value(query, run=run, channel=EARLIEST)
    while channel is not None:
        channels.append(channel)
        channel = sql.value(query, run=run, channel=channel)
    return channels


def chunks(sql: Sql, run: int, channel: int, start: int = EARLIEST, end: int = LATEST) -> Iterator[Chunk]:
    """Yield the chunks of a channel's readings from `start` to `end`, both included, in UTC microseconds.

    Raise Damaged where a reading has no number.
    """
    key = {"run": run, "channel": channel, "end": end}
    if sql.dialect == "sqlite":
        demand_times(sql, run, channel)
        yield from _one_by_one(sql, key, start)
        return
    condition = "run_id = :run AND channel_id = :channel AND time BETWEEN :start AND :end"
    query = POSTGRESQL.format(condition=condition) + " ORDER BY first_at"
    for row in sql(query, **key, start=start).fetchall():
        yield Chunk(*row[2:])


def demand_times(sql: Sql, run: int, channel: int) -> None:
    """Raise Damaged where a reading's time is no number, which SQLite sorts behind all and into no part."""
    last = sql.value(
        f"SELECT max(time) FROM {_CHANNEL.format(database=sql.database)}", run=run, channel=channel
    )
    if not isinstance(last, int | None):
        raise Damaged("the document", f"a reading's time is {str(last)[:40]!r}")


def _one_by_one(sql: Sql, key: dict[str, int], start: int) -> Iterator[Chunk]:
    first, summed, places = (query.format(database=sql.database) for query in (_FIRST, _SUMS, _PLACES))
    while row := sql(first, **key, start=start).fetchone():
        first_at, first_value = row
        moments = {**key, "first_at": first_at, "first_value": first_value}
        readings, numbers, last_at, minimum, maximum, *sums = sql(summed, **moments).fetchone()
        are_numbers = numbers == readings and isinstance(minimum, float) and isinstance(maximum, float)
        if not (are_numbers and isinstance(last_at, int)):
            raise Damaged("the document", f"a reading of run {key['run']} is no number")
        ends = {"first_at": first_at, "last_at": last_at, "minimum": minimum, "maximum": maximum}
        last_value, minimum_at, maximum_at = sql(places, **key, **ends).fetchone()
        if is_usual(minimum, maximum):
            sums[2] = squares_from(readings, *sums[1:])
        else:
            sums = [None, None, None]
        yield Chunk(
            first_at,
            readings,
            first_value,
            last_at,
            last_value,
            minimum,
            minimum_at,
            maximum,
            maximum_at,
            *sums,
        )
        if readings < CHUNK:
            return
        start = last_at + 1


def stored(sql: Sql, run: int, channel: int, start: int = EARLIEST, end: int = LATEST) -> list[Chunk]:
    """Return the chunks of the overview that lie between two times, both included."""
    query = f"""
        SELECT {", ".join(COLUMNS)} FROM {sql.database}overview
        WHERE run_id = :run AND channel_id = :channel AND first_at >= :start AND last_at <= :end
        ORDER BY first_at
    """
    return [Chunk(*row) for row in sql(query, run=run, channel=channel, start=start, end=end).fetchall()]
