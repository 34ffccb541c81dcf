"""Every other command that writes, killed or refused at any call, leaves each file old or new."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import psycopg
import pytest

from tests.faults.commands import SCENES, CommandScene, demand_report, made
from tests.faults.scenes import NAME, at_once, digest, sample
from tests.faults.strace import Point, demand_strace, points, strike, struck
from tests.faults.test_kills import spread
from tests.program import Program

KILLS = 2
"""Kill points of a command in the ordinary run."""

ERRORS = 2
"""Calls that are refused in the ordinary run."""

WRITES = ("write", "pwrite64", "copy_file_range", "sendfile", "ftruncate")
REFUSABLE = (*WRITES, "fsync", "fdatasync", "rename", "renameat2", "link", "unlink", "unlinkat")


@pytest.fixture(scope="session")
def command(
    started: Program,
    documents: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Callable[[str], CommandScene]:
    """Return the scene of a command by its name."""
    demand_strace()

    def postgres() -> str:
        return str(request.getfixturevalue("postgres")())

    @cache
    def get(name: str) -> CommandScene:
        place = tmp_path_factory.mktemp(name.replace(" ", "-"))
        return made(name, place, documents, started, postgres)

    return get


@pytest.mark.parametrize("name", SCENES)
def test_a_command_that_is_killed_at_any_call_leaves_each_file_old_or_new(
    program: Program, command: Callable[[str], CommandScene], folders: Path, long: bool, name: str
) -> None:
    scene = command(name)
    chosen = list(scene.points) if long else spread(scene.points, KILLS)

    def kill(number: int) -> str:
        folder, log = scene.prepare(folders / f"{number}"), folders / f"{number}.log"
        done = strike(program, scene.words(folder), chosen[number], "signal=SIGKILL", log)
        assert done.returncode == -signal.SIGKILL, f"{chosen[number]} was not reached: {done}"
        reached = scene.demand_allowed(folder)
        scene.settle(program, folder)
        return reached

    print(f"{name}: {Counter(at_once(kill, range(len(chosen))))}")


@pytest.mark.parametrize("name", sorted({*SCENES} - {"copy from a server", "rescue", "save-as"}))
def test_a_command_that_changes_a_document_removes_a_part_of_a_backup_that_a_killed_program_left(
    program: Program, command: Callable[[str], CommandScene], folders: Path, name: str
) -> None:
    scene = command(name)  # those that are left out only read the document
    folder = scene.prepare(folders / "left")
    left = folder / f".{NAME}.backup-0007.0123abcd01234567.{2**22 + 1}.tmp"
    left.touch()
    done = program.run(*scene.words(folder))
    assert (done.returncode, left.exists()) == (0, False), done.stderr


@pytest.mark.parametrize("name", SCENES)
def test_a_command_that_the_system_refuses_a_call_says_so_and_leaves_each_file_old_or_new(
    program: Program, command: Callable[[str], CommandScene], folders: Path, long: bool, name: str
) -> None:
    scene = command(name)
    refusable = [point for point in scene.points if point.call in REFUSABLE]
    chosen = refusable if long else sample(refusable, ERRORS)

    def refuse(number: int) -> None:
        point: Point = chosen[number]
        folder, log = scene.prepare(folders / f"{number}"), folders / f"{number}.log"
        error = "ENOSPC" if point.call in WRITES else "EIO"
        done = strike(program, scene.words(folder), point, f"error={error}", log)
        assert struck(log), f"{point} was not reached"
        demand_report(scene, folder, done.returncode, done.stderr)
        scene.settle(program, folder)

    at_once(refuse, range(len(chosen)))


def test_a_copy_to_a_server_that_is_killed_at_any_time_is_there_whole_or_not_at_all(
    program: Program, postgres: Callable[[], str], documents: Path, tmp_path: Path, long: bool
) -> None:
    demand_strace()
    source = documents / "0007.myapp"
    whole = postgres()
    done, sent = points(program, ["copy", f"{source}", whole], tmp_path / "sent.log", "sendto")
    assert done.returncode == 0, done.stderr
    program.run("copy", whole, tmp_path / "whole.myapp", check=True)
    expected = digest(tmp_path / "whole.myapp")
    chosen = sample(sent, 60) if long else sample(sent, 6)

    def kill(number: int) -> str:
        url = postgres()
        log = tmp_path / f"{number}.log"
        strike(program, ["copy", f"{source}", url], chosen[number], "signal=SIGKILL", log)
        if not _tables(url):
            return "old"
        back = tmp_path / f"{number}.myapp"
        program.run("copy", url, back, check=True)
        assert digest(back) == expected, f"{chosen[number]}: a part of the notebook is there"
        return "new"

    print(f"copy to a server: {Counter(at_once(kill, range(len(chosen))))}")


def _tables(url: str) -> list[object]:
    """Return a database's tables, once all that a killed program began there has ended."""
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
