"""Makes large documents of any release for measurements: kept documents with generated readings added."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from _environment import ROOT
from myapp.application import document_format
from myapp.paths import shipped
from myapp.product import SUFFIX
from myapp.schema.manifest import Manifest

DOCUMENTS = ROOT / "tests" / "documents"
CHANNELS = tuple(f"sensor {number}" for number in range(1, 6))
START = 1_600_000_000
"""Seconds since 1970; from here on there is a line of readings each second."""


def large_document(path: Path, revision: str, readings: int, runs: int) -> Path:
    """Copy the kept document of a revision and replace its content by equal runs of five channels.

    Rows are in the order in which an import writes them: line by line, each channel in turn. The notes of
    one run in a hundred, where a revision has notes, are "winter snow".
    """
    number = Manifest.read(shipped("manifest.sha256")).order.index(revision) + 1
    lines = readings // (runs * len(CHANNELS))
    shutil.copyfile(DOCUMENTS / f"{revision}{SUFFIX}", path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")  # tags, sources and attachments go with their runs
        connection.execute("DELETE FROM readings")
        connection.execute("DELETE FROM runs")
        rows = [(run, f"trip {run}", _time(run * lines, number)) for run in range(1, runs + 1)]
        connection.executemany("INSERT INTO runs (id, title, started_at) VALUES (?, ?, ?)", rows)
        if number >= 2:
            connection.execute("DELETE FROM channels")
            channels = "INSERT INTO channels (id, name, unit) VALUES (?, ?, 'V')"
            connection.executemany(channels, enumerate(CHANNELS, 1))
        if number >= 3:
            connection.execute("UPDATE runs SET notes = iif(id % 100, 'dry', 'winter snow')")
        column = "channel" if number == 1 else "channel_id"
        insert = f"INSERT INTO readings (run_id, {column}, time, value) VALUES (?, ?, ?, ?)"
        connection.executemany(insert, _readings(number, runs, lines))
        if number == document_format().ordinal:
            document_format().settle(connection)
    return path


def _readings(revision: int, runs: int, lines: int) -> Iterator[tuple[int, str | int, str | int, float]]:
    channels = CHANNELS if revision == 1 else range(1, len(CHANNELS) + 1)
    for run in range(1, runs + 1):
        for line in range(lines):
            time = _time(run * lines + line, revision)
            for channel in channels:
                yield run, channel, time, line / 8


def _time(second: int, revision: int) -> str | int:
    """Return a time as the revision's release wrote it: UTC microseconds since 0003, text before."""
    if revision >= 3:
        return (START + second) * 1_000_000
    return datetime.fromtimestamp(START + second, UTC).replace(tzinfo=None).isoformat(" ")
