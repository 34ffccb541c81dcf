"""A document that a sync client touches, replaces or takes away during an upgrade is not lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.scenes import Case, Scene, at_once, demand_report, digest, sample, settle
from tests.faults.strace import stopped
from tests.program import Program

NAME = "upgrade 0002"
EDIT = "UPDATE runs SET title = 'written on another machine' WHERE id = 1"

Disturb = Callable[[Case], object]


@pytest.fixture
def disturbed(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool
) -> Callable[[Disturb, Callable[[Case], Case]], list[tuple[Case, str]]]:
    """Start an upgrade many times, and do something to the document after one of its calls each time.

    Then each case is `looked` at, and comes with what it holds.
    """
    points = scene(NAME).points
    last = max(index for index, point in enumerate(points) if point.changing)  # then it is only read
    chosen = sample(points[: last + 1], 60 if long else 3)

    def run(disturb: Disturb, looked: Callable[[Case], Case]) -> list[tuple[Case, str]]:
        def once(number: int) -> tuple[Case, str]:
            case = scene(NAME).prepare(folders / f"{number}")
            with stopped(program, case.arguments, chosen[number], folders / f"{number}.log") as halted:
                disturb(case)
                done = halted.go_on()
            case = looked(case)
            return case, demand_report(case, done, f"disturbed after {chosen[number]}")

        return at_once(once, range(len(chosen)))

    return run


def test_a_document_that_is_touched_is_upgraded_or_refused(program: Program, disturbed: Callable) -> None:
    settle(program, disturbed(lambda case: os.utime(case.document), lambda case: case))


def test_a_document_that_is_replaced_by_an_equal_one_is_upgraded_or_refused(
    program: Program, disturbed: Callable
) -> None:
    def bring(case: Case) -> None:
        _bring(case, case.scene.folder / case.document.name)

    settle(program, disturbed(bring, lambda case: case))


def test_a_document_that_is_replaced_by_another_one_is_that_one(
    program: Program, disturbed: Callable, documents: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copy(documents / "0002.myapp", tmp_path / "other.myapp"))
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute(EDIT)
    upgraded = Path(shutil.copy(other, tmp_path / "upgraded.myapp"))
    program.run("upgrade", upgraded, check=True)

    def judged_as_the_other(case: Case) -> Case:
        backups = case.scene.backups | {digest(other)}
        return replace(
            case, scene=replace(case.scene, old=digest(other), new=digest(upgraded), backups=backups)
        )

    settle(program, disturbed(lambda case: _bring(case, other), judged_as_the_other), several=True)


def test_a_document_that_is_taken_away_and_brought_back_is_whole(
    program: Program, disturbed: Callable
) -> None:
    def take_away(case: Case) -> None:
        case.document.rename(_elsewhere(case))

    def bring_back(case: Case) -> Case:
        assert not case.document.exists(), f"{case.folder}: something was made in the document's place"
        _elsewhere(case).rename(case.document)
        return case

    settle(program, disturbed(take_away, bring_back))


def _bring(case: Case, file: Path) -> None:
    """Put a copy of a file in the document's place as a sync client does, at once."""
    shutil.copy(file, _elsewhere(case)).replace(case.document)


def _elsewhere(case: Case) -> Path:
    return case.folder.parent / f"{case.folder.name}.elsewhere"
