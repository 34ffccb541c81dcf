"""Reads the content of a document of any revision by the standard library alone, for comparisons."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Reading = tuple[str, str, int, float]


def readings(path: Path) -> list[Reading]:
    """Return (run's title, channel, UTC microseconds, value) of every reading, in order of these."""
    rows = _query(path, _READINGS[min(revision(path), 2)])
    return sorted((title, channel, microseconds(time), value) for title, channel, time, value in rows)


def moved_apart(readings: list[Reading]) -> list[Reading]:
    """Return readings as revision 0004 keeps them: of one key, each later by at least a microsecond."""
    last: dict[tuple[str, str], int] = defaultdict(lambda: -(2**63))
    kept = []
    for title, channel, time, value in sorted(readings, key=lambda each: each[:3]):
        last[title, channel] = max(time, last[title, channel] + 1)
        kept.append((title, channel, last[title, channel], value))
    return sorted(kept)


def runs(path: Path) -> dict[str, int | None]:
    """Return the start of each run in UTC microseconds by its title, None where it has none."""
    rows = _query(path, "SELECT title, started_at FROM runs")
    return {title: None if start is None else microseconds(start) for title, start in rows}


def table(path: Path, name: str) -> list[tuple[object, ...]]:
    """Return all rows of a table in order, [] where there is no such table yet."""
    known = _query(path, f"SELECT 1 FROM sqlite_master WHERE name = '{name}'")
    return sorted(_query(path, f"SELECT * FROM {name}"), key=repr) if known else []


def revision(path: Path) -> int:
    """Return the number in the document's header."""
    return int.from_bytes(path.read_bytes()[60:64], "big")


def is_whole(path: Path) -> bool:
    """Tell whether SQLite finds nothing wrong, and the header and the version table say the same."""
    checks = _query(path, "PRAGMA integrity_check"), _query(path, "PRAGMA foreign_key_check")
    versions = _query(path, "SELECT version_num FROM alembic_version")
    return (*checks, versions) == ([("ok",)], [], [(f"{revision(path):04d}",)])


def microseconds(time: str | int) -> int:
    """Return a time of any revision in UTC microseconds."""
    if isinstance(time, int):
        return time
    whole, _, fraction = re.sub("T", " ", time).partition(".")
    moment = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1) + int(fraction.ljust(6, "0") or 0)


_READINGS = {
    1: "SELECT title, channel, time, value FROM readings JOIN runs ON runs.id = run_id ORDER BY readings.id",
    2: """
        SELECT title, name, time, value FROM readings
        JOIN runs ON runs.id = run_id JOIN channels ON channels.id = channel_id
    """,
}


def _query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()
