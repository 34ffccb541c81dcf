"""A program that is ended in the middle of its work leaves exactly the old or exactly the new document."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.making import made_scene
from tests.faults.scenes import ABSENT, NAME, Scene, digest, settle
from tests.program import Program

KILLS = 6
MANY_KILLS = 60


def measured(program: Program, scene: Scene, place: Path) -> tuple[Scene, float]:
    """Run the operation once, and return the scene with what it may leave, and how many seconds it took."""
    case = scene.prepare(place / "reference")
    started = time.monotonic()
    program.run(*case.arguments, check=True)
    seconds = time.monotonic() - started
    kept = {digest(file, scene.ignoring) for file in scene.folder.iterdir()} - {ABSENT}
    old = digest(scene.folder / NAME, scene.ignoring)
    return replace(scene, old=old, new=case.state(), backups=frozenset(kept)), seconds


@pytest.mark.parametrize("name", ["upgrade 0001", "upgrade grown", "restore", "import", "new"])
def test_a_program_that_is_ended_leaves_the_old_or_the_new_document(
    program: Program, documents: Path, tmp_path: Path, long: bool, name: str
) -> None:
    (tmp_path / "start").mkdir()
    scene, seconds = measured(program, made_scene(name, tmp_path, documents), tmp_path)
    killed = []
    number = MANY_KILLS if long else KILLS
    for index in range(number):
        case = scene.prepare(tmp_path / f"{index}")
        running = subprocess.Popen(
            [*program.command, *case.arguments],
            env=program.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(seconds * (index + 1) / (number + 1))
        running.kill()  # TerminateProcess
        running.wait()
        killed.append((case, case.demand_old_or_new()))
    settle(program, killed)
    print(f"{name}: {Counter(content for _case, content in killed)}")
