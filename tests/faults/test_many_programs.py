"""Several programs open one document: one upgrades it, none fails, and each waits for a lock's holder."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.faults.scenes import TRIED, Scene, sample, settle
from tests.faults.strace import Running, demand_strace, points, stopped, strike
from tests.program import Program

SEED = 20_240_602


def test_of_many_that_start_an_upgrade_at_once_one_upgrades_and_none_fails(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool
) -> None:
    for number, many in enumerate(_crowds(long)):
        case = scene(f"upgrade {1 + number % 5:04d}").prepare(folders / f"{number}")
        ended = [running.finish() for running in _start(program, [case.arguments] * many)]
        assert [done.returncode for done in ended] == [0] * many, [done.stderr for done in ended]
        TRIED.append(1)
        assert len({done.stdout for done in ended}) == 1
        assert sum("was upgraded from" in done.stderr for done in ended) == 1
        settle(program, [(case, case.demand_old_or_new())])


def test_where_one_is_killed_in_the_middle_of_its_upgrade_the_next_take_over(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool
) -> None:
    name = "upgrade 0002"
    chance = random.Random(SEED)
    for number, point in enumerate(sample(scene(name).points, 30 if long else 3)):
        case = scene(name).prepare(folders / f"{number}")
        with stopped(program, case.arguments, point, folders / f"{number}.log") as halted:
            others = _start(program, [case.arguments] * (2 + number % 3))
            time.sleep(chance.uniform(0, 1))
            halted.kill()
            TRIED.append(1)
            ended = [running.finish() for running in others]
        assert [done.returncode for done in ended] == [0] * len(ended), [point, *ended]
        settle(program, [(case, case.demand_old_or_new())])


def test_many_that_start_at_once_on_postgresql_find_it_at_head_and_none_fails(
    program: Program, postgres: Callable[[], str], long: bool
) -> None:
    for many in _crowds(long):
        url = _old_database(program, postgres())
        ended = [
            running.finish() for running in _start(program, [["schema", "upgrade", url, "--yes"]] * many)
        ]
        assert [done.returncode for done in ended] == [0] * many, [done.stderr for done in ended]
        TRIED.append(1)
        assert sum("upgrade 0007" in done.stdout for done in ended) == 1, ended
        _demand_head(url)


def test_where_one_is_killed_on_postgresql_the_next_takes_over(
    program: Program, postgres: Callable[[], str], tmp_path: Path, long: bool
) -> None:
    demand_strace()
    log = tmp_path / "strace.log"
    url = _old_database(program, postgres())
    _done, sent = points(program, ["schema", "upgrade", url, "--yes"], log, "sendto")
    assert len(sent) > 10
    for point in sample(sent, 20 if long else 2):
        url = _old_database(program, postgres())
        struck = strike(program, ["schema", "upgrade", url, "--yes"], point, "signal=SIGKILL", log)
        TRIED.append(1)
        assert struck.returncode < 0, struck
        done = program.run("schema", "upgrade", url, "--yes")
        assert done.returncode == 0, done
        _demand_head(url)


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "a reader"])
@pytest.mark.parametrize("name", ["upgrade 0003", "restore", "import"])
def test_a_document_that_another_program_keeps_is_waited_for_and_then_refused(
    program: Program, scene: Callable[[str], Scene], folders: Path, name: str, statement: str
) -> None:
    case = scene(name).prepare(folders / "case")
    with _kept(case.document, statement):
        refused = program.run(*case.arguments, "--wait", "0.5")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (5, "", 1), refused
    assert "in use" in refused.stderr
    TRIED.append(1)
    assert case.demand_old_or_new() == "old"
    settle(program, [(case, "old")])


@contextmanager
def _kept(document: Path, statement: str) -> Iterator[None]:
    with closing(sqlite3.connect(document, isolation_level=None)) as connection:
        reader = statement == "a reader"
        connection.execute("BEGIN" if reader else statement)
        connection.execute("SELECT count(*) FROM runs").fetchone()
        yield


def _start(program: Program, commands: list[list[str]]) -> list[Running]:
    return [Running(program, command) for command in commands]


def _crowds(long: bool) -> list[int]:
    return [2 + number % 7 for number in range(50)] if long else [2, 4, 8]


def _old_database(program: Program, url: str) -> str:
    """Return the URL of a database of an old revision that holds something."""
    program.run("schema", "upgrade", url, "0003", check=True)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("INSERT INTO runs (id, title, started_at) VALUES (1, 'a run', 5)")
    return url


def _demand_head(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        versions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        rows = connection.execute("SELECT id, title, started_at FROM runs").fetchall()
    assert (versions, rows) == ([("0007",)], [(1, "a run", 5)])
