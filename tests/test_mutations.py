"""Damaged documents by the thousand: one clear line, no endless work, no write to what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mutations import Mutation, make
from tests.program import Program
from tests.untouched import problems, run_many

COMMANDS = [["info"], ["runs"], ["show", "1"], ["upgrade"]]
CODES = frozenset({0, 3, 4, 6, 7})
BATCH = 100
ORDINARY, LONG = 300, 10_000


def test_damaged_documents_are_refused_or_read(program: Program, tmp_path: Path, documents: Path) -> None:
    _demand_survival(program, tmp_path, documents, range(ORDINARY))


@pytest.mark.long
@pytest.mark.parametrize("start", range(ORDINARY, LONG, BATCH))
def test_thousands_of_damaged_documents_are_refused_or_read(
    program: Program, tmp_path: Path, documents: Path, start: int
) -> None:
    _demand_survival(program, tmp_path, documents, range(start, min(start + BATCH, LONG)))


@pytest.mark.parametrize("number", range(LONG, LONG + 12))
def test_a_process_of_its_own_ends_the_same_way(
    started: Program, tmp_path: Path, documents: Path, number: int
) -> None:
    alone, among = (make(number, documents, tmp_path / where) for where in ("alone", "among"))
    command = COMMANDS[number % len(COMMANDS)]
    ended = started.run(command[0], alone.path, *command[1:], timeout=60)
    found = run_many(started, {among.path: [command]})[str(among.path)][0]
    said = str(found["err"]).replace(str(among.path.parent), str(alone.path.parent))
    assert (ended.returncode, ended.stderr) == (found["code"], said), str(alone)
    assert "Traceback" not in ended.stderr


def test_a_number_always_makes_the_same_document(tmp_path: Path, documents: Path) -> None:
    """What a failure names can be made again."""
    for number in range(40):
        one, other = (make(number, documents, tmp_path / where) for where in ("one", "other"))
        assert (one.path.read_bytes(), one.done) == (other.path.read_bytes(), other.done), str(one)


def _demand_survival(program: Program, folder: Path, documents: Path, numbers: range) -> None:
    mutations = {str(made.path): made for made in (make(number, documents, folder) for number in numbers)}
    found = run_many(program, {made.path: _commands(made) for made in mutations.values()})
    wrong = {str(mutations[name]): problems(done, CODES) for name, done in found.items()}
    assert {name: what for name, what in wrong.items() if what} == {}
    assert len(found) == len(numbers)
    shutil.rmtree(folder)


def _commands(made: Mutation) -> list[list[str]]:
    """Return two commands, others for each document: the second finds what the first did not need."""
    start = made.number % len(COMMANDS)
    return [COMMANDS[start], COMMANDS[start - 1]]
