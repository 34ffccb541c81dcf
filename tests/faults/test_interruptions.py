"""Ctrl-C, a closed terminal and a revision that raises half-way leave the old or the new document."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.scenes import NAME, Case, Scene, at_once, demand_report, digest, sample, settle
from tests.faults.strace import PATIENCE, Running, points, strike
from tests.program import BUNDLE, ROOT, Program

INTERRUPTED = 130
OPERATIONS = ["upgrade 0001", "restore", "import", "new"]
SEED = 20_240_601

RAISING = '''"""A revision that raises half-way."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

keeps: dict[str, tuple[str, str]] = {}
drops: list[str] = []
loses: dict[str, str] = {}


def upgrade() -> None:
    op.execute("CREATE TABLE half (id INTEGER)")
    op.execute("DELETE FROM readings")
    raise RuntimeError("half-way")


def downgrade() -> None:
    pass
'''


@pytest.mark.parametrize("name", OPERATIONS)
def test_ctrl_c_at_any_call_ends_with_130_in_one_line_or_comes_too_late(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool, name: str
) -> None:
    chosen = sample([point for point in scene(name).points if point.changing], 60 if long else 3)

    def interrupt(number: int) -> tuple[Case, str]:
        case = scene(name).prepare(folders / f"{number}")
        done = strike(program, case.arguments, chosen[number], "signal=SIGINT", folders / f"{number}.log")
        assert done.returncode in (0, INTERRUPTED), f"{chosen[number]}: {done}"
        return case, demand_report(case, done, f"Ctrl-C at {chosen[number]}")

    settle(program, at_once(interrupt, range(len(chosen))))


def test_ctrl_c_at_any_time_shows_no_traceback_and_loses_nothing(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool
) -> None:
    grown, delays = scene("upgrade grown"), _delays(60 if long else 4)

    def interrupt(number: int) -> tuple[Case, str]:
        case = grown.prepare(folders / f"{number}")
        running = Running(program, case.arguments)
        time.sleep(delays[number])
        running.process.send_signal(signal.SIGINT)
        done = running.finish()
        # before the program's first line, Python itself handles the signal
        assert "Traceback" not in done.stderr or f"{os.sep}myapp{os.sep}" not in done.stderr, done.stderr
        assert done.returncode in (0, INTERRUPTED, -signal.SIGINT), done
        return case, case.demand_old_or_new()

    settle(program, at_once(interrupt, range(len(delays))))


def test_ctrl_c_while_the_program_starts_shows_no_traceback_and_loses_nothing(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool
) -> None:
    case = scene("upgrade 0005").prepare(folders / "whole")
    _done, opened = points(program, case.arguments, folders / "opened.log", "openat")
    # before the program's first line, Python itself handles the signal
    first = next((i for i, point in enumerate(opened) if f"myapp{os.sep}__main__" in point.text), 0)
    chosen = sample(opened[first + 1 : first + 161], 160 if long else 7)

    def interrupt(number: int) -> tuple[Case, str]:
        case = scene("upgrade 0005").prepare(folders / f"{number}")
        done = strike(program, case.arguments, chosen[number], "signal=SIGINT", folders / f"{number}.log")
        assert "Traceback" not in done.stderr, f"{chosen[number]}: {done}"
        assert done.returncode in (0, INTERRUPTED, -signal.SIGINT), f"{chosen[number]}: {done}"
        return case, case.demand_old_or_new()

    settle(program, at_once(interrupt, range(len(chosen))))


@pytest.mark.parametrize("name", ["upgrade 0001", "import"])
def test_a_hangup_at_any_call_loses_nothing(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool, name: str
) -> None:
    chosen = sample([point for point in scene(name).points if point.changing], 60 if long else 3)

    def hang_up(number: int) -> tuple[Case, str]:
        case = scene(name).prepare(folders / f"{number}")
        strike(program, case.arguments, chosen[number], "signal=SIGHUP", folders / f"{number}.log")
        return case, case.demand_old_or_new()

    settle(program, at_once(hang_up, range(len(chosen))))


def test_a_terminal_that_is_closed_at_any_time_loses_nothing(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool
) -> None:
    if not hasattr(os, "openpty") or not shutil.which("setsid"):
        pytest.skip("needs a pseudo-terminal and setsid of util-linux")

    grown, delays = scene("upgrade grown"), _delays(40 if long else 3)

    def close(number: int) -> tuple[Case, str]:
        case = grown.prepare(folders / f"{number}")
        _close_terminal(program, case, delays[number])
        return case, case.demand_old_or_new()

    settle(program, at_once(close, range(len(delays))))


def _close_terminal(program: Program, case: Case, delay: float) -> None:
    """Start the program in a terminal and close that after a while."""
    terminal, inside = os.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", *program.command, *case.arguments],
        env=program.environment(),
        stdin=inside,
        stdout=inside,
        stderr=inside,
    )
    os.close(inside)
    time.sleep(delay)
    os.close(terminal)
    process.wait(timeout=PATIENCE)


def _delays(number: int) -> list[float]:
    chance = random.Random(SEED)
    return [chance.uniform(0, 2) for _ in range(number)]


@pytest.mark.parametrize("name", ["upgrade 0001", "upgrade grown"])
def test_a_released_revision_that_raises_half_way_leaves_the_old_document(
    program: Program, scene: Callable[[str], Scene], folders: Path, name: str
) -> None:
    case = scene(name).prepare(folders / "case")
    with closing(sqlite3.connect(case.document)) as connection, connection:
        connection.execute("UPDATE readings SET time = 'no time' WHERE id = (SELECT max(id) FROM readings)")
    before = digest(case.document)
    done = program.run(*case.arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (7, "", 1), done
    assert "no time" in done.stderr
    backup = case.folder / f"{NAME}.backup-0001"
    assert sorted(case.folder.iterdir()) == sorted([case.document, backup])
    assert (digest(case.document), digest(backup)) == (before, before)


@pytest.mark.parametrize("name", ["upgrade 0001", "upgrade 0005", "upgrade grown"])
def test_a_new_revision_that_raises_half_way_leaves_the_old_document(
    program: Program, scene: Callable[[str], Scene], folders: Path, tmp_path: Path, name: str
) -> None:
    case = scene(name).prepare(folders / "case")
    done = _with_raising_revision(program, tmp_path / "changed").run(*case.arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (7, "", 1), done
    assert "half-way" in done.stderr
    assert demand_report(case, done, "a revision raised") == "old"
    settle(program, [(case, "old")])


def _with_raising_revision(program: Program, copy: Path) -> Program:
    """Return a copy of the program with one more revision."""
    if program.target == "frozen":
        shutil.copytree(BUNDLE, copy, symlinks=True)
        revision_digest = hashlib.sha256(RAISING.encode()).hexdigest()
        _add_to_manifest(copy / "lib" / "myapp", f"{revision_digest}  versions/0008_raises.py\n")
        command = [os.fspath(copy / Path(program.command[0]).name)]
    else:
        unneeded = shutil.ignore_patterns("__pycache__")
        for folder in ("myapp", "migrations"):
            shutil.copytree(ROOT / folder, copy / folder, ignore=unneeded)
        shutil.copy(ROOT / "setup.py", copy)
        _add_to_manifest(copy / "myapp")
        # not in the interpreter's own path, which may be in the checkout
        changed = [word.replace(os.fspath(ROOT), os.fspath(copy)) for word in program.command[1:]]
        command = [program.command[0], *changed]
    (copy / "migrations" / "versions" / "0008_raises.py").write_text(RAISING, encoding="utf-8")
    return replace(program, command=command)


def _add_to_manifest(folder: Path, released: str = "") -> None:
    """Add revision 0008 to the order, and the line of its digest."""
    manifest = folder / "manifest.sha256"
    text = manifest.read_text(encoding="utf-8").replace(" 0007\n", " 0007 0008\n", 1)
    manifest.write_text(text + released, encoding="utf-8")
