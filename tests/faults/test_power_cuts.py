"""A power cut at any system call loses nothing that the program had reported as done."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.places import Place, disk
from tests.faults.scenes import TRIED, Case, Scene, sample, settle
from tests.faults.strace import Point, stopped
from tests.program import Program

OPERATIONS = ["upgrade 0001", "upgrade grown", "restore", "import", "new"]
DISK = 96 << 20


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_power_cut_at_any_call_leaves_the_old_or_the_new_document(
    program: Program, scene: Callable[[str], Scene], tmp_path: Path, long: bool, name: str
) -> None:
    calls = [point for point in scene(name).points if point.call != "openat"]
    few = [point for point in calls if not point.call.startswith("pwrite")]
    chosen = sample(few, 40 if long else 2) + sample(calls, 20 if long else 1)
    outcomes = []
    with disk(tmp_path / "disk", tmp_path / "image", DISK) as place:
        for number, point in enumerate(chosen):
            seen, case = _prepared(scene(name), place, number)
            _cut_after(place, program, case, point, tmp_path / "stop.log")
            outcomes.append(seen.demand_old_or_new())
            settle(place.inside(program), [(case, outcomes[-1])], seen.folder)
            shutil.rmtree(seen.folder)  # a disk of many cases is full in the end
    print(f"{name}: {len(outcomes)} power cuts, {Counter(outcomes)}")


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_was_reported_as_done_is_there_after_a_power_cut(
    program: Program, scene: Callable[[str], Scene], tmp_path: Path, name: str
) -> None:
    with disk(tmp_path / "disk", tmp_path / "image", DISK) as place:
        seen, case = _prepared(scene(name), place, 0)
        done = place.inside(program).run(*case.arguments)
        place.cut_power()
        TRIED.append(1)
        assert done.returncode == 0, done.stderr
        place.power_on()
        assert seen.demand_old_or_new() == "new"
        settle(place.inside(program), [(case, "new")], seen.folder)


def _prepared(scene: Scene, place: Place, number: int) -> tuple[Case, Case]:
    """Return a case that is safely on the disk, as it is seen from outside and as the program sees it."""
    seen = scene.prepare(place.outside / f"{number}")
    place.run("sync", "--file-system", place.folder)
    return seen, replace(seen, folder=place.folder / f"{number}")


def _cut_after(place: Place, program: Program, case: Case, point: Point, log: Path) -> None:
    with stopped(place.inside(program), case.arguments, point, log) as halted:
        place.cut_power()
        TRIED.append(1)
        halted.kill()
    place.power_on()
