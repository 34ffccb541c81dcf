"""A fault while an upgraded document is packed loses nothing and is not reported as an error."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.scenes import NAME as DOCUMENT
from tests.faults.scenes import Case, Scene, at_once, demand_report, sample, settle
from tests.faults.strace import Point, strike, struck
from tests.program import Program

NAME = "upgrade grown"
"""The only scene with a document large enough to be packed."""

CHOSEN = 5
"""Calls at which each fault is tried in the ordinary run."""

MANY = 300


@pytest.fixture
def packing(scene: Callable[[str], Scene]) -> list[Point]:
    """The calls that change something once the upgrade is committed: from the second journal on."""
    changing = [point for point in scene(NAME).points if point.changing]
    journals = [i for i, p in enumerate(changing) if p.call == "openat" and f"/{DOCUMENT}-journal" in p.text]
    after_commit = changing[journals[1] :]
    assert any(point.call == "ftruncate" for point in after_commit), "it was not packed"
    return after_commit


def test_a_grown_document_has_no_free_pages_afterwards(
    program: Program, scene: Callable[[str], Scene], folders: Path
) -> None:
    case = scene(NAME).prepare(folders / "case")
    program.run(*case.arguments, check=True)
    with closing(sqlite3.connect(case.document)) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_a_kill_while_it_is_packed_leaves_the_new_document(
    program: Program, scene: Callable[[str], Scene], packing: list[Point], folders: Path, long: bool
) -> None:
    def kill(point: Point, case: Case, log: Path) -> None:
        done = strike(program, case.arguments, point, "signal=SIGKILL", log)
        assert done.returncode == -signal.SIGKILL, f"{point} was not reached: {done}"
        assert case.demand_old_or_new() == "new", f"{point}"

    _at_each(program, scene(NAME), packing, folders, long, kill)


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_an_error_while_it_is_packed_is_none_of_the_persons(
    program: Program,
    scene: Callable[[str], Scene],
    packing: list[Point],
    folders: Path,
    long: bool,
    error: str,
) -> None:
    def refuse(point: Point, case: Case, log: Path) -> None:
        done = strike(program, case.arguments, point, f"error={error}", log)
        assert struck(log), f"{point} was not reached"
        assert demand_report(case, done, f"{error} at {point}") == "new"
        assert done.returncode == 0, f"{point}: {done}"

    _at_each(program, scene(NAME), packing, folders, long, refuse)


def test_a_disk_that_stays_full_while_it_is_packed_loses_nothing(
    program: Program, scene: Callable[[str], Scene], packing: list[Point], folders: Path, long: bool
) -> None:
    def refuse(point: Point, case: Case, log: Path) -> None:
        done = strike(program, case.arguments, point, "error=ENOSPC", log, on=True)
        assert demand_report(case, done, f"ENOSPC from {point} on") == "new"

    writes = [point for point in packing if point.call == "pwrite64"]
    _at_each(program, scene(NAME), writes, folders, long, refuse)


def test_ctrl_c_while_it_is_packed_ends_the_program_or_comes_too_late(
    program: Program, scene: Callable[[str], Scene], packing: list[Point], folders: Path, long: bool
) -> None:
    def interrupt(point: Point, case: Case, log: Path) -> None:
        done = strike(program, case.arguments, point, "signal=SIGINT", log)
        assert done.returncode in (0, 130), f"{point}: {done}"
        assert demand_report(case, done, f"Ctrl-C at {point}") == "new"

    _at_each(program, scene(NAME), packing, folders, long, interrupt)


def _at_each(
    program: Program,
    scene: Scene,
    points: list[Point],
    folders: Path,
    long: bool,
    fault: Callable[[Point, Case, Path], None],
) -> None:
    """Try a fault at calls of the packing, each on a case of its own, and demand that all settle."""
    chosen = sample(points, MANY) if long else sample(points, CHOSEN)

    def once(number: int) -> tuple[Case, str]:
        case = scene.prepare(folders / f"{number}")
        fault(chosen[number], case, folders / f"{number}.log")
        return case, "new"

    settle(program, at_once(once, range(len(chosen))))
