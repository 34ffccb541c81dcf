"""Fixtures for faults: each scene once, with its old and new content and its list of system calls."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.faults.scenes import ABSENT, NAME, Scene, digest
from tests.faults.strace import CHANGING, demand_strace, points
from tests.program import Program

GROWN = 6
"""Readings of the grown document, in multiples of the oldest one's: more than SQLite's cache holds."""

BACKUP = f"{NAME}.backup-0007"


@pytest.fixture(scope="session")
def scene(
    started: Program, documents: Path, tmp_path_factory: pytest.TempPathFactory, long: bool
) -> Callable[[str], Scene]:
    """Return a scene by its name: `upgrade 0001` to `upgrade 0005`, `upgrade grown`, `restore`, …"""
    demand_strace()
    started.run("new", tmp_path_factory.mktemp("warm") / NAME, check=True)  # a checkout makes its blank now

    @cache
    def get(name: str) -> Scene:
        place = tmp_path_factory.mktemp(name.replace(" ", "-"))
        (place / "start").mkdir()
        return _measured(started, _made(name, place, documents), place, reading=long)

    return get


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Path]:
    """Give a folder for many cases, which is emptied when the test has passed."""
    place = tmp_path / "cases"
    place.mkdir()
    yield place
    shutil.rmtree(place, ignore_errors=True)


def _made(name: str, place: Path, documents: Path) -> Scene:
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


def _measured(program: Program, scene: Scene, place: Path, *, reading: bool) -> Scene:
    """Run the operation once without a fault, and keep its results and its calls."""
    program.run(*scene.prepare(place / "warm").arguments, check=True)  # a checkout compiles its modules now
    case = scene.prepare(place / "reference")
    calls = "%file,%desc" if reading else CHANGING
    done, all_points = points(program, case.arguments, place / "calls.log", calls, f"{case.folder}")
    assert done.returncode == 0, done.stderr
    kept = {digest(file, scene.ignoring) for file in scene.folder.iterdir()} - {ABSENT}
    kept_points = [point for point in all_points if reading or point.changing]
    old = digest(scene.folder / NAME, scene.ignoring)
    return replace(scene, old=old, new=case.state(), backups=frozenset(kept), points=tuple(kept_points))


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
