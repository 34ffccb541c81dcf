"""Fixtures for faults: each scene once, with its old and new content and its list of system calls."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.faults.making import made_scene
from tests.faults.scenes import ABSENT, NAME, TRIED, Scene, digest
from tests.faults.strace import CHANGING, demand_strace, points
from tests.program import Program


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
        return _measured(started, made_scene(name, place, documents), place, reading=long)

    return get


@pytest.fixture(autouse=True)
def counted(record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Put into the report how many faults a test has tried."""
    TRIED.clear()
    yield
    record_property("faults", sum(TRIED))


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Path]:
    """Give a folder for many cases, which is emptied when the test has passed."""
    place = tmp_path / "cases"
    place.mkdir()
    yield place
    shutil.rmtree(place, ignore_errors=True)


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
