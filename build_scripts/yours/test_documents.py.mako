"""A document of every release opens at head with nothing lost, after a backup; faults leave it as it was."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.program import ROOT, Program

DOCUMENTS = sorted((ROOT / "tests" / "documents").glob("*${suffix}"))
DAMAGED = 60
"""Documents that are tried, each with a few bytes changed."""


@pytest.fixture(params=DOCUMENTS, ids=lambda document: document.stem)
def document(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a kept document."""
    copy = tmp_path / "kept${suffix}"
    shutil.copyfile(request.param, copy)
    return copy


def test_a_document_of_each_release_opens_at_head_with_nothing_lost(program: Program, document: Path) -> None:
    before = _content(document)
    old = document.read_bytes()

    listed = program.run("list", document, "--json")
    info = json.loads(program.run("info", document, "--json", check=True).stdout)

    assert listed.returncode == 0, listed.stderr
    assert info["state"] == "head"
    after = _content(document)
    for table, rows in before.items():
        assert len(after[table]) >= len(rows), f"{table} has lost rows"
    if document.read_bytes() != old:
        (backup,) = document.parent.glob("*backup*")
        assert _content(backup) == before
    assert program.run("check", document).returncode == 0


def test_a_new_document_is_at_head_and_whole(program: Program, tmp_path: Path) -> None:
    new = tmp_path / "new${suffix}"
    assert program.run("new", new).returncode == 0
    assert program.run("check", new).returncode == 0


def test_another_file_is_refused_in_one_line_and_untouched(program: Program, tmp_path: Path) -> None:
    other = tmp_path / "other${suffix}"
    other.write_bytes(b"no database")
    refused = program.run("list", other)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (3, "", 1)
    assert other.read_bytes() == b"no database"


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("round_", range(6))
def test_a_kill_at_any_time_leaves_the_old_or_the_new_document(
    started: Program, document: Path, round_: int
) -> None:
    before = _content(document)
    process = subprocess.Popen(
        [*started.command, "upgrade", os.fspath(document)],
        env=started.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(random.Random(round_).uniform(0.02, 0.6))
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert started.run("list", document).returncode == 0
    after = _content(document)
    assert all(len(after[table]) >= len(rows) for table, rows in before.items())


def test_damaged_documents_are_refused_in_one_line_or_read(forked: Program, document: Path) -> None:
    sound, chance = document.read_bytes(), random.Random(7)
    for _case in range(DAMAGED):
        damaged = bytearray(sound)
        for _change in range(3):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        document.write_bytes(damaged)
        done = forked.run("list", document)
        assert done.returncode in (0, 3, 4, 6, 7), done.stderr
        assert "Traceback" not in done.stderr


def _content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        names = [name for (name,) in tables if name not in ("alembic_version", "document")]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
