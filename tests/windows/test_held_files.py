"""A file that another program has open is never lost, nor is one that was to take its place: it is in use."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.program import Program
from tests.windows.holding import EVERYTHING, NO_REMOVAL, NO_WRITING, NOTHING, held

IN_USE = 5
SHARINGS = {"all": EVERYTHING, "no removal": NO_REMOVAL, "no writing": NO_WRITING, "nothing": NOTHING}
WAIT = ("--wait", "0.5")


@pytest.fixture
def document(documents: Path, tmp_path: Path) -> Path:
    """A document at head, with a backup that differs from it."""
    shutil.copy(documents / "0006.myapp", tmp_path / "trip.myapp.backup-0006")
    return Path(shutil.copy(documents / "0007.myapp", tmp_path / "trip.myapp"))


def demand_in_use(done: subprocess.CompletedProcess[str], name: str) -> None:
    """Demand one line that says which file is in use; before it another one may say that it is waited for."""
    assert (done.returncode, done.stdout) == (IN_USE, ""), done
    *waiting, line = done.stderr.splitlines()
    assert name in line, done.stderr
    assert " is in use" in line, done.stderr
    assert all("waiting" in each for each in waiting), done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files in a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("sharing", SHARINGS)
def test_a_held_document_is_read_where_the_holder_lets_others_read(
    program: Program, document: Path, sharing: str
) -> None:
    before = contents(document.parent)
    with held(document, SHARINGS[sharing]):
        done = program.run("runs", document, *WAIT)
    assert contents(document.parent) == before
    if sharing == "nothing":
        demand_in_use(done, "trip.myapp")
    else:
        assert done.returncode == 0, done


@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize("words", ["tag {} 1 new", "delete {} 1 --yes"])
def test_a_held_document_is_written_where_the_holder_lets_others_write(
    program: Program, document: Path, sharing: str, words: str
) -> None:
    before = contents(document.parent)
    with held(document, SHARINGS[sharing]):
        done = program.run(*(word.format(document) for word in words.split()), *WAIT)
    if sharing in ("no writing", "nothing"):
        demand_in_use(done, "trip.myapp")
        assert contents(document.parent) == before
    else:
        assert done.returncode == 0, done


@pytest.mark.parametrize("sharing", SHARINGS)
def test_a_held_older_document_is_upgraded_where_the_holder_lets_others_write(
    program: Program, documents: Path, tmp_path: Path, sharing: str
) -> None:
    document = Path(shutil.copy(documents / "0001.myapp", tmp_path / "old.myapp"))
    before = document.read_bytes()
    with held(document, SHARINGS[sharing]):
        done = program.run("upgrade", document, *WAIT)
    if sharing in ("no writing", "nothing"):
        demand_in_use(done, "old.myapp")
        assert document.read_bytes() == before
    else:
        assert done.returncode == 0, done
    assert program.run("upgrade", document).returncode == 0
    assert {file.name for file in tmp_path.iterdir()} == {"old.myapp", "old.myapp.backup-0001"}


@pytest.mark.parametrize("sharing", SHARINGS)
def test_a_held_document_is_not_replaced_by_its_backup_and_nothing_is_left_behind(
    program: Program, document: Path, sharing: str
) -> None:
    before = contents(document.parent)
    with held(document, SHARINGS[sharing]):
        done = program.run("restore", document, "trip.myapp.backup-0006", *WAIT)
    demand_in_use(done, "trip.myapp")
    assert contents(document.parent) == before
    assert program.run("restore", document, "trip.myapp.backup-0006").returncode == 0


@pytest.mark.parametrize("sharing", SHARINGS)
def test_a_held_file_that_is_no_document_is_not_replaced_by_a_backup(
    program: Program, document: Path, sharing: str
) -> None:
    document.write_bytes(b"no document")
    before = contents(document.parent)
    with held(document, SHARINGS[sharing]):
        done = program.run("restore", document, "trip.myapp.backup-0006", *WAIT)
    demand_in_use(done, "trip.myapp")
    assert contents(document.parent) == before


@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize("held_file", ["output", "database"])
def test_a_held_output_is_not_replaced(
    program: Program, document: Path, sharing: str, held_file: str
) -> None:
    output = document.with_name("out.csv")
    if held_file == "database":
        shutil.copy(document, output)
    else:
        output.write_bytes(b"what was there")
    before = contents(document.parent)
    with held(output, SHARINGS[sharing]):
        done = program.run("export", document, "1", "-o", output, "--force", *WAIT)
    demand_in_use(done, "out.csv")
    assert contents(document.parent) == before
    assert program.run("export", document, "1", "-o", output, "--force").returncode == 0


@pytest.mark.parametrize("sharing", SHARINGS)
def test_a_held_backup_is_not_said_to_be_removed_and_the_others_are(
    program: Program, document: Path, sharing: str
) -> None:
    backup = document.with_name("trip.myapp.backup-0006")
    other = document.with_name("trip.myapp.backup-0005")
    shutil.copy(backup, other)
    with held(backup, SHARINGS[sharing]):
        done = program.run("backups", document, "--prune", "0")
    assert done.returncode == IN_USE, done
    assert [line.rpartition("backup-")[2] for line in done.stderr.splitlines() if "removed" in line] == [
        "0005"
    ]
    assert "backup-0006 is in use" in done.stderr
    assert not other.exists()


def test_a_held_document_is_waited_for(program: Program, document: Path) -> None:
    with held(document, NO_REMOVAL):
        waiting = subprocess.Popen(
            [*program.command, "restore", f"{document}", "trip.myapp.backup-0006"],
            stderr=subprocess.PIPE,
            env=program.environment(),
            encoding="utf-8",
        )
        assert waiting.stderr
        assert "waiting" in waiting.stderr.readline()
    rest = waiting.communicate(timeout=60)[1]
    assert waiting.returncode == 0, rest
