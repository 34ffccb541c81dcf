"""Makes the scenes of faults, each with the folder that it starts in."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.faults.scenes import NAME, Scene

GROWN = 6
"""Readings of the grown document, in multiples of the oldest one's: more than SQLite's cache holds."""

BACKUP = f"{NAME}.backup-0007"


def made_scene(name: str, place: Path, documents: Path) -> Scene:
    """Return a scene that is not measured yet; its folder is made in `place`."""
    operation, _, start_document = name.partition(" ")
    start = place / "start"
    if operation == "new":
        return Scene(name, start, ("new", NAME))
    if operation == "upgrade":
        shutil.copy(
            documents / f"{'0001' if start_document == 'grown' else start_document}.myapp", start / NAME
        )
        if start_document == "grown":
            _grow(start / NAME)
        return Scene(name, start, ("runs", NAME))
    shutil.copy(documents / "0007.myapp", start / NAME)
    if operation == "restore":
        shutil.copy(documents / "0007.myapp", start / BACKUP)
        edit(start / BACKUP)
        return Scene(name, start, ("restore", NAME, BACKUP))
    return Scene(name, start, ("import", NAME, _csv(place)), ignoring=("imported_at",))


def _grow(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        (last,) = connection.execute("SELECT max(id) FROM runs").fetchone()
        for more in range(last, GROWN * last, last):
            connection.execute(
                "INSERT INTO runs SELECT id + ?, title, started_at FROM runs WHERE id <= ?", (more, last)
            )
            connection.execute(
                "INSERT INTO readings (run_id, channel, time, value)"
                "SELECT run_id + ?, channel, time, value FROM readings WHERE run_id <= ?",
                (more, last),
            )


def edit(path: Path) -> None:
    """Change a row of a document."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE document SET written_by = 'myapp 0.7.0, on another day'")


def _csv(place: Path) -> str:
    file = place / "made.csv"
    rows = [
        f"2024-01-{day:02d} {hour:02d}:00:00,{day / 7},{hour}" for day in range(1, 29) for hour in range(24)
    ]
    file.write_text("\n".join(["time,temp,wind", *rows, ""]), encoding="utf-8")
    return str(file)
