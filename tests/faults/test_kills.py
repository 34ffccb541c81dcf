"""A program killed at any system call, or at any time, leaves exactly the old or exactly the new document."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.faults.scenes import Case, Scene, at_once, halves, sample, settle
from tests.faults.strace import Point, Running, strike
from tests.program import Program

OPERATIONS = [
    *[f"upgrade {revision:04d}" for revision in range(1, 6)],
    "upgrade grown",
    "restore",
    "import",
    "new",
]
CHOSEN = 6
"""Kill points of an operation in the ordinary run.

A third for the grown document, which takes longest.
"""

MANY = 500
"""The same in the long run: all calls that change something, but for the grown document."""

READING = 20
"""Kill points of an operation, in the long run, at calls that change nothing."""

SEED = 20_240_531


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_kill_at_any_call_leaves_the_old_or_the_new_document(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool, name: str
) -> None:
    if not long:
        few = CHOSEN // 3 if name == "upgrade grown" else CHOSEN
        chosen = spread(scene(name).points, few)
    else:
        chosen = spread(scene(name).points, MANY)
        chosen += sample([point for point in scene(name).points if not point.changing], READING)

    def kill(number: int) -> tuple[Case, str]:
        case = scene(name).prepare(folders / f"{number}")
        log = folders / f"{number}.log"
        done = strike(program, case.arguments, chosen[number], "signal=SIGKILL", log)
        assert done.returncode == -signal.SIGKILL, f"{chosen[number]} was not reached: {done}"
        return case, case.demand_old_or_new()

    killed = at_once(kill, range(len(chosen)))
    _settle_all(program, killed)
    _count(name, killed)


@pytest.mark.parametrize("name", ["upgrade grown", "import"])
def test_a_kill_at_any_time_leaves_the_old_or_the_new_document(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool, name: str
) -> None:
    chance = random.Random(SEED)
    whole = _duration(program, scene(name).prepare(folders / "whole"))
    delays = [chance.uniform(0, whole) for _ in range(100 if long else 4)]

    def kill(number: int) -> tuple[Case, str]:
        case = scene(name).prepare(folders / f"{number}")
        running = Running(program, case.arguments)
        time.sleep(delays[number])
        running.process.kill()
        running.finish()
        return case, case.demand_old_or_new()

    killed = at_once(kill, range(len(delays)))
    _settle_all(program, killed)
    _count(f"{name}, at random", killed)


def spread(points: Sequence[Point], number: int) -> list[Point]:
    """Return changing calls, half of them writes (the most frequent) and half of all other kinds."""
    changing = [point for point in points if point.changing]
    writes = [point for point in changing if point.call.startswith(("write", "pwrite"))]
    others = [point for point in changing if point not in writes]
    few = sample(others, max(number // 2, number - len(writes)))
    return few + sample(writes, number - len(few))


def _settle_all(program: Program, killed: Sequence[tuple[Case, str]]) -> None:
    at_once(lambda part: settle(program, part), halves(killed), faults=False)


def _duration(program: Program, case: Case) -> float:
    started = time.monotonic()
    program.run(*case.arguments, check=True)
    return time.monotonic() - started


def _count(name: str, killed: Sequence[tuple[Case, str]]) -> None:
    outcomes = Counter(state for _case, state in killed)
    print(f"{name}: {len(killed)} kills, {outcomes['old']} old, {outcomes['new']} new")
